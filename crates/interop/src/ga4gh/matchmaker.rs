//! A patient for the Matchmaker Exchange, so that cases alike find each other. It names nobody. Source: MME API 1.1
//! (`search-api.md`, `heartbeat-api.md`, `metrics-api.md` of ga4gh/mme-apis).

use care::people::patient::Sex;
use genome::Variant;
use serde::Serialize;
use serde_json::Value;

/// A candidate gene of a patient, with the variant.
pub struct Candidate {
    /// `HGNC:…`.
    pub gene: String,
    /// The variant; none where it is not small.
    pub variant: Option<Variant>,
    /// Copies of two, where that is known.
    pub copies: Option<u8>,
}

/// Somebody as the exchange may know them.
pub struct MatchPatient<'a> {
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

/// A patient of the exchange.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are the exchange's")]
pub struct PatientProfile {
    pub id: String,
    pub contact: Contact,
    pub species: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<&'static str>,
    pub features: Vec<PhenotypicFeature>,
    pub genomic_features: Vec<GenomicFeature>,
}

/// Whom to write to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are the exchange's")]
pub struct Contact {
    pub name: String,
    pub href: String,
}

/// A feature that was observed, or looked for and absent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are the exchange's")]
pub struct PhenotypicFeature {
    pub id: String,
    pub observed: &'static str,
}

/// A candidate gene.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are the exchange's")]
pub struct GenomicFeature {
    pub gene: GeneId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantProfile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zygosity: Option<u8>,
}

/// A gene.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are the exchange's")]
pub struct GeneId {
    pub id: String,
}

/// A small variant; the exchange counts positions from 0.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are the exchange's")]
pub struct VariantProfile {
    pub assembly: &'static str,
    pub reference_name: String,
    pub start: u64,
    pub end: u64,
    pub reference_bases: String,
    pub alternate_bases: String,
}

impl From<&Variant> for VariantProfile {
    fn from(variant: &Variant) -> VariantProfile {
        let start = u64::from(variant.position.get()) - 1;
        VariantProfile {
            assembly: "GRCh38",
            reference_name: variant.contig.to_string(),
            start,
            end: start + variant.reference.len() as u64,
            reference_bases: variant.reference.clone(),
            alternate_bases: variant.alternate.clone(),
        }
    }
}

impl MatchPatient<'_> {
    /// The patient as a request and as an answer describe them.
    pub fn profile(&self) -> PatientProfile {
        let feature =
            |(id, observed): &(String, bool)| PhenotypicFeature { id: id.clone(), observed: if *observed { "yes" } else { "no" } };
        let genomic = |candidate: &Candidate| GenomicFeature {
            gene: GeneId { id: candidate.gene.clone() },
            variant: candidate.variant.as_ref().map(VariantProfile::from),
            zygosity: candidate.copies,
        };
        PatientProfile {
            id: self.id.into(),
            contact: Contact { name: self.contact.0.into(), href: self.contact.1.into() },
            species: "NCBITaxon:9606",
            sex: match self.sex {
                Sex::Female => Some("FEMALE"),
                Sex::Male => Some("MALE"),
                Sex::Unknown => None,
            },
            features: self.features.iter().map(feature).collect(),
            genomic_features: self.candidates.iter().map(genomic).collect(),
        }
    }
}

/// A request for a match.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MatchRequest {
    /// The patient for whom others are sought.
    pub patient: PatientProfile,
}

/// What a node answers.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MatchResponse {
    /// Cases alike, the likest first.
    pub results: Vec<MatchResult>,
}

/// One case alike.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MatchResult {
    /// How alike.
    pub score: MatchScore,
    /// Who.
    pub patient: PatientProfile,
}

/// How alike two cases are.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct MatchScore {
    /// All in all, 0–1.
    pub patient: f64,
}

/// That a node is there, and which versions it speaks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HeartbeatAnswer {
    /// The heartbeat.
    pub heartbeat: Heartbeat,
}

/// A heartbeat.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Heartbeat {
    /// Whether real cases are matched.
    pub production: bool,
    /// Version of the program.
    pub version: String,
    /// Media types that are understood.
    pub accept: [&'static str; 2],
}

