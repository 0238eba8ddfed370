//! A segment: fields, their repetitions, components and subcomponents, all read when they are asked for, so that a message of any
//! shape costs no more than its text. Source: HL7 2.5.1, chapter 2.5.

use super::{delimiters::Delimiters, escape::unescaped};

/// A segment of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Name, in capitals.
    pub name: String,
    /// Which of its name in the message, from 1.
    pub ordinal: usize,
    raw: String,
    delimiters: Delimiters,
}

/// One repetition of a field, or the whole of a field that is not cut.
#[derive(Clone, Copy, Debug)]
pub struct Value<'m> {
    raw: &'m str,
    delimiters: Delimiters,
}

/// Segments that are usually there once or are counted by people: the first of them is named without a number.
const COUNTED: [&str; 2] = ["OBX", "NK1"];

/// Repetitions of a field that are read: more are damage.
const REPEATS_MAX: usize = 1000;

impl Segment {
    pub(super) fn new(name: String, raw: String, ordinal: usize, delimiters: Delimiters) -> Segment {
        Segment { name, ordinal, raw, delimiters }
    }

    /// Adds a line of a text that was broken over lines.
    pub(super) fn push_line(&mut self, line: &str) {
        self.raw.push('\n');
        self.raw.push_str(line);
    }

    /// Takes control characters out; gives what they were.
    pub(super) fn remove_control_characters(&mut self) -> Vec<char> {
        let is_noise = |c: &char| c.is_control() && !['\n', '\t'].contains(c);
        let removed: Vec<char> = self.raw.chars().filter(is_noise).collect();
        if !removed.is_empty() {
            self.raw.retain(|c| !is_noise(&c));
        }
        removed
    }

    /// Its place in the message, such as `PID` or `OBX(4)`.
    pub fn place(&self) -> String {
        if self.ordinal == 1 && !COUNTED.contains(&self.name.as_str()) {
            return self.name.clone();
        }
        format!("{}({})", self.name, self.ordinal)
    }

    /// The place of a field, such as `PID-3` or `OBX(4)-5`.
    pub fn place_of_field(&self, field: usize) -> String {
        format!("{}-{field}", self.place())
    }

    /// A field as it stands. The first field of the header is its separator.
    fn raw(&self, field: usize) -> &str {
        match (self.name.as_str(), field) {
            ("MSH", 1) => self.raw.get(3..3 + self.delimiters.field.len_utf8()).unwrap_or_default(),
            ("MSH", _) => self.raw.split(self.delimiters.field).nth(field - 1).unwrap_or_default(),
            _ => self.raw.split(self.delimiters.field).nth(field).unwrap_or_default(),
        }
    }

    /// A field that is not cut at the separators of components and repetitions: texts.
    pub fn whole(&self, field: usize) -> String {
        self.field(field).whole()
    }

    /// A field and all that follows it, not cut: a text that holds unescaped separators of fields.
    pub(super) fn whole_to_end(&self, field: usize) -> String {
        let mut rest = self.raw.as_str();
        for _ in 0..field {
            rest = rest.split_once(self.delimiters.field).map_or("", |(_, after)| after);
        }
        let separators = [self.delimiters.field, '\r', '\n', ' '];
        Value { raw: rest.trim_end_matches(separators), delimiters: self.delimiters }.whole()
    }

    /// A field that is not cut.
    pub fn field(&self, field: usize) -> Value<'_> {
        Value { raw: self.raw(field), delimiters: self.delimiters }
    }

    /// Repetitions of a field, [`REPEATS_MAX`] at most; none where it is empty.
    pub fn repeats(&self, field: usize) -> impl Iterator<Item = Value<'_>> {
        let raw = self.raw(field);
        let delimiters = self.delimiters;
        let parts = (!raw.is_empty()).then(|| raw.split(delimiters.repetition)).into_iter().flatten();
        parts.take(REPEATS_MAX).map(move |raw| Value { raw, delimiters })
    }

    /// A component of the first repetition of a field; empty where there is none. Both are counted from 1, as HL7 does.
    pub fn get(&self, field: usize, component: usize) -> String {
        self.first(field).component(component)
    }

    /// The first repetition of a field.
    pub fn first(&self, field: usize) -> Value<'_> {
        let raw = self.raw(field).split(self.delimiters.repetition).next().unwrap_or_default();
        Value { raw, delimiters: self.delimiters }
    }

    /// Fields from a number on that hold anything, by their numbers.
    pub(super) fn filled(&self) -> Vec<usize> {
        let shift = usize::from(self.name == "MSH");
        let fields = self.raw.split(self.delimiters.field).enumerate().skip(1);
        let empty = ['"', self.delimiters.component, self.delimiters.repetition, self.delimiters.subcomponent];
        let is_filled = |raw: &str| !raw.trim_matches(|c: char| c.is_whitespace() || empty.contains(&c)).is_empty();
        fields.filter(|(_, raw)| is_filled(raw)).map(|(number, _)| number + shift).collect()
    }
}

impl<'m> Value<'m> {
    /// A component, counted from 1: the first of its subcomponents.
    pub fn component(&self, component: usize) -> String {
        self.part(component, 1)
    }

    /// A subcomponent; both are counted from 1.
    pub fn part(&self, component: usize, subcomponent: usize) -> String {
        let component = self.raw.split(self.delimiters.component).nth(component - 1).unwrap_or_default();
        self.read(component.split(self.delimiters.subcomponent).nth(subcomponent - 1).unwrap_or_default())
    }

    /// A component that is not cut at subcomponents: texts inside coded values, and data.
    pub fn whole_component(&self, component: usize) -> String {
        self.read(self.raw.split(self.delimiters.component).nth(component - 1).unwrap_or_default())
    }

    /// Everything, not cut.
    pub fn whole(&self) -> String {
        self.read(self.raw)
    }

    /// Nothing but separators.
    pub fn is_empty(&self) -> bool {
        let separators = [self.delimiters.component, self.delimiters.subcomponent, self.delimiters.repetition, '"'];
        self.raw.chars().all(|c| c.is_whitespace() || separators.contains(&c))
    }

    /// It has more than one component.
    pub fn is_coded(&self) -> bool {
        self.raw.contains(self.delimiters.component)
    }

    /// Whether it begins with a text, as it stands.
    pub fn begins_with(&self, text: &str) -> bool {
        self.raw.trim_start().starts_with(text)
    }

    /// Components from a number on, as another value: the second code of a coded value.
    #[must_use]
    pub fn from_component(&self, component: usize) -> Value<'m> {
        let mut rest = self.raw;
        for _ in 1..component {
            rest = rest.split_once(self.delimiters.component).map_or("", |(_, after)| after);
        }
        Value { raw: rest, delimiters: self.delimiters }
    }

    /// Two quotation marks say that a value is to be emptied: HL7 2.5.1, chapter 2.5.3.
    fn read(&self, raw: &str) -> String {
        let text = unescaped(raw, &self.delimiters);
        match text.trim() {
            "\"\"" => String::new(),
            trimmed => trimmed.to_owned(),
        }
    }
}
