//! One run of the engine over a case, from queued to done. Never changed afterwards.

use crate::{Fold, OrderId, Refusals};
use serde::{Deserialize, Serialize};

/// What is to be analysed, pinned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Input {
    /// Order.
    pub order: OrderId,
    /// SHA-256 of the VCF.
    pub vcf_sha256: String,
    /// Name under which the VCF was delivered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// SHA-256 of each file of structural variants, copy numbers and repeats of the same people.
    #[serde(default)]
    pub structural_sha256: Vec<String>,
    /// Sample names in the files, by person of the order.
    pub samples: Vec<(crate::PatientId, String)>,
    /// Reference pack: name and digest.
    pub reference: (String, String),
}

/// A file that a run wrote beside its result, such as what it dropped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Beside {
    /// Name of the file.
    pub name: String,
    /// SHA-256 of it.
    pub sha256: String,
}

/// An analysis and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Analysis {
    /// Input, once registered.
    pub input: Option<Input>,
    /// State.
    pub state: State,
}

/// Where an analysis stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    None,
    Queued,
    Running,
    Done {
        result_sha256: String,
        candidates: usize,
        beside: Vec<Beside>,
    },
    /// The samples are not who the pedigree says.
    Stopped {
        reason: String,
    },
    Failed {
        reason: String,
        retryable: bool,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Queue(Input),
    Start,
    Finish { result_sha256: String, candidates: usize, beside: Vec<Beside> },
    Stop { reason: String },
    Fail { reason: String, retryable: bool },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Queued(Input),
    Started,
    Finished {
        result_sha256: String,
        candidates: usize,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        beside: Vec<Beside>,
    },
    Stopped {
        reason: String,
    },
    Failed {
        reason: String,
        retryable: bool,
    },
}

impl Fold for Analysis {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Analysis {
        self.state = match event {
            Event::Queued(input) => {
                self.input = Some(input.clone());
                State::Queued
            }
            Event::Started => State::Running,
            Event::Finished { result_sha256, candidates, beside } => {
                State::Done { result_sha256: result_sha256.clone(), candidates: *candidates, beside: beside.clone() }
            }
            Event::Stopped { reason } => State::Stopped { reason: reason.clone() },
            Event::Failed { reason, retryable } => State::Failed { reason: reason.clone(), retryable: *retryable },
        };
        self
    }
}

/// Decides a command.
pub fn decide(analysis: &Analysis, command: Command) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &analysis.state) {
        (Command::Queue(input), State::None) => Event::Queued(input),
        (Command::Start, State::Queued | State::Running | State::Failed { retryable: true, .. }) => Event::Started,
        (Command::Finish { result_sha256, candidates, beside }, State::Running) => Event::Finished { result_sha256, candidates, beside },
        (Command::Stop { reason }, State::Running) => Event::Stopped { reason },
        (Command::Fail { reason, retryable }, State::Running) => Event::Failed { reason, retryable },
        (_, State::Done { .. }) => {
            return Err(Refusals::one("analysis", "This analysis is finished and is never changed; a new one can be run"));
        }
        _ => return Err(Refusals::one("analysis", "This cannot be done in the present state of the analysis")),
    };
    Ok(vec![event])
}
