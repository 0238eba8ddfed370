//! What a variant does to a transcript, in Sequence Ontology terms.

mod coding;
pub mod haplotype;
mod structural;

use crate::{Reference, Strand, Transcript, Variant, edit::Edit, hgvs, transcript::Place};
use serde::{Deserialize, Serialize};

/// A Sequence Ontology consequence, most severe first (the order of Ensembl's calculated consequences).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Consequence {
    /// The whole transcript is deleted (`transcript_ablation`).
    TranscriptAblation,
    /// One of the two bases before an exon changes (`splice_acceptor_variant`).
    SpliceAcceptor,
    /// One of the two bases after an exon changes (`splice_donor_variant`).
    SpliceDonor,
    /// A codon becomes a stop (`stop_gained`).
    StopGained,
    /// The reading frame is shifted (`frameshift_variant`).
    Frameshift,
    /// The stop codon is lost and the protein is extended (`stop_lost`).
    StopLost,
    /// The start codon is lost (`start_lost`).
    StartLost,
    /// The whole transcript is there once more (`transcript_amplification`).
    TranscriptAmplification,
    /// A part of the transcript is cut off (`feature_truncation`).
    FeatureTruncation,
    /// The number of copies of a tandem repeat changes (`short_tandem_repeat_change`).
    RepeatChange,
    /// Whole codons are added (`inframe_insertion`).
    InframeInsertion,
    /// Whole codons are removed (`inframe_deletion`).
    InframeDeletion,
    /// An amino acid becomes another (`missense_variant`).
    Missense,
    /// The fifth base of an intron changes (`splice_donor_5th_base_variant`).
    SpliceDonorFifthBase,
    /// Within 3 bases of an exon or 8 of an intron at a splice site (`splice_region_variant`).
    SpliceRegion,
    /// Between 17 and 3 bases before an exon (`splice_polypyrimidine_tract_variant`).
    SplicePolypyrimidine,
    /// The start codon changes and remains one (`start_retained_variant`).
    StartRetained,
    /// The stop codon changes and remains one (`stop_retained_variant`).
    StopRetained,
    /// The codon changes and its amino acid does not (`synonymous_variant`).
    Synonymous,
    /// Coding sequence changes in a way that cannot be translated (`coding_sequence_variant`).
    CodingSequence,
    /// The transcript is lengthened (`feature_elongation`).
    FeatureElongation,
    /// In the untranslated sequence before the start codon (`5_prime_UTR_variant`).
    FivePrimeUtr,
    /// In the untranslated sequence after the stop codon (`3_prime_UTR_variant`).
    ThreePrimeUtr,
    /// In an exon of a non-coding transcript (`non_coding_transcript_exon_variant`).
    NonCodingExon,
    /// In an intron, away from its splice sites (`intron_variant`).
    Intron,
    /// In no transcript (`intergenic_variant`).
    Intergenic,
}

/// Severity class of a consequence (Ensembl's impact).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Impact {
    /// Presumed to disrupt the protein.
    High,
    /// May change how well the protein works.
    Moderate,
    /// Presumed mostly harmless.
    Low,
    /// Outside coding sequence, where effects are hard to predict.
    Modifier,
}

/// Why a protein change is not predicted where the pack holds no bases.
pub const NO_SEQUENCE: &str = "the reference pack holds no sequence for this gene";

/// What one variant does to one transcript.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Effect {
    /// Accession of the transcript, with its version.
    pub transcript: String,
    /// Terms, most severe first; at least one.
    pub terms: Vec<Consequence>,
    /// HGVS c. (or n.) description without accession.
    pub hgvs_c: Option<String>,
    /// HGVS p. description without accession.
    pub hgvs_p: Option<String>,
    /// Exon number and number of exons, when exonic or at a splice site.
    pub exon: Option<(usize, usize)>,
    /// 1-based residue where the protein changes.
    pub residue: Option<usize>,
    /// How the transcript is expected to lose its function, if it is.
    pub truncation: Option<Truncation>,
    /// Set when the protein change could not be predicted, with the reason.
    pub uncertain: Option<String>,
}

