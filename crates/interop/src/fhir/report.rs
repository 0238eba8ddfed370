//! A signed report as DiagnosticReport with its observations. Source: HL7 Genomics Reporting 3.0.0; NHS England Genomics FHIR.

mod variant;

use super::{
    datatype::{Annotation, Attachment, CodeableConcept, Coding, Identifier, Meta, Reference},
    recipient::Recipient,
    resource::{Bundle, BundleType, DiagnosticReport, DocumentContent, DocumentContext, DocumentReference, Entry, Observation, Resource},
};
use crate::codes::{
    loinc,
    report::{GENETICS, LABORATORY, ReportStatus},
    snomed, system,
};
use care::{OrderId, PatientId, results::report::Content};

/// What is said beside the content of a report.
pub struct ReportContext<'a> {
    /// Order.
    pub order: OrderId,
    /// Patient.
    pub patient: PatientId,
    /// ODS code of the laboratory.
    pub laboratory: &'a str,
    /// Samples that it rests on, by their identifiers.
    pub samples: &'a [String],
    /// The report as PDF, where it is sent along.
    pub pdf: Option<&'a [u8]>,
}

/// Base of the profiles of Genomics Reporting.
const REPORTING: &str = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition";

/// The report, then its observations.
pub fn resources(content: &Content, context: &ReportContext) -> Vec<Resource> {
    let observations = observations(content, context);
    let report = report(content, context, &observations);
    std::iter::once(report.into()).chain(observations.into_iter().map(Resource::from)).collect()
}

/// The report, which names its observations.
pub fn diagnostic_report(content: &Content, context: &ReportContext) -> DiagnosticReport {
    report(content, context, &observations(content, context))
}

/// What is sent to a hospital's own server: the report, its observations and the document, all or nothing, about what the hospital has.
pub fn transaction(content: &Content, context: &ReportContext, recipient: &Recipient) -> Bundle {
    let without_pdf = ReportContext { pdf: None, ..*context };
    let document = context.pdf.map(|_| Resource::from(document_reference(content, context)));
    let entry = |resource: Resource| {
        let address = resource.address();
        Entry::new(format!("urn:opengms:{address}"), resource).requesting("PUT", address)
    };
    let resources = resources(content, &without_pdf).into_iter().chain(document).map(|resource| recipient.addressed(resource));
    Bundle::new(BundleType::Transaction, resources.map(entry).collect())
}

fn observations(content: &Content, context: &ReportContext) -> Vec<Observation> {
    let mut observations = vec![overall(content, context)];
    for (place, variant) in (1..).zip(&content.variants) {
        let id = format!("{}.{place}", content.id.0.simple());
        let implication = variant::implication(content, context, &id, variant);
        observations.push(variant::finding(content, context, id, variant));
        observations.push(implication);
    }
    observations
}

fn report(content: &Content, context: &ReportContext, observations: &[Observation]) -> DiagnosticReport {
    let order = Identifier::new(system::ORDER, content.order_number.clone());
    let request = Reference { identifier: Some(order), ..request(context) };
    let interpreter = |[act, who, _]: &[String; 3]| Reference::named(format!("{act} {who}"));
    DiagnosticReport {
        id: content.id.to_string(),
        meta: Meta::nhs("NHSEngland-DiagnosticReport-GenomicReport"),
        contained: vec![],
        identifier: vec![Identifier::new(system::REPORT, format!("{}/{}", content.order_number, content.id))],
        based_on: vec![request],
        status: ReportStatus::of_report(content),
        category: vec![GENETICS.into(), snomed::GENETIC_PATHOLOGY.into()],
        code: CodeableConcept {
            coding: vec![Coding::from(loinc::GENETIC_ANALYSIS_REPORT), snomed::GENETIC_REPORT.into()],
            text: String::new(),
        },
        subject: subject(content, context),
        issued: content.authorised.to_string(),
        performer: vec![performer(context)],
        results_interpreter: content.signatures.iter().map(interpreter).collect(),
        specimen: context.samples.iter().map(|id| Reference::to(format!("Specimen/{id}"))).collect(),
        result: observations.iter().map(|o| Reference::to(format!("Observation/{}", o.id))).collect(),
        conclusion: conclusion(content),
        presented_form: vec![presented(content, context)],
    }
}

/// The report as PDF: inside the resource, or where it is to be fetched.
fn presented(content: &Content, context: &ReportContext) -> Attachment {
    let document = match context.pdf {
        Some(bytes) => Attachment::pdf(bytes),
        None => Attachment {
            content_type: "application/pdf".into(),
            url: format!("/fhir/DiagnosticReport/{}/pdf", content.id),
            ..Attachment::default()
        },
    };
    Attachment { language: "en-GB".into(), title: format!("Genomic report {}", content.order_number), ..document }
}

/// The printed report as a document of the record: where it is to be fetched, or inside the resource.
pub fn document_reference(content: &Content, context: &ReportContext) -> DocumentReference {
    DocumentReference {
        id: format!("{}.pdf", content.id.0.simple()),
        meta: Meta::profile("http://hl7.org/fhir/StructureDefinition/DocumentReference"),
        status: "current",
        kind: snomed::GENETIC_REPORT.into(),
        subject: subject(content, context),
        date: content.authorised.to_string(),
        content: vec![DocumentContent { attachment: presented(content, context) }],
        context: DocumentContext { related: vec![Reference::to(format!("DiagnosticReport/{}", content.id))] },
    }
}

fn request(context: &ReportContext) -> Reference {
    Reference::to(format!("ServiceRequest/{}", context.order))
}

fn subject(content: &Content, context: &ReportContext) -> Reference {
    let identifier = content.patient.nhs_number().map(|number| Identifier::new(system::NHS_NUMBER, String::from(number)));
    Reference { identifier, ..Reference::to(format!("Patient/{}", context.patient)).with_name(&content.patient.name) }
}

fn performer(context: &ReportContext) -> Reference {
    Reference::known_by(Identifier::ods_british(context.laboratory))
}

fn conclusion(content: &Content) -> String {
    let changed = content.supersedes.as_ref().map_or_else(String::new, |(_, what)| format!("Amended report. {what} "));
    format!("{changed}{}. {}", content.headline(), content.summary)
}

/// An observation of the report's laboratory on its patient, without an answer yet.
fn observation(content: &Content, context: &ReportContext, id: String, code: CodeableConcept) -> Observation {
    Observation {
        id,
        meta: None,
        based_on: vec![request(context)],
        status: ReportStatus::of_report(content),
        category: vec![LABORATORY.into(), GENETICS.into()],
        code,
        subject: subject(content, context),
        effective_date_time: content.authorised.to_string(),
        performer: vec![performer(context)],
        value_codeable_concept: None,
        method: None,
        note: vec![],
        derived_from: vec![],
        component: vec![],
    }
}

/// The result as a whole. An overall interpretation has no profile of its own in version 3 of Genomics Reporting.
fn overall(content: &Content, context: &ReportContext) -> Observation {
    let id = format!("{}.0", content.id.0.simple());
    Observation {
        value_codeable_concept: Some(loinc::interpretation(content.outcome).into()),
        note: Annotation::list([content.plain.as_str()]),
        ..observation(content, context, id, loinc::OVERALL_INTERPRETATION.into())
    }
}
