//! Why a test is asked for, and for whom of the family.

use super::{Concept, system};
use crate::incoming_order::ReasonForTesting;
use care::ordering::order::purpose::Purpose;

const fn rare(code: &'static str, display: &'static str) -> Concept {
    Concept::new(system::RARE, code, display)
}

/// The person whom the question is about.
pub const PROBAND: Concept = Concept::new(system::PATIENT_ROLE, "proband", "Proband");
/// A relative who is tested along.
pub const CONSULTAND: Concept = Concept::new(system::PATIENT_ROLE, "consultand", "Consultand");
/// Who pays.
pub const NHS_ENGLAND: Concept = Concept::new("https://fhir.hl7.org.uk/CodeSystem/UKCore-FundingCategory", "nhs-england", "NHS England");
/// The number of a person was not looked up in the national register.
pub const NUMBER_NOT_TRACED: Concept =
    Concept::new("https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "02", "Number present but not traced");

/// The reason for testing of an order. Source: rare-diseaseTesting-genomics and cancer-testing-genomics.
pub fn reason(purpose: &Purpose) -> Concept {
    match purpose {
        Purpose::Diagnosis | Purpose::AfterDeath { .. } | Purpose::FollowUp { .. } => rare("diagnostic", "Diagnostic"),
        Purpose::Tumour(_) => Concept::new(system::CANCER, "diagnostic", "Diagnostic"),
        Purpose::Prenatal(_) => rare("prenatal-diagnosis", "Prenatal diagnosis"),
        Purpose::Predictive { .. } => rare("predictive", "Predictive"),
        Purpose::Carrier { .. } => rare("carrier", "Carrier"),
        Purpose::Storage { .. } => rare("sample-storage", "Sample storage"),
        Purpose::Reanalysis { .. } | Purpose::Reinterpretation { .. } => rare("reanalysis", "Reanalysis"),
    }
}

/// The reason for testing of a category of a request; none where the category names none beyond diagnosis.
pub fn read_reason(system: &str, code: &str) -> Option<ReasonForTesting> {
    match code {
        "sample-storage" => Some(ReasonForTesting::Storage),
        _ if system.contains("cancer") || code.contains("cancer") => Some(ReasonForTesting::Tumour),
        "predictive" => Some(ReasonForTesting::Predictive),
        "carrier" => Some(ReasonForTesting::Carrier),
        "prenatal-diagnosis" => Some(ReasonForTesting::Prenatal),
        "reanalysis" => Some(ReasonForTesting::Reanalysis),
        _ => None,
    }
}
