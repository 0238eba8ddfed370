//! Cells that a spreadsheet runs, and links that a browser does.

use super::{Finding, Rule};

/// Findings in one line.
pub(super) fn look(line: &str, number: usize) -> Vec<Finding> {
    let finding = |value: &str, message: &str| Finding {
        rule: Rule::Formula,
        line: number,
        place: String::new(),
        value: value.chars().take(30).collect(),
        message: message.to_owned(),
        more: 0,
    };
    let mut found = Vec::new();
    if !line.contains(['=', '+', '-', '@', '<', ':', '|', '(']) {
        return found;
    }
    if let Some(cell) = line.split([',', ';', '\t', '|', '"', ':']).map(str::trim).find(|cell| is_formula(cell)) {
        found.push(finding(cell, "a spreadsheet runs this when it is opened: give its value, or put a letter before it"));
    }
    let lower: String = line.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(mark) = ACTIVE.iter().find(|mark| lower.contains(**mark)) {
        found.push(finding(mark, "this does something when it is opened: take it out"));
    }
    found
}

/// What does something wherever it stands, in lower case and without spaces.
const ACTIVE: [&str; 9] =
    ["<script", "javascript:", "vbscript:", "data:text/html", "cmd|", "importxml(", "importdata(", "webservice(", "![](http"];

/// Whether a spreadsheet takes a cell for a formula. Source: OWASP, "CSV Injection": cells that begin with =, +, -, @, a tab or a
/// carriage return. Numbers, signs alone and list marks are none, nor is the axis -log10(p).
fn is_formula(cell: &str) -> bool {
    let cell = cell.trim_matches(['\'', '"', ' ']);
    let mut characters = cell.chars();
    let Some(sign) = characters.next() else { return false };
    let rest = characters.as_str();
    let begins = rest.trim_start_matches(['+', '-', '=', '@', ' ']);
    let calls = || begins.contains(['(', '!', '|']) && begins.starts_with(|c: char| c.is_ascii_alphabetic());
    match sign {
        '=' => rest.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric() || "(+-@'$\"".contains(c)),
        '+' | '-' => is_reference(rest) || is_sum(rest) || (calls() && !rest.starts_with(' ') && !rest.to_lowercase().starts_with("log")),
        '@' => rest.starts_with(|c: char| c.is_ascii_alphabetic()) && (calls() || is_reference(rest)),
        _ => false,
    }
}

/// `A1`, `$B$2`, alone or in a sum.
fn is_reference(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| *c != '$').collect();
    let letters = bare.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = bare.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
    let rest = bare.get(letters + digits..).unwrap_or_default();
    (1..=3).contains(&letters) && (1..=7).contains(&digits) && (rest.is_empty() || rest.starts_with(['+', '*', '/', '-', ':']))
}

/// `2+3`, `1*A1`: a sum that begins with a sign. Ranges such as `-0.3-0.2` are none.
fn is_sum(text: &str) -> bool {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let rest = text.get(digits..).unwrap_or_default();
    let operand = rest.get(1..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '('));
    digits > 0 && rest.starts_with(['+', '*', '/']) && operand
}

#[cfg(test)]
mod tests {
    use super::is_formula;

    #[test]
    fn what_a_spreadsheet_runs_is_told_from_numbers_and_marks() {
        for cell in ["=1+1", "= A1", "=HYPERLINK(\"http://x\")", "+A1", "-2+3", "@SUM(A1:A9)", "+cmd|' /C calc'!A0", "-$B$2", "=-1"] {
            assert!(is_formula(cell), "{cell}");
        }
        for cell in ["-0.3", "+0.1", "-", "--", "- item", "-log10(p)", "-1.2e-4", "====", "@cache", "-0.3 (0.1)", "+/-", "= ", "-3-2"] {
            assert!(!is_formula(cell), "{cell}");
        }
    }
}
