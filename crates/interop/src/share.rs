//! What leaves the service so that others learn from it: classifications for ClinVar, and a patient for the Matchmaker Exchange.
//! Neither names anybody.

use care::{
    people::patient::Sex,
    results::report::{Content, ReportedVariant},
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

/// Somebody as the Matchmaker Exchange knows them. Source: MME API 1.1.
pub struct Patient<'a> {
    /// A name that leads back to nobody outside.
    pub id: &'a str,
    /// Sex.
    pub sex: Sex,
    /// Features: term, and whether it was observed or looked for and absent.
    pub features: &'a [(String, bool)],
    /// Candidate genes.
    pub candidates: &'a [Candidate],
    /// Whom to write to: name and address.
    pub contact: (&'a str, &'a str),
}

impl Patient<'_> {
    /// As a request asks, and as an answer tells.
    pub fn json(&self) -> Value {
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
            "id": self.id,
            "contact": { "name": self.contact.0, "href": self.contact.1 },
            "species": "NCBITaxon:9606",
            "features": self.features.iter().map(|(id, observed)| json!({ "id": id, "observed": if *observed { "yes" } else { "no" } })).collect::<Vec<_>>(),
            "genomicFeatures": self.candidates.iter().map(genomic).collect::<Vec<_>>(),
        });
        match self.sex {
            Sex::Female => patient["sex"] = json!("FEMALE"),
            Sex::Male => patient["sex"] = json!("MALE"),
            Sex::Unknown => {}
        }
        patient
    }
}

/// What another node asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Sought {
    /// Genes as they were named: symbol, HGNC, Ensembl or Entrez.
    pub genes: Vec<String>,
    /// Variants on GRCh38 as contig-position-ref-alt, counted from 1.
    pub variants: Vec<String>,
    /// Terms of features that were observed.
    pub features: Vec<String>,
}

/// Reads a match request; what is wrong is named by its field.
pub fn sought(body: &[u8]) -> Result<Sought, String> {
    let value: Value = serde_json::from_slice(body).map_err(|why| format!("This is no JSON: {why}"))?;
    let patient = &value["patient"];
    for (field, path) in [("patient.id", "id"), ("patient.contact", "contact")] {
        if patient[path].is_null() {
            return Err(format!("{field} is missing"));
        }
    }
    let list = |name: &str| patient[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let genes: Vec<String> = list("genomicFeatures").iter().filter_map(|g| text(&g["gene"]["id"])).collect();
    if genes.is_empty() {
        return Err("patient.genomicFeatures names no gene: this node finds cases by gene".into());
    }
    let variant = |g: &Value| {
        let v = g["variant"].as_object().filter(|v| v.get("assembly").and_then(Value::as_str) == Some("GRCh38"))?;
        let base = |name: &str| v.get(name).and_then(Value::as_str);
        let start = v.get("start").and_then(Value::as_u64)?.checked_add(1)?;
        Some(format!("{}-{start}-{}-{}", base("referenceName")?, base("referenceBases")?, base("alternateBases")?))
    };
    let observed = |f: &&Value| f["observed"].as_str() != Some("no");
    Ok(Sought {
        genes,
        variants: list("genomicFeatures").iter().filter_map(variant).collect(),
        features: list("features").iter().filter(observed).filter_map(|f| text(&f["id"])).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exchange_counts_from_nought_and_no_name_is_told() {
        let candidate =
            Candidate { gene: "HGNC:4135".into(), variant: Some(("9".into(), 34_648_167, "A".into(), "G".into())), copies: Some(1) };
        let features = [("HP:0001250".into(), true), ("HP:0000252".into(), false)];
        let contact = ("Laboratory", "mailto:lab@example.nhs.uk");
        let told = Patient { id: "P1", sex: Sex::Female, features: &features, candidates: &[candidate], contact }.json();
        let variant = &told["genomicFeatures"][0]["variant"];
        assert_eq!((variant["start"].as_u64(), variant["end"].as_u64()), (Some(34_648_166), Some(34_648_167)));
        assert_eq!(told["features"][1]["observed"], "no");
        let read = sought(json!({ "patient": told }).to_string().as_bytes()).expect("what is told is read");
        let listed = |text: &str| vec![text.to_owned()];
        assert_eq!(read, Sought { genes: listed("HGNC:4135"), variants: listed("9-34648167-A-G"), features: listed("HP:0001250") });
        for (body, says) in [("x", "no JSON"), ("{}", "patient.id"), (r#"{"patient":{"id":"1","contact":{}}}"#, "names no gene")] {
            assert!(sought(body.as_bytes()).expect_err("refused").contains(says), "{body}");
        }
    }
}
