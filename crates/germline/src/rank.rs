//! One score per explanation, so that the best stands first.
//!
//! The score is a sum of log odds: how well the gene's disorder explains the phenotype, how likely the variant is to
//! damage, how well the pattern fits. What each piece of evidence counts stands in [`crate::weights`].

use crate::{
    classify::predicted,
    inherit::{Origin, Pattern, Phase, imprinted},
};
use crate::{settings as rules, weights::RANKING};
use annotation::{Case, Knowledge, annotate::Annotated, phenotype::Match, screen};
use genome::{Consequence, HgncId, Impact, Significance, Structure, dosage::RepeatRange};

/// What an explanation's score is made of, each part in units of the score (scaled log odds).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// How well the gene's disorder explains the phenotype.
    pub phenotype: f32,
    /// How likely the variant is to damage its gene; of two variants, the less likely.
    pub variant: f32,
    /// How well the pattern in the family fits the disorder's mode of inheritance.
    pub pattern: f32,
}

impl Score {
    /// The sum of the parts, by which explanations are ordered.
    pub fn total(self) -> f32 {
        self.phenotype + self.variant + self.pattern
    }
}

/// The probability of each of these scores' genes being the cause, if one of the genes or none of them is. They add up to less
/// than one; what is missing is the probability that the cause is none of them.
pub fn posteriors(scores: &[f32], scale: f32, none: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(none, f32::max);
    let weight = |score: f32| ((score - highest) * scale).exp();
    let all: f32 = scores.iter().map(|s| weight(*s)).sum::<f32>() + weight(none);
    scores.iter().map(|s| weight(*s) / all).collect()
}

/// A probability is told as no surer than this. Source: docs/accuracy.md, calibration: of 294 candidates with 99 % or more, 99 % were the
/// cause, and nothing finer was measured.
const LIKELIHOOD_SHOWN_MAX: f32 = 0.99;

/// A probability as people read it: never a certainty.
pub fn likelihood(posterior: f32) -> String {
    if posterior > LIKELIHOOD_SHOWN_MAX {
        return format!("over {:.0} %", LIKELIHOOD_SHOWN_MAX * 100.0);
    }
    if posterior < 1.0 - LIKELIHOOD_SHOWN_MAX {
        return format!("under {:.0} %", (1.0 - LIKELIHOOD_SHOWN_MAX) * 100.0);
    }
    format!("{:.0} %", posterior * 100.0)
}

/// The phenotype's part of the score, from the natural logarithm of its likelihood ratio.
pub fn phenotype(log_ratio: f32) -> f32 {
    log_ratio * RANKING.phenotype_factor
}

/// Evidence that a variant damages its gene, in units of the score.
pub fn variant(v: &Annotated, pattern: &Pattern, case: &Case, knowledge: &Knowledge) -> f32 {
    let mut score = match v.effect.worst().impact() {
        Impact::High if v.call.variant.structure().is_some() => structural(v, pattern, knowledge),
        Impact::High => truncating(v, pattern, knowledge),
        Impact::Moderate if v.effect.worst() == Consequence::Missense => missense(v, knowledge),
        Impact::Moderate if v.effect.worst() == Consequence::CodingSequence => RANKING.untranslatable,
        Impact::Moderate => RANKING.in_frame,
        Impact::Low | Impact::Modifier => splicing(v),
    };
    score += clinvar(v);
    score += population(v, pattern);
    if !v.call.filter_passed {
        score += RANKING.filter_failed;
    }
    score + screen::doubts(&v.call.genotypes[case.family.proband_index()]).len() as f32 * RANKING.doubt
}

/// What ClinVar says of the variant.
fn clinvar(v: &Annotated) -> f32 {
    let stars = |stars: u8| f32::from(stars.min(RANKING.clinvar_stars_max)) * RANKING.clinvar_star;
    match v.assertion {
        Some(a) if a.significance == Significance::Pathogenic => RANKING.clinvar_pathogenic + stars(a.stars),
        Some(a) if a.significance == Significance::LikelyPathogenic => RANKING.clinvar_likely_pathogenic + stars(a.stars),
        Some(a) if a.significance <= Significance::LikelyBenign => RANKING.clinvar_benign,
        _ => 0.0,
    }
}

/// How rare the variant is.
fn population(v: &Annotated, pattern: &Pattern) -> f32 {
    let frequency = v.frequency_max();
    if frequency > 0.0 && !v.is_known_pathogenic() {
        (frequency / RANKING.frequency_free_max).log10().max(0.0) * RANKING.frequency_decade
    } else if v.frequency_known && v.frequency.is_none() {
        RANKING.not_seen
    } else if !v.frequency_known && v.assertion.is_none() {
        match pattern {
            Pattern::Homozygous { .. } => RANKING.unknown_frequency_two_copies,
            Pattern::CompoundHeterozygous { phase: Phase::Unknown } => RANKING.unknown_frequency_unphased,
            _ => 0.0,
        }
    } else {
        0.0
    }
}

/// A silent or intronic change: unlikely, unless splicing is predicted to change.
fn splicing(v: &Annotated) -> f32 {
    let predicted = v.scores.iter().any(|(s, value)| *s == genome::Score::SpliceAi && *value >= rules::SPLICING_CHANGED_MIN);
    if predicted { RANKING.splicing_predicted } else { RANKING.splicing_not_predicted }
}

