//! Gene panels as the service keeps them: versions by digest, reviews by name, changes, sign-off. A test uses the latest version
//! that is signed off.

pub mod bulk;
pub mod compare;

pub use compare::{Difference, Kind, compare};

use crate::{Fold, Refusal, Refusals, Staff, StaffId};
use jiff::civil::Date;
use ontology::panel::{
    Rating,
    published::{Published, name_once},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Stream of all panels.
pub const STREAM: &str = "panels";

/// Every panel, by its number.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Panels(pub BTreeMap<String, Panel>);

/// A panel with its versions and what was said of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Panel {
    /// Versions by their numbers, lowest first, in whatever order they came; at least one.
    pub versions: Vec<Version>,
    /// Reviews, in the order in which they came.
    pub reviews: Vec<Review>,
    /// The last vote of each person on each version.
    pub votes: Vec<Vote>,
}

/// What somebody says of a version that is not signed off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Vote {
    /// Panel.
    pub panel: String,
    /// Version.
    pub number: String,
    /// Who.
    pub by: Staff,
    /// When.
    pub on: Date,
    /// For it, or against.
    pub in_favour: bool,
    /// Why.
    pub reason: String,
}

/// One version of a panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Version {
    /// Panel.
    pub panel: String,
    /// Name of the panel.
    pub name: String,
    /// Version, such as `4.12`.
    pub number: String,
    /// Day on which the service took it or made it.
    pub on: Date,
    /// Where it comes from, or why it was made.
    pub source: String,
    /// SHA-256 of the list of panels in which its content stands.
    pub content_sha256: String,
    /// Genes that are green, and entities of any kind.
    pub counts: (usize, usize),
    /// Who made it; nobody when it was taken as published.
    pub by: Option<Staff>,
    /// Who signed it off for use, and when.
    pub signed_off: Option<(String, Date)>,
    /// Votes of others that it needs before it is signed off: some where many entries were changed at once.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub votes_min: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands on a reference")]
fn is_zero(votes: &u32) -> bool {
    *votes == 0
}

/// Votes that a version with many changes at once needs, as a proposal to change the Test Directory does in the annual review.
pub const BULK_VOTES_MIN: u32 = 2;

/// What somebody said of an entity of a panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Review {
    /// Panel.
    pub panel: String,
    /// Kind and name of the entity.
    pub entity: (String, String),
    /// Who.
    pub by: Staff,
    /// When.
    pub on: Date,
    /// What rating it should have, if the reviewer says so.
    pub rating: Option<Rating>,
    /// How it should be inherited, if the reviewer says so.
    pub inheritance: String,
    /// Why.
    pub comment: String,
    /// PubMed identifiers.
    pub publications: Vec<String>,
}

/// What a curator makes of an entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Kind and name of the entity.
    pub entity: (String, String),
    /// Its rating.
    pub rating: Rating,
    /// Its mode of inheritance, in PanelApp's wording.
    pub inheritance: String,
    /// Why.
    pub reason: String,
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Publish(Vec<Version>),
    Review(Review),
    /// A version in which many entries change, each with its evidence.
    PublishBulk {
        version: Box<Version>,
        reviews: Vec<Review>,
    },
    Vote(Vote),
    SignOff {
        panel: String,
        number: String,
        on: Date,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Published { versions: Vec<Version> },
    Reviewed(Review),
    Voted(Vote),
    SignedOff { panel: String, number: String, by: Staff, on: Date },
}

impl Panel {
    /// The version that tests use: the latest that is signed off; where none ever was, the latest that was taken as published. What is
    /// made here is never used before it is signed off, unless there is nothing else.
    pub fn in_use(&self) -> Option<&Version> {
        let latest = |is_usable: fn(&Version) -> bool| self.versions.iter().rev().find(|v| is_usable(v));
        latest(|v| v.signed_off.is_some()).or_else(|| latest(|v| v.by.is_none())).or_else(|| self.latest())
    }

