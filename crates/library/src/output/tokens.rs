//! Sentences: words, numbers and marks, with their lines.

use super::number::{self, Commas, Number};

/// A word, a number or a mark.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind<'t> {
    /// A word.
    Word(&'t str),
    /// A number in digits.
    Figure(Number),
    /// A number in letters.
    Spelled(u64),
    /// A mark.
    Mark(char),
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    /// What it is.
    pub(super) kind: Kind<'t>,
    /// Line, from 1.
    pub(super) line: usize,
    /// Whether nothing stands between it and the one before.
    pub(super) is_joined: bool,
}

/// The sentences of a text in lower case. Lines of prose run on; any other line is a sentence of its own.
pub(super) fn sentences(lower: &str) -> Vec<Vec<Token<'_>>> {
    let mut sentences = vec![vec![]];
    let mut was_prose = false;
    for (line, number) in lower.lines().zip(1..) {
        let is_prose = is_prose(line);
        if !(is_prose && was_prose) {
            sentences.push(vec![]);
        }
        was_prose = is_prose;
        read_line(line, number, &mut sentences);
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Whether a line is part of a sentence: most of it are words, and nothing parts it into cells.
fn is_prose(line: &str) -> bool {
    let parts = line.split_whitespace().count();
    let letters = line.split_whitespace().filter(|part| part.chars().filter(|c| c.is_alphabetic()).count() > 1).count();
    let is_item = line.trim_start().starts_with(['-', '*', '#', '|', '+']);
    parts >= 2 && letters * 2 >= parts && !line.contains(['\t', '|']) && !line.trim().contains("  ") && !is_item
}

fn read_line<'t>(line: &'t str, number: usize, sentences: &mut Vec<Vec<Token<'t>>>) {
    let (mut rest, mut is_joined) = (line, false);
    while let Some(character) = rest.chars().next() {
        if character.is_whitespace() || matches!(character, '*' | '_' | '`' | '"' | '\'' | '$' | '\\') {
            rest = &rest[character.len_utf8()..];
            is_joined = false;
            continue;
        }
        let (kind, length) = token(rest);
        rest = rest.get(length..).unwrap_or_default();
        let ends =
            matches!(kind, Kind::Mark('.' | '!' | '?')) && rest.chars().next().is_none_or(|c| c.is_whitespace() || "\"')*_".contains(c));
        if let Some(sentence) = sentences.last_mut() {
            sentence.push(Token { kind, line: number, is_joined });
        }
        is_joined = true;
        if ends {
            sentences.push(vec![]);
        }
    }
}

fn token(text: &str) -> (Kind<'_>, usize) {
    let first = text.chars().next().unwrap_or(' ');
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    if let Some((figure, length)) = number::scan(text, commas(text)) {
        let rest = &text[length..];
        // `15q11`, `2.1.3`: names, no numbers.
        let is_version = rest.strip_prefix('.').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
        if rest.starts_with(char::is_alphabetic) || is_version {
            let end = text.find(|c: char| !(c.is_alphanumeric() || c == '.')).unwrap_or(text.len());
            return (Kind::Word(&text[..end]), end);
        }
        return (Kind::Figure(figure), length);
    }
    if end == 0 {
        return (Kind::Mark(first), first.len_utf8());
    }
    let word = &text[..end];
    let Some(number) = number::spelled(word) else { return (Kind::Word(word), end) };
    // `twenty-four`.
    let unit = text[end..].strip_prefix(['-', ' ']).map_or("", |rest| rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default());
    match number::spelled(unit).filter(|unit| number >= 20 && number % 10 == 0 && *unit < 10) {
        Some(one) => (Kind::Spelled(number + one), end + 1 + unit.len()),
        None => (Kind::Spelled(number), end),
    }
}

/// A comma is a point where a percent sign follows.
fn commas(text: &str) -> Commas {
    let Some((_, length)) = number::scan(text, Commas::AnyOf) else { return Commas::Thousands };
    let rest = text.get(length..).unwrap_or_default().trim_start();
    if rest.starts_with('%') || rest.starts_with("per") { Commas::AnyOf } else { Commas::Thousands }
}
