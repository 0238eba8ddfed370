//! What a person's genes say of medicines: read from data that is held, signed by a scientist, asked when something is
//! prescribed. Nothing is answered that nobody signed.

use crate::{AnalysisId, Fold, OrderId, PatientId, Refusals, Staff, event::StreamKind, results::report::Rendered};
use serde::{Deserialize, Serialize};

/// What was read, and what was made of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Medicines {
    /// Readings, oldest first.
    pub readings: Vec<(Reading, Option<Signature>)>,
    /// Advice that somebody did not follow.
    pub overridden: Vec<Overridden>,
}

/// Who signed a reading, and the report as it was rendered then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// Who.
    pub by: Staff,
    /// The report's bytes; nothing in readings of before they were kept.
    pub rendered: Option<Rendered>,
}

/// Genes as they were read once, from one sample's data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// Order whose data it was.
    pub order: OrderId,
    /// Analysis that the data was registered for.
    pub analysis: AnalysisId,
    /// Sample in the file.
    pub sample: String,
    /// Version of the definitions.
    pub definitions: String,
    /// SHA-256 of the calls and their meaning, as JSON.
    pub content_sha256: String,
}

/// Advice that was given and not followed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Overridden {
    /// The advice, as the card had it.
    pub advice: String,
    /// Why, in the prescriber's words or by code.
    pub reason: String,
    /// Who prescribed, as their system names them.
    pub by: String,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Read(Reading),
    Signed {
        content_sha256: String,
        by: Staff,
        #[serde(default)]
        rendered: Option<Rendered>,
    },
    Overridden(Overridden),
}

/// The stream of a person.
pub fn stream(patient: PatientId) -> String {
    StreamKind::Medicines.stream(patient)
}

impl Medicines {
    /// The reading that answers: the latest that is signed.
    pub fn signed(&self) -> Option<(&Reading, &Signature)> {
        self.readings.iter().rev().find_map(|(reading, by)| Some((reading, by.as_ref()?)))
    }

    /// The latest reading, while nobody has signed it.
    pub fn unsigned(&self) -> Option<&Reading> {
        self.readings.last().filter(|(_, by)| by.is_none()).map(|(reading, _)| reading)
    }
}

impl Fold for Medicines {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Medicines {
        match event {
            Event::Read(reading) => self.readings.push((reading.clone(), None)),
            Event::Signed { content_sha256, by, rendered } => {
                for (_, signed) in self.readings.iter_mut().filter(|(reading, _)| reading.content_sha256 == *content_sha256) {
                    *signed = Some(Signature { by: by.clone(), rendered: rendered.clone() });
                }
            }
            Event::Overridden(overridden) => self.overridden.push(overridden.clone()),
        }
        self
    }
}

/// Adds a reading; the same from the same analysis is not added twice.
pub fn read(medicines: &Medicines, reading: Reading) -> Vec<Event> {
    let is_known = medicines.readings.iter().any(|(other, _)| *other == reading);
    if is_known { vec![] } else { vec![Event::Read(reading)] }
}

/// Signs the latest reading.
pub fn sign(medicines: &Medicines, content_sha256: &str, by: &Staff, rendered: Rendered) -> Result<Vec<Event>, Refusals> {
    match medicines.unsigned() {
        Some(reading) if reading.content_sha256 == content_sha256 => {
            Ok(vec![Event::Signed { content_sha256: reading.content_sha256.clone(), by: by.clone(), rendered: Some(rendered) }])
        }
        Some(_) => Err(Refusals::one("reading", "The genes were read anew meanwhile: look at them again before you sign")),
        None => Err(Refusals::one("reading", "There is nothing to sign")),
    }
}
