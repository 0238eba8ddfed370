//! A variant to which different classes were given, looked at again: which class counts from now on, and why.

use crate::{Fold, Refusal, Refusals, Staff, event::StreamKind};
use genome::Pathogenicity;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a variant's classes were settled, every time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settlements(pub Vec<Settled>);

/// A class that counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settled {
    /// One of those that were given.
    #[serde(with = "genome::pathogenicity::label")]
    pub class: Pathogenicity,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Event {
    /// A class was chosen.
    Settled(Settled),
}

/// The stream of a variant.
pub fn stream(variant: &str) -> String {
    StreamKind::Discordance.stream(variant)
}

impl Fold for Settlements {
    type Event = Event;
    fn apply(mut self, Event::Settled(settled): &Event) -> Settlements {
        self.0.push(settled.clone());
        self
    }
}

impl Settlements {
    /// The class that counts, unless another was given since.
    pub fn in_force(&self, classes: impl IntoIterator<Item = (Pathogenicity, Timestamp)>) -> Option<&Settled> {
        let last = self.0.last()?;
        let since = classes.into_iter().any(|(class, time)| time > last.at && class != last.class);
        (!since).then_some(last)
    }
}

/// Settles which of the classes that were given counts.
pub fn settle(classes: &[Pathogenicity], class: Pathogenicity, reason: &str, by: &Staff, at: Timestamp) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if !classes.contains(&class) {
        refusals
            .push(Refusal::new("class", "Choose one of the classes that were given; another one is given in a case, by two scientists"));
    }
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say why this class counts"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Settled(Settled { class, reason: reason.trim().into(), by: by.clone(), at })])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, StaffId};

    #[test]
    fn a_settled_class_counts_until_another_one_is_given() {
        let by = Staff {
            id: StaffId(uuid::Uuid::nil()),
            name: "Dr C".into(),
            role: Role::Consultant,
            organisation: "699X0".parse().expect("a code"),
            organisation_name: "Hub".into(),
        };
        let time = |second| Timestamp::from_second(second).expect("a time");
        let (pathogenic, likely, benign) = (Pathogenicity::Pathogenic, Pathogenicity::LikelyPathogenic, Pathogenicity::Benign);
        let classes = [pathogenic, likely];
        assert!(settle(&classes, benign, "x", &by, time(9)).is_err() && settle(&classes, pathogenic, " ", &by, time(9)).is_err());
        let settlements = Settlements::replay(&settle(&classes, pathogenic, "Functional evidence", &by, time(9)).expect("settled"));
        assert!(settlements.in_force([(likely, time(5)), (pathogenic, time(12))]).is_some());
        assert!(settlements.in_force([(likely, time(12))]).is_none(), "a new clash");
    }
}
