//! Consent: a record of discussion that the sender keeps, as far as the message states it. Source: NHS England Genomics FHIR,
//! Consent-RecordOfDiscussion and Consent-GenomicsPCF; HL7 v3 ActReason; FHIR R4, Consent (provisions are exceptions to the one
//! that holds them).

use super::{
    details::Reading,
    json::{first_of, kind, list, text},
    period::{Day, Holds, holds},
    reference::Target,
    status::not_counted,
};
use crate::{
    codes::{Concept, act},
    incoming_order::RecordOfDiscussion,
};
use serde_json::Value;

/// Elements of a provision that permits all of its purpose; any other narrows it to less, such as to somebody or to some data.
const OF_A_WHOLE_PERMISSION: [&str; 7] = ["id", "extension", "type", "period", "purpose", "data", "provision"];

/// Elements of a Consent of FHIR R4. What another edition says in others, such as a period or a decision, is not known here.
const OF_A_CONSENT: [&str; 23] = [
    "resourceType",
    "id",
    "meta",
    "language",
    "text",
    "contained",
    "extension",
    "identifier",
    "status",
    "scope",
    "category",
    "patient",
    "dateTime",
    "performer",
    "organization",
    "sourceAttachment",
    "sourceReference",
    "policy",
    "policyRule",
    "verification",
    "provision",
    "implicitRules",
    "modifierExtension",
];

/// Reads a Consent into the choice of the person it is of: by the patient, else by the request that it is about.
pub(super) fn read(reading: &mut Reading, place: usize) {
    let resource = reading.index.resource(place);
    if let Some(reason) = not_counted(resource) {
        return reading
            .leave(place, &format!("is to follow, or is not in force ({reason}); the record of discussion is asked for on the order"));
    }
    if let Some(why) = permits_nothing(reading, place) {
        return reading.leave(place, &format!("{why}, so it permits nothing; the record of discussion is asked for on the order"));
    }
    let Some(member) = whose(reading, place) else {
        return reading.leave(place, "is about nobody of this order: name the patient or the ServiceRequest; it is kept with the message");
    };
    let discussion = discussion(resource, reading.index.path(place, ""), reading.index.today);
    add(reading, member, discussion);
}

/// Why a consent that is in force permits nothing: it is not verified, does not hold today, or says something that is not understood.
fn permits_nothing(reading: &Reading, place: usize) -> Option<String> {
    let (resource, today) = (reading.index.resource(place), reading.index.today);
    if list(resource, "/verification").iter().any(|verification| verification["verified"] != Value::Bool(true)) {
        return Some("was not verified with the person".into());
    }
    let fields = resource.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let unknown: Vec<&str> = fields.filter(|name| !name.starts_with('_') && !OF_A_CONSENT.contains(name)).collect();
    if !unknown.is_empty() {
        return Some(format!("says what a Consent of FHIR R4 does not say ({})", unknown.join(", ")));
    }
    if holds(&serde_json::json!({ "start": text(resource, "/dateTime") }), today) == Holds::NotYet {
        return Some("is dated in the future".into());
    }
    if !is_of_orders(reading, place, &resource["provision"]) {
        return Some("is limited to certain data (provision.data)".into());
    }
    match holds(&resource["provision"]["period"], today) {
        Holds::Now => None,
        Holds::Ended => Some("has ended".into()),
        Holds::NotYet => Some("has not begun".into()),
        Holds::Unreadable => Some("has a period that cannot be read".into()),
    }
}

/// The data that a provision names, and those within it, are requests: what was talked about, not what it is limited to.
fn is_of_orders(reading: &Reading, place: usize, provision: &Value) -> bool {
    let index = reading.index;
    let is_order = |data: &Value| match index.resolve(place, &data["reference"], "ServiceRequest") {
        Ok(Target::Resource(found)) => kind(index.resource(found)) == "ServiceRequest",
        Ok(_) => true,
        Err(_) => text(data, "/reference/reference").contains("ServiceRequest/"),
    };
    let within = list(provision, "/provision");
    list(provision, "/data").iter().all(is_order) && within.iter().all(|inner| is_of_orders(reading, place, inner))
}

/// Whose consent it is: the patient's; only where none is named, of those whose requests it is about.
fn whose(reading: &Reading, place: usize) -> Option<usize> {
    let (index, resource) = (reading.index, reading.index.resource(place));
    if let Some(patient) = resource.get("patient") {
        let target = index.resolve(place, patient, "Patient").ok()?;
        return reading.members.iter().position(|member| member.target == target);
    }
    let data = list(resource, "/provision/data").iter().map(|data| &data["reference"]);
    let requests: Vec<Target> = data.filter_map(|reference| index.resolve(place, reference, "ServiceRequest").ok()).collect();
    reading.members.iter().position(|member| requests.contains(&Target::Resource(member.request)))
}

/// Adds what was chosen: where two forms of a person contradict each other, no is the answer.
pub(super) fn add(reading: &mut Reading, member: usize, discussion: RecordOfDiscussion) {
    let known = &mut reading.details.people[member].discussion;
    *known = Some(match known.take() {
        None => discussion,
        Some(earlier) => RecordOfDiscussion {
            test: both(earlier.test, discussion.test),
            research: both(earlier.research, discussion.research),
            family: both(earlier.family, discussion.family),
            form: if earlier.form == discussion.form { earlier.form } else { format!("{}; {}", earlier.form, discussion.form) },
            place: earlier.place,
        },
    });
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, None) => None,
    }
}

