//! What the answer of an observation says of a feature that is asked about. Yes or no counts where it is all that is said, and once; what
//! contradicts itself, a number and a value that is to be emptied say neither. Source: HL7 2.5.1, chapters 2.5.3 (null) and 2.9.2
//! (repetitions), tables 0136 and 0532; answer lists of LOINC 2.80; SNOMED CT UK edition.

use super::super::{
    segment::{Segment, Value},
    value::{self, Kind},
};
use crate::codes::{loinc, snomed::NEGATIVE_ANSWERS};

/// What an answer says of a feature that is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reply {
    /// Yes, or nothing beside the feature itself.
    Present,
    Absent,
    NotKnown,
    /// It is there, and more is said of it.
    Described,
    /// Neither yes nor no: several answers that differ, a number, or a value that is to be emptied.
    Unclear,
}

const ABSENT: [&str; 14] = [
    loinc::ABSENT.code,
    "LA32-8",
    "N",
    "NO",
    "ABSENT",
    "NEG",
    "NEGATIVE",
    "NOT PRESENT",
    "FALSE",
    "EXCLUDED",
    "NOT OBSERVED",
    "NOT DETECTED",
    "NOT SEEN",
    "NOT FOUND",
];
const PRESENT: [&str; 10] = [loinc::PRESENT.code, "LA33-6", "Y", "YES", "PRESENT", "P", "POS", "POSITIVE", "TRUE", "OBSERVED"];
const NOT_KNOWN: [&str; 11] = ["LA4489-6", "U", "UNK", "UNKNOWN", "NOT KNOWN", "NOT ASSESSED", "NA", "N/A", "ND", "261665006", "373068000"];
/// Words of which one says yes and one says no: a text that has both says neither.
const SAYS_YES: [&str; 5] = ["yes", "y", "present", "positive", "true"];
const SAYS_NO: [&str; 5] = ["no", "n", "absent", "negative", "false"];

impl Reply {
    /// What the answer of an observation says, with all its repetitions.
    pub fn read(obx: &Segment) -> Reply {
        let is_number = value::kind(obx) == Kind::Number;
        let replies = obx.repeats(5).filter(|value| !is_blank(value)).map(|value| Reply::of_value(value, is_number));
        replies.reduce(Reply::beside).unwrap_or(Reply::Present)
    }

    /// What two answers to one question say together.
    fn beside(self, other: Reply) -> Reply {
        match (self, other) {
            (one, other) if one == other => one,
            (Reply::Present, Reply::Described) | (Reply::Described, Reply::Present) => Reply::Described,
            _ => Reply::Unclear,
        }
    }

    /// What one answer says: its code, its name, its second code and the text from which it was coded have to agree.
    fn of_value(value: Value, is_number: bool) -> Reply {
        if value.is_empty() {
            return Reply::Unclear;
        }
        let parts = [1, 2, 4, 5, 9].map(|component| value.whole_component(component));
        let parts: Vec<&str> = parts.iter().map(|part| without_tag(part)).filter(|part| !part.is_empty()).collect();
        let known: Vec<Reply> = parts.iter().filter_map(|part| plain(part)).collect();
        let are_all = known.len() == parts.len();
        match known.split_first() {
            Some((first, rest)) if rest.iter().any(|other| other != first) => Reply::Unclear,
            Some((first, _)) if are_all => *first,
            Some((Reply::NotKnown, _)) => Reply::NotKnown,
            Some((Reply::Present, _)) if parts.iter().all(|part| is_word(part)) && !has_both(&value.whole()) => Reply::Described,
            Some(_) => Reply::Unclear,
            None if is_number || is_figure(value) || has_both(&value.whole()) => Reply::Unclear,
            None => Reply::Described,
        }
    }
}

/// Nothing stands there; a value that is to be emptied (`""`) does.
fn is_blank(value: &Value) -> bool {
    value.is_empty() && !is_null(*value)
}

/// Two quotation marks: the sender says that there is no answer any more. Source: HL7 2.5.1, chapter 2.5.3.
fn is_null(value: Value) -> bool {
    value.is_empty() && (value.begins_with("\"") || value.whole().contains('"'))
}

/// The answer of an observation as a person reads it, whatever it is.
pub(super) fn shown(obx: &Segment) -> String {
    let text = value::text(obx);
    if text.is_empty() { "\"\"".to_owned() } else { text }
}

/// A plain yes, no, or not known.
fn plain(part: &str) -> Option<Reply> {
    let part = part.to_uppercase();
    let is_one_of = |list: &[&str]| list.contains(&part.as_str());
    match () {
        () if is_one_of(&ABSENT) || is_one_of(&NEGATIVE_ANSWERS) => Some(Reply::Absent),
        () if is_one_of(&NOT_KNOWN) => Some(Reply::NotKnown),
        () if is_one_of(&PRESENT) => Some(Reply::Present),
        () => None,
    }
}

/// A name of SNOMED CT without its tag: `Absent (qualifier value)`.
fn without_tag(part: &str) -> &str {
    part.strip_suffix("(qualifier value)").unwrap_or(part).trim()
}

/// Digits of a code at the least: SNOMED CT has six and more.
const CODE_DIGITS_MIN: usize = 6;

/// An answer that begins with a figure or a sign, and is no code of a code system.
fn is_figure(value: Value) -> bool {
    let is_code = value.component(1).len() >= CODE_DIGITS_MIN && value.component(2).is_empty() && is_word(&value.component(3));
    !is_code && !is_word(&value::name(value))
}

/// It begins with a letter, or is one of the codes that say yes.
fn is_word(part: &str) -> bool {
    part.starts_with(char::is_alphabetic) || plain(part).is_some()
}

/// A text that says yes and no.
fn has_both(text: &str) -> bool {
    let lower = text.to_lowercase();
    let has = |list: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|part| list.contains(&part));
    has(&SAYS_YES) && has(&SAYS_NO)
}

#[cfg(test)]
mod tests;
