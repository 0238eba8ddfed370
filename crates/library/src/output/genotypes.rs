//! Genotypes, and runs of characters that no person reads.

use super::{Finding, Reading, Rule, vocabulary::Meaning};

/// Genotypes in one line that are no longer an example.
const GENOTYPES_MAX: usize = 3;
/// Characters of a run without a space that is no word of a result.
const RUN_MAX: usize = 200;
/// Bytes of a line that is too short for a run of genotypes.
const SHORT: usize = 30;
/// Bytes of a run that is encoded.
const ENCODED_MIN: usize = 40;
/// Escapes of characters in one line that are no longer an accident.
const ESCAPES_MAX: usize = 2;

/// Findings in one line.
pub(super) fn look(line: &str, number: usize) -> Vec<Finding> {
    let mut found = genotypes(line, number);
    found.extend(encoded(line, number));
    found
}

/// What is parted by spaces, commas, semicolons and quotation marks.
pub(super) fn parts(line: &str) -> Vec<&str> {
    line.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '|')).filter(|t| !t.is_empty()).collect()
}

fn genotypes(line: &str, number: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    // What is shorter holds neither a row of doses nor a run, and without its marks no genotypes.
    let is_short = line.len() < SHORT && !line.starts_with(['#', '@']) && line.matches(['/', '|']).count() <= GENOTYPES_MAX;
    if is_short {
        return found;
    }
    let mut add = |message: String| found.push(Finding::in_line(Rule::Genotypes, number, message));
    let lower: String = line.chars().take(20).collect::<String>().to_lowercase();
    if ["##fileformat", "#chrom", "@hd\t", "@sq\t"].iter().any(|start| lower.starts_with(start)) {
        add("This is the beginning of a file of variants or reads: give counts of groups".into());
    }
    let tokens: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'')).filter(|t| !t.is_empty()).collect();
    let genotypes = tokens.iter().filter(|t| is_genotype(t)).count();
    if genotypes > GENOTYPES_MAX {
        add(format!("{genotypes} genotypes stand in one line: give counts of groups"));
    }
    let doses = tokens.iter().filter(|t| ["0", "1", "2"].contains(t)).count();
    if tokens.len() >= 20 && doses * 10 >= tokens.len() * 9 {
        add(format!("{doses} values of 0, 1 and 2 in one line look like genotypes: give counts of groups"));
    }
    if tokens.iter().any(|t| t.len() >= 30 && t.bytes().all(|b| (b'0'..=b'2').contains(&b))) {
        add("A run of the digits 0, 1 and 2 looks like genotypes written together: give counts of groups".into());
    }
    found
}

/// A column of genotypes, which nothing in its rows counts: they are those of one person each.
pub(super) fn look_at_columns(reading: &Reading) -> Option<Finding> {
    let Reading { table, meanings, .. } = reading;
    let is_summed = |(index, meaning): (usize, &Meaning)| {
        *meaning == Meaning::Statistic || table.column(index).any(|cell| cell.count.is_some_and(|count| count > 2))
    };
    if meanings.iter().enumerate().any(is_summed) {
        return None;
    }
    let all = |index: usize, is: fn(&str) -> bool| table.rows.len() > 1 && table.column(index).all(|cell| is(&cell.text));
    let pairs = (0..table.names.len()).filter(|index| all(*index, is_pair)).count();
    let is_column = |index: &usize| all(*index, |text| is_genotype(text) || is_bases(text)) || (pairs > 1 && all(*index, is_pair));
    let index = (0..table.names.len()).find(is_column)?;
    let cell = table.column(index).next()?;
    let message = "a column of genotypes is one of people: give counts of groups".into();
    Some(Finding { rule: Rule::Genotypes, line: cell.line, place: table.place(index), value: cell.text.clone(), message, more: 0 })
}

/// `AG`: in one column it may be the alleles that a variant has, in two it is genotypes.
fn is_pair(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b"ACGT".contains(&b))
}

/// `A/G`, `C|C`.
fn is_bases(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b'/' | b'|', c] if b"ACGTN.-".contains(a) && b"ACGTN.-".contains(c))
}

/// `0/1`, `1|1`, with or without further fields.
fn is_genotype(token: &str) -> bool {
    let call = token.split(':').next().unwrap_or_default();
    let allele = |b: u8| b.is_ascii_digit() || b == b'.';
    matches!(call.as_bytes(), [a, b'/' | b'|', c] if allele(*a) && allele(*c))
}

fn encoded(line: &str, number: usize) -> Option<Finding> {
    let finding = |message: String| Some(Finding::in_line(Rule::Encoded, number, message));
    if line.len() < ENCODED_MIN && !line.contains(['&', '%', '\\', ';', '=']) && !line.starts_with("begin") {
        return None;
    }
    let parts = parts(line);
    if let Some(run) = parts.iter().find(|t| t.len() > RUN_MAX && !is_structure(t)) {
        return finding(format!("{} characters without a space cannot be read by a person: give it as a table", run.len()));
    }
    if let Some(run) = parts.iter().find(|t| is_encoded(t)) {
        return finding(format!("'{}…' looks like encoded bytes: give what they stand for", run.chars().take(16).collect::<String>()));
    }
    if line.contains(";base64,") || line.starts_with("begin 644 ") || escapes(line) > ESCAPES_MAX {
        return finding("Characters are written as codes: write them as they are read".into());
    }
    None
}

/// A run that JSON without spaces is made of: its names and values are read elsewhere.
fn is_structure(run: &str) -> bool {
    run.split(['{', '}', '[', ']', ':']).all(|part| part.len() <= RUN_MAX / 4)
}

/// `&#51;`, `%33`, `\x33`, `\u0033`, `=33`.
fn escapes(line: &str) -> usize {
    let hex = |text: &str, count: usize| text.get(..count).is_some_and(|t| t.bytes().all(|b| b.is_ascii_hexdigit()));
    let after = |mark: &str, count: usize| line.split(mark).skip(1).filter(|rest| hex(rest, count)).count();
    let entities = line.split("&#").skip(1).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == 'x')).count();
    entities + after("%", 2) + after("\\x", 2) + after("\\u", 4)
}

/// Letters and digits so mixed that it is no word: base64, hexadecimal.
fn is_encoded(token: &str) -> bool {
    let long =
        token.len() >= ENCODED_MIN && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'_' | b'-'));
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let changes = token
        .as_bytes()
        .windows(2)
        .filter(|w| w[0].is_ascii_digit() != w[1].is_ascii_digit() || w[0].is_ascii_uppercase() != w[1].is_ascii_uppercase());
    long && (digits * 20 >= token.len() || token.ends_with('=')) && changes.count() * 5 >= token.len()
}
