//! A sample, from expected to stored.

mod location;
mod rejection;
mod state;

pub use rejection::{Ground, Rejection};
pub use state::State;

use crate::{
    Fold, OdsCode, OrderId, PatientId, Refusals, SampleId, WorklistId,
    laboratory::{
        container::{ContainerId, Position},
        worklist::{Outcome, Step},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The sample that it was taken from, for an aliquot.
    #[serde(default)]
    pub parent: Option<SampleId>,
}

/// What was measured of DNA.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Quality {
    /// Concentration, ng/µl.
    pub concentration_ng_per_ul: f32,
    /// Volume, µl.
    pub volume_ul: f32,
    /// Absorbance at 260 nm over that at 280 nm, where measured.
    #[serde(default)]
    pub ratio_260_280: Option<f32>,
}

/// A position in a plate or rack.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Well {
    /// Plate or rack.
    pub container: ContainerId,
    /// Its barcode.
    pub barcode: String,
    /// Where in it.
    pub position: Position,
}

/// An open worklist that a sample is on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OnWorklist {
    /// Worklist.
    pub worklist: WorklistId,
    /// Its number.
    pub number: String,
    /// What is done.
    pub step: Step,
}

/// A sample.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sample {
    /// Its label.
    pub label: Option<Label>,
    /// What else stands on the tube: numbers of the hospital or laboratory that it comes from.
    pub other_labels: Vec<String>,
    /// Its state.
    pub state: State,
    /// Freezer, shelf and position; empty when it has none, or stands in a plate or rack that has.
    pub place: String,
    /// Plate or rack that it stands in, with its barcode, and where.
    pub well: Option<Well>,
    /// Share of tumour cells, per cent, as the pathologist assessed it.
    pub tumour_percent: Option<u8>,
    /// Laboratories that it was sent on to.
    pub sent_on: Vec<OdsCode>,
    /// Where it stood before a laboratory received it last; nothing when its receipt was undone.
    pub before_receipt: Option<Box<State>>,
    /// Open worklists that it is on: one for a step.
    pub worklists: BTreeMap<Step, OnWorklist>,
    /// How each step came out last.
    pub outcomes: BTreeMap<Step, Outcome>,
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Expect(Label),
    Relabel {
        labels: Vec<String>,
    },
    Collect,
    Send {
        carrier: String,
    },
    Receive {
        barcode: String,
    },
    UndoReceipt {
        reason: String,
    },
    Accept,
    Reject(Rejection),
    AssessTumour {
        percent: u8,
    },
    Prepare(Quality),
    Place {
        place: String,
    },
    Rack(Well),
    Unrack,
    List(OnWorklist),
    Unlist {
        worklist: WorklistId,
        step: Step,
        outcome: Option<Outcome>,
    },
    Dispatch {
        to: OdsCode,
        manifest: String,
    },
    ReceiveElsewhere {
        barcode: String,
    },
    /// The results of the laboratory that it was sent to are here, though it told nothing of the sample.
    Infer,
    Sequence,
    Exhaust,
    Return {
        to: String,
    },
    Destroy {
        reason: String,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Expected(Label),
    Relabelled { labels: Vec<String> },
    Collected,
    Sent { carrier: String },
    Received,
    ReceiptUndone { reason: String },
    Accepted,
    Rejected(Rejection),
    TumourAssessed { percent: u8 },
    Prepared(Quality),
    Placed { place: String },
    Racked(Well),
    Unracked,
    Listed(OnWorklist),
    Unlisted { worklist: WorklistId, step: Step, outcome: Option<Outcome> },
    Dispatched { to: OdsCode, manifest: String },
    ReceivedElsewhere { at: OdsCode, inferred: bool },
    Sequenced,
    Exhausted,
    Returned { to: String },
    Destroyed { reason: String },
}

impl Sample {
    /// Whether that stands on its tube: its own barcode, or a number of where it comes from.
    pub fn has_label(&self, scanned: &str) -> bool {
        let scanned = super::barcode::scanned(scanned);
        let own = self.label.iter().map(|label| label.barcode.as_str());
        own.chain(self.other_labels.iter().map(String::as_str)).any(|label| scanned.eq_ignore_ascii_case(label))
    }

    /// Where it is to be found: plate or rack and position, else its place.
    pub fn whereabouts(&self) -> String {
        self.well.as_ref().map_or_else(|| self.place.clone(), |well| format!("{} {}", well.barcode, well.position))
    }
}

