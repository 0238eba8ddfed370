//! Tests that somebody orders often, and keeps at hand.

use super::TestCode;
use crate::{Fold, Refusals, StaffId, event::StreamKind};
use serde::{Deserialize, Serialize};

/// Somebody's favourite tests, in the order in which they were chosen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Favourites(pub Vec<TestCode>);

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Starred { test: TestCode },
    Unstarred { test: TestCode },
}

/// Tests that somebody may keep at hand: more are no shorter to look through than the directory.
pub const FAVOURITES_MAX: usize = 30;

/// The stream of somebody's favourites.
pub fn stream(staff: StaffId) -> String {
    StreamKind::Favourites.stream(staff)
}

impl Fold for Favourites {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Favourites {
        match event {
            Event::Starred { test } => self.0.push(test.clone()),
            Event::Unstarred { test } => self.0.retain(|other| other != test),
        }
        self
    }
}

/// Keeps a test at hand; nothing where it is kept already.
pub fn star(favourites: &Favourites, test: TestCode) -> Result<Vec<Event>, Refusals> {
    if favourites.0.contains(&test) {
        return Ok(vec![]);
    }
    if favourites.0.len() >= FAVOURITES_MAX {
        let message = format!("You have {FAVOURITES_MAX} favourite tests, which is the most: remove one first");
        return Err(Refusals::one("test", message));
    }
    Ok(vec![Event::Starred { test }])
}

/// Keeps a test at hand no longer; nothing where it is not kept.
pub fn unstar(favourites: &Favourites, test: TestCode) -> Vec<Event> {
    if favourites.0.contains(&test) { vec![Event::Unstarred { test }] } else { vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(number: usize) -> TestCode {
        format!("R{number}.1").parse().expect("a code")
    }

    #[test]
    fn a_favourite_is_kept_once_and_so_many_at_the_most() {
        let fold = |favourites: Favourites, events: Vec<Event>| events.iter().fold(favourites, Fold::apply);
        let mut favourites = Favourites::default();
        for number in 1..=FAVOURITES_MAX {
            let events = star(&favourites, test(number)).expect("kept");
            favourites = fold(favourites, events);
        }
        assert_eq!(star(&favourites, test(1)), Ok(vec![]));
        assert!(star(&favourites, test(FAVOURITES_MAX + 1)).expect_err("refused").to_string().contains("remove one first"));
        let events = unstar(&favourites, test(2));
        favourites = fold(favourites, events);
        assert_eq!((favourites.0.len(), unstar(&favourites, test(2))), (FAVOURITES_MAX - 1, vec![]));
    }
}
