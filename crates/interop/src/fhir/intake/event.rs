//! What a bundle is for: orders, results, or something that is not acted on. Source: FHIR R4, MessageHeader; HL7 table 0003; NHS
//! England Genomics FHIR, message-events-genomics.

use super::{
    bundle_index::BundleIndex,
    json::{kind, list, text},
    reference::Target,
};
use care::ordering::message::Fault;
use serde_json::Value;

/// What a bundle is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// It places, changes or ends orders.
    Orders,
    /// It brings results of another laboratory.
    Results,
}

/// Events that place or change orders.
const ORDERS: [&str; 11] =
    ["O01", "O19", "O21", "O33", "O35", "ORM", "OML", "OMG", "genomictestrequest", "servicerequest-request", "laboratory-order"];
/// Events that bring results.
const RESULTS: [&str; 11] = ["genomictestresponse", "R01", "R21", "R22", "R30", "R31", "R32", "ORU", "OUL", "T02", "diagnostic-report"];

/// What a bundle is for, by its MessageHeader, else by what is in it.
pub(super) fn purpose(index: &BundleIndex, bundle_type: &str) -> Result<Purpose, Fault> {
    let mut headers = index.resources_of_kind("MessageHeader").filter(|(place, _)| !index.is_contained(*place));
    let header = headers.next();
    if let Some((place, _)) = headers.next() {
        return Err(Fault::new(
            index.path(place, ""),
            "A message has one MessageHeader, and this is another one: send each message by itself",
        ));
    }
    match header {
        Some((place, header)) => by_event(index, place, header),
        None if bundle_type == "message" => {
            Err(Fault::new("Bundle.entry[0]", "A message begins with a MessageHeader that says what it is for: send it along"))
        }
        None => Ok(by_content(index)),
    }
}

fn by_event(index: &BundleIndex, place: usize, header: &Value) -> Result<Purpose, Fault> {
    if header.get("response").is_some_and(Value::is_object) {
        let message = "This message answers another one, so it orders nothing; send an order as a message of its own";
        return Err(Fault::new(index.path(place, ".response"), message));
    }
    let event = match text(header, "/eventCoding/code") {
        "" => text(header, "/eventUri").rsplit(['/', '#', ':']).next().unwrap_or_default(),
        code => code,
    };
    // HL7 version 2 writes an event as `O21`, as `OML^O21` or as `OML_O21`.
    let is_one_of = |events: &[&str]| event.split(['^', '_']).any(|part| events.iter().any(|known| known.eq_ignore_ascii_case(part)));
    match () {
        () if is_one_of(&RESULTS) => Ok(Purpose::Results),
        () if is_one_of(&ORDERS) => Ok(Purpose::Orders),
        () => {
            let message = format!("'{event}' is not acted on; orders are O21 or genomictestrequest, results are R01");
            Err(Fault::new(index.path(place, ".event"), message))
        }
    }
}

/// Without an event: a report on one of the requests beside it, or without any request, is a result.
fn by_content(index: &BundleIndex) -> Purpose {
    let is_beside = |report: usize, basis: &Value| {
        let target = index.resolve(report, basis, "ServiceRequest");
        matches!(target, Ok(Target::Resource(request)) if !index.is_contained(request))
    };
    let mut reports = index.resources_of_kind("DiagnosticReport").filter(|(place, _)| !index.is_contained(*place)).peekable();
    let has_request = index.resources().any(|(place, resource)| kind(resource) == "ServiceRequest" && !index.is_contained(place));
    let is_result = |(place, report): (usize, &Value)| list(report, "/basedOn").iter().any(|basis| is_beside(place, basis));
    if reports.peek().is_some() && (!has_request || reports.any(is_result)) { Purpose::Results } else { Purpose::Orders }
}
