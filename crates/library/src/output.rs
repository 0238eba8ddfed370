//! What wants to leave a workspace, looked at before people look. In short:
//!
//! 1. Bytes become text, or are refused by the name of their format ([`decode`], [`formats`]).
//! 2. Text becomes tables: by its separator ([`separated`]), from JSON ([`json`], [`tree`]) or settings ([`settings`]). What is no table is
//!    read as sentences ([`prose`]).
//! 3. What a number is, the name of its column, row or key says ([`vocabulary`]). A small whole number whose name says nothing is taken
//!    for a count of people.
//! 4. Rules: small counts, also as shares ([`cells`]); small numbers that follow from large ones ([`differences`]); a row for each person
//!    ([`individuals`]); identifiers, genotypes, encoded bytes, formulas.
//!
//! Findings stop an output until two people have decided about it; nothing here lets anything out. What no rule can know: names of
//! people, pictures, and counts that follow from other outputs.

mod cells;
mod decode;
mod differences;
mod formats;
mod formula;
mod genotypes;
mod identifiers;
mod individuals;
mod json;
mod number;
mod prose;
mod separated;
mod settings;
mod table;
mod tokens;
mod tree;
mod vocabulary;

pub(crate) use cells::FREQUENCIES_MAX;

use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeSet, HashSet},
    fmt,
};
use table::{Cell, Table};

/// Something that may tell of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Rule.
    pub rule: Rule,
    /// Line, from 1; 0 for the whole.
    pub line: usize,
    /// Column, or path in JSON; empty in prose.
    #[serde(default)]
    pub place: String,
    /// What stands there.
    #[serde(default)]
    pub value: String,
    /// Why it is a finding, and what to do.
    #[serde(rename = "words")]
    pub message: String,
}

/// Rules of the airlock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Rule {
    NotText,
    TooLarge,
    Format,
    Encoded,
    Hidden,
    Formula,
    Identifier,
    Pseudonym,
    Genotypes,
    SmallCell,
    Differencing,
    Individuals,
    Dominance,
    Frequencies,
}

impl Rule {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Rule::NotText => "Not text",
            Rule::TooLarge => "Too large",
            Rule::Format => "Format",
            Rule::Encoded => "Encoded",
            Rule::Hidden => "Hidden character",
            Rule::Formula => "Formula",
            Rule::Identifier => "Identifier",
            Rule::Pseudonym => "Pseudonym",
            Rule::Genotypes => "Genotypes",
            Rule::SmallCell => "Small count",
            Rule::Differencing => "Differencing",
            Rule::Individuals => "One row for each person",
            Rule::Dominance => "Dominance",
            Rule::Frequencies => "Allele frequencies",
        }
    }
}

/// `Line 2, carriers, ‘2’ · Small count: what to do`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = if self.line > 0 { format!("Line {}", self.line) } else { String::new() };
        let value = if self.value.is_empty() { String::new() } else { format!("‘{}’", self.value) };
        let location: Vec<&str> = [line.as_str(), &self.place, &value].into_iter().filter(|part| !part.is_empty()).collect();
        let location = location.join(", ");
        let end = if location.is_empty() { "" } else { " · " };
        write!(f, "{location}{end}{}: {}", self.rule.label(), self.message)
    }
}

/// Bytes of an output: what is larger is no result, but data.
const BYTES_MAX: usize = 1 << 20;
/// Counts below this are no result. As [`crate::disclosure::COUNT_MIN`].
const CELL_MIN: u64 = crate::disclosure::COUNT_MIN;
/// Findings of one rule: beyond this, that there are more is enough.
const FINDINGS_MAX: usize = 100;
/// Texts within texts, as JSON within JSON, that are looked into.
const DEPTH_MAX: usize = 3;

/// Looks at an output. `pseudonyms` are those of the project's release.
pub fn look(bytes: &[u8], pseudonyms: &BTreeSet<String>) -> Vec<Finding> {
    if bytes.len() > BYTES_MAX {
        return vec![Finding::whole(Rule::TooLarge, "the output is larger than 1 MiB: take out a result, not data".into())];
    }
    let decoded = match decode::decode(bytes) {
        Ok(decoded) => decoded,
        Err(finding) => return vec![finding],
    };
    let mut found = decoded.findings;
    found.extend(look_at_text(&decoded.text, pseudonyms, 0));
    sorted(found)
}