    /// The latest version.
    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// A version by its number.
    pub fn version(&self, number: &str) -> Option<&Version> {
        self.versions.iter().find(|v| v.number == number)
    }

    /// Versions that were made after the one in use, oldest first: what signing the latest off brings into use.
    pub fn unsigned(&self) -> &[Version] {
        let first = self.versions.iter().rposition(|v| v.signed_off.is_some()).map_or(0, |index| index + 1);
        &self.versions[first..]
    }

    /// Votes that the latest version needs: what was changed at once in a version below it comes into use with it.
    pub fn votes_min(&self) -> u32 {
        self.unsigned().iter().map(|v| v.votes_min).max().unwrap_or(0)
    }

    /// Whether somebody made the latest version, or one below it that comes into use with it.
    pub fn is_made_by(&self, who: StaffId) -> bool {
        self.unsigned().iter().filter_map(|v| v.by.as_ref()).any(|maker| maker.id == who)
    }

    /// Votes on a version.
    pub fn votes_on<'a>(&'a self, number: &'a str) -> impl Iterator<Item = &'a Vote> {
        self.votes.iter().filter(move |vote| vote.number == number)
    }

    /// Votes for and against a version.
    pub fn tally(&self, number: &str) -> (usize, usize) {
        let for_it = self.votes_on(number).filter(|vote| vote.in_favour).count();
        (for_it, self.votes_on(number).count() - for_it)
    }

    /// What was said of an entity, latest first.
    pub fn reviews_of<'a>(&'a self, kind: &'a str, name: &'a str) -> impl Iterator<Item = &'a Review> {
        self.reviews.iter().rev().filter(move |r| r.entity.0 == kind && r.entity.1 == name)
    }
}

impl Fold for Panels {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Panels {
        match event {
            Event::Published { versions } => {
                for version in versions {
                    let version = Version { name: name_once(&version.name), ..version.clone() };
                    let published = &mut self.0.entry(version.panel.clone()).or_default().versions;
                    let index = published.partition_point(|v| parts(&v.number) <= parts(&version.number));
                    published.insert(index, version);
                }
            }
            Event::Reviewed(review) => self.0.entry(review.panel.clone()).or_default().reviews.push(review.clone()),
            Event::Voted(vote) => {
                let votes = &mut self.0.entry(vote.panel.clone()).or_default().votes;
                votes.retain(|earlier| earlier.number != vote.number || earlier.by.id != vote.by.id);
                votes.push(vote.clone());
            }
            Event::SignedOff { panel, number, by, on } => {
                let published = self.0.entry(panel.clone()).or_default().versions.iter_mut().find(|v| v.number == *number);
                if let Some(version) = published {
                    version.signed_off = Some((by.name.clone(), *on));
                }
            }
        }
        self
    }
}

/// Decides a command.
pub fn decide(panels: &Panels, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    let event = match command {
        Command::Publish(versions) => {
            let published = |v: &&Version| panels.0.get(&v.panel).is_some_and(|p| p.version(&v.number).is_some());
            let refusals = versions
                .iter()
                .filter(published)
                .map(|v| Refusal::new("version", format!("{} version {} is held already; nothing was overwritten", v.name, v.number)));
            Refusals::check(refusals.collect())?;
            Event::Published { versions }
        }
        Command::Review(review) => {
            if review.comment.trim().is_empty() {
                return Err(Refusals::one("comment", "Say what the evidence is, so that others can follow it"));
            }
            if !panels.0.contains_key(&review.panel) {
                return Err(Refusals::one("panel", "There is no such panel"));
            }
            Event::Reviewed(review)
        }
        Command::PublishBulk { version, reviews } => {
            let mut events = decide(panels, Command::Publish(vec![*version]), by)?;
            events.splice(0..0, reviews.into_iter().map(Event::Reviewed));
            return Ok(events);
        }
        Command::Vote(vote) => {
            let panel = latest_unsigned(panels, &vote.panel, &vote.number)?;
            if panel.is_made_by(by.id) {
                return Err(Refusals::one("vote", "You made this version; others vote on it"));
            }
            if vote.reason.trim().is_empty() {
                return Err(Refusals::one("reason", "Say why, so that the decision can be followed"));
            }
            Event::Voted(vote)
        }
        Command::SignOff { panel, number, on } => {
            Refusals::check(sign_off_faults(latest_unsigned(panels, &panel, &number)?, &number, by.id))?;
            Event::SignedOff { panel, number, by: by.clone(), on }
        }
    };
    Ok(vec![event])
}

