//! A reported variant as two observations: that it is there, and what it means.

use super::{REPORTING, ReportContext, observation};
use crate::{
    codes::{
        loinc,
        report::{DIAGNOSTIC_IMPLICATION, OUTSIDE_QUESTION},
        system,
    },
    fhir::{
        datatype::{Annotation, CodeableConcept, Meta, Quantity, Range, Reference},
        resource::{Component, ComponentValue, Observation},
    },
};
use care::results::report::{Content, ReportedVariant};
use genome::Variant;

/// That the variant is there.
pub(super) fn finding(content: &Content, context: &ReportContext, id: String, variant: &ReportedVariant) -> Observation {
    let outside = if variant.secondary { OUTSIDE_QUESTION } else { "" };
    Observation {
        meta: Meta::profile(format!("{REPORTING}/variant")),
        value_codeable_concept: Some(loinc::PRESENT.into()),
        method: Some(loinc::SEQUENCING.into()),
        note: Annotation::list([variant.inheritance.to_string().as_str(), outside]),
        component: described(variant),
        ..observation(content, context, id, loinc::VARIANT_ASSESSMENT.into())
    }
}

/// How the variant is described, question by question.
fn described(variant: &ReportedVariant) -> Vec<Component> {
    let [coding, protein, genomic] = &variant.hgvs;
    let hgvs = |text: &str| CodeableConcept::coded(system::HGVS, text, "");
    let mut components = vec![
        Component::concept(loinc::CODING_CHANGE, hgvs(&format!("{}:{coding}", variant.transcript))),
        Component::concept(loinc::GENOMIC_CHANGE, hgvs(genomic)),
        Component::concept(loinc::ASSEMBLY, loinc::GRCH38),
        Component::concept(loinc::SOURCE_CLASS, loinc::GERMLINE),
        Component::concept(loinc::TRANSCRIPT, CodeableConcept::coded(system::REFSEQ, &variant.transcript, "")),
    ];
    if protein.starts_with("p.") {
        components.push(Component::concept(loinc::PROTEIN_CHANGE, hgvs(protein)));
    }
    if let Some(gene) = variant.coded.gene {
        let gene = CodeableConcept::coded(system::HGNC, &gene.to_string(), &variant.gene);
        components.push(Component::concept(loinc::GENE_STUDIED, gene));
    }
    let state = variant.coded.zygosity.and_then(loinc::allelic_state);
    components.extend(state.map(|state| Component::concept(loinc::ALLELIC_STATE, state)));
    components.extend(variant.coded.variant.iter().flat_map(alleles));
    components
}

/// Both alleles, and where they are; the first base of the contig has the number 1.
fn alleles(variant: &Variant) -> [Component; 4] {
    let text = |code: crate::codes::Concept, bases: &str| Component { code: code.into(), value: ComponentValue::Text(bases.into()) };
    let low = Quantity { value: variant.position.get().into() };
    [
        text(loinc::REFERENCE_ALLELE, &variant.reference),
        text(loinc::ALTERNATE_ALLELE, &variant.alternate),
        Component { code: loinc::ALLELE_PLACE.into(), value: ComponentValue::Range(Range { low }) },
        Component::concept(loinc::COORDINATE_SYSTEM, loinc::ONE_BASED),
    ]
}

/// What the variant means: its class, its disorder, and the criteria for the class.
pub(super) fn implication(content: &Content, context: &ReportContext, finding: &str, variant: &ReportedVariant) -> Observation {
    let criteria: Vec<String> = variant.criteria.iter().map(|[code, evidence]| format!("{code}: {evidence}")).collect();
    let mut components = vec![Component::concept(loinc::CLINICAL_SIGNIFICANCE, loinc::significance(variant.class))];
    components.extend(disorder(variant).map(|disorder| Component::concept(loinc::ASSOCIATED_PHENOTYPE, disorder)));
    Observation {
        meta: Meta::profile(format!("{REPORTING}/diagnostic-implication")),
        note: Annotation::list([criteria.join("; ").as_str(), &variant.note]),
        derived_from: vec![Reference::to(format!("Observation/{finding}"))],
        component: components,
        ..observation(content, context, format!("{finding}.1"), DIAGNOSTIC_IMPLICATION.into())
    }
}

/// The disorder by its number of OMIM, else in words.
fn disorder(variant: &ReportedVariant) -> Option<CodeableConcept> {
    let [id, name] = &variant.coded.disorder;
    match id.strip_prefix("OMIM:") {
        Some(number) => Some(CodeableConcept::coded(system::OMIM, number, name)),
        None => CodeableConcept::in_words(name),
    }
}
