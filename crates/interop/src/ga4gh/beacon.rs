//! GA4GH Beacon v2: what another beacon or a researcher's program asks, and how it is answered. Source: Beacon v2.1 framework and
//! default model.

mod about;
mod answer;

pub use about::{about, filtering_terms};
pub use answer::{Answer, ErrorAnswer, answer, error};

use crate::codes::sex::TERMS;
use care::people::patient::Sex;
use genome::Variant;
use serde_json::Value;

/// Version of the specification.
pub const VERSION: &str = "v2.1.0";
/// Identifier of this beacon.
const ID: &str = "opengms.beacon";
/// Base of the schemas of the default model.
const MODEL: &str = "https://raw.githubusercontent.com/ga4gh-beacon/beacon-v2/main/models/json/beacon-v2-default-model";

/// What a query is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// Variants.
    GenomicVariant,
    /// People.
    Individual,
}

/// How much is answered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names are the specification's")]
pub enum Granularity {
    Boolean,
    Count,
    Record,
}

/// A query.
#[derive(Clone, PartialEq, Debug)]
pub struct BeaconQuery {
    /// What it is about.
    pub entry: Entry,
    /// How much is to be answered.
    pub granularity: Granularity,
    /// Terms of the HPO.
    pub terms: Vec<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// One variant.
    pub variant: Option<Variant>,
    /// A gene, by symbol.
    pub gene: Option<String>,
}

impl Entry {
    /// As the specification names it.
    pub fn name(self) -> &'static str {
        match self {
            Entry::GenomicVariant => "genomicVariant",
            Entry::Individual => "individual",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Entry::GenomicVariant => "g_variants",
            Entry::Individual => "individuals",
        }
    }

    fn schema(self) -> String {
        let folder = if self == Entry::GenomicVariant { "genomicVariations" } else { "individuals" };
        format!("{MODEL}/{folder}/defaultSchema.json")
    }
}

impl Granularity {
    /// As the specification names it.
    pub fn name(self) -> &'static str {
        match self {
            Granularity::Boolean => "boolean",
            Granularity::Count => "count",
            Granularity::Record => "record",
        }
    }
}

/// Reads the body of a request, or says what is wrong with it.
pub fn read(entry: Entry, body: &Value) -> Result<BeaconQuery, String> {
    let query = &body["query"];
    let filters = match query["filters"].as_array() {
        None => vec![],
        Some(list) => list.iter().map(|f| f["id"].as_str().or(f.as_str()).unwrap_or_default().to_owned()).collect(),
    };
    let granularity = query["requestedGranularity"].as_str().unwrap_or("boolean");
    // Parameters stand in an object; clients send them in a list too.
    let parameters = &query["requestParameters"];
    let parameter =
        |name: &str| match parameters.as_array().and_then(|list| list.iter().find_map(|p| p.get(name))).unwrap_or(&parameters[name]) {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(list) => list.iter().map(|v| v.to_string().trim_matches('"').to_owned()).collect::<Vec<_>>().join(","),
            _ => String::new(),
        };
    checked(entry, granularity, &filters, parameter)
}

/// Reads the parameters of a GET.
pub fn read_query(entry: Entry, query: &[(String, String)]) -> Result<BeaconQuery, String> {
    let parameter = |name: &str| query.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone());
    let filters: Vec<String> =
        query.iter().filter(|(key, _)| key == "filters").flat_map(|(_, v)| v.split(',').map(str::to_owned)).collect();
    let granularity = parameter("requestedGranularity");
    checked(entry, if granularity.is_empty() { "boolean" } else { &granularity }, &filters, parameter)
}

fn checked(entry: Entry, granularity: &str, filters: &[String], parameter: impl Fn(&str) -> String) -> Result<BeaconQuery, String> {
    let granularity = match granularity {
        "boolean" => Granularity::Boolean,
        "count" => Granularity::Count,
        "record" => Granularity::Record,
        other => return Err(format!("requestedGranularity '{other}' is none of boolean, count and record")),
    };
    let (mut terms, mut sex) = (Vec::new(), None);
    for filter in filters.iter().map(|f| f.trim()).filter(|f| !f.is_empty()) {
        match TERMS.iter().find(|(id, ..)| *id == filter) {
            Some((_, found, _)) => sex = Some(*found),
            None if filter.starts_with("HP:") => terms.push(filter.to_owned()),
            None => return Err(format!("the filter '{filter}' is not known here; filtering_terms lists those that are")),
        }
    }
    answerable(&parameter)?;
    let variant = variant(&parameter)?;
    let gene = Some(parameter("geneId")).filter(|g| !g.is_empty());
    if entry == Entry::GenomicVariant && variant.is_none() && gene.is_none() {
        return Err("g_variants are asked for by referenceName, start, referenceBases and alternateBases on GRCh38, or by geneId".into());
    }
    Ok(BeaconQuery { entry, granularity, terms, sex, variant, gene })
}

/// Parameters that narrow a question and are not understood here, each with what it would mean. Source: Beacon v2.1, request parameters
/// of g_variants.
const NOT_ANSWERED: [(&str, &str); 5] = [
    ("aminoacidChange", "a change of the protein"),
    ("genomicAlleleShortForm", "a variant by its HGVS name"),
    ("variantType", "a kind of variant"),
    ("variantMinLength", "variants by length"),
    ("variantMaxLength", "variants by length"),
];

