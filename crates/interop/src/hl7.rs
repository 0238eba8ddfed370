//! HL7 version 2: orders in (`ORM^O01`, `OML^O21`), results out (`ORU^R01`, `MDM^T02`), acknowledgements both ways.
//!
//! Read leniently: versions 2.3 to 2.5.1, line ends of any kind, lines that a narrative broke, numbers of the NHS in PID-2 or
//! PID-3. Written as version 2.5.1.

pub mod order;
pub mod result;

use hl7_parser::{Message as Parsed, message::Segment, message::Separators};
use std::fmt::Write;

/// A message read.
pub struct Message {
    segments: Vec<Fields>,
}

/// A segment: its name, and fields by repetition, component and subcomponent, unescaped.
pub struct Fields {
    /// Name.
    pub name: String,
    values: Vec<Vec<Vec<Vec<String>>>>,
}

/// Why a text is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMessage {
    /// Nothing that begins like one.
    #[error("This is no HL7 message of version 2: it does not begin with MSH|^~\\&")]
    NoHeader,
    /// Something in it cannot be read.
    #[error("The message cannot be read: {0}")]
    Unreadable(String),
}

impl Message {
    /// Reads a message.
    pub fn read(text: &str) -> Result<Message, NoMessage> {
        let joined = joined(text);
        if !joined.starts_with("MSH") {
            return Err(NoMessage::NoHeader);
        }
        let parsed = Parsed::parse(&joined).map_err(|why| NoMessage::Unreadable(why.to_string()))?;
        Ok(Message { segments: parsed.segments().map(|segment| fields(segment, &parsed.separators)).collect() })
    }

    /// Segments in order.
    pub fn segments(&self) -> &[Fields] {
        &self.segments
    }

    /// The first segment of a name.
    pub fn first(&self, name: &str) -> Option<&Fields> {
        self.segments.iter().find(|s| s.name == name)
    }

    fn header(&self, field: usize) -> String {
        self.segments.first().map_or_else(String::new, |msh| msh.get(field, 1).to_owned())
    }

    /// Message type and trigger event, such as `ORM^O01`.
    pub fn kind(&self) -> String {
        let msh = &self.segments[0];
        format!("{}^{}", msh.get(9, 1), msh.get(9, 2)).trim_end_matches('^').to_owned()
    }

    /// The sender's number of the message.
    pub fn control(&self) -> String {
        self.header(10)
    }
}

impl Fields {
    /// A component of the first repetition of a field; empty where there is none. Both are counted from 1, as HL7 does.
    pub fn get(&self, field: usize, component: usize) -> &str {
        self.part(field, 0, component, 1)
    }

    /// Repetitions of a field.
    pub fn repeats(&self, field: usize) -> usize {
        self.values.get(field - 1).map_or(0, Vec::len)
    }

    /// A subcomponent; repetitions are counted from 0.
    pub fn part(&self, field: usize, repeat: usize, component: usize, sub: usize) -> &str {
        let found = self.values.get(field - 1).and_then(|f| f.get(repeat)).and_then(|r| r.get(component - 1)).and_then(|c| c.get(sub - 1));
        // Two quotation marks say that a value is to be emptied.
        found.map_or("", |value| if value == "\"\"" { "" } else { value.trim() })
    }

    /// Every component of every repetition of a field, as words.
    pub fn words(&self, field: usize) -> String {
        let parts = self.values.get(field - 1).into_iter().flatten().flatten().flatten();
        parts.filter(|part| !part.trim().is_empty()).map(|part| part.trim()).collect::<Vec<_>>().join(" ")
    }
}

/// Segments separated as the standard says; a line that is no segment goes on with the one before.
fn joined(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{b}' || c == '\u{1c}' || c == '\u{feff}');
    let mut joined = String::with_capacity(text.len());
    for line in text.split(['\r', '\n']) {
        let name = line.get(..3).unwrap_or_default();
        let begins = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && (line.len() == 3 || line.as_bytes().get(3) == Some(&b'|'));
        if begins && !joined.is_empty() {
            joined.push('\r');
        } else if !begins && !line.trim().is_empty() {
            joined.push_str("\\.br\\");
        }
        if begins || !line.trim().is_empty() {
            joined.push_str(line.trim_end());
        }
    }
    joined
}

