use crate::{
    codes::report::ReportStatus,
    fhir::datatype::{Annotation, CodeableConcept, Meta, Range, Reference},
};
use serde::Serialize;

/// What was seen: a variant, what it means, the result as a whole, a clinical feature.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Observation {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub based_on: Vec<Reference>,
    pub status: ReportStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<CodeableConcept>,
    pub code: CodeableConcept,
    pub subject: Reference,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub effective_date_time: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub performer: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_codeable_concept: Option<CodeableConcept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<CodeableConcept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<Annotation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived_from: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub component: Vec<Component>,
}

/// One question of an observation with its answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Component {
    /// The question.
    pub code: CodeableConcept,
    /// The answer.
    #[serde(flatten)]
    pub value: ComponentValue,
}

/// The answer of a component, by its type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum ComponentValue {
    /// A concept.
    #[serde(rename = "valueCodeableConcept")]
    Concept(CodeableConcept),
    /// A text.
    #[serde(rename = "valueString")]
    Text(String),
    /// A range.
    #[serde(rename = "valueRange")]
    Range(Range),
}

impl Component {
    /// A question that is answered by a concept.
    pub fn concept(code: impl Into<CodeableConcept>, value: impl Into<CodeableConcept>) -> Component {
        Component { code: code.into(), value: ComponentValue::Concept(value.into()) }
    }
}
