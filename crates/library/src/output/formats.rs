//! Formats of text that are refused by name, since what they show is not what stands in them.

use super::{Finding, Rule};

/// A finding in a text as a whole.
pub(super) fn look(text: &str) -> Option<Finding> {
    let head: String = text.trim_start().chars().take(200).collect::<String>().to_lowercase();
    let by_start = STARTS.iter().find(|(begin, _)| head.starts_with(begin)).map(|(_, name)| (*name, 1));
    let (name, line) = by_start.or_else(|| markup(text)).or_else(|| latex(text))?;
    Some(refused(name, line))
}

/// What is to be given instead of a format.
pub(super) fn refused(name: &str, line: usize) -> Finding {
    let message = "this format is not looked into: give tables as CSV, text as plain text, and figures as the numbers that they show";
    Finding { rule: Rule::Format, line, place: String::new(), value: name.to_owned(), message: message.to_owned(), more: 0 }
}

/// What begins like this has this name.
const STARTS: [(&str, &str); 13] = [
    ("<!doctype", "HTML"),
    ("<html", "HTML"),
    ("<svg", "SVG"),
    ("<?xml", "XML"),
    ("{\\rtf", "RTF"),
    ("%!ps", "PostScript"),
    ("\\documentclass", "LaTeX"),
    ("mime-version:", "an e-mail or web archive"),
    ("begin:vcard", "an address book"),
    ("begin:vcalendar", "a calendar"),
    ("@prefix ", "RDF"),
    ("id;p", "SYLK"),
    ("table\n0,1", "DIF"),
];

/// Elements that make a text a page or a picture.
const ELEMENTS: &str = " a b body br button circle code details div em embed font form g h1 h2 h3 head html i iframe img li link meta object ol p path \
    pre script span strong style svg table td text th tr u ul ";

/// The first line with an element of HTML or SVG, or with an end tag of any XML.
fn markup(text: &str) -> Option<(&'static str, usize)> {
    let is_tag = |inner: &str| {
        let (is_end, inner) = inner.strip_prefix('/').map_or((false, inner), |rest| (true, rest));
        let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).take(20).collect();
        let rest = inner.get(name.len()..).unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_known = ELEMENTS.contains(&format!(" {} ", name.to_lowercase()));
        let begins = rest.is_empty() || rest.starts_with(['>', ' ', '/', ':']) && rest.contains('>');
        is_name && ((is_end && rest.trim_start().starts_with('>')) || (begins && is_known))
    };
    text.lines().zip(1..).find(|(line, _)| line.split('<').skip(1).any(is_tag)).map(|(_, number)| ("HTML, SVG or XML", number))
}

/// The first line with an environment of LaTeX, or with a row of its tables.
fn latex(text: &str) -> Option<(&'static str, usize)> {
    let marks = ["\\begin{", "\\newcommand", "\\def\\", "\\input{", "\\multicolumn"];
    if !text.contains('\\') {
        return None;
    }
    let is_row = |line: &str| line.contains('&') && line.trim_end().ends_with("\\\\");
    let is_latex = |line: &str| is_row(line) || marks.iter().any(|mark| line.contains(mark));
    text.lines().zip(1..).find(|(line, _)| is_latex(line)).map(|(_, number)| ("LaTeX", number))
}
