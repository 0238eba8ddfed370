//! The system that ordered, as it names what a result is about: a result that is sent there refers to the sender's own resources, never
//! to resources of this service, which the sender's server does not have. Source: FHIR R4, Reference (literal and logical references).

use super::{
    datatype::{Identifier, Reference},
    patient,
    resource::{DiagnosticReport, Patient, Resource},
};
use crate::codes::system;
use care::{
    PatientId,
    laboratory::sample::Sample,
    ordering::order::{Sender, SenderResource},
    people::{
        identifier::HospitalNumber,
        patient::{Demographics, Identity},
    },
};

/// Whom a result is sent to, and what it is about there.
pub struct Recipient<'a> {
    /// The system, with its number of the order and the names that it gave.
    pub sender: &'a Sender,
    /// The service's number of the order.
    pub order_number: &'a str,
    /// The patient's record here.
    pub patient: PatientId,
    /// Who the patient is.
    pub who: &'a Demographics,
    /// Numbers by which hospitals know the patient.
    pub numbers: &'a [HospitalNumber],
    /// The patient's samples.
    pub samples: &'a [&'a Sample],
}

/// Name of the patient inside a report.
const CONTAINED: &str = "patient";

impl Recipient<'_> {
    /// A resource of a result, as it is sent there.
    pub(super) fn addressed(&self, resource: Resource) -> Resource {
        match resource {
            Resource::DiagnosticReport(report) => self.report(*report).into(),
            Resource::Observation(mut observation) => {
                (observation.based_on, observation.subject) = (self.based_on(), self.subject(&observation.subject));
                Resource::Observation(observation)
            }
            Resource::DocumentReference(mut document) => {
                document.subject = self.subject(&document.subject);
                Resource::DocumentReference(document)
            }
            other => other,
        }
    }

    fn report(&self, report: DiagnosticReport) -> DiagnosticReport {
        let addressed = DiagnosticReport {
            based_on: self.based_on(),
            subject: self.subject(&report.subject),
            specimen: self.samples.iter().filter_map(|sample| self.specimen(sample)).collect(),
            ..report
        };
        if !addressed.subject.reference.is_empty() {
            return addressed;
        }
        // Where the sender gave no address of its Patient, every number of theirs stands in the report.
        let subject = Reference { reference: format!("#{CONTAINED}"), ..addressed.subject };
        DiagnosticReport { contained: vec![self.contained().into()], subject, ..addressed }
    }

    /// The request as its sender numbers it, then as the service does.
    fn based_on(&self) -> Vec<Reference> {
        let own = &self.sender.resources.request;
        let number = identifier(own)
            .unwrap_or_else(|| Identifier::new(self.sender.address().unwrap_or(system::LOCAL_ORDER), self.sender.placer_number()));
        let request = Reference { reference: own.address.clone(), identifier: Some(number), ..Reference::of_kind("ServiceRequest") };
        let here = Identifier::new(system::ORDER, self.order_number);
        vec![request, Reference { identifier: Some(here), ..Reference::of_kind("ServiceRequest") }]
    }

    /// The patient: by the address that the sender gave, and by NHS number, else by the number that the sender gave.
    fn subject(&self, named: &Reference) -> Reference {
        let own = &self.sender.resources.patient;
        let number = match self.who.nhs_number {
            Identity::NhsNumber(number) => Some(Identifier::new(system::NHS_NUMBER, String::from(number))),
            Identity::Unavailable(_) | Identity::Fetus => identifier(own).or_else(|| self.numbers.first().map(patient::hospital_number)),
        };
        Reference { reference: own.address.clone(), identifier: number, ..Reference::of_kind("Patient") }.with_name(&named.display)
    }

    fn contained(&self) -> Patient {
        let mut person = patient::patient(self.patient, self.who);
        person.identifier.extend(self.numbers.iter().map(patient::hospital_number));
        Patient { id: CONTAINED.into(), meta: None, ..person }
    }

    /// A sample as the specimen that the sender sent, if its number stands on the tube; else by the barcode that was printed here.
    fn specimen(&self, sample: &Sample) -> Option<Reference> {
        let label = sample.label.as_ref()?;
        let is_on_tube = |own: &&SenderResource| {
            let texts = std::iter::once(&label.barcode).chain(&sample.other_labels);
            !own.value.is_empty() && texts.into_iter().any(|text| text.trim().eq_ignore_ascii_case(own.value.trim()))
        };
        let barcode = || Identifier::new(system::SPECIMEN, label.barcode.clone());
        let of_kind = Reference::of_kind("Specimen");
        Some(match self.sender.resources.specimens.iter().find(is_on_tube) {
            Some(own) => Reference { reference: own.address.clone(), identifier: identifier(own), ..of_kind },
            None => Reference { identifier: Some(barcode()), ..of_kind },
        })
    }
}

fn identifier(own: &SenderResource) -> Option<Identifier> {
    (!own.value.is_empty()).then(|| Identifier::new(&own.system, own.value.clone()))
}
