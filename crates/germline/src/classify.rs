//! ACMG/AMP criteria with points: each met criterion with its strength and its evidence, each criterion that
//! could not be looked at with the reason.
//!
//! Sources: Richards 2015 (Genet Med 17:405); Tavtigian 2020 (Hum Mutat 41:1734) for points; ACGS Best Practice
//! Guidelines for Variant Classification 2024; ClinGen SVI recommendations where named.

pub mod copy_number;
pub mod null_variant;
pub mod predicted;
pub mod revised;
pub mod same_residue;

use crate::settings as rules;
use crate::{
    identity::Parentage,
    inherit::{Origin, Pattern, Phase},
};
use annotation::{Knowledge, annotate::Annotated};
use copy_number::CopyNumber;
pub use genome::{AcmgCode, Pathogenicity, Strength};
use genome::{
    Consequence, Evidence, Strand, Structure,
    dosage::{RepeatLocus, RepeatRange},
    edit::Edit,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A criterion with its strength and why it is met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Criterion {
    /// Code, such as `PVS1`.
    pub code: String,
    /// Strength as applied.
    pub strength: Strength,
    /// Evidence in words.
    pub evidence: String,
}

/// A proposal for a variant; a scientist decides.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Classification {
    /// Class that the points give.
    pub class: Pathogenicity,
    /// Sum of points.
    pub points: i32,
    /// Score of a copy number variant, which has no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// Criteria that are met, each with its evidence.
    pub criteria: Vec<Criterion>,
    /// Criteria that could not be looked at, with the reason.
    pub not_evaluated: Vec<String>,
}

impl Classification {
    /// The class with its points, and for an uncertain one the temperature: `Uncertain significance, warm (4 points)`.
    /// Source of the temperatures: ACGS Best Practice Guidelines 2020, figure 4: posterior probabilities of 81, 68, 50, 32, 19
    /// and 10 % at 5, 4, 3, 2, 1 and 0 points.
    pub fn shown(&self) -> String {
        if let Some(score) = self.score {
            return format!("{} (copy number score {score:+.2})", self.class.label());
        }
        if self.criteria.iter().any(|c| c.code == REPEAT_LENGTH) {
            return format!("{} (by the length of the repeat)", self.class.label());
        }
        if !self.is_by_points() {
            return format!("{} (by judgement)", self.class.label());
        }
        let temperature = match (self.class, self.points) {
            (Pathogenicity::Uncertain, 5..) => ", hot",
            (Pathogenicity::Uncertain, 4) => ", warm",
            (Pathogenicity::Uncertain, 3) => ", tepid",
            (Pathogenicity::Uncertain, 2) => ", cool",
            (Pathogenicity::Uncertain, 1) => ", cold",
            (Pathogenicity::Uncertain, _) => ", ice cold",
            _ => "",
        };
        let unit = if self.points.abs() == 1 { "point" } else { "points" };
        format!("{}{temperature} ({} {unit})", self.class.label(), self.points)
    }
}

impl Criterion {
    /// A criterion of some strength.
    pub fn new(code: &str, strength: Strength, evidence: impl Into<String>) -> Criterion {
        Criterion { code: code.into(), strength, evidence: evidence.into() }
    }

    /// Speaks for benign.
    pub fn is_benign(&self) -> bool {
        self.code.starts_with('B')
    }

    /// Points of the criterion: above 0 for pathogenic, below for benign.
    pub fn points(&self) -> i32 {
        if self.is_benign() { -self.strength.points() } else { self.strength.points() }
    }

    /// The strength that its code says, of the criteria of ACMG/AMP.
    fn default_strength(&self) -> Option<Strength> {
        self.code.parse::<AcmgCode>().ok().map(AcmgCode::default_strength)
    }
}

/// The code, with its strength where that is not the criterion's own: `PVS1_Strong`, `PM2_Supporting`.
impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        let own = self.default_strength().is_none_or(|d| d == self.strength);
        if own { Ok(()) } else { f.write_str(self.strength.suffix()) }
    }
}

/// Sums criteria. BA1 stands alone. Where the sum says benign but as much speaks for pathogenic as would suffice by itself, the
/// evidence conflicts and the variant is uncertain until people have looked (Richards 2015, table 5, "contradictory").
pub fn total(criteria: Vec<Criterion>, not_evaluated: Vec<String>) -> Classification {
    let points = criteria.iter().map(Criterion::points).sum();
    let pathogenic: i32 = criteria.iter().map(Criterion::points).filter(|p| *p > 0).sum();
    let stands_alone = criteria.iter().any(|c| c.strength == Strength::StandAlone);
    let class = match if stands_alone { Pathogenicity::Benign } else { Pathogenicity::of_points(points) } {
        benign if benign <= Pathogenicity::LikelyBenign && pathogenic >= rules::CONFLICT_POINTS => Pathogenicity::Uncertain,
        class => class,
    };
    Classification { class, points, score: None, criteria, not_evaluated }
}

