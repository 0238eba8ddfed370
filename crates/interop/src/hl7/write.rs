//! Writing a message: fields by their numbers in the standard, every value escaped on its way in.

use super::escape::escaped;
use std::fmt;

/// A message that is written segment by segment.
#[derive(Default)]
pub(super) struct MessageWriter(String);

/// A segment that is written.
pub(super) struct SegmentWriter {
    name: &'static str,
    /// Fields from 1, each escaped and with its separators.
    fields: Vec<Field>,
}

/// A field with its separators in place. A text becomes a field of one component.
#[derive(Clone, Default)]
pub(super) struct Field(String);

impl MessageWriter {
    /// Adds a segment.
    pub fn push(&mut self, segment: &SegmentWriter) {
        self.0.push_str(&segment.to_string());
        self.0.push('\r');
    }

    /// The message.
    pub fn finish(self) -> String {
        self.0
    }
}

impl SegmentWriter {
    /// A segment without fields.
    pub fn new(name: &'static str) -> SegmentWriter {
        SegmentWriter { name, fields: vec![] }
    }

    /// The header. Its first two fields are the separators themselves.
    pub fn header() -> SegmentWriter {
        SegmentWriter { name: "MSH", fields: vec![Field::default(), Field("^~\\&".into())] }
    }

    /// The same with a field, by its number from 1.
    #[must_use]
    pub fn with(mut self, number: usize, field: impl Into<Field>) -> SegmentWriter {
        if self.fields.len() < number {
            self.fields.resize(number, Field::default());
        }
        self.fields[number - 1] = field.into();
        self
    }
}

/// Name and fields; empty ones at the end are left out.
impl fmt::Display for SegmentWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = self.fields.iter().rposition(|field| !field.is_empty()).map_or(0, |last| last + 1);
        let first = usize::from(self.name == "MSH");
        f.write_str(self.name)?;
        self.fields[first..used.max(first)].iter().try_for_each(|field| write!(f, "|{}", field.0))
    }
}

impl Field {
    /// A field of several components.
    pub fn components<const N: usize>(values: [&str; N]) -> Field {
        Field(values.map(escaped).join("^"))
    }

    /// A field of several components, of which the last is cut into subcomponents.
    pub fn with_subcomponents<const N: usize, const M: usize>(values: [&str; N], last: [&str; M]) -> Field {
        Field(format!("{}^{}", values.map(escaped).join("^"), last.map(escaped).join("&")))
    }

    /// The same without empty components at its end.
    #[must_use]
    pub fn trimmed(self) -> Field {
        Field(self.0.trim_end_matches('^').to_owned())
    }

    /// A field that is repeated.
    pub fn repeated(fields: impl IntoIterator<Item = Field>) -> Field {
        Field(fields.into_iter().map(|field| field.0).collect::<Vec<_>>().join("~"))
    }

    /// Nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Field {
        Field(escaped(text))
    }
}

impl From<String> for Field {
    fn from(text: String) -> Field {
        Field::from(text.as_str())
    }
}

impl From<&String> for Field {
    fn from(text: &String) -> Field {
        Field::from(text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hl7::Message;
    use proptest::prelude::*;

    fn written(fields: &[[String; 3]]) -> String {
        let mut message = MessageWriter::default();
        message.push(&SegmentWriter::header().with(3, "OPENGMS").with(9, Field::components(["ORU", "R01"])).with(10, "7"));
        let number = |nth: usize| 2 * nth + 1;
        let segment = fields.iter().enumerate().fold(SegmentWriter::new("OBX"), |segment, (nth, [a, b, c])| {
            segment.with(number(nth), Field::repeated([Field::components([a, b]), c.into()]))
        });
        message.push(&segment);
        message.finish()
    }

    #[test]
    fn fields_have_their_numbers_and_empty_ones_at_the_end_are_left_out() {
        let text = written(&[["a|b".into(), "c".into(), "d".into()], [String::new(), String::new(), String::new()]]);
        assert_eq!(text, "MSH|^~\\&|OPENGMS||||||ORU^R01|7\rOBX|a\\F\\b^c~d||^~\r");
        assert_eq!(SegmentWriter::new("PV1").with(1, "1").with(9, "").to_string(), "PV1|1");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(fields in proptest::collection::vec(any::<[String; 3]>(), 1..5)) {
            let message = Message::read(&written(&fields)).expect("a message");
            prop_assert_eq!((message.kind(), message.control()), ("ORU^R01".to_owned(), "7".to_owned()));
            let Some(segment) = message.first("OBX") else { return Err(TestCaseError::fail("no OBX")) };
            // Two quotation marks are HL7's word for emptying a value; space around a value is not kept, nor control characters.
            let plain = |value: &str| value.replace('\r', "\n").chars().filter(|c| !c.is_control() || ['\n', '\t'].contains(c)).collect::<String>();
            let expected = |value: &str| match plain(value).trim() {
                "\"\"" => String::new(),
                trimmed => trimmed.to_owned(),
            };
            for (nth, [a, b, c]) in fields.iter().enumerate() {
                let field = 2 * nth + 1;
                let values: Vec<_> = segment.repeats(field).collect();
                prop_assert_eq!(values[0].component(1), expected(a));
                prop_assert_eq!(values[0].component(2), expected(b));
                prop_assert_eq!(values[1].component(1), expected(c));
            }
        }
    }
}
