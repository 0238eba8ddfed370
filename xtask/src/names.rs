//! Names that say nothing: what they stood for has a noun in this field.

use crate::tidy::sources;
use std::{fs, path::Path};

/// Words that name no function, type, field, parameter or variable.
const GIVEN_UP: &[&str] = &["told", "held", "asked", "given", "taken", "wanted", "words", "stands", "standing", "anew", "aside"];

/// Functions, beside those, that would say nothing at the place of the call.
const GIVEN_UP_FUNCTIONS: &[&str] = &["of", "over"];

/// What comes before a name that is defined.
const DEFINES: &[&str] = &["fn", "struct", "enum", "trait", "type", "mod", "const", "static", "let", "mut", "for"];

/// Definitions with such names.
pub fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut broken = Vec::new();
    for path in sources(&root.join("crates"))?.into_iter().chain(sources(&root.join("xtask"))?) {
        for (line, number) in fs::read_to_string(&path)?.lines().zip(1..) {
            broken.extend(defined(line).into_iter().map(|name| format!("{}:{number} '{name}' says nothing", path.display())));
        }
    }
    Ok(broken)
}

/// The names of a line of source that are defined there and given up.
fn defined(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or("");
    // What stands between quotation marks is text.
    let code: String = code.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    let mut before = String::new();
    let mut rest = code.as_str();
    while let Some(start) = rest.find(|c: char| c.is_alphanumeric() || c == '_') {
        let (gap, from) = rest.split_at(start);
        let end = from.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        let lower = name.to_lowercase();
        let is_function = before == "fn" && gap.trim().is_empty();
        let is_defined = is_function
            || (gap.trim().is_empty() && DEFINES.contains(&before.as_str()))
            || (after.starts_with(": ") && !gap.ends_with(':'))
            || gap.trim_end().ends_with('|') && after.starts_with(['|', ',']);
        if is_defined && (GIVEN_UP.contains(&lower.as_str()) || is_function && GIVEN_UP_FUNCTIONS.contains(&name)) {
            found.push(name.to_owned());
        }
        name.clone_into(&mut before);
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_found_and_a_text_or_a_call_is_not() {
        for (line, expected) in [
            ("let held = store.load()?;", vec!["held"]),
            ("    pub held: Vec<Held>,", vec!["held"]),
            ("pub struct Told {", vec!["Told"]),
            ("fn of(text: &str) -> Test {", vec!["of"]),
            ("let of_person = 1;", vec![]),
            (".map(|held| held.no)", vec!["held"]),
            ("assert!(page.contains(\"stands twice\")); // told", vec![]),
            ("format::words(&text)", vec![]),
        ] {
            assert_eq!(defined(line), expected, "{line}");
        }
    }
}
