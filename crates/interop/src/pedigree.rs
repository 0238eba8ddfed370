//! Families as other programs write them in JSON: GA4GH Pedigree, the Family of Phenopackets, FHIR FamilyMemberHistory, open-pedigree
//! and pedigreejs. Each is known by what only it has.

mod graph;
mod member_history;
mod people;
mod phenopacket_family;
mod whose;
mod years;

pub use whose::{Whose, whose};

use crate::ga4gh::pedigree;
use care::{
    ordering::pedigree::{Pedigree, years::impossible},
    people::patient::Sex,
};
use serde_json::Value;

/// What was read: the family, and what the file says that a drawing has no place for.
pub type Family = (Pedigree, Vec<String>);

/// Whether a text is JSON rather than lines.
pub fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
}

/// Reads a family; or says what the file is and what to do.
pub fn read(text: &str) -> Result<Family, String> {
    let text = text.trim_start_matches('\u{feff}');
    let document: Value =
        serde_json::from_str(text).map_err(|why| format!("line {}, column {}: this is no JSON: {why}", why.line(), why.column()))?;
    let (mut pedigree, mut left_out) = of_document(&document)?;
    years::add(&document, &mut pedigree);
    for what in impossible(&pedigree) {
        // A family within a text was looked at where it was read.
        if !left_out.contains(&what) {
            left_out.push(what);
        }
    }
    Ok((pedigree, left_out))
}

/// People and what joins them in a file at most: some times more than a drawing takes.
const NODES_MAX: usize = 2_000;

fn of_document(document: &Value) -> Result<Family, String> {
    let longest = [document, &document["GG"], &document["entry"], &document["contained"]].map(|list| list.as_array().map_or(0, Vec::len));
    if let Some(count) = longest.into_iter().find(|count| *count > NODES_MAX) {
        return Err(format!("{count} people and joins; {NODES_MAX} are read at most: export one family"));
    }
    let has = |name: &str| field(document, name).is_some();
    if has("individuals") {
        let document: pedigree::Document =
            serde_json::from_value(document.clone()).map_err(|why| format!("this is no whole GA4GH pedigree: {why}"))?;
        return Ok(pedigree::family(&document));
    }
    if member_history::is_history(document) {
        return member_history::family(document);
    }
    if field(document, "pedigree").is_some_and(|pedigree| field(pedigree, "persons").is_some()) || has("persons") {
        return phenopacket_family::family(document);
    }
    if let Some(nodes) = document["GG"].as_array() {
        return graph::family(nodes, &document["probandNodeID"]);
    }
    if let Some(list) = document.as_array() {
        let is_graph = list.iter().any(|node| !node["outedges"].is_null());
        return if is_graph { graph::family(list, &Value::Null) } else { people::family(list) };
    }
    // open-pedigree's own files wrap the graph, some as text.
    let inside = ["pedigree", "data", "jsonData"].iter().find_map(|name| field(document, name));
    match inside {
        Some(Value::String(text)) if is_json(text) => read(text),
        Some(inside) if inside.is_object() || inside.is_array() => of_document(inside),
        _ => Err(other(document)),
    }
}

fn other(document: &Value) -> String {
    let what = match (document["resourceType"].as_str(), document.as_object()) {
        (Some(kind), _) => format!("a FHIR {kind} without FamilyMemberHistory"),
        (None, Some(fields)) if field(document, "proband").is_some() && !fields.contains_key("pedigree") => {
            "a family of Phenopackets without pedigree, so that nobody is known to be whose child".to_owned()
        }
        (None, Some(fields)) => {
            format!("JSON with the fields {}", fields.keys().take(5).map(String::as_str).collect::<Vec<_>>().join(", "))
        }
        (None, None) => "JSON of no known kind".to_owned(),
    };
    format!("this is {what}: send PED, GA4GH Pedigree, a Phenopackets Family with its pedigree, FHIR FamilyMemberHistory or open-pedigree")
}

/// A field by its name in camel case or as ProtoJSON allows it, with underscores; null is a field that is not set.
fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let set = |found: &&Value| !found.is_null();
    let snake: String = name
        .chars()
        .flat_map(|c| c.is_ascii_uppercase().then_some('_').into_iter().chain(std::iter::once(c.to_ascii_lowercase())))
        .collect();
    value.get(name).filter(set).or_else(|| value.get(snake.as_str()).filter(set))
}

/// A text, or a number as text.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Sex as any of these programs writes it.
fn sex(value: &Value) -> Sex {
    match text(value).to_ascii_lowercase().as_str() {
        "m" | "male" => Sex::Male,
        "f" | "female" => Sex::Female,
        _ => Sex::Unknown,
    }
}

#[cfg(test)]
mod tests;
