//! A plate or a rack: positions that hold samples, kept, moved and sent as one.

mod position;
pub mod scan;

pub use crate::id::ContainerId;
pub use position::{NotAPosition, Position};

use crate::{Fold, OdsCode, OrderId, Refusal, Refusals, SampleId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::EnumCount;

/// What kind of container it is. Rows and columns of plates are those of ANSI SLAS 4-2004.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, EnumCount)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Plate96,
    Plate384,
    Rack24,
    Rack96,
    Box81,
}

/// A container as it was opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// Its barcode.
    pub barcode: String,
    /// Its kind.
    pub kind: Kind,
    /// What it is for, in words.
    pub purpose: String,
    /// Laboratory that opened it.
    pub laboratory: OdsCode,
}

/// A sample in a position.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoredSample {
    /// Sample.
    pub sample: SampleId,
    /// Its order.
    pub order: OrderId,
    /// Its barcode.
    pub barcode: String,
}

/// Where a container is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum State {
    #[default]
    Unknown,
    Here,
    Sent {
        to: OdsCode,
        manifest: String,
    },
    Discarded,
}

/// A container.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Container {
    /// How it was opened.
    pub opened: Option<Opened>,
    /// Barcodes that other laboratories put on it.
    pub aliases: Vec<String>,
    /// What it holds.
    pub stored: BTreeMap<Position, StoredSample>,
    /// Where it stands: freezer and shelf.
    pub place: String,
    /// Where it is.
    pub state: State,
    /// Laboratory that took it in last, after it was sent.
    taken_in_by: Option<OdsCode>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Opened(Opened),
    Aliased {
        barcode: String,
    },
    Filled {
        position: Position,
        #[serde(rename = "held")]
        stored: StoredSample,
    },
    Emptied {
        position: Position,
        reason: String,
    },
    Moved {
        place: String,
    },
    Sent {
        to: OdsCode,
        manifest: String,
    },
    TakenIn {
        by: OdsCode,
    },
    Discarded {
        reason: String,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Open(Opened),
    Alias {
        barcode: String,
    },
    /// Without a position it goes to the next that is free, along the rows.
    Fill {
        position: Option<Position>,
        stored: StoredSample,
    },
    Empty {
        position: Position,
        reason: String,
    },
    Move {
        place: String,
    },
    Send {
        to: OdsCode,
        manifest: String,
    },
    TakeIn {
        by: OdsCode,
    },
    Discard {
        reason: String,
    },
}

/// How a scan of a whole rack differs from what is written down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// Scanned where nothing is written down; from another position of this container, if it was there.
    Found {
        /// Where it was scanned.
        position: Position,
        /// Barcode.
        barcode: String,
        /// Where it is written down.
        from: Option<Position>,
    },
    /// Written down, and not scanned anywhere.
    Missing {
        /// Where it is written down.
        position: Position,
        /// Barcode.
        barcode: String,
    },
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; Kind::COUNT] = [Kind::Rack96, Kind::Rack24, Kind::Box81, Kind::Plate96, Kind::Plate384];

    /// Rows and columns.
    pub fn shape(self) -> (u8, u8) {
        match self {
            Kind::Plate96 | Kind::Rack96 => (8, 12),
            Kind::Plate384 => (16, 24),
            Kind::Rack24 => (4, 6),
            Kind::Box81 => (9, 9),
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Plate96 => "Plate of 96 wells",
            Kind::Plate384 => "Plate of 384 wells",
            Kind::Rack24 => "Rack of 24 tubes",
            Kind::Rack96 => "Rack of 96 tubes",
            Kind::Box81 => "Box of 81 tubes",
        }
    }

    /// Its positions, along the rows.
    pub fn positions(self) -> impl Iterator<Item = Position> {
        let (rows, columns) = self.shape();
        (1..=rows).flat_map(move |row| (1..=columns).map(move |column| Position { row, column }))
    }
}

impl State {
    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            State::Unknown => "Unknown",
            State::Here => "In the laboratory",
            State::Sent { .. } => "On its way",
            State::Discarded => "Discarded",
        }
    }
}

impl Container {
    /// The laboratory that answers for it: that to which it was sent, else the one that has it.
    pub fn custodian(&self) -> Option<&OdsCode> {
        match &self.state {
            State::Sent { to, .. } => Some(to),
            _ => self.taken_in_by.as_ref().or(self.opened.as_ref().map(|o| &o.laboratory)),
        }
    }

    /// The next position that is free, along the rows.
    pub fn next_free(&self) -> Option<Position> {
        self.opened.as_ref()?.kind.positions().find(|p| !self.stored.contains_key(p))
    }

