//! What wants to leave a workspace, looked at before people look: small cells, identifiers, genotypes, files that cannot be read.
//! Findings stop an output until two people have decided about it; nothing here lets anything out.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that may tell of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Rule.
    pub rule: Rule,
    /// Line, from 1; 0 for the whole.
    pub line: usize,
    /// What is there, and what to do.
    #[serde(rename = "words")]
    pub message: String,
}

/// Rules of the airlock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Rule {
    NotText,
    TooLarge,
    Encoded,
    Identifier,
    Pseudonym,
    Genotypes,
    SmallCell,
    Dominance,
    Frequencies,
}

/// Bytes of an output: what is larger is no result, but data.
const BYTES_MAX: usize = 1 << 20;
/// Counts below this are no result. As [`crate::disclosure::COUNT_MIN`].
const CELL_MIN: u64 = crate::disclosure::COUNT_MIN;
/// Share of a total above which one contributor dominates it: a (1, k) rule, as statistical disclosure control knows it; k is this
/// service's own.
const DOMINANT: f64 = 0.9;
/// Allele frequencies in one output: beyond this, who took part can be told from them (Homer et al. 2008). Wang et al. 2009 need the
/// statistics of a couple of hundred, so that this is no safe number, but where people must look. This service's own.
pub(crate) const FREQUENCIES_MAX: usize = 200;
/// Genotypes in one line that are no longer an example.
const GENOTYPES_MAX: usize = 3;
/// Characters of a run without a space that is no word of a result.
const RUN_MAX: usize = 200;

/// Looks at an output. `pseudonyms` are those of the project's release.
pub fn look(bytes: &[u8], pseudonyms: &BTreeSet<String>) -> Vec<Finding> {
    let finding = |rule, line, message: &str| Finding { rule, line, message: message.to_owned() };
    if bytes.len() > BYTES_MAX {
        return vec![finding(Rule::TooLarge, 0, "The output is larger than 1 MiB: take out a result, not data")];
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![finding(
            Rule::NotText,
            0,
            "The output is not text, so that it cannot be looked into: give tables as CSV, figures with their data",
        )];
    };
    if text.contains('\0') {
        return vec![finding(Rule::NotText, 0, "The output holds bytes that are no text")];
    }
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        found.extend(look_at_line(line, number, pseudonyms));
    }
    found.extend(tables(text));
    found.sort_by_key(|f| (f.rule, f.line));
    // One of a kind for each line is enough.
    found.dedup_by_key(|f| (f.rule, f.line));
    found
}

fn look_at_line(line: &str, number: usize, pseudonyms: &BTreeSet<String>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |rule, message: String| found.push(Finding { rule, line: number, message });
    let lower = line.to_lowercase();
    if lower.starts_with("##fileformat") || lower.starts_with("#chrom") || lower.starts_with("@hd\t") || lower.starts_with("@sq\t") {
        add(Rule::Genotypes, "This is the beginning of a file of variants or reads".into());
    }
    let tokens: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'')).filter(|t| !t.is_empty()).collect();
    let genotypes = tokens.iter().filter(|t| is_genotype(t)).count();
    if genotypes > GENOTYPES_MAX {
        add(Rule::Genotypes, format!("{genotypes} genotypes stand in one line"));
    }
    let doses = tokens.iter().filter(|t| ["0", "1", "2"].contains(t)).count();
    if tokens.len() >= 20 && doses * 10 >= tokens.len() * 9 {
        add(Rule::Genotypes, format!("{doses} values of 0, 1 and 2 in one line look like genotypes"));
    }
    let packed = tokens.iter().find(|t| t.len() >= 30 && t.bytes().all(|b| (b'0'..=b'2').contains(&b)));
    if packed.is_some() {
        add(Rule::Genotypes, "A run of the digits 0, 1 and 2 looks like genotypes written together".into());
    }
    if let Some(run) = tokens.iter().find(|t| t.len() > RUN_MAX) {
        add(Rule::Encoded, format!("{} characters without a space cannot be read by a person", run.len()));
    }
    if let Some(run) = tokens.iter().find(|t| is_encoded(t)) {
        add(Rule::Encoded, format!("'{}…' looks like encoded bytes", run.chars().take(16).collect::<String>()));
    }
    if let Some(name) = tokens.iter().map(|t| t.trim_matches(['(', ')', '.', ':'])).find(|t| pseudonyms.contains(*t)) {
        add(Rule::Pseudonym, format!("{name} is a person of the release: results are about groups"));
    }
    if tokens.windows(3).any(|w| is_nhs_number(&w.concat())) || tokens.iter().any(|t| is_nhs_number(&t.replace('-', ""))) {
        add(Rule::Identifier, "An NHS number stands here".into());
    }
    if tokens.iter().any(|t| is_day(t)) {
        add(Rule::Identifier, "A whole date stands here; give the year or the month".into());
    }
    if tokens.iter().any(|t| t.contains('@') && t.contains('.') && t.len() > 5) {
        add(Rule::Identifier, "An e-mail address stands here".into());
    }
    if tokens.windows(2).any(|w| is_postcode(w[0], w[1])) {
        add(Rule::Identifier, "A postcode stands here".into());
    }
    found
}

/// `0/1`, `1|1`, with or without further fields.
fn is_genotype(token: &str) -> bool {
    let call = token.split(':').next().unwrap_or_default();
    let allele = |b: u8| b.is_ascii_digit() || b == b'.';
    matches!(call.as_bytes(), [a, b'/' | b'|', c] if allele(*a) && allele(*c))
}

