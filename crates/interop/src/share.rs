//! What leaves the service so that others learn from it: classifications for ClinVar, and a patient for the Matchmaker Exchange.
//! Neither names anybody.

use care::{
    patient::Sex,
    report::{Content, ReportedVariant},
};
use serde_json::{Value, json};

/// Key of a classification that does not tell whose it is: of the report and the variant's place in it.
fn key(content: &Content, place: usize) -> String {
    format!("{}-{place}", &content.id.0.simple().to_string()[20..])
}

/// The variants of a signed report as a ClinVar submission. Source: ClinVar submission API, schema of germline submissions.
pub fn clinvar(content: &Content) -> Value {
    let submission = |(place, variant): (usize, &ReportedVariant)| {
        let [disorder, name] = &variant.coded.disorder;
        let condition = match disorder.split_once(':') {
            Some(("OMIM", id)) => json!({ "db": "OMIM", "id": id }),
            Some(("ORPHA", id)) => json!({ "db": "Orphanet", "id": format!("ORPHA{id}") }),
            _ => json!({ "name": if name.is_empty() { "not provided" } else { name.as_str() } }),
        };
        let criteria: Vec<String> = variant.criteria.iter().map(|[code, evidence]| format!("{code}: {evidence}")).collect();
        json!({
            "localID": key(content, place),
            "localKey": key(content, place),
            "recordStatus": "novel",
            "variantSet": { "variant": [{ "hgvs": format!("{}:{}", variant.transcript, variant.hgvs[0]), "gene": [{ "symbol": variant.gene }] }] },
            "conditionSet": { "condition": [condition] },
            "germlineClassification": {
                "germlineClassificationDescription": class(&variant.class),
                "dateLastEvaluated": content.authorised.to_string().get(..10),
                "comment": criteria.join("; "),
            },
            "observedIn": [{
                "alleleOrigin": "germline",
                // Who is tested for the family's variant comes without features of their own.
                "affectedStatus": if content.features.is_empty() { "unknown" } else { "yes" },
                "collectionMethod": "clinical testing",
                "numberOfIndividuals": 1,
                "clinicalFeatures": content.features.iter().map(|[id, _]| json!({ "db": "HP", "id": id, "clinicalFeaturesAffectedStatus": "present" })).collect::<Vec<_>>(),
            }],
        })
    };
    json!({
        "submissionName": format!("OpenGMS {}", key(content, 0)),
        "clinvarSubmissionReleaseStatus": "public",
        // Richards et al. 2015, as applied by the Association for Clinical Genomic Science.
        "assertionCriteria": { "db": "PubMed", "id": "25741868" },
        "germlineSubmission": (1..).zip(&content.variants).map(submission).collect::<Vec<_>>(),
    })
}

/// A class as ClinVar writes it.
fn class(class: &str) -> &'static str {
    match class.to_lowercase().as_str() {
        "pathogenic" => "Pathogenic",
        "likely pathogenic" => "Likely pathogenic",
        "likely benign" => "Likely benign",
        "benign" => "Benign",
        _ => "Uncertain significance",
    }
}

/// A candidate gene of a patient, with the variant.
pub struct Candidate {
    /// `HGNC:…`.
    pub gene: String,
    /// Contig, 1-based position, reference and alternative allele; nothing where the variant is not small.
    pub variant: Option<(String, u64, String, String)>,
    /// Copies of two, where that is known.
    pub copies: Option<u8>,
}

/// A patient as a request of the Matchmaker Exchange. Source: MME API 1.1.
pub fn matchmaker(id: &str, sex: Sex, features: &[(String, bool)], candidates: &[Candidate], contact: (&str, &str)) -> Value {
    let genomic = |c: &Candidate| {
        let mut told = json!({ "gene": { "id": c.gene } });
        if let Some((contig, position, reference, alternate)) = &c.variant {
            // The exchange counts from 0.
            told["variant"] = json!({ "assembly": "GRCh38", "referenceName": contig, "start": position - 1, "end": position - 1 + reference.len() as u64, "referenceBases": reference, "alternateBases": alternate });
        }
        if let Some(copies) = c.copies {
            told["zygosity"] = json!(copies);
        }
        told
    };
    let mut patient = json!({
        "id": id,
        "contact": { "name": contact.0, "href": contact.1 },
        "species": "NCBITaxon:9606",
        "features": features.iter().map(|(id, observed)| json!({ "id": id, "observed": if *observed { "yes" } else { "no" } })).collect::<Vec<_>>(),
        "genomicFeatures": candidates.iter().map(genomic).collect::<Vec<_>>(),
    });
    match sex {
        Sex::Female => patient["sex"] = json!("FEMALE"),
        Sex::Male => patient["sex"] = json!("MALE"),
        Sex::Unknown => {}
    }
    json!({ "patient": patient })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exchange_counts_from_nought_and_no_name_is_told() {
        let candidate =
            Candidate { gene: "HGNC:4135".into(), variant: Some(("9".into(), 34_648_167, "A".into(), "G".into())), copies: Some(1) };
        let told = matchmaker(
            "P1",
            Sex::Female,
            &[("HP:0001250".into(), true), ("HP:0000252".into(), false)],
            &[candidate],
            ("Laboratory", "mailto:lab@example.nhs.uk"),
        );
        let variant = &told["patient"]["genomicFeatures"][0]["variant"];
        assert_eq!((variant["start"].as_u64(), variant["end"].as_u64()), (Some(34_648_166), Some(34_648_167)));
        assert_eq!(told["patient"]["features"][1]["observed"], "no");
    }
}
