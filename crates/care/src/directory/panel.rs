//! Gene panels as the service keeps them: versions by digest, reviews by name, changes, sign-off. A test uses the latest version
//! that is signed off.

use crate::{Fold, Refusal, Refusals, Staff};
use jiff::civil::Date;
use ontology::panel::{
    Rating,
    published::{Entity, Published},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
}

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
    SignOff { panel: String, number: String, on: Date },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Published { versions: Vec<Version> },
    Reviewed(Review),
    SignedOff { panel: String, number: String, by: Staff, on: Date },
}

impl Panel {
    /// The version that tests use: the latest that is signed off; where none ever was, the latest.
    pub fn in_use(&self) -> Option<&Version> {
        self.versions.iter().rev().find(|v| v.signed_off.is_some()).or_else(|| self.latest())
    }

    /// The latest version.
    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// A version by its number.
    pub fn version(&self, number: &str) -> Option<&Version> {
        self.versions.iter().find(|v| v.number == number)
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
                    let published = &mut self.0.entry(version.panel.clone()).or_default().versions;
                    let index = published.partition_point(|v| parts(&v.number) <= parts(&version.number));
                    published.insert(index, version.clone());
                }
            }
            Event::Reviewed(review) => self.0.entry(review.panel.clone()).or_default().reviews.push(review.clone()),
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
        Command::SignOff { panel, number, on } => {
            let published = panels.0.get(&panel).and_then(Panel::latest);
            match published {
                Some(version) if version.number != number => {
                    let message = format!("Version {} has been made meanwhile; look at it, then sign that off", version.number);
                    return Err(Refusals::one("version", message));
                }
                Some(Version { signed_off: Some((who, day)), .. }) => {
                    return Err(Refusals::one("version", format!("{who} signed this version off on {day}")));
                }
                Some(Version { by: Some(maker), .. }) if maker.id == by.id => {
                    return Err(Refusals::one("version", "You made this version; somebody else signs it off"));
                }
                Some(_) => Event::SignedOff { panel, number, by: by.clone(), on },
                None => return Err(Refusals::one("panel", "There is no such panel")),
            }
        }
    };
    Ok(vec![event])
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

/// What differs of an entity between two versions: rating and inheritance in words, empty where it is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Kind and name.
    pub entity: String,
    /// In the earlier version.
    pub before: String,
    /// In the later version.
    pub after: String,
}

/// What differs between two versions, entity by entity.
pub fn compare(before: &Published, after: &Published) -> Vec<Difference> {
    let summary = |e: &Entity| {
        let mode = e.mode_of_inheritance.as_deref().filter(|m| !m.is_empty()).map_or_else(String::new, |m| format!(", {m}"));
        format!("{:?}{mode}", e.rating()).to_lowercase()
    };
    let by_name = |p: &Published| -> BTreeMap<String, String> {
        p.entities().map(|e| (format!("{} {}", e.entity_type, e.entity_name), summary(e))).collect()
    };
    let (before, after) = (by_name(before), by_name(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value_of = |side: &BTreeMap<String, String>, name: &String| side.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .map(|name| Difference { entity: name.clone(), before: value_of(&before, name), after: value_of(&after, name) })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

#[cfg(test)]
mod tests;