impl Command {
    /// Takes the sample out of the laboratory, where an open worklist counts on it.
    fn takes_away(&self) -> bool {
        matches!(self, Command::UndoReceipt { .. } | Command::Dispatch { .. } | Command::Return { .. } | Command::Destroy { .. })
    }

    /// Takes the sample out of its plate or rack.
    pub fn takes_out(&self) -> bool {
        matches!(
            self,
            Command::Place { .. } | Command::Dispatch { .. } | Command::Exhaust | Command::Return { .. } | Command::Destroy { .. }
        )
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
            Event::Relabelled { labels } => {
                self.other_labels.extend(labels.iter().cloned());
                self.state
            }
            Event::TumourAssessed { percent } => {
                self.tumour_percent = Some(*percent);
                self.state
            }
            Event::Placed { place } => {
                self.place.clone_from(place);
                self.state
            }
            Event::Racked(well) => {
                self.place.clear();
                self.well = Some(well.clone());
                self.state
            }
            Event::Unracked => {
                self.well = None;
                self.state
            }
            Event::Listed(on) => {
                self.worklists.insert(on.step, on.clone());
                self.state
            }
            Event::Unlisted { step, outcome, .. } => {
                self.worklists.remove(step);
                if let Some(outcome) = outcome {
                    self.outcomes.insert(*step, outcome.clone());
                }
                self.state
            }
            Event::Collected => State::Collected,
            Event::Sent { carrier } => State::InTransit { carrier: carrier.clone() },
            Event::Received => {
                self.before_receipt = Some(Box::new(self.state));
                State::Received
            }
            Event::ReceiptUndone { .. } => self.before_receipt.take().map_or(State::Expected, |state| *state),
            Event::Accepted => State::Accepted,
            Event::Rejected(rejection) => State::Rejected(rejection.clone()),
            Event::Prepared(quality) => State::Prepared(*quality),
            Event::Dispatched { to, manifest } => {
                self.place.clear();
                self.sent_on.push(to.clone());
                State::Dispatched { to: to.clone(), manifest: manifest.clone() }
            }
            Event::ReceivedElsewhere { at, inferred } => {
                self.before_receipt = Some(Box::new(self.state));
                State::Elsewhere { at: at.clone(), inferred: *inferred }
            }
            Event::Sequenced => State::Sequenced,
            Event::Exhausted => State::Exhausted,
            Event::Returned { to } => State::Returned { to: to.clone() },
            Event::Destroyed { reason } => State::Destroyed { reason: reason.clone() },
        };
        self
    }
}

