//! Results: `ORU^R01`, and `MDM^T02` for systems that file documents. Source: HL7 2.5.1, chapters 7 and 9; LOINC codes of the HL7
//! laboratory results interface for genetics.

mod forwarded;
mod variant;

pub use forwarded::forwarded;

use super::{
    acknowledgement::short_control,
    write::{Field, MessageWriter, SegmentWriter},
};
use crate::codes::{Concept, loinc, report::ReportStatus, sex, system};
use base64::{Engine, prelude::BASE64_STANDARD};
use care::{
    PatientId,
    ordering::order::Sender,
    people::patient::{Demographics, Identity},
    results::report::Content,
};

/// What a message of a result says beside the report.
pub struct Envelope<'a> {
    /// Number of the message: a repeated one carries the same. One of more than 20 characters is sent as its digest, see
    /// [`short_control`].
    pub control: &'a str,
    /// When it was written, `YYYYMMDDHHMMSS+0000`.
    pub time: &'a str,
    /// ODS codes: the laboratory, the hospital.
    pub from: &'a str,
    /// The hospital.
    pub to: &'a str,
    /// The system that ordered, with its number.
    pub sender: &'a Sender,
    /// The service's own number of the patient, sent last.
    pub patient: PatientId,
    /// Numbers that hospitals gave the patient, each with who gave it.
    pub numbers: &'a [(String, String)],
    /// Who the patient is.
    pub who: &'a Demographics,
    /// The report as PDF.
    pub pdf: &'a [u8],
}

/// `YYYYMMDDHHMMSS+0000` of a time.
pub fn stamp(time: jiff::Timestamp) -> String {
    time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y%m%d%H%M%S+0000").to_string()
}

/// A report as `ORU^R01`.
pub fn report(content: &Content, envelope: &Envelope) -> String {
    let mut message = MessageWriter::default();
    message.push(&header(envelope, Field::components(["ORU", "R01", "ORU_R01"])));
    message.push(&patient(envelope));
    let (placer, filler) = numbers(content, envelope);
    message.push(&SegmentWriter::new("ORC").with(1, "RE").with(2, placer.clone()).with(3, filler.clone()));
    let [code, indication] = &content.test;
    let directory = system::DIRECTORY.rsplit('/').next().unwrap_or_default();
    let request = SegmentWriter::new("OBR").with(1, "1").with(2, placer).with(3, filler);
    let request = request.with(4, Field::components([code, indication, directory])).with(22, stamp(content.authorised));
    message.push(&request.with(25, ReportStatus::of_report(content).hl7()));
    let mut observations = Observations::new(&mut message, content);
    observations.push(Kind::Coded, loinc::OVERALL_INTERPRETATION, "1", coded(loinc::interpretation(content.outcome)));
    observations.push(Kind::Text, loinc::GENETIC_ANALYSIS_REPORT, "1", narrative(content));
    for (place, variant) in content.variants.iter().enumerate() {
        variant::push(&mut observations, &format!("2{}", letters(place)), variant);
    }
    observations.push(Kind::Encapsulated, loinc::GENETIC_ANALYSIS_REPORT, "PDF", document_field(envelope));
    message.finish()
}

/// Kind of a document: a consultation, the answer of a specialist service. Source: HL7 2.5.1, table 0270, which has no report of a
/// laboratory or of genetics; what it is stands in OBX-3 (LOINC).
const CONSULTATION: &str = "CN";
/// How a document is sent: as data of an application, such as PDF. Source: HL7 table 0191.
const APPLICATION_DATA: &str = "AP";
/// Signed. Source: HL7 table 0271.
const AUTHENTICATED: &str = "AU";
/// It can be used. Source: HL7 table 0273.
const AVAILABLE: &str = "AV";

/// A report as `MDM^T02`: the document alone.
pub fn document(content: &Content, envelope: &Envelope) -> String {
    let mut message = MessageWriter::default();
    message.push(&header(envelope, Field::components(["MDM", "T02", "MDM_T02"])));
    message.push(&SegmentWriter::new("EVN").with(1, "T02").with(2, envelope.time));
    message.push(&patient(envelope));
    message.push(&SegmentWriter::new("PV1").with(1, "1").with(2, "N"));
    let (placer, filler) = numbers(content, envelope);
    let numbered = |id: String| Field::components([&id, "OPENGMS"]);
    let replaces = content.supersedes.as_ref().map(|(id, _)| numbered(id.to_string())).unwrap_or_default();
    let transcription = SegmentWriter::new("TXA")
        .with(1, "1")
        .with(2, CONSULTATION)
        .with(3, APPLICATION_DATA)
        .with(4, stamp(content.authorised))
        .with(12, numbered(content.id.to_string()))
        .with(13, replaces)
        .with(14, placer)
        .with(15, filler)
        .with(17, AUTHENTICATED)
        .with(19, AVAILABLE);
    message.push(&transcription);
    Observations::new(&mut message, content).push(Kind::Encapsulated, loinc::GENETIC_ANALYSIS_REPORT, "PDF", document_field(envelope));
    message.finish()
}

