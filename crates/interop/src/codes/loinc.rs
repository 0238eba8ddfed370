//! LOINC: questions about genetic tests and their answers. Source: LOINC 2.80; HL7 Genomics Reporting 3.0.0; HL7 laboratory
//! results interface for genetics.

use super::{Concept, system};
use care::interpretation::case::Outcome;
use genome::{Pathogenicity, Zygosity};

const fn loinc(code: &'static str, display: &'static str) -> Concept {
    Concept::new(system::LOINC, code, display)
}

/// The report as a whole.
pub const GENETIC_ANALYSIS_REPORT: Concept = loinc("51969-4", "Genetic analysis report");
/// What the test as a whole found.
pub const OVERALL_INTERPRETATION: Concept = loinc("51968-6", "Genetic disease analysis overall interpretation");
/// Whether a variant is there.
pub const VARIANT_ASSESSMENT: Concept = loinc("69548-6", "Genetic variant assessment");
/// The change of the transcript.
pub const CODING_CHANGE: Concept = loinc("48004-6", "DNA change (c.HGVS)");
/// The change of the protein.
pub const PROTEIN_CHANGE: Concept = loinc("48005-3", "Amino acid change (pHGVS)");
/// The change of the genome.
pub const GENOMIC_CHANGE: Concept = loinc("81290-9", "Genomic DNA change (gHGVS)");
/// The assembly to which positions refer.
pub const ASSEMBLY: Concept = loinc("62374-4", "Human reference sequence assembly version");
/// Germline or somatic.
pub const SOURCE_CLASS: Concept = loinc("48002-0", "Genomic source class [Type]");
/// The transcript to which the change refers.
pub const TRANSCRIPT: Concept = loinc("51958-7", "Transcript reference sequence [ID]");
/// The gene.
pub const GENE_STUDIED: Concept = loinc("48018-6", "Gene studied [ID]");
/// How many copies.
pub const ALLELIC_STATE: Concept = loinc("53034-5", "Allelic state");
/// Bases of the reference.
pub const REFERENCE_ALLELE: Concept = loinc("69547-8", "Genomic ref allele [ID]");
/// Bases in their place.
pub const ALTERNATE_ALLELE: Concept = loinc("69551-0", "Genomic alt allele [ID]");
/// Where the allele begins.
pub const ALLELE_PLACE: Concept = loinc("81254-5", "Genomic allele start-end");
/// How positions are counted.
pub const COORDINATE_SYSTEM: Concept = loinc("92822-6", "Genomic coord system");
/// The class of a variant.
pub const CLINICAL_SIGNIFICANCE: Concept = loinc("53037-8", "Genetic variation clinical significance");
/// The disorder of a variant.
pub const ASSOCIATED_PHENOTYPE: Concept = loinc("81259-4", "Associated phenotype");
/// A remark on a variant.
pub const ANNOTATION_COMMENT: Concept = loinc("48767-8", "Annotation comment [Interpretation] Narrative");

/// It is there.
pub const PRESENT: Concept = loinc("LA9633-4", "Present");
/// It was looked for and is not there.
pub const ABSENT: Concept = loinc("LA9634-2", "Absent");
/// Positions refer to GRCh38.
pub const GRCH38: Concept = loinc("LA26806-2", "GRCh38");
/// Inherited, or new in the person.
pub const GERMLINE: Concept = loinc("LA6683-2", "Germline");
/// The method.
pub const SEQUENCING: Concept = loinc("LA26398-0", "Sequencing");
/// The first base has the number 1.
pub const ONE_BASED: Concept = loinc("LA30102-0", "1-based character counting");

/// The answer to the overall interpretation. Source: answer list LL541-4.
pub fn interpretation(outcome: Outcome) -> Concept {
    match outcome {
        Outcome::Diagnostic | Outcome::Partial => loinc("LA6576-8", "Positive"),
        Outcome::NoFinding => loinc("LA6577-6", "Negative"),
        Outcome::Uncertain => loinc("LA9663-1", "Inconclusive"),
    }
}

/// The answer to the allelic state; none where the person was not found to carry the variant. Source: answer list LL381-5.
pub fn allelic_state(zygosity: Zygosity) -> Option<Concept> {
    match zygosity {
        Zygosity::Heterozygous => Some(loinc("LA6706-1", "Heterozygous")),
        Zygosity::Homozygous => Some(loinc("LA6705-3", "Homozygous")),
        Zygosity::Hemizygous => Some(loinc("LA6707-9", "Hemizygous")),
        Zygosity::NoCall | Zygosity::Reference => None,
    }
}

/// The answer to the clinical significance. Source: answer list LL4034-6, as the profile of the implication binds it.
pub fn significance(class: Pathogenicity) -> Concept {
    match class {
        Pathogenicity::Pathogenic => loinc("LA6668-3", "Pathogenic"),
        Pathogenicity::LikelyPathogenic => loinc("LA26332-9", "Likely pathogenic"),
        Pathogenicity::Uncertain => loinc("LA26333-7", "Uncertain significance"),
        Pathogenicity::LikelyBenign => loinc("LA26334-5", "Likely benign"),
        Pathogenicity::Benign => loinc("LA6675-8", "Benign"),
    }
}
