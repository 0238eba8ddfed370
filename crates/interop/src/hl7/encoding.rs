//! Characters out of the bytes of a message. Source: HL7 2.5.1, MSH-18 and table 0211; ISO 8859-1 to 8859-9 and 8859-15; the WHATWG
//! Encoding Standard for Windows-1252, which is also how bytes that call themselves Latin-1 are read.

mod tables;

/// A text, and what was noted while it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    pub note: Option<String>,
}

/// Characters of 80 to 9F in Windows-1252. Source: WHATWG Encoding Standard, index-windows-1252.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
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
    /// One byte a character: those from A0 on, and those from 80 to 9F, where systems use what ISO 8859 leaves to controls.
    Single {
        upper: &'static str,
        between: Between,
    },
    Windows1250,
    Utf16,
    Other,
}

/// What stands from 80 to 9F, which are control characters in ISO 8859.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// As in Windows-1252, which adds to ISO 8859-9 what it adds to ISO 8859-1.
    Windows1252,
    /// As in Windows-1250, which has the letters of ISO 8859-2.
    Windows1250,
    Nothing,
}

impl CharacterSet {
    fn declared(name: &str) -> CharacterSet {
        let plain: String = name.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let single = |upper| CharacterSet::Single { upper, between: Between::Nothing };
        match plain.as_str() {
            "" => CharacterSet::Undeclared,
            "UNICODEUTF8" | "UTF8" | "UNICODE" | "ISOIR192" => CharacterSet::Utf8,
            "UNICODEUTF16" | "UTF16" | "UTF16LE" | "UTF16BE" => CharacterSet::Utf16,
            "88591" | "ISO88591" | "LATIN1" | "ASCII" | "USASCII" | "ISOIR6" | "ISOIR100" | "WINDOWS1252" | "CP1252" | "1252" => {
                CharacterSet::Western
            }
            "88592" | "ISO88592" | "LATIN2" | "ISOIR101" => {
                CharacterSet::Single { upper: tables::ISO_8859_2, between: Between::Windows1250 }
            }
            "88593" | "ISO88593" | "LATIN3" | "ISOIR109" => single(tables::ISO_8859_3),
            "88594" | "ISO88594" | "LATIN4" | "ISOIR110" => single(tables::ISO_8859_4),
            "88595" | "ISO88595" | "ISOIR144" => single(tables::ISO_8859_5),
            "88596" | "ISO88596" | "ISOIR127" => single(tables::ISO_8859_6),
            "88597" | "ISO88597" | "ISOIR126" => single(tables::ISO_8859_7),
            "88598" | "ISO88598" | "ISOIR138" => single(tables::ISO_8859_8),
            "88599" | "ISO88599" | "LATIN5" | "ISOIR148" => {
                CharacterSet::Single { upper: tables::ISO_8859_9, between: Between::Windows1252 }
            }
            "WINDOWS1250" | "CP1250" | "1250" => CharacterSet::Windows1250,
            "885915" | "ISO885915" | "LATIN9" => CharacterSet::Latin9,
            _ => CharacterSet::Other,
        }
    }

    /// The character of a byte from 80 on; the replacement character where the set has none.
    fn character(self, byte: u8) -> char {
        let of = |table: &str, first: u8| byte.checked_sub(first).and_then(|number| table.chars().nth(usize::from(number)));
        let found = match (self, byte) {
            (CharacterSet::Single { between: Between::Nothing, .. }, 0x80..=0x9f) => None,
            (CharacterSet::Windows1250, _) | (CharacterSet::Single { between: Between::Windows1250, .. }, 0x80..=0x9f) => {
                of(tables::WINDOWS_1250, 0x80)
            }
            (_, 0x80..=0x9f) => WINDOWS_1252.get(usize::from(byte - 0x80)).copied(),
            (CharacterSet::Single { upper, .. }, _) => of(upper, 0xa0),
            (CharacterSet::Latin9, _) => Some(LATIN_9.iter().find(|(number, _)| *number == byte).map_or(char::from(byte), |(_, c)| *c)),
            _ => Some(char::from(byte)),
        };
        found.unwrap_or(char::REPLACEMENT_CHARACTER)
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
        [b'M' | b'm', 0, b'S' | b's', 0, ..] => (bytes, u16::from_le_bytes),
        [0, b'M' | b'm', 0, b'S' | b's', ..] => (bytes, u16::from_be_bytes),
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

/// Bytes of one message as text, by the character set that it declares; where that is not known or not true, as UTF-8 if they are
/// that, else as Windows-1252, and it is said.
pub(super) fn decode(bytes: Vec<u8>, declared: &str) -> Decoded {
    let set = CharacterSet::declared(declared);
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { note: note_of_utf8(set, declared, text.is_ascii()), text },
        Err(not_utf8) => not_utf8.into_bytes(),
    };
    let text = single_bytes(&bytes, set);
    let note = match set {
        _ if text.contains(char::REPLACEMENT_CHARACTER) => {
            let named = if declared.is_empty() { "Windows-1252" } else { declared };
            Some(format!("MSH-18: some characters are none of {named} and could not be read; send UNICODE UTF-8"))
        }
        CharacterSet::Western | CharacterSet::Latin9 | CharacterSet::Single { .. } | CharacterSet::Windows1250 => None,
        CharacterSet::Undeclared => {
            Some("MSH-18: no character set is named, and the message was read as Windows-1252; send UNICODE UTF-8".into())
        }
        CharacterSet::Utf8 | CharacterSet::Utf16 => {
            Some(format!("MSH-18: the message says {declared}, which it is not; it was read as Windows-1252. Look at its accented letters"))
        }
        CharacterSet::Other => Some(format!(
            "MSH-18: the character set {declared} is not known here; the message was read as Windows-1252. Look at its accented letters, \
             and send UNICODE UTF-8"
        )),
    };
    Decoded { text, note }
}

/// What is said of a message that is UTF-8, whatever it declares. ASCII is the same in every set.
fn note_of_utf8(set: CharacterSet, declared: &str, is_ascii: bool) -> Option<String> {
    match set {
        CharacterSet::Undeclared | CharacterSet::Utf8 => None,
        CharacterSet::Other => {
            Some(format!("MSH-18: the character set {declared} is not known here; the message was read as UTF-8, which it is"))
        }
        _ if is_ascii => None,
        _ => Some(format!("MSH-18: the message says {declared}, and was read as UTF-8, which it is")),
    }
}

/// Bytes of an escape sequence: UTF-8, else Windows-1252.
pub(super) fn decode_sequence(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|not_utf8| single_bytes(not_utf8.as_bytes(), CharacterSet::Western))
}

