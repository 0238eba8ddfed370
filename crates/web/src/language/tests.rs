use super::*;
use service::results::letters;
use std::{collections::BTreeSet, fs, path::Path};

/// Names that a text has something put in for, in order, and how many lines of easy read it has.
fn shape(text: &str) -> (Vec<&str>, usize) {
    let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    names.sort_unstable();
    (names, text.matches('|').count())
}

#[test]
fn every_message_is_in_every_language_with_the_same_names() {
    let english = Language::English.messages();
    assert!(english.len() > 100);
    for (language, file) in Language::ALL.into_iter().zip(FILES) {
        let keys: Vec<&str> = lines(file).map(|(key, _)| key).collect();
        let distinct: BTreeSet<&str> = keys.iter().copied().collect();
        assert_eq!(keys.len(), distinct.len(), "{language:?} says something twice");
        assert_eq!(distinct, english.keys().copied().collect::<BTreeSet<&str>>(), "{language:?}");
        for (key, text) in lines(file) {
            assert!(!text.is_empty(), "{language:?}: {key}");
            assert_eq!(shape(text), shape(english[key]), "{language:?}: {key}");
        }
    }
}

/// Every text between two quotation marks of a file, whichever of them begins.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"')
}

fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn every_message_that_a_page_names_is_there() {
    let english = Language::English.messages();
    let kinds: BTreeSet<&str> = english.keys().filter_map(|key| key.split('.').next()).collect();
    let mut texts = vec![fs::read_to_string("templates/base.html").expect("a template")];
    files(Path::new("templates/results/own_page"), &mut texts);
    files(Path::new("src/pages/results/own_page"), &mut texts);
    texts.push(fs::read_to_string("src/pages/results/own_page.rs").expect("a page"));
    let mut named = 0;
    for text in &texts {
        let is_key = |quoted: &&str| quoted.split_once('.').is_some_and(|(kind, rest)| kinds.contains(kind) && is_name(rest));
        for key in quoted(text).filter(is_key) {
            assert!(english.contains_key(key), "no message '{key}'");
            named += 1;
        }
    }
    assert!(named > 80, "{named}");
}

/// The second part of a key, and no file such as `icon.html`.
fn is_name(text: &str) -> bool {
    text != "html" && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[test]
fn every_english_message_can_be_read_at_eleven() {
    let of = |kinds: &[&str]| -> Vec<String> {
        let english = Language::English.messages().iter();
        let chosen = english.filter(|(key, _)| key.split('.').next().is_some_and(|kind| kinds.contains(&kind)));
        chosen.flat_map(|(_, text)| text.split('|')).map(|text| text.replace(['{', '}'], "")).collect()
    };
    let every =
        letters::reading_age(&of(&["open", "my", "test", "stage", "step", "notice", "contact", "choices", "used", "choose", "letter"]));
    assert!(every <= letters::READING_AGE_MAX, "{every:.1}");
    let easy = letters::reading_age(&of(&["easy", "stage"]));
    assert!(easy <= 8.0, "{easy:.1}");
}

#[test]
fn what_is_put_in_is_put_in_once_and_as_it_is() {
    let values = [("name", "{day} <b>".to_owned()), ("day", "1 May".to_owned())];
    assert_eq!(put("{name} on {day}, {hour} {", &values), "{day} <b> on 1 May, {hour} {");
    assert_eq!(Language::English.fill("choose.now", "answer", "Yes"), "Now: Yes");
}

#[test]
fn what_is_written_from_the_left_keeps_its_way_within_what_is_written_from_the_right() {
    assert_eq!((Language::Urdu.direction(), Language::Urdu.tag()), ("rtl", "ur"));
    let isolated = Language::Urdu.fill("choices.child", "name", "Ana B.");
    assert!(isolated.contains("\u{2068}Ana B.\u{2069}"), "{isolated}");
    assert!(!Language::Welsh.fill("choices.child", "name", "Ana B.").contains('\u{2068}'));
}

#[test]
fn numbers_are_grouped_as_the_language_does() {
    assert_eq!(Language::ALL.map(|language| language.number(1234)), ["1,234", "1,234", "1234", "1,234"]);
    assert_eq!(Language::Polish.number(1_234_567), "1\u{a0}234\u{a0}567");
    assert_eq!(Language::English.number(999), "999");
}