/// What classification is asked about.
pub struct Question<'a> {
    /// The variant with its annotation.
    pub variant: &'a Annotated,
    /// Its pattern in the family.
    pub pattern: Pattern,
    /// The other variant of a compound heterozygote.
    pub partner: Option<&'a Annotated>,
    /// Place of the gene by phenotype alone.
    pub phenotype_rank: Option<usize>,
    /// Which parents the identity checks confirmed.
    pub parentage: Parentage,
}

/// Classifies a variant: small ones by ACMG/AMP criteria, losses and gains by ClinGen's scoring, repeats by their length.
pub fn classify(question: &Question, knowledge: &Knowledge) -> Classification {
    match question.variant.call.variant.structure() {
        Some(structure) => structural(question, structure, knowledge),
        None => small(question, knowledge),
    }
}

fn structural(question: &Question, structure: Structure, knowledge: &Knowledge) -> Classification {
    let variant = &question.variant.call.variant;
    let (contig, start) = (variant.contig, variant.position.get() + 1);
    match structure {
        Structure::Deletion { end } => copy_number::classify(&CopyNumber { contig, start, end, gain: false }, question, knowledge),
        Structure::Duplication { end } => copy_number::classify(&CopyNumber { contig, start, end, gain: true }, question, knowledge),
        Structure::Repeat { end, copies } => match knowledge.repeat_at(contig, start, end) {
            Some(locus) => of_repeat(locus, copies),
            None => total(vec![], vec!["the repeat is not one of the pack's disease repeats".into()]),
        },
        _ => total(vec![], vec!["no published scoring for this kind of variant: a person must judge it".into()]),
    }
}

/// The one thing that a repeat is judged by.
const REPEAT_LENGTH: &str = "repeat length";

/// A repeat by the published ranges of its locus.
fn of_repeat(locus: &RepeatLocus, copies: u32) -> Classification {
    let class = match locus.range(copies) {
        RepeatRange::Normal => Pathogenicity::Benign,
        RepeatRange::Intermediate => Pathogenicity::Uncertain,
        RepeatRange::Pathogenic => Pathogenicity::Pathogenic,
    };
    let bound = |limit: Option<u32>| limit.map_or_else(|| "?".to_owned(), |n| n.to_string());
    let evidence = format!(
        "{copies} copies at {} ({}): harmless up to {}, pathogenic from {} (STRchive); confirm by a second method",
        locus.id,
        locus.disease,
        bound(locus.benign_max),
        bound(locus.pathogenic_min)
    );
    let criteria = vec![Criterion::new(REPEAT_LENGTH, Strength::VeryStrong, evidence)];
    Classification { class, points: 0, score: None, criteria, not_evaluated: vec![] }
}

fn small(question: &Question, knowledge: &Knowledge) -> Classification {
    let (mut met, mut not_evaluated) = (Vec::new(), Vec::new());
    met.extend(null_variant::pvs1(question, knowledge));
    met.extend(de_novo(question.pattern, question.parentage, question.phenotype_rank));
    population(question, &mut met, &mut not_evaluated);
    met.extend(in_trans(question, knowledge, &mut not_evaluated));
    if !met.iter().any(|c| c.code == "PVS1") {
        met.extend(length_change(question, &*knowledge.evidence));
    }
    met.extend(same_residue::same_residue(question, knowledge));
    predicted::predicted(question, knowledge, &mut met, &mut not_evaluated);
    not_evaluated.push("PM1: the pack has no hotspots or critical domains".into());
    total(met, not_evaluated)
}

/// PS2 and PM6. Source: ClinGen SVI recommendation for de novo criteria 1.1: with confirmed parentage a phenotype highly
/// specific for the gene gives 2 points (strong), a consistent one 1 point (moderate); with assumed parentage one step lower.
/// A parent who was read too thinly to rule the allele out confirms nothing.
fn de_novo(pattern: Pattern, parentage: Parentage, phenotype_rank: Option<usize>) -> Option<Criterion> {
    let (well_covered, related) = match pattern {
        Pattern::DeNovo { well_covered } => (well_covered, parentage.father && parentage.mother),
        Pattern::Hemizygous { origin: Origin::Neither { well_covered } } => (well_covered, parentage.mother),
        _ => return None,
    };
    let specific = phenotype_rank.is_some_and(|rank| rank <= rules::SPECIFIC_RANK_MAX);
    let confirmed = well_covered && related;
    let strength = match (confirmed, specific) {
        (true, true) => Strength::Strong,
        (true, false) | (false, true) => Strength::Moderate,
        (false, false) => Strength::Supporting,
    };
    let code = if confirmed { "PS2" } else { "PM6" };
    let coverage = if well_covered {
        "the parents are well covered and do not carry it"
    } else {
        "no parent was called with it, but one is poorly covered"
    };
    let relation = if related { "parentage is confirmed by shared alleles" } else { "parentage is assumed, not confirmed" };
    let phenotype = if specific { "highly specific for the gene (among its ten best)" } else { "not highly specific for the gene" };
    Some(Criterion::new(code, strength, format!("{coverage}; {relation}; phenotype {phenotype}")))
}

