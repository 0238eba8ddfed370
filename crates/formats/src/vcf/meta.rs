//! The grammar of meta-information lines, and the definitions they make.

use super::{
    definition::{Definition, Kind, Number, Space},
    record::LineError,
};
use std::collections::HashMap;

/// Definitions of INFO and FORMAT keys: the header's, and the specification's where the header has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    info: HashMap<Vec<u8>, Definition>,
    format: HashMap<Vec<u8>, Definition>,
}

/// A structured line's keys in order: name, value without quotes, whether it was quoted.
type Fields<'a> = Vec<(&'a str, &'a str, bool)>;

/// Types of structural variants that a symbolic allele may begin with. Source: VCF 4.3, section 1.4.5.
const STRUCTURAL: [&str; 6] = ["DEL", "INS", "DUP", "INV", "CNV", "BND"];

impl Definitions {
    /// The specification's reserved keys alone.
    pub fn reserved(minor: u8) -> Definitions {
        let reserved_in = |space: Space| space.reserved(minor).map(|(key, definition, _)| (key.as_bytes().to_vec(), definition)).collect();
        Definitions { info: reserved_in(Space::Info), format: reserved_in(Space::Format) }
    }

    /// What a key means.
    pub fn find(&self, space: Space, key: &[u8]) -> Option<Definition> {
        self.space(space).get(key).copied()
    }

    fn space(&self, space: Space) -> &HashMap<Vec<u8>, Definition> {
        match space {
            Space::Info => &self.info,
            Space::Format => &self.format,
        }
    }

    /// Checks one line after the first (`##key=value`) and takes in what it defines.
    pub fn read(&mut self, line: &str, minor: u8) -> Result<(), LineError> {
        let pair = line.strip_prefix("##").and_then(|l| l.split_once('='));
        let Some((key, value)) = pair.filter(|(key, value)| !key.is_empty() && !value.trim().is_empty()) else {
            return Err(("meta-information", "must be ##key=value, neither of them empty".into()));
        };
        match key {
            "INFO" => self.define(Space::Info, &structured("INFO", value)?, minor),
            "FORMAT" => self.define(Space::Format, &structured("FORMAT", value)?, minor),
            "FILTER" => described("FILTER", &structured("FILTER", value)?),
            "ALT" => {
                let fields = structured("ALT", value)?;
                described("ALT", &fields)?;
                alternate(fields[0].1, minor)
            }
            "contig" => contig(&structured("contig", value)?, minor),
            "SAMPLE" => sample(&structured("SAMPLE", value)?, minor),
            "PEDIGREE" => pedigree(&structured("PEDIGREE", value)?, minor),
            "META" if minor >= 3 => meta(&structured("META", value)?, minor),
            "assembly" | "pedigreeDB" => address(value),
            _ => Ok(()),
        }
    }

    fn define(&mut self, space: Space, fields: &Fields, minor: u8) -> Result<(), LineError> {
        let name = space.name();
        in_order(name, fields, &["ID", "Number", "Type", "Description"])?;
        let (id, number, kind) = (fields[0].1, fields[1].1, fields[2].1);
        let number =
            Number::parse(number, minor).ok_or_else(|| (name, format!("Number={number} of {id} is not a whole number, A, G, R or '.'")))?;
        let kind =
            Kind::parse(kind).ok_or_else(|| (name, format!("Type={kind} of {id} is not Integer, Float, Flag, Character or String")))?;
        quoted_description(name, fields[3])?;
        let known = space.reserved(minor).find(|(key, ..)| *key == id && !space.tolerates(id, number, kind));
        let mut definition = Definition { number, kind, non_negative: false, reserved: false };
        if let Some((_, reserved, reserved_kind)) = known {
            if reserved.number != number {
                return Err((name, format!("Number={} of {id} is not what the specification says for that key", fields[1].1)));
            }
            if reserved_kind.map_or(!matches!(kind, Kind::Integer | Kind::Float), |k| k != kind) {
                return Err((name, format!("Type={} of {id} is not what the specification says for that key", fields[2].1)));
            }
            definition = Definition { kind, ..reserved };
        }
        match space {
            Space::Info => self.info.insert(id.as_bytes().to_vec(), definition),
            Space::Format => self.format.insert(id.as_bytes().to_vec(), definition),
        };
        Ok(())
    }
}

/// The keys of `<key=value,…>`.
fn structured<'a>(name: &'static str, value: &'a str) -> Result<Fields<'a>, LineError> {
    let inner = value.trim_end().strip_prefix('<').and_then(|v| v.strip_suffix('>'));
    let mut rest = inner.ok_or_else(|| (name, "must stand between < and >".to_owned()))?;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let (key, after) = rest
            .split_once('=')
            .filter(|(key, _)| !key.is_empty() && !key.contains([',', '"']))
            .ok_or_else(|| (name, format!("'{}' is not key=value", rest.chars().take(40).collect::<String>())))?;
        let (value, quoted, left) = if let Some(text) = after.strip_prefix('"') {
            let end = closing_quote(text).ok_or_else(|| (name, format!("the quotation mark of {key} is not closed")))?;
            (&text[..end], true, &text[end + 1..])
        } else {
            let bracketed = after.starts_with('[').then(|| after.find(']').map(|index| index + 1)).flatten();
            let end = bracketed.or_else(|| after.find(',')).unwrap_or(after.len());
            (&after[..end], false, &after[end..])
        };
        fields.push((key, value, quoted));
        rest = match left.strip_prefix(',') {
            Some(more) => more,
            None if left.is_empty() => left,
            None => {
                return Err((
                    name,
                    format!("after the value of {key} there must be a comma or the end; write quotation marks inside a text as \\\""),
                ));
            }
        };
    }
    if fields.is_empty() { Err((name, "says nothing between < and >".into())) } else { Ok(fields) }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return Some(index),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn in_order(name: &'static str, fields: &Fields, keys: &[&str]) -> Result<(), LineError> {
    let in_order = keys.iter().enumerate().all(|(index, key)| fields.get(index).is_some_and(|f| f.0 == *key));
    let whole = fields.first().is_some_and(|f| !f.1.is_empty() && !f.1.contains(char::is_whitespace));
    match (in_order, whole) {
        (false, _) => Err((name, format!("must begin with {} in that order", keys.join(", ")))),
        (true, false) => Err((name, "its ID is empty or has a space".into())),
        _ => Ok(()),
    }
}

