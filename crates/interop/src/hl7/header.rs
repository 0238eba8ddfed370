//! What an answer needs of a message, found even where the rest cannot be read. Source: HL7 2.5.1, chapter 2.15.9 (MSH).

use super::{delimiters::Delimiters, message::Message, segment::Segment};

/// The header of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header(Option<Segment>);

/// Types of messages that answer another. Source: HL7 2.5.1, table 0076: acknowledgements in general, delayed, of master files, and of
/// orders of every kind (general, laboratory, clinical, imaging, diet, supplies, pharmacy, blood).
const ACKNOWLEDGEMENTS: [&str; 19] =
    ["ACK", "MCF", "MFK", "MFD", "ORR", "ORL", "ORG", "ORI", "ORD", "ORS", "ORN", "ORP", "ORB", "RRA", "RRD", "RRE", "RRG", "BRP", "BRT"];

/// The first header within a text that begins otherwise, up to the end of its line.
fn within(text: &str) -> Option<&str> {
    let start = text.match_indices("MSH").map(|(start, _)| &text[start..]).find(|rest| Delimiters::begin(rest))?;
    start.split(['\r', '\n']).next()
}

impl Header {
    /// The header of a text: its first line, by its own separators, or the usual ones where those cannot separate. Where the text
    /// begins otherwise, the first that stands in it: it can be answered, although nothing of it is read.
    pub(super) fn read(text: &str) -> Header {
        let first = text.split(['\r', '\n']).next().unwrap_or_default();
        let line = if first.starts_with("MSH") { first } else { within(text).unwrap_or_default() };
        let Some(field) = line.strip_prefix("MSH").and_then(|rest| rest.chars().next()) else { return Header(None) };
        let delimiters = Delimiters::read(line).unwrap_or(Delimiters { field, ..Delimiters::default() });
        let mut segment = Segment::new("MSH".into(), line.to_owned(), 1, delimiters);
        segment.remove_control_characters();
        Header(Some(segment))
    }

    /// The header of a message that was read, with what a line end within it moved to the next line.
    pub(super) fn whole(message: &Message) -> Header {
        Header(message.first("MSH").cloned())
    }

    /// It is of a type that answers another message, such as `ACK^O01` or `ORL^O22`.
    pub(super) fn is_acknowledgement(&self) -> bool {
        ACKNOWLEDGEMENTS.contains(&self.get(9, 1).to_uppercase().as_str())
    }

    /// A component of a field; empty where there is none.
    pub fn get(&self, field: usize, component: usize) -> String {
        self.0.as_ref().map_or_else(String::new, |msh| msh.get(field, component))
    }

    /// The sender's number of the message.
    pub fn control(&self) -> String {
        self.get(10, 1)
    }

    /// Message type and trigger event, such as `ORM^O01`.
    pub fn kind(&self) -> String {
        format!("{}^{}", self.get(9, 1), self.get(9, 2)).trim_end_matches('^').to_owned()
    }

    /// The character set that it declares first (MSH-18).
    pub(super) fn character_set(&self) -> String {
        self.get(18, 1)
    }

    /// A version before 2.5, in which an error is told by its place in ERR-1.
    pub(super) fn is_before_2_5(&self) -> bool {
        let version = self.get(12, 1);
        let minor = version.strip_prefix("2.").and_then(|rest| rest.chars().next()).and_then(|c| c.to_digit(10));
        minor.is_some_and(|minor| minor < 5)
    }

    /// The sender waits for a commit acknowledgement and for nothing after it (MSH-15 and MSH-16). Source: HL7 2.5.1, chapter 2.9.3
    /// (enhanced mode) and table 0155.
    pub(super) fn asks_for_commit(&self) -> bool {
        ["AL", "SU", "ER"].contains(&self.get(15, 1).as_str()) && self.get(16, 1) == "NE"
    }
}
