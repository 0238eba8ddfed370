//! A file of settings (TOML): a name and its value on each line. What is wrong is said with its line, all of it at once.

use super::{Kind, Setting, Wrong, passwords};
use crate::commands::service::folder::others_may_read;
use std::{ops::Range, path::Path};
use toml_edit::{ImDocument, Item, Key, Value};

/// Length of a file that is none of settings.
const BYTES_MAX: u64 = 1 << 20;
/// How alike two names must be for one to be meant by the other.
const ALIKE: f64 = 0.7;

/// A setting in a file.
pub(super) struct Entry {
    pub name: String,
    pub values: Vec<String>,
    pub line: usize,
}

/// Reads a file.
pub(super) fn read(path: &Path, settings: &[Setting]) -> Result<Vec<Entry>, Wrong> {
    let name = path.display();
    let whole = |why: String| Wrong(vec![format!("{name}: {why}")]);
    let metadata = std::fs::metadata(path).map_err(|why| whole(why.to_string()))?;
    if metadata.len() > BYTES_MAX {
        return Err(whole("is too long for a file of settings".into()));
    }
    let text = std::fs::read_to_string(path).map_err(|why| whole(why.to_string()))?;
    let entries = entries(&text, settings).map_err(|wrong| Wrong(wrong.0.into_iter().map(|why| format!("{name}, {why}")).collect()))?;
    let holds_password = entries.iter().flat_map(|entry| &entry.values).any(|value| passwords::hidden(value).is_some());
    if holds_password && others_may_read(&metadata) {
        return Err(whole(format!("holds a password, and others on this machine may read it: chmod 600 {name}")));
    }
    Ok(entries)
}

/// The settings of a text.
pub(super) fn entries(text: &str, settings: &[Setting]) -> Result<Vec<Entry>, Wrong> {
    let document = match ImDocument::parse(text) {
        Ok(document) => document,
        Err(why) => return Err(Wrong(vec![format!("line {}: {}", line(text, why.span()), why.message().replace('\n', "; "))])),
    };
    let (mut entries, mut wrong) = (Vec::new(), Vec::new());
    let table = document.as_table();
    for (key, item) in table.iter().filter_map(|(key, _)| table.get_key_value(key)) {
        let line = line(text, key.span().or_else(|| item.span()));
        match entry(key, item, settings) {
            Ok(Some((name, values))) => entries.push(Entry { name, values, line }),
            Ok(None) => {}
            Err(why) => wrong.push(format!("line {line}: {why}")),
        }
    }
    for (place, entry) in entries.iter().enumerate() {
        if let Some(before) = entries[..place].iter().find(|before| before.name == entry.name) {
            wrong.push(format!("line {}: {} stands on line {} already", entry.line, entry.name, before.line));
        }
    }
    if wrong.is_empty() { Ok(entries) } else { Err(Wrong(wrong)) }
}

/// A setting and its values; nothing where it says that something is not so.
fn entry(key: &Key, item: &Item, settings: &[Setting]) -> Result<Option<(String, Vec<String>)>, String> {
    let name = key.get().replace('_', "-");
    let Item::Value(value) = item else {
        return Err(format!("settings stand in no sections: write [{name}] as single lines"));
    };
    let setting = settings.iter().find(|setting| setting.name == name).ok_or_else(|| unknown(key.get(), &name, settings))?;
    let values = match (setting.kind, value) {
        (Kind::Flag, Value::Boolean(is_so)) if *is_so.value() => vec![],
        (Kind::Flag, Value::Boolean(_)) => return Ok(None),
        (Kind::Flag, _) => return Err(format!("{name} is true or false")),
        (Kind::Many, Value::Array(values)) => values.iter().map(|value| plain(&name, value)).collect::<Result<_, _>>()?,
        (Kind::One, Value::Array(_)) => return Err(format!("{name} has one value, and this is a list")),
        (Kind::One | Kind::Many, value) => vec![plain(&name, value)?],
    };
    for value in &values {
        setting.check(value)?;
    }
    Ok(Some((name, values)))
}

/// A value as it would stand in an argument.
fn plain(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.value().clone()),
        Value::Integer(number) => Ok(number.value().to_string()),
        Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::InlineTable(_) => {
            Err(format!("{name} is a text between quotation marks, or a whole number"))
        }
    }
}

fn unknown(written: &str, name: &str, settings: &[Setting]) -> String {
    let alike = |setting: &&Setting| strsim::jaro_winkler(&setting.name, name);
    let nearest = settings.iter().max_by(|one, other| alike(one).total_cmp(&alike(other))).filter(|setting| alike(setting) >= ALIKE);
    match nearest {
        Some(setting) => format!("'{written}' is no setting; the nearest is {}", setting.name),
        None => format!("'{written}' is no setting; gms config example prints every one"),
    }
}

/// The line on which something begins.
fn line(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start).min(text.len());
    text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1
}
