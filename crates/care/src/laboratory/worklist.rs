//! A worklist: samples that go through one step of the work together, by one method on one instrument, each in its position and each
//! with its own outcome.

mod step;
#[cfg(test)]
mod tests;

pub use crate::id::WorklistId;
pub use step::{Outcome, Step};

use crate::{
    Fold, LotId, OdsCode, OrderId, Refusals, SampleId,
    laboratory::container::{Kind, Position},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Positions of a worklist are those of a plate of 96 wells.
pub const SHAPE: Kind = Kind::Plate96;

/// A worklist as it was created.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Created {
    /// Number that people read out.
    pub number: String,
    /// What is done.
    pub step: Step,
    /// On which instrument.
    pub instrument: String,
    /// In which laboratory.
    pub laboratory: OdsCode,
}

/// A sample on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Listed {
    /// Sample.
    pub sample: SampleId,
    /// Its order.
    pub order: OrderId,
    /// Number of its order.
    pub number: String,
    /// Its barcode.
    pub barcode: String,
    /// Its material.
    pub material: String,
}

/// A lot that is used for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UsedLot {
    /// Lot.
    pub lot: LotId,
    /// What it is, with maker and lot number.
    pub label: String,
}

/// Where a worklist is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum State {
    /// There is none.
    #[default]
    Unknown,
    /// Samples are put on it.
    Open,
    /// The work goes on.
    Started,
    /// Every sample has its outcome.
    Finished,
    /// It came to nothing.
    Abandoned {
        /// Why.
        reason: String,
    },
}

/// A worklist.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Worklist {
    /// How it was created.
    pub created: Option<Created>,
    /// Where it is.
    pub state: State,
    /// Its samples.
    pub listed: BTreeMap<Position, Listed>,
    /// What came of each, as far as that is known.
    pub outcomes: BTreeMap<Position, Outcome>,
    /// Samples that were left out when it was finished, since nobody may go on with them: why. They have no outcome here.
    pub left_out: BTreeMap<Position, String>,
    /// Lots that are used for it.
    pub lots: Vec<UsedLot>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Created(Created),
    Added { position: Position, listed: Listed },
    Removed { position: Position, reason: String },
    LotUsed(UsedLot),
    Started,
    Settled { position: Position, outcome: Outcome },
    LeftOut { position: Position, reason: String },
    Finished,
    Abandoned { reason: String },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Create(Created),
    /// Without a position it goes to the next that is free, along the rows.
    Add {
        position: Option<Position>,
        listed: Listed,
    },
    Remove {
        position: Position,
        reason: String,
    },
    UseLot(UsedLot),
    Start,
    Settle {
        position: Position,
        outcome: Outcome,
    },
    /// Those that nobody may go on with are left out, each with the reason.
    Finish {
        left_out: BTreeMap<Position, String>,
    },
    Abandon {
        reason: String,
    },
}

impl State {
    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            State::Unknown => "Unknown",
            State::Open => "Open",
            State::Started => "Started",
            State::Finished => "Finished",
            State::Abandoned { .. } => "Abandoned",
        }
    }

    /// Samples are on it, and nothing else is done with them by the same method.
    pub fn is_open(&self) -> bool {
        matches!(self, State::Open | State::Started)
    }
}

impl Worklist {
    /// Where a sample is.
    pub fn position_of(&self, sample: SampleId) -> Option<Position> {
        self.listed.iter().find(|(_, listed)| listed.sample == sample).map(|(position, _)| *position)
    }

    /// The next position that is free.
    pub fn next_free(&self) -> Option<Position> {
        SHAPE.positions().find(|position| !self.listed.contains_key(position))
    }

    /// Positions without an outcome.
    pub fn unsettled(&self) -> Vec<Position> {
        self.listed.keys().filter(|position| !self.outcomes.contains_key(position)).copied().collect()
    }
}