fn header(envelope: &Envelope, kind: Field) -> SegmentWriter {
    SegmentWriter::header()
        .with(3, "OPENGMS")
        .with(4, envelope.from)
        .with(5, "EPR")
        .with(6, envelope.to)
        .with(7, envelope.time)
        .with(9, kind)
        .with(10, short_control(envelope.control))
        .with(11, "P")
        .with(12, "2.5.1")
        .with(15, "AL")
        .with(17, "GBR")
        .with(18, "UNICODE UTF-8")
}

fn patient(envelope: &Envelope) -> SegmentWriter {
    let who = envelope.who;
    let nhs = match who.nhs_number {
        Identity::NhsNumber(number) => Some(Field::components([&String::from(number), "", "", "NHS", "NH"])),
        Identity::Unavailable(_) | Identity::Fetus => None,
    };
    let hospital = envelope.numbers.iter().map(|(number, authority)| Field::components([number, "", "", authority, "MR"]));
    let own = Field::components([&envelope.patient.to_string(), "", "", "OPENGMS", "PI"]);
    let numbers = Field::repeated(nhs.into_iter().chain(hospital).chain([own]));
    let birth_date = if who.nhs_number == Identity::Fetus { String::new() } else { who.birth_date.strftime("%Y%m%d").to_string() };
    SegmentWriter::new("PID")
        .with(1, "1")
        .with(3, numbers)
        .with(5, Field::components([&who.family_name, &who.given_name, "", "", "", "", "L"]))
        .with(7, birth_date)
        .with(8, sex::hl7(who.sex))
}

/// The sender's number of the order, and the service's own.
fn numbers(content: &Content, envelope: &Envelope) -> (Field, Field) {
    (placer(envelope.sender, envelope.to), Field::components([&content.order_number, envelope.from]))
}

/// The sender's number as the sender wrote it: with its namespace, or with an OID as universal identifier; with the hospital where it
/// said neither. Source: HL7 2.5.1, chapter 2.A.28 (EI).
fn placer(sender: &Sender, hospital: &str) -> Field {
    let is_oid = |text: &str| text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let number = sender.placer_number();
    match sender.namespace() {
        Some(oid) if is_oid(oid) => Field::components([number, "", oid, "ISO"]),
        Some(namespace) => Field::components([number, namespace]),
        None => Field::components([number, hospital]),
    }
}

/// The result in words, line by line.
fn narrative(content: &Content) -> Field {
    let changed = content.supersedes.as_ref().map_or_else(String::new, |(_, what)| format!("Amended report. {what}\n"));
    format!("{changed}{}.\n{}\n{}", content.headline(), content.summary, content.plain).into()
}

fn document_field(envelope: &Envelope) -> Field {
    Field::components(["OPENGMS", "application", "pdf", "Base64", &BASE64_STANDARD.encode(envelope.pdf)])
}

/// Type of the value of an observation. Source: HL7 table 0125.
#[derive(Clone, Copy)]
enum Kind {
    Coded,
    Text,
    Encapsulated,
}

/// `OBX` segments, each a value under a LOINC code.
struct Observations<'m> {
    message: &'m mut MessageWriter,
    count: usize,
    observed: String,
    status: ReportStatus,
}

impl<'m> Observations<'m> {
    fn new(message: &'m mut MessageWriter, content: &Content) -> Observations<'m> {
        Observations { message, count: 0, observed: stamp(content.authorised), status: ReportStatus::of_report(content) }
    }

    /// Adds a value of a part of the report; nothing where there is none.
    fn push(&mut self, kind: Kind, question: Concept, part: &str, value: Field) {
        if value.is_empty() {
            return;
        }
        self.count += 1;
        let kind = match kind {
            Kind::Coded => "CWE",
            Kind::Text => "TX",
            Kind::Encapsulated => "ED",
        };
        let segment = SegmentWriter::new("OBX")
            .with(1, self.count.to_string())
            .with(2, kind)
            .with(3, coded(question))
            .with(4, part)
            .with(5, value)
            .with(11, self.status.hl7())
            .with(14, &self.observed);
        self.message.push(&segment);
    }
}

/// A LOINC code with its name.
fn coded(concept: Concept) -> Field {
    Field::components([concept.code, concept.display, "LN"])
}

/// `a`, `b`, … `z`, `aa`: parts of a report.
fn letters(place: usize) -> String {
    let letter = char::from(b'a' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { format!("{}{letter}", letters(place / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::{StaffId, ordering::order::SenderResources};

    #[test]
    fn the_number_of_an_order_goes_back_as_it_came() {
        for (system, field) in [
            ("", "ORC||P-1^RP4"),
            ("EPIC", "ORC||P-1^EPIC"),
            ("2.16.840.1", "ORC||P-1^^2.16.840.1^ISO"),
            ("https://hospital.example/orders", "ORC||P-1^RP4"),
        ] {
            let client = StaffId(uuid::Uuid::nil());
            let resources = SenderResources::default();
            let sender = Sender { client, number: "P-1#2".into(), system: system.into(), part: Some(2), stated_at: None, resources };
            assert_eq!(SegmentWriter::new("ORC").with(2, placer(&sender, "RP4")).to_string(), field, "{system}");
        }
    }
}