fn truncating(v: &Annotated, pattern: &Pattern, knowledge: &Knowledge) -> f32 {
    let Some(gene) = knowledge.gene(v.gene) else { return RANKING.truncating };
    let one_copy = !matches!(pattern, Pattern::Homozygous { .. } | Pattern::CompoundHeterozygous { .. } | Pattern::Mitochondrial { .. });
    let constraint = match gene.loeuf {
        _ if !one_copy => 0.0,
        Some(l) if l < rules::LOEUF_CONSTRAINED => RANKING.truncating_constrained,
        Some(l) if l > RANKING.loeuf_tolerated_min => RANKING.truncating_tolerated,
        _ => 0.0,
    };
    let known = gene.pathogenic_truncating >= rules::TRUNCATING_KNOWN_MIN;
    let destroyed = v.effect.truncation.is_some_and(|t| t.nonsense_mediated_decay);
    RANKING.truncating
        + if known { RANKING.truncating_mechanism_known } else { 0.0 }
        + constraint
        + if destroyed { RANKING.truncating_decay } else { 0.0 }
}

/// A structural variant: a loss as other losses of function, a gain by whether a third copy matters, a repeat by its length.
fn structural(v: &Annotated, pattern: &Pattern, knowledge: &Knowledge) -> f32 {
    match v.call.variant.structure() {
        Some(Structure::Duplication { .. }) if v.effect.worst() == Consequence::TranscriptAmplification => {
            let triplosensitive = knowledge.gene(v.gene).is_some_and(|g| g.triplosensitive);
            if triplosensitive { RANKING.gain_triplosensitive } else { RANKING.gain_other }
        }
        Some(Structure::Repeat { end, copies }) => {
            let locus = knowledge.repeat_at(v.call.variant.contig, v.call.variant.position.get() + 1, end);
            match locus.map(|l| l.range(copies)) {
                Some(RepeatRange::Pathogenic) => RANKING.repeat_pathogenic,
                Some(RepeatRange::Intermediate) => RANKING.repeat_intermediate,
                _ => RANKING.repeat_normal,
            }
        }
        Some(Structure::Deletion { .. }) => truncating(v, pattern, knowledge),
        _ => truncating(v, pattern, knowledge) + RANKING.junction,
    }
}

fn missense(v: &Annotated, knowledge: &Knowledge) -> f32 {
    let bounded = |z: f32| (z / RANKING.missense_z_unit).clamp(RANKING.missense_constraint_min, RANKING.missense_constraint_max);
    let constraint = knowledge.gene(v.gene).and_then(|g| g.missense_z).map_or(0.0, bounded);
    constraint + predicted::missense_points(&v.scores) as f32 * RANKING.prediction_point
}

/// How well a pattern fits the family and the disorder's mode, in units of the score.
pub fn pattern(gene: HgncId, pattern: &Pattern, matched: &Match, panel_mode_fits: Option<bool>) -> f32 {
    let expressed = imprinted::is_expressed(gene, pattern);
    let base = match pattern {
        // Of an imprinted gene the parent may be well: it depends on whose copy is expressed.
        Pattern::FromUnaffected { .. } if expressed == Some(true) => RANKING.imprinted_expressed,
        Pattern::Dominant { .. } if expressed == Some(false) => RANKING.imprinted_silent,
        Pattern::DeNovo { well_covered: true } => RANKING.de_novo,
        Pattern::DeNovo { well_covered: false } => RANKING.de_novo_poorly_covered,
        Pattern::Dominant { .. } => RANKING.dominant,
        Pattern::Heterozygous { .. } => RANKING.heterozygous,
        Pattern::FromUnaffected { .. } => RANKING.from_unaffected,
        Pattern::Homozygous { origin: Origin::BothParents } => RANKING.homozygous_from_both,
        Pattern::Homozygous { .. } => RANKING.homozygous,
        Pattern::CompoundHeterozygous { phase: Phase::Trans } => RANKING.compound_in_trans,
        Pattern::CompoundHeterozygous { .. } => RANKING.compound_unphased,
        Pattern::Hemizygous { .. } => RANKING.hemizygous,
        Pattern::Mitochondrial { .. } => RANKING.mitochondrial,
    };
    let mode = match (matched.disease.is_some(), matched.mode_fits) {
        (true, true) => RANKING.mode_fits,
        (true, false) => RANKING.mode_contradicts,
        (false, _) => RANKING.mode_unknown,
    };
    base + mode + if panel_mode_fits == Some(false) { RANKING.panel_mode_contradicts } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_probability_is_a_certainty() {
        for (posterior, expected) in [
            (1.0, "over 99 %"),
            (0.9999, "over 99 %"),
            (0.99, "99 %"),
            (0.5, "50 %"),
            (0.02, "2 %"),
            (0.004, "under 1 %"),
            (0.0, "under 1 %"),
        ] {
            assert_eq!(likelihood(posterior), expected, "{posterior}");
        }
    }

    #[test]
    fn probabilities_leave_room_for_none_of_the_candidates() {
        let close = |a: f32, b: f32| (a - b).abs() < 1e-3;
        let (none, probabilities) =
            (RANKING.none_of_these, |scores: &[f32]| posteriors(scores, RANKING.posterior_scale, RANKING.none_of_these));
        assert!(probabilities(&[]).is_empty());
        assert!(
            close(probabilities(&[none])[0], 0.5) && probabilities(&[none + 10.0])[0] > 0.99 && probabilities(&[none - 10.0])[0] < 0.01
        );
        let two = probabilities(&[12.0, 12.0]);
        assert!(close(two[0], two[1]) && two.iter().sum::<f32>() < 1.0);
    }
}
