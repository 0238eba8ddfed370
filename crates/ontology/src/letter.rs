//! Terms proposed from the text of a letter. A person confirms each: nothing is taken over unseen.

use crate::{Hpo, TermId, hpo::TermIndex};
use std::collections::HashMap;

/// A term found in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// Term that is proposed.
    pub term: TermId,
    /// The words of the text that it was found by.
    pub quote: String,
    /// The text says that it is not there.
    pub absent: bool,
}

/// Names and synonyms by their first word, longest first.
pub struct Lexicon(HashMap<String, Vec<(Vec<String>, TermIndex)>>);

/// Words before a finding that say it is absent, and how many words may stand between. Source: NegEx (Chapman 2001), pre-negation
/// phrases and window.
const NEGATIONS: [&[&str]; 12] = [
    &["no"],
    &["not"],
    &["without"],
    &["denies"],
    &["denied"],
    &["never"],
    &["negative", "for"],
    &["absence", "of"],
    &["free", "of"],
    &["no", "evidence", "of"],
    &["no", "history", "of"],
    &["rather", "than"],
];
const NEGATION_WORDS_MAX: usize = 5;
/// Words that end what a negation reaches.
const TURNS: [&str; 8] = ["but", "however", "although", "though", "except", "with", "has", "had"];

impl Lexicon {
    /// Every phenotypic term of an ontology.
    pub fn new(hpo: &Hpo) -> Lexicon {
        let mut by_first: HashMap<String, Vec<(Vec<String>, TermIndex)>> = HashMap::new();
        for index in (0..hpo.terms().len() as TermIndex).filter(|index| hpo.is_phenotype(*index)) {
            let term = hpo.term(index);
            for name in std::iter::once(&term.name).chain(&term.synonyms) {
                let tokens: Vec<String> = sentence(name).collect();
                // A single short word, such as an abbreviation, means too many things.
                if let Some(first) = tokens.first().filter(|first| tokens.len() > 1 || first.len() > 3) {
                    by_first.entry(first.clone()).or_default().push((tokens, index));
                }
            }
        }
        for names in by_first.values_mut() {
            names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.1.cmp(&b.1)));
        }
        Lexicon(by_first)
    }

    /// Terms in a text in their order, each once. One that is both stated and denied is proposed as present.
    pub fn propose(&self, hpo: &Hpo, text: &str) -> Vec<Proposal> {
        let mut found: Vec<Proposal> = Vec::new();
        for part in text.split(['.', ';', ':', '?', '!', '\n']) {
            let tokens: Vec<String> = sentence(part).collect();
            let mut index = 0;
            while index < tokens.len() {
                let names = self.0.get(&tokens[index]).into_iter().flatten();
                let Some((name, term)) = names.into_iter().find(|(name, _)| tokens[index..].starts_with(name)) else {
                    index += 1;
                    continue;
                };
                let proposal = Proposal {
                    term: hpo.term(*term).id,
                    quote: tokens[index..index + name.len()].join(" "),
                    absent: is_denied(&tokens[..index]),
                };
                match found.iter_mut().find(|earlier| earlier.term == proposal.term) {
                    Some(earlier) => earlier.absent &= proposal.absent,
                    None => found.push(proposal),
                }
                index += name.len();
            }
        }
        found
    }
}

/// Words in small letters; a plural is its singular.
fn sentence(text: &str) -> impl Iterator<Item = String> + use<'_> {
    let tokens = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    tokens.map(|word| {
        let word = word.to_lowercase();
        let plural = word.len() > 4 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
        if plural { word[..word.len() - 1].to_owned() } else { word }
    })
}

/// Whether the words before a finding deny it.
fn is_denied(before: &[String]) -> bool {
    let reach = &before[before.len().saturating_sub(NEGATION_WORDS_MAX)..];
    let after_turn = reach.iter().rposition(|word| TURNS.contains(&word.as_str())).map_or(reach, |turn| &reach[turn + 1..]);
    NEGATIONS.iter().any(|cue| after_turn.windows(cue.len()).any(|tokens| tokens.iter().zip(*cue).all(|(word, cue)| word == cue)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hpo::tests::small;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool)]) {
        let hpo = small();
        let found = Lexicon::new(&hpo).propose(&hpo, text);
        let proposed: Vec<(&str, bool)> = found.iter().map(|p| (hpo.name(p.term).expect("known"), p.absent)).collect();
        assert_eq!(proposed, expected, "{text}");
    }

    #[test]
    fn findings_of_a_letter_are_proposed_and_denials_heard() {
        check("He had seizures from the age of two.", &[("Seizure", false)]);
        check("There is ataxia but no seizures.", &[("Ataxia", false), ("Seizure", true)]);
        check("No history of seizure; ataxia was seen.", &[("Seizure", true), ("Ataxia", false)]);
        check("Not dysmorphic, but has ataxia", &[("Ataxia", false)]);
        check("Seizures. No further seizures since May.", &[("Seizure", false)]);
        check("Well.", &[]);
    }
}
