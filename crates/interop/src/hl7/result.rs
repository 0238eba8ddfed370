//! Results: `ORU^R01`, and `MDM^T02` for systems that file documents. Source: HL7 2.5.1, chapters 7 and 9; LOINC codes of the HL7
//! laboratory results interface for genetics.

mod variant;

use super::write::{Field, MessageWriter, SegmentWriter};
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
    /// Number of the message: a repeated one carries the same.
    pub control: &'a str,
    /// When it was written, `YYYYMMDDHHMMSS+0000`.
    pub time: &'a str,
    /// ODS codes: the laboratory, the hospital.
    pub from: &'a str,
    /// The hospital.
    pub to: &'a str,
    /// The system that ordered, with its number.
    pub sender: &'a Sender,
    /// The service's own number of the patient, sent beside the NHS number.
    pub patient: PatientId,
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

/// A report as `MDM^T02`: the document alone.
pub fn document(content: &Content, envelope: &Envelope) -> String {
    let mut message = MessageWriter::default();
    message.push(&header(envelope, Field::components(["MDM", "T02", "MDM_T02"])));
    message.push(&SegmentWriter::new("EVN").with(1, "T02").with(2, envelope.time));
    message.push(&patient(envelope));
    message.push(&SegmentWriter::new("PV1").with(1, "1").with(2, "N"));
    let (placer, filler) = numbers(content, envelope);
    let replaces = content.supersedes.as_ref().map_or_else(String::new, |(id, _)| id.to_string());
    let transcription = SegmentWriter::new("TXA")
        .with(1, "1")
        .with(2, Field::components(["GE", "Genetic report"]))
        .with(3, "AP")
        .with(4, stamp(content.authorised))
        .with(12, content.id.to_string())
        .with(13, replaces)
        .with(14, placer)
        .with(15, filler)
        .with(17, "AU");
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
        .with(10, envelope.control)
        .with(11, "P")
        .with(12, "2.5.1")
        .with(15, "AL")
}

fn patient(envelope: &Envelope) -> SegmentWriter {
    let who = envelope.who;
    let own = Field::components([&envelope.patient.to_string(), "", "", "OPENGMS", "PI"]);
    let numbers = match who.nhs_number {
        Identity::NhsNumber(number) => Field::repeated([Field::components([&String::from(number), "", "", "NHS", "NH"]), own]),
        Identity::Unavailable(_) | Identity::Fetus => own,
    };
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
    (Field::components([&envelope.sender.number, envelope.to]), Field::components([&content.order_number, envelope.from]))
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
