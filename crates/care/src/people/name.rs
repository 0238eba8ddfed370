//! Names of people, compared as people are: without regard to case, accents, apostrophes, hyphens and spaces.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A name as it is compared: lower case letters and digits alone, without their accents.
pub fn comparable(name: &str) -> String {
    let mut letters = String::with_capacity(name.len());
    for c in name.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' | 'ẞ' => letters.push_str("ss"),
            'æ' | 'Æ' => letters.push_str("ae"),
            'œ' | 'Œ' => letters.push_str("oe"),
            'þ' | 'Þ' => letters.push_str("th"),
            'ø' | 'Ø' => letters.push('o'),
            'ł' | 'Ł' => letters.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => letters.push('d'),
            'ı' => letters.push('i'),
            c => letters.extend(c.to_lowercase().filter(|c| c.is_alphanumeric())),
        }
    }
    letters
}

/// The most characters that a given or a family name is written with: so many has a whole name in the longest of the standards by which
/// names come. Source: HL7 2.5.1, chapter 3.4.2, PID-5. The NHS Data Dictionary has 35 for each (PATIENT NAME, structured); names that are
/// longer than that are kept whole.
pub const CHARACTERS_MAX: usize = 250;

/// Why a text is no name, where it is longer than names are: nothing of a name is cut.
pub fn too_long(field: &str, name: &str) -> Option<String> {
    let count = name.chars().count();
    let message = || format!("The {field} has {count} characters, and no name has more than {CHARACTERS_MAX}: the name alone belongs here");
    (count > CHARACTERS_MAX).then(message)
}

/// What systems send as a name where they know none.
const UNKNOWN: [&str; 8] = ["unknown", "unk", "notknown", "namenotknown", "nameunknown", "notstated", "unidentified", "noname"];

/// A word that stands in for a name that nobody knows.
pub fn is_unknown(name: &str) -> bool {
    UNKNOWN.contains(&comparable(name).as_str())
}

/// The same family name.
pub fn is_same_family(one: &str, other: &str) -> bool {
    let name = comparable(one);
    !name.is_empty() && name == comparable(other)
}

/// Given names that one person may go by: the same; some of them (`Ann Marie`, `Marie`); an initial of the first, or initials of
/// further ones (`Ann M`). What twins are called does not fit: `Ann` is neither `Anna` nor `Fay`, `Ann M` is not `Ann Louise`.
pub fn may_be_same_given(one: &str, other: &str) -> bool {
    let (ones, others) = (given_names(one), given_names(other));
    let (ones, others) = (without_initials(&ones, &others), without_initials(&others, &ones));
    let (Some(first), Some(second)) = (ones.first(), others.first()) else { return false };
    let is_initial = |initial: &String, name: &String| initial.chars().count() == 1 && name.starts_with(initial.as_str());
    let within = |few: &[String], many: &[String]| few.iter().all(|name| many.contains(name));
    ones.concat() == others.concat()
        || within(&ones, &others)
        || within(&others, &ones)
        || is_initial(first, second)
        || is_initial(second, first)
}

/// Names without the initials of further names that the others have.
fn without_initials(names: &[String], others: &[String]) -> Vec<String> {
    let stands_for = |initial: &String| others.iter().skip(1).any(|name| name.chars().count() > 1 && name.starts_with(initial.as_str()));
    let is_initial = |place: usize, name: &String| place > 0 && name.chars().count() == 1 && stands_for(name);
    names.iter().enumerate().filter(|(place, name)| !is_initial(*place, name)).map(|(_, name)| name.clone()).collect()
}

/// Given names, each as it is compared. A hyphen joins two names into one: `Ann-Marie` is not called `Ann`.
fn given_names(text: &str) -> Vec<String> {
    text.split_whitespace().map(comparable).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_stands_in_for_a_name_is_none() {
        for (name, expected) in
            [("UNKNOWN", true), ("Not known", true), ("unk.", true), ("Unkles", false), ("Noname-Jones", false), ("", false)]
        {
            assert_eq!(is_unknown(name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_compared_as_people_are() {
        for (one, other) in [
            ("O'Hara", "O’HARA"),
            ("O`Hara", "O Hara"),
            ("Smith-Jones", "SMITH JONES"),
            ("Núñez", "NUNEZ"),
            ("Ødegård", "Odegard"),
            ("Straße", "STRASSE"),
            ("Van der Berg", "van-der-berg"),
            ("Łukasiewicz", "lukasiewicz"),
            ("MacDonald", "Macdonald "),
        ] {
            assert!(is_same_family(one, other), "{one} and {other}");
        }
        for (one, other) in [("Smith", "Smyth"), ("Jones", "Jonas"), ("", ""), ("-", "'"), ("Li", "Lee")] {
            assert!(!is_same_family(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn a_person_may_go_by_some_of_their_given_names_and_twins_are_two() {
        for (one, other) in [
            ("Ann", "ANN"),
            ("Ann Marie", "Marie"),
            ("A", "Ann"),
            ("Zoë", "Zoe"),
            ("Jean-Luc", "Jean Luc"),
            ("J P", "Jo"),
            ("Ann M", "Ann Marie"),
            ("Ann M", "Ann Marie Louise"),
            ("Ann M.", "Ann"),
            ("Ann M", "Ann M"),
        ] {
            assert!(may_be_same_given(one, other) && may_be_same_given(other, one), "{one} and {other}");
        }
        for (one, other) in [
            ("Ann", "Anna"),
            ("Fay", "Gil"),
            ("Ann Marie", "Ann Louise"),
            ("Ann M", "Ann Louise"),
            ("Ann M", "Fay Marie"),
            ("M", "Ann Marie"),
            ("", ""),
            ("Ann", ""),
            ("Dai", "Dafydd"),
        ] {
            assert!(!may_be_same_given(one, other) && !may_be_same_given(other, one), "{one} and {other}");
        }
    }
}