/// BA1, BS1, BS2, PM2.
fn population(question: &Question, met: &mut Vec<Criterion>, not_evaluated: &mut Vec<String>) {
    let variant = question.variant;
    let Some(frequency) = variant.frequency else {
        if variant.frequency_known {
            met.push(Criterion::new("PM2", Strength::Supporting, "not seen in the pack's population frequencies, which cover this place"));
        } else {
            not_evaluated.push("PM2, BA1, BS1, BS2: the pack has no population frequencies for this place".into());
        }
        return;
    };
    if variant.frequency_detail.filtered {
        not_evaluated
            .push("PM2, BA1, BS1, BS2: the population database does not trust its own calls of this allele (its filters failed)".into());
        return;
    }
    let highest = variant.frequency_max();
    let shown = format!("highest population frequency {:.4} % of {} alleles", highest * 100.0, frequency.alleles_examined);
    if highest > rules::FREQUENCY_BA1 {
        met.push(Criterion::new("BA1", Strength::StandAlone, shown));
    } else if highest > rules::FREQUENCY_BS1 {
        met.push(Criterion::new("BS1", Strength::Strong, shown));
    } else if highest < rules::FREQUENCY_PM2 {
        met.push(Criterion::new("PM2", Strength::Supporting, shown));
    }
    let hemizygotes = variant.frequency_detail.hemizygotes;
    if frequency.homozygotes + hemizygotes >= rules::HOMOZYGOTES_BS2 {
        let carriers = format!("{} homozygotes and {hemizygotes} hemizygotes in the population database", frequency.homozygotes);
        met.push(Criterion::new("BS2", Strength::Strong, carriers));
    }
}

/// PM3. Source: ClinGen SVI recommendation for PM3 1.0: confirmed in trans with a pathogenic or likely pathogenic variant 1 point
/// (moderate), phase unknown 0.5 (supporting), homozygous 0.5 (supporting). The other variant counts by its class in this case, on
/// evidence without PM3 of its own; its class in ClinVar is no evidence here.
fn in_trans(question: &Question, knowledge: &Knowledge, not_evaluated: &mut Vec<String>) -> Option<Criterion> {
    match (question.pattern, question.partner) {
        (Pattern::CompoundHeterozygous { phase }, Some(partner)) => {
            let theirs = classify(&Question { variant: partner, partner: None, ..*question }, knowledge).class;
            let (name, class) = (&partner.call.variant, theirs.label().to_lowercase());
            if !theirs.is_pathogenic() {
                not_evaluated
                    .push(format!("PM3: the other variant, {name}, is {class} in this case; it counts once it is pathogenic here"));
                return None;
            }
            let (strength, how) = match phase {
                Phase::Trans => (Strength::Moderate, "in trans with"),
                _ => (Strength::Supporting, "with, phase unknown,"),
            };
            Some(Criterion::new("PM3", strength, format!("{how} {name}, {class} in this case")))
        }
        (Pattern::Homozygous { .. }, _) => Some(Criterion::new("PM3", Strength::Supporting, "homozygous in an affected person")),
        _ => None,
    }
}

/// PM4 and BP3: protein length changes, in a repeat or not. Source: Richards 2015, PM4 (non-repeat region) and BP3 (repetitive
/// region); ACGS 2024: supporting for a single residue.
fn length_change(question: &Question, genome: &dyn Evidence) -> Option<Criterion> {
    let effect = &question.variant.effect;
    let variant = &question.variant.call.variant;
    if effect.uncertain.is_some() {
        return None;
    }
    match effect.worst() {
        Consequence::StopLost => Some(Criterion::new("PM4", Strength::Moderate, "the stop codon is lost and the protein extended")),
        Consequence::InframeDeletion | Consequence::InframeInsertion => {
            let bases = variant.reference.len().abs_diff(variant.alternate.len());
            let copies = copies_beside(variant, bases, genome);
            if copies >= rules::REPEAT_COPIES_MIN {
                return Some(Criterion::new(
                    "BP3",
                    Strength::Supporting,
                    format!("one of {copies} copies in a row is gained or lost in frame"),
                ));
            }
            let strength = if bases / 3 > 1 { Strength::Moderate } else { Strength::Supporting };
            Some(Criterion::new("PM4", strength, format!("{} residue(s) gained or lost in frame", bases / 3)))
        }
        _ => None,
    }
}

