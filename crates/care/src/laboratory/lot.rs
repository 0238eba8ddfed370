//! A lot of a reagent: registered, opened, used on worklists, withdrawn.

pub use crate::id::LotId;

use crate::{Fold, OdsCode, Refusal, Refusals, WorklistId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A lot as it was registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// What it is.
    pub name: String,
    /// Who made it.
    pub maker: String,
    /// Lot number of the maker.
    pub number: String,
    /// The last day on which it may be used.
    pub expires: Date,
    /// Laboratory that has it.
    pub laboratory: OdsCode,
}

/// Where a lot is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum State {
    /// There is none.
    #[default]
    Unknown,
    /// In the store, not opened.
    Stored,
    /// In use.
    Opened,
    /// Not to be used any more.
    Withdrawn {
        /// Why.
        reason: String,
    },
}

/// A lot.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lot {
    /// How it was registered.
    pub registered: Option<Registered>,
    /// Where it is.
    pub state: State,
    /// Worklists that it was used for, with their numbers.
    pub used: Vec<(WorklistId, String)>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Registered(Registered),
    Opened,
    Used { worklist: WorklistId, number: String },
    Withdrawn { reason: String },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Register(Registered),
    Open,
    Use { worklist: WorklistId, number: String },
    Withdraw { reason: String },
}

impl State {
    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            State::Unknown => "Unknown",
            State::Stored => "Not opened",
            State::Opened => "Open",
            State::Withdrawn { .. } => "Withdrawn",
        }
    }
}

impl Registered {
    /// What it is, with maker and lot number.
    pub fn label(&self) -> String {
        format!("{} ({}), lot {}", self.name, self.maker, self.number)
    }

    /// Maker and lot number as they are compared: letters and digits alone, in small letters.
    pub fn key(&self) -> String {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        format!("{}|{}|{}", self.laboratory, plain(&self.maker), plain(&self.number))
    }
}

impl Lot {
    /// Why it cannot be used on a day; nothing where it can.
    pub fn why_unusable(&self, today: Date) -> Option<String> {
        let Some(registered) = &self.registered else { return Some("There is no such lot".into()) };
        let label = registered.label();
        match &self.state {
            State::Unknown => Some("There is no such lot".into()),
            State::Withdrawn { reason } => Some(format!("{label} was withdrawn ({reason}) and must not be used")),
            State::Stored | State::Opened if registered.expires < today => {
                Some(format!("{label} expired on {} and must not be used", registered.expires.strftime("%-d %B %Y")))
            }
            State::Stored => Some(format!("{label} is not opened: open it on the page of lots first")),
            State::Opened => None,
        }
    }
}

impl Fold for Lot {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Lot {
        match event {
            Event::Registered(registered) => {
                self.registered = Some(registered.clone());
                self.state = State::Stored;
            }
            Event::Opened => self.state = State::Opened,
            Event::Used { worklist, number } => self.used.push((*worklist, number.clone())),
            Event::Withdrawn { reason } => self.state = State::Withdrawn { reason: reason.clone() },
        }
        self
    }
}

/// Decides a command on a day.
pub fn decide(lot: &Lot, command: Command, today: Date) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &lot.state) {
        (Command::Register(registered), State::Unknown) => Event::Registered(complete(registered, today)?),
        (Command::Open, State::Stored) => match lot.registered.as_ref().filter(|registered| registered.expires < today) {
            Some(registered) => {
                let message = format!("{} expired on {}: withdraw it", registered.label(), registered.expires.strftime("%-d %B %Y"));
                return Err(Refusals::one("lot", message));
            }
            None => Event::Opened,
        },
        (Command::Use { worklist, number }, State::Stored | State::Opened | State::Withdrawn { .. }) => match lot.why_unusable(today) {
            Some(why) => return Err(Refusals::one("lot", why)),
            None => Event::Used { worklist, number },
        },
        (Command::Withdraw { reason }, State::Stored | State::Opened) => match reason.trim() {
            "" => return Err(Refusals::one("reason", "Say why the lot is withdrawn")),
            reason => Event::Withdrawn { reason: reason.to_owned() },
        },
        (_, state) => {
            return Err(Refusals::one("lot", format!("This cannot be done now: the lot is {}", state.label().to_lowercase())));
        }
    };
    Ok(vec![event])
}

fn complete(registered: Registered, today: Date) -> Result<Registered, Refusals> {
    let trimmed = |text: &str| text.trim().to_owned();
    let registered = Registered {
        name: trimmed(&registered.name),
        maker: trimmed(&registered.maker),
        number: trimmed(&registered.number),
        ..registered
    };
    let needed = [("name", &registered.name, "Enter what it is"), ("maker", &registered.maker, "Enter the manufacturer")];
    let needed = needed.into_iter().chain([("number", &registered.number, "Enter the manufacturer’s lot number")]);
    let mut refusals: Vec<Refusal> =
        needed.filter(|(_, text, _)| !text.chars().any(char::is_alphanumeric)).map(|(field, _, ask)| Refusal::new(field, ask)).collect();
    if registered.expires < today {
        refusals.push(Refusal::new("expires", "It has expired already: check the date on the pack, and do not use it"));
    }
    Refusals::check(refusals)?;
    Ok(registered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn registered(number: &str, expires: Date) -> Registered {
        Registered {
            name: "Library kit".into(),
            maker: "Maker".into(),
            number: number.into(),
            expires,
            laboratory: "699X0".parse().expect("a code"),
        }
    }

    fn reached(commands: Vec<Command>, today: Date) -> Result<Lot, String> {
        commands.into_iter().try_fold(Lot::default(), |lot, command| {
            let events = decide(&lot, command, today).map_err(|refusals| refusals.to_string())?;
            Ok(events.iter().fold(lot, Lot::apply))
        })
    }

    #[test]
    fn only_an_open_lot_that_has_not_expired_is_used() {
        let (today, last) = (date(2026, 11, 30), date(2026, 12, 1));
        let register = || Command::Register(registered("A-1", last));
        let used = || Command::Use { worklist: WorklistId(Uuid::nil()), number: "W-1".into() };
        assert_eq!(reached(vec![register(), Command::Open, used()], last).expect("on its last day").used.len(), 1);
        assert!(reached(vec![register(), used()], today).expect_err("not opened").contains("is not opened"));
        let withdrawn = || Command::Withdraw { reason: "Contaminated".into() };
        assert!(reached(vec![register(), Command::Open, withdrawn(), used()], today).expect_err("withdrawn").contains("was withdrawn"));
        assert!(reached(vec![register(), Command::Open, withdrawn(), withdrawn()], today).is_err(), "twice");
        assert!(reached(vec![register(), Command::Withdraw { reason: " ".into() }], today).expect_err("no reason").contains("Say why"));
        let open = reached(vec![register(), Command::Open], today).expect("open");
        let after = date(2026, 12, 2);
        assert!(decide(&open, used(), after).expect_err("expired").to_string().contains("expired on 1 December 2026"));
    }

    #[test]
    fn a_lot_that_is_incomplete_or_has_expired_is_not_registered() {
        let today = date(2026, 11, 30);
        let refusals = decide(&Lot::default(), Command::Register(registered(" - ", date(2026, 11, 29))), today).expect_err("refused");
        let fields: Vec<&str> = refusals.0.iter().map(|refusal| refusal.field).collect();
        assert_eq!(fields, ["number", "expires"]);
        assert_eq!(registered("a 1", today).key(), registered("A-1", today).key());
    }
}
