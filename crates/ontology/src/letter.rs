//! Terms proposed from the text of a letter. A person confirms each: nothing is taken over unseen, and what a letter says of a relative,
//! or is not sure of, is never proposed as the patient's.

mod context;
mod fits;

pub use context::Certainty;

use crate::{Hpo, TermId, hpo::TermIndex, spelling};
use context::{Reader, is_cued};
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
    /// Whether the text says it of the patient.
    pub certainty: Certainty,
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
/// A name of one word with so many letters, or fewer, is not looked for.
const SHORT_LETTERS_MAX: usize = 3;
/// Words that end what a negation reaches.
const TURNS: [&str; 8] = ["but", "however", "although", "though", "except", "with", "has", "had"];

impl Lexicon {
    /// Every phenotypic term of an ontology.
    pub fn new(hpo: &Hpo) -> Lexicon {
        let mut by_first: HashMap<String, Vec<(Vec<String>, TermIndex)>> = HashMap::new();
        for index in (0..hpo.terms().len() as TermIndex).filter(|index| hpo.is_phenotype(*index)) {
            let term = hpo.term(index);
            for name in std::iter::once(&term.name).chain(&term.synonyms) {
                let tokens: Vec<String> = split(name).map(|word| spelling::as_name(&word)).collect();
                // A single short word, such as an abbreviation, means too many things.
                let is_telling = tokens.len() > 1 || split(name).all(|word| word.len() > SHORT_LETTERS_MAX);
                if let Some(first) = tokens.first().filter(|_| is_telling) {
                    by_first.entry(first.clone()).or_default().push((tokens, index));
                }
            }
        }
        for names in by_first.values_mut() {
            names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.1.cmp(&b.1)));
        }
        Lexicon(by_first)
    }

    /// Terms in a text in their order, each once: as the text says it of the patient, where it does. One that is both stated and denied
    /// is proposed as present.
    pub fn propose(&self, hpo: &Hpo, text: &str) -> Vec<Proposal> {
        let mut found: Vec<Proposal> = Vec::new();
        let mut reader = Reader::default();
        for line in context::lines(text) {
            reader.begin_line(&line);
            for part in context::sentences(&line) {
                let tokens: Vec<String> = sentence(&part.text).collect();
                for (start, end, term) in self.names(&fits::compared(&part.text)) {
                    let (before, after) = (&tokens[..start], &tokens[end..]);
                    let certainty = reader.certainty(before, after, part.is_question);
                    let quote = tokens[start..end].join(" ");
                    add(&mut found, Proposal { term: hpo.term(term).id, quote, absent: is_denied(before), certainty });
                }
                reader.end_sentence(&tokens);
            }
        }
        found
    }

    /// Names in a sentence, the longest at each place: first word, word after the last, and term.
    fn names(&self, tokens: &[String]) -> Vec<(usize, usize, TermIndex)> {
        let (mut found, mut index) = (Vec::new(), 0);
        while index < tokens.len() {
            let names = self.0.get(&tokens[index]).into_iter().flatten();
            match names.into_iter().find(|(name, _)| tokens[index..].starts_with(name)) {
                Some((name, term)) => {
                    found.push((index, index + name.len(), *term));
                    index += name.len();
                }
                None => index += 1,
            }
        }
        found
    }
}

/// Adds a finding: what is said of the patient goes before what is doubtful or said of a relative.
fn add(found: &mut Vec<Proposal>, proposal: Proposal) {
    match found.iter_mut().find(|earlier| earlier.term == proposal.term) {
        Some(earlier) if proposal.certainty < earlier.certainty => *earlier = proposal,
        Some(earlier) if proposal.certainty == earlier.certainty => earlier.absent &= proposal.absent,
        Some(_) => {}
        None => found.push(proposal),
    }
}

/// Words in small letters.
fn split(text: &str) -> impl Iterator<Item = String> + use<'_> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Words in small letters; a plural is its singular.
fn sentence(text: &str) -> impl Iterator<Item = String> + use<'_> {
    split(text).map(|word| {
        let plural = word.len() > 4 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
        if plural { word[..word.len() - 1].to_owned() } else { word }
    })
}