/// Facts that the PVS1 decision tree asks of a truncating change (Abou Tayoun 2018).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Truncation {
    /// The message is expected to be destroyed (premature stop more than 50 bases before the last junction).
    pub nonsense_mediated_decay: bool,
    /// Reading frame is kept (an in-frame exon is skipped).
    pub in_frame: bool,
    /// Share of the protein that is lost, 0–1.
    pub removed_share: f32,
}

/// A premature stop closer than this to the last exon junction escapes decay. Source: Abou Tayoun 2018 (PVS1), figure 1.
const DECAY_ESCAPE_BASES: u32 = 50;

impl Consequence {
    /// Sequence Ontology name.
    pub fn name(self) -> &'static str {
        match self {
            Consequence::TranscriptAblation => "transcript_ablation",
            Consequence::SpliceAcceptor => "splice_acceptor_variant",
            Consequence::SpliceDonor => "splice_donor_variant",
            Consequence::StopGained => "stop_gained",
            Consequence::Frameshift => "frameshift_variant",
            Consequence::StopLost => "stop_lost",
            Consequence::StartLost => "start_lost",
            Consequence::TranscriptAmplification => "transcript_amplification",
            Consequence::FeatureTruncation => "feature_truncation",
            Consequence::RepeatChange => "short_tandem_repeat_change",
            Consequence::InframeInsertion => "inframe_insertion",
            Consequence::InframeDeletion => "inframe_deletion",
            Consequence::Missense => "missense_variant",
            Consequence::SpliceDonorFifthBase => "splice_donor_5th_base_variant",
            Consequence::SpliceRegion => "splice_region_variant",
            Consequence::SplicePolypyrimidine => "splice_polypyrimidine_tract_variant",
            Consequence::StartRetained => "start_retained_variant",
            Consequence::StopRetained => "stop_retained_variant",
            Consequence::Synonymous => "synonymous_variant",
            Consequence::CodingSequence => "coding_sequence_variant",
            Consequence::FeatureElongation => "feature_elongation",
            Consequence::FivePrimeUtr => "5_prime_UTR_variant",
            Consequence::ThreePrimeUtr => "3_prime_UTR_variant",
            Consequence::NonCodingExon => "non_coding_transcript_exon_variant",
            Consequence::Intron => "intron_variant",
            Consequence::Intergenic => "intergenic_variant",
        }
    }

    /// Severity class, as Ensembl gives it to each term.
    pub fn impact(self) -> Impact {
        match self {
            c if c <= Consequence::RepeatChange => Impact::High,
            c if c <= Consequence::Missense => Impact::Moderate,
            c if c <= Consequence::Synonymous => Impact::Low,
            Consequence::CodingSequence => Impact::Moderate,
            _ => Impact::Modifier,
        }
    }
}

impl Effect {
    /// An effect of one term on a transcript, with nothing more known of it.
    pub fn new(transcript: &str, term: Consequence) -> Effect {
        Effect {
            transcript: transcript.into(),
            terms: vec![term],
            hgvs_c: None,
            hgvs_p: None,
            exon: None,
            residue: None,
            truncation: None,
            uncertain: None,
        }
    }

    /// The most severe term.
    pub fn worst(&self) -> Consequence {
        self.terms[0]
    }

    /// Terms joined as in VEP's and bcftools' output.
    pub fn term_names(&self) -> String {
        self.terms.iter().map(|t| t.name()).collect::<Vec<_>>().join("&")
    }
}