fn discussion(resource: &Value, place: String, today: Day) -> RecordOfDiscussion {
    let is_refused = text(resource, "/status") == "rejected";
    // What was refused permits nothing, whatever its provisions would have permitted.
    let answer = |purpose| answer(&resource["provision"], purpose, today).map(|is_permitted| is_permitted && !is_refused);
    RecordOfDiscussion {
        place,
        form: form(resource),
        // Who has filled in the form has talked about the test: it ends with agreeing to it or not.
        test: answer(act::TREATMENT).or(policy(resource).contains("record-of-discussion").then_some(!is_refused)),
        research: answer(act::RESEARCH),
        family: answer(act::FAMILY),
    }
}

fn policy(resource: &Value) -> &str {
    text(resource, "/policy/0/uri")
}

/// What a provision says of a purpose; nothing where it says nothing. A provision within says more than the one that holds it; of
/// two within the same one, no wins.
fn answer(provision: &Value, purpose: Concept, today: Day) -> Option<bool> {
    let within: Vec<bool> = list(provision, "/provision").iter().filter_map(|inner| answer(inner, purpose, today)).collect();
    match within.iter().copied().reduce(|one, other| one && other) {
        // What is refused outside for this very purpose stays refused.
        Some(true) if own_answer(provision, purpose, today) == Some(false) && names(provision, purpose) => Some(false),
        Some(answer) => Some(answer),
        None => own_answer(provision, purpose, today),
    }
}

fn own_answer(provision: &Value, purpose: Concept, today: Day) -> Option<bool> {
    let is_narrow = || provision.as_object().into_iter().flatten().any(|(name, _)| !OF_A_WHOLE_PERMISSION.contains(&name.as_str()));
    match text(provision, "/type") {
        // A refusal counts whatever else stands there; one without a purpose is of every purpose.
        "deny" if names(provision, purpose) || list(provision, "/purpose").is_empty() => Some(false),
        "permit" if names(provision, purpose) && !is_narrow() && holds(&provision["period"], today) == Holds::Now => Some(true),
        _ => None,
    }
}

fn names(provision: &Value, purpose: Concept) -> bool {
    list(provision, "/purpose").iter().any(|code| text(code, "/code") == purpose.code)
}

/// The form in words.
fn form(resource: &Value) -> String {
    let named = first_of([
        text(resource, "/sourceAttachment/title"),
        text(resource, "/sourceAttachment/url"),
        text(resource, "/sourceReference/display"),
        text(resource, "/sourceReference/identifier/value"),
        text(resource, "/sourceReference/reference"),
    ]);
    let named = if named.is_empty() { "a form that is not named" } else { &named };
    format!("{named}, after {}", if policy(resource).is_empty() { "no policy that is named" } else { policy(resource) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(provision: &Value, research: Option<bool>) {
        assert_eq!(answer(provision, act::RESEARCH, jiff::civil::date(2026, 11, 29)), research, "{provision}");
    }

    fn provision(kind: &str, code: &str) -> Value {
        json!({ "type": kind, "purpose": [{ "code": code }] })
    }

    #[test]
    fn an_exception_says_more_than_the_rule_and_silence_says_nothing() {
        let outer = |kind: &str, inner: Vec<Value>| json!({ "type": kind, "provision": inner });
        check(&outer("deny", vec![provision("permit", "HRESCH"), provision("deny", "FAMRQT")]), Some(true));
        check(&outer("deny", vec![provision("permit", "TREAT")]), Some(false));
        check(&outer("permit", vec![provision("deny", "HRESCH")]), Some(false));
        check(&outer("permit", vec![]), None);
        check(&json!({}), None);
        check(&json!({ "data": [] }), None);
        assert_eq!(form(&json!({ "sourceAttachment": { "url": "https://a/b" } })), "https://a/b, after no policy that is named");
    }

    #[test]
    fn no_wins_and_a_permission_that_is_narrow_or_not_in_force_is_none() {
        let mut rule = provision("permit", "HRESCH");
        rule["provision"] = json!([provision("deny", "HRESCH")]);
        check(&rule, Some(false));
        rule["provision"][0]["period"] = json!({ "end": "2015" });
        check(&rule, Some(false));
        check(&json!({ "provision": [provision("permit", "HRESCH"), provision("deny", "HRESCH")] }), Some(false));
        let mut refused = provision("deny", "HRESCH");
        refused["provision"] = json!([provision("permit", "HRESCH")]);
        check(&refused, Some(false));
        for (name, value) in [
            ("period", json!({ "end": "2012-01-01" })),
            ("period", json!({ "start": "2030" })),
            ("period", json!({ "end": "some day" })),
            ("actor", json!([{}])),
            ("class", json!([{}])),
            ("code", json!([{}])),
        ] {
            let mut narrow = provision("permit", "HRESCH");
            narrow[name] = value;
            check(&narrow, None);
        }
    }
}