/// The text of an output, if it is one, as its checkers read it.
pub fn text(bytes: &[u8]) -> Option<String> {
    decode::text(bytes)
}

/// Whether a count is one that is not taken out.
fn is_small(number: u64) -> bool {
    (1..CELL_MIN).contains(&number)
}

impl Finding {
    fn whole(rule: Rule, message: String) -> Finding {
        Finding::in_line(rule, 0, message)
    }

    fn in_line(rule: Rule, line: usize, message: String) -> Finding {
        Finding { rule, line, place: String::new(), value: String::new(), message }
    }
}

fn look_at_text(text: &str, pseudonyms: &BTreeSet<String>, depth: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        found.extend(genotypes::look(line, number));
        found.extend(identifiers::look(line, number, pseudonyms));
        found.extend(formula::look(line, number));
    }
    found.extend(formats::look(text));
    let reading = json::read(text);
    if reading.is_broken {
        let message = "this begins like JSON and cannot be read as such: give it as valid JSON, or as CSV";
        found.push(Finding::whole(Rule::Format, message.into()));
    }
    found.extend(reading.values.iter().any(tree::is_notebook).then(|| formats::refused("a notebook", 1)));
    let mut tree = tree::read(reading.values);
    if !reading.is_all {
        let settings = tree::read(settings::read(text));
        tree.tables.extend(settings.tables);
        tree.tables.extend(separated::read(text));
        found.extend(prose::look(text, &lines_of_tables(text, &tree.tables, depth)));
    }
    found.extend(look_at_tables(&tree.tables, &prose::totals(text)));
    let within = tree.tables.iter().flat_map(|table| &table.rows).flatten().filter(|cell| depth < DEPTH_MAX && is_text(cell));
    let within = within.filter(|cell| cell.text.len() < text.len());
    for cell in within {
        found.extend(look_at_text(&cell.text, pseudonyms, depth + 1).into_iter().map(|finding| Finding { line: cell.line, ..finding }));
    }
    found
}

/// Lines whose numbers the rules about cells read; and all of a cell that begins with its number, as `3 (2-5)` under a median.
fn lines_of_tables(text: &str, tables: &[Table], depth: usize) -> HashSet<usize> {
    let cells = tables.iter().flat_map(|table| &table.rows).flatten();
    let mut lines: HashSet<usize> = cells.filter(|cell| table::is_figure(cell)).map(|cell| cell.line).collect();
    if depth > 0 && text.trim_start().starts_with(|c: char| c.is_ascii_digit() || "-+.(<≤".contains(c)) {
        lines.extend(1..=text.lines().count());
    }
    lines
}

/// A cell that is looked at as a text: it holds JSON, lines or a page.
fn is_text(cell: &Cell) -> bool {
    cell.text.contains(['{', '<', '\n'])
        || (cell.text.contains('[') && cell.text.contains(','))
        || cell.text.split_whitespace().nth(1).is_some()
}

fn look_at_tables(tables: &[Table], totals: &[(usize, u64)]) -> Vec<Finding> {
    let mut found = differences::look(tables);
    for table in tables {
        found.extend(cells::look(table, totals));
        found.extend(individuals::look(table));
        found.extend(genotypes::look_at_columns(table));
    }
    found
}

/// By rule and line, one for each place, and not more of a rule than somebody reads.
fn sorted(mut found: Vec<Finding>) -> Vec<Finding> {
    let key = |f: &Finding| (f.rule, f.line, f.place.is_empty(), f.place.clone());
    found.sort_by_cached_key(key);
    found
        .dedup_by(|next, first| (next.rule, next.line) == (first.rule, first.line) && (next.place.is_empty() || next.place == first.place));
    let mut few: Vec<Finding> = Vec::new();
    for same in found.chunk_by(|a, b| a.rule == b.rule) {
        few.extend(same.iter().take(FINDINGS_MAX).cloned());
        if let Some(next) = same.get(FINDINGS_MAX) {
            let more = same.len() - FINDINGS_MAX;
            few.push(Finding::whole(next.rule, format!("and {more} more, from line {}, which are to be changed likewise", next.line)));
        }
    }
    few
}
