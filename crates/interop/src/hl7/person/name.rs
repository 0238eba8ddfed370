//! The name in use, and those of before. Source: HL7 2.5.1, data types XPN and FN, table 0200.

use super::super::segment::Value;
use care::people::name::{comparable, is_same_family, may_be_same_given};

/// Names of one person.
#[derive(Clone, Debug, Default)]
pub(in crate::hl7) struct Names {
    pub family: String,
    pub given_name: String,
    /// Family names of before, and others under which the person was known.
    pub former: Vec<String>,
    /// Other names of the same rank as the one in use, which name somebody else.
    pub contradicting: Vec<String>,
}

/// Types of a name in use, best first: legal, display, unsaid, unspecified, registered, adopted, licensing, tribal, of a newborn.
const IN_USE: [&str; 10] = ["L", "D", "", "U", "R", "C", "I", "TEMP", "T", "NB"];

/// Words that some systems send in the place of `L`, such as Cerner Millennium.
const IN_USE_WORDS: [&str; 7] = ["CURRENT", "LEGAL", "OFFICIAL", "USUAL", "PRIMARY", "PREFERRED", "ACTUAL"];

/// Types under which somebody was known: maiden, at birth, alias, of a partner, not to be used any more.
const FORMER: [&str; 5] = ["M", "B", "A", "P", "NOUSE"];

/// Parts of words that say so.
const FORMER_WORDS: [&str; 8] = ["PREV", "FORMER", "MAIDEN", "BIRTH", "ALIAS", "ALTERNATE", "OLD", "HISTOR"];

/// Types that are no name to call somebody by: bad, of the father, of a business, masked, nicknames, not available, pseudonyms.
const NO_NAME: [&str; 8] = ["BAD", "F", "K", "MSK", "N", "NAV", "REL", "S"];

impl Names {
    /// The name in use of a repeated field, and the others of its repetitions. Of two of one rank that may be one person's, the one
    /// with more given names counts.
    pub fn read<'m>(values: impl Iterator<Item = Value<'m>>) -> Names {
        let mut best: Option<(usize, Value)> = None;
        let mut names = Names::default();
        for value in values.filter(|value| !value.is_empty()) {
            let kind = value.component(7).to_uppercase();
            match (rank(value, &kind), best) {
                (Some(rank), Some((known, other))) if rank == known && is_same(value, other) => {
                    best = Some((rank, if given_names(value).len() > given_names(other).len() { value } else { other }));
                }
                (Some(rank), Some((known, other))) if rank >= known => {
                    push_once(&mut names.former, family(value));
                    if rank == known && !may_be_same_given(&given_names(value), &given_names(other)) && !given_names(value).is_empty() {
                        push_once(&mut names.contradicting, format!("{} {}", given_names(value), family(value)));
                    }
                }
                (Some(rank), _) => {
                    if let Some((_, other)) = best.replace((rank, value)) {
                        push_once(&mut names.former, family(other));
                    }
                }
                (None, _) if is_former(&kind) => push_once(&mut names.former, family(value)),
                (None, _) => {}
            }
        }
        names.family = best.map(|(_, value)| family(value)).unwrap_or_default();
        names.given_name = best.map(|(_, value)| given_names(value)).unwrap_or_default();
        names.former.retain(|other| other.to_lowercase() != names.family.to_lowercase());
        names
    }

    /// The same with names of another field, all of them of before (PID-9, an alias).
    pub fn with_former<'m>(mut self, values: impl Iterator<Item = Value<'m>>) -> Names {
        let own = self.family.to_lowercase();
        values.map(family).filter(|name| name.to_lowercase() != own).for_each(|name| push_once(&mut self.former, name));
        self
    }
}

/// How good a name of a type is as the one in use: one that has ended (XPN-13) comes after all others. A type that nobody knows and
/// that says nothing of before comes after all that are known.
fn rank(value: Value, kind: &str) -> Option<usize> {
    let place = match IN_USE.iter().position(|known| *known == kind) {
        Some(place) => place,
        None if IN_USE_WORDS.contains(&kind) => 0,
        None if is_former(kind) || NO_NAME.contains(&kind) => return None,
        None => IN_USE.len(),
    };
    Some(if value.component(13).is_empty() { place } else { place + IN_USE.len() + 1 })
}

fn is_former(kind: &str) -> bool {
    FORMER.contains(&kind) || FORMER_WORDS.iter().any(|word| kind.contains(word))
}

/// Two repetitions that may be one person's name, of which one has more given names than the other.
fn is_same(one: Value, other: Value) -> bool {
    is_same_family(&family(one), &family(other)) && may_be_same_given(&given_names(one), &given_names(other))
}

/// Given names: the first (XPN-2), and the second and further ones (XPN-3), which some systems write into XPN-2 as well.
pub(in crate::hl7) fn given_names(value: Value) -> String {
    let (first, further) = (tidy(&value.component(2)), tidy(&value.component(3)));
    let known: Vec<String> = first.split_whitespace().map(comparable).collect();
    let new = further.split_whitespace().filter(|name| !known.contains(&comparable(name)));
    std::iter::once(first.as_str()).filter(|first| !first.is_empty()).chain(new).collect::<Vec<_>>().join(" ")
}

/// A family name with its own prefix, such as `van` or `de la`, which some systems keep apart.
fn family(value: Value) -> String {
    let [surname, prefix, own] = [1, 2, 3].map(|part| value.part(1, part));
    let surname = if surname.is_empty() { own } else { surname };
    let has_prefix = surname.to_lowercase().starts_with(&format!("{} ", prefix.to_lowercase()));
    let whole = if prefix.is_empty() || surname.is_empty() || has_prefix { surname } else { format!("{prefix} {surname}") };
    tidy(&whole)
}

/// A name with single blanks between its parts, and without signs that nobody sees.
fn tidy(name: &str) -> String {
    let is_unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    name.replace(is_unseen, "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push_once(names: &mut Vec<String>, name: String) {
    if !name.is_empty() && !names.contains(&name) {
        names.push(name);
    }
}