/// Decides a command.
pub fn decide(sample: &Sample, command: Command) -> Result<Vec<Event>, Refusals> {
    use State as S;
    if let Some(on) = sample.worklists.values().next().filter(|_| command.takes_away()) {
        let message = format!("The sample is on the worklist {} for {}: take it off or finish that first", on.number, on.step.label());
        return Err(Refusals::one("sample", message));
    }
    let here = matches!(sample.state, S::Received | S::Accepted | S::Prepared(_) | S::Sequenced);
    let event = match (command, &sample.state) {
        (Command::Expect(label), S::Unknown) => Event::Expected(label),
        (Command::Relabel { labels }, state) if !matches!(state, S::Unknown) => {
            let labels: Vec<String> = labels.into_iter().filter(|label| !label.trim().is_empty() && !sample.has_label(label)).collect();
            return Ok(if labels.is_empty() { vec![] } else { vec![Event::Relabelled { labels }] });
        }
        (Command::Collect, S::Expected) => Event::Collected,
        (Command::Send { carrier }, S::Expected | S::Collected) => {
            Event::Sent { carrier: stated(carrier, "carrier", "Say who carries it")? }
        }
        (Command::Receive { barcode }, state) if state.is_awaited() => {
            scanned(sample, &barcode)?;
            Event::Received
        }
        (Command::UndoReceipt { reason }, S::Received | S::Elsewhere { inferred: false, .. }) if sample.before_receipt.is_some() => {
            receipt_undone(sample, reason)?
        }
        (Command::Accept, S::Received) => Event::Accepted,
        (Command::Reject(rejection), S::Received | S::Accepted) => Event::Rejected(rejection.checked()?),
        (Command::AssessTumour { percent }, S::Received | S::Accepted) if percent <= 100 => Event::TumourAssessed { percent },
        (Command::AssessTumour { .. }, S::Received | S::Accepted) => {
            return Err(Refusals::one("percent", "Tumour content is a share of 0 to 100 per cent"));
        }
        (Command::Prepare(quality), S::Accepted | S::Elsewhere { .. }) => Event::Prepared(measured(quality)?),
        (Command::Place { place }, state) if here || matches!(state, S::Elsewhere { .. }) => {
            Event::Placed { place: stated(place, "place", "Enter freezer, rack and position, or plate and well")? }
        }
        (Command::Rack(well), state) if here || matches!(state, S::Elsewhere { .. }) => Event::Racked(well),
        (Command::Unrack, _) if sample.well.is_some() => Event::Unracked,
        (Command::List(on), state) => list(sample, on, state)?,
        (Command::Unlist { worklist, step, outcome }, _) if sample.worklists.get(&step).is_some_and(|on| on.worklist == worklist) => {
            Event::Unlisted { worklist, step, outcome }
        }
        (Command::Dispatch { to, manifest }, S::Accepted | S::Prepared(_)) => {
            Event::Dispatched { to, manifest: stated(manifest, "manifest", "Enter the number of the manifest")? }
        }
        (Command::ReceiveElsewhere { barcode }, S::Dispatched { to, .. }) => {
            scanned(sample, &barcode)?;
            Event::ReceivedElsewhere { at: to.clone(), inferred: false }
        }
        (Command::Infer, S::Dispatched { to, .. }) => Event::ReceivedElsewhere { at: to.clone(), inferred: true },
        (Command::Sequence, S::Prepared(_) | S::Elsewhere { .. }) => Event::Sequenced,
        (Command::Exhaust, _) if here => Event::Exhausted,
        (Command::Return { to }, S::Rejected(_)) => Event::Returned { to: stated(to, "to", "Say to whom it is returned")? },
        (Command::Return { to }, _) if here => Event::Returned { to: stated(to, "to", "Say to whom it is returned")? },
        (Command::Destroy { reason }, S::Rejected(_)) => Event::Destroyed { reason: stated(reason, "reason", "Say why it is destroyed")? },
        (Command::Destroy { reason }, _) if here => Event::Destroyed { reason: stated(reason, "reason", "Say why it is destroyed")? },
        (_, state) => {
            return Err(Refusals::one("sample", format!("This cannot be done now: the sample is {}", state.label().to_lowercase())));
        }
    };
    Ok(vec![event])
}

/// Awaited again, if it is kept nowhere.
fn receipt_undone(sample: &Sample, reason: String) -> Result<Event, Refusals> {
    if !sample.whereabouts().is_empty() {
        let message = format!("Its receipt cannot be undone: it is kept at {}. Take it out first", sample.whereabouts());
        return Err(Refusals::one("sample", message));
    }
    Ok(Event::ReceiptUndone { reason: stated(reason, "reason", "Say why the receipt is undone")? })
}

/// On a worklist, if it is on no other for the same step.
fn list(sample: &Sample, on: OnWorklist, state: &State) -> Result<Event, Refusals> {
    let barcode = sample.label.as_ref().map_or("", |label| label.barcode.as_str());
    let step = on.step.label();
    if let Some(other) = sample.worklists.get(&on.step) {
        return Err(Refusals::one("barcode", format!("{barcode} is on the worklist {} for {step} already", other.number)));
    }
    if !on.step.takes(state) {
        let state = state.label().to_lowercase();
        return Err(Refusals::one("barcode", format!("{step} cannot be done with {barcode}: the sample is {state}")));
    }
    Ok(Event::Listed(on))
}

fn scanned(sample: &Sample, barcode: &str) -> Result<(), Refusals> {
    let expected = sample.label.as_ref().map_or("", |l| l.barcode.as_str());
    if sample.has_label(barcode) {
        return Ok(());
    }
    let text =
        format!("The scanned barcode {} is not that of this sample ({expected}): put the tube aside and check whose it is", barcode.trim());
    Err(Refusals::one("barcode", text))
}

fn measured(quality: Quality) -> Result<Quality, Refusals> {
    let sound = |value: f32| value.is_finite() && value > 0.0;
    let measured = [quality.concentration_ng_per_ul, quality.volume_ul].into_iter().all(sound);
    if !measured || quality.ratio_260_280.is_some_and(|ratio| !sound(ratio)) {
        return Err(Refusals::one("concentration", "Concentration, volume and absorbance ratio must be above 0"));
    }
    Ok(quality)
}

fn stated(text: String, field: &'static str, ask: &str) -> Result<String, Refusals> {
    if text.trim().is_empty() { Err(Refusals::one(field, ask)) } else { Ok(text.trim().to_owned()) }
}

#[cfg(test)]
mod tests;
