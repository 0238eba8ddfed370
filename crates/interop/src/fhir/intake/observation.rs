//! Observations: features of the patient, answers of the order form, measurements. Source: FHIR R4, Observation; NHS England
//! Genomics FHIR guide; HPO terms as the code of an observation or as its value.

use super::{
    bundle_index::BundleIndex,
    details::Reading,
    json::{codes, concept_text, first_of, kind, list, remarks, scalar, text},
    presence, said,
};
use crate::{
    codes::{
        snomed::{FORM_QUESTIONS, GESTATIONAL_AGE, NEGATIVE_ANSWERS, NOT_AFFECTED, PREGNANCY},
        system,
    },
    incoming_order::Code,
    wording::{self, Sense},
};
use care::ordering::family::Affected;
use serde_json::Value;

/// Elements of an observation that are read, whatever the type of its value.
const READ: [&str; 27] = [
    "code",
    "category",
    "subject",
    "focus",
    "basedOn",
    "component",
    "interpretation",
    "note",
    "dataAbsentReason",
    "effectiveDateTime",
    "effectivePeriod",
    "issued",
    "performer",
    "valueCodeableConcept",
    "valueQuantity",
    "valueString",
    "valueBoolean",
    "valueInteger",
    "valueRange",
    "valueRatio",
    "valueDateTime",
    "valueTime",
    "valuePeriod",
    "valueDate",
    "valueDecimal",
    "specimen",
    "encounter",
];

/// What an answer says of a feature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// It is there.
    Present,
    /// It was looked for and is not there.
    Absent,
    /// Nobody knows.
    Unknown,
    /// Neither yes nor no for certain, in the sender's words.
    Unclear(String),
}

/// Answers that say no, beside those of SNOMED CT and LOINC that order forms use. Source: HL7 tables 0136 and 0532, LOINC answer
/// lists, SNOMED CT (known absent, no evidence of), observation interpretation.
const NO: [&str; 11] = ["N", "NEG", "ND", "LA32-8", "410516002", "272519000", "410594000", "41647002", "false", "no", "NO"];
/// Answers that say that nobody knows. Source: HL7 v3 NullFlavor; LOINC; SNOMED CT (unknown, not known, indeterminate).
const UNKNOWN: [&str; 16] = [
    "UNK",
    "NASK",
    "ASKU",
    "NI",
    "NAV",
    "NA",
    "MSK",
    "NP",
    "LA4489-6",
    "LA11884-6",
    "LA18998-5",
    "261665006",
    "1220561009",
    "82334004",
    "373068000",
    "385432009",
];

/// Reads an observation of a member of the order.
pub(super) fn read(reading: &mut Reading, place: usize, member: usize) {
    let resource = reading.index.resource(place);
    let answer = answer(resource);
    reading.name_unread(place, &READ);
    if codes(&resource["code"]).any(|code| code.system.contains("GenomicTest")) {
        return disease_status(reading, place, member, answer);
    }
    if codes(&resource["code"]).any(|code| code.code == PREGNANCY) && member == 0 {
        reading.details.gestation_days = gestation_days(resource).or(reading.details.gestation_days);
    }
    let features = features(resource);
    if features.is_empty() {
        return reading.note(member, &whole(resource));
    }
    let other = other_focus(reading.index, place).map(|focus| format!("said of {focus} and not of the patient"));
    for (code, answer) in features {
        read_feature(reading, place, member, code, other.clone().map_or(answer, Answer::Unclear));
    }
    let remark = remarks(resource).collect::<Vec<_>>().join("; ");
    reading.note(member, &remark);
}

/// Kinds of those whom an observation may be about in the place of its subject.
const PEOPLE: [&str; 3] = ["Patient", "RelatedPerson", "Group"];

/// Somebody whom an observation is about and who is not its subject: a fetus, a donor, a relative. Source: FHIR R4, Observation.focus.
pub(super) fn other_focus(index: &BundleIndex, place: usize) -> Option<String> {
    let subject = &index.resource(place)["subject"];
    let is_person = |focus: &Value| {
        let found = index.find(place, focus).map(|found| kind(index.resource(found)));
        let is_of =
            |name: &str| found == Some(name) || text(focus, "/type") == name || text(focus, "/reference").contains(&format!("{name}/"));
        PEOPLE.into_iter().any(is_of)
    };
    let is_subject = |focus: &Value| {
        let same = |path: &str| !text(focus, path).is_empty() && text(focus, path) == text(subject, path);
        let found = index.find(place, focus);
        same("/reference") || same("/identifier/value") || (found.is_some() && found == index.find(place, subject))
    };
    let other = list(index.resource(place), "/focus").iter().find(|focus| is_person(focus) && !is_subject(focus))?;
    Some(first_of([text(other, "/display"), text(other, "/reference"), text(other, "/identifier/value"), "somebody else"]))
}

