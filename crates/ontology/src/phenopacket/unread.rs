//! What a packet holds beside its terms: what is said of a feature in words, and the fields that nobody reads, by name.

use super::{
    NAMED_MAX,
    document::{field, snake},
    listed,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Fields of a feature that are read, in either version of the schema.
const OF_FEATURE: [&str; 11] = [
    "type",
    "description",
    "excluded",
    "negated",
    "severity",
    "modifiers",
    "onset",
    "resolution",
    "class_of_onset",
    "age_of_onset",
    "age_range_of_onset",
];

/// Fields of a packet that are read, or say how it was made.
const OF_PACKET: [&str; 4] = ["id", "subject", "phenotypic_features", "meta_data"];

/// Characters of what is not read in a message at most.
const CHARACTERS_MAX: usize = 100;

/// Fields that are named at most.
const FIELDS_MAX: usize = 10;

/// What is said of a feature beside its term, in words: its description, how severe it is, what modifies it, when it ended.
pub(super) fn about(feature: &Value) -> String {
    let description = field(feature, "description").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let severity = field(feature, "severity").map(class).unwrap_or_default();
    let modifiers = field(feature, "modifiers").and_then(Value::as_array).into_iter().flatten().map(class);
    let modifiers = modifiers.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
    let resolution = field(feature, "resolution").map(leaves).unwrap_or_default();
    let named = |name: &str, text: String| if text.is_empty() { text } else { format!("{name}: {text}") };
    let parts = [description, named("severity", severity), named("modifiers", modifiers), named("resolved", resolution)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Fields of a packet and its features that hold anything and are not read.
pub(super) fn unread(packet: &Value, features: &[Value]) -> Vec<String> {
    let mut of_features: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (index, feature) in features.iter().enumerate() {
        let id = field(feature, "type").and_then(|class| field(class, "id")).and_then(Value::as_str).map(short);
        for name in filled(feature, &OF_FEATURE) {
            of_features.entry(name).or_default().push(id.clone().unwrap_or_else(|| format!("phenotypicFeatures[{index}]")));
        }
    }
    let counted = |count: usize| if count == 1 { "1 feature".to_owned() } else { format!("{count} features") };
    let of_features = of_features.into_iter().map(|(name, ids)| format!("{name} of {} ({})", counted(ids.len()), listed(&ids)));
    let of_packet = filled(packet, &OF_PACKET).into_iter().map(|name| {
        let count = packet.get(&name).and_then(Value::as_array).map(Vec::len);
        count.map_or_else(|| name.clone(), |count| format!("{name} ({count})"))
    });
    let mut all: Vec<String> = of_features.chain(of_packet).collect();
    if all.len() > FIELDS_MAX {
        let more = all.len() - FIELDS_MAX;
        all.truncate(FIELDS_MAX);
        all.push(format!("{more} more fields"));
    }
    all
}

/// Names of the fields that hold anything and are none of some.
fn filled(value: &Value, known: &[&str]) -> Vec<String> {
    let fields = value.as_object().into_iter().flatten();
    let unread = fields.filter(|(name, value)| !known.contains(&snake(name).as_str()) && has_content(value));
    unread.map(|(name, _)| short(name)).collect()
}

fn has_content(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => list.iter().any(has_content),
        Value::Object(fields) => fields.values().any(has_content),
    }
}

/// A class by its label, else by its identifier.
fn class(value: &Value) -> String {
    let stated = ["label", "id"].into_iter().filter_map(|name| field(value, name)).chain([value]);
    stated.filter_map(Value::as_str).map(str::trim).find(|text| !text.is_empty()).map(short).unwrap_or_default()
}

/// Texts and numbers within a value, as they stand: a time in whichever of its forms.
fn leaves(value: &Value) -> String {
    let mut found = Vec::new();
    collect(value, &mut found);
    short(&found.join(", "))
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => found.push(number.to_string()),
        Value::String(text) => found.push(text.trim().to_owned()),
        Value::Array(list) => list.iter().take(NAMED_MAX).for_each(|inside| collect(inside, found)),
        Value::Object(fields) => fields.values().take(NAMED_MAX).for_each(|inside| collect(inside, found)),
    }
}

fn short(text: &str) -> String {
    text.chars().take(CHARACTERS_MAX).collect()
}
