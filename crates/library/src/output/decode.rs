//! Bytes as the text that the rules read: one kind of line end, one kind of digit, nothing that a reader cannot see.

use super::{Finding, Rule};

/// The text of an output, and what was hidden in it.
pub(super) struct Decoded {
    /// As the rules read it; its lines are those of the output.
    pub(super) text: String,
    /// Characters that no reader sees, or that look like others.
    pub(super) findings: Vec<Finding>,
}

/// Reads an output as UTF-8, or as UTF-16 with its byte order mark. What is something else is refused by its name.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Finding> {
    let by_name = BINARY.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, name)| *name);
    match (by_name, text(bytes)) {
        (None, Some(text)) => Ok(normalised(&text)),
        (name, _) => {
            let name = name.unwrap_or("not text in UTF-8, or in UTF-16 with its byte order mark");
            Err(Finding::whole(Rule::NotText, format!("the output is {name}, and cannot be looked into: {INSTEAD}")))
        }
    }
}

/// The text of bytes that are one, without its byte order mark.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let text = utf16(bytes).or_else(|| String::from_utf8(bytes.to_vec()).ok())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    (!text.contains('\0')).then(|| text.to_owned())
}

/// The text of UTF-16 after its byte order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let is_little = match bytes {
        [0xFF, 0xFE, ..] => true,
        [0xFE, 0xFF, ..] => false,
        _ => return None,
    };
    let unit = |pair: [u8; 2]| if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) };
    let pairs = bytes[2..].chunks(2).map(<[u8; 2]>::try_from);
    let units: Vec<u16> = pairs.map(|pair| pair.map(unit)).collect::<Result<_, _>>().ok()?;
    String::from_utf16(&units).ok()
}

const INSTEAD: &str = "give tables as CSV in UTF-8, text as plain text, and figures as the numbers that they show";

/// What begins with these bytes has this name.
const BINARY: [(&[u8], &str); 16] = [
    (b"PK\x03\x04", "a ZIP archive (as XLSX, DOCX and ODS are)"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"BZh", "compressed (bzip2)"),
    (b"\xfd7zXZ", "compressed (xz)"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "Parquet"),
    (b"ARROW1", "Arrow"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89HDF", "HDF5"),
    (b"SQLite format 3", "a database (SQLite)"),
];

fn normalised(text: &str) -> Decoded {
    let is_hidden = |b: &u8| b.is_ascii_control() && !b"\n\t\r".contains(b);
    if text.is_ascii() && !text.bytes().any(|b| is_hidden(&b)) {
        return Decoded { text: text.replace("\r\n", "\n").replace('\r', "\n"), findings: vec![] };
    }
    let mut decoded = Decoded { text: String::with_capacity(text.len()), findings: vec![] };
    let mut line = 1;
    let mut word = Scripts::default();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if word.mixes(character) {
            let message = "A word mixes letters of two alphabets that look alike: write it in one".into();
            decoded.findings.push(Finding::in_line(Rule::Hidden, line, message));
        }
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                decoded.text.push('\n');
                line += 1;
            }
            '\t' => decoded.text.push('\t'),
            c if is_numeral(c) => {
                let message = format!("A numeral that is no digit ({c}, U+{:04X}): write it in digits", c as u32);
                decoded.findings.push(Finding::in_line(Rule::Hidden, line, message));
            }
            c if is_invisible(c) => {
                let message = format!("A character that nobody sees (U+{:04X}): take it out", c as u32);
                decoded.findings.push(Finding::in_line(Rule::Hidden, line, message));
            }
            c => decoded.text.push(plain(c)),
        }
    }
    decoded
}

/// Alphabets of the word that is being read.
#[derive(Default)]
struct Scripts {
    latin: bool,
    lookalike: bool,
    found: bool,
}

impl Scripts {
    /// Whether this character makes the word a mixed one; once for each word.
    fn mixes(&mut self, character: char) -> bool {
        if !character.is_alphabetic() {
            *self = Scripts::default();
            return false;
        }
        self.latin |= character.is_ascii_alphabetic();
        // Cyrillic, Armenian, and the Greek letters that are drawn as Latin ones; a Greek beta in TGFβ1 is none of them.
        self.lookalike |= matches!(
            character,
            '\u{400}'..='\u{58f}' | 'Α' | 'Β' | 'Ε' | 'Ζ' | 'Η' | 'Ι' | 'Κ' | 'Μ' | 'Ν' | 'Ο' | 'Ρ' | 'Τ' | 'Υ' | 'Χ' | 'ο'
        );
        let mixed = self.latin && self.lookalike && !self.found;
        self.found |= mixed;
        mixed
    }
}

/// Format and control characters, fillers, and what is for private use. Source: Unicode 16, categories Cc, Cf and Co, and
/// `Default_Ignorable_Code_Point`; the selector that makes an emoji is let through.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// Numerals that people read and the rules do not: Roman ones and fractions of one character, those of Chinese from one to ten.
fn is_numeral(c: char) -> bool {
    matches!(c, '½' | '¼' | '¾' | '\u{2150}'..='\u{2188}') || "一二三四五六七八九十".contains(c)
}

/// The zeros of the digits of other scripts. Source: Unicode 16, category Nd, basic multilingual plane.
const ZEROS: [u32; 17] =
    [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0];

/// The plain character that a reader takes another for.
fn plain(c: char) -> char {
    if let Some(zero) = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&(c as u32))) {
        return char::from_digit(c as u32 - zero, 10).unwrap_or(c);
    }
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        // Digits of mathematics: bold, double and others, ten of each.
        '\u{1d7ce}'..='\u{1d7ff}' => char::from_digit((c as u32 - 0x1d7ce) % 10, 10).unwrap_or(c),
        '\u{2460}'..='\u{2468}' => char::from_digit(c as u32 - 0x2460 + 1, 10).unwrap_or(c),
        '\u{2776}'..='\u{277e}' => char::from_digit(c as u32 - 0x2776 + 1, 10).unwrap_or(c),
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{66a}' | '\u{fe6a}' => '%',
        '│' | '┃' | '┆' | '┇' | '┊' | '┋' | '║' | '¦' | '╎' | '╏' => '|',
        '─' | '━' | '═' | '╌' | '╍' => '-',
        '\u{250c}'..='\u{254b}' | '\u{2552}'..='\u{256c}' => '+',
        '“' | '”' | '„' => '"',
        '’' | '‘' => '\'',
        c => c,
    }
}
