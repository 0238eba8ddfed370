//! The numbers of a request: the one that the order has, those of this service, and others of the sender.

use super::{
    bundle_index::BundleIndex,
    json::{list, scalar, text},
    number::{Number, is_in_use},
};
use crate::{fhir::order::parse_request_id, incoming_order::SentNumber};
use serde_json::Value;

/// How the numbers begin that this service gives orders.
const OWN_NUMBER: &str = "OG-";

/// Other numbers of a request that are looked at: more are damage.
const OTHERS_MAX: usize = 20;

/// The address under which a request is changed; nothing where it is placed.
pub(super) fn changed_address<'v>(index: &BundleIndex<'v>, place: usize) -> Option<&'v str> {
    let entry = index.entry(place);
    (text(entry, "/request/method") == "PUT").then(|| text(entry, "/request/url"))
}

/// It is a change of an order that was given out under a name, not one that is made where it is not there yet: by its number, or under
/// an identifier that the sender chose. Identifiers of this service are UUIDs of the versions 7 and 8 (RFC 9562).
pub(super) fn is_change(index: &BundleIndex, place: usize) -> bool {
    let name = changed_address(index, place).filter(|address| !address.contains('?')).and_then(|address| address.rsplit('/').next());
    let order = name.and_then(parse_request_id).map(|(order, _)| order);
    order.is_some_and(|order| matches!(order.0.get_version_num(), 7 | 8))
}

/// The sender's number of an order: of a change, the name under which the service gave the order out. A number of this service is none
/// of the sender's; where nothing else stands it says what is wrong.
pub(super) fn number(index: &BundleIndex, place: usize) -> Option<Number> {
    let (entry, request) = (index.entry(place), index.resource(place));
    if let Some(name) = changed_address(index, place).filter(|_| is_change(index, place)) {
        return Number::new("", name.rsplit('/').next().unwrap_or_default());
    }
    let sent = || in_use(index, place).filter(|(_, _, number)| !is_own(number));
    // The number of who places an order before that of who fills it. Source: HL7 table 0203.
    let placer = sent().find(|(_, identifier, _)| kind(identifier) == "PLAC");
    let other = || sent().find(|(_, identifier, _)| kind(identifier) != "FILL");
    let own = || in_use(index, place).find(|(_, _, number)| is_own(number));
    let plain = |value: &str| Number::new("", value);
    placer
        .or_else(other)
        .or_else(own)
        .map(|(_, _, number)| number)
        .or_else(|| Number::new(text(request, "/requisition/system"), &scalar(request, "/requisition/value")))
        .or_else(|| plain(text(request, "/id")))
        .or_else(|| plain(text(entry, "/fullUrl")))
}

/// Numbers of this service that a request has beside the sender's.
pub(super) fn own_numbers(index: &BundleIndex, place: usize) -> Vec<String> {
    in_use(index, place).filter(|(_, _, number)| is_own(number)).map(|(_, _, number)| number.value.to_uppercase()).collect()
}

/// Other numbers of a request than the one that the order has, save those of who fills it.
pub(super) fn other_numbers(index: &BundleIndex, place: usize, chosen: &Number) -> Vec<SentNumber> {
    let others = in_use(index, place).filter(|(_, identifier, number)| {
        let is_of_sender = !is_own(number) && kind(identifier) != "FILL";
        is_of_sender && number != chosen
    });
    let sent = |(nth, _, number): (usize, &Value, Number)| SentNumber {
        value: number.value,
        authority: number.system,
        place: index.path(place, &format!(".identifier[{nth}]")),
    };
    others.map(sent).take(OTHERS_MAX).collect()
}

fn in_use<'v>(index: &BundleIndex<'v>, place: usize) -> impl Iterator<Item = (usize, &'v Value, Number)> {
    let today = index.today;
    let identifiers = list(index.resource(place), "/identifier").iter().enumerate();
    identifiers.filter(move |(_, i)| is_in_use(i, today)).filter_map(|(nth, i)| Some((nth, i, Number::read(i)?)))
}

fn kind(identifier: &Value) -> &str {
    text(identifier, "/type/coding/0/code")
}

/// A number that this service gave an order: under its system, or under none.
fn is_own(number: &Number) -> bool {
    let system = number.system.rsplit('/').next().unwrap_or_default();
    let is_of_service = system.is_empty() || system.eq_ignore_ascii_case("GMSOrder");
    is_of_service && number.value.get(..OWN_NUMBER.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(OWN_NUMBER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The number of a request with some identifiers, those of this service, and the others.
    fn check(identifiers: Value, expected: (&str, &[&str], &[&str])) {
        let resource = json!({ "resourceType": "ServiceRequest", "id": "r", "identifier": identifiers });
        let bundle = json!({ "entry": [{ "fullUrl": "urn:uuid:1", "resource": resource }] });
        let index = BundleIndex::new(&bundle, jiff::civil::date(2026, 11, 29)).expect("a bundle");
        let chosen = number(&index, 0).expect("a number");
        let others = other_numbers(&index, 0, &chosen);
        let others: Vec<&str> = others.iter().map(|other| other.value.as_str()).collect();
        assert_eq!(
            (chosen.value.as_str(), own_numbers(&index, 0), others),
            (expected.0, own(expected.1), expected.2.to_vec()),
            "{resource}"
        );
    }

    fn own(numbers: &[&str]) -> Vec<String> {
        numbers.iter().map(|number| (*number).to_owned()).collect()
    }

    #[test]
    fn a_number_of_this_service_is_never_that_of_the_sender_wherever_it_stands() {
        let sent = |value: &str| json!({ "system": "https://epr.example/order", "value": value });
        let of_service = |value: &str| json!({ "system": "https://fhir.nhs.uk/Id/GMSOrder", "value": value });
        let of_kind = |kind: &str, value: &str| json!({ "type": { "coding": [{ "code": kind }] }, "value": value });
        check(json!([sent("W-3"), of_service("OG-AAAAA-BBBBB")]), ("W-3", &["OG-AAAAA-BBBBB"], &[]));
        check(json!([of_service("og-aaaaa-bbbbb"), sent("W-3")]), ("W-3", &["OG-AAAAA-BBBBB"], &[]));
        check(json!([{ "value": "OG-AAAAA-BBBBB" }, sent("W-3")]), ("W-3", &["OG-AAAAA-BBBBB"], &[]));
        check(json!([of_service("OG-AAAAA-BBBBB")]), ("OG-AAAAA-BBBBB", &["OG-AAAAA-BBBBB"], &[]));
        check(json!([of_service("GO-7"), sent("W-3")]), ("GO-7", &[], &["W-3"]));
        check(json!([sent("OG-7")]), ("OG-7", &[], &[]));
        check(json!([sent("W-3"), sent("W-4"), of_kind("FILL", "L-1")]), ("W-3", &[], &["W-4"]));
        check(json!([sent("W-3"), of_kind("PLAC", "P-1")]), ("P-1", &[], &["W-3"]));
        check(json!([{ "use": "old", "value": "W-1" }, sent("W-3")]), ("W-3", &[], &[]));
        check(json!([]), ("r", &[], &[]));
    }
}
