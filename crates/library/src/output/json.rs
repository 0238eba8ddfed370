//! JSON, with the line of every value: one value, one on each line, or within other text.

use super::table::Cell;

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    /// Text, decoded.
    Text(Cell),
    /// A number, true, false or null, as written.
    Literal(Cell),
    /// An array.
    Array(Vec<Value>),
    /// An object, in its order; a name may come twice.
    Object(Vec<(String, Value)>),
}

/// Members of an object.
pub(super) type Members = [(String, Value)];

/// Depth beyond which values are not looked into.
const DEPTH_MAX: usize = 64;
/// Places that look like a value and are none, after which no more is searched for.
const FAILURES_MAX: usize = 64;

/// The objects and arrays of a text.
pub(super) struct Reading {
    /// Values.
    pub(super) values: Vec<Value>,
    /// Whether there is nothing else in the text.
    pub(super) is_all: bool,
    /// Whether the text begins like JSON and is none, or too much in it does.
    pub(super) is_broken: bool,
}

/// Reads them wherever they begin.
pub(super) fn read(text: &str) -> Reading {
    let mut reading = Reading { values: vec![], is_all: false, is_broken: false };
    let (mut failures, mut passed) = (0, String::new());
    let mut reader = Reader { rest: text, line: 1 };
    while let Some(start) = reader.rest.find(['{', '[']) {
        passed.push_str(&reader.rest[..start]);
        reader.skip(start);
        let is_value = begins_value(reader.rest);
        let mut attempt = Reader { ..reader };
        let value = if is_value || begins_list(reader.rest) { attempt.value(0) } else { None };
        if let Some(value) = value {
            reading.values.push(value);
            reader = attempt;
            continue;
        }
        failures += usize::from(is_value);
        reading.is_broken |= is_value && reading.values.is_empty() && passed.trim().is_empty() || failures > FAILURES_MAX;
        if failures > FAILURES_MAX {
            break;
        }
        passed.push('[');
        reader.skip(1);
    }
    passed.push_str(reader.rest);
    reading.is_all = !reading.values.is_empty() && passed.trim_matches(|c: char| c.is_whitespace() || c == ',').is_empty();
    if !reading.is_all {
        // `[1]` within a text is a reference.
        reading.values.retain(|value| value.elements().is_none_or(|elements| elements.iter().any(|element| element.cell().is_none())));
    }
    reading
}

fn begins_list(text: &str) -> bool {
    let inner = text[1..].trim_start_matches(|c: char| c.is_ascii_whitespace());
    text.starts_with('[') && inner.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

fn begins_value(text: &str) -> bool {
    let inner = text[1..].trim_start_matches(|c: char| c.is_ascii_whitespace());
    inner.starts_with(['"', '{', '[']) || (text.starts_with('{') && inner.starts_with('\''))
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl Value {
    /// The cell of a text or a literal.
    pub(super) fn cell(&self) -> Option<&Cell> {
        match self {
            Value::Text(cell) | Value::Literal(cell) => Some(cell),
            _ => None,
        }
    }

    /// The members of an object.
    pub(super) fn members(&self) -> Option<&Members> {
        match self {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The elements of an array.
    pub(super) fn elements(&self) -> Option<&[Value]> {
        match self {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        self.line += passed.bytes().filter(|b| *b == b'\n').count();
        self.rest = rest;
    }

    /// The next character that is no space.
    fn peek(&mut self) -> Option<u8> {
        let spaces = self.rest.bytes().take_while(u8::is_ascii_whitespace).count();
        self.skip(spaces);
        self.rest.bytes().next()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.skip(1);
        }
        is_next
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => Some(Value::Text(Cell::new(self.line, self.string()?))),
            _ => self.literal(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.skip(1);
        let mut members = Vec::new();
        while !self.takes(b'}') {
            if !members.is_empty() && !self.takes(b',') {
                return None;
            }
            if self.peek()? != b'"' {
                return None;
            }
            let name = self.string()?;
            if !self.takes(b':') {
                return None;
            }
            members.push((name, self.value(depth + 1)?));
        }
        Some(Value::Object(members))
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.skip(1);
        let mut elements = Vec::new();
        while !self.takes(b']') {
            if !elements.is_empty() && !self.takes(b',') {
                return None;
            }
            elements.push(self.value(depth + 1)?);
        }
        Some(Value::Array(elements))
    }

    fn string(&mut self) -> Option<String> {
        let bytes = self.rest.as_bytes();
        let mut end = 1;
        while *bytes.get(end)? != b'"' {
            end += 1 + usize::from(bytes[end] == b'\\');
        }
        let decoded = serde_json::from_str(self.rest.get(..=end)?).ok()?;
        self.skip(end + 1);
        Some(decoded)
    }

    fn literal(&mut self) -> Option<Value> {
        let length = self.rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')).count();
        let text = self.rest[..length].to_owned();
        let is_known = matches!(text.as_str(), "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity") || text.parse::<f64>().is_ok();
        let cell = Cell::new(self.line, if text == "null" { String::new() } else { text });
        self.skip(length);
        is_known.then_some(Value::Literal(cell))
    }
}