/// A feature of the proband; of a relative it is a remark.
pub(super) fn read_feature(reading: &mut Reading, place: usize, member: usize, code: Code, answer: Answer) {
    let path_there = reading.index.path(place, ".code");
    match (answer, member) {
        (Answer::Unclear(words), _) => {
            let label = code.label();
            let why = format!("'{words}' says neither yes nor no of {label} for certain, so it is not counted and stands in the history");
            reading.details.not_used.push(format!("{path_there}: {why}"));
            reading.note(member, &format!("{label}: {words}"));
        }
        (Answer::Unknown, _) => {
            reading.details.not_used.push(format!("{path_there}: whether {} is present is not known, so it is not counted", code.label()));
        }
        (answer, 0) => reading.add_feature(code, answer == Answer::Absent, path_there),
        (Answer::Absent, _) => reading.note(member, &format!("not {}", code.label())),
        (Answer::Present, _) => reading.note(member, &code.label()),
    }
}

/// The features of an observation with what is said of each: HPO terms as the question, in a component, or as the answer; else a
/// finding of SNOMED CT that is no question of the order form.
fn features(resource: &Value) -> Vec<(Code, Answer)> {
    let is_measured = ["valueQuantity", "valueInteger", "valueRange", "valueRatio"].iter().any(|value| resource.get(value).is_some());
    let hpo = |concept: &Value| codes(concept).find(Code::is_hpo);
    let mut features: Vec<(Code, Answer)> = hpo(&resource["code"]).map(|code| (code, answer(resource))).into_iter().collect();
    let components = list(resource, "/component");
    features.extend(components.iter().filter_map(|c| Some((hpo(&c["code"])?, answer(c)))));
    if features.is_empty() {
        let is_negative = interpretation(resource) == Some(Answer::Absent);
        features.extend(std::iter::once(resource).chain(components).flat_map(|holder| answers_named(holder, is_negative)));
    }
    let is_finding = |code: &Code| code.system == system::SNOMED && !FORM_QUESTIONS.contains(&code.code.as_str());
    if features.is_empty() && !is_measured {
        features.extend(codes(&resource["code"]).next().filter(is_finding).map(|code| (code, answer(resource))));
    }
    // What a component says of a feature counts where nothing else denies it.
    if let Some(said) = presence::settled(&presence::in_components(resource), features.len()) {
        features.iter_mut().filter(|(_, answer)| *answer == Answer::Present).for_each(|(_, answer)| answer.clone_from(&said));
    }
    features
}

/// Features that are the answer to a question, with what the question and the answer say of them.
fn answers_named(holder: &Value, is_negative: bool) -> Vec<(Code, Answer)> {
    let (value, question) = (&holder["valueCodeableConcept"], concept_text(&holder["code"]));
    let named = |code: &Code| match text(value, "/text") {
        beside if wording::is_uncertain(beside, &code.display) => Answer::Unclear(beside.to_owned()),
        _ if is_negative => Answer::Absent,
        _ => by_question(&question),
    };
    codes(value).filter(Code::is_hpo).map(|code| (code.clone(), named(&code))).collect()
}

/// What a question says of the feature that answers it.
pub(super) fn by_question(question: &str) -> Answer {
    match Sense::read(question) {
        Sense::Present => Answer::Present,
        Sense::Absent => Answer::Absent,
        Sense::Open | Sense::OfRelative => Answer::Unclear(question.to_owned()),
    }
}

/// What the value of an observation or of a component says of what is asked.
pub(super) fn answer(holder: &Value) -> Answer {
    if holder.get("dataAbsentReason").is_some() {
        return Answer::Unknown;
    }
    let concept = &holder["valueCodeableConcept"];
    let mut answers: Vec<String> = codes(concept).map(|code| code.code).collect();
    answers.extend([text(concept, "/text").to_lowercase(), text(holder, "/valueString").to_lowercase()]);
    match () {
        () if holder["valueBoolean"] == Value::Bool(false) => Answer::Absent,
        () if answers.iter().any(|a| is_no(a)) => Answer::Absent,
        () if answers.iter().any(|a| is_unknown(a)) => Answer::Unknown,
        () => interpretation(holder).or_else(|| said::unclear(holder).map(Answer::Unclear)).unwrap_or(Answer::Present),
    }
}

