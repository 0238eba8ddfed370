//! Finding a term by what a person types.

mod named;

pub(crate) use named::Names;

use crate::{Hpo, Term, TermId, hpo::TermIndex};
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

/// A term that answers a typed text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Where it stands.
    pub term: TermIndex,
    /// The name or synonym that matched.
    pub matched: String,
}

/// Why a given identifier cannot be used, with what may have been meant.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{typed} is not a term of HPO {version}; nearest: {}", nearest.join(", "))]
pub struct UnknownTerm {
    /// What was given.
    pub typed: String,
    /// Release of the ontology that was searched.
    pub version: String,
    /// `HP:… name` of the nearest terms.
    pub nearest: Vec<String>,
}

/// Phenotypic terms whose name or synonym has every word of the text, best first; where there is none, those that have its letters. An
/// identifier finds its term.
pub fn by_text(hpo: &Hpo, text: &str, most: usize) -> Vec<Hit> {
    if let Some(term) = text.trim().parse::<TermId>().ok().and_then(|id| hpo.find(id)) {
        return vec![Hit { term, matched: hpo.term(term).name.clone() }];
    }
    let mut hits = hpo.names().find(hpo, text);
    if hits.is_empty() {
        hits = by_letters(hpo, text);
    }
    hits.truncate(most);
    hits
}

/// Phenotypic terms with a name that has the letters of the text in their order, best first.
fn by_letters(hpo: &Hpo, text: &str) -> Vec<Hit> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut hits: Vec<(u32, usize, Hit)> = Vec::new();
    for index in (0..hpo.terms().len() as u32).filter(|index| hpo.is_phenotype(*index)) {
        let best = names(hpo.term(index))
            .filter_map(|name| Some((pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?, name)))
            .max_by_key(|(score, name)| (*score, std::cmp::Reverse(name.len())));
        if let Some((score, name)) = best {
            hits.push((score, name.len(), Hit { term: index, matched: name.clone() }));
        }
    }
    hits.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.term.cmp(&b.2.term)));
    hits.into_iter().map(|(.., hit)| hit).collect()
}

/// The term with an identifier, a name or a synonym; nothing where none is called exactly so.
pub fn exact(hpo: &Hpo, text: &str) -> Option<TermId> {
    let by_id = text.parse::<TermId>().ok().and_then(|id| hpo.find(id));
    by_id.or_else(|| named(hpo, text)).map(|index| hpo.term(index).id)
}

/// Reads a list of identifiers or exact names; everything that is unknown is told at once, with the nearest terms.
pub fn resolve(hpo: &Hpo, typed: &[String]) -> Result<Vec<TermId>, Vec<UnknownTerm>> {
    let mut found = Vec::new();
    let mut unknown = Vec::new();
    for text in typed {
        match exact(hpo, text) {
            Some(id) => found.push(id),
            // Of a list of strangers the first few say enough.
            None if unknown.len() == UNKNOWN_MAX => break,
            None => unknown.push(UnknownTerm { typed: text.clone(), version: hpo.version.clone(), nearest: nearest(hpo, text) }),
        }
    }
    if unknown.is_empty() { Ok(found) } else { Err(unknown) }
}

/// Unknown terms that are told at once, at most: the nearest of each are looked for in the whole ontology.
const UNKNOWN_MAX: usize = 20;

/// The term of an exact name or synonym; a name counts before a synonym of another term.
pub fn named(hpo: &Hpo, text: &str) -> Option<TermIndex> {
    let all = || 0..hpo.terms().len() as u32;
    let by_name = all().find(|index| hpo.term(*index).name.eq_ignore_ascii_case(text));
    by_name.or_else(|| all().find(|index| is_name_of(hpo, *index, text)))
}

/// Whether a text is the name of a term or a synonym of it.
pub fn is_name_of(hpo: &Hpo, term: TermIndex, text: &str) -> bool {
    names(hpo.term(term)).any(|name| name.eq_ignore_ascii_case(text))
}

fn names(term: &Term) -> impl Iterator<Item = &String> {
    std::iter::once(&term.name).chain(&term.synonyms)
}

