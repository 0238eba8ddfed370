use super::{Extension, Reference};
use crate::codes::system;
use serde::Serialize;

/// A number by which something is known.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Identifier {
    /// What is known of the number itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    /// Whose numbers these are.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub system: String,
    /// The number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Who gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigner: Option<Box<Reference>>,
}

impl Identifier {
    /// A number of a system.
    pub fn new(system: &str, value: impl Into<String>) -> Identifier {
        Identifier { system: system.into(), value: value.into(), ..Identifier::default() }
    }

    /// An organisation's ODS code.
    pub fn ods(code: impl ToString) -> Identifier {
        Identifier::new(system::ODS, code.to_string())
    }

    /// An organisation's ODS code under the spelling of the system that the guide's profiles of Task and DiagnosticReport fix.
    pub fn ods_british(code: impl ToString) -> Identifier {
        Identifier::new(system::ODS_BRITISH, code.to_string())
    }
}
