//! Tables in text: by tabs, bars, semicolons, commas or aligned by spaces, with quoted cells.

use super::{
    number,
    table::{Cell, Table},
};

/// The tables of a text. Each block between empty lines is read by the separator that parts most of its lines alike.
pub(super) fn read(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut block: Vec<(usize, &str)> = Vec::new();
    let mut is_quoted = false;
    for (line, number) in text.lines().zip(1..).chain([("", 0)]) {
        is_quoted ^= line.matches('"').count() % 2 == 1;
        if !line.trim().is_empty() || (is_quoted && number > 0) {
            block.push((number, line));
        } else if !block.is_empty() {
            tables.extend(read_block(&block));
            block.clear();
            is_quoted = false;
        }
    }
    tables
}

const SEPARATORS: [Separator; 6] =
    [Separator::Mark('\t'), Separator::Mark('|'), Separator::Mark(';'), Separator::Mark(','), Separator::Columns, Separator::Spaces];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Mark(char),
    /// Two spaces or more.
    Columns,
    /// Any space: only where every line has as many words, and each but the first ends with a number.
    Spaces,
}

impl Separator {
    /// Whether it stands in a line.
    fn parts(self, text: &str) -> bool {
        match self {
            Separator::Mark(mark) => text.contains(mark),
            Separator::Columns => text.contains("  "),
            Separator::Spaces => text.contains(char::is_whitespace),
        }
    }
}

fn read_block(block: &[(usize, &str)]) -> Vec<Table> {
    let is_single = |text: &str| !text.contains([',', ';', '\t', '|']) && number::amount(text).is_some();
    if block.iter().skip(1).all(|(_, text)| is_single(text)) && (block.len() > 1 || is_single(block[0].1)) {
        let column = block.iter().map(|(line, text)| vec![clean(*line, text)]).collect();
        return vec![Table::of_records(String::new(), column)];
    }
    let parts_some = |separator: &Separator| block.iter().any(|(_, text)| separator.parts(text));
    let best =
        SEPARATORS.into_iter().filter(parts_some).map(|separator| records(block, separator)).rev().max_by_key(|records| alike(records));
    let mut tables = Vec::new();
    let mut part: Vec<Vec<Cell>> = Vec::new();
    let mut has_numbers = false;
    for record in best.unwrap_or_default().into_iter().filter(|record| record.len() > 1 && !is_rule(record)) {
        let is_names = names_columns(&record);
        // Names after numbers begin another table.
        if is_names && has_numbers && part.first().is_some_and(|first| names_columns(first)) {
            tables.push(Table::of_records(String::new(), std::mem::take(&mut part)));
            has_numbers = false;
        }
        has_numbers |= !is_names;
        part.push(record);
    }
    if !part.is_empty() {
        tables.push(Table::of_records(String::new(), part));
    }
    tables
}

fn names_columns(record: &[Cell]) -> bool {
    record.iter().all(|cell| !cell.text.is_empty() && !cell.text.contains(|c: char| c.is_ascii_digit() || c == '*'))
}

/// Lines of the commonest number of cells.
fn alike(records: &[Vec<Cell>]) -> usize {
    let mut widths: Vec<usize> = records.iter().map(Vec::len).filter(|width| *width > 1).collect();
    widths.sort_unstable();
    widths.chunk_by(|a, b| a == b).map(<[usize]>::len).max().unwrap_or(0)
}

fn records(block: &[(usize, &str)], separator: Separator) -> Vec<Vec<Cell>> {
    match separator {
        Separator::Mark(mark) => marked(block, mark),
        Separator::Columns => {
            let by_columns = |(line, text): &(usize, &str)| cells(*line, text.split("  ").flat_map(numbers));
            block.iter().map(by_columns).collect()
        }
        Separator::Spaces => {
            let all: Vec<Vec<Cell>> = block.iter().map(|(line, text)| cells(*line, text.split_whitespace())).collect();
            let ends = |record: &Vec<Cell>| record.last().is_some_and(|cell| cell.text.ends_with(|c: char| c.is_ascii_digit()));
            let width = all.last().map_or(0, Vec::len);
            let is_even = all.iter().skip(1).all(|record| record.len() == width && ends(record));
            if is_even && all.len() > 1 && (all[0].len() == width || all[0].len() + 1 == width) { all } else { vec![] }
        }
    }
}

