//! A person as Patient.

use super::{
    datatype::{CodeableConcept, Extension, HumanName, Identifier, Meta},
    resource::Patient,
};
use crate::codes::{sex, system, testing};
use care::{
    PatientId,
    people::patient::{Demographics, Identity},
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
    }
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