impl Fold for Worklist {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Worklist {
        match event {
            Event::Created(created) => {
                self.created = Some(created.clone());
                self.state = State::Open;
            }
            Event::Added { position, listed } => drop(self.listed.insert(*position, listed.clone())),
            Event::Removed { position, .. } => drop(self.listed.remove(position)),
            Event::LotUsed(lot) => self.lots.push(lot.clone()),
            Event::Started => self.state = State::Started,
            Event::Settled { position, outcome } => drop(self.outcomes.insert(*position, outcome.clone())),
            Event::LeftOut { position, reason } => {
                self.outcomes.remove(position);
                self.left_out.insert(*position, reason.clone());
            }
            Event::Finished => self.state = State::Finished,
            Event::Abandoned { reason } => self.state = State::Abandoned { reason: reason.clone() },
        }
        self
    }
}

/// Decides a command.
pub fn decide(worklist: &Worklist, command: Command) -> Result<Vec<Event>, Refusals> {
    let refused = |field, message: &str| Err(Refusals::one(field, message));
    let event = match (command, &worklist.state) {
        (Command::Create(created), State::Unknown) => {
            let instrument = stated(&created.instrument, "instrument", "Say on which instrument, or by hand")?;
            Event::Created(Created { instrument, ..created })
        }
        (Command::Add { position, listed }, State::Open) => add(worklist, position, listed)?,
        (Command::Remove { position, reason }, State::Open) if worklist.listed.contains_key(&position) => {
            Event::Removed { position, reason: stated(&reason, "reason", "Say why the sample is removed")? }
        }
        (Command::UseLot(lot), State::Open | State::Started) => {
            if worklist.lots.iter().any(|used| used.lot == lot.lot) {
                return refused("lot", "This lot is on the worklist already");
            }
            Event::LotUsed(lot)
        }
        (Command::Start, State::Open) if worklist.listed.is_empty() => {
            return refused("worklist", "Add a sample before you start the work");
        }
        (Command::Start, State::Open) => Event::Started,
        (Command::Settle { position, outcome }, State::Started) if worklist.listed.contains_key(&position) => {
            let outcome = outcome.checked()?;
            if worklist.outcomes.get(&position) == Some(&outcome) {
                return Ok(vec![]);
            }
            Event::Settled { position, outcome }
        }
        (Command::Remove { .. }, State::Open) | (Command::Settle { .. }, State::Started) => {
            return refused("position", "No sample is in that position");
        }
        (Command::Finish { left_out }, State::Started) => return finish(worklist, left_out),
        (Command::Abandon { reason }, State::Open | State::Started) => {
            Event::Abandoned { reason: stated(&reason, "reason", "Say why the worklist is abandoned")? }
        }
        (_, state) => {
            let message = format!("This cannot be done now: the worklist is {}", state.label().to_lowercase());
            return refused("worklist", &message);
        }
    };
    Ok(vec![event])
}

fn finish(worklist: &Worklist, left_out: BTreeMap<Position, String>) -> Result<Vec<Event>, Refusals> {
    if let Some(first) = worklist.unsettled().into_iter().find(|position| !left_out.contains_key(position)) {
        return Err(Refusals::one("worklist", format!("Record the outcome of every sample first: {first} has none")));
    }
    let left_out = left_out.into_iter().filter(|(position, _)| worklist.listed.contains_key(position));
    Ok(left_out.map(|(position, reason)| Event::LeftOut { position, reason }).chain([Event::Finished]).collect())
}

fn add(worklist: &Worklist, position: Option<Position>, listed: Listed) -> Result<Event, Refusals> {
    let refused = |message: String| Err(Refusals::one("barcode", message));
    if let Some(already) = worklist.position_of(listed.sample) {
        return refused(format!("{} is in {already} already", listed.barcode));
    }
    let Some(position) = position.or_else(|| worklist.next_free()) else {
        return refused("The worklist is full: it has 96 samples. Create another".into());
    };
    if let Some(other) = worklist.listed.get(&position) {
        return refused(format!("{position} has {}: choose another position", other.barcode));
    }
    if !SHAPE.positions().any(|known| known == position) {
        return refused(format!("A worklist has no position {position}: the last is H12"));
    }
    Ok(Event::Added { position, listed })
}

fn stated(text: &str, field: &'static str, ask: &str) -> Result<String, Refusals> {
    if text.trim().is_empty() { Err(Refusals::one(field, ask)) } else { Ok(text.trim().to_owned()) }
}
