//! GA4GH Phenopackets: read in schema versions 1 and 2 as far as a request for a test needs them (what the patient shows, what was
//! looked for and is absent, and when it began); written in version 2 of everything that is known.

use care::{
    PatientId,
    interpretation::case::Outcome,
    people::patient::{Demographics, Identity, Sex},
    results::report::{Content, ReportedVariant},
};
use ontology::{TermId, onset};
use serde::Deserialize;
use serde_json::{Value, json};

/// A feature of a Phenopacket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feature {
    /// Term.
    pub term: TermId,
    /// Its label, as the packet gives it.
    pub label: String,
    /// Looked for and absent.
    pub absent: bool,
    /// When it began, as a term of the HPO's onset branch.
    pub onset: Option<TermId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Packet {
    phenotypic_features: Vec<Given>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    #[serde(rename = "type")]
    kind: Class,
    #[serde(default, alias = "negated")]
    excluded: bool,
    onset: Option<Time>,
    /// Schema version 1.
    class_of_onset: Option<Class>,
    /// Schema version 1.
    age_of_onset: Option<AgeV1>,
}

#[derive(Deserialize)]
struct Class {
    id: String,
    #[serde(default)]
    label: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Time {
    ontology_class: Option<Class>,
    age: Option<Age>,
    age_range: Option<Range>,
}

#[derive(Deserialize)]
struct Range {
    start: Option<Age>,
}

#[derive(Deserialize)]
struct Age {
    iso8601duration: String,
}

#[derive(Deserialize)]
struct AgeV1 {
    age: String,
}

/// Whether a text looks like a Phenopacket rather than like a letter.
pub fn looks_like_one(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Features of a Phenopacket, and identifiers of it that are no terms of the HPO.
pub fn features(text: &str) -> Result<(Vec<Feature>, Vec<String>), String> {
    let packet: Packet = serde_json::from_str(text).map_err(|why| format!("This is no Phenopacket: {why}"))?;
    let (mut features, mut strangers) = (Vec::<Feature>::new(), Vec::new());
    for given in packet.phenotypic_features {
        match given.kind.id.parse::<TermId>() {
            Ok(term) if features.iter().any(|f| f.term == term) => {}
            Ok(term) => features.push(Feature { term, label: given.kind.label.clone(), absent: given.excluded, onset: given.began() }),
            Err(_) => strangers.push(given.kind.id),
        }
    }
    Ok((features, strangers))
}

impl Given {
    fn began(&self) -> Option<TermId> {
        let time = self.onset.as_ref();
        let class = time.and_then(|t| t.ontology_class.as_ref()).or(self.class_of_onset.as_ref());
        if let Some(term) = class.and_then(|class| class.id.parse().ok()) {
            return Some(term);
        }
        let age =
            time.and_then(|t| t.age.as_ref().or_else(|| t.age_range.as_ref()?.start.as_ref())).map(|age| age.iso8601duration.as_str());
        age.or(self.age_of_onset.as_ref().map(|age| age.age.as_str())).and_then(days).map(onset::of_age)
    }
}

/// Days of an ISO 8601 duration; nothing when it is none.
fn days(duration: &str) -> Option<f64> {
    let span: jiff::Span = duration.parse().ok()?;
    let (years, months, weeks) = (f64::from(span.get_years()), f64::from(span.get_months()), f64::from(span.get_weeks()));
    Some(years * 365.25 + months * 365.25 / 12.0 + weeks * 7.0 + f64::from(span.get_days()))
}

/// What a Phenopacket is written of.
pub struct Subject<'a> {
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
    pub at: jiff::Timestamp,
}

/// A person as a Phenopacket of schema version 2.
pub fn packet(s: &Subject) -> Value {
    let class = |id: &str, label: &str| json!({ "id": id, "label": label });
    let sex = match s.who.sex {
        Sex::Female => "FEMALE",
        Sex::Male => "MALE",
        Sex::Unknown => "UNKNOWN_SEX",
    };
    let feature = |(feature, began): &(Feature, String)| {
        let mut told = json!({ "type": class(&feature.term.to_string(), &feature.label), "excluded": feature.absent });
        if let Some(onset) = feature.onset {
            told["onset"] = json!({ "ontologyClass": class(&onset.to_string(), began) });
        }
        told
    };
    let interpretation = |content: &&Content| {
        let status = match content.outcome {
            Outcome::Diagnostic => "SOLVED",
            Outcome::Partial | Outcome::Uncertain => "IN_PROGRESS",
            Outcome::NoFinding => "UNSOLVED",
        };
        let disorder = content.variants.iter().map(|v| &v.coded.disorder).find(|[id, _]| !id.is_empty());
        let mut diagnosis = json!({ "genomicInterpretations": content.variants.iter().map(|v| genomic(s.id, v)).collect::<Vec<_>>() });
        if let Some([id, name]) = disorder {
            diagnosis["disease"] = class(id, name);
        }
        json!({ "id": content.id.to_string(), "progressStatus": status, "diagnosis": diagnosis, "summary": content.summary })
    };
    let mut subject = json!({ "id": s.id.to_string(), "sex": sex });
    if s.who.nhs_number != Identity::Fetus {
        subject["dateOfBirth"] = json!(format!("{}T00:00:00Z", s.who.birth_date));
    }
    json!({
        "id": format!("opengms-{}", s.id),
        "subject": subject,
        "phenotypicFeatures": s.features.iter().map(feature).collect::<Vec<_>>(),
        "interpretations": s.reports.iter().map(interpretation).collect::<Vec<_>>(),
        "metaData": {
            "created": s.at.to_string(),
            "createdBy": "OpenGMS",
            "phenopacketSchemaVersion": "2.0.2",
            "resources": [
                { "id": "hp", "name": "Human Phenotype Ontology", "url": "http://purl.obolibrary.org/obo/hp.owl", "version": s.hpo_version, "namespacePrefix": "HP", "iriPrefix": "http://purl.obolibrary.org/obo/HP_" },
                { "id": "omim", "name": "Online Mendelian Inheritance in Man", "url": "https://www.omim.org", "version": "as in the HPO annotations", "namespacePrefix": "OMIM", "iriPrefix": "https://omim.org/entry/" },
                { "id": "hgnc", "name": "HUGO Gene Nomenclature Committee", "url": "https://www.genenames.org", "version": "as in the reference pack", "namespacePrefix": "HGNC", "iriPrefix": "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/" },
            ],
        },
    })
}

fn genomic(subject: PatientId, variant: &ReportedVariant) -> Value {
    // Source: GENO, zygosity.
    let zygosity = match variant.coded.zygosity.as_str() {
        "Heterozygous" => json!({ "id": "GENO:0000135", "label": "heterozygous" }),
        "Homozygous" => json!({ "id": "GENO:0000136", "label": "homozygous" }),
        "Hemizygous" => json!({ "id": "GENO:0000134", "label": "hemizygous" }),
        _ => json!({ "id": "GENO:0000137", "label": "unspecified zygosity" }),
    };
    let class = match variant.class.to_lowercase().as_str() {
        "pathogenic" => "PATHOGENIC",
        "likely pathogenic" => "LIKELY_PATHOGENIC",
        "likely benign" => "LIKELY_BENIGN",
        "benign" => "BENIGN",
        _ => "UNCERTAIN_SIGNIFICANCE",
    };
    let [coding, protein, g] = &variant.hgvs;
    let mut expressions =
        vec![json!({ "syntax": "hgvs.c", "value": format!("{}:{coding}", variant.transcript) }), json!({ "syntax": "hgvs.g", "value": g })];
    if protein.starts_with("p.") {
        expressions.push(json!({ "syntax": "hgvs.p", "value": protein }));
    }
    let mut descriptor = json!({
        "id": variant.coded.variant,
        "geneContext": { "valueId": variant.coded.gene, "symbol": variant.gene },
        "expressions": expressions,
        "moleculeContext": "genomic",
        "allelicState": zygosity,
    });
    if let [contig, position, reference, alternate] = variant.coded.variant.split('-').collect::<Vec<_>>()[..] {
        descriptor["vcfRecord"] =
            json!({ "genomeAssembly": "GRCh38", "chrom": contig, "pos": position, "ref": reference, "alt": alternate });
    }
    let status = if class.ends_with("PATHOGENIC") { "CAUSATIVE" } else { "CANDIDATE" };
    json!({
        "subjectOrBiosampleId": subject.to_string(),
        "interpretationStatus": status,
        "variantInterpretation": { "acmgPathogenicityClassification": class, "variationDescriptor": descriptor },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_the_schema_are_read() {
        let told = |text: &str| match features(text) {
            Ok((features, strangers)) => {
                let told = features.iter().map(|f| {
                    let onset = f.onset.map_or_else(String::new, |o| format!(" from {o}"));
                    format!("{}{}{onset}", if f.absent { "no " } else { "" }, f.term)
                });
                told.chain(strangers).collect::<Vec<_>>().join(", ")
            }
            Err(why) => why,
        };
        let first = r#"{"id":"x","phenotypicFeatures":[{"type":{"id":"HP:0001558"},"classOfOnset":{"id":"HP:0011461"}},{"type":{"id":"HP:0031910"},"negated":true},{"type":{"id":"HP:0012587"},"ageOfOnset":{"age":"P14Y"}}]}"#;
        assert_eq!(told(first), "HP:0001558 from HP:0011461, no HP:0031910, HP:0012587 from HP:0003621");
        let second = r#"{"phenotypicFeatures":[{"type":{"id":"HP:0001250","label":"Seizure"},"onset":{"age":{"iso8601duration":"P3M"}}},{"type":{"id":"HP:0001250"}},{"type":{"id":"MONDO:1"},"excluded":true}]}"#;
        assert_eq!(told(second), "HP:0001250 from HP:0003593, MONDO:1");
        for wrong in ["{", "{}", r#"{"phenotypicFeatures":7}"#, "[]"] {
            assert!(told(wrong).starts_with("This is no Phenopacket"), "{wrong}");
        }
    }
}
