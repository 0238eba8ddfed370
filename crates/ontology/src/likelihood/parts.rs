//! How one disease comes to its score for a phenotype, term by term. The parts add up to what [`super::diseases`] gives it.

use super::{
    FALSE_POSITIVE, FREQUENCY_MAX, Phenotype, TERM_LOG_RATIO_MAX, WEIGHT_ABSENT, WEIGHT_FEATURES, WEIGHT_LOOKED_FOR, WEIGHT_RATIO,
    WEIGHT_SHOWN, most_specific,
};
use crate::{Diseases, Hpo, TermId, disease::LeftOut, hpo::TermIndex};

/// What an observed term has to count, at the least, to be called related. For showing alone: nothing is ranked by it.
const RELATED_LOG_RATIO_MIN: f32 = 0.1;

/// The parts of a score.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parts {
    /// Terms that the person shows, in the order of the ontology.
    pub observed: Vec<ObservedPart>,
    /// Terms that were looked for and are absent.
    pub excluded: Vec<ExcludedPart>,
    /// What the number of annotated features takes off.
    pub features: f32,
    /// Terms that are not counted: a more exact one is there, or the ontology of the pack does not have them.
    pub uncounted: Vec<TermId>,
}

/// What an observed term counts.
#[derive(Clone, PartialEq, Debug)]
pub struct ObservedPart {
    /// The term.
    pub term: TermId,
    /// How the disease shows it.
    pub shown: Shown,
    /// What it adds to the score.
    pub log_ratio: f32,
}

/// What a term counts that was looked for and is absent.
#[derive(Clone, PartialEq, Debug)]
pub struct ExcludedPart {
    /// The term.
    pub term: TermId,
    /// Share of patients with the disease who have it; nothing where it is not annotated.
    pub frequency: Option<f32>,
    /// What it adds to the score, or takes off.
    pub log_ratio: f32,
}

/// How a disease shows a term.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Shown {
    /// As such, or by a more exact term, in this share of patients.
    AsSuch {
        /// 0–1.
        frequency: f32,
    },
    /// By a wider term alone.
    ByWider {
        /// The wider term.
        term: TermId,
    },
    /// Not, or by terms that say next to nothing.
    Not,
}

impl Parts {
    /// The score of the disease.
    pub fn total(&self) -> f32 {
        let observed: f32 = self.observed.iter().map(|part| part.log_ratio).sum();
        let excluded: f32 = self.excluded.iter().map(|part| part.log_ratio).sum();
        observed + excluded + self.features
    }
}

/// The parts of the score of a disease, by its index.
pub fn parts(phenotype: &Phenotype, hpo: &Hpo, all: &Diseases, disease: u32) -> Parts {
    let terms = most_specific(&phenotype.observed, hpo);
    let is_counted = |id: &TermId| hpo.find(*id).is_some_and(|term| terms.contains(&term));
    let uncounted = phenotype.observed.iter().filter(|id| !is_counted(id)).copied().collect();
    if terms.is_empty() {
        return Parts { uncounted, ..Parts::default() };
    }
    let count = terms.len() as f32;
    let excluded: Vec<TermIndex> = phenotype.excluded.iter().filter_map(|id| hpo.find(*id)).filter(|t| hpo.is_phenotype(*t)).collect();
    let root = (excluded.len() as f32).sqrt();
    Parts {
        observed: terms.iter().map(|term| observed_part(*term, count, hpo, all, disease)).collect(),
        excluded: excluded.iter().map(|term| excluded_part(*term, root, hpo, all, disease)).collect(),
        features: WEIGHT_FEATURES * (1.0 + all.feature_count(disease, &LeftOut::default()) as f32).ln(),
        uncounted,
    }
}

