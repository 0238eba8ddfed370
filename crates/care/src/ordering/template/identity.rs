//! What names somebody in a text that was typed for a template.

use crate::NhsNumber;

/// What identifies the people of an order as it was typed: names, numbers, days of birth.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Identifiers {
    /// Each person's given and family names.
    pub names: Vec<(String, String)>,
    /// Numbers and days of birth, each in one way of writing it.
    pub numbers: Vec<String>,
}

/// An NHS number stands in it: ten digits with their check digit, in groups or in one.
pub(super) fn has_nhs_number(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_digit() || c == ' ' || c == '-')).any(|run| {
        let groups: Vec<&str> = run.split([' ', '-']).filter(|group| !group.is_empty()).collect();
        (0..groups.len()).any(|start| begins_number(&groups[start..]))
    })
}

/// The first groups make up an NHS number.
fn begins_number(groups: &[&str]) -> bool {
    let mut digits = String::new();
    for group in groups {
        digits += group;
        if digits.len() >= 10 {
            return digits.len() == 10 && digits.parse::<NhsNumber>().is_ok();
        }
    }
    false
}

/// Any name or number of somebody stands in it.
pub(super) fn has_part_of(text: &str, people: &Identifiers) -> bool {
    let parts = parts(text);
    let names = people.names.iter().flat_map(|(given, family)| [given, family]);
    names.chain(&people.numbers).any(|identifier| stand_in(&parts, identifier))
}

/// Somebody's whole name, in either order, or a number of theirs stands in it. A consultant may have a name like a patient's.
pub(super) fn has_whole(text: &str, people: &Identifiers) -> bool {
    let parts = parts(text);
    let whole = |(given, family): &(String, String)| {
        let orders = [format!("{given} {family}"), format!("{family} {given}")];
        !given.trim().is_empty() && !family.trim().is_empty() && orders.iter().any(|name| stand_in(&parts, name))
    };
    people.names.iter().any(whole) || people.numbers.iter().any(|number| stand_in(&parts, number))
}

/// Letters and digits without what stands between them, in small letters.
fn parts(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

fn stand_in(all: &[String], identifier: &str) -> bool {
    let sought = parts(identifier);
    !sought.is_empty() && all.windows(sought.len()).any(|window| window == sought)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_nhs_number_is_found_however_it_is_grouped_and_a_telephone_number_is_none() {
        for text in ["4010232137", "R29 401 023 2137", "ward 12 401-023-2137 (child)", "x4010232137y"] {
            assert!(has_nhs_number(text), "{text}");
        }
        // Numbers of Ofcom's range for drama; a mistyped last digit; too many digits.
        for text in ["01632 960018", "020 7946 0018", "4010232138", "40102321370", "R29.4", ""] {
            assert!(!has_nhs_number(text), "{text}");
        }
    }

    #[test]
    fn a_name_is_found_as_a_word_and_the_whole_of_it_in_either_order() {
        let people = Identifiers { names: vec![("Ana".into(), "O'Nuñez".into())], numbers: vec!["14 2 2021".into()] };
        for text in ["Ana's order", "seizures (O’Nuñez)", "born 14/2/2021"] {
            assert!(has_part_of(text, &people), "{text}");
        }
        assert!(!has_part_of("Anaemia clinic", &people) && !has_part_of("", &people));
        assert!(has_whole("Report to O'Nuñez, Ana", &people) && has_whole("ANA O'NUÑEZ", &people));
        assert!(!has_whole("Dr Ana Lovell", &people));
        assert!(!has_part_of("anything", &Identifiers { names: vec![(String::new(), " ".into())], numbers: vec![String::new()] }));
    }
}
