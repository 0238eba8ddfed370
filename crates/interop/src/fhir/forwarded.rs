//! A result of another laboratory as DiagnosticReport with its values, for the hospital that ordered. Source: FHIR R4.

use super::{
    datatype::{Annotation, Attachment, CodeableConcept, Coding, Identifier, Reference},
    recipient::Recipient,
    resource::{Bundle, BundleType, Component, ComponentValue, DiagnosticReport, Entry, Observation, Resource},
};
use crate::{
    codes::{
        loinc,
        report::{GENETICS, LABORATORY, ReportStatus},
        snomed, system,
    },
    forwarded::ForwardedResult,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use care::people::patient::Identity;

/// What is sent to a hospital's own server: the report and its values, all or nothing.
pub fn transaction(result: &ForwardedResult, recipient: &Recipient) -> Bundle {
    let entry = |resource: Resource| {
        let address = resource.address();
        Entry::new(format!("urn:opengms:{address}"), resource).requesting("PUT", address)
    };
    let resources = [Resource::from(report(result)), values(result).into()].map(|resource| recipient.addressed(resource));
    Bundle::new(BundleType::Transaction, resources.into_iter().map(entry).collect())
}

fn report(result: &ForwardedResult) -> DiagnosticReport {
    let received = result.received;
    let request = Reference::to(format!("ServiceRequest/{}", result.order));
    DiagnosticReport {
        id: result.id.to_string(),
        meta: None,
        contained: vec![],
        identifier: vec![Identifier::new(system::REPORT, format!("{}/{}", result.number, received.filler))],
        based_on: vec![Reference { identifier: Some(Identifier::new(system::ORDER, result.number)), ..request }],
        status: ReportStatus::of_outside(received.status),
        category: vec![GENETICS.into(), snomed::GENETIC_PATHOLOGY.into()],
        code: CodeableConcept { coding: vec![Coding::from(loinc::GENETIC_ANALYSIS_REPORT)], text: received.test.clone() },
        subject: subject(result),
        issued: received.issued.clone(),
        performer: vec![performer(result)],
        results_interpreter: vec![],
        specimen: vec![],
        result: vec![Reference::to(format!("Observation/{}", observation_id(result)))],
        conclusion: format!("{} result of {} ({})", received.status.label(), received.laboratory_name, received.filler),
        presented_form: result.documents.iter().map(|(document, bytes)| attachment(&document.media_type, &document.title, bytes)).collect(),
    }
}

fn values(result: &ForwardedResult) -> Observation {
    let received = result.received;
    let component = |value: &care::results::outside::DiscreteValue| Component {
        code: CodeableConcept::coded("", &value.code, &value.name),
        value: ComponentValue::Text(value.value.clone()),
    };
    Observation {
        id: observation_id(result),
        meta: None,
        based_on: vec![Reference::to(format!("ServiceRequest/{}", result.order))],
        status: ReportStatus::of_outside(received.status),
        category: vec![LABORATORY.into(), GENETICS.into()],
        code: CodeableConcept { coding: vec![Coding::from(loinc::GENETIC_ANALYSIS_REPORT)], text: received.test.clone() },
        subject: subject(result),
        effective_date_time: String::new(),
        performer: vec![performer(result)],
        value_codeable_concept: None,
        method: None,
        note: Annotation::list([]),
        derived_from: vec![],
        component: received.values.iter().map(component).collect(),
    }
}

fn observation_id(result: &ForwardedResult) -> String {
    format!("{}.0", result.id.0.simple())
}

fn attachment(media_type: &str, title: &str, bytes: &[u8]) -> Attachment {
    Attachment { content_type: media_type.into(), data: BASE64_STANDARD.encode(bytes), title: title.into(), ..Attachment::default() }
}

fn subject(result: &ForwardedResult) -> Reference {
    let identifier = match result.who.nhs_number {
        Identity::NhsNumber(number) => Some(Identifier::new(system::NHS_NUMBER, String::from(number))),
        Identity::Unavailable(_) | Identity::Fetus => None,
    };
    Reference { identifier, ..Reference::to(format!("Patient/{}", result.patient)).with_name(result.who.full_name()) }
}

fn performer(result: &ForwardedResult) -> Reference {
    let laboratory = Identifier::ods_british(&result.received.laboratory);
    Reference::known_by(laboratory).with_name(&result.received.laboratory_name)
}
