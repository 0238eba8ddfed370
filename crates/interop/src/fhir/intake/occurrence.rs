//! When a test is to be done, where that is a later day. Source: FHIR R4, ServiceRequest.occurrence[x], Timing.

use super::{
    bundle_index::BundleIndex,
    json::{list, text},
    period::{Holds, holds},
};
use serde_json::{Value, json};

/// Where a request says a day on which it is to be done, or from which.
const DAYS: [&str; 3] = ["/occurrenceDateTime", "/occurrencePeriod/start", "/occurrenceTiming/repeat/boundsPeriod/start"];

/// Days that have not come, each with where it stands: the order is placed as of now.
pub(super) fn later(index: &BundleIndex, place: usize) -> Vec<String> {
    let request = index.resource(place);
    let stated = DAYS.into_iter().map(|path| (path, text(request, path)));
    // Of several days the first counts.
    let first_event = list(request, "/occurrenceTiming/event").iter().filter_map(Value::as_str).min();
    let days = stated.chain(first_event.map(|day| ("/occurrenceTiming/event", day)));
    let is_later = |day: &str| holds(&json!({ "start": day }), index.today) == Holds::NotYet;
    let line = |(path, day): (&str, &str)| {
        let path = index.path(place, &path.replace('/', "."));
        format!("{path}: the test is asked for on {day}, and the order is placed as of now; if it is to wait, cancel it and send it then")
    };
    days.filter(|(_, day)| !day.is_empty() && is_later(day)).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_for_a_later_day_is_named_with_the_day_and_one_of_today_or_before_is_not() {
        let check = |name: &str, value: Value, expected: Option<&str>| {
            let bundle = json!({ "entry": [{ "resource": { "resourceType": "ServiceRequest", name: value } }] });
            let index = BundleIndex::new(&bundle, jiff::civil::date(2026, 11, 29)).expect("a bundle");
            let said = later(&index, 0);
            assert_eq!(said.len(), usize::from(expected.is_some()), "{bundle}: {said:?}");
            let fits = |says: &str| said[0].contains(says) && said[0].contains("and the order is placed as of now");
            assert!(expected.is_none_or(fits), "{bundle}: {said:?}");
        };
        check("occurrenceDateTime", json!("2027-06-01"), Some("occurrenceDateTime: the test is asked for on 2027-06-01"));
        check("occurrenceDateTime", json!("2026-11-30T08:00:00Z"), Some("on 2026-11-30T08:00:00Z"));
        check("occurrenceDateTime", json!("2027"), Some("on 2027,"));
        check("occurrencePeriod", json!({ "start": "2027-06-01", "end": "2027-07-01" }), Some(".occurrencePeriod.start: "));
        check("occurrenceTiming", json!({ "event": ["2027-06-01", "2027-05-01"] }), Some("on 2027-05-01"));
        check("occurrenceTiming", json!({ "repeat": { "boundsPeriod": { "start": "2027-06-01" } } }), Some("boundsPeriod.start: "));
        check("occurrenceTiming", json!({ "event": ["2027-06-01", "2026-11-29"] }), None);
        for day in ["2026-11-29", "2026-11-01", "2026", "soon", ""] {
            check("occurrenceDateTime", json!(day), None);
        }
        check("occurrencePeriod", json!({ "end": "2027-07-01" }), None);
    }
}
