//! Orders and results of other systems: a transaction of the order-management API, or a message Bundle. Source: NHS England Genomics
//! FHIR guide; FHIR R4, Bundle.

mod encoding;
mod json;
mod period;
mod shape;

mod bundle_index;
mod entry_request;
mod number;
mod reference;
mod sender_resource;
mod status;

mod based_on;
mod event;
mod family;
mod name;
mod people;
mod requester;
mod requests;

mod condition;
mod consent;
mod details;
mod document;
mod history;
mod mother;
mod named_record;
mod observation;
mod occurrence;
mod places;
mod presence;
mod questionnaire;
mod said;
mod specimen;
mod stated;
mod twin;
mod uncertain;

mod order_numbers;
mod orders;
mod results;
mod whose;

pub use encoding::json;
pub use requests::ORDERING_INTENTS;
pub use status::{CERTAIN_ENOUGH, COUNTED, PAST};
pub use whose::{NotKnownWho, identity, whose};

use crate::{
    incoming_message::{IncomingResult, MessageContent},
    incoming_order::{Faults, IncomingOrder},
};
use bundle_index::BundleIndex;
use care::ordering::message::Fault;
use event::Purpose;
use jiff::civil::Date;
use json::text;
use serde_json::Value;

/// What a bundle asks for: orders, or results of another laboratory, never both.
#[derive(Debug)]
pub struct Intake {
    /// Orders.
    pub orders: Vec<IncomingOrder>,
    /// Of each order the number of the entry with the proband's request, from 0.
    pub requests: Vec<usize>,
    /// Results.
    pub results: Vec<IncomingResult>,
    /// Kind of each entry's resource, in order.
    pub entries: Vec<String>,
}

impl Intake {
    /// What the message asks for.
    pub fn content(self) -> MessageContent {
        if self.orders.is_empty() { MessageContent::Results(self.results) } else { MessageContent::Orders(self.orders) }
    }
}

/// Reads a bundle as it is to be understood on a day: what has ended by then, such as a name or a consent, does not count.
pub fn read_on(body: &[u8], today: Date) -> Result<Intake, Faults> {
    let value = encoding::json(body).map_err(|fault| vec![fault])?;
    bundle(&value, today).map_err(|faults| consent::not_done(faults, &value, today))
}

fn bundle(value: &Value, today: Date) -> Result<Intake, Faults> {
    let kind = bundle_type(value).map_err(|fault| vec![fault])?;
    let refused = entry_request::faults(value, today);
    if !refused.is_empty() {
        return Err(refused);
    }
    let index = BundleIndex::new(value, today)?;
    let entries = index.kinds();
    match event::purpose(&index, kind).map_err(|fault| vec![fault])? {
        Purpose::Results => {
            let withdrawn = consent::unread(&index, &[]);
            if !withdrawn.is_empty() {
                return Err(withdrawn);
            }
            Ok(Intake { orders: vec![], requests: vec![], results: results::results(&index)?, entries })
        }
        Purpose::Orders => {
            let (orders, requests) = orders::orders(&index)?.into_iter().unzip();
            Ok(Intake { orders, requests, results: vec![], entries })
        }
    }
}

/// Reads a bundle of orders without knowing the day: what has an end, such as the period of a consent, does not count.
pub fn read(text: &str) -> Result<Intake, Faults> {
    let intake = read_on(text.as_bytes(), Date::MAX)?;
    match intake.results.first() {
        None => Ok(intake),
        Some(result) => Err(vec![Fault::new(&result.place, "This is a result, which orders nothing")]),
    }
}

/// Kinds of resources that are read into an order.
const READ: [&str; 18] = [
    "Patient",
    "ServiceRequest",
    "RelatedPerson",
    "RequestGroup",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "Specimen",
    "Observation",
    "Condition",
    "Consent",
    "QuestionnaireResponse",
    "DocumentReference",
    "Binary",
    "DiagnosticReport",
    "FamilyMemberHistory",
    "Procedure",
    "Provenance",
];

/// Whether resources of a kind are read into an order.
pub fn is_read(kind: &str) -> bool {
    READ.contains(&kind)
}

/// Whether a resource that is part of an order would count there, or why not.
pub fn counted(resource: &Value) -> Result<(), Fault> {
    let kind = json::kind(resource);
    if let Some(fault) = shape::faults(resource, kind).into_iter().next() {
        return Err(fault);
    }
    let reason = match kind {
        "" => Some("it has no resourceType".to_owned()),
        _ if !is_read(kind) => Some("resources of this kind are kept with a message and not read into an order".to_owned()),
        "Patient" if resource["active"] == Value::Bool(false) => Some("it is not in use any more".to_owned()),
        "Condition" => status::condition_state(resource).err(),
        _ => status::not_counted(resource),
    };
    reason.map_or(Ok(()), |reason| Err(Fault::new(kind, format!("It would not count: {reason}"))))
}

fn bundle_type(value: &Value) -> Result<&str, Fault> {
    let kind = json::kind(value);
    if kind != "Bundle" {
        return Err(Fault::new("Bundle", format!("Send a Bundle of type transaction or message; this is '{kind}'")));
    }
    match text(value, "/type") {
        known @ ("transaction" | "message") => Ok(known),
        "batch" => {
            let message =
                "'batch' is not acted on, since its entries would stand alone; send a transaction, which is done whole or not at all";
            Err(Fault::new("Bundle.type", message))
        }
        other => Err(Fault::new("Bundle.type", format!("'{other}' is not acted on; send a transaction or a message"))),
    }
}
