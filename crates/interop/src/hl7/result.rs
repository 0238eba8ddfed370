//! Results: `ORU^R01`, and `MDM^T02` for systems that file documents. Source: HL7 2.5.1, chapters 7 and 9; LOINC codes of the HL7
//! laboratory results interface for genetics.

use super::{Writer, escaped};
use crate::fhir::{
    report::{OUTSIDE, answer, significance, zygosity},
    system::DIRECTORY,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use care::{
    PatientId,
    ordering::order::Sender,
    people::patient::{Demographics, Identity, Sex},
    results::report::Content,
};

/// What a message of a result says beside the report.
pub struct Envelope<'a> {
    /// Number of the message: a repeated one carries the same.
    pub control: &'a str,
    /// When it was written, `YYYYMMDDHHMMSS+0000`.
    pub at: &'a str,
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
pub fn stamp(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y%m%d%H%M%S+0000").to_string()
}

fn header(writer: &mut Writer, e: &Envelope, kind: &str) {
    writer.segment("MSH", &["^~\\&", "OPENGMS", e.from, "EPR", e.to, e.at, "", kind, e.control, "P", "2.5.1", "", "", "AL"]);
}

fn patient(writer: &mut Writer, e: &Envelope) {
    let own = format!("{}^^^OPENGMS^PI", e.patient);
    let numbers = match e.who.nhs_number {
        Identity::NhsNumber(number) => format!("{}^^^NHS^NH~{own}", String::from(number)),
        Identity::Unavailable(_) | Identity::Fetus => own,
    };
    let name = format!("{}^{}^^^^^L", escaped(&e.who.family_name), escaped(&e.who.given_name));
    let born = if e.who.nhs_number == Identity::Fetus { String::new() } else { e.who.birth_date.strftime("%Y%m%d").to_string() };
    let sex = match e.who.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unknown => "U",
    };
    writer.segment("PID", &["1", "", &numbers, "", &name, "", &born, sex]);
}

/// Lines of observations, each a value under a LOINC code.
struct Lines<'w> {
    writer: &'w mut Writer,
    count: usize,
    at: String,
    status: &'static str,
}

impl Lines<'_> {
    fn add(&mut self, kind: &str, code: (&str, &str), part: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        self.count += 1;
        let identifier = format!("{}^{}^LN", code.0, escaped(code.1));
        let set = self.count.to_string();
        self.writer.segment("OBX", &[&set, kind, &identifier, part, value, "", "", "", "", "", self.status, "", "", &self.at]);
    }
}

/// Source: HL7 table 0085: preliminary, corrected, final.
fn status(content: &Content) -> &'static str {
    match (content.interim, &content.supersedes) {
        (true, _) => "P",
        (false, Some(_)) => "C",
        (false, None) => "F",
    }
}

fn coded(code: &str, display: &str, system: &str) -> String {
    format!("{}^{}^{system}", escaped(code), escaped(display))
}

