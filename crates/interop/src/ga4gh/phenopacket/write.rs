//! A person as a Phenopacket of schema version 2.

use super::Feature;
use crate::codes::sex;
use care::{
    PatientId,
    interpretation::case::{Outcome, Pathogenicity},
    people::patient::{Demographics, Identity},
    results::report::{Content, ReportedVariant},
};
use genome::{Variant, Zygosity};
use serde::Serialize;

/// What a Phenopacket is written of.
pub struct PacketContext<'a> {
    /// Identifier of the person in the service.
    pub id: PatientId,
    /// Who.
    pub who: &'a Demographics,
    /// Features, each with the name of its onset.
    pub features: Vec<(Feature, String)>,
    /// Signed reports that are current.
    pub reports: Vec<&'a Content>,
    /// Version of the HPO.
    pub hpo_version: &'a str,
    /// When it is written.
    pub created: jiff::Timestamp,
}

/// A Phenopacket.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Phenopacket {
    id: String,
    subject: Individual,
    phenotypic_features: Vec<PhenotypicFeature>,
    interpretations: Vec<Interpretation>,
    meta_data: MetaData,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Individual {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<String>,
    sex: &'static str,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct PhenotypicFeature {
    #[serde(rename = "type")]
    kind: OntologyClass,
    excluded: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    onset: Option<TimeElement>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct OntologyClass {
    id: String,
    label: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TimeElement {
    ontology_class: OntologyClass,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Interpretation {
    id: String,
    progress_status: &'static str,
    diagnosis: Diagnosis,
    summary: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Diagnosis {
    #[serde(skip_serializing_if = "Option::is_none")]
    disease: Option<OntologyClass>,
    genomic_interpretations: Vec<GenomicInterpretation>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GenomicInterpretation {
    subject_or_biosample_id: String,
    interpretation_status: &'static str,
    variant_interpretation: VariantInterpretation,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VariantInterpretation {
    acmg_pathogenicity_classification: &'static str,
    variation_descriptor: VariationDescriptor,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VariationDescriptor {
    id: String,
    gene_context: GeneDescriptor,
    expressions: Vec<Expression>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vcf_record: Option<VcfRecord>,
    molecule_context: &'static str,
    allelic_state: OntologyClass,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GeneDescriptor {
    value_id: String,
    symbol: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Expression {
    syntax: &'static str,
    value: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VcfRecord {
    genome_assembly: &'static str,
    chrom: String,
    pos: String,
    #[serde(rename = "ref")]
    reference: String,
    alt: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MetaData {
    created: String,
    created_by: &'static str,
    phenopacket_schema_version: &'static str,
    resources: [Resource; 3],
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    version: String,
    namespace_prefix: &'static str,
    iri_prefix: &'static str,
}

/// A person as a Phenopacket.
pub fn packet(context: &PacketContext) -> Phenopacket {
    let is_born = context.who.nhs_number != Identity::Fetus;
    Phenopacket {
        id: format!("opengms-{}", context.id),
        subject: Individual {
            id: context.id.to_string(),
            date_of_birth: is_born.then(|| format!("{}T00:00:00Z", context.who.birth_date)),
            sex: sex::ga4gh(context.who.sex),
        },
        phenotypic_features: context.features.iter().map(|(feature, onset)| phenotypic_feature(feature, onset)).collect(),
        interpretations: context.reports.iter().map(|content| interpretation(context.id, content)).collect(),
        meta_data: meta_data(context),
    }
}

impl OntologyClass {
    fn new(id: impl ToString, label: &str) -> OntologyClass {
        OntologyClass { id: id.to_string(), label: label.into() }
    }
}

fn phenotypic_feature(feature: &Feature, onset: &str) -> PhenotypicFeature {
    PhenotypicFeature {
        kind: OntologyClass::new(feature.term, &feature.label),
        excluded: feature.absent,
        onset: feature.onset.map(|term| TimeElement { ontology_class: OntologyClass::new(term, onset) }),
    }
}

fn interpretation(subject: PatientId, content: &Content) -> Interpretation {
    let disorder = content.variants.iter().map(|v| &v.coded.disorder).find(|[id, _]| !id.is_empty());
    Interpretation {
        id: content.id.to_string(),
        progress_status: match content.outcome {
            Outcome::Diagnostic => "SOLVED",
            Outcome::Partial | Outcome::Uncertain => "IN_PROGRESS",
            Outcome::NoFinding => "UNSOLVED",
        },
        diagnosis: Diagnosis {
            disease: disorder.map(|[id, name]| OntologyClass::new(id, name)),
            genomic_interpretations: content.variants.iter().map(|v| genomic_interpretation(subject, v)).collect(),
        },
        summary: content.summary.clone(),
    }
}

fn genomic_interpretation(subject: PatientId, variant: &ReportedVariant) -> GenomicInterpretation {
    GenomicInterpretation {
        subject_or_biosample_id: subject.to_string(),
        interpretation_status: if variant.class.is_pathogenic() { "CAUSATIVE" } else { "CANDIDATE" },
        variant_interpretation: VariantInterpretation {
            acmg_pathogenicity_classification: acmg(variant.class),
            variation_descriptor: VariationDescriptor {
                id: variant.coded.variant.as_ref().map_or_else(String::new, ToString::to_string),
                gene_context: GeneDescriptor {
                    value_id: variant.coded.gene.map_or_else(String::new, |gene| gene.to_string()),
                    symbol: variant.gene.clone(),
                },
                expressions: expressions(variant),
                vcf_record: variant.coded.variant.as_ref().map(vcf_record),
                molecule_context: "genomic",
                allelic_state: allelic_state(variant.coded.zygosity),
            },
        },
    }
}

/// Source: Phenopackets 2.0, enum AcmgPathogenicityClassification.
fn acmg(class: Pathogenicity) -> &'static str {
    match class {
        Pathogenicity::Pathogenic => "PATHOGENIC",
        Pathogenicity::LikelyPathogenic => "LIKELY_PATHOGENIC",
        Pathogenicity::Uncertain => "UNCERTAIN_SIGNIFICANCE",
        Pathogenicity::LikelyBenign => "LIKELY_BENIGN",
        Pathogenicity::Benign => "BENIGN",
    }
}

/// Source: GENO, zygosity.
fn allelic_state(zygosity: Option<Zygosity>) -> OntologyClass {
    match zygosity {
        Some(Zygosity::Heterozygous) => OntologyClass::new("GENO:0000135", "heterozygous"),
        Some(Zygosity::Homozygous) => OntologyClass::new("GENO:0000136", "homozygous"),
        Some(Zygosity::Hemizygous) => OntologyClass::new("GENO:0000134", "hemizygous"),
        Some(Zygosity::NoCall | Zygosity::Reference) | None => OntologyClass::new("GENO:0000137", "unspecified zygosity"),
    }
}

fn expressions(variant: &ReportedVariant) -> Vec<Expression> {
    let [coding, protein, genomic] = &variant.hgvs;
    let coding = Expression { syntax: "hgvs.c", value: format!("{}:{coding}", variant.transcript) };
    let genomic = Expression { syntax: "hgvs.g", value: genomic.clone() };
    let protein = protein.starts_with("p.").then(|| Expression { syntax: "hgvs.p", value: protein.clone() });
    [coding, genomic].into_iter().chain(protein).collect()
}

fn vcf_record(variant: &Variant) -> VcfRecord {
    VcfRecord {
        genome_assembly: "GRCh38",
        chrom: variant.contig.to_string(),
        pos: variant.position.to_string(),
        reference: variant.reference.clone(),
        alt: variant.alternate.clone(),
    }
}

fn meta_data(context: &PacketContext) -> MetaData {
    MetaData {
        created: context.created.to_string(),
        created_by: "OpenGMS",
        phenopacket_schema_version: "2.0.2",
        resources: [
            Resource {
                id: "hp",
                name: "Human Phenotype Ontology",
                url: "http://purl.obolibrary.org/obo/hp.owl",
                version: context.hpo_version.into(),
                namespace_prefix: "HP",
                iri_prefix: "http://purl.obolibrary.org/obo/HP_",
            },
            Resource {
                id: "omim",
                name: "Online Mendelian Inheritance in Man",
                url: "https://www.omim.org",
                version: "as in the HPO annotations".into(),
                namespace_prefix: "OMIM",
                iri_prefix: "https://omim.org/entry/",
            },
            Resource {
                id: "hgnc",
                name: "HUGO Gene Nomenclature Committee",
                url: "https://www.genenames.org",
                version: "as in the reference pack".into(),
                namespace_prefix: "HGNC",
                iri_prefix: "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/",
            },
        ],
    }
}