fn observed_part(term: TermIndex, count: f32, hpo: &Hpo, all: &Diseases, disease: u32) -> ObservedPart {
    let own = all.background(term);
    let share = |above: TermIndex| if above == term { 1.0 } else { (own / all.background(above)).min(1.0) };
    let above = hpo.ancestors(term).iter().copied().filter(|above| hpo.is_phenotype(*above));
    let likely = above.filter_map(|above| Some((above, frequency(above, all, disease)? * share(above))));
    let nearest = likely.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
    let ratio = 1.0 + nearest.map_or(0.0, |(_, p)| p).min(FREQUENCY_MAX) / (FALSE_POSITIVE * own);
    let annotated = frequency(term, all, disease);
    let by_ratio = WEIGHT_RATIO / count.sqrt() * ratio.ln().min(TERM_LOG_RATIO_MAX);
    let log_ratio = by_ratio + annotated.map_or(0.0, |_| WEIGHT_SHOWN / count);
    let shown = match (annotated, nearest) {
        (Some(frequency), _) => Shown::AsSuch { frequency },
        (None, Some((wider, _))) if log_ratio >= RELATED_LOG_RATIO_MIN => Shown::ByWider { term: hpo.term(wider).id },
        (None, _) => Shown::Not,
    };
    ObservedPart { term: hpo.term(term).id, shown, log_ratio }
}

fn excluded_part(term: TermIndex, root: f32, hpo: &Hpo, all: &Diseases, disease: u32) -> ExcludedPart {
    let frequency = frequency(term, all, disease);
    let weight = |frequency: f32| (WEIGHT_LOOKED_FOR + WEIGHT_ABSENT * (1.0 - frequency.min(FREQUENCY_MAX)).ln()) / root;
    ExcludedPart { term: hpo.term(term).id, frequency, log_ratio: frequency.map_or(0.0, weight) }
}

/// In which share of its patients a disease shows a term or one below it.
fn frequency(term: TermIndex, all: &Diseases, disease: u32) -> Option<f32> {
    let carriers = all.with_term(term);
    carriers.binary_search_by_key(&disease, |(index, _)| *index).ok().map(|place| carriers[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Disease, disease::Feature, hpo::tests::small, likelihood::diseases};
    use genome::HgncId;

    fn all(hpo: &Hpo) -> Diseases {
        let disease = |id: &str, features: &[(u32, f32)]| Disease {
            id: id.into(),
            name: id.into(),
            inheritance: vec![],
            features: features.iter().map(|(t, f)| Feature { term: TermId(*t), frequency: *f, pmid: None }).collect(),
            genes: vec![HgncId(1)],
        };
        let list = vec![
            disease("OMIM:1", &[(7359, 0.9)]),
            disease("OMIM:2", &[(1251, 0.9)]),
            disease("OMIM:3", &[(1250, 0.9), (1251, 0.3)]),
            disease("OMIM:4", &[]),
        ];
        Diseases::new("test".into(), list, hpo)
    }

    #[test]
    fn the_parts_of_every_disease_add_up_to_its_score() {
        let hpo = small();
        let all = all(&hpo);
        let terms = [7359, 1251, 1250, 118].map(TermId);
        // Every way in which these terms can be there, absent or not looked for.
        for way in 0..81_u32 {
            let of = |state: u32| terms.iter().zip(0..).filter(|(_, n)| way / 3_u32.pow(*n) % 3 == state).map(|(t, _)| *t).collect();
            let phenotype = Phenotype { observed: of(1), excluded: of(2) };
            let scores = diseases(&phenotype, &hpo, &all, &LeftOut::default());
            for (index, score) in scores.iter().enumerate() {
                let parts = parts(&phenotype, &hpo, &all, index as u32);
                assert!((parts.total() - score).abs() < 1e-4, "{phenotype:?}: {parts:?} is not {score}");
            }
        }
    }

    #[test]
    fn a_term_is_shown_as_such_or_not_and_a_wider_one_is_not_counted_beside_it() {
        let hpo = small();
        let all = all(&hpo);
        let seen = |observed: &[u32], disease| {
            let phenotype = Phenotype { observed: observed.iter().map(|t| TermId(*t)).collect(), excluded: vec![] };
            parts(&phenotype, &hpo, &all, disease)
        };
        assert_eq!(seen(&[1251], 1).observed[0].shown, Shown::AsSuch { frequency: 0.9 });
        let unknown = seen(&[1251, 999_999], 1);
        assert_eq!(unknown.uncounted, [TermId(999_999)]);
        assert!(seen(&[], 1).observed.is_empty() && seen(&[], 1).total().abs() < 1e-6);
    }
}
