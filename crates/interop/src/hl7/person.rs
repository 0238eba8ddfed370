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
use jiff::Timestamp;
pub(super) use name::{Names, given_names};

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
    let (mut notes, mut faults) = (numbers.notes, numbers.faults);
    faults.extend(misread_name(pid, 5));
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
        ended: vec![],
        known_only: false,
        record: None,
        display: None,
    };
    let contradicting = names.contradicting.iter();
    notes.extend(contradicting.map(|other| format!("{}: another name of the same type ({other}) was not used", pid.place_of_field(5))));
    notes.extend(sex_note(pid, 8));
    notes.extend(uncertain_note(pid));
    let (noted, refused) = reliability(pid);
    notes.extend(noted);
    faults.extend(refused);
    ReadPerson { person, notes, faults }
}

/// Signs that stand in a name only where its bytes were read in another set of characters than they were written in.
const NO_LETTERS: &str =
    "\u{fffd}\u{201a}\u{192}\u{201e}\u{2026}\u{2020}\u{2021}\u{2c6}\u{2030}\u{2039}\u{203a}\u{2022}\u{2dc}\u{2122}€¤¢£¥¦§©«¬®±»¿×÷¼½¾¹²³°¶";

/// A name that was read in the wrong characters is nobody's name.
fn misread_name(pid: &Segment, field: usize) -> Option<Fault> {
    let name = pid.whole(field);
    let quoted = |window: &[char]| matches!(window, [one, '\u{201c}' | '\u{201d}', two] if one.is_alphabetic() && two.is_alphabetic());
    let letters: Vec<char> = name.chars().collect();
    let sign = letters.iter().find(|c| NO_LETTERS.contains(**c)).or_else(|| letters.windows(3).find(|w| quoted(w)).map(|w| &w[1]))?;
    let place = pid.place_of_field(field);
    let sign = if *sign == char::REPLACEMENT_CHARACTER { "one that cannot be read".to_owned() } else { format!("'{sign}'") };
    let message = "so that it is written in another character set than was read; name the set in MSH-18, or send UNICODE UTF-8";
    Some(Fault::new(place, format!("The name holds a character that no name has ({sign}), {message}")))
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

/// What the sender itself does not rely on: a date of birth that stands in for another is refused, since people are told apart by it.
/// Source: PID-32, table 0445.
fn reliability(pid: &Segment) -> (Option<String>, Option<Fault>) {
    let place = pid.place_of_field(32);
    let has = |code: &str| pid.repeats(32).any(|value| value.component(1).eq_ignore_ascii_case(code));
    let noted = has("AL").then(|| format!("{place}: the name is an alias: compare by number"));
    let message = "the date of birth stands in for one that is not known, so that nobody can be told by it; send the one that is true";
    (noted, has("UD").then(|| Fault::new(place, message)))
}

/// The day of death, empty where only the death is stated; noughts stand for none. Source: PID-29 and PID-30.
fn death_date(pid: &Segment) -> Option<String> {
    let is_day = |date: &String| !date.chars().all(|sign| ['0', '-'].contains(&sign));
    let (date, indicator) = (Some(pid.get(29, 1)).filter(is_day).unwrap_or_default(), pid.get(30, 1));
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

/// `YYYYMMDDHHMMSS`, with an offset or without: a time of the day at least to the minute. One without an offset is read as UTC.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let (local, offset) = text.find(['+', '-']).map_or((text, "+0000"), |at| text.split_at(at));
    let digits = local.split('.').next().unwrap_or_default();
    if digits.len() < 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{digits:0<14}");
    let part = |range: std::ops::Range<usize>| padded.get(range).unwrap_or_default();
    let [sign, hours, minutes] = [0..1, 1..3, 3..5].map(|range| offset.get(range).unwrap_or("00"));
    let (year, month, day, hour, minute, second) = (part(0..4), part(4..6), part(6..8), part(8..10), part(10..12), part(12..14));
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}{sign}{hours}:{minutes}").parse().ok()
}

#[cfg(test)]
mod tests;
