//! A person as Patient.

use super::{
    datatype::{CodeableConcept, Extension, HumanName, Identifier, Meta, Reference},
    resource::{LinkKind, Patient, PatientLink},
};
use crate::codes::{sex, system, testing};
use care::{
    PatientId,
    people::{
        identifier::HospitalNumber,
        patient::{Demographics, Identity, Patient as Record},
    },
};

/// A person. Ethnic category and residential status are not asked for by the service: both say so.
pub fn patient(id: PatientId, who: &Demographics) -> Patient {
    let birth_date = if who.nhs_number == Identity::Fetus { String::new() } else { who.birth_date.to_string() };
    Patient {
        id: id.to_string(),
        meta: Meta::nhs("NHSEngland-Patient-Genomics"),
        extension: vec![
            uk_core("EthnicCategory", "EthnicCategoryEngland", "Z", "Not stated"),
            uk_core("ResidentialStatus", "ResidentialStatus", "U", "Unknown"),
        ],
        identifier: vec![identifier(id, who)],
        name: HumanName::new(&who.family_name, &who.given_name).into_iter().collect(),
        gender: sex::fhir(who.sex),
        birth_date,
        active: None,
        link: vec![],
    }
}

/// A person as their record has them: with the numbers by which hospitals know them, and the record that stands for it, where it was
/// merged into another.
pub fn of_record(id: PatientId, record: &Record) -> Option<Patient> {
    let mut patient = patient(id, record.demographics.as_ref()?);
    patient.identifier.extend(record.numbers.iter().map(hospital_number));
    if let Some(into) = record.merged_into {
        patient.active = Some(false);
        patient.link = vec![PatientLink { other: Reference::to(format!("Patient/{into}")), kind: LinkKind::ReplacedBy }];
    }
    patient.link.extend(
        record.absorbed.iter().map(|other| PatientLink { other: Reference::to(format!("Patient/{other}")), kind: LinkKind::Replaces }),
    );
    Some(patient)
}

/// A hospital's number: its authority as the system where it is an address, else by name as who gave it.
pub(super) fn hospital_number(number: &HospitalNumber) -> Identifier {
    let is_oid = number.authority.contains('.') && number.authority.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let system = match () {
        () if number.authority.contains(':') => number.authority.clone(),
        () if is_oid => format!("urn:oid:{}", number.authority),
        () => String::new(),
    };
    let name = if number.authority.is_empty() { &number.organisation } else { &number.authority };
    let assigner = Reference { identifier: Some(Identifier::ods(&number.organisation)), display: name.clone(), ..Reference::default() };
    Identifier { system, value: number.value.clone(), assigner: Some(Box::new(assigner)), ..Identifier::default() }
}

/// The NHS number; the service's own where there is none.
fn identifier(id: PatientId, who: &Demographics) -> Identifier {
    let Identity::NhsNumber(number) = who.nhs_number else { return Identifier::new(system::LOCAL_PATIENT, id.to_string()) };
    // The service does not ask the national register.
    let status = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
    Identifier {
        extension: vec![Extension::concept(status, testing::NUMBER_NOT_TRACED.into())],
        ..Identifier::new(system::NHS_NUMBER, String::from(number))
    }
}

fn uk_core(name: &str, code_system: &str, code: &str, display: &str) -> Extension {
    let concept = CodeableConcept::coded(&format!("https://fhir.hl7.org.uk/CodeSystem/UKCore-{code_system}"), code, display);
    Extension::concept(format!("https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-{name}"), concept)
}