/// Whether the words before a finding deny it.
fn is_denied(before: &[String]) -> bool {
    is_cued(reach(before), &NEGATIONS)
}

/// The words before a finding that speak of it: none from before a turn of the sentence.
fn reach(before: &[String]) -> &[String] {
    let near = &before[before.len().saturating_sub(NEGATION_WORDS_MAX)..];
    near.iter().rposition(|word| TURNS.contains(&word.as_str())).map_or(near, |turn| &near[turn + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hpo::tests::small;

    /// What is proposed, with whether it is absent, of what the letter says of the patient.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool)]) {
        let hpo = small();
        let found = Lexicon::new(&hpo).propose(&hpo, text);
        let stated = found.iter().filter(|p| p.certainty == Certainty::Stated);
        let proposed: Vec<(&str, bool)> = stated.map(|p| (hpo.name(p.term).expect("known"), p.absent)).collect();
        assert_eq!(proposed, expected, "{text}");
    }

    /// How certain the letter is of the one finding in it.
    #[track_caller]
    fn certainty(text: &str, expected: Certainty) {
        let hpo = small();
        let found = Lexicon::new(&hpo).propose(&hpo, text);
        assert_eq!(found.iter().map(|p| p.certainty).collect::<Vec<_>>(), [expected], "{text}");
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

    #[test]
    fn everyday_words_are_read_and_a_verb_is_no_seizure() {
        for text in [
            "Global delay, fits from two years.",
            "Fits from two years, now controlled.",
            "He had his first fit in May.",
            "She had a fit at school.",
            "She has had convulsions.",
            "Epilepsy: fits.",
            "He suffers from fits with fever.",
        ] {
            check(text, &[("Seizure", false)]);
        }
        check("No further fits since May.", &[("Seizure", true)]);
        check("No history of convulsions.", &[("Seizure", true)]);
        certainty("His mother had fits.", Certainty::OfRelative);
        certainty("?fits", Certainty::Doubtful);
        for text in [
            "This fits with the clinical picture.",
            "The picture fits a channelopathy.",
            "It fits.",
            "The presentation best fits Dravet syndrome.",
            "No single diagnosis fits.",
            "He is fit and well.",
            "A fit and active boy.",
            "There is a good fit with the family history.",
            "Fit for discharge.",
            "A fit of laughter.",
            "Seen to have his splints fitted; the shoe fits well.",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn what_a_relative_has_is_never_the_patients() {
        for text in [
            "His mother has seizures.",
            "Seizures in his maternal aunt.",
            "Family history: seizures.",
            "Family history\nMother: seizures\nFather: well",
            "Family history: asthma. Seizures.",
            "There is a family history of seizures on the father's side.",
            "A cousin died of seizures.",
            "The patient's brother had seizures.",
            "He is well and was seen in clinic with his mother, who\nhas seizures.",
            "His mother is well.\nAlso his father.\nHas seizures.",
        ] {
            certainty(text, Certainty::OfRelative);
        }
        check("His mother has seizures. He has ataxia.", &[("Ataxia", false)]);
        check("Mother has seizures; he has no seizures.", &[("Seizure", true)]);
        check("Family history: none\nSeizures since May.", &[("Seizure", false)]);
        check("Family history:\nMother well\n\nSeizures since May.", &[("Seizure", false)]);
        check("His mother says that he has seizures.", &[("Seizure", false)]);
    }

    #[test]
    fn what_the_letter_is_not_sure_of_is_doubtful() {
        for text in [
            "Possible seizures.",
            "?seizures",
            "Were these seizures?",
            "She may have had seizures.",
            "Seizures cannot be excluded.",
            "An EEG to exclude seizures.",
            "Her mother is well. She has seizures.",
            "The mother says that she has seizures.",
        ] {
            certainty(text, Certainty::Doubtful);
        }
        check("Possible seizures in May. Seizures were seen in June.", &[("Seizure", false)]);
        check("She may be tired but has seizures.", &[("Seizure", false)]);
    }
}
