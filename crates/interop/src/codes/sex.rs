//! Sex in each language.

use genome::Sex;

/// Sex in HL7 version 2. Source: HL7 table 0001.
pub fn hl7(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unknown => "U",
    }
}

/// Sex of a code of HL7 version 2, or of the code system of the sex at birth in FHIR, which has the same letters.
pub fn read_hl7(code: &str) -> Sex {
    understand_hl7(code).unwrap_or(Sex::Unknown)
}

/// Sex as systems send it in HL7 version 2: the letters of the standard in either case, words, and the codes of the NHS; none where it
/// is not understood. Source: HL7 table 0001; NHS Data Dictionary, person stated gender code (1 male, 2 female, 9 indeterminate, X or 0
/// not known).
pub fn understand_hl7(code: &str) -> Option<Sex> {
    match code.trim().to_lowercase().as_str() {
        "f" | "female" | "2" | "woman" | "girl" => Some(Sex::Female),
        "m" | "male" | "1" | "man" | "boy" => Some(Sex::Male),
        "o" | "a" | "i" | "other" | "ambiguous" | "indeterminate" => Some(Sex::Unknown),
        sent => says_unknown(sent).then_some(Sex::Unknown),
    }
}

/// Whether a code says that the sex is not known, or nothing.
pub fn says_unknown(code: &str) -> bool {
    let lower = code.trim().to_lowercase();
    ["", "u", "un", "unk", "n", "x", "0", "9", "unknown", "not known", "not specified", "not applicable"].contains(&lower.as_str())
}

/// Sex in FHIR. Source: `http://hl7.org/fhir/administrative-gender`.
pub fn fhir(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Unknown => "unknown",
    }
}

/// Sex of a code of FHIR.
pub fn read_fhir(code: &str) -> Sex {
    match code {
        "female" => Sex::Female,
        "male" => Sex::Male,
        _ => Sex::Unknown,
    }
}

/// Sex in Phenopackets and pedigrees. Source: GA4GH Phenopackets 2.0, enum Sex.
pub fn ga4gh(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "FEMALE",
        Sex::Male => "MALE",
        Sex::Unknown => "UNKNOWN_SEX",
    }
}

/// Sex of a code of Phenopackets and pedigrees.
pub fn read_ga4gh(code: &str) -> Sex {
    match code {
        "FEMALE" => Sex::Female,
        "MALE" => Sex::Male,
        _ => Sex::Unknown,
    }
}

/// Terms of sex: identifier, sex, label. Source: NCI Thesaurus, as the default model of Beacon uses it.
pub const TERMS: [(&str, Sex, &str); 2] = [("NCIT:C16576", Sex::Female, "Female"), ("NCIT:C20197", Sex::Male, "Male")];
