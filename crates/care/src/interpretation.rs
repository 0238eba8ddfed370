//! People's decisions over one analysis: a first scientist selects and classifies, a second checks.

use crate::{AnalysisId, Fold, OrderId, Refusal, Refusals, Staff};
use genome::HgncId;
use serde::{Deserialize, Serialize};

/// A variant that a scientist selected, with the class they give it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Selected {
    /// Variant as contig-position-ref-alt on GRCh38.
    pub variant: String,
    /// Gene.
    pub gene: HgncId,
    /// Symbol.
    pub symbol: String,
    /// Class given, one of the five.
    pub class: String,
    /// Criteria as applied, with evidence.
    pub criteria: Vec<(String, String)>,
    /// What the scientist adds.
    pub note: String,
}

/// What a scientist concludes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Conclusion {
    /// Variants to report; none is a result too.
    pub variants: Vec<Selected>,
    /// Result for the patient.
    pub outcome: Outcome,
    /// In the scientist's words.
    pub summary: String,
}

/// What the result means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Outcome {
    Diagnostic,
    Uncertain,
    NoFinding,
}

/// An interpretation and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interpretation {
    /// Analysis that it is over.
    pub analysis: Option<(AnalysisId, OrderId)>,
    /// State.
    pub state: State,
}

/// Where an interpretation stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    None,
    Open,
    Proposed {
        conclusion: Conclusion,
        first: Staff,
    },
    Checked {
        conclusion: Conclusion,
        first: Staff,
        second: Staff,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Open { analysis: AnalysisId, order: OrderId },
    Propose(Conclusion),
    Check,
    Return { reason: String },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Opened { analysis: AnalysisId, order: OrderId },
    Proposed { conclusion: Conclusion, first: Staff },
    Checked { second: Staff },
    Returned { reason: String, second: Staff },
}

impl Outcome {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Outcome::Diagnostic => "A genetic cause was found",
            Outcome::Uncertain => "A variant of uncertain significance was found",
            Outcome::NoFinding => "No cause was found by this test",
        }
    }
}

impl Fold for Interpretation {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Interpretation {
        self.state = match (event, self.state) {
            (Event::Opened { analysis, order }, _) => {
                self.analysis = Some((*analysis, *order));
                State::Open
            }
            (Event::Proposed { conclusion, first }, _) => State::Proposed { conclusion: conclusion.clone(), first: first.clone() },
            (Event::Checked { second }, State::Proposed { conclusion, first }) => {
                State::Checked { conclusion, first, second: second.clone() }
            }
            (Event::Returned { .. }, _) => State::Open,
            (Event::Checked { .. }, state) => state,
        };
        self
    }
}

/// Decides a command.
pub fn decide(interpretation: &Interpretation, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &interpretation.state) {
        (Command::Open { analysis, order }, State::None) => Event::Opened { analysis, order },
        (Command::Propose(conclusion), State::Open) => {
            Refusals::check(faults(&conclusion))?;
            Event::Proposed { conclusion, first: by.clone() }
        }
        (Command::Check, State::Proposed { first, .. }) => {
            if first.id == by.id {
                return Err(Refusals::one("signature", "You made this interpretation; a second scientist must check it"));
            }
            Event::Checked { second: by.clone() }
        }
        (Command::Return { reason }, State::Proposed { first, .. }) => {
            if reason.trim().is_empty() {
                return Err(Refusals::one("reason", "Say what should be changed"));
            }
            if first.id == by.id {
                return Err(Refusals::one("signature", "You made this interpretation; a second scientist returns it"));
            }
            Event::Returned { reason, second: by.clone() }
        }
        (Command::Propose(_), State::Proposed { first, .. }) => {
            return Err(Refusals::one(
                "interpretation",
                format!("{} has already proposed an interpretation; nothing was overwritten", first.name),
            ));
        }
        (_, State::Checked { .. }) => return Err(Refusals::one("interpretation", "This interpretation is checked and is never changed")),
        _ => return Err(Refusals::one("interpretation", "This cannot be done in the present state of the interpretation")),
    };
    Ok(vec![event])
}

fn faults(conclusion: &Conclusion) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let pathogenic = conclusion.variants.iter().any(|v| v.class.ends_with("athogenic"));
    if conclusion.summary.trim().is_empty() {
        faults.push(Refusal::new("summary", "Write a summary of the result"));
    }
    match conclusion.outcome {
        Outcome::Diagnostic if !pathogenic => {
            faults.push(Refusal::new("outcome", "A diagnostic result needs at least one pathogenic or likely pathogenic variant"));
        }
        Outcome::Uncertain if conclusion.variants.is_empty() => {
            faults.push(Refusal::new("outcome", "Select the variant of uncertain significance"));
        }
        Outcome::NoFinding if pathogenic => {
            faults.push(Refusal::new("outcome", "A pathogenic variant is selected, so the result cannot be that nothing was found"));
        }
        _ => {}
    }
    faults
}