fn quoted_description(name: &'static str, field: (&str, &str, bool)) -> Result<(), LineError> {
    if field.2 { Ok(()) } else { Err((name, "Description must stand between double quotation marks".into())) }
}

fn described(name: &'static str, fields: &Fields) -> Result<(), LineError> {
    in_order(name, fields, &["ID", "Description"])?;
    quoted_description(name, fields[1])
}

fn alternate(id: &str, minor: u8) -> Result<(), LineError> {
    let (first, more) = id.split_once(':').map_or((id, None), |(first, more)| (first, Some(more)));
    if id.contains(['<', '>', ',']) {
        return Err(("ALT", format!("ID {id} has a comma or an angle bracket")));
    }
    let numbered = |s: &str| first.strip_prefix(s).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let misspelt = minor < 3 && STRUCTURAL.iter().any(|s| numbered(s));
    let unknown = more.is_some() && first != "*" && !STRUCTURAL.contains(&first);
    if misspelt || unknown {
        return Err(("ALT", format!("ID {id} does not begin with one of {}", STRUCTURAL.join(", "))));
    }
    Ok(())
}

/// The names of HLA alleles have a star and colons, which the first text of 4.3 did not foresee.
pub(super) fn is_hla(name: &[u8]) -> bool {
    name.starts_with(b"HLA-")
}

fn identifier<'a>(name: &'static str, fields: &Fields<'a>) -> Result<&'a str, LineError> {
    let id = fields.iter().find(|f| f.0 == "ID").map(|f| f.1).ok_or_else(|| (name, "has no ID".to_owned()))?;
    let whole = !id.is_empty() && !id.contains(char::is_whitespace);
    if whole { Ok(id) } else { Err((name, format!("ID '{id}' is empty or has a space"))) }
}

fn no_star(name: &'static str, id: &str, minor: u8) -> Result<(), LineError> {
    let refused = minor == 3 && id.contains('*') && !is_hla(id.as_bytes());
    if refused { Err((name, format!("ID {id} has a star, which 4.3 does not allow"))) } else { Ok(()) }
}

fn contig(fields: &Fields, minor: u8) -> Result<(), LineError> {
    no_star("contig", identifier("contig", fields)?, minor)
}

fn sample(fields: &Fields, minor: u8) -> Result<(), LineError> {
    let id = identifier("SAMPLE", fields)?;
    if minor >= 3 {
        return no_star("SAMPLE", id, minor);
    }
    for key in ["Genomes", "Mixture", "Description"] {
        if !fields.iter().any(|f| f.0 == key) {
            return Err(("SAMPLE", format!("has no {key}, which versions before 4.3 require")));
        }
    }
    match fields.iter().find(|f| f.2 && f.0 != "Description") {
        Some(field) => Err(("SAMPLE", format!("{} stands between quotation marks; only Description may", field.0))),
        None => Ok(()),
    }
}

fn pedigree(fields: &Fields, minor: u8) -> Result<(), LineError> {
    if minor >= 3 {
        identifier("PEDIGREE", fields)?;
    }
    match fields.iter().find(|f| f.1.is_empty() || f.1.contains([' ', '\t', ':'])) {
        Some(field) => Err(("PEDIGREE", format!("the name '{}' is empty or has a space or colon", field.1))),
        None => Ok(()),
    }
}

fn meta(fields: &Fields, minor: u8) -> Result<(), LineError> {
    let keys: Vec<&str> = fields.iter().map(|f| f.0).collect();
    if !matches!(keys.as_slice(), ["ID", "Number", "Type", "Values", ..] | ["ID", "Type", "Number", "Values", ..]) {
        return Err(("META", "must begin with ID, Type, Number, Values".into()));
    }
    for (key, value, _) in fields {
        match *key {
            "Number" if Number::parse(value, minor).is_none() => return Err(("META", format!("Number={value} is not a number of values"))),
            "Type" if Kind::parse(value).is_none() => return Err(("META", format!("Type={value} is not a type"))),
            "Values" if !(value.starts_with('[') && value.ends_with(']')) => {
                return Err(("META", "Values must stand between square brackets".into()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// An address of the form `scheme://[user@]host[:port]/…` must have a host: a name with a letter, or four numbers.
fn address(value: &str) -> Result<(), LineError> {
    let inner = value.strip_prefix('<').map_or(value, |v| v.strip_suffix('>').unwrap_or(v));
    if inner.is_empty() {
        return Err(("address", "is empty".into()));
    }
    let Some((_, rest)) = inner.split_once("://") else { return Ok(()) };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let named = host.bytes().any(|b| b.is_ascii_alphabetic()) || host.parse::<std::net::Ipv4Addr>().is_ok();
    if named { Ok(()) } else { Err(("address", format!("'{inner}' has no host"))) }
}
