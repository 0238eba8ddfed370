//! What does not count: a resource that was entered in error, cancelled, refuted, or is not finished.

use super::{
    json::{kind, list, text},
    shape::has_modifier,
};
use serde_json::Value;

/// The statuses of each kind with which a resource counts; with every other, also one that is not known, it does not. Source:
/// FHIR R4, the value sets that each element is bound to.
pub const COUNTED: [(&str, &[&str]); 8] = [
    ("Observation", &["preliminary", "final", "amended", "corrected"]),
    // Orders of the national guide send a sample that is still to be taken as unavailable.
    ("Specimen", &["available", "unavailable"]),
    ("FamilyMemberHistory", &["partial", "completed"]),
    ("Procedure", &["in-progress", "completed"]),
    ("QuestionnaireResponse", &["completed", "amended"]),
    ("DocumentReference", &["current"]),
    ("DiagnosticReport", &["partial", "preliminary", "final", "amended", "corrected", "appended"]),
    // What was refused is kept as a refusal.
    ("Consent", &["active", "rejected"]),
];

/// Degrees of certainty with which a condition counts. Source: `http://terminology.hl7.org/CodeSystem/condition-ver-status`.
pub const CERTAIN_ENOUGH: [&str; 3] = ["unconfirmed", "provisional", "confirmed"];

/// Clinical statuses of a condition that is not there any more. Source:
/// `http://terminology.hl7.org/CodeSystem/condition-clinical`.
pub const PAST: [&str; 3] = ["inactive", "remission", "resolved"];

/// Clinical statuses of a condition that is there.
const PRESENT: [&str; 3] = ["active", "recurrence", "relapse"];

/// What a condition is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ConditionState {
    /// The person has it.
    Present,
    /// They had it.
    Past,
    /// One of several that it may be.
    Differential,
}

/// Why a resource does not count; nothing where it does.
pub(super) fn not_counted(resource: &Value) -> Option<String> {
    if has_modifier(resource) {
        return Some("it has a modifierExtension, which may turn its meaning round and is not known here".into());
    }
    let status = text(resource, "/status");
    let (_, counted) = COUNTED.iter().find(|(name, _)| *name == kind(resource))?;
    if text(resource, "/docStatus") == "entered-in-error" {
        return Some("its docStatus is entered-in-error".into());
    }
    match resource.get("status") {
        // FHIR asks for a status; who leaves it out has not taken anything back.
        None if kind(resource) != "Consent" => None,
        Some(_) if counted.contains(&status) => None,
        _ => Some(format!("its status is '{status}'")),
    }
}

/// What a condition is, or why it does not count.
pub(super) fn condition_state(resource: &Value) -> Result<ConditionState, String> {
    let certainty = concept_codes(resource, "/verificationStatus");
    if let Some(doubt) = certainty.iter().find(|code| !CERTAIN_ENOUGH.contains(&code.as_str()) && *code != "differential") {
        return Err(format!("its verificationStatus is '{doubt}'"));
    }
    let clinical = concept_codes(resource, "/clinicalStatus");
    let is_unknown = |code: &String| !PAST.contains(&code.as_str()) && !PRESENT.contains(&code.as_str());
    match () {
        () if clinical.iter().any(|code| PAST.contains(&code.as_str())) => Ok(ConditionState::Past),
        () if clinical.iter().any(is_unknown) => Err(format!("its clinicalStatus is '{}'", clinical.join("', '"))),
        () if has_abated(resource) => Ok(ConditionState::Past),
        () if certainty.iter().any(|code| code == "differential") => Ok(ConditionState::Differential),
        () => Ok(ConditionState::Present),
    }
}

/// It has ended, at whatever time or age. Source: FHIR R4, Condition.abatement\[x\], and in R3 `abatementBoolean`.
fn has_abated(resource: &Value) -> bool {
    let fields = resource.as_object().into_iter().flatten();
    fields.filter(|(name, _)| name.starts_with("abatement")).any(|(_, value)| !value.is_null() && *value != Value::Bool(false))
}

/// The codes of a status that is a concept; its text where it has none.
fn concept_codes(resource: &Value, path: &str) -> Vec<String> {
    let concept = resource.pointer(path).unwrap_or(&Value::Null);
    let codings = list(concept, "/coding").iter().filter(|c| !text(c, "/code").is_empty());
    // Beside FHIR's own code may stand the same in SNOMED CT.
    let (own, others): (Vec<_>, Vec<_>) =
        codings.partition(|c| matches!(text(c, "/system"), "") || text(c, "/system").contains("condition-"));
    let codes: Vec<String> = if own.is_empty() { others } else { own }.into_iter().map(|c| text(c, "/code").to_owned()).collect();
    match (codes.is_empty(), text(concept, "/text"), concept.as_str()) {
        (false, ..) => codes,
        (true, "", None) => vec![],
        (true, "", Some(plain)) => vec![plain.to_lowercase()],
        (true, written, _) => vec![written.to_lowercase()],
    }
}