/// What a normalised variant does to a transcript, or nothing if it lies outside.
///
/// The variant is described where HGVS places it (3' rule in transcript direction). In a repeat the same change can also be
/// placed at the other end: a start codon or splice site that one placement leaves alone is not lost, and across a splice site
/// the placement that means more gives the terms, with a note; which of the two is spliced is not known, so nothing is taken to be
/// truncated.
pub fn effect(variant: &Variant, transcript: &Transcript, genome: &dyn Reference) -> Option<Effect> {
    if let Some(structure) = variant.structure() {
        return structural::effect(variant, structure, transcript);
    }
    let edit = Edit::from_variant(variant).shifted(transcript.strand, genome);
    let upstream = edit.clone().shifted(transcript.strand.opposite(), genome);
    if upstream.start == edit.start {
        return placed(&edit, &edit, transcript, genome);
    }
    let mut effect = placed(&edit, &upstream, transcript, genome)?;
    let Some(other) = placed(&upstream, &edit, transcript, genome) else { return Some(effect) };
    if effect.worst() == Consequence::StartLost && other.worst() == Consequence::FivePrimeUtr {
        effect.terms[0] = Consequence::StartRetained;
        effect.hgvs_p = Some("p.(Met1=)".into());
        effect.terms.sort_unstable();
    } else if effect.worst().impact() > Impact::Moderate && other.worst().impact() <= Impact::Moderate {
        effect.uncertain = Some(format!("at the other end of its repeat the same change is {}", other.term_names()));
        effect.terms.extend(other.terms);
        effect.terms.retain(|t| *t != Consequence::Intron);
        effect.terms.push(Consequence::SpliceRegion);
        effect.terms.sort_unstable();
        effect.terms.dedup();
        (effect.hgvs_p, effect.residue) = (other.hgvs_p, other.residue);
    }
    Some(effect)
}

/// The effect of an edit at one of its placements; `other` is the placement at the far end of its repeat, or itself.
fn placed(edit: &Edit, other: &Edit, transcript: &Transcript, genome: &dyn Reference) -> Option<Effect> {
    let extent = transcript.extent();
    if edit.end < extent.start || edit.start > extent.end {
        return None;
    }
    if edit.start <= extent.start && edit.end >= extent.end {
        return Some(Effect::new(&transcript.id, Consequence::TranscriptAblation));
    }
    let mut effect = Effect::new(&transcript.id, Consequence::Intron);
    effect.terms.clear();
    effect.hgvs_c = hgvs::coding(edit, transcript, genome);
    effect.exon = nearest_exon(edit, transcript);
    splice_terms(edit, other, transcript, &mut effect);
    exonic_terms(edit, transcript, genome, &mut effect);
    if effect.terms.is_empty() {
        effect.terms.push(Consequence::Intron);
        effect.exon = None;
    }
    effect.terms.sort_unstable();
    let within = transcript.coding.is_some_and(|coding| edit.start > coding.start && edit.end < coding.end);
    if within && effect.hgvs_p.is_none() && effect.worst() <= Consequence::SpliceDonor {
        // HGVS: a change of splicing whose protein is not known from RNA is `p.?`.
        effect.hgvs_p = Some("p.?".into());
    }
    effect.terms.dedup();
    Some(effect)
}

fn nearest_exon(edit: &Edit, transcript: &Transcript) -> Option<(usize, usize)> {
    let along = match transcript.place(edit.start.max(transcript.extent().start)) {
        Place::Exonic(offset) | Place::Intronic(offset, _) => offset,
        Place::Outside => return None,
    };
    Some((transcript.exon_number(along), transcript.exons.len()))
}

