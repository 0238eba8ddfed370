//! What could name a person, or open something, blotted out of a line of the log: NHS numbers, what was asked of a web address, and what
//! somebody shows to be let in. The last of several safeguards: no line should hold any of it.

use care::NhsNumber;
use std::borrow::Cow;

/// What stands where something was.
const BLOT: &str = "[…]";

/// A line without it.
pub fn blotted(line: &str) -> Cow<'_, str> {
    let mut blotted = Cow::Borrowed(line);
    for find in [credential, query, number] {
        let mut from = 0;
        while let Some((start, end)) = find(&blotted, from) {
            blotted.to_mut().replace_range(start..end, BLOT);
            from = start + BLOT.len();
        }
    }
    blotted
}

/// Where something begins and ends in a line, from a place on.
type Found = Option<(usize, usize)>;

/// What is asked of a web address: from its question mark on.
fn query(line: &str, from: usize) -> Found {
    let mut at = from;
    while let Some(scheme) = line.get(at..)?.find("://").map(|found| at + found) {
        let end = scheme + line[scheme..].find(is_end_of_address).unwrap_or(line.len() - scheme);
        match line[scheme..end].find('?').map(|mark| scheme + mark + 1) {
            Some(start) if start < end && start >= from && &line[start..end] != BLOT => return Some((start, end)),
            _ => at = end,
        }
    }
    None
}

fn is_end_of_address(c: char) -> bool {
    c.is_whitespace() || ['"', '\'', ')', '>', ',', '\\'].contains(&c)
}

/// What stands behind the name of a way to be let in.
fn credential(line: &str, from: usize) -> Found {
    let found = ["Bearer ", "bearer ", "Basic ", "client_secret=", "client_assertion=", "refresh_token=", "access_token="];
    let starts = found.iter().filter_map(|name| Some(from + line.get(from..)?.find(name)? + name.len()));
    let start = starts.min()?;
    let end = start + line[start..].find(|c: char| !(c.is_ascii_alphanumeric() || "-._~+/=".contains(c))).unwrap_or(line.len() - start);
    if end == start { credential(line, start) } else { Some((start, end)) }
}

/// Ten digits that are an NHS number, together or three, three and four.
fn number(line: &str, from: usize) -> Found {
    let bytes = line.as_bytes();
    let is_apart = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
    (from..bytes.len()).filter(|start| bytes[*start].is_ascii_digit() && is_apart(start.checked_sub(1))).find_map(|start| {
        let end = [10, 12].into_iter().map(|length| start + length).find(|end| {
            let shape = bytes.get(start..*end);
            shape.is_some_and(is_number) && is_apart(Some(*end))
        })?;
        let digits: String = line[start..end].chars().filter(char::is_ascii_digit).collect();
        digits.parse::<NhsNumber>().is_ok().then_some((start, end))
    })
}

/// Ten digits, or ten with a sign after the third and the sixth.
fn is_number(shape: &[u8]) -> bool {
    let is_gap = |at: usize| shape.len() == 12 && [3, 7].contains(&at);
    shape.iter().enumerate().all(|(at, byte)| if is_gap(at) { b" -".contains(byte) } else { byte.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_name_a_person_or_open_something_is_not_written() {
        for (line, expected) in [
            ("no person 9990000018 here", "no person […] here"),
            ("(999 000 0018)", "([…])"),
            ("999-000-0018 and 9990000018", "[…] and […]"),
            (
                "for url (https://pds.example/Patient?identifier=9990000018&x=1): timed out",
                "for url (https://pds.example/Patient?[…]): timed out",
            ),
            (r#"{"message":"https://a.example/b?name=Isla","id":1}"#, r#"{"message":"https://a.example/b?[…]","id":1}"#),
            ("authorization: Bearer eyJh.bGci-OiJ_.x=, next", "authorization: Bearer […], next"),
            ("grant_type=x&client_secret=s3cret&code=7", "grant_type=x&client_secret=[…]&code=7"),
            ("two http://a/b?x http://c/d?y", "two http://a/b?[…] http://c/d?[…]"),
        ] {
            assert_eq!(blotted(line), expected);
        }
    }

    #[test]
    fn what_is_needed_to_find_a_fault_is_left() {
        for line in [
            "analysis 0190a1b2-c3d4-7000-8000-999000001800 of order 0190a1b2-c3d4-7000-8000-000000000002",
            "https://hospital.example/fhir answered 503",
            "at 9990000018123 bytes; build 99900000189",
            "the number 9990000017 is nobody's",
            "Bearer",
            "what is this? nothing",
            "Grüße… 12",
            "",
        ] {
            assert_eq!(blotted(line), line);
        }
    }
}
