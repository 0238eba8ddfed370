//! One feature of a packet.

use super::{Feature, NotReadable, document::field, time};
use crate::TermId;
use serde_json::Value;

/// What was read of an entry of the list of features.
pub(super) enum Read {
    /// A feature, and what of its onset was not understood.
    Feature(Feature, Option<String>),
    /// Nothing that is a term of the HPO: in the file's own words.
    Left(String),
}

/// Reads an entry; `index` is its place in the list.
pub(super) fn read(index: usize, value: &Value) -> Result<Read, NotReadable> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let class = field(value, "type");
    // Some writers put the identifier itself in place of the class.
    let id = text(class.and_then(|class| field(class, "id")).or(class.filter(|class| class.is_string())));
    let label = text(class.and_then(|class| field(class, "label")));
    if id.is_empty() {
        let description = [label, text(field(value, "description"))].into_iter().find(|text| !text.is_empty());
        let note = description.map_or_else(String::new, |text| format!(" ({text})"));
        return Ok(Read::Left(format!("phenotypicFeatures[{index}], which has no type{note}")));
    }
    let Ok(term) = id.parse::<TermId>() else { return Ok(Read::Left(id)) };
    let absent = flag(index, "excluded", value)? || flag(index, "negated", value)?;
    let (onset, unread) = match time::onset(value) {
        time::Onset::None => (None, None),
        time::Onset::Term(onset) => (Some(onset), None),
        time::Onset::NotReadable(text) => (None, Some(format!("the onset '{text}' of {term}, which is no duration such as P3M"))),
    };
    Ok(Read::Feature(Feature { term, label, absent, onset }, unread))
}

/// A field that is true or false, which some writers put in quotation marks.
fn flag(index: usize, name: &str, value: &Value) -> Result<bool, NotReadable> {
    match field(value, name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") || text.trim().is_empty() => Ok(false),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(other) => Err(NotReadable::Field {
            field: format!("phenotypicFeatures[{index}].{name}"),
            rule: format!("{other} is not true or false; write one of them"),
        }),
    }
}
