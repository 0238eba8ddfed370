//! What is done with data and why. Source: HL7 v3 ActReason, ActCode, DataOperation; FHIR R4 value sets.

use super::{Concept, system};

const fn reason(code: &'static str, display: &'static str) -> Concept {
    Concept::new(system::ACT_REASON, code, display)
}

/// The care of the person.
pub const TREATMENT: Concept = reason("TREAT", "treatment");
/// Research.
pub const RESEARCH: Concept = reason("HRESCH", "healthcare research");
/// The care of the family.
pub const FAMILY: Concept = reason("FAMRQT", "family requested");
/// An emergency in which the usual rules were overridden.
pub const BREAK_THE_GLASS: Concept = reason("BTG", "break the glass");
/// Information is seen for research.
pub const RESEARCH_ACCESS: Concept =
    Concept::new("http://terminology.hl7.org/CodeSystem/v3-ActCode", "RESEARCH", "research information access");
/// A consent is about privacy.
pub const PRIVACY_CONSENT: Concept =
    Concept::new("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", "Privacy Consent");
/// Somebody wrote it.
pub const AUTHOR: Concept = Concept::new("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author", "Author");
/// An operation of a REST interface.
pub const RESTFUL_OPERATION: Concept = Concept::new("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest", "RESTful Operation");

/// What an event of an order did to it, by the name of the event.
pub fn operation(event: &str) -> Concept {
    let (code, display) = match event {
        "Submitted" => ("CREATE", "create"),
        "Cancelled" => ("CANCEL", "cancel"),
        "EnteredInError" => ("NULLIFY", "nullify"),
        "Held" => ("SUSPEND", "suspend"),
        "Resumed" | "Reopened" => ("RESUME", "resume"),
        "Closed" => ("COMPLETE", "complete"),
        _ => ("UPDATE", "revise"),
    };
    Concept::new(system::DATA_OPERATION, code, display)
}
