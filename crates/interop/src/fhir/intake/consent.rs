//! Consent: a record of discussion that the sender keeps, as far as the message states it. Source: NHS England Genomics FHIR,
//! Consent-RecordOfDiscussion and Consent-GenomicsPCF; HL7 v3 ActReason.

use super::bundle_index::{BundleIndex, list, text};
use crate::{
    codes::{Concept, act},
    incoming_order::{OrderDetails, Person, RecordOfDiscussion},
};
use serde_json::Value;

/// Reads a Consent into the choice of the person it is of: by the patient, else by the request that it is about.
pub(super) fn read_consent(index: &BundleIndex, entry: usize, resource: &Value, details: &mut OrderDetails) {
    let place = index.path(entry, "");
    let status = text(resource, "/status");
    if !["active", "rejected"].contains(&status) {
        details.not_used.push(format!("{place}: the record of discussion is to follow ({status}); it is asked for on the order"));
        return;
    }
    let data = list(resource, "/provision/data").iter().map(|d| &d["reference"]);
    let about: Vec<usize> = resource.get("patient").into_iter().chain(data).filter_map(|r| index.resolve(r)).collect();
    let is_about = |person: &&mut Person| person.entries.iter().any(|entry| about.contains(entry));
    let Some(person) = details.people.iter_mut().find(is_about) else {
        details
            .not_used
            .push(format!("{place} is about nobody of this order: name the patient or the ServiceRequest; it is kept with the message"));
        return;
    };
    let is_form = policy(resource).contains("record-of-discussion");
    person.discussion = Some(RecordOfDiscussion {
        place,
        form: form(resource),
        // Who has filled in the form has talked about the test: it ends with agreeing to it or not.
        test: answer(resource, act::TREATMENT).or(is_form.then_some(status == "active")),
        research: answer(resource, act::RESEARCH),
        family: answer(resource, act::FAMILY),
    });
}

fn policy(resource: &Value) -> &str {
    text(resource, "/policy/0/uri")
}

/// What a provision says of a purpose: the last of those that name it, as the inner ones are exceptions to the outer.
fn answer(resource: &Value, purpose: Concept) -> Option<bool> {
    let outer = resource.get("provision")?;
    let names = |p: &&Value| list(p, "/purpose").iter().any(|c| text(c, "/code") == purpose.code);
    let provision = std::iter::once(outer).chain(list(outer, "/provision")).rfind(names)?;
    match text(provision, "/type") {
        "permit" => Some(true),
        "deny" => Some(false),
        _ => None,
    }
}

/// The form in words.
fn form(resource: &Value) -> String {
    let named = [
        text(resource, "/sourceAttachment/title"),
        text(resource, "/sourceAttachment/url"),
        text(resource, "/sourceReference/display"),
        text(resource, "/sourceReference/identifier/value"),
        text(resource, "/sourceReference/reference"),
    ];
    let named = named.into_iter().find(|n| !n.is_empty()).unwrap_or("a form that is not named");
    format!("{named}, after {}", if policy(resource).is_empty() { "no policy that is named" } else { policy(resource) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_exception_says_more_than_the_rule_and_silence_says_nothing() {
        let purpose = |kind: &str, code: &str| json!({ "type": kind, "purpose": [{ "code": code }] });
        let consent = json!({ "provision": { "type": "deny", "provision": [purpose("permit", "HRESCH"), purpose("deny", "FAMRQT")] } });
        assert_eq!(
            (answer(&consent, act::RESEARCH), answer(&consent, act::FAMILY), answer(&consent, act::TREATMENT)),
            (Some(true), Some(false), None)
        );
        assert_eq!(answer(&json!({}), act::RESEARCH), None);
        assert_eq!(form(&json!({ "sourceAttachment": { "url": "https://a/b" } })), "https://a/b, after no policy that is named");
    }
}
