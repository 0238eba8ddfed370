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
mod findings;
mod formats;
mod formula;
mod genotypes;
mod identifiers;
mod individuals;
mod json;
mod number;
mod prose;
mod reading;
mod separated;
mod settings;
mod table;
mod tokens;
mod tree;
mod vocabulary;

pub(crate) use cells::FREQUENCIES_MAX;
pub use findings::{Finding, Rule};

use findings::Findings;
use prose::Prose;
use reading::Reading;
use std::collections::{BTreeSet, HashSet};
use table::{Cell, Table};

/// Bytes of an output: what is larger is no result, but data.
const BYTES_MAX: usize = 1 << 20;
/// Counts below this are no result. As [`crate::disclosure::COUNT_MIN`].
const CELL_MIN: u64 = crate::disclosure::COUNT_MIN;
/// Tables of an output: more are not compared with each other.
const TABLES_MAX: usize = 5_000;
/// Texts within texts, as JSON within JSON, that are looked into.
const DEPTH_MAX: usize = 3;

/// The name of these rules. Raise it with a rule: what waits for its checkers is then looked at again as soon as they open their list.
pub const RULES: &str = "airlock 4";

/// Looks at an output. `pseudonyms` are those of the project's release.
pub fn look(bytes: &[u8], pseudonyms: &BTreeSet<String>) -> Vec<Finding> {
    if bytes.len() > BYTES_MAX {
        return vec![Finding::whole(Rule::TooLarge, "the output is larger than 1 MiB: take out a result, not data".into())];
    }
    let decoded = match decode::decode(bytes) {
        Ok(decoded) => decoded,
        Err(finding) => return vec![finding],
    };
    let mut findings = look_at_text(&decoded.text, pseudonyms, 0);
    findings.extend(decoded.findings);
    findings.in_order()
}

/// The text of an output, if it is one, as its checkers read it.
pub fn text(bytes: &[u8]) -> Option<String> {
    decode::text(bytes)
}

/// Whether a count is one that is not taken out.
fn is_small(number: u64) -> bool {
    (1..CELL_MIN).contains(&number)
}

fn look_at_text(text: &str, pseudonyms: &BTreeSet<String>, depth: usize) -> Findings {
    let mut findings = Findings::default();
    look_at_lines(text, pseudonyms, &mut findings);
    findings.extend(formats::look(text));
    let reading = json::read(text);
    if reading.is_broken {
        let message = "this begins like JSON and cannot be read as such: give it as valid JSON, or as CSV";
        findings.extend([Finding::whole(Rule::Format, message.into())]);
    }
    findings.extend(reading.values.iter().any(tree::is_notebook).then(|| formats::refused("a notebook", 1)));
    let mut tree = tree::read(reading.values);
    if !reading.is_all {
        let settings = tree::read(settings::read(text));
        tree.is_ragged |= settings.is_ragged;
        tree.tables.extend(settings.tables);
        tree.tables.extend(separated::read(text));
    }
    let mut tables = tree.tables;
    if let Some(beyond) = tables.get(TABLES_MAX) {
        let line = beyond.rows.iter().flatten().next().map_or(0, |cell| cell.line);
        let message = format!("more than {TABLES_MAX} tables, of which the first are looked into: give each file few of them");
        findings.extend([Finding::in_line(Rule::TooLarge, line, message)]);
        tables.truncate(TABLES_MAX);
    }
    let lower = text.to_lowercase();
    let prose = Prose::new(text, &lower);
    if !reading.is_all {
        prose.look(lines_of_tables(text, tables.iter().flat_map(|table| &table.rows).flatten(), depth), &mut findings);
    }
    leave_ragged_out(&mut tables, tree.is_ragged, &mut findings);
    let readings: Vec<Reading> = tables.iter().map(Reading::new).collect();
    look_at_tables(&readings, &prose.totals, &mut findings);
    for cell in tables.iter().flat_map(|table| &table.rows).flatten() {
        if depth < DEPTH_MAX && is_text(cell) && cell.text.len() < text.len() {
            findings.add_within(cell.line, look_at_text(&cell.text, pseudonyms, depth + 1));
        }
    }
    findings
}

/// Leaves out tables whose rows are so uneven that looking at each name in each row would take more than the text has. They are refused,
/// not read in part.
fn leave_ragged_out(tables: &mut Vec<Table>, is_tree_ragged: bool, findings: &mut Findings) {
    let before = tables.len();
    tables.retain(|table| !table.is_ragged());
    if is_tree_ragged || tables.len() < before {
        let message =
            "rows of a table have far fewer cells than others, and it is not looked into: give tables of different widths one by one";
        findings.extend([Finding::whole(Rule::TooLarge, message.into())]);
    }
}

fn look_at_lines(text: &str, pseudonyms: &BTreeSet<String>, findings: &mut Findings) {
    for (line, number) in text.lines().zip(1..) {
        findings.extend(genotypes::look(line, number));
        findings.extend(identifiers::pseudonym(line, number, pseudonyms));
        findings.extend(identifiers::look(line, number));
        findings.extend(formula::look(line, number));
    }
    findings.extend(prose::language(text));
}

/// Lines whose numbers the rules about cells read; and all of a cell that begins with its number, as `3 (2-5)` under a median.
fn lines_of_tables<'c>(text: &str, cells: impl Iterator<Item = &'c Cell>, depth: usize) -> HashSet<usize> {
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

fn look_at_tables(readings: &[Reading], totals: &[(usize, u64)], findings: &mut Findings) {
    differences::look(readings, findings);
    for reading in readings {
        cells::look(reading, totals, findings);
        findings.extend(individuals::look(reading));
        findings.extend(genotypes::look_at_columns(reading));
    }
}