/// A report as `ORU^R01`.
pub fn report(content: &Content, e: &Envelope) -> String {
    let mut writer = Writer::default();
    header(&mut writer, e, "ORU^R01^ORU_R01");
    patient(&mut writer, e);
    let (placer, filler) = (format!("{}^{}", escaped(&e.sender.number), e.to), format!("{}^{}", content.order_number, e.from));
    writer.segment("ORC", &["RE", &placer, &filler]);
    let status = status(content);
    let [code, indication] = &content.test;
    let test = format!("{}^{}^{}", escaped(code), escaped(indication), DIRECTORY.rsplit('/').next().unwrap_or_default());
    let issued = stamp(content.authorised);
    let mut request = vec!["1", &placer, &filler, &test];
    request.extend([""; 17]);
    request.extend([issued.as_str(), "", "", status]);
    writer.segment("OBR", &request);
    let mut lines = Lines { writer: &mut writer, count: 0, at: issued.clone(), status };
    let (code, display) = answer(content.outcome);
    lines.add("CWE", ("51968-6", "Genetic disease analysis overall interpretation"), "1", &coded(code, display, "LN"));
    let changed = content.supersedes.as_ref().map_or_else(String::new, |(_, what)| format!("Amended report. {what}\n"));
    let narrative = format!("{changed}{}.\n{}\n{}", content.headline(), content.summary, content.plain);
    lines.add("TX", ("51969-4", "Genetic analysis report"), "1", &escaped(&narrative));
    for (place, variant) in content.variants.iter().enumerate() {
        let part = format!("2{}", super::letters(place));
        let hgvs = |text: &str| coded(text, text, "HGVS");
        lines.add("CWE", ("69548-6", "Genetic variant assessment"), &part, &coded("LA9633-4", "Present", "LN"));
        lines.add("CWE", ("48018-6", "Gene studied [ID]"), &part, &coded(&variant.coded.gene, &variant.gene, "HGNC"));
        lines.add(
            "CWE",
            ("51958-7", "Transcript reference sequence [ID]"),
            &part,
            &coded(&variant.transcript, &variant.transcript, "refseq"),
        );
        lines.add("CWE", ("48004-6", "DNA change (c.HGVS)"), &part, &hgvs(&variant.hgvs[0]));
        lines.add("CWE", ("48005-3", "Amino acid change (pHGVS)"), &part, &hgvs(&variant.hgvs[1]));
        lines.add("CWE", ("81290-9", "Genomic DNA change (gHGVS)"), &part, &hgvs(&variant.hgvs[2]));
        lines.add("CWE", ("62374-4", "Human reference sequence assembly version"), &part, &coded("LA26806-2", "GRCh38", "LN"));
        let answers = [
            ("53034-5", "Allelic state", zygosity(&variant.coded.zygosity)),
            ("53037-8", "Genetic variation clinical significance", significance(&variant.class)),
        ];
        for (code, name, value) in answers {
            lines.add("CWE", (code, name), &part, &value.map_or_else(String::new, |(code, display)| coded(code, display, "LN")));
        }
        lines.add("TX", ("48767-8", "Annotation comment [Interpretation] Narrative"), &part, if variant.secondary { OUTSIDE } else { "" });
        let [disorder, name] = &variant.coded.disorder;
        lines.add(
            "CWE",
            ("81259-4", "Associated phenotype"),
            &part,
            &if name.is_empty() { String::new() } else { coded(disorder, name, "OMIM") },
        );
    }
    let document = format!("OPENGMS^application^pdf^Base64^{}", BASE64_STANDARD.encode(e.pdf));
    lines.add("ED", ("51969-4", "Genetic analysis report"), "PDF", &document);
    writer.finish()
}

/// A report as `MDM^T02`: the document alone.
pub fn document(content: &Content, e: &Envelope) -> String {
    let mut writer = Writer::default();
    header(&mut writer, e, "MDM^T02^MDM_T02");
    writer.segment("EVN", &["T02", e.at]);
    patient(&mut writer, e);
    writer.segment("PV1", &["1", "N"]);
    let (placer, filler) = (format!("{}^{}", escaped(&e.sender.number), e.to), format!("{}^{}", content.order_number, e.from));
    let replaces = content.supersedes.as_ref().map_or_else(String::new, |(id, _)| id.to_string());
    let id = content.id.to_string();
    writer.segment(
        "TXA",
        &[
            "1",
            "GE^Genetic report",
            "AP",
            &stamp(content.authorised),
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            &id,
            &replaces,
            &placer,
            &filler,
            "",
            "AU",
        ],
    );
    let mut lines = Lines { writer: &mut writer, count: 0, at: stamp(content.authorised), status: status(content) };
    let bytes = format!("OPENGMS^application^pdf^Base64^{}", BASE64_STANDARD.encode(e.pdf));
    lines.add("ED", ("51969-4", "Genetic analysis report"), "PDF", &bytes);
    writer.finish()
}
