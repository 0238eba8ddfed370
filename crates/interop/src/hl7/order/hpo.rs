//! Terms of the Human Phenotype Ontology in coded values and in texts. Source: HPO, identifiers `HP:` and seven digits.

use super::super::segment::Value;
use crate::{incoming_order::Code, wording};

/// A term's identifier, if the text is one: `HP:0001250`, `hp_0001250`, `HPO:0001250`, or its address at the OBO Foundry.
pub(super) fn identifier(text: &str) -> Option<String> {
    let name = text.trim().rsplit('/').next()?;
    let (prefix, digits) = name.split_once([':', '_'])?;
    let is_term = ["HP", "HPO"].contains(&prefix.to_ascii_uppercase().as_str()) && is_seven_digits(digits);
    is_term.then(|| format!("HP:{digits}"))
}

fn is_seven_digits(text: &str) -> bool {
    text.len() == 7 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The term of a coded value, in its first code or its second; seven digits alone where the code system is the HPO.
pub(super) fn term(value: Value) -> Option<Code> {
    [1, 4].into_iter().find_map(|first| {
        let (text, system) = (value.component(first), value.component(first + 2).to_uppercase());
        let bare = || (["HPO", "HP"].contains(&system.as_str()) && is_seven_digits(&text)).then(|| format!("HP:{text}"));
        let code = identifier(&text).or_else(bare)?;
        Some(Code::new(&value.component(first + 2), &code, &value.component(first + 1)))
    })
}

/// Terms of a text, part by part, each with whether it is absent. A part that is not sure gives none: the text is kept beside.
pub(super) fn terms(text: &str) -> Vec<(Code, bool)> {
    text.split([';', '\n', '~']).flat_map(terms_of_list).collect()
}

/// Terms between commas. What a list begins with, such as "Absent:" or "Mother:", is said of everything to its end.
fn terms_of_list(list: &str) -> Vec<(Code, bool)> {
    list.split(',').take_while(|part| !opens_doubt(part)).flat_map(terms_of_part).collect()
}

/// What stands before the first term says that it is not there, not sure, or somebody else's.
fn opens_doubt(part: &str) -> bool {
    match identifiers(part).first() {
        Some((start, _)) => !is_sure(&part[..*start]),
        None => wording::opens_denial(part) || (part.trim_end().ends_with(':') && !is_sure(part)),
    }
}

fn terms_of_part(part: &str) -> Vec<(Code, bool)> {
    match identifiers(part).as_slice() {
        [(start, code)] => term_of_part(part, *start, code).into_iter().collect(),
        several if is_sure(part) => several.iter().map(|(_, code)| (Code::new("HPO", code, ""), false)).collect(),
        _ => vec![],
    }
}

/// The identifiers in a text, each with where it begins.
fn identifiers(text: &str) -> Vec<(usize, String)> {
    let read = |(start, _): (usize, char)| {
        let code = identifier(text.get(start..start + IDENTIFIER_BYTES)?)?;
        let beside = [text[..start].chars().next_back(), text[start + IDENTIFIER_BYTES..].chars().next()];
        let is_alone = !beside.into_iter().flatten().any(char::is_alphanumeric);
        is_alone.then_some((start, code))
    };
    text.char_indices().filter(|(_, c)| c.eq_ignore_ascii_case(&'h')).filter_map(read).collect()
}

/// `HP:` and seven digits.
const IDENTIFIER_BYTES: usize = 10;

/// Nothing in a text denies or doubts, or is about a relative. A sign before a term denies it.
fn is_sure(text: &str) -> bool {
    let is_signed = ["-", "!", "\u{ac}"].contains(&text.trim_start());
    !is_signed && !wording::has_doubt(text) && !wording::is_of_relative(text)
}

fn term_of_part(part: &str, start: usize, code: &str) -> Option<(Code, bool)> {
    let rest = &part[start + IDENTIFIER_BYTES..];
    let begins = part[..start].trim().is_empty();
    let absent = begins && wording::ends_denied(rest) && !wording::is_of_relative(part);
    if !absent && !is_sure(part) {
        return None;
    }
    let display = if absent { "" } else { rest.trim_matches(|c: char| !c.is_alphanumeric()) };
    Some((Code::new("HPO", code, display), absent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_known_however_it_is_written() {
        for text in ["HP:0001250", "hp_0001250", "HPO:0001250", "http://purl.obolibrary.org/obo/HP_0001250"] {
            assert_eq!(identifier(text).as_deref(), Some("HP:0001250"), "{text}");
        }
        for text in ["HP:125", "0001250", "MP:0001250", "HP:00012501", ""] {
            assert_eq!(identifier(text), None, "{text}");
        }
    }

    #[test]
    fn terms_are_read_out_of_a_text_part_by_part() {
        let read = |text: &str| {
            terms(text).into_iter().map(|(code, absent)| format!("{}{}", if absent { "-" } else { "" }, code.code)).collect::<Vec<_>>()
        };
        assert_eq!(read("HP:0001250"), ["HP:0001250"]);
        assert_eq!(read("HP:0001250 Seizure; HP:0001252 Hypotonia, hp:0000252"), ["HP:0001250", "HP:0001252", "HP:0000252"]);
        assert_eq!(read("Seizures (HP:0001250)"), ["HP:0001250"]);
        assert_eq!(read("HP:0001250 Seizure (absent)"), ["-HP:0001250"]);
        assert_eq!(read("Mother has seizures (HP:0001250); patient HP:0001252"), ["HP:0001252"]);
        assert_eq!(read("Absence seizures HP:0002121, HP:0002121 Absence seizure, HP:0001250"), ["HP:0002121", "HP:0002121", "HP:0001250"]);
        assert_eq!(read("HP:0000252 and HP:0001250 / HP_0001252"), ["HP:0000252", "HP:0001250", "HP:0001252"]);
        assert_eq!(read("Born at term, normal delivery, HP:0001250, HP:0001252 Hypotonia (absent)"), ["HP:0001250", "-HP:0001252"]);
        for list in ["Absent: HP:0000252, HP:0001250", "No HP:0000252, HP:0001250 or HP:0001252", "Mother: HP:0000252, HP:0001250"] {
            assert!(read(list).is_empty(), "{list}");
        }
        assert_eq!(read("HP:0001250, no HP:0001252, HP:0000252; HP:0001251"), ["HP:0001250", "HP:0001251"]);
        assert_eq!(read("Not seen:, HP:0001250; -HP:0001251; - HP:0001252"), ["HP:0001252"]);
        assert_eq!(
            read("HP:0001370 Arthritis seronegative; Dr Milano HP:0001250; piano HP:0001252"),
            ["HP:0001370", "HP:0001250", "HP:0001252"]
        );
        for unsure in [
            "no HP:0001250",
            "present, not HP:0001250",
            "yes HP:0001250 excluded in 2020",
            "?HP:0001250",
            "possible HP:0001250",
            "HP:00012501",
            "HP:é001250",
            "HP:000125",
        ] {
            assert!(read(unsure).is_empty(), "{unsure}");
        }
    }
}
