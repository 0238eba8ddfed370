//! What a message of another system asks for, whatever the language in which it was sent.

use crate::incoming_order::{IncomingOrder, Located, Person, SentNumber};
use care::results::outside::Version;
use jiff::Timestamp;

/// What a message asks for, once read.
#[derive(Clone, Debug)]
pub enum MessageContent {
    /// Orders are placed, changed or ended.
    Orders(Vec<IncomingOrder>),
    /// Who somebody is, as it was stated at a time (`ADT^A08`, `ADT^A31`): what was stated later stands.
    Demographics(Box<Person>, Option<Timestamp>),
    /// Two records of the sender are one person (`ADT^A40`).
    Merge(Box<IncomingMerge>),
    /// Results of another laboratory (`ORU^R01`, `MDM^T02`, a FHIR DiagnosticReport).
    Results(Vec<IncomingResult>),
}

/// Two records of the sender that are one person.
#[derive(Clone, Debug)]
pub struct IncomingMerge {
    /// The person as they are known from now on.
    pub survivor: Person,
    /// Numbers under which the other record was kept.
    pub replaced: Vec<SentNumber>,
    /// NHS number of the other record, if it had one.
    pub replaced_nhs_number: Option<Located>,
    /// Place of the other record in the message.
    pub place: String,
}

/// A result of another laboratory, as it was sent.
#[derive(Clone, Debug)]
pub struct IncomingResult {
    /// Its place in the message.
    pub place: String,
    /// The number of the order that this service gave it (placer order number of the result); empty when it names none.
    pub number: String,
    /// Further numbers by which it names an order or a sample: those of another order make it uncertain which is meant.
    pub beside: Vec<String>,
    /// The other laboratory's own number of its work (filler order number).
    pub filler: String,
    /// The other laboratory's number of a document that this one takes the place of, or takes back.
    pub replaces: String,
    /// Whom it is of.
    pub person: Person,
    /// Name of the test, as the other laboratory calls it.
    pub test: String,
    /// Preliminary, final, corrected, cancelled: as it was sent.
    pub status: String,
    /// Discrete values in order.
    pub values: Vec<ResultValue>,
    /// Documents, such as the report as PDF.
    pub documents: Vec<Document>,
    /// When it was issued, as it was sent.
    pub issued: String,
    /// When it was issued and its message was written, as far as either can be compared.
    pub version: Version,
    /// Name of the laboratory or system that sent it.
    pub laboratory: String,
    /// What was read and could not be used.
    pub not_used: Vec<String>,
}

/// A discrete value of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResultValue {
    /// What was measured or asked.
    pub name: String,
    /// Its code, if it has one.
    pub code: String,
    /// The value, with its unit.
    pub value: String,
}

/// A document that came with a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its title, or what it is.
    pub title: String,
    /// Media type, such as `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}
