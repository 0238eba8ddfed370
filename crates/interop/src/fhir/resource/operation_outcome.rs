use crate::codes::code_system;
use serde::Serialize;

code_system! {
    /// How bad something is. Source: FHIR R4, `http://hl7.org/fhir/issue-severity`.
    pub enum IssueSeverity {
        /// It could not be done.
        Error = "error",
        /// It was done, with this to know.
        Warning = "warning",
        /// All is well.
        Information = "information",
    }
}

/// What is wrong, or that nothing is.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct OperationOutcome {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    pub issue: Vec<Issue>,
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Issue {
    /// How bad it is.
    pub severity: IssueSeverity,
    /// Kind of what is wrong, of FHIR's issue-type.
    pub code: String,
    /// What is wrong, in words.
    pub diagnostics: String,
    /// Where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expression: Vec<String>,
}

impl OperationOutcome {
    /// An outcome of issues.
    pub fn new(issue: Vec<Issue>) -> OperationOutcome {
        OperationOutcome { id: String::new(), issue }
    }
}
