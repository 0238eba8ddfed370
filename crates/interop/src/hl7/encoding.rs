//! Characters out of the bytes of a message. Source: HL7 2.5.1, MSH-18 and table 0211; ISO 8859-15; the WHATWG Encoding Standard for
//! Windows-1252, which is also how bytes that call themselves Latin-1 are read.

use super::message::NoMessage;

/// A text, and what was noted while it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    pub note: Option<String>,
}

/// Characters of 80 to 9F in Windows-1252. Source: WHATWG Encoding Standard, index-windows-1252.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Where ISO 8859-15 differs from ISO 8859-1.
const LATIN_9: [(u8, char); 8] = [(0xa4, '€'), (0xa6, 'Š'), (0xa8, 'š'), (0xb4, 'Ž'), (0xb8, 'ž'), (0xbc, 'Œ'), (0xbd, 'œ'), (0xbe, 'Ÿ')];

/// A character set that a message may declare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CharacterSet {
    Undeclared,
    Utf8,
    /// ISO 8859-1, ASCII and Windows-1252, which are all read as the last.
    Western,
    Latin9,
    Other,
}

impl CharacterSet {
    fn declared(name: &str) -> CharacterSet {
        let plain: String = name.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        match plain.as_str() {
            "" => CharacterSet::Undeclared,
            "UNICODEUTF8" | "UTF8" | "UNICODE" => CharacterSet::Utf8,
            "88591" | "ISO88591" | "LATIN1" | "ASCII" | "USASCII" | "ISOIR6" | "ISOIR100" | "WINDOWS1252" | "CP1252" | "1252" => {
                CharacterSet::Western
            }
            "885915" | "ISO885915" | "LATIN9" => CharacterSet::Latin9,
            _ => CharacterSet::Other,
        }
    }
}

/// Every byte as the character with its number, so that ASCII can be looked at before the character set is known.
pub(super) fn as_latin_1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The bytes that [`as_latin_1`] had made a text of.
pub(super) fn from_latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

/// How two bytes are a unit of UTF-16.
type ReadUnit = fn([u8; 2]) -> u16;

/// UTF-16 as text, where the bytes begin with its mark or with the header in it.
pub(super) fn utf16(bytes: &[u8]) -> Option<Decoded> {
    let (body, unit): (&[u8], ReadUnit) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => (rest, u16::from_be_bytes),
        [b'M', 0, b'S', 0, ..] => (bytes, u16::from_le_bytes),
        [0, b'M', 0, b'S', ..] => (bytes, u16::from_be_bytes),
        _ => return None,
    };
    let pairs = body.chunks_exact(2);
    let cut_off = !pairs.remainder().is_empty();
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let note = (cut_off || text.contains(char::REPLACEMENT_CHARACTER))
        .then(|| "MSH-18: some characters of this UTF-16 text cannot be read; send UNICODE UTF-8".to_owned());
    Some(Decoded { text, note })
}

/// Bytes of one message as text, by the character set that it declares.
pub(super) fn decode(bytes: Vec<u8>, declared: &str) -> Result<Decoded, NoMessage> {
    let set = CharacterSet::declared(declared);
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            let differs = !text.is_ascii() && matches!(set, CharacterSet::Western | CharacterSet::Latin9 | CharacterSet::Other);
            let note = differs.then(|| format!("MSH-18: the message says {declared}, and was read as UTF-8, which it is"));
            return Ok(Decoded { text, note });
        }
        Err(not_utf8) => not_utf8.into_bytes(),
    };
    let note = match set {
        CharacterSet::Western | CharacterSet::Latin9 => None,
        CharacterSet::Undeclared => {
            Some("MSH-18: no character set is named, and the message was read as Windows-1252; send UNICODE UTF-8".into())
        }
        CharacterSet::Utf8 => {
            Some(format!("MSH-18: the message says {declared}, which it is not; it was read as Windows-1252. Look at its accented letters"))
        }
        CharacterSet::Other => return Err(NoMessage::CharacterSet(declared.to_owned())),
    };
    Ok(Decoded { text: single_bytes(&bytes, set == CharacterSet::Latin9), note })
}

/// Bytes of an escape sequence: UTF-8, else Windows-1252.
pub(super) fn decode_sequence(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|not_utf8| single_bytes(not_utf8.as_bytes(), false))
}

fn single_bytes(bytes: &[u8], latin_9: bool) -> String {
    let character = |byte: u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ if latin_9 => LATIN_9.iter().find(|(number, _)| *number == byte).map_or(char::from(byte), |(_, c)| *c),
        _ => char::from(byte),
    };
    bytes.iter().map(|byte| character(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], declared: &str) -> (String, bool) {
        let decoded = decode(bytes.to_vec(), declared).expect("a known set");
        (decoded.text, decoded.note.is_some())
    }

    #[test]
    fn bytes_are_read_by_the_character_set_that_they_are_in() {
        assert_eq!(text("Zoë".as_bytes(), ""), ("Zoë".into(), false));
        assert_eq!(text("Zoë".as_bytes(), "UNICODE UTF-8"), ("Zoë".into(), false));
        assert_eq!(text("Zoë".as_bytes(), "8859/1"), ("Zoë".into(), true), "it says another");
        assert_eq!(text(b"Zo\xeb", "8859/1"), ("Zoë".into(), false));
        assert_eq!(text(b"\xa4 \xbd", "8859/15"), ("€ œ".into(), false));
        assert_eq!(text(b"\xa4 \x93Zo\xeb\x94", ""), ("¤ “Zoë”".into(), true), "Windows-1252");
        assert_eq!(text(b"Zo\xeb", "UNICODE UTF-8"), ("Zoë".into(), true));
        assert_eq!(decode(b"Zo\xeb".to_vec(), "8859/2"), Err(NoMessage::CharacterSet("8859/2".into())));
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_by_the_header() {
        let bytes = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        for sent in [bytes("\u{feff}MSH|é"), big("\u{feff}MSH|é"), bytes("MSH|é"), big("MSH|é")] {
            assert_eq!(utf16(&sent), Some(Decoded { text: "MSH|é".into(), note: None }));
        }
        assert_eq!(utf16(b"MSH|"), None);
        assert!(utf16(&bytes("MSH|é")[..9]).is_some_and(|cut| cut.note.is_some()));
    }
}
