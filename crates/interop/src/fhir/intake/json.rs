//! Values of JSON as they were sent: what is not there is empty, never a fault.

use crate::incoming_order::Code;
use serde_json::Value;

/// The text of a path such as `/code/coding/0/code`; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().trim()
}

/// The text of a path, or its number as text: some senders write identifiers as numbers.
pub(super) fn scalar(value: &Value, path: &str) -> String {
    match value.pointer(path) {
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// The items of a list; none where there is none.
pub(super) fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The kind of a resource.
pub(super) fn kind(resource: &Value) -> &str {
    text(resource, "/resourceType")
}

/// The first text that is not empty.
pub(super) fn first_of<const N: usize>(texts: [&str; N]) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

/// A concept as text: its own, else the display of its first coding, else its code.
pub(super) fn concept_text(concept: &Value) -> String {
    first_of([text(concept, "/text"), text(concept, "/coding/0/display"), text(concept, "/coding/0/code")])
}

/// The codes of a concept.
pub(super) fn codes(concept: &Value) -> impl Iterator<Item = Code> + '_ {
    list(concept, "/coding").iter().map(coding).filter(|code| !code.code.is_empty() || !code.display.is_empty())
}

/// One code.
pub(super) fn coding(coding: &Value) -> Code {
    Code::new(text(coding, "/system"), &scalar(coding, "/code"), text(coding, "/display"))
}

/// The remarks of a resource.
pub(super) fn remarks(resource: &Value) -> impl Iterator<Item = String> + '_ {
    list(resource, "/note").iter().map(|note| text(note, "/text").to_owned()).filter(|text| !text.is_empty())
}
