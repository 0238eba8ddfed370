use crate::codes::Concept;
use serde::Serialize;

/// A code of a code system.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Coding {
    /// Address of the code system.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub system: String,
    /// Version of the code system.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The code system's own name for it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub display: String,
}

/// A concept: the same thing in one code system or several, or in words alone.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct CodeableConcept {
    /// Codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coding: Vec<Coding>,
    /// Words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Coding {
    /// A code with its name.
    pub fn new(system: &str, code: &str, display: &str) -> Coding {
        Coding { system: system.into(), code: code.into(), display: display.into(), version: String::new() }
    }
}

impl CodeableConcept {
    /// A concept of one code.
    pub fn coded(system: &str, code: &str, display: &str) -> CodeableConcept {
        CodeableConcept { coding: vec![Coding::new(system, code, display)], text: String::new() }
    }

    /// A concept in words; none where there are no words.
    pub fn in_words(text: &str) -> Option<CodeableConcept> {
        (!text.is_empty()).then(|| CodeableConcept { coding: vec![], text: text.into() })
    }
}

impl From<Concept> for Coding {
    fn from(concept: Concept) -> Coding {
        Coding::new(concept.system, concept.code, concept.display)
    }
}

impl From<Concept> for CodeableConcept {
    fn from(concept: Concept) -> CodeableConcept {
        CodeableConcept { coding: vec![concept.into()], text: String::new() }
    }
}
