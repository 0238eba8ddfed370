//! When the domain says no: worded for the person who asked, with what to do, and all at once.

use std::fmt;

/// One reason why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Field or item that it concerns, as the form names it.
    pub field: &'static str,
    /// What is wrong and what to do, for the user.
    pub message: String,
}

/// All reasons, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals(pub Vec<Refusal>);

impl Refusal {
    /// A refusal of a field.
    pub fn new(field: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { field, message: message.into() }
    }
}

impl Refusals {
    /// A single refusal.
    pub fn one(field: &'static str, message: impl Into<String>) -> Refusals {
        Refusals(vec![Refusal::new(field, message)])
    }

    /// Nothing to refuse, or everything that is.
    pub fn check(refusals: Vec<Refusal>) -> Result<(), Refusals> {
        if refusals.is_empty() { Ok(()) } else { Err(Refusals(refusals)) }
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let messages: Vec<&str> = self.0.iter().map(|r| r.message.as_str()).collect();
        f.write_str(&messages.join("; "))
    }
}

impl std::error::Error for Refusals {}
