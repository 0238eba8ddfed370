//! Two scientists who come to different conclusions, and who decides between them.

use super::{Conclusion, Event, Interpretation, faults::faults};
use crate::{Refusal, Refusals, Staff};
use serde::{Deserialize, Serialize};

/// Two scientists' conclusions, and who decided between them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The first scientist's.
    pub first: (Conclusion, Staff),
    /// The second scientist's, with the reason.
    pub second: (Conclusion, Staff, String),
    /// For whom it was decided, by whom and why.
    pub decided: Option<(Side, Staff, String)>,
}

/// One of two scientists who differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Side {
    First,
    Second,
}

impl Side {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Side::First => "first",
            Side::Second => "second",
        }
    }
}

/// A second scientist comes to another conclusion than the one that was proposed.
pub(super) fn differ(
    (proposed, first): (&Conclusion, &Staff),
    conclusion: Conclusion,
    reason: &str,
    by: &Staff,
) -> Result<Event, Refusals> {
    let mut refusals = faults(&conclusion);
    if first.id == by.id {
        refusals.push(Refusal::new("signature", "You made this interpretation; a second scientist may differ"));
    }
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say why you come to another conclusion"));
    }
    if conclusion.outcome == proposed.outcome && conclusion.variants == proposed.variants {
        let message = "This is the same result with the same variants: agree, or return it with what should be changed";
        refusals.push(Refusal::new("outcome", message));
    }
    Refusals::check(refusals)?;
    Ok(Event::Differed { conclusion, reason: reason.trim().to_owned(), second: by.clone() })
}

/// Somebody who is neither of the two decides between them.
pub(super) fn resolve(interpretation: &Interpretation, side: Side, reason: &str, by: &Staff) -> Result<Event, Refusals> {
    let is_one_of_them = interpretation.difference.as_ref().is_some_and(|d| d.first.1.id == by.id || d.second.1.id == by.id);
    let mut refusals = Vec::new();
    if is_one_of_them {
        refusals.push(Refusal::new("signature", "You are one of the two; somebody else decides"));
    }
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say why you decide so"));
    }
    Refusals::check(refusals)?;
    Ok(Event::Resolved { side, reason: reason.trim().to_owned(), by: by.clone() })
}
