use crate::fhir::datatype::{CodeableConcept, Identifier, Reference};
use serde::Serialize;

/// The first page of a document.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Composition {
    pub id: String,
    pub identifier: Identifier,
    pub status: &'static str,
    #[serde(rename = "type")]
    pub kind: CodeableConcept,
    pub category: Vec<CodeableConcept>,
    pub subject: Reference,
    pub date: String,
    pub author: Vec<Reference>,
    pub title: String,
    pub confidentiality: &'static str,
    pub section: Vec<Section>,
}

/// A section of a document.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Section {
    /// Title.
    pub title: String,
    /// What it is about.
    pub code: CodeableConcept,
    /// What is written out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Narrative>,
    /// Resources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<Reference>,
}

/// Text for people. Source: FHIR R4, Narrative.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Narrative {
    pub status: &'static str,
    pub div: String,
}

impl Narrative {
    /// Lines, each a paragraph.
    pub fn of_lines(lines: &[String]) -> Narrative {
        let escaped = |line: &String| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let paragraphs: Vec<String> = lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
        Narrative { status: "additional", div: format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>", paragraphs.concat()) }
    }
}
