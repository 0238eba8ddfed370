//! Who people are: `ADT^A08` and `ADT^A31` change it, and registrations (`A01`, `A04`, `A05`, `A28`) and the end of a stay (`A03`) state
//! it; `ADT^A40` and its forerunners say that two records are one person. Source: HL7 2.5.1, chapter 3.3 (A03, A08, A18, A31, A34, A40,
//! A47) and 3.4.9 (MRG).

use super::{
    Message,
    content::Reading,
    person::{self, ReadPerson, identifier::Identifiers},
    segment::Segment,
    unused,
};
use crate::{
    incoming_message::{IncomingMerge, MessageContent},
    incoming_order::{Faults, Person},
};
use care::ordering::message::Fault;
use jiff::Timestamp;

/// A person as they are from now on.
pub(super) fn demographics(message: &Message) -> Result<Reading, Faults> {
    let ReadPerson { person, mut notes, faults } = only_patient(message)?;
    if !faults.is_empty() {
        return Err(faults);
    }
    notes.extend(death_note(&person));
    let content = MessageContent::Demographics(Box::new(person), stated_at(message));
    Ok(Reading { content, notes: all_notes(message, notes) })
}

/// A death changes what becomes of orders, which is for people to say.
fn death_note(person: &Person) -> Option<String> {
    let day = person.death_date.as_ref()?;
    let day = if day.is_empty() { String::new() } else { format!(" ({day})") };
    Some(format!("{}-30: the person has died{day}; this changes no order by itself: cancel or change those that are open", person.place))
}

/// When the event was recorded (EVN-2), else when the message was written (MSH-7).
fn stated_at(message: &Message) -> Option<Timestamp> {
    let recorded = message.first("EVN").and_then(|evn| person::moment(&evn.get(2, 1)));
    recorded.or_else(|| person::moment(&message.header(7, 1)))
}

/// Two records that are one person.
pub(super) fn merge(message: &Message) -> Result<Reading, Faults> {
    let ReadPerson { person, mut notes, mut faults } = only_patient(message)?;
    let mut replaced = only_replaced(message)?;
    faults.append(&mut replaced.numbers.faults);
    if replaced.numbers.nhs_number.is_none() && replaced.numbers.hospital.is_empty() {
        faults.push(Fault::new("MRG-1", "The record that is replaced has no number; send the number under which it was kept"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    notes.append(&mut replaced.numbers.notes);
    let merge = IncomingMerge {
        survivor: person,
        replaced: replaced.numbers.hospital,
        replaced_nhs_number: replaced.numbers.nhs_number,
        place: replaced.place,
    };
    Ok(Reading { content: MessageContent::Merge(Box::new(merge)), notes: all_notes(message, notes) })
}

fn all_notes(message: &Message, notes: Vec<String>) -> Vec<String> {
    message.notes().iter().cloned().chain(notes).chain(unused::notes(message)).collect()
}

/// The patient of a message that is about one person.
fn only_patient(message: &Message) -> Result<ReadPerson, Faults> {
    let mut patients = message.named("PID");
    let first = patients.next().ok_or_else(|| vec![person::missing("")])?;
    match patients.next() {
        Some(second) => Err(vec![one_at_a_time(second)]),
        None => Ok(person::patient(first)),
    }
}

/// Numbers of the record that is replaced.
struct Replaced {
    numbers: Identifiers,
    place: String,
}

/// MRG-1, and MRG-4 and MRG-2 of older systems.
fn only_replaced(message: &Message) -> Result<Replaced, Faults> {
    let mut merges = message.named("MRG");
    let missing = || vec![Fault::new("MRG", "The message does not say which record is replaced; send an MRG segment")];
    let first = merges.next().ok_or_else(missing)?;
    if let Some(second) = merges.next() {
        return Err(vec![one_at_a_time(second)]);
    }
    let field = [1, 4, 2].into_iter().find(|field| !first.get(*field, 1).is_empty()).unwrap_or(1);
    Ok(Replaced { numbers: Identifiers::of_field(first, field), place: first.place() })
}

fn one_at_a_time(segment: &Segment) -> Fault {
    Fault::new(segment.place(), "The message is about several people; send a message for each")
}
