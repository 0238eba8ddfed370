//! Settings: lines of a name and a value, by colons or equals signs, within each other by indents or under `[names]`. YAML, TOML and their
//! like are read as the JSON that they stand for.

use super::{json::Value, table::Cell};

/// A setting.
struct Line<'t> {
    indent: usize,
    /// It begins an element of a list.
    is_item: bool,
    name: &'t str,
    value: &'t str,
    number: usize,
}

/// Reads a text of which every line is a setting; any other holds none.
pub(super) fn read(text: &str) -> Vec<Value> {
    lines(text).map_or_else(Vec::new, |lines| {
        let (mut rest, mut values) = (lines.as_slice(), Vec::new());
        while !rest.is_empty() {
            values.push(block(&mut rest, 0));
        }
        values
    })
}

fn lines(text: &str) -> Option<Vec<Line<'_>>> {
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') && line.trim() != "---" {
            lines.push(read_line(line, number)?);
        }
    }
    let has_names = lines.iter().any(|line| !line.name.is_empty());
    let has_many = lines.len() > 1 || lines.iter().any(|line| line.value.starts_with(['[', '{']));
    (has_many && has_names).then_some(lines)
}

/// Characters of a name.
const NAME_CHARACTERS_MAX: usize = 60;
/// Names within each other.
const DEPTH_MAX: usize = 16;

fn read_line(line: &str, number: usize) -> Option<Line<'_>> {
    let bare = line.trim();
    let indent = line.len() - line.trim_start().len();
    if let Some(section) = bare.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')) {
        return Some(Line { indent: 0, is_item: false, name: section.trim_matches(['[', ']']), value: "", number });
    }
    let (is_item, bare) = bare.strip_prefix("- ").map_or((false, bare), |item| (true, item.trim_start()));
    // What stands under a `[name]` is not indented: `=` lies within it, by one.
    let is_toml = !bare.contains(": ") && bare.contains('=');
    let indent = indent + usize::from(is_item) * 2 + usize::from(is_toml);
    match split(bare) {
        Some((name, value)) => Some(Line { indent, is_item, name, value, number }),
        None if is_item => Some(Line { indent, is_item, name: "", value: bare, number }),
        None => None,
    }
}

fn split(line: &str) -> Option<(&str, &str)> {
    let place = [line.find(": "), line.strip_suffix(':').map(str::len), line.find('=')].into_iter().flatten().min()?;
    let name = line[..place].trim().trim_matches(['"', '\'']);
    let value = line[place + 1..].split(" #").next().unwrap_or_default().trim().trim_end_matches([',', ';']);
    let is_name = !name.is_empty() && name.len() <= NAME_CHARACTERS_MAX && name.split_whitespace().count() < 5;
    (is_name && !value.starts_with('=')).then_some((name, value))
}

/// The lines of one indent, and what lies within them.
fn block(lines: &mut &[Line], depth: usize) -> Value {
    let indent = lines.first().map_or(0, |line| line.indent);
    let (mut members, mut elements) = (Vec::new(), Vec::new());
    while let Some((line, rest)) = lines.split_first() {
        if line.indent < indent {
            break;
        }
        *lines = rest;
        if line.is_item && !members.is_empty() {
            elements.push(Value::Object(std::mem::take(&mut members)));
        }
        let has_inner = line.value.is_empty() && rest.first().is_some_and(|next| next.indent > line.indent) && depth < DEPTH_MAX;
        let value = if has_inner { block(lines, depth + 1) } else { value(line.value, line.number) };
        if line.name.is_empty() { elements.push(value) } else { members.push((line.name.to_owned(), value)) }
    }
    if elements.is_empty() {
        return Value::Object(members);
    }
    if !members.is_empty() {
        elements.push(Value::Object(members));
    }
    Value::Array(elements)
}

/// A value, of which `[3, 40]` and `{a: 3}` are several.
fn value(text: &str, line: usize) -> Value {
    let bare = text.trim().trim_matches(['"', '\'']);
    let cell = |text: &str| Value::Text(Cell::new(line, text.trim().trim_matches(['"', '\'']).to_owned()));
    let inner = |open, close| bare.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
    if let Some(list) = inner('[', ']') {
        return Value::Array(list.split(',').map(cell).collect());
    }
    match inner('{', '}') {
        Some(map) => Value::Object(map.split(',').filter_map(split_pair).map(|(name, value)| (name.to_owned(), cell(value))).collect()),
        None => cell(bare),
    }
}

fn split_pair(pair: &str) -> Option<(&str, &str)> {
    pair.split_once([':', '=']).map(|(name, value)| (name.trim().trim_matches(['"', '\'']), value))
}