/// Media types of the exchange that this node understands, the latest last.
pub const MEDIA_TYPES: [&str; 2] = ["application/vnd.ga4gh.matchmaker.v1.0+json", "application/vnd.ga4gh.matchmaker.v1.1+json"];

/// The heartbeat of this node.
pub fn heartbeat(production: bool, version: &str) -> HeartbeatAnswer {
    HeartbeatAnswer { heartbeat: Heartbeat { production, version: version.into(), accept: MEDIA_TYPES } }
}

/// Figures about a node. Every figure is optional in the exchange; how many cases there are is not told, since small numbers tell of
/// people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MetricsAnswer {
    /// The figures.
    pub metrics: Metrics,
}

/// Figures about a node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// When they were made (ISO 8601).
    pub date_generated: String,
}

/// The figures of this node.
pub fn metrics(date_generated: String) -> MetricsAnswer {
    MetricsAnswer { metrics: Metrics { date_generated } }
}

/// What another node looks for.
#[derive(Debug, PartialEq, Eq)]
pub struct MatchQuery {
    /// Genes as they were named: symbol, HGNC, Ensembl or Entrez.
    pub genes: Vec<String>,
    /// Variants on GRCh38 as contig-position-ref-alt, counted from 1.
    pub variants: Vec<String>,
    /// Terms of features that were observed.
    pub features: Vec<String>,
}

/// Reads a match request; what is wrong is named by its field.
pub fn read(body: &[u8]) -> Result<MatchQuery, String> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let value: Value = serde_json::from_slice(body).map_err(|why| format!("This is no JSON: {why}"))?;
    let patient = &value["patient"];
    if text(&patient["id"]).is_none() {
        return Err("patient.id is missing".into());
    }
    if patient["contact"].is_null() {
        return Err("patient.contact is missing".into());
    }
    if let Some(species) = text(&patient["species"]).filter(|species| !HUMAN.iter().any(|human| human.eq_ignore_ascii_case(species))) {
        return Err(format!("patient.species is '{species}': this node has people alone, which are NCBITaxon:9606"));
    }
    for name in ["genomicFeatures", "features"] {
        if !patient[name].is_null() && !patient[name].is_array() {
            return Err(format!("patient.{name} is no list: write it in [ ]"));
        }
    }
    let list = |name: &str| patient[name].as_array().map(Vec::as_slice).unwrap_or_default();
    // Some nodes send the identifier itself in place of the gene, or a symbol beside it.
    let gene = |g: &Value| text(&g["gene"]["id"]).or_else(|| text(&g["gene"]["symbol"])).or_else(|| text(&g["gene"]));
    let genes: Vec<String> = list("genomicFeatures").iter().filter_map(gene).collect();
    // The specification knows `yes` and `no`: what is neither is not known to be there.
    let observed = |f: &&Value| match &f["observed"] {
        Value::Null | Value::Bool(true) => true,
        other => text(other).is_some_and(|said| ["yes", "y", "true", "1", ""].contains(&said.to_lowercase().as_str())),
    };
    let features: Vec<String> = list("features").iter().filter(observed).filter_map(|f| text(&f["id"])).collect();
    if genes.is_empty() && features.is_empty() {
        return Err("patient.genomicFeatures names no gene and patient.features nothing observed: send one of them at least".into());
    }
    Ok(MatchQuery { genes, variants: list("genomicFeatures").iter().filter_map(read_variant).collect(), features })
}

/// How nodes write that a patient is a person.
const HUMAN: [&str; 4] = ["NCBITaxon:9606", "9606", "Homo sapiens", "human"];

