//! Escape sequences: the one place in which they are written and read. Source: HL7 2.5.1, chapter 2.7.
//!
//! `hl7-parser` has a pair of its own, which is not used: its reading counts characters where it cuts bytes, so that an accented
//! letter before an escape sequence makes it fail; and its writing turns line breaks into `\X0A\`, which receivers print.

use hl7_parser::message::Separators;
use std::fmt::Write;

/// A value with what separates escaped, and with control characters, which would end a frame or a segment, escaped too.
pub(super) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\E\\"),
            '|' => text.push_str("\\F\\"),
            '^' => text.push_str("\\S\\"),
            '&' => text.push_str("\\T\\"),
            '~' => text.push_str("\\R\\"),
            '\r' | '\n' => text.push_str("\\.br\\"),
            c if c.is_ascii_control() => write!(text, "\\X{:02X}\\", u32::from(c)).expect("writing to a String cannot fail"),
            c => text.push(c),
        }
    }
    text
}

/// A value as it was before it was escaped. A line break is a carriage return; what is no escape sequence stays as it is.
pub(super) fn unescaped(value: &str, separators: &Separators) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once(separators.escape) {
        text.push_str(before);
        let Some((sequence, after)) = after.split_once(separators.escape) else {
            // An escape character that nothing ends is a character.
            text.push(separators.escape);
            rest = after;
            break;
        };
        push_sequence(&mut text, sequence, separators);
        rest = after;
    }
    text.push_str(rest);
    text
}

fn push_sequence(text: &mut String, sequence: &str, separators: &Separators) {
    match sequence {
        "F" => text.push(separators.field),
        "R" => text.push(separators.repetition),
        "S" => text.push(separators.component),
        "T" => text.push(separators.subcomponent),
        "E" => text.push(separators.escape),
        ".br" => text.push('\r'),
        other => match other.strip_prefix('X').and_then(hexadecimal) {
            Some(characters) => text.push_str(&characters),
            None => text.push_str(other),
        },
    }
}

/// Characters by their numbers in hexadecimal, two digits each.
fn hexadecimal(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = (0..digits.len()).step_by(2).map(|first| u8::from_str_radix(&digits[first..first + 2], 16));
    String::from_utf8(bytes.collect::<Result<_, _>>().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(value: &str) -> String {
        unescaped(value, &Separators::default())
    }

    #[test]
    fn sequences_are_read_after_letters_of_any_length() {
        assert_eq!(read(r"ééé\F\Zoë \T\ Søn\E\"), "ééé|Zoë & Søn\\", "characters are not bytes");
        assert_eq!(read(r"one\.br\two\X0D\three\X0A\four\X41\"), "one\rtwo\rthree\nfourA");
        assert_eq!(read(r"\H\bold\N\"), "HboldN", "what is not known stays");
        assert_eq!((read(r"C:\folder"), read(r"a\"), read(r"\XZZ\")), (r"C:\folder".into(), r"a\".into(), "XZZ".into()));
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_as_it_was(value in any::<String>()) {
            let text = escaped(&value);
            prop_assert!(!text.contains(['|', '^', '&', '~']) && !text.chars().any(|c| c.is_ascii_control()), "{text:?}");
            prop_assert_eq!(read(&text), value.replace('\n', "\r"));
        }

        #[test]
        fn any_text_is_read(value in any::<String>(), part in "[\\\\FRSTEX0-9A-Fé.br]{0,12}") {
            let _ = (read(&value), read(&part), read(&format!("{value}\\{part}\\{value}")));
        }
    }
}