/// The three terms whose identifier (for an identifier) or name (for words) is spelt most alike.
fn nearest(hpo: &Hpo, text: &str) -> Vec<String> {
    let is_id = text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let lower = text.to_lowercase();
    let mut scored: Vec<(usize, TermIndex)> = (0..hpo.terms().len() as u32)
        .map(|index| {
            let term = hpo.term(index);
            let distance = if is_id {
                strsim::levenshtein(&lower, &term.id.to_string().to_lowercase())
            } else {
                names(term).map(|n| strsim::levenshtein(&lower, &n.to_lowercase())).min().unwrap_or(usize::MAX)
            };
            (distance, index)
        })
        .collect();
    scored.sort_unstable();
    scored.iter().take(3).map(|(_, index)| format!("{} {}", hpo.term(*index).id, hpo.term(*index).name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hpo::tests::{small, term};

    #[test]
    fn a_term_is_found_by_name_synonym_and_identifier() {
        let hpo = small();
        let first = |text: &str| by_text(&hpo, text, 5).first().map(|h| hpo.term(h.term).id.0);
        assert_eq!(first("epilep"), Some(1250));
        assert_eq!(first("focal seiz"), Some(7359));
        assert_eq!(first("HP:0001251"), Some(1251));
        assert_eq!(first("zzzz"), None);
    }

    /// Seizures, short stature and what has the same letters, as the ontology names them (release 2025-05-06).
    fn everyday() -> Hpo {
        let synonyms = |mut term: Term, synonyms: &[&str]| {
            term.synonyms = synonyms.iter().map(|name| (*name).to_owned()).collect();
            term
        };
        let terms = vec![
            term(118, "Phenotypic abnormality", &[]),
            term(707, "Abnormality of the nervous system", &[118]),
            term(1507, "Growth abnormality", &[118]),
            synonyms(term(1250, "Seizure", &[707]), &["Epilepsy", "Epileptic seizure", "Seizures"]),
            synonyms(term(7359, "Focal-onset seizure", &[1250]), &["Focal seizure"]),
            term(20219, "Motor seizure", &[1250]),
            synonyms(term(2373, "Febrile seizure (within the age range of 3 months to 6 years)", &[1250]), &["Febrile convulsion"]),
            synonyms(term(1770, "Toe syndactyly", &[118]), &["Webbed toes"]),
            term(30532, "Abnormal visual field test", &[118]),
            synonyms(term(365, "Hearing impairment", &[118]), &["Deafness", "Hearing loss"]),
            synonyms(term(4322, "Short stature", &[1507]), &["Decreased body height", "Small stature"]),
            term(9826, "Shortening of a limb", &[118]),
            term(331, "Short chin", &[707, 1507]),
            synonyms(term(252, "Microcephaly", &[707]), &["Small head"]),
        ];
        Hpo::new("test".into(), terms)
    }

    #[test]
    fn everyday_words_and_mistyped_ones_find_the_plain_feature_first() {
        let hpo = everyday();
        // Everyday words: layperson synonyms of the Human Phenotype Ontology ("Small head", "Deafness", "Webbed toes", "Small stature"),
        // and what the NHS tells parents (Healthier Together: fits, seizures and convulsions are one).
        for (text, expected) in [
            ("fits", "Seizure"),
            ("fit", "Seizure"),
            ("convulsions", "Seizure"),
            ("sezure", "Seizure"),
            ("seziures", "Seizure"),
            ("febrile convulsions", "Febrile seizure (within the age range of 3 months to 6 years)"),
            ("febrile fits", "Febrile seizure (within the age range of 3 months to 6 years)"),
            ("focal fits", "Focal-onset seizure"),
            ("short", "Short stature"),
            ("small stature", "Short stature"),
            ("deaf", "Hearing impairment"),
            ("loss of hearing", "Hearing impairment"),
            ("tiny head", "Microcephaly"),
            ("webbed toe", "Toe syndactyly"),
        ] {
            let hits = by_text(&hpo, text, 10);
            assert_eq!(hits.first().map(|hit| hpo.term(hit.term).name.as_str()), Some(expected), "{text}");
        }
    }

    #[test]
    fn letters_inside_other_names_are_no_match_where_a_name_has_the_word() {
        let hpo = everyday();
        let found: Vec<TermId> = by_text(&hpo, "fits", 10).iter().map(|hit| hpo.term(hit.term).id).collect();
        assert_eq!(found, [1250, 20219, 7359, 2373].map(TermId));
        // Every word counts: of two that were typed, one is not enough.
        assert!(by_text(&hpo, "short head", 10).is_empty());
    }

    #[test]
    fn unknown_terms_name_the_nearest() {
        let hpo = small();
        let errors = resolve(&hpo, &["HP:0001259".into(), "Ataxa".into(), "Seizure".into()]).expect_err("two unknown");
        assert_eq!(errors.len(), 2);
        assert!(errors[0].nearest[0].starts_with("HP:000125"), "{errors:?}");
        assert_eq!(errors[1].nearest[0], "HP:0001251 Ataxia");
    }
}
