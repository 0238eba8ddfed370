//! Records of this service that a message names for people whom it describes, or names by a number, as well.

use super::Person;
use care::{PatientId, people::name::comparable};

/// A record of this service that a message names for somebody: it has to be theirs.
#[derive(Clone, Debug)]
pub struct NamedRecord {
    /// The record.
    pub record: PatientId,
    /// Who is meant by it, as far as the message says beside it.
    pub person: Person,
    /// Where the record is named, and how.
    pub place: String,
    /// The address as it was written.
    pub address: String,
    /// It may be of another server, whose record it then is.
    pub may_be_elsewhere: bool,
}

/// Whether somebody is displayed by a name that is not theirs: a whole name, no part of which is one of theirs.
pub fn is_called_otherwise(display: &str, given_name: &str, family_name: &str) -> bool {
    let shown: Vec<String> = display.split(|c: char| c.is_whitespace() || c == ',').map(comparable).filter(|part| part.len() > 1).collect();
    let own = comparable(&format!("{given_name} {family_name}"));
    let is_name = shown.len() > 1 && !display.contains(|c: char| c.is_ascii_digit());
    is_name && !shown.iter().any(|part| own.contains(part.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_of_somebody_else_where_no_part_of_it_is_a_name_of_theirs() {
        for (display, expected) in [
            ("Zed Zebra", true),
            ("Zebra, Zed", true),
            ("Bo Hale", false),
            ("HALE, Bo (Miss)", false),
            ("Mrs Bo Married", false),
            ("Patient 7", false),
            ("Zebra", false),
            ("", false),
        ] {
            assert_eq!(is_called_otherwise(display, "Bo", "Hale"), expected, "{display}");
        }
    }
}
