//! What the documents on security name as shown by a test is in the sources.

use crate::tidy::sources;
use std::{collections::BTreeSet, fs, path::Path};

const DOCUMENTS: [&str; 2] = ["docs/security.md", "docs/threat-model.md"];

/// Names of tests in a document: what stands between grave accents and is a sentence of words.
fn named(text: &str) -> BTreeSet<String> {
    let is_sentence = |part: &&str| {
        let is_plain = part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        is_plain && part.matches('_').count() >= 3
    };
    text.split('`').skip(1).step_by(2).filter(is_sentence).map(str::to_owned).collect()
}

#[test]
fn every_test_that_the_documents_on_security_name_is_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the project");
    let mut text = String::new();
    for path in sources(&root.join("crates")).expect("sources") {
        text.push_str(&fs::read_to_string(path).expect("a source"));
    }
    for document in DOCUMENTS {
        let names = named(&fs::read_to_string(root.join(document)).expect("a document"));
        assert!(names.len() > 20, "{document}: {names:?}");
        let missing: Vec<&String> = names.iter().filter(|name| !text.contains(&format!("fn {name}("))).collect();
        assert!(missing.is_empty(), "{document} names tests that are not there: {missing:?}");
    }
}

#[test]
fn every_threat_names_its_test_or_says_that_there_is_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the project");
    let text = fs::read_to_string(root.join("docs/threat-model.md")).expect("a document");
    let rows = text.lines().filter(|line| ["| S |", "| T |", "| R |", "| I |", "| D |", "| E |"].iter().any(|kind| line.starts_with(kind)));
    let mut count = 0;
    for row in rows {
        count += 1;
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
        assert!(last.starts_with("none: ") || !named(last).is_empty(), "{row}");
    }
    assert!(count > 30, "{count}");
}