/// The numbers of a piece that is nothing but several: columns of a crosstable that are one space apart.
fn numbers(piece: &str) -> Vec<&str> {
    let parts: Vec<&str> = piece.split_whitespace().collect();
    let is_thousand = || parts.iter().skip(1).all(|word| word.len() == 3);
    let are_numbers = parts.len() > 1 && parts.iter().all(|word| number::amount(word).is_some()) && !is_thousand();
    if are_numbers { parts } else { vec![piece] }
}

fn cells<'t>(line: usize, parts: impl Iterator<Item = &'t str>) -> Vec<Cell> {
    parts.map(str::trim).filter(|part| !part.is_empty()).map(|part| Cell::new(line, part.trim_matches('"').to_owned())).collect()
}

/// Records by a mark: quotation marks keep it and line ends in a cell, brackets keep commas.
fn marked(block: &[(usize, &str)], mark: char) -> Vec<Vec<Cell>> {
    let mut records = Vec::new();
    let mut record: Vec<Cell> = Vec::new();
    let mut cell = String::new();
    let mut is_quoted = false;
    for (number, line) in block {
        if !is_quoted && is_sentence(line, mark) {
            continue;
        }
        if !is_quoted && cell.is_empty() && mark != '|' && !line.contains(['"', '(', '[', '{']) {
            records.push(line.split(mark).map(|text| clean(*number, text)).collect());
            continue;
        }
        let line = if mark == '|' { line.trim().trim_matches('|') } else { line };
        let keeps = mark == ',' && are_paired(line);
        let mut depth = 0_usize;
        for c in line.chars() {
            match c {
                '"' if is_quoted || cell.trim().is_empty() || mark != '|' => is_quoted = !is_quoted,
                '(' | '[' | '{' if keeps && !is_quoted => depth += 1,
                ')' | ']' | '}' if keeps && !is_quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            if c == mark && !is_quoted && depth == 0 {
                record.push(clean(*number, &std::mem::take(&mut cell)));
            } else {
                cell.push(c);
            }
        }
        if is_quoted {
            cell.push(' ');
            continue;
        }
        record.push(clean(*number, &std::mem::take(&mut cell)));
        if mark == '|' {
            record = record.iter().flat_map(|cell| cells(cell.line, cell.text.split("  ").flat_map(numbers))).collect();
        }
        records.push(std::mem::take(&mut record));
    }
    // A quotation mark that is not closed: the rest is read as if it were none.
    if is_quoted {
        let rest: Vec<(usize, String)> = block.iter().map(|(number, line)| (*number, line.replace('"', ""))).collect();
        let rest: Vec<(usize, &str)> = rest.iter().map(|(number, line)| (*number, line.as_str())).collect();
        return marked(&rest, mark);
    }
    records
}

fn clean(line: usize, text: &str) -> Cell {
    let text = text.trim().trim_matches('"').trim();
    Cell::new(line, if text.contains('"') { text.replace("\"\"", "\"") } else { text.to_owned() })
}

fn are_paired(line: &str) -> bool {
    let count = |marks: [char; 3]| line.matches(marks).count();
    count(['(', '[', '{']) == count([')', ']', '}'])
}

/// Prose with commas or semicolons: it ends as a sentence, or several of its parts have several words.
fn is_sentence(line: &str, mark: char) -> bool {
    let count = |part: &str| part.split_whitespace().count();
    if !matches!(mark, ',' | ';') || !line.contains(' ') {
        return false;
    }
    let is_thousands = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count() == 3;
    let is_spaced = !line.trim_end().trim_end_matches(mark).split(mark).skip(1).any(|part| !part.starts_with(' ') && !is_thousands(part));
    let long = line.split(mark).filter(|part| count(part) > 2 && part.split_whitespace().all(|w| w.starts_with(char::is_alphabetic)));
    (line.trim_end().ends_with(['.', '!', '?']) && count(line) > 3 && is_spaced) || (is_spaced && count(line) > 5 && long.count() > 1)
}

/// `|---|:--:|`, `-----`, `+----+`.
fn is_rule(record: &[Cell]) -> bool {
    let mut marks = record.iter().flat_map(|cell| cell.text.chars()).peekable();
    marks.peek().is_some() && marks.all(|c| matches!(c, '+' | '-' | ':' | '=' | '|' | ' '))
}
