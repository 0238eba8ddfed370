use super::CodeableConcept;
use serde::Serialize;

/// What a profile asks for beyond the base resource.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Extension {
    /// Address of its definition.
    pub url: String,
    /// What it says.
    #[serde(flatten)]
    pub value: ExtensionValue,
}

/// What an extension says, by the type of the value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum ExtensionValue {
    /// A concept.
    #[serde(rename = "valueCodeableConcept")]
    Concept(CodeableConcept),
    /// Words.
    #[serde(rename = "valueString")]
    Text(String),
}

impl Extension {
    /// An extension whose value is a concept.
    pub fn concept(url: impl Into<String>, value: CodeableConcept) -> Extension {
        Extension { url: url.into(), value: ExtensionValue::Concept(value) }
    }

    /// An extension whose value is a text.
    pub fn text(url: impl Into<String>, value: impl Into<String>) -> Extension {
        Extension { url: url.into(), value: ExtensionValue::Text(value.into()) }
    }
}
