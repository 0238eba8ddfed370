//! One score per explanation, so that the best stands first.
//!
//! The score is a sum of log odds: how well the gene's disorder explains the phenotype, how likely the variant is to
//! damage, how well the pattern fits. Weights were tuned on the visible published cases put into real backgrounds.

use crate::settings as rules;
use crate::{
    classify::predicted,
    inherit::{Origin, Pattern, Phase, imprinted},
};
use annotation::{Case, Knowledge, annotate::Annotated, phenotype::Match, screen};
use genome::{Consequence, HgncId, Impact, Significance, Structure, dosage::RepeatRange};

/// What an explanation's score is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// Phenotype.
    pub phenotype: f32,
    /// Variant or variants.
    pub variant: f32,
    /// Pattern in the family against the disorder's mode.
    pub pattern: f32,
}

impl Score {
    /// Sum.
    pub fn total(self) -> f32 {
        self.phenotype + self.variant + self.pattern
    }
}

/// What a unit of score counts, in log odds, and the score of "the cause is none of these". Fitted by `cargo xtask bench calibrate`
/// on the visible published cases, each once with and once without its variants in the background.
pub const SCALE: f32 = 0.9;
/// As above.
pub const NONE: f32 = 9.5;

/// The probability of each of these scores' genes being the cause, if one of the genes or none of them is. They add up to less
/// than one; what is missing is the probability that the cause is none of them.
pub fn posteriors(scores: &[f32], scale: f32, none: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(none, f32::max);
    let weight = |score: f32| ((score - highest) * scale).exp();
    let all: f32 = scores.iter().map(|s| weight(*s)).sum::<f32>() + weight(none);
    scores.iter().map(|s| weight(*s) / all).collect()
}

/// What the phenotype's log ratio counts beside the variant and its pattern. Tuned on the visible cases.
const WEIGHT_PHENOTYPE: f32 = 0.8;

/// The phenotype's part of the score.
pub fn phenotype(log_ratio: f32) -> f32 {
    log_ratio * WEIGHT_PHENOTYPE
}

/// A change of coding bases that cannot be translated for want of sequence: as often silent as not.
const UNREADABLE: f32 = -2.0;
/// What homozygosity takes from a variant whose frequency is not known. Tuned on the visible cases.
const UNKNOWN_FREQUENCY_TWO_COPIES: f32 = 1.5;

/// Evidence that a variant damages its gene, as log odds.
pub fn variant(v: &Annotated, pattern: &Pattern, case: &Case, knowledge: &Knowledge) -> f32 {
    let mut score = match v.effect.worst().impact() {
        Impact::High if v.call.variant.structure().is_some() => structural(v, pattern, knowledge),
        Impact::High => truncating(v, pattern, knowledge),
        Impact::Moderate if v.effect.worst() == Consequence::Missense => missense(v, knowledge),
        Impact::Moderate if v.effect.worst() == Consequence::CodingSequence => UNREADABLE,
        Impact::Moderate => 0.5,
        Impact::Low | Impact::Modifier => splicing(v),
    };
    score += match v.assertion {
        Some(a) if a.significance == Significance::Pathogenic => 4.0 + f32::from(a.stars.min(3)) * 0.5,
        Some(a) if a.significance == Significance::LikelyPathogenic => 3.5 + f32::from(a.stars.min(3)) * 0.5,
        Some(a) if a.significance <= Significance::LikelyBenign => -5.0,
        _ => 0.0,
    };
    let frequency = v.frequency_max();
    if frequency > 0.0 && !v.is_known_pathogenic() {
        score -= (frequency / 1e-5).log10().max(0.0) * 1.2;
    } else if v.frequency_known && v.frequency.is_none() {
        score += 1.0;
    } else if !v.frequency_known && v.assertion.is_none() {
        // Without frequencies, two copies say above all that the allele is common.
        score -= match pattern {
            Pattern::Homozygous { .. } => UNKNOWN_FREQUENCY_TWO_COPIES,
            Pattern::CompoundHeterozygous { phase: Phase::Unknown } => UNKNOWN_FREQUENCY_TWO_COPIES / 2.0,
            _ => 0.0,
        };
    }
    if !v.call.filter_passed {
        score -= 1.5;
    }
    score - screen::doubts(&v.call.genotypes[case.family.proband_index()]).len() as f32 * 0.7
}

/// What a point of calibrated prediction counts: its log odds. Source: Tavtigian 2020, odds 350^(1/8) a point.
const POINT: f32 = 0.73;

