//! From bytes to the Phenopacket of one person.

use super::NotReadable;
use serde_json::Value;

/// How deep a Phenopacket may stand in what other programs wrap around it.
const WRAPPERS_MAX: u8 = 3;

/// Fields that a Phenopacket has besides its features, in the order of the schema.
const BESIDES: [&str; 5] = ["diseases", "interpretations", "measurements", "biosamples", "medicalActions"];

/// Reads JSON from UTF-8 or UTF-16, with a byte order mark or without.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, NotReadable> {
    let text = text(bytes)?;
    let text = text.trim_start_matches('\u{feff}');
    serde_json::from_str(text).map_err(|why| NotReadable::NotJson {
        line: why.line(),
        column: why.column(),
        why: why.to_string().split(" at line").next().unwrap_or_default().to_owned(),
    })
}

fn text(bytes: &[u8]) -> Result<String, NotReadable> {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| NotReadable::NotText)
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).map_err(|_| NotReadable::NotText),
    }
}

/// A field by its name in camel case, or as the schema writes it; null is a field that is not set.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let set = |found: &&Value| !found.is_null();
    value.get(name).filter(set).or_else(|| value.get(snake(name)).filter(set))
}

/// A name as the schema writes it.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The packet of one person: the document itself, the proband of a family, the only member of a cohort or list.
pub(super) fn one_person(document: &Value) -> Result<&Value, NotReadable> {
    within(document, WRAPPERS_MAX)
}

fn within(value: &Value, depth: u8) -> Result<&Value, NotReadable> {
    if let Some(list) = value.as_array() {
        return only(list, "a list", depth);
    }
    if value.get("resourceType").is_some() {
        return Err(NotReadable::Other(describe(value)));
    }
    if field(value, "phenotypicFeatures").is_some() {
        return Ok(value);
    }
    if let Some(proband) = field(value, "proband").filter(|proband| proband.is_object()) {
        // A proband without features is told as such.
        return within(proband, depth).or_else(|why| if field(proband, "subject").is_some() { Ok(proband) } else { Err(why) });
    }
    if let Some(members) = field(value, "members").and_then(Value::as_array) {
        return only(members, "a cohort", depth);
    }
    if is_packet(value) {
        return Ok(value);
    }
    wrapped(value, depth)
}

fn only<'v>(list: &'v [Value], kind: &'static str, depth: u8) -> Result<&'v Value, NotReadable> {
    match list {
        [one] if depth > 0 => within(one, depth - 1),
        [] => Err(NotReadable::Other(format!("{kind} of nobody"))),
        several => Err(NotReadable::Several { kind, ids: several.iter().map(id).collect() }),
    }
}

/// The packet that stands in a field of something else.
fn wrapped(value: &Value, depth: u8) -> Result<&Value, NotReadable> {
    let fields = value.as_object().into_iter().flat_map(|object| object.values());
    let inside = fields.filter(|inside| inside.is_object() || inside.is_array() && is_packets(inside));
    let found: Vec<_> = if depth == 0 { vec![] } else { inside.map(|inside| within(inside, depth - 1)).collect() };
    let packets: Vec<&Value> = found.iter().filter_map(|inside| inside.as_ref().ok().copied()).collect();
    match packets[..] {
        [one] => Ok(one),
        [] => {
            let named = found.into_iter().filter_map(Result::err).find(|why| !matches!(why, NotReadable::Other(_)));
            Err(named.unwrap_or_else(|| NotReadable::Other(describe(value))))
        }
        ref several => Err(NotReadable::Several { kind: "a file", ids: several.iter().map(|packet| id(packet)).collect() }),
    }
}

fn is_packets(list: &Value) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|one| field(one, "phenotypicFeatures").is_some() || is_packet(one)))
}

/// A packet without features: it has a subject, and what only packets have.
fn is_packet(value: &Value) -> bool {
    let has = |name: &str| field(value, name).is_some();
    (has("subject") || has("id"))
        && (BESIDES.iter().any(|name| has(name)) || has("metaData") || value.get("phenotypicFeatures").is_some())
        && !has("relatives")
}

/// The list of features of a packet, which must name one at least.
pub(super) fn features(packet: &Value) -> Result<&[Value], NotReadable> {
    let none = || {
        let counted = |name: &&str| {
            let list = field(packet, name).and_then(Value::as_array).filter(|list| !list.is_empty())?;
            Some(format!(", but {} in {name}", list.len()))
        };
        let instead = BESIDES.iter().find_map(counted).unwrap_or_default();
        NotReadable::NoFeatures { id: id(packet), instead }
    };
    match field(packet, "phenotypicFeatures") {
        None => Err(none()),
        Some(Value::Array(list)) if list.is_empty() => Err(none()),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(NotReadable::Field { field: "phenotypicFeatures".into(), rule: "is no list; list the features in [ ]".into() }),
    }
}

fn id(packet: &Value) -> String {
    let subject = || field(packet, "subject").and_then(|subject| field(subject, "id"));
    field(packet, "id").or_else(subject).and_then(Value::as_str).unwrap_or("without id").to_owned()
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "true or false".into(),
        Value::Number(_) => "a number".into(),
        Value::String(_) => "a text".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) if value.get("resourceType").is_some() => {
            format!("a FHIR {}", value["resourceType"].as_str().unwrap_or("resource"))
        }
        Value::Object(_) if field(value, "relatives").is_some() => "a family without proband".into(),
        Value::Object(fields) if fields.is_empty() => "JSON without any field".into(),
        Value::Object(fields) => {
            format!("JSON with the fields {}", fields.keys().take(5).map(String::as_str).collect::<Vec<_>>().join(", "))
        }
    }
}
