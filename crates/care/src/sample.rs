//! A sample, from expected to stored.

use crate::{Fold, OrderId, PatientId, Refusals};
use serde::{Deserialize, Serialize};

/// What a sample is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Label {
    /// Barcode.
    pub barcode: String,
    /// Order.
    pub order: OrderId,
    /// Whose it is.
    pub patient: PatientId,
    /// Material, such as `Blood (EDTA)`.
    pub material: String,
}

/// Where a sample stands.
#[derive(Clone, PartialEq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    Unknown,
    Expected,
    Received,
    Rejected {
        reason: String,
    },
    Accepted,
    Prepared {
        concentration_ng_per_ul: f32,
        volume_ul: f32,
    },
    Sequenced,
}

/// A sample.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sample {
    /// Its label.
    pub label: Option<Label>,
    /// Its state.
    pub state: State,
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Expect(Label),
    Receive { barcode: String },
    Accept,
    Reject { reason: String },
    Prepare { concentration_ng_per_ul: f32, volume_ul: f32 },
    Sequence,
}

/// What happened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Expected(Label),
    Received,
    Accepted,
    Rejected { reason: String },
    Prepared { concentration_ng_per_ul: f32, volume_ul: f32 },
    Sequenced,
}

impl State {
    /// In words.
    pub fn words(&self) -> &'static str {
        match self {
            State::Unknown => "Unknown",
            State::Expected => "Expected",
            State::Received => "Received",
            State::Rejected { .. } => "Rejected",
            State::Accepted => "Accepted",
            State::Prepared { .. } => "DNA prepared",
            State::Sequenced => "Sequenced",
        }
    }

    /// In the laboratory and good enough to go on with.
    pub fn is_usable(&self) -> bool {
        matches!(self, State::Accepted | State::Prepared { .. } | State::Sequenced)
    }
}

impl Fold for Sample {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Sample {
        self.state = match event {
            Event::Expected(label) => {
                self.label = Some(label.clone());
                State::Expected
            }
            Event::Received => State::Received,
            Event::Accepted => State::Accepted,
            Event::Rejected { reason } => State::Rejected { reason: reason.clone() },
            Event::Prepared { concentration_ng_per_ul, volume_ul } => {
                State::Prepared { concentration_ng_per_ul: *concentration_ng_per_ul, volume_ul: *volume_ul }
            }
            Event::Sequenced => State::Sequenced,
        };
        self
    }
}

/// Decides a command.
pub fn decide(sample: &Sample, command: Command) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &sample.state) {
        (Command::Expect(label), State::Unknown) => Event::Expected(label),
        (Command::Receive { barcode }, State::Expected) => {
            let expected = sample.label.as_ref().map_or("", |l| l.barcode.as_str());
            if barcode.trim() != expected {
                let words = format!(
                    "The scanned barcode {} is not that of this sample ({expected}): put the tube aside and check whose it is",
                    barcode.trim()
                );
                return Err(Refusals::one("barcode", words));
            }
            Event::Received
        }
        (Command::Accept, State::Received) => Event::Accepted,
        (Command::Reject { reason }, State::Received | State::Accepted) => {
            if reason.trim().is_empty() {
                return Err(Refusals::one("reason", "Say why the sample is rejected"));
            }
            Event::Rejected { reason }
        }
        (Command::Prepare { concentration_ng_per_ul, volume_ul }, State::Accepted) => {
            let sound = |value: f32| value.is_finite() && value > 0.0;
            if !sound(concentration_ng_per_ul) || !sound(volume_ul) {
                return Err(Refusals::one("concentration", "Concentration and volume must be above 0"));
            }
            Event::Prepared { concentration_ng_per_ul, volume_ul }
        }
        (Command::Sequence, State::Prepared { .. }) => Event::Sequenced,
        (_, state) => {
            return Err(Refusals::one("sample", format!("This cannot be done now: the sample is {}", state.words().to_lowercase())));
        }
    };
    Ok(vec![event])
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_sample_runs_its_course_and_a_wrong_tube_is_stopped() {
        let label =
            Label { barcode: "OGS1".into(), order: OrderId(Uuid::nil()), patient: PatientId(Uuid::nil()), material: "Blood (EDTA)".into() };
        let mut sample = Sample::default();
        let mut said = Vec::new();
        for command in [
            Command::Expect(label),
            Command::Accept,
            Command::Receive { barcode: "OGS2".into() },
            Command::Receive { barcode: " OGS1".into() },
            Command::Accept,
            Command::Prepare { concentration_ng_per_ul: f32::NAN, volume_ul: 50.0 },
            Command::Prepare { concentration_ng_per_ul: 80.0, volume_ul: 50.0 },
            Command::Sequence,
        ] {
            match decide(&sample, command) {
                Ok(events) => {
                    sample = events.iter().fold(sample, Sample::apply);
                    said.push(sample.state.words().to_owned());
                }
                Err(refusals) => said.push(refusals.0[0].field.to_owned()),
            }
        }
        assert_eq!(said, ["Expected", "sample", "barcode", "Received", "Accepted", "concentration", "DNA prepared", "Sequenced"]);
    }
}
