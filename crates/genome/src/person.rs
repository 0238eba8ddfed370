//! What interpretation needs to know of a person.

use serde::{Deserialize, Serialize};

/// Sex, as far as inheritance needs it. Source: NHS Data Dictionary, person phenotypic sex.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Sex {
    Female,
    Male,
    Unknown,
}

/// Whether a person has the condition that is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Affected {
    Yes,
    No,
    Unknown,
}

impl Sex {
    /// Female or male.
    pub fn is_known(self) -> bool {
        self != Sex::Unknown
    }

    /// As it is printed.
    pub fn label(self) -> &'static str {
        match self {
            Sex::Female => "Female",
            Sex::Male => "Male",
            Sex::Unknown => "Not known",
        }
    }
}