    /// Where a sample is.
    pub fn position_of(&self, sample: SampleId) -> Option<Position> {
        self.stored.iter().find(|(_, stored)| stored.sample == sample).map(|(position, _)| *position)
    }

    /// What a scan of every position says that is not written down so.
    pub fn differences(&self, scanned: &BTreeMap<Position, String>) -> Vec<Difference> {
        let written = |position: &Position| self.stored.get(position).map(|stored| stored.barcode.as_str());
        let found = scanned.iter().filter(|(position, barcode)| written(position) != Some(barcode)).map(|(position, barcode)| {
            let from = self.stored.iter().find(|(_, stored)| stored.barcode == *barcode).map(|(from, _)| *from);
            Difference::Found { position: *position, barcode: barcode.clone(), from }
        });
        let seen = |barcode: &str| scanned.values().any(|other| other == barcode);
        let missing = self.stored.iter().filter(|(_, stored)| !seen(&stored.barcode));
        let missing = missing.map(|(position, stored)| Difference::Missing { position: *position, barcode: stored.barcode.clone() });
        found.chain(missing).collect()
    }
}

impl Fold for Container {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Container {
        match event {
            Event::Opened(opened) => {
                self.opened = Some(opened.clone());
                self.state = State::Here;
            }
            Event::Aliased { barcode } => self.aliases.push(barcode.clone()),
            Event::Filled { position, stored } => drop(self.stored.insert(*position, stored.clone())),
            Event::Emptied { position, .. } => drop(self.stored.remove(position)),
            Event::Moved { place } => self.place.clone_from(place),
            Event::Sent { to, manifest } => {
                self.place.clear();
                self.state = State::Sent { to: to.clone(), manifest: manifest.clone() };
            }
            Event::TakenIn { by } => {
                self.taken_in_by = Some(by.clone());
                self.state = State::Here;
            }
            Event::Discarded { .. } => self.state = State::Discarded,
        }
        self
    }
}

/// Decides a command.
pub fn decide(container: &Container, command: Command) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &container.state) {
        (Command::Open(opened), State::Unknown) => {
            if opened.purpose.trim().is_empty() {
                return Err(Refusals::one("purpose", "Say what it is for, such as the day's extractions"));
            }
            Event::Opened(opened)
        }
        (Command::Alias { barcode }, State::Here) => Event::Aliased { barcode: alias(container, &barcode)? },
        (Command::Fill { position, stored }, State::Here) => fill(container, position, stored)?,
        (Command::Empty { position, reason }, State::Here) => match container.stored.get(&position) {
            Some(_) => Event::Emptied { position, reason: stated(&reason, "reason", "Say why it is taken out")? },
            None => return Err(Refusals::one("position", format!("{position} is empty already"))),
        },
        (Command::Move { place }, State::Here) => Event::Moved { place: stated(&place, "place", "Enter freezer and shelf")? },
        (Command::Send { to, manifest }, State::Here) => {
            let mut refusals = Vec::new();
            if container.stored.is_empty() {
                refusals.push(Refusal::new("container", "It is empty: there is nothing to send"));
            }
            if container.custodian() == Some(&to) {
                refusals.push(Refusal::new("laboratory", "It is in that laboratory already"));
            }
            Refusals::check(refusals)?;
            Event::Sent { to, manifest: stated(&manifest, "manifest", "Enter the number of the manifest")? }
        }
        (Command::TakeIn { by }, State::Sent { to, .. }) if by == *to => Event::TakenIn { by },
        (Command::Discard { reason }, State::Here) => {
            if !container.stored.is_empty() {
                return Err(Refusals::one("container", "Take out what it holds before it is discarded"));
            }
            Event::Discarded { reason: stated(&reason, "reason", "Say why it is discarded")? }
        }
        (_, state) => {
            return Err(Refusals::one("container", format!("This cannot be done now: it is {}", state.label().to_lowercase())));
        }
    };
    Ok(vec![event])
}

fn fill(container: &Container, position: Option<Position>, stored: StoredSample) -> Result<Event, Refusals> {
    let refused = |message: String| Err(Refusals::one("position", message));
    if let Some(already) = container.position_of(stored.sample) {
        return refused(format!("{} is in {already} already", stored.barcode));
    }
    let Some(position) = position.or_else(|| container.next_free()) else { return refused("It is full".into()) };
    if let Some(other) = container.stored.get(&position) {
        return refused(format!("{position} holds {}: choose another position, or take that out first", other.barcode));
    }
    let (rows, columns) = container.opened.as_ref().map_or((0, 0), |opened| opened.kind.shape());
    if position.row > rows || position.column > columns {
        return refused(format!("It has no position {position}: the last is {}", Position { row: rows, column: columns }));
    }
    Ok(Event::Filled { position, stored })
}

