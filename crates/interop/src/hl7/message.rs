//! One message, segment by segment.

use super::{
    delimiters::Delimiters,
    segment::Segment,
    segment_name::name_of_line,
    unit::{self, Unit},
};
use std::collections::HashMap;

/// A message that was read.
#[derive(Clone, Debug)]
pub struct Message {
    segments: Vec<Segment>,
    notes: Vec<String>,
}

/// Why a text is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMessage {
    /// Nothing that begins like one.
    #[error("This is no HL7 message of version 2: it does not begin with MSH|^~\\&")]
    NoHeader,
    /// The header declares separators that cannot separate.
    #[error("MSH-2 is '{0}', which are no four different separators; send ^~\\&")]
    Separators(String),
    /// Several messages where one was expected.
    #[error("These are {0} messages; each is read by itself")]
    Several(usize),
}

impl NoMessage {
    /// The field that is wrong.
    pub fn place(&self) -> &'static str {
        match self {
            NoMessage::NoHeader | NoMessage::Several(_) => "MSH",
            NoMessage::Separators(_) => "MSH-2",
        }
    }
}

/// Lines without the blanks before them, where all have some: a message that was laid out to be read.
fn without_indent(lines: Vec<&str>) -> Vec<&str> {
    let blank = [' ', '\t'];
    if lines.iter().all(|line| line.starts_with(blank)) { lines.iter().map(|line| line.trim_start_matches(blank)).collect() } else { lines }
}

impl Message {
    /// Reads a text that is one message.
    pub fn read(text: &str) -> Result<Message, NoMessage> {
        let mut units = unit::read_text(text);
        match (units.pop(), units.len()) {
            (None, _) => Err(NoMessage::NoHeader),
            (Some(Unit { message, .. }), 0) => message,
            (Some(_), others) => Err(NoMessage::Several(others + 1)),
        }
    }

    /// Segments of lines, of which the first is the header. A line that begins no segment continues the one before.
    pub(super) fn of_lines<'t>(mut lines: impl Iterator<Item = &'t str>, notes: Vec<String>) -> Result<Message, NoMessage> {
        let header = lines.next().ok_or(NoMessage::NoHeader)?;
        let delimiters = Delimiters::read(header)?;
        let mut segments = vec![Segment::new("MSH".into(), header.to_owned(), 1, delimiters)];
        let mut counts: HashMap<String, usize> = HashMap::new();
        for line in without_indent(lines.collect()) {
            // A name alone is a segment without fields, but a word of a text after one.
            let in_text = segments.last().is_some_and(|last| ["NTE", "OBX"].contains(&last.name.as_str()));
            match name_of_line(line, delimiters.field).filter(|_| line.len() > 3 || !in_text) {
                Some(name) => {
                    let count = counts.entry(name.clone()).or_default();
                    *count += 1;
                    segments.push(Segment::new(name, line.to_owned(), *count, delimiters));
                }
                None => segments.iter_mut().last().into_iter().for_each(|last| last.push_line(line)),
            }
        }
        let mut message = Message { segments, notes };
        message.remove_control_characters();
        Ok(message)
    }

    /// Takes control characters out, which no receiver keeps alike, and says where they were.
    fn remove_control_characters(&mut self) {
        for segment in &mut self.segments {
            let removed = segment.remove_control_characters();
            if let Some(first) = removed.first() {
                let count = if removed.len() == 1 { "a control character".into() } else { format!("{} control characters", removed.len()) };
                self.notes.push(format!("{}: {count} (U+{:04X}) was left out", segment.place(), u32::from(*first)));
            }
        }
    }

    /// Segments in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Segments of a name.
    pub fn named(&self, name: &'static str) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(move |s| s.name == name)
    }

    /// The first segment of a name.
    pub fn first(&self, name: &str) -> Option<&Segment> {
        self.segments.iter().find(|s| s.name == name)
    }

    /// What was noted while the text was read.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// A component of a field of the header.
    pub fn header(&self, field: usize, component: usize) -> String {
        self.segments.first().map_or_else(String::new, |msh| msh.get(field, component))
    }

    /// Message type and trigger event, such as `ORM^O01`.
    pub fn kind(&self) -> String {
        format!("{}^{}", self.header(9, 1), self.header(9, 2)).trim_end_matches('^').to_owned()
    }

    /// The sender's number of the message.
    pub fn control(&self) -> String {
        self.header(10, 1)
    }
}
