//! Reads of a person's data as AuditEvent. Source: FHIR R4 AuditEvent; IHE Basic Audit Log Patterns, patient read.

use super::{
    datatype::{Coding, Identifier, Reference},
    resource::{AuditAction, AuditAgent, AuditEntity, AuditEvent, AuditOutcome, AuditSource, Bundle, BundleType, Entry},
};
use crate::codes::act;

/// One line of the audit.
#[derive(Clone, Debug)]
pub struct AuditLine<'a> {
    /// When, as an instant.
    pub recorded: String,
    /// Name, role and organisation.
    pub who: &'a str,
    /// What was asked.
    pub action: &'a str,
    /// Of what: stream of the journal.
    pub resource: &'a str,
    /// Whether it was allowed.
    pub allowed: bool,
    /// Why, where it was asked.
    pub reason: &'a str,
}

/// The lines as a collection.
pub fn bundle<'a>(lines: impl Iterator<Item = AuditLine<'a>>) -> Bundle {
    Bundle::new(BundleType::Collection, lines.map(|line| Entry::new("", event(&line))).collect())
}

fn event(line: &AuditLine) -> AuditEvent {
    let is_read = line.action.starts_with("Read") || line.action.starts_with("See");
    let purpose = if line.action == "BreakGlass" { act::BREAK_THE_GLASS } else { act::TREATMENT };
    AuditEvent {
        id: String::new(),
        kind: act::RESTFUL_OPERATION.into(),
        subtype: vec![Coding::new("https://opengms.example/CodeSystem/action", line.action, "")],
        action: if is_read { AuditAction::Read } else { AuditAction::Execute },
        recorded: line.recorded.clone(),
        outcome: if line.allowed { AuditOutcome::Success } else { AuditOutcome::MinorFailure },
        outcome_desc: line.reason.into(),
        purpose_of_event: vec![purpose.into()],
        agent: vec![AuditAgent { who: Reference::named(line.who), requestor: true }],
        source: AuditSource { observer: Reference::named("OpenGMS") },
        entity: vec![AuditEntity { what: Reference::known_by(Identifier::new("", line.resource)) }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_glass_has_its_purpose_and_reason_and_a_refusal_is_one() {
        let line = |action, allowed, reason| AuditLine {
            recorded: "2026-11-21T10:00:00Z".into(),
            who: "Dr A",
            action,
            resource: "patient/1",
            allowed,
            reason,
        };
        let glass = event(&line("BreakGlass", true, "Unconscious"));
        assert_eq!((glass.purpose_of_event[0].coding[0].code.as_str(), glass.outcome_desc.as_str()), ("BTG", "Unconscious"));
        let order = event(&line("ReadOrder", false, ""));
        assert_eq!((order.outcome, order.action, order.outcome_desc.as_str()), (AuditOutcome::MinorFailure, AuditAction::Read, ""));
    }
}