/// A barcode of another laboratory, which this container has not yet.
fn alias(container: &Container, scanned: &str) -> Result<String, Refusals> {
    let barcode = stated(&super::barcode::scanned(scanned), "barcode", "Scan the barcode that the other laboratory put on it")?;
    if container.aliases.contains(&barcode) || container.opened.as_ref().is_some_and(|opened| opened.barcode == barcode) {
        return Err(Refusals::one("barcode", format!("It is found by {barcode} already")));
    }
    Ok(barcode)
}

fn stated(text: &str, field: &'static str, ask: &str) -> Result<String, Refusals> {
    let text = text.trim();
    if text.is_empty() { Err(Refusals::one(field, ask)) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn stored(n: u128) -> StoredSample {
        StoredSample { sample: SampleId(Uuid::from_u128(n)), order: OrderId(Uuid::nil()), barcode: format!("S{n}") }
    }

    fn parse_position(text: &str) -> Position {
        text.parse().expect("a position")
    }

    fn rack(commands: impl IntoIterator<Item = Command>) -> (Container, String) {
        let open =
            Opened { barcode: "C1".into(), kind: Kind::Rack24, purpose: "Today".into(), laboratory: "699X0".parse().expect("a code") };
        let mut said = String::new();
        let mut rack = Container::default();
        for command in [Command::Open(open)].into_iter().chain(commands) {
            match decide(&rack, command) {
                Ok(events) => rack = events.iter().fold(rack, Container::apply),
                Err(refusals) => said += &refusals.to_string(),
            }
        }
        (rack, said)
    }

    fn fill(position: Option<&str>, n: u128) -> Command {
        Command::Fill { position: position.map(parse_position), stored: stored(n) }
    }

    #[test]
    fn a_position_holds_one_tube_and_a_tube_one_position() {
        let (rack, said) = rack([
            fill(None, 1),
            fill(Some("A02"), 2),
            fill(None, 3),
            fill(Some("a1"), 4),
            fill(None, 2),
            fill(Some("E1"), 5),
            fill(Some("D6"), 6),
        ]);
        let shown: Vec<String> = rack.stored.iter().map(|(p, h)| format!("{p} {}", h.barcode)).collect();
        assert_eq!(shown, ["A01 S1", "A02 S2", "A03 S3", "D06 S6"]);
        for message in ["A01 holds S1", "S2 is in A02 already", "no position E01: the last is D06"] {
            assert!(said.contains(message), "{said}");
        }
    }

    #[test]
    fn a_scan_of_the_rack_tells_what_moved_came_and_went() {
        let (rack, _) = rack([fill(None, 1), fill(None, 2), fill(None, 3)]);
        let scan = |list: &[(&str, &str)]| list.iter().map(|(p, b)| (parse_position(p), (*b).to_owned())).collect::<BTreeMap<_, _>>();
        assert_eq!(rack.differences(&scan(&[("A01", "S1"), ("A02", "S2"), ("A03", "S3")])), []);
        let found = |position, barcode: &str, from| Difference::Found { position: parse_position(position), barcode: barcode.into(), from };
        assert_eq!(
            rack.differences(&scan(&[("A01", "S2"), ("A03", "S3"), ("B01", "S9")])),
            [
                found("A01", "S2", Some(parse_position("A02"))),
                found("B01", "S9", None),
                Difference::Missing { position: parse_position("A01"), barcode: "S1".into() }
            ]
        );
    }

    #[test]
    fn a_rack_is_found_by_the_barcode_of_another_laboratory_too() {
        let alias = |barcode: &str| Command::Alias { barcode: barcode.into() };
        let (rack, said) = rack([alias("]C1sa00123456"), alias("SA00123456"), alias("c1"), alias(" ")]);
        assert_eq!(rack.aliases, ["SA00123456"]);
        for message in ["found by SA00123456 already", "found by C1 already", "Scan the barcode"] {
            assert!(said.contains(message), "{said}");
        }
    }

    #[test]
    fn a_rack_is_taken_in_by_the_laboratory_that_it_was_sent_to() {
        let lab = |code: &str| code.parse::<OdsCode>().expect("a code");
        let send = || Command::Send { to: lab("699Y0"), manifest: "M1".into() };
        let (there, said) = rack([send(), fill(None, 1), send(), fill(None, 2), Command::TakeIn { by: lab("699X0") }]);
        assert!(said.contains("nothing to send") && said.contains("on its way"), "{said}");
        assert_eq!(there.custodian(), Some(&lab("699Y0")));
        let (there, said) = rack([fill(None, 1), send(), Command::TakeIn { by: lab("699Y0") }, Command::Discard { reason: "Old".into() }]);
        assert_eq!((there.custodian(), said.contains("before it is discarded")), (Some(&lab("699Y0")), true));
    }
}
