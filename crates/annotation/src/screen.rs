//! The first sieve: cheap questions first, so that most records are dropped before they are fully read.

use crate::{
    Cause, Knowledge, Reason,
    case::{Family, Sex},
    settings as rules,
};
use genome::{Contig, Genotype, Structure, Variant, Zygosity, dosage::RepeatRange};

/// Whether the place of a record can matter at all.
pub fn place(contig: Option<Contig>, start: u32, end: u32, knowledge: &Knowledge) -> Result<Contig, Reason> {
    let contig = contig.ok_or(Reason::OtherContig)?;
    if contig == Contig::MT || knowledge.is_near_exon(contig, start, end) {
        return Ok(contig);
    }
    Err(Reason::NoTranscript)
}

/// Whether a structural variant can matter where it lies: a repeat by its locus, length and unit, anything else by touching a gene.
pub fn structural_place(variant: &Variant, structure: Structure, unit: Option<&str>, knowledge: &Knowledge) -> Result<(), Reason> {
    let (start, end) = (variant.position.get(), variant.end());
    let Structure::Repeat { copies, .. } = structure else {
        let touches = !knowledge.transcripts_at(variant.contig, start, end + 1).is_empty();
        return if touches { Ok(()) } else { Err(Reason::NoTranscript) };
    };
    let locus = knowledge.repeat_at(variant.contig, start + 1, end).ok_or(Reason::NoTranscript)?;
    let other_unit = match unit {
        Some(unit) => !locus.is_its_unit(unit) && locus.other_unit_in_reference,
        None => locus.other_unit_in_reference,
    };
    if other_unit || locus.range(copies) == RepeatRange::Normal { Err(Reason::RepeatNormal) } else { Ok(()) }
}

/// Whether the proband's call can be believed.
pub fn proband_call(genotype: &Genotype, contig: Contig) -> Result<(), Cause> {
    if !genotype.carries() {
        return Err(Reason::NotInProband.into());
    }
    if let Some(depth) = genotype.depth_reads.filter(|d| *d < rules::DEPTH_READS_MIN) {
        return Err(Cause::measured(Reason::LowDepth, depth as f32));
    }
    if let Some(quality) = genotype.quality_phred.filter(|q| *q < rules::QUALITY_PHRED_MIN) {
        return Err(Cause::measured(Reason::LowGenotypeQuality, quality));
    }
    let one_of_two = contig != Contig::MT && genotype.zygosity == Zygosity::Heterozygous;
    match genotype.allele_balance().filter(|b| one_of_two && *b < rules::ALLELE_BALANCE_MIN) {
        Some(balance) => Err(Cause::measured(Reason::LowAlleleBalance, balance)),
        None => Ok(()),
    }
}

/// Whether a normalised variant is rare enough to go on. A known pathogenic variant always is.
pub fn rarity(variant: &Variant, knowledge: &Knowledge) -> Result<(), Cause> {
    let highest = knowledge.evidence.frequency(variant).map(|f| f.overall.max(f.highest_group));
    let Some(common) = highest.filter(|f| *f > rules::FREQUENCY_RECESSIVE_MAX) else { return Ok(()) };
    let pathogenic = knowledge.evidence.assertion(variant).is_some_and(|a| a.significance.is_pathogenic());
    if pathogenic { Ok(()) } else { Err(Cause::measured(Reason::TooCommon, common)) }
}

/// Doubts about a call that is kept, in words.
pub fn doubts(genotype: &Genotype) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(depth) = genotype.depth_reads.filter(|d| *d < rules::DEPTH_READS_FLAGGED) {
        doubts.push(format!("only {depth} reads"));
    }
    if let Some(quality) = genotype.quality_phred.filter(|q| *q < rules::QUALITY_PHRED_FLAGGED) {
        doubts.push(format!("genotype quality {quality}"));
    }
    let balance = genotype.allele_balance().filter(|b| *b < rules::ALLELE_BALANCE_FLAGGED);
    if let (Some(balance), Zygosity::Heterozygous) = (balance, genotype.zygosity) {
        doubts.push(format!("{:.0} % of reads carry the allele: low for a heterozygous call", balance * 100.0));
    }
    doubts
}

/// Whether a person has one copy of where a variant lies: a male on X and Y outside the pseudo-autosomal regions.
pub fn has_one_copy(variant: &Variant, family: &Family, member: usize) -> bool {
    let sex_linked = matches!(variant.contig, Contig::X | Contig::Y) && !variant.contig.is_pseudo_autosomal(variant.position.get());
    sex_linked && family.members()[member].sex == Sex::Male
}

/// The call as the person's sex allows it: a male's homozygous call on X or Y outside the pseudo-autosomal regions is hemizygous.
pub fn ploidy_corrected(mut genotype: Genotype, variant: &Variant, family: &Family, member: usize) -> Genotype {
    if has_one_copy(variant, family, member) && genotype.zygosity == Zygosity::Homozygous {
        genotype.zygosity = Zygosity::Hemizygous;
    }
    genotype
}
