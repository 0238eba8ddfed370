//! Escape sequences: the one place in which they are written and read. Source: HL7 2.5.1, chapter 2.7.

use super::{delimiters::Delimiters, encoding::decode_sequence};
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
            c if c.is_control() => write!(text, "\\X{}\\", hex(c)).expect("writing to a String cannot fail"),
            c => text.push(c),
        }
    }
    text
}

/// The bytes of a character in hexadecimal.
fn hex(c: char) -> String {
    c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("{byte:02X}")).collect()
}

/// A value as it was before it was escaped. A line break is a line feed; what is no escape sequence stays as it is; marks of
/// highlighting and control characters are left out.
pub(super) fn unescaped(value: &str, delimiters: &Delimiters) -> String {
    let Some(escape) = delimiters.escape else { return value.to_owned() };
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once(escape) {
        text.push_str(before);
        match after.split_once(escape) {
            Some((sequence, behind)) if push_sequence(&mut text, sequence, delimiters) => rest = behind,
            // An escape character that begins no sequence is a character.
            _ => {
                text.push(escape);
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

/// Adds what a sequence stands for; false where it is none.
fn push_sequence(text: &mut String, sequence: &str, delimiters: &Delimiters) -> bool {
    match sequence {
        "F" => text.push(delimiters.field),
        "R" => text.push(delimiters.repetition),
        "S" => text.push(delimiters.component),
        "T" => text.push(delimiters.subcomponent),
        "E" => text.extend(delimiters.escape),
        // HL7 2.7: where a value was cut off.
        "P" => text.push('#'),
        "H" | "N" => {}
        _ => match sequence.split_at_checked(1) {
            Some((".", command)) => return push_format(text, command),
            Some(("X", digits)) => match hexadecimal(digits) {
                Some(characters) => text.push_str(&characters),
                None => return false,
            },
            _ => return false,
        },
    }
    true
}

/// Adds what a command of formatted text does to plain text. Source: HL7 2.5.1, chapter 2.7.6.
fn push_format(text: &mut String, command: &str) -> bool {
    let lower = command.to_ascii_lowercase();
    let (name, count) = lower.split_at_checked(2).unwrap_or((lower.as_str(), ""));
    if !count.trim_start_matches(['+', '-']).chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    match name {
        "br" | "ce" | "sp" => text.push('\n'),
        "sk" => text.push(' '),
        "fi" | "nf" | "in" | "ti" => {}
        _ => return false,
    }
    true
}

/// Characters by their bytes in hexadecimal, two digits each.
fn hexadecimal(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = (0..digits.len()).step_by(2).map(|first| u8::from_str_radix(&digits[first..first + 2], 16));
    let characters = decode_sequence(bytes.collect::<Result<_, _>>().ok()?).replace("\r\n", "\n").replace('\r', "\n");
    Some(characters.chars().filter(|c| !c.is_control() || ['\n', '\t'].contains(c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(value: &str) -> String {
        unescaped(value, &Delimiters::default())
    }

    #[test]
    fn sequences_are_read_after_letters_of_any_length() {
        assert_eq!(read(r"ééé\F\Zoë \T\ Søn\E\"), "ééé|Zoë & Søn\\", "characters are not bytes");
        assert_eq!(read(r"one\.br\two\X0D\three\X0D0A\four\X41\"), "one\ntwo\nthree\nfourA");
        assert_eq!(read(r"\.in+4\\H\bold\N\ caf\XE9\ \XC3A9\ nul\X00\"), "bold café é nul", "Latin-1 and UTF-8");
        assert_eq!((read(r"C:\folder"), read(r"a\"), read(r"\XZZ\")), (r"C:\folder".into(), r"a\".into(), r"\XZZ\".into()));
        assert_eq!(read(r"HLA\B27 and HLA\B51 \T\ more"), r"HLA\B27 and HLA\B51 & more", "what is no sequence stays whole");
    }

    #[test]
    fn nothing_is_escaped_where_the_header_declares_no_escape_character() {
        let delimiters = Delimiters { escape: None, ..Delimiters::default() };
        assert_eq!(unescaped(r"HLA\B27 \T\ typed", &delimiters), r"HLA\B27 \T\ typed");
    }

    /// A text as it comes back: lines end with a line feed, and control characters are gone.
    pub(super) fn plain(value: &str) -> String {
        value.replace('\r', "\n").chars().filter(|c| !c.is_control() || ['\n', '\t'].contains(c)).collect()
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_as_it_was(value in any::<String>()) {
            let text = escaped(&value);
            prop_assert!(!text.contains(['|', '^', '&', '~']) && !text.chars().any(char::is_control), "{text:?}");
            prop_assert_eq!(read(&text), plain(&value));
        }

        #[test]
        fn any_text_is_read(value in any::<String>(), part in "[\\\\FRSTEX0-9A-Fé.br]{0,12}") {
            let _ = (read(&value), read(&part), read(&format!("{value}\\{part}\\{value}")));
        }
    }
}
