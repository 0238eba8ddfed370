//! The first sieve: cheap questions first, so that most records are dropped before they are fully read.

use crate::{Knowledge, Reason, case::Family, settings as rules};
use genome::{Contig, Genotype, Variant, Zygosity};

/// Whether the place of a record can matter at all.
pub fn place(contig: Option<Contig>, start: u32, end: u32, knowledge: &Knowledge) -> Result<Contig, Reason> {
    let contig = contig.ok_or(Reason::OtherContig)?;
    if contig == Contig::MT || knowledge.is_near_exon(contig, start, end) {
        return Ok(contig);
    }
    Err(Reason::NoTranscript)
}

/// Whether the proband's call can be believed.
pub fn proband_call(genotype: &Genotype, contig: Contig) -> Result<(), Reason> {
    if !genotype.carries() {
        return Err(Reason::NotInProband);
    }
    let shallow = genotype.depth_reads.is_some_and(|d| d < rules::DEPTH_READS_MIN);
    let doubtful = genotype.quality_phred.is_some_and(|q| q < rules::QUALITY_PHRED_MIN);
    let skewed = contig != Contig::MT
        && genotype.zygosity == Zygosity::Heterozygous
        && genotype.allele_balance().is_some_and(|b| b < rules::ALLELE_BALANCE_MIN);
    if shallow || doubtful || skewed { Err(Reason::LowQuality) } else { Ok(()) }
}

/// Whether a normalised variant is rare enough to go on. A known pathogenic variant always is.
pub fn rarity(variant: &Variant, knowledge: &Knowledge) -> Result<(), Reason> {
    let common = knowledge.evidence.frequency(variant).is_some_and(|f| f.overall.max(f.highest_group) > rules::FREQUENCY_RECESSIVE_MAX);
    let pathogenic = knowledge.evidence.assertion(variant).is_some_and(|a| a.significance.is_pathogenic());
    if common && !pathogenic { Err(Reason::TooCommon) } else { Ok(()) }
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

/// The call as the person's sex allows it: a male's homozygous call on X or Y outside the pseudo-autosomal regions is hemizygous.
pub fn ploidy_corrected(mut genotype: Genotype, variant: &Variant, family: &Family, member: usize) -> Genotype {
    use crate::case::Sex;
    let sex_linked = matches!(variant.contig, Contig::X | Contig::Y) && !variant.contig.is_pseudo_autosomal(variant.position.get());
    if sex_linked && family.members()[member].sex == Sex::Male && genotype.zygosity == Zygosity::Homozygous {
        genotype.zygosity = Zygosity::Hemizygous;
    }
    genotype
}
