//! Who a message is about. Source: HL7 2.5.1, chapter 3.4.2 (PID), 3.4.9 (MRG).

pub(super) mod identifier;
mod name;

use super::segment::Segment;
use crate::{
    codes::sex,
    incoming_order::{Faults, Located, Person},
};
use care::ordering::{
    family::{Affected, Relationship},
    message::Fault,
};
use identifier::Identifiers;
pub(super) use name::Names;

/// A person, and what was noted or is wrong.
#[derive(Clone, Debug)]
pub(super) struct ReadPerson {
    pub person: Person,
    pub notes: Vec<String>,
    pub faults: Faults,
}

/// The patient of a `PID`.
pub(super) fn patient(pid: &Segment) -> ReadPerson {
    let numbers = Identifiers::of_patient(pid);
    let names = Names::read(pid.repeats(5)).with_former(pid.repeats(9));
    let mut notes = numbers.notes;
    let person = Person {
        place: pid.place(),
        nhs_number: numbers.nhs_number,
        hospital_numbers: numbers.hospital,
        family_name: names.family,
        given_name: names.given_name,
        former_names: names.former,
        birth_date: Located { value: day(&pid.get(7, 1)), place: pid.place_of_field(7) },
        death_date: death_date(pid),
        sex: sex::read_hl7(&pid.get(8, 1)),
        relationship: Relationship::Proband,
        affected: Affected::Yes,
        is_fetus: false,
        entries: vec![],
        discussion: None,
        known_only: false,
        record: None,
    };
    notes.extend(sex_note(pid, 8));
    notes.extend(uncertain_note(pid));
    ReadPerson { person, notes, faults: numbers.faults }
}

/// A person without a patient segment: nobody who could be compared.
pub(super) fn missing(what: &str) -> Fault {
    Fault::new("PID", format!("The message names no patient{what}; send a PID segment"))
}

/// What is said of a sex that is not female or male.
pub(super) fn sex_note(segment: &Segment, field: usize) -> Option<String> {
    let sent = segment.get(field, 1);
    let place = segment.place_of_field(field);
    match sex::understand_hl7(&sent) {
        None => Some(format!("{place}: '{sent}' is not understood as a sex, which stays unknown; send F, M or U")),
        Some(genome::Sex::Unknown) if !sex::says_unknown(&sent) => Some(format!("{place}: '{sent}' is kept as sex unknown")),
        Some(_) => None,
    }
}

/// The sender does not know who the person is (PID-31).
fn uncertain_note(pid: &Segment) -> Option<String> {
    is_yes(&pid.get(31, 1)).then(|| format!("{}: the sender does not know for certain who the person is", pid.place_of_field(31)))
}

/// The day of death, empty where only the death is stated. Source: PID-29 and PID-30.
fn death_date(pid: &Segment) -> Option<String> {
    let (date, indicator) = (pid.get(29, 1), pid.get(30, 1));
    let says_no = matches!(indicator.to_lowercase().as_str(), "n" | "no" | "0" | "false");
    (is_yes(&indicator) || (!date.is_empty() && !says_no)).then(|| day(&date))
}

/// Yes, as senders write it. Source: HL7 table 0136.
pub(super) fn is_yes(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "y" | "yes" | "1" | "true")
}

/// `YYYYMMDD…` or `YYYY-MM-DD…` as `YYYY-MM-DD`; anything else as it was sent.
pub(super) fn day(text: &str) -> String {
    let digits = |range: std::ops::Range<usize>| text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(4..6), digits(6..8)) {
        return format!("{year}-{month}-{day}");
    }
    let is_dashed = digits(0..4).is_some() && digits(5..7).is_some() && digits(8..10).is_some() && text.get(4..5) == Some("-");
    match text.get(..10) {
        Some(date) if is_dashed && text.get(7..8) == Some("-") => date.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
