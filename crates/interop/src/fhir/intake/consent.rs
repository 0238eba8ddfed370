//! Consent: a record of discussion that the sender keeps, as far as it is told. Source: NHS England Genomics FHIR,
//! Consent-RecordOfDiscussion and Consent-GenomicsPCF; HL7 v3 ActReason.

use super::{Held, list, text};
use crate::asked::{Consented, Wanted};
use serde_json::Value;

/// Reads a Consent into the choice of the person it is of: by the patient, else by the request that it is about.
pub(super) fn consent(held: &Held, at: usize, resource: &Value, wanted: &mut Wanted) {
    let place = held.at(at, "");
    let status = text(resource, "/status");
    if !["active", "rejected"].contains(&status) {
        wanted.left.push(format!("{place}: the record of discussion is to follow ({status}); it is asked for on the order"));
        return;
    }
    let data = list(resource, "/provision/data").iter().map(|d| &d["reference"]);
    let about: Vec<usize> = resource.get("patient").into_iter().chain(data).filter_map(|r| held.place(r)).collect();
    let of = |person: &&mut crate::asked::Person| person.parts.iter().any(|part| about.contains(part));
    let Some(person) = wanted.people.iter_mut().find(of) else {
        wanted
            .left
            .push(format!("{place} is about nobody of this order: name the patient or the ServiceRequest; it is kept with the message"));
        return;
    };
    let is_form = policy(resource).contains("record-of-discussion");
    person.consent = Some(Consented {
        at: place,
        form: form(resource),
        // Who has filled in the form has talked about the test: it ends with agreeing to it or not.
        test: told(resource, "TREAT").or(is_form.then_some(status == "active")),
        research: told(resource, "HRESCH"),
        family: told(resource, "FAMRQT"),
    });
}

fn policy(resource: &Value) -> &str {
    text(resource, "/policy/0/uri")
}

/// What a provision says of a purpose: the last of those that name it, as the inner ones are exceptions to the outer.
fn told(resource: &Value, purpose: &str) -> Option<bool> {
    let outer = resource.get("provision")?;
    let names = |p: &&Value| list(p, "/purpose").iter().any(|c| text(c, "/code") == purpose);
    let says = std::iter::once(outer).chain(list(outer, "/provision")).rfind(names)?;
    match text(says, "/type") {
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
        assert_eq!((told(&consent, "HRESCH"), told(&consent, "FAMRQT"), told(&consent, "TREAT")), (Some(true), Some(false), None));
        assert_eq!(told(&json!({}), "HRESCH"), None);
        assert_eq!(form(&json!({ "sourceAttachment": { "url": "https://a/b" } })), "https://a/b, after no policy that is named");
    }
}