/// A panel whose latest version is the one that is meant, and is not signed off.
fn latest_unsigned<'p>(panels: &'p Panels, panel: &str, number: &str) -> Result<&'p Panel, Refusals> {
    let Some((panel, latest)) = panels.0.get(panel).and_then(|panel| Some((panel, panel.latest()?))) else {
        return Err(Refusals::one("panel", "There is no such panel"));
    };
    if latest.number != number {
        let message = format!("Version {} has been made meanwhile; look at it, then sign that off", latest.number);
        return Err(Refusals::one("version", message));
    }
    match &latest.signed_off {
        Some((who, day)) => Err(Refusals::one("version", format!("{who} signed this version off on {day}"))),
        None => Ok(panel),
    }
}

/// Why somebody may not sign the latest version of a panel off.
fn sign_off_faults(panel: &Panel, number: &str, by: StaffId) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if panel.is_made_by(by) {
        refusals.push(Refusal::new("version", "You made this version, or one that comes into use with it; somebody else signs it off"));
    }
    let ((for_it, against), needed) = (panel.tally(number), panel.votes_min() as usize);
    if for_it + against < needed {
        let message = format!("Many entries change at once: {} of {needed} votes of others are in; wait for the others", for_it + against);
        refusals.push(Refusal::new("vote", message));
    } else if for_it <= against && needed > 0 {
        refusals.push(Refusal::new("vote", format!("{for_it} are for it and {against} against, so it cannot be signed off")));
    }
    refusals
}

/// A version with one entity changed, under the next number. A change needs somebody else's review of that entity.
pub fn changed(panel: &Panel, content: &Published, change: &Change, by: &Staff) -> Result<Published, Refusals> {
    let (kind, name) = (&change.entity.0, &change.entity.1);
    let mut after = content.clone();
    let list = match kind.as_str() {
        "gene" => &mut after.genes,
        "str" => &mut after.strs,
        _ => &mut after.regions,
    };
    let Some(entity) = list.iter_mut().find(|e| e.entity_name == *name) else {
        return Err(Refusals::one("entity", format!("{name} is not on this panel")));
    };
    let mut refusals = Vec::new();
    if change.reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Give the reason for the change"));
    }
    if !panel.reviews_of(kind, name).any(|r| r.by.id != by.id) {
        refusals.push(Refusal::new("entity", format!("Nobody else has reviewed {name} yet; a change rests on somebody else's review")));
    }
    let before = entity.clone();
    if change.rating != entity.rating() {
        entity.confidence_level = level(change.rating).into();
    }
    if entity.mode_of_inheritance.as_deref().unwrap_or_default() != change.inheritance {
        entity.mode_of_inheritance = Some(change.inheritance.clone());
    }
    if *entity == before {
        refusals.push(Refusal::new("entity", "Nothing would change"));
    }
    Refusals::check(refusals)?;
    after.version = next(&content.version);
    Ok(after)
}

/// PanelApp's level of confidence for a rating.
fn level(rating: Rating) -> &'static str {
    match rating {
        Rating::Green => "3",
        Rating::Amber => "2",
        Rating::Red => "1",
    }
}

/// Parts of a version's number, so that 4.9 stands before 4.10.
fn parts(number: &str) -> Vec<u32> {
    number.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// The number after a version's: the last part counts up.
fn next(number: &str) -> String {
    let (head, tail) = number.rsplit_once('.').unwrap_or((number, "0"));
    format!("{head}.{}", tail.parse::<u32>().map_or(1, |n| n + 1))
}

#[cfg(test)]
mod tests;
