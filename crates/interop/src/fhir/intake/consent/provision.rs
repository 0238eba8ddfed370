//! Provisions of a consent: what they permit and refuse on a day, for which purposes. Source: FHIR R4, Consent.provision: those within
//! are exceptions to the one that holds them.

use crate::{
    codes::Concept,
    fhir::intake::{
        json::{list, text},
        period::{Day, Holds, holds},
    },
};
use serde_json::Value;

/// Elements of a provision that permits all of its purpose; any other narrows it to less, such as to somebody or to some data.
const OF_A_WHOLE_PERMISSION: [&str; 7] = ["id", "extension", "type", "period", "purpose", "data", "provision"];

/// What a provision says of a purpose; nothing where it says nothing. A provision within says more than the one that holds it; of
/// two within the same one, no wins. A refusal that names no purpose is of those that the consent is about.
pub(super) fn answer(provision: &Value, purpose: Concept, is_covered: bool, today: Day) -> Option<bool> {
    let within: Vec<bool> = list(provision, "/provision").iter().filter_map(|inner| answer(inner, purpose, is_covered, today)).collect();
    let own = || own_answer(provision, purpose, is_covered, today);
    match within.iter().copied().reduce(|one, other| one && other) {
        // What is refused outside for this very purpose stays refused.
        Some(true) if own() == Some(false) && names(provision, purpose) => Some(false),
        Some(answer) => Some(answer),
        None => own(),
    }
}

fn own_answer(provision: &Value, purpose: Concept, is_covered: bool, today: Day) -> Option<bool> {
    let is_narrow = || provision.as_object().into_iter().flatten().any(|(name, _)| !OF_A_WHOLE_PERMISSION.contains(&name.as_str()));
    match text(provision, "/type") {
        // A refusal counts whatever else stands there; one without a purpose is of all that the consent is about.
        "deny" if names(provision, purpose) || (is_covered && list(provision, "/purpose").is_empty()) => Some(false),
        "permit" if names(provision, purpose) && !is_narrow() && holds(&provision["period"], today) == Holds::Now => Some(true),
        _ => None,
    }
}

pub(super) fn names(provision: &Value, purpose: Concept) -> bool {
    list(provision, "/purpose").iter().any(|code| text(code, "/code") == purpose.code)
}

/// A provision, or one within it, names a purpose.
pub(super) fn mentions(provision: &Value, purpose: Concept) -> bool {
    names(provision, purpose) || list(provision, "/provision").iter().any(|inner| mentions(inner, purpose))
}

/// A permission of a purpose, or one within it, lies so in time.
pub(super) fn permits_when(provision: &Value, purpose: Concept, when: Holds, today: Day) -> bool {
    let is_own = text(provision, "/type") == "permit" && names(provision, purpose) && holds(&provision["period"], today) == when;
    is_own || list(provision, "/provision").iter().any(|inner| permits_when(inner, purpose, when, today))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::act;
    use serde_json::json;

    fn check(provision: &Value, research: Option<bool>) {
        assert_eq!(answer(provision, act::RESEARCH, true, jiff::civil::date(2026, 11, 29)), research, "{provision}");
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
    }

    #[test]
    fn a_refusal_that_names_no_purpose_is_of_what_the_consent_is_about() {
        let other = |provision: &Value| answer(provision, act::RESEARCH, false, jiff::civil::date(2026, 11, 29));
        assert_eq!(other(&json!({ "type": "deny" })), None);
        assert_eq!(other(&json!({ "type": "permit", "provision": [{ "type": "deny" }] })), None);
        assert_eq!(other(&provision("deny", "HRESCH")), Some(false));
        assert_eq!(other(&provision("permit", "HRESCH")), Some(true));
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
