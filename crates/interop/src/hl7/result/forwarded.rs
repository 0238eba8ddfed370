//! A result of another laboratory as `ORU^R01`: its values as they came, its documents, and who performed it. Source: HL7 2.5.1,
//! chapter 7.

use super::{Envelope, header, patient, placer};
use crate::{
    codes::{loinc, report::ReportStatus, system},
    forwarded::ForwardedResult,
    hl7::write::{Field, MessageWriter, SegmentWriter},
};
use base64::{Engine, prelude::BASE64_STANDARD};

/// A result of another laboratory, for the system that ordered.
pub fn forwarded(result: &ForwardedResult) -> String {
    let envelope = Envelope {
        control: result.control,
        time: result.time,
        from: result.laboratory,
        to: result.hospital,
        sender: result.sender,
        patient: result.patient,
        numbers: result.numbers,
        who: result.who,
        pdf: &[],
    };
    let mut message = MessageWriter::default();
    message.push(&header(&envelope, Field::components(["ORU", "R01", "ORU_R01"])));
    message.push(&patient(&envelope));
    let placer = placer(result.sender, result.hospital);
    let filler = Field::components([result.number, result.laboratory]);
    message.push(&SegmentWriter::new("ORC").with(1, "RE").with(2, placer.clone()).with(3, filler.clone()));
    message.push(&request(result, placer, filler));
    for (number, observation) in (1..).zip(observations(result)) {
        message.push(&performed(result, observation.with(1, number.to_string())));
    }
    message.finish()
}

fn request(result: &ForwardedResult, placer: Field, filler: Field) -> SegmentWriter {
    let [code, indication] = result.test;
    let directory = system::DIRECTORY.rsplit('/').next().unwrap_or_default();
    SegmentWriter::new("OBR")
        .with(1, "1")
        .with(2, placer)
        .with(3, filler)
        .with(4, Field::components([code, indication, directory]))
        .with(22, result.time)
        .with(25, status(result))
}

/// What is said of the result, value by value, and its documents.
fn observations(result: &ForwardedResult) -> Vec<SegmentWriter> {
    let received = result.received;
    let report = || Field::components([loinc::GENETIC_ANALYSIS_REPORT.code, loinc::GENETIC_ANALYSIS_REPORT.display, "LN"]);
    let said = format!("{}: {} of {} ({})", received.test, received.status.label(), received.laboratory_name, received.filler);
    let mut observations = vec![SegmentWriter::new("OBX").with(2, "TX").with(3, report()).with(4, "1").with(5, said)];
    for (place, value) in (1..).zip(&received.values) {
        let name = Field::components([&value.code, &value.name]);
        let observation = SegmentWriter::new("OBX").with(2, "ST").with(3, name).with(4, format!("2.{place}"));
        observations.push(observation.with(5, value.value.clone()));
    }
    for (document, bytes) in result.documents {
        let (kind, subtype) = document.media_type.split_once('/').unwrap_or(("application", "octet-stream"));
        let data = Field::components([&received.laboratory_name, kind, subtype, "Base64", &BASE64_STANDARD.encode(bytes)]);
        observations.push(SegmentWriter::new("OBX").with(2, "ED").with(3, report()).with(4, document.title.clone()).with(5, data));
    }
    observations
}

/// With its status, and the laboratory that performed it.
fn performed(result: &ForwardedResult, observation: SegmentWriter) -> SegmentWriter {
    let received = result.received;
    let laboratory = Field::components([&received.laboratory_name, "", &received.laboratory.to_string()]);
    observation.with(11, status(result)).with(14, result.time).with(23, laboratory)
}

fn status(result: &ForwardedResult) -> &'static str {
    ReportStatus::of_outside(result.received.status).hl7()
}
