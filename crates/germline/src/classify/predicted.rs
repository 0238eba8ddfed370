//! PP3, BP4 and BP7: what published scores predict, at calibrated strength.

use super::{Criterion, Question, Strength};
use crate::settings::SPLICING_CHANGED_MIN;
use annotation::Knowledge;
use genome::{Consequence, Effect, Impact, Score};

/// Where a score begins to speak, at supporting, moderate and strong.
#[derive(Debug)]
struct Calibration {
    score: Score,
    /// At or above, for pathogenic.
    damaging: &'static [f32],
    /// At or below, for benign.
    tolerated: &'static [f32],
}

genome::ruleset_constants! {
    /// Missense scores in the order in which they are preferred. A pack's first is used for every variant, so that no variant gets
    /// the score that suits it. Sources: Pejaver 2022 (AJHG 109:2163), table 2, for REVEL and CADD; Bergquist 2025 (Genet Med
    /// 27:101402), table 2, for AlphaMissense.
    const MISSENSE: [Calibration; 3] = [
        Calibration { score: Score::Revel, damaging: &[0.644, 0.773, 0.932], tolerated: &[0.290, 0.183, 0.016] },
        Calibration { score: Score::AlphaMissense, damaging: &[0.792, 0.906, 0.990], tolerated: &[0.169, 0.099, 0.070] },
        Calibration { score: Score::Cadd, damaging: &[25.3, 28.1], tolerated: &[22.7, 17.3, 0.15] },
    ];

    /// SpliceAI at or below this predicts no change of splicing (BP4). Source: Walker 2023 (AJHG 110:1046), ClinGen SVI splicing
    /// recommendation.
    const SPLICING_KEPT_MAX: f32 = 0.1;
}

/// Strengths of a calibration's thresholds, in their order.
const STEPS: [Strength; 3] = [Strength::Supporting, Strength::Moderate, Strength::Strong];

impl Calibration {
    /// Strength for (true) or against (false) pathogenic.
    fn judge(&self, value: f32) -> Option<(bool, Strength)> {
        let damaging = self.damaging.iter().rposition(|t| value >= *t).map(|step| (true, STEPS[step]));
        damaging.or_else(|| self.tolerated.iter().rposition(|t| value <= *t).map(|step| (false, STEPS[step])))
    }
}

/// Points for the ranking: what the missense score says of a variant, -4 to 4; 0 where none says anything.
pub fn missense_points(scores: &[(Score, f32)]) -> i32 {
    let judged = MISSENSE.iter().find_map(|c| scores.iter().find(|(s, _)| *s == c.score).map(|(_, value)| c.judge(*value)));
    judged.flatten().map_or(0, |(damaging, strength)| if damaging { strength.points() } else { -strength.points() })
}

/// The criteria, and what could not be looked at.
pub fn predicted(question: &Question, knowledge: &Knowledge, met: &mut Vec<Criterion>, not_evaluated: &mut Vec<String>) {
    let effect = &question.variant.effect;
    if effect.worst().impact() == Impact::High {
        return;
    }
    let splicing = question.variant.scores.iter().find(|(s, _)| *s == Score::SpliceAi).map(|(_, value)| *value);
    let changed = splicing.filter(|v| *v >= SPLICING_CHANGED_MIN);
    let missense = if effect.worst() == Consequence::Missense { missense(question, knowledge, not_evaluated) } else { None };
    match (missense, changed) {
        (Some(criterion), None) => met.push(criterion),
        (Some(criterion), Some(_)) if criterion.code == "PP3" => met.push(criterion),
        (_, Some(value)) => {
            met.push(Criterion::new("PP3", Strength::Supporting, format!("SpliceAI {value:.2} predicts a change of splicing")));
        }
        (None, None) => {}
    }
    if !is_judged_by_splicing(effect) {
        return;
    }
    match splicing {
        None => {
            let why =
                if knowledge.evidence.has_score(Score::SpliceAi) { "has no SpliceAI score for this variant" } else { "has no SpliceAI" };
            not_evaluated.push(format!("BP4, BP7 (splicing): the pack {why}"));
        }
        Some(value) if value <= SPLICING_KEPT_MAX => {
            met.push(Criterion::new("BP4", Strength::Supporting, format!("SpliceAI {value:.2} predicts no change of splicing")));
            met.extend(silent(effect));
        }
        Some(_) => {}
    }
}

fn missense(question: &Question, knowledge: &Knowledge, not_evaluated: &mut Vec<String>) -> Option<Criterion> {
    let Some(calibration) = MISSENSE.iter().find(|c| knowledge.evidence.has_score(c.score)) else {
        not_evaluated.push("PP3, BP4: the pack has no missense score (REVEL, AlphaMissense or CADD)".into());
        return None;
    };
    let name = calibration.score.name();
    let Some((_, value)) = question.variant.scores.iter().find(|(s, _)| *s == calibration.score) else {
        not_evaluated.push(format!("PP3, BP4: the pack has no {name} for this variant"));
        return None;
    };
    let (damaging, strength) = calibration.judge(*value)?;
    Some(Criterion::new(if damaging { "PP3" } else { "BP4" }, strength, format!("{name} {value:.3}")))
}

/// Silent and intronic changes can matter only through splicing.
fn is_judged_by_splicing(effect: &Effect) -> bool {
    matches!(
        effect.worst(),
        Consequence::Synonymous
            | Consequence::StopRetained
            | Consequence::Intron
            | Consequence::SpliceRegion
            | Consequence::SplicePolypyrimidine
    )
}

/// BP7: silent and away from the splice site, with no predicted change of splicing. Source: Walker 2023.
fn silent(effect: &Effect) -> Option<Criterion> {
    let near = [Consequence::SpliceRegion, Consequence::SpliceDonorFifthBase];
    let silent = matches!(effect.worst(), Consequence::Synonymous | Consequence::StopRetained);
    (silent && !effect.terms.iter().any(|t| near.contains(t)))
        .then(|| Criterion::new("BP7", Strength::Supporting, "synonymous, outside the splice region"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: the thresholds of Pejaver 2022, table 2, and Bergquist 2025, table 2, from either side.
    #[test]
    fn scores_speak_at_their_published_thresholds() {
        for (score, value, points) in [
            (Score::Revel, 0.932, 4),
            (Score::Revel, 0.931, 2),
            (Score::Revel, 0.773, 2),
            (Score::Revel, 0.644, 1),
            (Score::Revel, 0.643, 0),
            (Score::Revel, 0.291, 0),
            (Score::Revel, 0.290, -1),
            (Score::Revel, 0.183, -2),
            (Score::Revel, 0.016, -4),
            (Score::AlphaMissense, 0.99, 4),
            (Score::AlphaMissense, 0.5, 0),
            (Score::AlphaMissense, 0.169, -1),
            (Score::Cadd, 28.1, 2),
            (Score::Cadd, 25.2, 0),
            (Score::Cadd, 22.7, -1),
            (Score::PhyloP, 9.9, 0),
        ] {
            assert_eq!(missense_points(&[(score, value)]), points, "{score} {value}");
        }
        assert_eq!(missense_points(&[(Score::Cadd, 30.0), (Score::Revel, 0.1)]), -2, "REVEL comes first");
    }
}
