//! What was sent, cut into messages: several in one frame or file, and batches. Each is read, acted on and answered by itself; none
//! sees a segment of another. Source: HL7 2.5.1, chapter 2.10.3 (batch protocol).

use super::{
    delimiters::Delimiters,
    encoding::{self, Decoded},
    header::Header,
    message::{Message, NoMessage},
};
use std::borrow::Cow;

/// One message of what was sent.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What an answer needs, as far as it could be found.
    pub header: Header,
    /// The message alone, line by line, each ended by a carriage return.
    pub text: String,
    /// The message, or why it cannot be read.
    pub message: Result<Message, NoMessage>,
}

/// Reads the bytes of a frame, a file or a body: one message or several, in order, at least one.
pub fn read(bytes: &[u8]) -> Vec<Unit> {
    if let Some(Decoded { text, note }) = encoding::utf16(bytes) {
        return cut(&text).into_iter().map(|part| Unit::new(part.text, part.notes.into_iter().chain(note.clone()).collect())).collect();
    }
    cut(&encoding::as_latin_1(bytes)).into_iter().map(Unit::decode).collect()
}

/// Reads a text, of which the characters are known.
pub(super) fn read_text(text: &str) -> Vec<Unit> {
    cut(text).into_iter().map(|part| Unit::new(part.text, part.notes)).collect()
}

impl Unit {
    fn new(text: String, notes: Vec<String>) -> Unit {
        let message = Message::of_lines(lines(&text), notes);
        let header = message.as_ref().map_or_else(|_| Header::read(&text), Header::whole);
        Unit { header, text, message }
    }

    /// A message of which every byte is a character so far.
    fn decode(part: Part) -> Unit {
        let header = Header::read(&part.text);
        let Decoded { text, note } = encoding::decode(encoding::from_latin_1(&part.text), &header.character_set());
        Unit::new(text, part.notes.into_iter().chain(note).collect())
    }
}

/// The lines of one message, and what was noted of the batch around it.
struct Part {
    text: String,
    notes: Vec<String>,
}

/// White space and control characters of ASCII: others may be bytes of letters, as long as the characters are not known.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace() || c.is_ascii_control()
}

/// Lines that hold something, without what is blank at their ends.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\r', '\n']).map(|line| line.trim_end_matches(is_blank)).filter(|line| !line.is_empty())
}

/// A line without the marks with which files and frames begin, however many there are: of UTF-8, as it is and as Latin-1 shows it.
fn without_marks(line: &str) -> &str {
    let is_mark = |c: char| is_blank(c) || c == '\u{feff}';
    let mut bare = line;
    loop {
        let shorter = bare.trim_start_matches(is_mark).trim_start_matches("\u{ef}\u{bb}\u{bf}");
        if shorter.len() == bare.len() {
            return bare;
        }
        bare = shorter;
    }
}

/// A header whose name is in small letters, as if it were in capitals, as names of other segments are read.
fn in_capitals(bare: &str) -> Cow<'_, str> {
    match bare.split_at_checked(3) {
        Some((name, rest)) if name != "MSH" && name.eq_ignore_ascii_case("MSH") => {
            let whole = format!("MSH{rest}");
            if Delimiters::begin(&whole) { Cow::Owned(whole) } else { Cow::Borrowed(bare) }
        }
        _ => Cow::Borrowed(bare),
    }
}

fn cut(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut open, mut in_batch, mut counted) = (false, false, 0);
    for line in lines(text) {
        let bare = in_capitals(without_marks(line));
        let bare = bare.as_ref();
        // A damaged header begins a message too, which is refused by name.
        if Delimiters::begin(bare) || bare.starts_with("MSH|") || (!open && bare.starts_with("MSH")) {
            parts.push(Part { text: format!("{bare}\r"), notes: vec![] });
            (open, counted) = (true, counted + 1);
        } else if let Some(name) = batch_segment(bare, in_batch) {
            (open, in_batch) = (false, true);
            match name {
                "BTS" => parts.last_mut().into_iter().for_each(|last| last.notes.extend(miscounted(bare, counted))),
                _ => counted = 0,
            }
        } else if open && let Some(last) = parts.last_mut() {
            last.text.push_str(line);
            last.text.push('\r');
        } else if !bare.is_empty() {
            parts.push(Part { text: format!("{line}\r"), notes: vec![] });
            open = true;
        }
    }
    if parts.is_empty() {
        parts.push(Part { text: String::new(), notes: vec![] });
    }
    parts
}

