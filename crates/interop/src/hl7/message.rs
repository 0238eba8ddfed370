//! A message as it was received.

use super::escape::unescaped;
use hl7_parser::{Message as Parsed, message::Segment as ParsedSegment, message::Separators};

/// A message that was read.
pub struct Message {
    segments: Vec<Segment>,
}

/// A segment: its name, and fields by repetition, component and subcomponent, unescaped.
pub struct Segment {
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
        Ok(Message { segments: parsed.segments().map(|segment| Segment::new(segment, &parsed.separators)).collect() })
    }

    /// Segments in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The first segment of a name.
    pub fn first(&self, name: &str) -> Option<&Segment> {
        self.segments.iter().find(|s| s.name == name)
    }

    /// A component of a field of the header.
    pub(super) fn header(&self, field: usize, component: usize) -> &str {
        self.segments.first().map_or("", |msh| msh.get(field, component))
    }

    /// Message type and trigger event, such as `ORM^O01`.
    pub fn kind(&self) -> String {
        format!("{}^{}", self.header(9, 1), self.header(9, 2)).trim_end_matches('^').to_owned()
    }

    /// The sender's number of the message.
    pub fn control(&self) -> String {
        self.header(10, 1).to_owned()
    }
}

impl Segment {
    fn new(segment: &ParsedSegment, separators: &Separators) -> Segment {
        let read = |field: &hl7_parser::message::Field| -> Vec<Vec<Vec<String>>> {
            let components = |repeat: &hl7_parser::message::Repeat| -> Vec<Vec<String>> {
                repeat.components().map(|c| c.subcomponents().map(|s| unescaped(s.raw_value(), separators)).collect()).collect()
            };
            field.repeats().map(components).collect()
        };
        Segment { name: segment.name.to_owned(), values: segment.fields().map(read).collect() }
    }

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

    /// Every component of every repetition of a field, as one text.
    pub fn text(&self, field: usize) -> String {
        let parts = self.values.get(field - 1).into_iter().flatten().flatten().flatten();
        parts.filter(|part| !part.trim().is_empty()).map(|part| part.trim()).collect::<Vec<_>>().join(" ")
    }
}

/// Segments separated as the standard says; a line that is no segment continues the one before.
fn joined(text: &str) -> String {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{1c}');
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
