//! One run of the engine over a case, from queued to done. Never changed afterwards.

use crate::{Fold, OrderId, Refusals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// What was decided last of the quality of each sample of the file.
    pub judged: BTreeMap<String, QualityDecision>,
}

/// What is decided of the quality of a sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum QualityDecision {
    /// Its data are good enough.
    Accepted,
    /// It is prepared or sequenced again.
    Repeat,
}

impl QualityDecision {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            QualityDecision::Accepted => "Accepted",
            QualityDecision::Repeat => "To be repeated",
        }
    }
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
    JudgeQuality { sample: String, decision: QualityDecision, reason: String },
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
    QualityJudged {
        sample: String,
        decision: QualityDecision,
        reason: String,
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
            Event::QualityJudged { sample, decision, .. } => {
                self.judged.insert(sample.clone(), *decision);
                self.state
            }
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
        (Command::JudgeQuality { sample, decision, reason }, State::Done { .. }) => judged(analysis, sample, decision, &reason)?,
        (_, State::Done { .. }) => {
            return Err(Refusals::one("analysis", "This analysis is finished and is never changed; a new one can be run"));
        }
        _ => return Err(Refusals::one("analysis", "This cannot be done in the present state of the analysis")),
    };
    Ok(vec![event])
}

fn judged(analysis: &Analysis, sample: String, decision: QualityDecision, reason: &str) -> Result<Event, Refusals> {
    let is_known = analysis.input.as_ref().is_some_and(|input| input.samples.iter().any(|(_, name)| *name == sample));
    if !is_known {
        return Err(Refusals::one("sample", "Choose a sample of this analysis"));
    }
    match reason.trim() {
        "" => Err(Refusals::one("reason", "Say why the data are accepted, or the sample is repeated")),
        reason => Ok(Event::QualityJudged { sample, decision, reason: reason.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_quality_of_a_sample_is_decided_with_a_reason_and_leaves_the_analysis_as_it_is() {
        let person = crate::PatientId(Uuid::nil());
        let input = Input {
            order: OrderId(Uuid::nil()),
            vcf_sha256: String::new(),
            file: String::new(),
            structural_sha256: vec![],
            samples: vec![(person, "kid".into())],
            reference: (String::new(), String::new()),
        };
        let done = Event::Finished { result_sha256: "x".into(), candidates: 1, beside: vec![] };
        let analysis = [Event::Queued(input), Event::Started, done].iter().fold(Analysis::default(), Analysis::apply);
        let judge = |sample: &str, reason: &str| {
            let command = Command::JudgeQuality { sample: sample.into(), decision: QualityDecision::Repeat, reason: reason.into() };
            decide(&analysis, command)
        };
        assert_eq!(judge("dad", "Low").expect_err("not of it").0[0].field, "sample");
        assert_eq!(judge("kid", " ").expect_err("no reason").0[0].field, "reason");
        let events = judge("kid", "Low depth").expect("decided");
        let after = events.iter().fold(analysis.clone(), Analysis::apply);
        assert_eq!((&after.state, after.judged["kid"]), (&analysis.state, QualityDecision::Repeat));
        let queued = Analysis { state: State::Queued, ..Analysis::default() };
        let command = Command::JudgeQuality { sample: "kid".into(), decision: QualityDecision::Accepted, reason: "x".into() };
        assert!(decide(&queued, command).is_err(), "nothing is counted yet");
    }
}
