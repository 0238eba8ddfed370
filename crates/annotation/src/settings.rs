//! Thresholds of screening and annotating, each with where it comes from.

genome::ruleset_constants! {
    /// Fewer reads than this do not support a call. Source: GIAB-based practice in slivar (Pedersen 2021, npj Genom Med 6:60) is 10; a
    /// lower bound is taken so that a poorly covered true variant is kept and flagged, not lost.
    pub const DEPTH_READS_MIN: u32 = 4;
    /// Below this depth a kept call is flagged. Source: slivar, as above.
    pub const DEPTH_READS_FLAGGED: u32 = 10;
    /// Genotype quality below which a call is not believed (10 % error, by definition of Phred).
    pub const QUALITY_PHRED_MIN: f32 = 10.0;
    /// Genotype quality below which a kept call is flagged. Source: slivar, as above.
    pub const QUALITY_PHRED_FLAGGED: f32 = 20.0;
    /// Share of alternate reads below which a heterozygous call is not believed: as likely an artefact or low mosaicism.
    pub const ALLELE_BALANCE_MIN: f32 = 0.15;
    /// Share of alternate reads below which a kept heterozygous call is flagged. Source: slivar, 0.2–0.8.
    pub const ALLELE_BALANCE_FLAGGED: f32 = 0.25;
    /// Recessive candidates above this frequency are set aside. Source: Genomics England tiering, biallelic 1 %; doubled for
    /// common recessive alleles (CFTR p.Phe508del is 1.5 % in Europeans).
    pub const FREQUENCY_RECESSIVE_MAX: f32 = 0.02;
    /// SpliceAI at or above this predicts a change of splicing. Source: Walker 2023 (AJHG 110:1046), ClinGen SVI splicing recommendation.
    pub const SPLICING_CHANGED_MIN: f32 = 0.2;
    /// Bases between two changes of one copy up to which they are read together: two codons and a short restored frame lie well within.
    /// Unconfirmed: no published source found.
    pub const NEIGHBOUR_BASES_MAX: u32 = 30;
    /// Bases on either side of an exon in which a change is looked at. Source: the polypyrimidine tract of the Sequence Ontology
    /// (SO:0002169) reaches to −17; rounded up.
    pub const EXON_MARGIN_BASES: u32 = 20;
    /// Genes of a disorder above which it is taken as a group of disorders, whose modes of inheritance are not those of each gene.
    /// Unconfirmed: no published source found.
    pub const OWN_GENES_MAX: usize = 3;
    /// Natural logarithm of the phenotype's likelihood ratio of a gene without any annotated disease: less than a match, more than a
    /// contradiction. Tuned on the visible published cases; unconfirmed: no published source found.
    pub const LOG_RATIO_UNANNOTATED: f32 = -3.0;
}
