//! ClinGen's scoring of deletions and duplications.
//!
//! Source: Riggs 2020 (Genet Med 22:245), tables 1 (loss) and 2 (gain) with their suggested points. What needs the literature
//! (section 4, other than common variation) is for a person.

use super::{Classification, Criterion, Pathogenicity, Question, Strength, null_variant};
use crate::inherit::Pattern;
use crate::settings as rules;
use annotation::Knowledge;
use genome::{
    Contig, Gene, HgncId, Mane, Transcript,
    dosage::{DosageEvidence, DosageRegion},
};
use std::collections::BTreeSet;

genome::ruleset_constants! {
    /// Score at or above which a change is pathogenic, and at or below the negative of which it is benign. Source: Riggs 2020, table 1, note
    /// on classification.
    const PATHOGENIC_MIN: f32 = 0.99;
    /// Score at or above which a change is likely pathogenic, and at or below the negative of which it is likely benign. Source: as above.
    const LIKELY_PATHOGENIC_MIN: f32 = 0.90;
    /// Points of evidence that suffices by itself (2A), and, negated, of common or benign variation (2D or 2F, 4O). Source: Riggs 2020,
    /// tables 1 and 2.
    const POINTS_FULL: f32 = 1.0;
    /// Points of evidence as weighty as very strong (2C-1, 2D-4, 2E and 2I by PVS1, 3C). Source: Riggs 2020, tables 1 and 2.
    const POINTS_VERY_STRONG: f32 = 0.90;
    /// Points of evidence as weighty as strong (2E and 2I by PVS1_Strong, 3B). Source: as above.
    const POINTS_STRONG: f32 = 0.45;
    /// Points of evidence as weighty as moderate (2D-3, 2E and 2I by PVS1_Moderate; 5A with a specific phenotype). Source: as above.
    const POINTS_MODERATE: f32 = 0.30;
    /// Points of evidence as weighty as supporting (2E and 2I by PVS1_Supporting, 2H; 5A otherwise; negated 5C). Source: as above.
    const POINTS_SUPPORTING: f32 = 0.15;
    /// Points of a de novo change whose parents are not confirmed and whose phenotype is not specific. Source: Riggs 2020, section 4C,
    /// de novo with parentage assumed.
    const POINTS_DE_NOVO_LEAST: f32 = 0.10;
    /// Points of a change that concerns no protein-coding gene (1B). Source: Riggs 2020, section 1.
    const POINTS_NO_GENE: f32 = -0.60;
    /// A copy number variant above this population frequency is common (4O). Source: Riggs 2020, section 4O, 1 %.
    const COMMON_FREQUENCY: f32 = 0.01;
    /// pHaplo at or above which a gene is predicted haploinsufficient. Source: Collins 2022 (Cell 185:3041).
    const PHAPLO_MIN: f32 = 0.86;
    /// Genes from which on their number counts, with its points. Source: Riggs 2020, section 3 of either table.
    const MANY_GENES: [[(usize, f32); 2]; 2] = [[(35, POINTS_VERY_STRONG), (25, POINTS_STRONG)], [(50, POINTS_VERY_STRONG), (35, POINTS_STRONG)]];
}

/// Class of an evaluation's score.
fn class(score: f32) -> Pathogenicity {
    match score {
        s if s >= PATHOGENIC_MIN => Pathogenicity::Pathogenic,
        s if s >= LIKELY_PATHOGENIC_MIN => Pathogenicity::LikelyPathogenic,
        s if s <= -PATHOGENIC_MIN => Pathogenicity::Benign,
        s if s <= -LIKELY_PATHOGENIC_MIN => Pathogenicity::LikelyBenign,
        _ => Pathogenicity::Uncertain,
    }
}

/// A change of the number of copies of a stretch.
pub struct CopyNumber {
    /// Contig on which the stretch lies.
    pub contig: Contig,
    /// First base of the stretch, 1-based.
    pub start: u32,
    /// Last base of the stretch, inclusive.
    pub end: u32,
    /// Whether copies are gained; else they are lost.
    pub gain: bool,
}

struct Line {
    code: &'static str,
    points: f32,
    why: String,
}

impl CopyNumber {
    fn covers(&self, start: u32, end: u32) -> bool {
        self.start <= start && self.end >= end
    }

    fn lies_in(&self, start: u32, end: u32) -> bool {
        start <= self.start && end >= self.end
    }
}

