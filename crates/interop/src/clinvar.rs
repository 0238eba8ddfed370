//! The variants of a signed report as a submission to ClinVar, so that others learn from them. It names nobody. Source: ClinVar
//! submission API, schema of germline submissions.

use care::results::report::{Content, ReportedVariant};
use serde::Serialize;

/// A submission.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct Submission {
    pub submission_name: String,
    pub clinvar_submission_release_status: &'static str,
    pub assertion_criteria: Citation,
    pub germline_submission: Vec<GermlineSubmission>,
}

/// A publication.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct Citation {
    pub db: &'static str,
    pub id: &'static str,
}

/// The class of one variant.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct GermlineSubmission {
    #[serde(rename = "localID")]
    pub local_id: String,
    pub local_key: String,
    pub record_status: &'static str,
    pub variant_set: VariantSet,
    pub condition_set: ConditionSet,
    pub germline_classification: GermlineClassification,
    pub observed_in: Vec<Observation>,
}

/// What was classified.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct VariantSet {
    pub variant: Vec<Variant>,
}

/// A variant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct Variant {
    pub hgvs: String,
    pub gene: Vec<Gene>,
}

/// A gene.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct Gene {
    pub symbol: String,
}

/// For what it was classified.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct ConditionSet {
    pub condition: Vec<Condition>,
}

/// A condition, by its number or its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub enum Condition {
    Numbered { db: &'static str, id: String },
    Named { name: String },
}

/// The class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct GermlineClassification {
    pub germline_classification_description: &'static str,
    pub date_last_evaluated: String,
    pub comment: String,
}

/// In whom it was seen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct Observation {
    pub allele_origin: &'static str,
    pub affected_status: &'static str,
    pub collection_method: &'static str,
    pub number_of_individuals: u8,
    pub clinical_features: Vec<ClinicalFeature>,
}

/// What they showed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are ClinVar's")]
pub struct ClinicalFeature {
    pub db: &'static str,
    pub id: String,
    pub clinical_features_affected_status: &'static str,
}

/// The variants of a signed report.
pub fn submission(content: &Content) -> Submission {
    Submission {
        submission_name: format!("OpenGMS {}", key(content, 0)),
        clinvar_submission_release_status: "public",
        // Richards et al. 2015, as applied by the Association for Clinical Genomic Science.
        assertion_criteria: Citation { db: "PubMed", id: "25741868" },
        germline_submission: (1..).zip(&content.variants).map(|(place, variant)| germline(content, place, variant)).collect(),
    }
}

/// Key of a classification that does not say whose it is: of the report and the variant's place in it.
fn key(content: &Content, place: usize) -> String {
    format!("{}-{place}", &content.id.0.simple().to_string()[20..])
}

fn germline(content: &Content, place: usize, variant: &ReportedVariant) -> GermlineSubmission {
    let criteria: Vec<String> = variant.criteria.iter().map(|[code, evidence]| format!("{code}: {evidence}")).collect();
    let day = content.authorised.to_zoned(jiff::tz::TimeZone::UTC).date();
    GermlineSubmission {
        local_id: key(content, place),
        local_key: key(content, place),
        record_status: "novel",
        variant_set: VariantSet {
            variant: vec![Variant {
                hgvs: format!("{}:{}", variant.transcript, variant.hgvs[0]),
                gene: vec![Gene { symbol: variant.gene.clone() }],
            }],
        },
        condition_set: ConditionSet { condition: vec![condition(variant)] },
        germline_classification: GermlineClassification {
            germline_classification_description: variant.class.label(),
            date_last_evaluated: day.to_string(),
            comment: criteria.join("; "),
        },
        observed_in: vec![observation(content)],
    }
}

fn condition(variant: &ReportedVariant) -> Condition {
    let [disorder, name] = &variant.coded.disorder;
    match disorder.split_once(':') {
        Some(("OMIM", id)) => Condition::Numbered { db: "OMIM", id: id.into() },
        Some(("ORPHA", id)) => Condition::Numbered { db: "Orphanet", id: format!("ORPHA{id}") },
        _ if name.is_empty() => Condition::Named { name: "not provided".into() },
        _ => Condition::Named { name: name.clone() },
    }
}

fn observation(content: &Content) -> Observation {
    let feature = |[id, _]: &[String; 2]| ClinicalFeature { db: "HP", id: id.clone(), clinical_features_affected_status: "present" };
    Observation {
        allele_origin: "germline",
        // Who is tested for the family's variant comes without features of their own.
        affected_status: if content.features.is_empty() { "unknown" } else { "yes" },
        collection_method: "clinical testing",
        number_of_individuals: 1,
        clinical_features: content.features.iter().map(feature).collect(),
    }
}