/// The name of a segment around messages; a trailer may be a name alone, where a batch was begun.
fn batch_segment(line: &str, in_batch: bool) -> Option<&'static str> {
    let name = ["FHS", "BHS", "BTS", "FTS"].into_iter().find(|name| line.starts_with(name))?;
    let after = line[3..].chars().next();
    after.map_or(in_batch, |c| !c.is_alphanumeric() && !c.is_whitespace()).then_some(name)
}

/// A batch that says that it holds another number of messages than came. Source: BTS-1.
fn miscounted(trailer: &str, counted: usize) -> Option<String> {
    let separator = trailer[3..].chars().next()?;
    let stated = trailer.split(separator).nth(1)?.trim().parse::<usize>().ok()?;
    (stated != counted).then(|| format!("BTS-1: the batch says that it holds {stated} messages, and {counted} came; send what is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIRST: &str = "MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.3\rPID|1||11\r";
    const SECOND: &str = "MSH|^~\\&|A|B|C|D|2026||ORM^O01|2|P|2.3\rPID|1||22\r";

    fn numbers(sent: &str) -> Vec<String> {
        read(sent.as_bytes()).iter().map(|unit| unit.header.control()).collect()
    }

    fn shown(sent: &str) -> Vec<String> {
        let segments = |unit: &Unit| match &unit.message {
            Ok(message) => message.segments().iter().map(|s| format!("{}:{}", s.name, s.whole(3))).collect::<Vec<_>>().join(" "),
            Err(why) => why.to_string(),
        };
        read(sent.as_bytes()).iter().map(segments).collect()
    }

    #[test]
    fn several_messages_are_each_their_own() {
        assert_eq!(shown(&format!("{FIRST}{SECOND}")), ["MSH:A PID:11", "MSH:A PID:22"]);
        let batch = format!("FHS|^~\\&|A\rBHS|^~\\&|A\r{FIRST}{SECOND}BTS|2\rFTS|1\r");
        assert_eq!(shown(&batch), ["MSH:A PID:11", "MSH:A PID:22"]);
        let short = read(format!("BHS|^~\\&\r{FIRST}BTS|2\r").as_bytes());
        assert!(short[0].message.as_ref().is_ok_and(|m| m.notes()[0].starts_with("BTS-1: the batch says that it holds 2")), "{short:?}");
    }

    #[test]
    fn one_that_cannot_be_read_does_not_stop_the_others() {
        let damaged = "MSH|EPR|RP4\rPID|1\r";
        let sent = format!("{damaged}{FIRST}");
        assert_eq!(numbers(&sent).last().map(String::as_str), Some("1"));
        assert_eq!(shown(&sent).len(), 2);
        assert_eq!(shown(&format!("not HL7\n{SECOND}")), [NoMessage::NoHeader.to_string(), "MSH:A PID:22".into()]);
        for nothing in ["", "\r\n", "\u{feff}"] {
            assert_eq!(shown(nothing), [NoMessage::NoHeader.to_string()]);
        }
    }

    #[test]
    fn a_header_in_small_letters_or_after_blanks_and_marks_begins_a_message() {
        for before in ["", "  ", "\t\r\n ", "\u{feff}\u{feff} ", " \u{b} "] {
            for header in [FIRST.to_owned(), FIRST.replace("MSH", "msh"), FIRST.replace("MSH", "Msh")] {
                assert_eq!(shown(&format!("{before}{header}{SECOND}")), ["MSH:A PID:11", "MSH:A PID:22"], "{before:?}");
            }
        }
        assert_eq!(shown(&format!("{FIRST}NTE|1||a\rmsh2 is a gene\r")), ["MSH:A PID:11 NTE:a\nmsh2 is a gene"]);
        let broken = format!("{}PID|1||11\r", FIRST.replace("ORM^O01|1|", "ORM^O01|\r1|"));
        assert_eq!(numbers(&broken), ["1"], "a line end within the header");
        for sent in ["<hl7>MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.3\rPID|1||11\r", "POST\rxMSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.3\r"] {
            let units = read(sent.as_bytes());
            assert!(units[0].message.is_err(), "{sent}");
            assert_eq!(units[0].header.control(), "1", "{sent}");
        }
    }

    #[test]
    fn lines_end_in_any_way_and_files_may_begin_with_a_mark() {
        for ending in ["\r", "\n", "\r\n", "\r\r\n"] {
            assert_eq!(shown(&format!("\u{feff}{FIRST}\u{feff}{SECOND}").replace('\r', ending)), ["MSH:A PID:11", "MSH:A PID:22"]);
        }
        let framed = format!("\u{b}{FIRST}\u{1c}\r\u{b}{SECOND}\u{1c}\r");
        let notes: usize = read(framed.as_bytes()).iter().map(|unit| unit.message.as_ref().map_or(9, |m| m.notes().len())).sum();
        assert_eq!((shown(&framed).len(), notes), (2, 0), "frames are no part of a message");
        let wide: Vec<u8> = format!("\u{feff}{FIRST}{SECOND}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide).len(), 2);
    }

    #[test]
    fn each_message_is_read_in_the_characters_that_it_declares() {
        let message = |control: &str, set: &str| format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|{control}|P|2.3||||||{set}\rPID|1||");
        let mut bytes = message("1", "8859/1").into_bytes();
        bytes.extend(b"Zo\xeb\r");
        bytes.extend(message("2", "UNICODE UTF-8").bytes());
        bytes.extend("Zoë à\r".bytes());
        bytes.extend(message("3", "8859/7").bytes());
        bytes.extend(b"Zo\xeb\r");
        let units = read(&bytes);
        let name = |unit: &Unit| unit.message.as_ref().map(|m| m.segments()[1].whole(3)).map_err(ToString::to_string);
        assert_eq!((name(&units[0]), name(&units[1])), (Ok("Zoë".into()), Ok("Zoë à".into())), "the last byte of à alone would be a space");
        assert_eq!((name(&units[2]), units[2].header.control()), (Ok("Zoλ".into()), "3".to_owned()));
    }

    #[test]
    fn a_text_keeps_its_lines_and_control_characters_are_left_out_and_named() {
        let sent = format!("{FIRST}NTE|1||Investigations:\nEEG\nhypsarrhythmia\nMRI\nPV1\nMSH2 not tested\nSei\0zures\rPV1\r");
        let units = read(sent.as_bytes());
        let message = units[0].message.as_ref().expect("a message");
        let note = message.first("NTE").expect("a note").whole(3);
        assert_eq!(note, "Investigations:\nEEG\nhypsarrhythmia\nMRI\nPV1\nMSH2 not tested\nSeizures\nPV1");
        assert_eq!(message.notes(), ["NTE: a control character (U+0000) was left out"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_at_least_one_unit(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(!read(&bytes).is_empty());
        }

        #[test]
        fn messages_are_the_same_together_and_alone(
            notes in proptest::collection::vec("[ -{}é\\n]{0,30}", 1..5),
            ending in prop_oneof![Just("\r"), Just("\n"), Just("\r\n")],
        ) {
            let message = |(control, note): (usize, &String)| format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|{control}|P|2.3{ending}NTE|1||{note}{ending}");
            let messages: Vec<String> = notes.iter().enumerate().map(message).collect();
            let together = read(messages.concat().as_bytes());
            prop_assert_eq!(together.len(), messages.len());
            for (unit, alone) in together.iter().zip(&messages) {
                let alone = &read(alone.as_bytes())[0];
                prop_assert_eq!(&unit.text, &alone.text);
                prop_assert_eq!(unit.message.as_ref().ok().map(Message::segments), alone.message.as_ref().ok().map(Message::segments));
            }
        }
    }
}
