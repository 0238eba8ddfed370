//! What the rules or the policy refuse, as faults at their places in the message.

use crate::{ServiceError, ServiceResult};
use care::ordering::message::Fault;
use interop::incoming_order::IncomingOrder;

/// What is refused of an order, where the message says it.
pub(super) fn of_order(error: ServiceError, order: &IncomingOrder) -> ServiceResult<Vec<Fault>> {
    faults(error, &order.place, |field, message| order.place_of(field, message))
}

/// What is refused of a person of a message.
pub(super) fn of_person(error: ServiceError, message_place: &str) -> ServiceResult<Vec<Fault>> {
    faults(error, message_place, |field, _| format!("{message_place} ({field})"))
}

/// What is refused of a result.
pub(super) fn of_result(error: ServiceError, message_place: &str) -> ServiceResult<Vec<Fault>> {
    faults(error, message_place, |field, _| place_in_result(message_place, field))
}

/// Where in a result a field stands. Source: HL7 2.5.1, chapters 7.4.1 (OBR) and 9.6.1 (TXA); FHIR R4, DiagnosticReport.
fn place_in_result(result: &str, field: &str) -> String {
    match (result.split(['(', '.', '[']).next().unwrap_or_default(), field) {
        ("OBR", "status") => format!("{result}-25"),
        ("OBR", "filler") => format!("{result}-3"),
        ("TXA", "status") => format!("{result}-17"),
        ("TXA", "filler") => format!("{result}-12"),
        // One without a request has neither.
        ("ORC" | "OBX", "status") => "OBR-25".to_owned(),
        ("ORC", "filler") => format!("{result}-3"),
        ("OBX", "filler") => "OBR-3".to_owned(),
        _ if result.contains("DiagnosticReport") && field == "status" => format!("{result}.status"),
        _ if result.contains("DiagnosticReport") && field == "filler" => format!("{result}.identifier"),
        _ => format!("{result} ({field})"),
    }
}

/// Refusals of the rules each at its own place, and a denial at that of the whole; anything else stays an error.
fn faults(error: ServiceError, message_place: &str, place: impl Fn(&str, &str) -> String) -> ServiceResult<Vec<Fault>> {
    match error {
        ServiceError::Refused(refusals) => Ok(refusals.0.into_iter().map(|r| Fault::new(place(r.field, &r.message), r.message)).collect()),
        ServiceError::Denied(denied) => Ok(vec![Fault::new(message_place, denied.to_string())]),
        other => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_result_is_named_where_it_stands() {
        for (result, field, expected) in [
            ("OBR", "status", "OBR-25"),
            ("OBR(2)", "filler", "OBR(2)-3"),
            ("TXA", "status", "TXA-17"),
            ("OBX", "status", "OBR-25"),
            ("entry[0].resource(DiagnosticReport)", "status", "entry[0].resource(DiagnosticReport).status"),
            ("OBR", "content", "OBR (content)"),
        ] {
            assert_eq!(place_in_result(result, field), expected);
        }
    }
}
