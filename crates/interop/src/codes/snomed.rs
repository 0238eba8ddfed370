//! SNOMED CT: documents, and the questions and answers of order forms. Source: SNOMED CT UK edition; examples of the NHS England
//! Genomics FHIR guide.

use super::{Concept, loinc, system};

const fn snomed(code: &'static str, display: &'static str) -> Concept {
    Concept::new(system::SNOMED, code, display)
}

/// A report of a genetic test.
pub const GENETIC_REPORT: Concept = snomed("1054161000000101", "Genetic report");
/// The specialty of the laboratory.
pub const GENETIC_PATHOLOGY: Concept = snomed("1236877003", "Genetic pathology");
/// A summary of a record.
pub const SUMMARY_RECORD: Concept = snomed("824321000000109", "Summary record");
/// The field.
pub const GENOMICS: Concept = snomed("321401000000106", "Genomics");

/// An answer: the person does not have the condition asked about.
pub const NOT_AFFECTED: &str = "103310001";
/// A question: whether the person is pregnant.
pub const PREGNANCY: &str = "77386006";
/// A question: how old the pregnancy is.
pub const GESTATIONAL_AGE: &str = "226081000000107";

/// Answers that say no, of SNOMED CT and LOINC: not present, negative, absent, no.
pub const NEGATIVE_ANSWERS: [&str; 5] = ["260415000", "260385009", "2667000", loinc::ABSENT.code, "373067005"];

/// Questions of the guide's minimum data set: their answers are notes, not features of the patient.
pub const FORM_QUESTIONS: [&str; 14] = [
    "723621000000103",
    "60001007",
    PREGNANCY,
    "160475008",
    "842009",
    "416128008",
    "5447007",
    "77465005",
    "23719005",
    "609520005",
    "161743003",
    "87006007",
    "371510003",
    "445640009",
];

/// Questions that HL7 version 2 order forms ask, in SNOMED CT and LOINC: their answers are notes, not features of the patient.
pub const MESSAGE_QUESTIONS: [&str; 6] = ["281269004", PREGNANCY, "762911000000102", "842009", "161714006", "97209-1"];
