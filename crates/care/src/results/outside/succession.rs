//! Which of several results of the same work is in force, in whatever order they come: the later one, and never a result that was
//! withdrawn again through one of which it is not certain that it is later.

use super::{Received, ResultStatus};
use std::cmp::Ordering;

/// A result that came before, of the same work and of the same order.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'r, K> {
    /// By what it is known.
    pub key: K,
    /// As it came.
    pub received: &'r Received,
    /// Nothing has superseded it.
    pub is_live: bool,
    /// It is on the order, and does not wait for a person.
    pub is_filed: bool,
}

/// What becomes of a result that comes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arrival<K> {
    /// It is to be checked, and takes the place of these.
    InForce {
        /// What it replaces.
        replaces: Vec<K>,
    },
    /// A later one is in force.
    Superseded {
        /// By which.
        by: K,
    },
    /// Which of the two is in force is for a person to say.
    Unclear {
        /// The other one.
        beside: K,
    },
}

/// How one result is to another of the same work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Succession {
    /// It takes its place.
    Replaces,
    /// The other one is in force.
    GivesWay,
    /// Both are in force: a preliminary one that was issued later than one that is not.
    Beside,
    /// Their times do not say which is the later one, and the other is a correction or a withdrawal.
    Unclear,
}

/// What becomes of a result beside those of the same work that came before it.
pub fn arrival<K: Copy>(received: &Received, earlier: &[Earlier<K>]) -> Arrival<K> {
    let beside: Vec<(&Earlier<K>, Succession)> = earlier.iter().map(|one| (one, succession(received, one.received))).collect();
    let gives_way = |(one, is): &&(&Earlier<K>, Succession)| *is == Succession::GivesWay && one.is_live && one.is_filed;
    if let Some((by, _)) = beside.iter().find(gives_way) {
        return Arrival::Superseded { by: by.key };
    }
    // One that waits for a person, or whose successor was refused, replaces nothing by itself.
    if let Some((other, _)) = beside.iter().find(|(_, is)| matches!(is, Succession::Unclear | Succession::GivesWay)) {
        return Arrival::Unclear { beside: other.key };
    }
    let replaced = beside.iter().filter(|(one, is)| one.is_live && *is == Succession::Replaces);
    Arrival::InForce { replaces: replaced.map(|(one, _)| one.key).collect() }
}

/// The same where somebody has compared both and filed it: what is not certain by the times is so by them. What is certain stays so.
pub fn arrival_by_hand<K: Copy>(received: &Received, earlier: &[Earlier<K>]) -> Arrival<K> {
    let certain = arrival(received, earlier);
    if !matches!(certain, Arrival::Unclear { .. }) {
        return certain;
    }
    let is_replaced = |one: &&Earlier<K>| {
        let is_before = matches!(succession(received, one.received), Succession::Replaces | Succession::Unclear);
        is_before && one.is_live && one.is_filed
    };
    Arrival::InForce { replaces: earlier.iter().filter(is_replaced).map(|one| one.key).collect() }
}

/// How a result is to one of the same work that came before it.
pub fn succession(received: &Received, earlier: &Received) -> Succession {
    if received.takes_place_of(earlier) {
        return Succession::Replaces;
    }
    if earlier.takes_place_of(received) {
        return Succession::GivesWay;
    }
    let (one, other) = (received.status, earlier.status);
    let [is_preliminary, other_is_preliminary] = [one, other].map(|status| status == ResultStatus::Preliminary);
    match received.compare(earlier) {
        Some(Ordering::Less) if other_is_preliminary && !is_preliminary => Succession::Beside,
        Some(Ordering::Less) => Succession::GivesWay,
        Some(_) if is_preliminary && !other_is_preliminary => Succession::Beside,
        Some(_) => Succession::Replaces,
        None if is_preliminary && !other_is_preliminary => Succession::GivesWay,
        None if one.rank() < other.rank() && !other_is_preliminary => Succession::Unclear,
        None => Succession::Replaces,
    }
}

impl Received {
    /// It was sent in the place of a document that has a number of its own.
    pub fn takes_place_of(&self, other: &Received) -> bool {
        !self.replaces.is_empty() && self.replaces != self.filler && self.replaces == other.filler
    }

    /// Both are numbered as one work of one system, or one as what takes the place of the other.
    pub fn is_numbered_as(&self, other: &Received) -> bool {
        let is_numbered = self.filler == other.filler || self.takes_place_of(other) || other.takes_place_of(self);
        self.client == other.client && is_numbered
    }
}

impl ResultStatus {
    /// What stands in the place of what, where no time says which is the later one.
    fn rank(self) -> u8 {
        match self {
            ResultStatus::Preliminary => 0,
            ResultStatus::Final => 1,
            ResultStatus::Corrected => 2,
            ResultStatus::Cancelled => 3,
        }
    }
}

#[cfg(test)]
mod tests;