/// Scores a deletion or duplication by sections 1 to 3, 4O and 5.
pub fn classify(change: &CopyNumber, question: &Question, knowledge: &Knowledge) -> Classification {
    let transcripts: Vec<&Transcript> = knowledge
        .transcripts_at(change.contig, change.start, change.end)
        .into_iter()
        .filter(|t| t.mane == Mane::Select && t.coding.is_some())
        .collect();
    let mut lines = vec![content(&transcripts)];
    lines.extend(established(change, question, &transcripts, knowledge));
    lines.extend(many(change, &transcripts));
    if question.variant.frequency_max() > COMMON_FREQUENCY {
        let percent = question.variant.frequency_max() * 100.0;
        lines.push(Line {
            code: "4O",
            points: -POINTS_FULL,
            why: format!("much the same change has a frequency of {percent:.1} % in the population"),
        });
    }
    lines.extend(inheritance(question));
    let score: f32 = lines.iter().map(|l| l.points).sum();
    let criteria = lines.iter().map(|l| Criterion::new(l.code, strength(l.points), format!("{:+.2}: {}", l.points, l.why))).collect();
    let not_evaluated = vec!["4A–4N: published cases and case–control studies are for a person to look up".to_owned()];
    Classification { class: class(score), points: 0, score: Some(score), criteria, not_evaluated }
}

/// Strength nearest to points: those of Riggs 2020 were set on the same scale of posterior probability as ACMG's strengths.
fn strength(points: f32) -> Strength {
    match points.abs() {
        p if p >= POINTS_VERY_STRONG => Strength::VeryStrong,
        p if p >= POINTS_STRONG => Strength::Strong,
        p if p >= POINTS_MODERATE => Strength::Moderate,
        _ => Strength::Supporting,
    }
}

/// Section 1: whether any protein-coding gene is concerned.
fn content(transcripts: &[&Transcript]) -> Line {
    match transcripts.len() {
        0 => Line { code: "1B", points: POINTS_NO_GENE, why: "no protein-coding gene is concerned".into() },
        n => Line { code: "1A", points: 0.0, why: format!("{n} protein-coding gene(s) concerned") },
    }
}

/// Section 2: the weightiest statement about an established gene or region, or a benign one, or predicted haploinsufficiency.
fn established(change: &CopyNumber, question: &Question, transcripts: &[&Transcript], knowledge: &Knowledge) -> Option<Line> {
    let regions = knowledge.dosage_regions.iter().filter(|r| r.contig == change.contig && r.start <= change.end && r.end >= change.start);
    let regions: Vec<&DosageRegion> = regions.collect();
    let evidence = |r: &DosageRegion| if change.gain { r.gain } else { r.loss };
    let sensitive: Vec<&&DosageRegion> = regions.iter().filter(|r| evidence(r) == DosageEvidence::Sufficient).collect();
    let mut found: Vec<Line> = Vec::new();
    if let Some(region) = sensitive.iter().find(|r| change.covers(r.start, r.end)) {
        found.push(Line { code: "2A", points: POINTS_FULL, why: format!("covers {}, whose dosage is established to matter", region.name) });
    } else if let Some(region) = sensitive.first() {
        found.push(Line { code: "2B", points: 0.0, why: format!("covers a part of {}", region.name) });
    }
    found.extend(transcripts.iter().filter_map(|t| of_gene(change, question, t, knowledge)));
    let sure = found.iter().any(|l| l.points > 0.0);
    if let Some(region) =
        regions.iter().find(|r| evidence(r) == DosageEvidence::Unlikely && change.lies_in(r.start, r.end)).filter(|_| !sure)
    {
        let code = if change.gain { "2D" } else { "2F" };
        found.push(Line { code, points: -POINTS_FULL, why: format!("lies within {}, a benign region", region.name) });
    }
    if !change.gain && !sure {
        found.extend(predicted(transcripts, knowledge));
    }
    found.into_iter().reduce(|a, b| if b.points.abs() > a.points.abs() { b } else { a })
}

/// Section 2 for one gene: 2A, 2C–2E of a loss, 2A, 2H, 2I of a gain.
fn of_gene(change: &CopyNumber, question: &Question, transcript: &Transcript, knowledge: &Knowledge) -> Option<Line> {
    let gene = knowledge.gene(transcript.gene)?;
    let extent = transcript.extent();
    let whole = change.covers(extent.start, extent.end);
    let symbol = &gene.symbol;
    if change.gain {
        if gene.triplosensitive && whole {
            return Some(Line { code: "2A", points: POINTS_FULL, why: format!("covers {symbol}, established triplosensitive") });
        }
        if !gene.clingen_haploinsufficient {
            return None;
        }
        return Some(match (whole, change.lies_in(extent.start, extent.end)) {
            (true, _) => Line { code: "2H", points: 0.0, why: format!("covers {symbol}, whose loss matters, whole") },
            (_, true) => within(change, question, transcript, gene, "2I", knowledge),
            _ => Line { code: "2J", points: 0.0, why: format!("one end lies within {symbol}") },
        });
    }
    if !gene.clingen_haploinsufficient {
        return None;
    }
    if whole {
        return Some(Line { code: "2A", points: POINTS_FULL, why: format!("covers {symbol}, established haploinsufficient") });
    }
    if change.lies_in(extent.start, extent.end) {
        return Some(within(change, question, transcript, gene, "2E", knowledge));
    }
    Some(one_end(change, transcript, symbol))
}