/// Refuses what would be answered too widely if it were passed over: a question about one change must not be answered for its gene.
fn answerable(parameter: &impl Fn(&str) -> String) -> Result<(), String> {
    let instead = "ask for one variant by referenceName, start, referenceBases and alternateBases on GRCh38, or for a gene by geneId alone";
    if let Some((name, meaning)) = NOT_ANSWERED.iter().find(|(name, _)| !parameter(name).is_empty()) {
        return Err(format!("{name} '{}' asks for {meaning}, which this beacon does not answer: {instead}", parameter(name)));
    }
    let (start, end) = (parameter("start"), parameter("end"));
    if start.contains(',') || end.contains(',') {
        return Err(format!("start '{start}' and end '{end}' are a bracket, which this beacon does not answer: {instead}"));
    }
    if parameter("alternateBases").is_empty() && !(start.is_empty() && end.is_empty()) {
        return Err(format!(
            "start '{start}' and end '{end}' without alternateBases are a range, which this beacon does not answer: {instead}"
        ));
    }
    Ok(())
}

/// The variant of a query; positions are counted from 0.
fn variant(parameter: &impl Fn(&str) -> String) -> Result<Option<Variant>, String> {
    let alternate = parameter("alternateBases");
    if alternate.is_empty() {
        return Ok(None);
    }
    let assembly = parameter("assemblyId");
    if !assembly.is_empty() && !["GRCh38", "hg38"].contains(&assembly.as_str()) {
        return Err(format!("assemblyId '{assembly}' is not held; ask on GRCh38"));
    }
    let start = parameter("start");
    let place: u32 = start.parse().map_err(|_| format!("start '{start}' is no position, counted from 0"))?;
    let contig = parameter("referenceName").trim_start_matches("refseq:").to_owned();
    let place = place.checked_add(1).ok_or("start is beyond every chromosome")?;
    let text = format!("{contig}-{place}-{}-{alternate}", parameter("referenceBases"));
    text.parse().map(Some).map_err(|why| format!("{text}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_question_is_read_from_body_and_address_alike_or_it_is_said_what_is_wrong() {
        let body = json!({ "meta": { "apiVersion": "2.0" }, "query": {
            "filters": [{ "id": "HP:0001250" }, { "id": "NCIT:C16576" }], "requestedGranularity": "count",
            "requestParameters": { "referenceName": "1", "start": [119_757_271], "referenceBases": "C", "alternateBases": "T", "assemblyId": "GRCh38" } } });
        let read_body = read(Entry::GenomicVariant, &body).expect("read");
        let query =
            "filters=HP:0001250,NCIT:C16576&requestedGranularity=count&referenceName=1&start=119757271&referenceBases=C&alternateBases=T";
        let pairs: Vec<(String, String)> = query.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect();
        assert_eq!(read_query(Entry::GenomicVariant, &pairs), Ok(read_body.clone()));
        assert_eq!(read_body.variant.map(|v| v.to_string()).as_deref(), Some("1-119757272-C-T"), "the exchange counts from 0");
        assert_eq!((read_body.sex, read_body.terms.len()), (Some(Sex::Female), 1));
        let wrong = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
            read_query(Entry::GenomicVariant, &pairs).expect_err("refused")
        };
        assert!(wrong(&[]).contains("geneId"));
        assert!(wrong(&[("geneId", "X"), ("filters", "MONDO:1")]).contains("'MONDO:1' is not known"));
        assert!(wrong(&[("geneId", "X"), ("requestedGranularity", "all")]).contains("none of boolean"));
        assert!(wrong(&[("alternateBases", "T"), ("start", "x")]).contains("no position"));
        assert!(
            wrong(&[("geneId", "NF1"), ("aminoacidChange", "R149W")]).contains("aminoacidChange 'R149W' asks for a change of the protein")
        );
        assert!(wrong(&[("referenceName", "19"), ("start", "55661000"), ("end", "55662000")]).contains("are a range"));
        assert!(wrong(&[("geneId", "NF1"), ("start", "1,5"), ("end", "7,9"), ("variantType", "")]).contains("are a bracket"));
        let body = json!({ "query": { "requestParameters": { "referenceName": "1", "start": [1, 5], "end": [7, 9] } } });
        assert!(read(Entry::GenomicVariant, &body).expect_err("refused").contains("start '1,5' and end '7,9' are a bracket"));
        let one = json!({ "query": { "requestParameters": { "referenceName": "1", "start": [5], "referenceBases": "C", "alternateBases": "T" } } });
        assert_eq!(read(Entry::GenomicVariant, &one).map(|q| q.variant.map(|v| v.to_string())), Ok(Some("1-6-C-T".to_owned())));
        assert!(wrong(&[("alternateBases", "T"), ("start", "4294967295")]).contains("beyond"));
        assert!(wrong(&[("alternateBases", "T"), ("start", "1"), ("assemblyId", "GRCh37")]).contains("ask on GRCh38"));
    }
}