fn single_bytes(bytes: &[u8], set: CharacterSet) -> String {
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { set.character(*byte) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], declared: &str) -> (String, bool) {
        let decoded = decode(bytes.to_vec(), declared);
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
    }

    /// Names of people in Poland, Turkey, Wales, Greece, Ukraine and Malta, in the sets in which systems there send them.
    #[test]
    fn names_are_read_in_every_set_of_table_0211() {
        assert_eq!(text(b"Wa\xb3\xeasa \xa3ukasz", "8859/2"), ("Wałęsa Łukasz".into(), false));
        assert_eq!(text(b"Wa\xb3\xeasa \x8cwi\xb9tek", "WINDOWS-1250"), ("Wałęsa Świątek".into(), false));
        assert_eq!(text(b"\x8cwi\xb9tek", "8859/2"), ("Świštek".into(), false), "80 to 9F as Windows writes them");
        assert_eq!(text(b"Yi\xf0it \xde\xfckr\xfc \xddnan", "8859/9"), ("Yiğit Şükrü İnan".into(), false));
        assert_eq!(text(b"\xd0\xe1\xf0\xe1\xe4\xfc\xf0\xef\xf5\xeb\xef\xf2", "8859/7"), ("Παπαδόπουλος".into(), false));
        assert_eq!(text(b"\xb7\xd5\xdb\xd5\xdd\xe1\xdc\xd8\xd9", "8859/5"), ("Зеленсмий".into(), false));
        assert_eq!(text(b"\xa1al", "8859/3"), ("Ħal".into(), false));
        assert_eq!(text(b"Si\xf4n", "8859/1"), ("Siôn".into(), false));
        assert_eq!(text("Siôn Tŷ Gŵyr".as_bytes(), "UNICODE UTF-8"), ("Siôn Tŷ Gŵyr".into(), false));
        assert!(text(b"\xff", "8859/7").1, "no character of the set");
        assert!(text(b"\x85", "8859/5").1, "a control character");
    }

    #[test]
    fn an_unknown_set_is_named_and_read_as_well_as_can_be() {
        for (bytes, read) in [(&b"Bell"[..], "Bell"), ("Zoë".as_bytes(), "Zoë"), (&b"Zo\xeb"[..], "Zoë")] {
            let decoded = decode(bytes.to_vec(), "GB 18030-2000");
            assert_eq!(decoded.text, read);
            assert!(decoded.note.is_some_and(|note| note.contains("the character set GB 18030-2000 is not known here")), "{read}");
        }
        assert_eq!(text("Zoë".as_bytes(), "UNICODE UTF-16"), ("Zoë".into(), true));
    }

    #[test]
    fn every_table_holds_each_byte_once() {
        for (table, number) in [
            (tables::ISO_8859_2, 96),
            (tables::ISO_8859_3, 96),
            (tables::ISO_8859_4, 96),
            (tables::ISO_8859_5, 96),
            (tables::ISO_8859_6, 96),
            (tables::ISO_8859_7, 96),
            (tables::ISO_8859_8, 96),
            (tables::ISO_8859_9, 96),
            (tables::WINDOWS_1250, 128),
        ] {
            assert_eq!(table.chars().count(), number);
            let letters: std::collections::BTreeSet<char> = table.chars().filter(|c| *c != char::REPLACEMENT_CHARACTER).collect();
            assert_eq!(letters.len(), table.chars().filter(|c| *c != char::REPLACEMENT_CHARACTER).count());
        }
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
