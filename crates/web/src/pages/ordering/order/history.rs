//! What happened with an order, latest first. What is said of one person of a family says of whom.

use super::Person;
use crate::when;
use care::{
    PatientId, SampleId,
    event::{StreamKind, StreamName},
};
use service::Status;
use store::Entry;

pub(super) struct Happened {
    pub sentence: String,
    pub who: String,
    pub at: String,
}

/// The history: a sentence of each event, with who and when. People are named as whoever looks may see them.
pub(super) fn happened(entries: &[Entry], sentences: Vec<String>, status: &Status, people: &[Person]) -> Vec<Happened> {
    let line = |(entry, sentence): (&Entry, String)| {
        let sentence = match of_whom(&entry.stream, status, people) {
            Some(person) => format!("{sentence} ({}, {})", person.relationship.to_lowercase(), person.name),
            None => sentence,
        };
        Happened { sentence, who: entry.actor[2].clone(), at: when::moment(entry.at) }
    };
    entries.iter().zip(sentences).rev().map(line).collect()
}

/// The person of a family whose record, choice or sample a stream is; nobody where the order has one person alone.
fn of_whom<'a>(stream: &str, status: &Status, people: &'a [Person]) -> Option<&'a Person> {
    let name = StreamName::read(stream).ok().filter(|_| people.len() > 1)?;
    let is_of_person = [StreamKind::Patient, StreamKind::Choice].contains(&name.kind);
    let patient: PatientId = if is_of_person { name.parse().ok()? } else { of_sample(&name, status)? };
    people.iter().find(|person| person.patient == patient)
}

/// Whose sample a stream is.
fn of_sample(name: &StreamName, status: &Status) -> Option<PatientId> {
    let sample: SampleId = name.parse().ok().filter(|_| name.kind == StreamKind::Sample)?;
    let (_, sample) = status.samples.iter().find(|(id, _)| *id == sample)?;
    Some(sample.label.as_ref()?.patient)
}
