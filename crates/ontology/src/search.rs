//! Finding a term by what a person types.

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

/// Phenotypic terms whose name or synonym matches the text, best first. An identifier finds its term.
pub fn by_text(hpo: &Hpo, text: &str, most: usize) -> Vec<Hit> {
    if let Some(term) = text.trim().parse::<TermId>().ok().and_then(|id| hpo.find(id)) {
        return vec![Hit { term, matched: hpo.term(term).name.clone() }];
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut hits: Vec<(u32, usize, Hit)> = Vec::new();
    for index in (0..hpo.terms().len() as u32).filter(|index| hpo.is_phenotype(*index)) {
        let term = hpo.term(index);
        let names = std::iter::once(&term.name).chain(&term.synonyms);
        let best = names
            .filter_map(|name| Some((pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?, name)))
            .max_by_key(|(score, name)| (*score, std::cmp::Reverse(name.len())));
        if let Some((score, name)) = best {
            hits.push((score, name.len(), Hit { term: index, matched: name.clone() }));
        }
    }
    hits.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.term.cmp(&b.2.term)));
    hits.truncate(most);
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
    use crate::hpo::tests::small;

    #[test]
    fn a_term_is_found_by_name_synonym_and_identifier() {
        let hpo = small();
        let first = |text: &str| by_text(&hpo, text, 5).first().map(|h| hpo.term(h.term).id.0);
        assert_eq!(first("epilep"), Some(1250));
        assert_eq!(first("focal seiz"), Some(7359));
        assert_eq!(first("HP:0001251"), Some(1251));
        assert_eq!(first("zzzz"), None);
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