/// Splice terms by distance into the intron or exon. Source: Sequence Ontology SO:0001574, SO:0001575,
/// SO:0001787, SO:0001630, SO:0002169 (1–2; +5; exon 1–3 and intron 3–8; −3 to −17). The two bases of a site are changed only
/// if every placement of the edit touches them.
fn splice_terms(edit: &Edit, other: &Edit, transcript: &Transcript, effect: &mut Effect) {
    let forward = transcript.strand == Strand::Forward;
    for pair in transcript.exons.windows(2) {
        let (intron_start, intron_end) = (pair[0].end + 1, pair[1].start - 1);
        if edit.end.max(other.end) + 20 < intron_start || edit.start.min(other.start) > intron_end + 20 {
            continue;
        }
        // Distances count from the edge of the exon: 1 is the first base of the intron, 0 the exon's last.
        let touches = |edit: &Edit, from_left: bool, low: i64, high: i64| {
            let (a, b) = if from_left {
                (i64::from(intron_start) + low - 1, i64::from(intron_start) + high - 1)
            } else {
                (i64::from(intron_end) - high + 1, i64::from(intron_end) - low + 1)
            };
            let (start, end) = (i64::from(edit.start), i64::from(edit.end));
            if edit.is_insertion() { start > a && start <= b } else { start <= b && end >= a }
        };
        // Between the exon and its site an insertion takes the site's place.
        let at_edge = |edit: &Edit, left: bool| edit.is_insertion() && edit.start == if left { intron_start } else { intron_end + 1 };
        let changes = |edit: &Edit, left: bool| touches(edit, left, 1, 2) || at_edge(edit, left);
        let site = |left: bool| changes(edit, left) && changes(other, left);
        let (donor, acceptor) = (forward, !forward);
        if site(donor) {
            effect.terms.push(Consequence::SpliceDonor);
            effect.truncation = Some(skipped(transcript, if forward { pair[0] } else { pair[1] }));
        }
        if site(acceptor) {
            effect.terms.push(Consequence::SpliceAcceptor);
            effect.truncation = Some(skipped(transcript, if forward { pair[1] } else { pair[0] }));
        }
        if touches(edit, donor, 5, 5) {
            effect.terms.push(Consequence::SpliceDonorFifthBase);
        }
        if touches(edit, acceptor, 3, 17) {
            effect.terms.push(Consequence::SplicePolypyrimidine);
        }
        let near = |edit: &Edit, left| touches(edit, left, 3, 8) || touches(edit, left, -2, 0) || changes(edit, left);
        let lost = (site(donor) || site(acceptor)) && !edit.is_insertion();
        if !lost && [donor, acceptor].into_iter().any(|side| near(edit, side) || near(other, side)) {
            effect.terms.push(Consequence::SpliceRegion);
        }
    }
}

/// A splice-site change is taken to skip its exon (Abou Tayoun 2018, figure 1).
fn skipped(transcript: &Transcript, exon: crate::transcript::Exon) -> Truncation {
    let Some(coding) = transcript.coding else {
        return Truncation { nonsense_mediated_decay: false, in_frame: true, removed_share: 0.0 };
    };
    let lost = exon.end.min(coding.end).saturating_sub(exon.start.max(coding.start).saturating_sub(1));
    let total = transcript.coding_offsets().map_or(1, |(a, b)| (b - a).max(1));
    let in_frame = lost % 3 == 0;
    let last_exon_junction = transcript.last_junction().unwrap_or(0);
    let along = match transcript.place(if transcript.strand == Strand::Forward { exon.start } else { exon.end }) {
        Place::Exonic(offset) => offset,
        _ => 0,
    };
    let decays = !in_frame && along + DECAY_ESCAPE_BASES < last_exon_junction;
    let removed = if in_frame { lost } else { transcript.coding_offsets().map_or(0, |(_, end)| end.saturating_sub(along)) };
    Truncation { nonsense_mediated_decay: decays, in_frame, removed_share: removed as f32 / total as f32 }
}

fn exonic_terms(edit: &Edit, transcript: &Transcript, genome: &dyn Reference, effect: &mut Effect) {
    let touched: Vec<_> = transcript.exons.iter().filter(|e| overlaps(edit, **e)).copied().collect();
    if touched.is_empty() {
        return;
    }
    let Some(coding) = transcript.coding else {
        effect.terms.push(Consequence::NonCodingExon);
        return;
    };
    for exon in touched {
        let (start, end) = (edit.start.max(exon.start), edit.end.min(exon.end));
        let (before, after) = match transcript.strand {
            Strand::Forward => (Consequence::FivePrimeUtr, Consequence::ThreePrimeUtr),
            Strand::Reverse => (Consequence::ThreePrimeUtr, Consequence::FivePrimeUtr),
        };
        if start < coding.start {
            effect.terms.push(before);
        }
        if end > coding.end || (edit.is_insertion() && start > coding.end) {
            effect.terms.push(after);
        }
        let in_coding =
            if edit.is_insertion() { start > coding.start && start <= coding.end } else { start <= coding.end && end >= coding.start };
        if in_coding {
            coding::apply(edit, transcript, genome, effect);
        }
    }
}

fn overlaps(edit: &Edit, exon: crate::transcript::Exon) -> bool {
    if edit.is_insertion() { edit.start > exon.start && edit.start <= exon.end } else { edit.start <= exon.end && edit.end >= exon.start }
}

#[cfg(test)]
mod tests;
