//! The glossary, as `docs/glossary.md` has it, and the keys that pages understand.

use super::{Layout, PageResult, show};
use crate::session::At;
use access::Action;
use askama::Template;

/// The glossary of the project: a table of words and what they mean here.
const GLOSSARY: &str = include_str!("../../../../docs/glossary.md");

/// Keys of every page.
const KEYS: [(&str, &str); 12] = [
    ("/", "Search"),
    ("?", "This page"),
    ("j", "Next line of a list"),
    ("k", "Line before"),
    ("x", "Select the line"),
    ("o", "Open the line"),
    ("c", "Open the case of an order"),
    ("v", "Open the variant that is shown beside the list"),
    ("e", "Change a criterion or the class of a variant"),
    ("b", "Back from a variant to its case"),
    ("s", "Go to the conclusion of a case, to sign it"),
    ("n", "Next case of your work list"),
];

/// A word and what it means here.
struct Term {
    word: &'static str,
    /// The meaning in pieces: plain, and as a computer writes it.
    meaning: Vec<(bool, &'static str)>,
}

#[derive(Template)]
#[template(path = "glossary.html")]
struct Page {
    layout: Layout,
    terms: Vec<Term>,
    keys: [(&'static str, &'static str); 12],
}

/// The name of a word in an address.
pub(crate) fn anchor(word: &str) -> String {
    word.to_lowercase().replace(' ', "-")
}

/// The rows of the table, but its head.
fn terms(glossary: &'static str) -> Vec<Term> {
    let rows = glossary.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let term = |(word, meaning): (&'static str, &'static str)| Term {
        word,
        meaning: meaning.split('`').enumerate().map(|(index, piece)| (index % 2 == 1, piece)).collect(),
    };
    rows.filter(|(word, _)| *word != "word").map(term).collect()
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    desk.permit_general(Action::ReadDirectory).await?;
    show(&Page { layout: Layout::new("Glossary and keyboard shortcuts", Some(&desk.staff)), terms: terms(GLOSSARY), keys: KEYS })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_word_of_the_glossary_is_there_with_its_meaning() {
        let terms = terms(GLOSSARY);
        assert!(terms.len() > 50, "{}", terms.len());
        let named = |word: &str| {
            let term = terms.iter().find(|term| term.word == word).expect("a word");
            term.meaning.iter().map(|(_, piece)| *piece).collect::<String>()
        };
        assert_eq!(named("proband"), "the person whom the question is about");
        assert!(!named("named allele").contains('`'));
    }

    #[test]
    fn the_words_stand_in_alphabetical_order() {
        let spelled: Vec<String> = terms(GLOSSARY).iter().map(|term| term.word.to_lowercase()).collect();
        let first_astray = spelled.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(first_astray, None, "docs/glossary.md: the second stands before the first, or twice");
    }

    /// Words that a template asks about, by the macro `term::about`.
    fn collect(folder: &Path, terms_used: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the templates") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, terms_used);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a template");
            let rest = text.split("term::about(\"").skip(1);
            terms_used.extend(rest.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }

    #[test]
    fn every_question_mark_leads_to_a_word_of_the_glossary() {
        let mut terms_used = Vec::new();
        collect(Path::new("templates"), &mut terms_used);
        let terms = terms(GLOSSARY);
        let missing: Vec<&String> = terms_used.iter().filter(|word| terms.iter().all(|term| term.word != word.as_str())).collect();
        assert!(!terms_used.is_empty() && missing.is_empty(), "{missing:?}");
    }
}