/// Both ends within a gene: by the strength of PVS1.
fn within(
    change: &CopyNumber,
    question: &Question,
    transcript: &Transcript,
    gene: &Gene,
    code: &'static str,
    knowledge: &Knowledge,
) -> Line {
    let own = question.variant.gene == transcript.gene;
    let strength = own.then(|| null_variant::pvs1(question, knowledge)).flatten().map(|c| c.strength);
    let points = match strength {
        Some(Strength::VeryStrong) => POINTS_VERY_STRONG,
        Some(Strength::Strong) => POINTS_STRONG,
        Some(Strength::Moderate) => POINTS_MODERATE,
        Some(Strength::Supporting) => POINTS_SUPPORTING,
        _ => 0.0,
    };
    let kind = if change.gain { "a gain" } else { "a loss" };
    Line { code, points, why: format!("{kind} with both ends within {}, weighed as PVS1", gene.symbol) }
}

/// A loss with one end within a gene: 2C by its 5' end, 2D by its 3' end.
fn one_end(change: &CopyNumber, transcript: &Transcript, symbol: &str) -> Line {
    let extent = transcript.extent();
    let takes_left = change.start <= extent.start;
    let five_prime = takes_left == (transcript.strand == genome::Strand::Forward);
    let coding = transcript.coding.is_some_and(|c| change.start <= c.end && change.end >= c.start);
    if five_prime {
        if coding {
            return Line { code: "2C-1", points: POINTS_VERY_STRONG, why: format!("takes the 5' end of {symbol} with coding sequence") };
        }
        return Line { code: "2C-2", points: 0.0, why: format!("takes the 5' untranslated end of {symbol}") };
    }
    let ordered = transcript.exons_in_order();
    let others = ordered.iter().rev().skip(1).any(|(e, _)| change.start <= e.end && change.end >= e.start);
    match (coding, others) {
        (false, _) => Line { code: "2D-1", points: 0.0, why: format!("takes the 3' untranslated end of {symbol}") },
        (true, false) => Line {
            code: "2D-3",
            points: POINTS_MODERATE,
            why: format!("takes the last exon of {symbol}; whether others there are known is for a person"),
        },
        (true, true) => Line { code: "2D-4", points: POINTS_VERY_STRONG, why: format!("takes the last exon of {symbol} and others") },
    }
}

/// 2H: two predictors agree on a gene that is lost whole.
fn predicted(transcripts: &[&Transcript], knowledge: &Knowledge) -> Option<Line> {
    let is_predicted =
        |gene: &&Gene| gene.haploinsufficiency.is_some_and(|p| p >= PHAPLO_MIN) && gene.loeuf.is_some_and(|l| l < rules::LOEUF_CONSTRAINED);
    let gene = transcripts.iter().filter_map(|t| knowledge.gene(t.gene)).find(is_predicted)?;
    Some(Line { code: "2H", points: POINTS_SUPPORTING, why: format!("pHaplo and LOEUF predict that the loss of {} matters", gene.symbol) })
}

/// Section 3: how many protein-coding genes are concerned.
fn many(change: &CopyNumber, transcripts: &[&Transcript]) -> Option<Line> {
    let genes = transcripts.iter().map(|t| t.gene).collect::<BTreeSet<HgncId>>().len();
    let (_, points) = MANY_GENES[usize::from(change.gain)].into_iter().find(|(least, _)| genes >= *least)?;
    Some(Line { code: if points >= POINTS_VERY_STRONG { "3C" } else { "3B" }, points, why: format!("{genes} protein-coding genes") })
}

/// Section 5, as far as the family tells.
fn inheritance(question: &Question) -> Option<Line> {
    let both = question.parentage.father && question.parentage.mother;
    let specific = question.phenotype_rank.is_some_and(|rank| rank <= rules::SPECIFIC_RANK_MAX);
    match question.pattern {
        Pattern::DeNovo { well_covered } => {
            let points = match (well_covered && both, specific) {
                (true, true) => POINTS_MODERATE,
                (true, false) | (false, true) => POINTS_SUPPORTING,
                (false, false) => POINTS_DE_NOVO_LEAST,
            };
            Some(Line { code: "5A", points, why: "de novo, weighed as 4B or 4C".into() })
        }
        Pattern::FromUnaffected { .. } => {
            Some(Line { code: "5C", points: -POINTS_SUPPORTING, why: "inherited from an unaffected relative".into() })
        }
        _ => None,
    }
}