/// How many copies of the gained or lost bases stand in a row in the reference: how far the change can be moved tells it.
fn copies_beside(variant: &genome::Variant, bases: usize, genome: &dyn Evidence) -> usize {
    let edit = Edit::from_variant(variant);
    let deletion = usize::from(!edit.is_insertion());
    let left = edit.clone().shifted(Strand::Reverse, genome).start;
    let right = edit.shifted(Strand::Forward, genome).start;
    (right - left) as usize / bases.max(1) + deletion
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_classes_are_those_of_tavtigian_2020() {
        use Strength::*;
        let summed = |list: &[(&str, Strength)]| total(list.iter().map(|(c, s)| Criterion::new(c, *s, "")).collect(), vec![]);
        for (criteria, points, class) in [
            (vec![("PVS1", VeryStrong), ("PM2", Supporting)], 9, Pathogenicity::LikelyPathogenic),
            (vec![("PVS1", VeryStrong), ("PS2", Moderate)], 10, Pathogenicity::Pathogenic),
            (vec![("PM2", Supporting)], 1, Pathogenicity::Uncertain),
            (vec![], 0, Pathogenicity::Uncertain),
            (vec![("BP7", Supporting)], -1, Pathogenicity::Uncertain),
            (vec![("BP7", Supporting), ("BP4", Supporting)], -2, Pathogenicity::LikelyBenign),
            (vec![("BS1", Strong), ("BS2", Strong)], -8, Pathogenicity::Benign),
            (vec![("BA1", StandAlone), ("PM2", Supporting)], -7, Pathogenicity::Benign),
            (vec![("BA1", StandAlone), ("PVS1", VeryStrong)], 0, Pathogenicity::Uncertain),
            (vec![("PS1", Strong), ("PM3", Moderate)], 6, Pathogenicity::LikelyPathogenic),
        ] {
            let result = summed(&criteria);
            assert_eq!((result.points, result.class), (points, class), "{criteria:?}");
        }
    }

    /// Source: the posterior that Tavtigian 2020 gives to each number of points (prior 0.1, odds 350^(points/8)).
    #[test]
    fn the_temperatures_follow_the_posterior_probability() {
        for (points, percent, expected) in
            [(0, 10, "ice cold"), (1, 19, "cold"), (2, 32, "cool"), (3, 50, "tepid"), (4, 68, "warm"), (5, 81, "hot")]
        {
            let odds = 350f32.powf(points as f32 / 8.0);
            assert_eq!((100.0 * 0.1 * odds / (0.9 + 0.1 * odds)).round() as i32, percent);
            let class = Pathogenicity::of_points(points);
            let shown = Classification { class, points, score: None, criteria: vec![], not_evaluated: vec![] }.shown();
            let unit = if points == 1 { "point" } else { "points" };
            assert_eq!(shown, format!("Uncertain significance, {expected} ({points} {unit})"));
        }
    }

    /// Source: ClinGen SVI recommendation for de novo criteria 1.1, table 1, one proband.
    #[test]
    fn a_de_novo_variant_is_ps2_only_when_both_parents_are_well_covered_and_confirmed() {
        let both = Parentage { father: true, mother: true };
        let mother = Parentage { father: false, mother: true };
        let new = |well_covered| Pattern::DeNovo { well_covered };
        let new_on_x = Pattern::Hemizygous { origin: Origin::Neither { well_covered: true } };
        let inherited = Pattern::Dominant { origin: Origin::Mother };
        for (pattern, parentage, rank, expected) in [
            (new(true), both, Some(1), Some("PS2")),
            (new(true), both, Some(900), Some("PS2_Moderate")),
            (new(true), both, None, Some("PS2_Moderate")),
            (new(true), mother, Some(1), Some("PM6")),
            (new(true), Parentage::default(), Some(900), Some("PM6_Supporting")),
            (new(false), both, Some(1), Some("PM6")),
            (new_on_x, mother, Some(1), Some("PS2")),
            (new_on_x, Parentage::default(), Some(1), Some("PM6")),
            (inherited, both, Some(1), None),
        ] {
            let found = de_novo(pattern, parentage, rank).map(|c| c.to_string());
            assert_eq!(found.as_deref(), expected, "{pattern:?} {parentage:?} {rank:?}");
        }
    }

    #[test]
    fn a_criterion_is_written_with_its_strength_when_that_is_not_its_own() {
        assert_eq!(Criterion::new("PVS1", Strength::VeryStrong, "").to_string(), "PVS1");
        assert_eq!(Criterion::new("PVS1", Strength::Strong, "").to_string(), "PVS1_Strong");
        assert_eq!(Criterion::new("PM2", Strength::Supporting, "").to_string(), "PM2_Supporting");
        assert_eq!(Criterion::new("BP4", Strength::Supporting, "").to_string(), "BP4");
    }
}
