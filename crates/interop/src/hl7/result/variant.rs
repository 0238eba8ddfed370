//! A reported variant as observations of one part of the report.

use super::{Kind, Observations, coded};
use crate::{
    codes::{Concept, loinc, report::OUTSIDE_QUESTION},
    hl7::write::Field,
};
use care::results::report::ReportedVariant;

/// Adds what is reported of a variant, question by question.
pub(super) fn push(observations: &mut Observations, part: &str, variant: &ReportedVariant) {
    let mut push = |question: Concept, value: Field| observations.push(Kind::Coded, question, part, value);
    let same = |text: &str, code_system: &str| Field::components([text, text, code_system]);
    let gene = variant.coded.gene.map_or_else(String::new, |gene| gene.to_string());
    push(loinc::VARIANT_ASSESSMENT, coded(loinc::PRESENT));
    push(loinc::GENE_STUDIED, Field::components([&gene, &variant.gene, "HGNC"]));
    push(loinc::TRANSCRIPT, same(&variant.transcript, "refseq"));
    push(loinc::CODING_CHANGE, same(&variant.hgvs[0], "HGVS"));
    push(loinc::PROTEIN_CHANGE, same(&variant.hgvs[1], "HGVS"));
    push(loinc::GENOMIC_CHANGE, same(&variant.hgvs[2], "HGVS"));
    push(loinc::ASSEMBLY, coded(loinc::GRCH38));
    push(loinc::ALLELIC_STATE, variant.coded.zygosity.and_then(loinc::allelic_state).map(coded).unwrap_or_default());
    push(loinc::CLINICAL_SIGNIFICANCE, coded(loinc::significance(variant.class)));
    let outside = if variant.secondary { OUTSIDE_QUESTION } else { "" };
    observations.push(Kind::Text, loinc::ANNOTATION_COMMENT, part, outside.into());
    let [disorder, name] = &variant.coded.disorder;
    let disorder = if name.is_empty() { Field::default() } else { Field::components([disorder, name, "OMIM"]) };
    observations.push(Kind::Coded, loinc::ASSOCIATED_PHENOTYPE, part, disorder);
}