/// A text, or a number as text, which some nodes send for genes of Entrez.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn read_variant(genomic_feature: &Value) -> Option<String> {
    let is_ours = |assembly: &str| ["GRCh38", "hg38"].iter().any(|ours| assembly.eq_ignore_ascii_case(ours));
    let variant = genomic_feature["variant"].as_object().filter(|v| v.get("assembly").and_then(Value::as_str).is_some_and(is_ours))?;
    let text = |name: &str| variant.get(name).and_then(Value::as_str);
    let position = variant.get("start").and_then(Value::as_u64)?.checked_add(1)?;
    Some(format!("{}-{position}-{}-{}", text("referenceName")?, text("referenceBases")?, text("alternateBases")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_exchange_counts_from_nought_and_no_name_is_in_a_profile() {
        let variant = Some("9-34648167-A-G".parse().expect("a variant"));
        let candidate = Candidate { gene: "HGNC:4135".into(), variant, copies: Some(1) };
        let features = [("HP:0001250".into(), true), ("HP:0000252".into(), false)];
        let contact = ("Laboratory", "mailto:lab@example.nhs.uk");
        let patient = MatchPatient { id: "P1", sex: Sex::Female, features: &features, candidates: &[candidate], contact };
        let profile = patient.profile();
        let variant = profile.genomic_features[0].variant.as_ref().expect("a small variant");
        assert_eq!((variant.start, variant.end, profile.features[1].observed), (34_648_166, 34_648_167, "no"));
        let query = read(json!({ "patient": profile }).to_string().as_bytes()).expect("what is written is read");
        let listed = |text: &str| vec![text.to_owned()];
        let expected = MatchQuery { genes: listed("HGNC:4135"), variants: listed("9-34648167-A-G"), features: listed("HP:0001250") };
        assert_eq!(query, expected);
        for (body, says) in [("x", "no JSON"), ("{}", "patient.id"), (r#"{"patient":{"id":"1","contact":{}}}"#, "names no gene")] {
            assert!(read(body.as_bytes()).expect_err("refused").contains(says), "{body}");
        }
        let features = r#"{"patient":{"id":"1","contact":{},"features":[{"id":"HP:0001250"},{"id":"HP:0000252","observed":"no"}]}}"#;
        let query = read(format!("\u{feff}{features}").as_bytes()).expect("features alone are enough");
        assert_eq!((query.genes.len(), query.features), (0, listed("HP:0001250")));
        let gene = r#"{"patient":{"id":"1","contact":{},"genomicFeatures":[{"gene":{"id":"ENSG00000063244"}},{"gene":{"id":"11338"}}]}}"#;
        assert_eq!(read(gene.as_bytes()).map(|query| query.genes), Ok(vec!["ENSG00000063244".to_owned(), "11338".to_owned()]));
    }

    #[test]
    fn what_is_not_observed_and_what_is_no_person_is_not_looked_for() {
        let query_of = |more: &str| read(format!(r#"{{"patient":{{"id":"1","contact":{{}},{more}}}}}"#).as_bytes());
        for (more, says) in [
            (r#""features":[{"id":"HP:0001250","observed":false}]"#, "nothing observed"),
            (r#""features":[{"id":"HP:0001250","observed":"No"}]"#, "nothing observed"),
            (r#""features":[{"id":"HP:0001250","observed":"unknown"}]"#, "nothing observed"),
            (r#""species":"NCBITaxon:10090","features":[{"id":"HP:0001250"}]"#, "people alone"),
            (r#""genomicFeatures":{"gene":{"id":"HMGCS2"}}"#, "patient.genomicFeatures is no list"),
        ] {
            let why = query_of(more).expect_err("refused");
            assert!(why.contains(says), "{more}: {why}");
        }
        let named = query_of(r#""species":"NCBITaxon:9606","genomicFeatures":[{"gene":{"id":3158}}]"#).map(|query| query.genes);
        assert_eq!(named, Ok(vec!["3158".to_owned()]));
    }

    #[test]
    fn a_heartbeat_is_that_of_the_exchange() {
        let sent = serde_json::to_value(heartbeat(false, "0.1.0")).expect("JSON");
        assert_eq!(sent["heartbeat"]["accept"][1], "application/vnd.ga4gh.matchmaker.v1.1+json");
        assert_eq!((&sent["heartbeat"]["production"], &sent["heartbeat"]["version"]), (&json!(false), &json!("0.1.0")));
        assert!(serde_json::to_string(&metrics("2026-11-29".into())).expect("JSON").contains("dateGenerated"));
    }
}