/// A silent or intronic change: unlikely, unless splicing is predicted to change.
fn splicing(v: &Annotated) -> f32 {
    let predicted = v.scores.iter().any(|(s, value)| *s == genome::Score::SpliceAi && *value >= rules::SPLICING_CHANGED_MIN);
    if predicted { 0.5 } else { -1.5 }
}

fn truncating(v: &Annotated, pattern: &Pattern, knowledge: &Knowledge) -> f32 {
    let Some(gene) = knowledge.gene(v.gene) else { return 1.5 };
    let known = gene.pathogenic_truncating >= rules::TRUNCATING_KNOWN_MIN;
    let one_copy = !matches!(pattern, Pattern::Homozygous { .. } | Pattern::CompoundHeterozygous { .. } | Pattern::Mitochondrial { .. });
    let constraint = match gene.loeuf {
        _ if !one_copy => 0.0,
        Some(l) if l < rules::LOEUF_CONSTRAINED => 1.0,
        Some(l) if l > 1.0 => -1.0,
        _ => 0.0,
    };
    let destroyed = v.effect.truncation.is_some_and(|t| t.nonsense_mediated_decay);
    1.5 + if known { 1.5 } else { 0.0 } + constraint + if destroyed { 0.5 } else { 0.0 }
}

/// A structural variant: a loss as other losses of function, a gain by whether a third copy matters, a repeat by its length.
fn structural(v: &Annotated, pattern: &Pattern, knowledge: &Knowledge) -> f32 {
    match v.call.variant.structure() {
        Some(Structure::Duplication { .. }) if v.effect.worst() == Consequence::TranscriptAmplification => {
            if knowledge.gene(v.gene).is_some_and(|g| g.triplosensitive) { 3.0 } else { -1.5 }
        }
        Some(Structure::Repeat { end, copies }) => {
            let locus = knowledge.repeat_at(v.call.variant.contig, v.call.variant.position.get() + 1, end);
            match locus.map(|l| l.range(copies)) {
                Some(RepeatRange::Pathogenic) => 6.0,
                Some(RepeatRange::Intermediate) => 0.0,
                _ => -3.0,
            }
        }
        // An end of a junction says less than a whole loss: the rest of the rearrangement is not known.
        Some(Structure::Deletion { .. }) => truncating(v, pattern, knowledge),
        _ => truncating(v, pattern, knowledge) - 1.0,
    }
}

fn missense(v: &Annotated, knowledge: &Knowledge) -> f32 {
    let constraint = knowledge.gene(v.gene).and_then(|g| g.missense_z).map_or(0.0, |z| (z / 4.0).clamp(-0.5, 0.8));
    constraint + predicted::missense_points(&v.scores) as f32 * POINT
}

/// How well a pattern fits the family and the disorder's mode, as log odds.
pub fn pattern(gene: HgncId, pattern: &Pattern, matched: &Match, panel_mode_fits: Option<bool>) -> f32 {
    let read = imprinted::is_read(gene, pattern);
    let base = match pattern {
        // Of an imprinted gene the parent may be well: it depends on whose copy is read.
        Pattern::FromUnaffected { .. } if read == Some(true) => 1.0,
        Pattern::Dominant { .. } if read == Some(false) => -4.0,
        Pattern::DeNovo { well_covered: true } => 3.5,
        Pattern::DeNovo { well_covered: false } => 1.5,
        Pattern::Dominant { .. } => 1.5,
        Pattern::Heterozygous { .. } => 0.0,
        Pattern::FromUnaffected { .. } => -4.0,
        Pattern::Homozygous { origin: Origin::BothParents } => 2.0,
        Pattern::Homozygous { .. } => 1.0,
        Pattern::CompoundHeterozygous { phase: Phase::Trans } => 2.0,
        Pattern::CompoundHeterozygous { .. } => 0.5,
        Pattern::Hemizygous { .. } => 1.0,
        Pattern::Mitochondrial { .. } => 0.0,
    };
    let mode = match (matched.disease.is_some(), matched.mode_fits) {
        (true, true) => 0.5,
        (true, false) => -5.0,
        (false, _) => -1.0,
    };
    base + mode + if panel_mode_fits == Some(false) { -1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_leave_room_for_none_of_the_candidates() {
        let close = |a: f32, b: f32| (a - b).abs() < 1e-3;
        let of = |scores: &[f32]| posteriors(scores, SCALE, NONE);
        assert!(of(&[]).is_empty());
        assert!(close(of(&[NONE])[0], 0.5) && of(&[NONE + 10.0])[0] > 0.99 && of(&[NONE - 10.0])[0] < 0.01);
        let two = of(&[12.0, 12.0]);
        assert!(close(two[0], two[1]) && two.iter().sum::<f32>() < 1.0);
    }
}