fn fields(segment: &Segment, separators: &Separators) -> Fields {
    let text = |value: &str| separators.decode(value).to_string();
    let read = |field: &hl7_parser::message::Field| -> Vec<Vec<Vec<String>>> {
        let components = |repeat: &hl7_parser::message::Repeat| -> Vec<Vec<String>> {
            repeat.components().map(|c| c.subcomponents().map(|s| text(s.raw_value())).collect()).collect()
        };
        field.repeats().map(components).collect()
    };
    Fields { name: segment.name.to_owned(), values: segment.fields().map(read).collect() }
}

/// Writes a message segment by segment.
#[derive(Default)]
pub struct Writer(String);

impl Writer {
    /// Adds a segment: its fields in order, each with separators already in place; empty ones at the end are left out.
    pub fn segment(&mut self, name: &str, fields: &[&str]) {
        let used = fields.iter().rposition(|f| !f.is_empty()).map_or(0, |at| at + 1);
        let _ = write!(self.0, "{name}|{}\r", fields[..used].join("|"));
    }

    /// The message.
    pub fn finish(self) -> String {
        self.0
    }
}

/// A value with what separates escaped.
pub fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\E\\"),
            '|' => text.push_str("\\F\\"),
            '^' => text.push_str("\\S\\"),
            '&' => text.push_str("\\T\\"),
            '~' => text.push_str("\\R\\"),
            '\r' | '\n' => text.push_str("\\.br\\"),
            other => text.push(other),
        }
    }
    text
}

/// What an acknowledgement says. Source: HL7 table 0008.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acknowledged {
    /// `AA`.
    Accepted,
    /// `AE`: it cannot be done; sending it again changes nothing.
    Error,
    /// `AR`: it cannot be read.
    Rejected,
}

/// Answers a message. `faults` are places and words.
pub fn acknowledgement(
    to: Option<&Message>,
    what: Acknowledged,
    at: &str,
    id: &str,
    words: &str,
    faults: &[care::ordering::message::Fault],
) -> String {
    let header = |field| to.map_or_else(String::new, |m| escaped(&m.header(field)));
    let event = to.map_or_else(String::new, |m| m.segments[0].get(9, 2).to_owned());
    let kind = if event.is_empty() { "ACK".to_owned() } else { format!("ACK^{event}^ACK") };
    let mut writer = Writer::default();
    writer.segment("MSH", &["^~\\&", "OPENGMS", &header(6), &header(3), &header(4), at, "", &kind, id, "P", "2.5.1"]);
    let code = match what {
        Acknowledged::Accepted => "AA",
        Acknowledged::Error => "AE",
        Acknowledged::Rejected => "AR",
    };
    writer.segment("MSA", &[code, &header(10), &escaped(words)]);
    for fault in faults {
        writer
            .segment("ERR", &["", &escaped(&fault.at), "207^Application internal error^HL70357", "E", "", "", "", &escaped(&fault.words)]);
    }
    writer.finish()
}

/// Whether an answer accepts the message with a number, else why not.
pub fn accepted(answer: &str, control: &str) -> Result<(), String> {
    let message = Message::read(answer).map_err(|why| format!("the answer is no acknowledgement: {why}"))?;
    let Some(msa) = message.first("MSA") else { return Err("the answer has no MSA segment".into()) };
    if msa.get(2, 1) != control {
        return Err(format!("acknowledged another message ('{}')", msa.get(2, 1)));
    }
    match msa.get(1, 1) {
        "AA" | "CA" => Ok(()),
        code => {
            Err(format!("answered {code}: {}", [msa.get(3, 1), &message.first("ERR").map_or_else(String::new, |e| e.words(8))].join(" ")))
        }
    }
}

/// `a`, `b`, … `z`, `aa`: parts of a report.
fn letters(place: usize) -> String {
    let letter = char::from(b'a' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { format!("{}{letter}", letters(place / 26 - 1)) }
}
