//! The languages of a person's own page: words from message files, days and numbers as each writes them.
//!
//! A file has a line for each message, `key = text`, with `{name}` where something is put in. Every file has the same keys with the
//! same names, which a test checks; a message that is missing all the same is shown in English.

mod day;
mod voice;

pub(crate) use voice::{VOICE, Voice};

use std::{collections::HashMap, fmt::Display, sync::LazyLock};

/// A language that a person can read their own page in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Language {
    #[default]
    English,
    Welsh,
    Polish,
    Urdu,
}

/// Message files, in the order of `Language::ALL`.
const FILES: [&str; Language::ALL.len()] = [
    include_str!("../messages/en.txt"),
    include_str!("../messages/cy.txt"),
    include_str!("../messages/pl.txt"),
    include_str!("../messages/ur.txt"),
];

type Messages = HashMap<&'static str, &'static str>;

static MESSAGES: LazyLock<[Messages; Language::ALL.len()]> = LazyLock::new(|| FILES.map(|file| lines(file).collect()));

/// Keys and texts of a file; what begins with `#` is a remark.
fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let kept = file.lines().filter(|line| !line.starts_with('#'));
    kept.filter_map(|line| line.split_once('=')).map(|(key, text)| (key.trim(), text.trim()))
}

impl Language {
    /// Every one.
    pub(crate) const ALL: [Language; 4] = [Language::English, Language::Welsh, Language::Polish, Language::Urdu];

    /// Its tag (BCP 47), as `lang` has it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::English => "en-GB",
            Language::Welsh => "cy",
            Language::Polish => "pl",
            Language::Urdu => "ur",
        }
    }

    /// The language with a tag, as an address names it.
    pub(crate) fn named(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == tag)
    }

    /// Its code in an address (ISO 639-1).
    pub(crate) fn code(self) -> &'static str {
        self.tag().split('-').next().unwrap_or_default()
    }

    /// Its own name.
    pub(crate) fn name(self) -> &'static str {
        self.text("language.name")
    }

    /// Which way it is written: `ltr` or `rtl`.
    pub(crate) fn direction(self) -> &'static str {
        match self {
            Language::English | Language::Welsh | Language::Polish => "ltr",
            Language::Urdu => "rtl",
        }
    }

    /// Whether no speaker of it has looked at its words yet.
    pub(crate) fn is_unchecked(self) -> bool {
        match self {
            Language::English => false,
            Language::Welsh | Language::Polish | Language::Urdu => true,
        }
    }

    fn messages(self) -> &'static Messages {
        let index = Language::ALL.iter().position(|language| *language == self).unwrap_or_default();
        &MESSAGES[index]
    }

    /// A message.
    pub(crate) fn text(self, key: impl AsRef<str>) -> &'static str {
        let key = key.as_ref();
        let english = || Language::English.messages().get(key).copied();
        self.messages().get(key).copied().or_else(english).unwrap_or_default()
    }

    /// A message with one thing put in.
    pub(crate) fn fill(self, key: impl AsRef<str>, name: &str, value: impl Display) -> String {
        put(self.text(key), &[(name, self.isolated(value))])
    }

    /// A message with two things put in.
    pub(crate) fn fill_two(
        self,
        key: impl AsRef<str>,
        (name, other): (&str, &str),
        value: impl Display,
        other_value: impl Display,
    ) -> String {
        put(self.text(key), &[(name, self.isolated(value)), (other, self.isolated(other_value))])
    }

    /// A value within the language's own direction: where that is from the right, a name in Latin letters keeps its own. Source:
    /// Unicode Standard Annex 9, section 2.4 (first strong isolate).
    fn isolated(self, value: impl Display) -> String {
        match self.direction() {
            "rtl" => format!("\u{2068}{value}\u{2069}"),
            _ => value.to_string(),
        }
    }

    /// A number as it is written: its digits in groups of three.
    pub(crate) fn number(self, number: usize) -> String {
        let digits = number.to_string();
        // Polish groups from five digits on, by a space that does not break. Source: Unicode CLDR 45, numbers of pl, cy, ur.
        let (mark, shortest) = match self {
            Language::Polish => ('\u{a0}', 5),
            Language::English | Language::Welsh | Language::Urdu => (',', 4),
        };
        if digits.len() < shortest {
            return digits;
        }
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// A text with values where it names them, each put in once: what is put in is not looked through again.
fn put(text: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests;