fn is_no(answer: &str) -> bool {
    NEGATIVE_ANSWERS.contains(&answer)
        || NO.contains(&answer)
        || ["absent", "not present", "negative", "none", "not detected", "excluded"].contains(&answer)
}

fn is_unknown(answer: &str) -> bool {
    UNKNOWN.contains(&answer) || ["unknown", "not known", "not assessed", "not examined", "not tested", "uncertain"].contains(&answer)
}

/// What the interpretation says, where it says yes or no.
fn interpretation(holder: &Value) -> Option<Answer> {
    let codes: Vec<String> = list(holder, "/interpretation").iter().flat_map(codes).map(|code| code.code).collect();
    match () {
        () if codes.iter().any(|code| ["NEG", "ND"].contains(&code.as_str())) => Some(Answer::Absent),
        () if codes.iter().any(|code| ["IND", "E"].contains(&code.as_str())) => Some(Answer::Unknown),
        () => None,
    }
}

/// Whether somebody has the condition that the test is about.
fn disease_status(reading: &mut Reading, place: usize, member: usize, answer: Answer) {
    let resource = reading.index.resource(place);
    let is_not_affected = codes(&resource["valueCodeableConcept"]).any(|code| code.code == NOT_AFFECTED);
    let has_value = resource.get("valueCodeableConcept").is_some() || resource.get("valueBoolean").is_some();
    let person = &mut reading.details.people[member];
    match answer {
        _ if is_not_affected => person.affected = Affected::No,
        Answer::Absent => person.affected = Affected::No,
        Answer::Present if has_value => person.affected = Affected::Yes,
        _ => {}
    }
    if let Some(words) = said::unclear(resource).filter(|_| !is_not_affected) {
        reading.note(member, &question_and_value(&concept_text(&resource["code"]), &serde_json::json!({ "valueString": words })));
    }
    reading.note(member, &remarks(resource).collect::<Vec<_>>().join("; "));
}

/// A question with its whole answer.
fn whole(resource: &Value) -> String {
    let question = concept_text(&resource["code"]);
    let own = question_and_value(&question, resource);
    let components = list(resource, "/component").iter().map(|c| question_and_value(&concept_text(&c["code"]), c));
    let parts = std::iter::once(own).chain(components).chain(remarks(resource));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn question_and_value(question: &str, holder: &Value) -> String {
    let value = value_text(holder);
    if value.is_empty() { question.to_owned() } else { format!("{}: {value}", question.trim_end_matches('?')) }
}

/// The answer of an observation as text, whatever its type.
pub(super) fn value_text(holder: &Value) -> String {
    let quantity = |path: &str| {
        let (number, unit) = (scalar(holder, &format!("{path}/value")), text(holder, &format!("{path}/unit")));
        let unit = if unit.is_empty() { text(holder, &format!("{path}/code")) } else { unit };
        format!("{}{number} {unit}", text(holder, &format!("{path}/comparator"))).trim().to_owned()
    };
    let between = |path: &str, low: &str, high: &str, joint: &str| {
        let ends = [quantity(&format!("{path}/{low}")), quantity(&format!("{path}/{high}"))];
        if ends.iter().all(String::is_empty) { String::new() } else { ends.join(joint) }
    };
    let truth = match holder["valueBoolean"] {
        Value::Bool(true) => "yes",
        Value::Bool(false) => "no",
        _ => "",
    };
    let plain = ["/valueString", "/valueInteger", "/valueDateTime", "/valueTime", "/valueDate", "/valueDecimal"];
    let period = [text(holder, "/valuePeriod/start"), text(holder, "/valuePeriod/end")].join(" to ");
    let candidates = [
        concept_text(&holder["valueCodeableConcept"]),
        quantity("/valueQuantity"),
        truth.to_owned(),
        between("/valueRange", "low", "high", " to "),
        between("/valueRatio", "numerator", "denominator", " / "),
        if period == " to " { String::new() } else { period },
    ];
    let plain = plain.iter().map(|path| scalar(holder, path));
    let absent = concept_text(&holder["dataAbsentReason"]);
    candidates.into_iter().chain(plain).chain([absent]).find(|value| !value.is_empty()).unwrap_or_default()
}

/// Days of a pregnancy, where its age is stated in weeks or days.
pub(super) fn gestation_days(resource: &Value) -> Option<u32> {
    let age = list(resource, "/component").iter().rfind(|c| text(c, "/code/coding/0/code") == GESTATIONAL_AGE)?;
    let value = age.pointer("/valueQuantity/value").and_then(Value::as_u64).and_then(|v| u32::try_from(v).ok())?;
    Some(if text(age, "/valueQuantity/code") == "wk" { value.saturating_mul(7) } else { value })
}
