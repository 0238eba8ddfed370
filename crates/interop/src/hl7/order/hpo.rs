//! Terms of the Human Phenotype Ontology in coded values and in texts. Source: HPO, identifiers `HP:` and seven digits.

use super::super::segment::Value;
use crate::incoming_order::Code;

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

/// Words by which a part of a text is about somebody else than the patient.
const OF_RELATIVES: [&str; 26] = [
    "mother",
    "mothers",
    "mum",
    "father",
    "fathers",
    "dad",
    "maternal",
    "paternal",
    "parent",
    "parents",
    "brother",
    "brothers",
    "sister",
    "sisters",
    "sibling",
    "siblings",
    "cousin",
    "aunt",
    "uncle",
    "grandmother",
    "grandfather",
    "relative",
    "relatives",
    "familial",
    "family",
    "fh",
];

fn is_of_relative(part: &str) -> bool {
    part.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| OF_RELATIVES.contains(&word))
}

/// Words by which a text says that something is not there, or is not sure.
const NEGATIVE_ENDS: [&str; 5] = ["absent", "excluded", "negative", "not present", "not observed"];
const UNSURE: [&str; 10] = ["no ", "not ", "absent", "excluded", "without", "negative", "denies", "?", "possible", "query"];

/// Terms of a text, part by part, each with whether it is absent. A part that is not sure gives none: the text is kept beside.
pub(super) fn terms(text: &str) -> Vec<(Code, bool)> {
    text.split([',', ';', '\n', '~']).filter_map(term_of_part).collect()
}

fn term_of_part(part: &str) -> Option<(Code, bool)> {
    let start = part.find("HP:").or_else(|| part.find("HP_")).or_else(|| part.find("hp:"))?;
    let code = identifier(part.get(start..start + 10)?)?;
    let follows = part[start + 10..].chars().next();
    if follows.is_some_and(char::is_alphanumeric) {
        return None;
    }
    if is_of_relative(part) {
        return None;
    }
    let lower = part.to_lowercase();
    let begins = part[..start].trim().is_empty();
    let ends = lower.trim_end_matches([')', ']', '.', ' ']).to_owned();
    let absent = begins && NEGATIVE_ENDS.iter().any(|word| ends.ends_with(word));
    if !absent && UNSURE.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let display = part[start + 10..].trim_matches(|c: char| !c.is_alphanumeric());
    Some((Code::new("HPO", &code, if absent { "" } else { display }), absent))
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
        for unsure in ["no HP:0001250", "?HP:0001250", "possible HP:0001250", "HP:00012501", "HP:é001250", "HP:000125"] {
            assert!(read(unsure).is_empty(), "{unsure}");
        }
    }
}
