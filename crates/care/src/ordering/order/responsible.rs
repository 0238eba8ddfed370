//! Who is responsible for the patient of an order, and for whom its report is.

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// As whoever orders gives it. The report itself goes to whoever ordered: this says whose it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Responsible {
    /// The responsible consultant; empty where it is whoever ordered.
    pub consultant: String,
    /// Team or address that the report is for; empty where it is the requester's own.
    pub address: String,
}

/// The longest text of each: a name, or an address on one line.
pub const CHARACTERS_MAX: usize = 200;

impl Responsible {
    /// Nothing is said: it is whoever ordered.
    pub fn is_empty(&self) -> bool {
        self.consultant.is_empty() && self.address.is_empty()
    }

    /// What is wrong with it.
    pub fn faults(&self) -> Vec<Refusal> {
        let fields = [
            ("consultant", "the responsible consultant", &self.consultant),
            ("address", "the team or address that the report is for", &self.address),
        ];
        let is_wrong = |text: &str| text.chars().count() > CHARACTERS_MAX || text.chars().any(char::is_control);
        let wrong = fields.into_iter().filter(|(.., text)| is_wrong(text));
        wrong
            .map(|(field, what, _)| Refusal::new(field, format!("Write {what} on one line of at most {CHARACTERS_MAX} characters")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_one_line_that_is_not_too_long_or_nothing() {
        let fields = |consultant: &str, address: &str| {
            let responsible = Responsible { consultant: consultant.into(), address: address.into() };
            responsible.faults().iter().map(|refusal| refusal.field).collect::<Vec<_>>()
        };
        assert!(fields("", "").is_empty() && fields("Dr Ada Lovell", "Metabolic team, Level 3").is_empty());
        assert_eq!(fields("Dr A\nDr B", &"x".repeat(201)), ["consultant", "address"]);
        let before: Responsible = serde_json::from_str("{}").expect("read");
        assert!(before.is_empty());
    }
}
