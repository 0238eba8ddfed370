//! Documents that rest on tests name tests that exist.

use anyhow::Context;
use std::{collections::BTreeSet, fs, path::Path};

/// Documents whose sentences each name the test that would fail if they were not so.
const DOCUMENTS: &[&str] = &["docs/hazard-log.md", "docs/reliability.md", "docs/security.md", "docs/threat-model.md"];

/// Which tests the documents name that no source has.
pub fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let tests = tests(root)?;
    let mut broken = Vec::new();
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).with_context(|| (*document).to_owned())?;
        let missing = named(&text).into_iter().filter(|name| !tests.contains(name));
        broken.extend(missing.map(|name| format!("{document} names the test {name}, which is not there")));
    }
    Ok(broken)
}

/// Names of tests in a document: identifiers in backticks that are sentences.
fn named(text: &str) -> BTreeSet<String> {
    let is_sentence =
        |name: &&str| name.matches('_').count() >= 3 && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    text.split('`').skip(1).step_by(2).filter(is_sentence).map(str::to_owned).collect()
}

/// Names of all functions of the sources: what no test calls is found by the compiler.
fn tests(root: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for path in crate::tidy::sources(&root.join("crates"))?.into_iter().chain(crate::tidy::sources(&root.join("xtask"))?) {
        let text = fs::read_to_string(&path)?;
        names.extend(text.split("fn ").skip(1).filter_map(|rest| rest.split_once('(')).map(|(name, _)| name.to_owned()));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::named;
    use std::{fs, path::Path};

    #[test]
    fn names_of_tests_are_told_from_other_words() {
        let names = named("| `a_test_that_is_a_sentence`, `gms serve` | `PID-3` `short_one` |");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a_test_that_is_a_sentence"]);
    }

    #[test]
    fn every_threat_names_its_test_or_says_that_there_is_none() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the project");
        let text = fs::read_to_string(root.join("docs/threat-model.md")).expect("a document");
        let kinds = ["| S |", "| T |", "| R |", "| I |", "| D |", "| E |"];
        let rows: Vec<&str> = text.lines().filter(|line| kinds.iter().any(|kind| line.starts_with(kind))).collect();
        assert!(rows.len() > 30, "{}", rows.len());
        for row in rows {
            let last = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
            assert!(last.starts_with("none: ") || !named(last).is_empty(), "{row}");
        }
    }
}
