//! Where a message says what the form of an order has in a field, so that a fault is named where it lies and not at the number.

use super::{Code, IncomingOrder, Person, Subject};

/// Places of a message by the fields of the form that its order becomes.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Fields of the form, each with its place.
    pub fields: Vec<(&'static str, String)>,
    /// Codes that name a test, each with its place.
    pub codes: Vec<(Code, String)>,
}

impl IncomingOrder {
    /// Where the message says what a field of the form has, about which something is said; the place of the number with the field, where
    /// nothing better is known.
    pub fn place_of(&self, field: &str, message: &str) -> String {
        let known = || self.places.fields.iter().find(|(name, _)| *name == field).map(|(_, place)| place.clone());
        self.place_of_person(field, message).or_else(known).unwrap_or_else(|| format!("{} ({field})", self.place))
    }

    /// Where the message names a test by codes: the first of them that it has, else where the test should be.
    pub fn place_of_codes(&self, codes: &[Code]) -> String {
        let place = |code: &Code| self.places.codes.iter().find(|(known, _)| known == code).map(|(_, place)| place.clone());
        codes.iter().find_map(place).unwrap_or_else(|| self.place_of("test", ""))
    }

    /// The same of a field of a person; nothing where it is not certain of whom something is said.
    fn place_of_person(&self, field: &str, message: &str) -> Option<String> {
        let people: Vec<&Person> = match (&self.subject, self.action.people()) {
            (Subject::Person(person), []) => vec![&**person],
            (_, people) => people.iter().collect(),
        };
        let only = |places: Vec<&String>| if let [place] = places.as_slice() { Some((*place).clone()) } else { None };
        match field {
            "nhs_number" => only(people.iter().filter_map(|person| person.nhs_number.as_ref()).map(|number| &number.place).collect()),
            "birth_date" => only(people.iter().map(|person| &person.birth_date.place).collect()),
            "hospital_number" => {
                let mut numbers = people.iter().flat_map(|person| &person.hospital_numbers);
                numbers.find(|number| message.split_whitespace().any(|part| part == number.value)).map(|number| number.place.clone())
            }
            _ => None,
        }
    }
}