/// Letters and digits so mixed that it is no word: base64, hexadecimal.
fn is_encoded(token: &str) -> bool {
    let long = token.len() >= 40 && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-'));
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let changes = token
        .as_bytes()
        .windows(2)
        .filter(|w| w[0].is_ascii_digit() != w[1].is_ascii_digit() || w[0].is_ascii_uppercase() != w[1].is_ascii_uppercase());
    long && (digits * 20 >= token.len() || token.ends_with('=')) && changes.count() * 5 >= token.len()
}

/// Ten digits of which the last checks the others (modulus 11, NHS Data Dictionary).
fn is_nhs_number(text: &str) -> bool {
    text.len() == 10 && text.parse::<care::NhsNumber>().is_ok()
}

fn is_day(token: &str) -> bool {
    let parts: Vec<&str> = token.split(['-', '/', '.']).collect();
    let [a, b, c] = parts[..] else { return false };
    let number = |t: &str| t.parse::<u32>().ok().filter(|_| t.len() <= 4);
    let (Some(a), Some(b), Some(c)) = (number(a), number(b), number(c)) else { return false };
    let year = |y: u32| (1900..=2100).contains(&y);
    (year(a) && (1..=12).contains(&b) && (1..=31).contains(&c)) || (year(c) && (1..=12).contains(&b) && (1..=31).contains(&a))
}

/// The two halves of a British postcode.
fn is_postcode(outward: &str, inward: &str) -> bool {
    let letters = |t: &str| t.bytes().all(|b| b.is_ascii_uppercase());
    let inward = inward.len() == 3 && inward.as_bytes()[0].is_ascii_digit() && letters(&inward[1..]);
    let first = outward.bytes().take_while(u8::is_ascii_uppercase).count();
    let outward =
        (2..=4).contains(&outward.len()) && (1..=2).contains(&first) && outward.as_bytes()[first..].first().is_some_and(u8::is_ascii_digit);
    inward && outward
}

/// A table of the output: its header's line, names and rows.
struct Table<'t> {
    line: usize,
    names: Vec<String>,
    rows: Vec<(usize, Vec<&'t str>)>,
}

fn split(line: &str) -> Vec<&str> {
    let by = if line.contains('\t') {
        '\t'
    } else if line.contains('|') {
        '|'
    } else {
        ','
    };
    line.trim_matches('|').split(by).map(|cell| cell.trim().trim_matches('"')).collect()
}

/// Runs of lines with as many cells as the line before them.
fn read_tables(text: &str) -> Vec<Table<'_>> {
    let mut tables: Vec<Table> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let cells = split(line);
        let rule = line.trim_matches(['+', '-', '|', ' ', ':']).is_empty();
        match tables.last_mut() {
            _ if rule && !line.trim().is_empty() => {}
            Some(table) if cells.len() > 1 && table.names.len() == cells.len() => table.rows.push((number, cells)),
            _ if cells.len() > 1 => {
                tables.push(Table { line: number, names: cells.iter().map(|c| c.to_lowercase()).collect(), rows: vec![] });
            }
            _ => {}
        }
    }
    tables
}

/// Words of a column's name that counts people.
const COUNTS: [&str; 12] =
    ["n", "count", "counts", "carriers", "cases", "controls", "people", "persons", "patients", "participants", "hom", "het"];

fn is_count(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| COUNTS.contains(&word))
}

fn tables(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for table in read_tables(text) {
        for (column, name) in table.names.iter().enumerate() {
            let cells: Vec<(usize, &str)> = table.rows.iter().map(|(line, cells)| (*line, cells[column])).collect();
            let frequency = name.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| ["af", "maf", "frequency", "freq"].contains(&w));
            if frequency && cells.len() > FREQUENCIES_MAX {
                let message =
                    format!("{} allele frequencies: from so many, who took part can be told; give at most {FREQUENCIES_MAX}", cells.len());
                found.push(Finding { rule: Rule::Frequencies, line: table.line, message });
            }
            if !is_count(name) {
                continue;
            }
            let numbers: Vec<(usize, u64)> = cells.iter().filter_map(|(line, cell)| Some((*line, cell.parse().ok()?))).collect();
            for (line, number) in numbers.iter().filter(|(_, n)| (1..CELL_MIN).contains(n)) {
                let message =
                    format!("{number} in '{name}': counts below {CELL_MIN} are not taken out; put groups together or write <{CELL_MIN}");
                found.push(Finding { rule: Rule::SmallCell, line: *line, message });
            }
            let whole: u64 = numbers.iter().map(|(_, n)| n).sum();
            if let Some((line, most)) = numbers.iter().max_by_key(|(_, n)| *n).filter(|_| numbers.len() > 2)
                && *most as f64 > DOMINANT * whole as f64
                && (1..CELL_MIN * 4).contains(&(whole - most))
            {
                let message = format!("one row holds {most} of {whole} of '{name}', so that the rest is nearly told");
                found.push(Finding { rule: Rule::Dominance, line: *line, message });
            }
        }
    }
    found.extend(counts_in_prose(text));
    found
}

/// Small counts told in a sentence: `3 carriers`, `n = 2`.
fn counts_in_prose(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let terms: Vec<String> = line
            .to_lowercase()
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '='))
            .filter(|w| !w.is_empty())
            .map(|w| w.trim_matches('=').to_owned())
            .filter(|w| !w.is_empty())
            .collect();
        let small = |w: &String| w.parse::<u64>().is_ok_and(|n| (1..CELL_MIN).contains(&n));
        let has_small_count =
            terms.windows(2).any(|w| (small(&w[0]) && COUNTS[3..10].contains(&w[1].as_str())) || (w[0] == "n" && small(&w[1])));
        if has_small_count {
            let message = format!("fewer than {CELL_MIN} people are told of in words");
            found.push(Finding { rule: Rule::SmallCell, line: number, message });
        }
    }
    found
}
