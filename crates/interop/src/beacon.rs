//! GA4GH Beacon v2: what another beacon or a researcher's program asks, and how it is answered. Source: Beacon v2.1 framework and
//! default model.

use genome::Variant;
use serde_json::{Value, json};

/// Version of the specification.
pub const VERSION: &str = "v2.1.0";
/// Identifier of this beacon.
const ID: &str = "opengms.beacon";
const MODEL: &str = "https://raw.githubusercontent.com/ga4gh-beacon/beacon-v2/main/models/json/beacon-v2-default-model";

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// Variants.
    GenomicVariant,
    /// People.
    Individual,
}

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names are the specification's")]
pub enum Granularity {
    Boolean,
    Count,
    Record,
}

/// A question.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// About what.
    pub entry: Entry,
    /// How much is wanted.
    pub granularity: Granularity,
    /// Terms of the HPO.
    pub terms: Vec<String>,
    /// `female` or `male`.
    pub sex: Option<String>,
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

/// Terms of sex. Source: NCI Thesaurus, as the default model uses it.
const SEXES: [(&str, &str, &str); 2] = [("NCIT:C16576", "female", "Female"), ("NCIT:C20197", "male", "Male")];

/// Reads the body of a request; what is wrong is told.
pub fn read(entry: Entry, body: &Value) -> Result<Asked, String> {
    let query = &body["query"];
    let filters = match query["filters"].as_array() {
        None => vec![],
        Some(list) => list.iter().map(|f| f["id"].as_str().or(f.as_str()).unwrap_or_default().to_owned()).collect(),
    };
    let granularity = query["requestedGranularity"].as_str().unwrap_or("boolean");
    // Parameters stand in an object; clients send them in a list too.
    let parameters = &query["requestParameters"];
    let parameter = |name: &str| {
        let held = parameters.as_array().and_then(|list| list.iter().find_map(|p| p.get(name))).unwrap_or(&parameters[name]);
        match held {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(list) => list.first().map_or_else(String::new, |v| v.to_string().trim_matches('"').to_owned()),
            _ => String::new(),
        }
    };
    asked(entry, granularity, &filters, parameter)
}

/// Reads the parameters of a GET.
pub fn read_query(entry: Entry, query: &[(String, String)]) -> Result<Asked, String> {
    let parameter = |name: &str| query.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone());
    let filters: Vec<String> =
        query.iter().filter(|(key, _)| key == "filters").flat_map(|(_, v)| v.split(',').map(str::to_owned)).collect();
    let granularity = parameter("requestedGranularity");
    asked(entry, if granularity.is_empty() { "boolean" } else { &granularity }, &filters, parameter)
}

fn asked(entry: Entry, granularity: &str, filters: &[String], parameter: impl Fn(&str) -> String) -> Result<Asked, String> {
    let granularity = match granularity {
        "boolean" => Granularity::Boolean,
        "count" => Granularity::Count,
        "record" => Granularity::Record,
        other => return Err(format!("requestedGranularity '{other}' is none of boolean, count and record")),
    };
    let (mut terms, mut sex) = (Vec::new(), None);
    for filter in filters.iter().map(|f| f.trim()).filter(|f| !f.is_empty()) {
        match SEXES.iter().find(|(id, ..)| *id == filter) {
            Some((_, word, _)) => sex = Some((*word).to_owned()),
            None if filter.starts_with("HP:") => terms.push(filter.to_owned()),
            None => return Err(format!("the filter '{filter}' is not known here; filtering_terms lists those that are")),
        }
    }
    let variant = variant(&parameter)?;
    let gene = Some(parameter("geneId")).filter(|g| !g.is_empty());
    if entry == Entry::GenomicVariant && variant.is_none() && gene.is_none() {
        return Err("g_variants are asked for by referenceName, start, referenceBases and alternateBases on GRCh38, or by geneId".into());
    }
    Ok(Asked { entry, granularity, terms, sex, variant, gene })
}

/// The variant that is asked about; positions are counted from 0.
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

fn schemas(entry: Entry) -> Value {
    json!([{ "entityType": entry.name(), "schema": entry.schema() }])
}

fn meta(asked: &Asked, told: Granularity) -> Value {
    let mut filters = asked.terms.clone();
    filters.extend(SEXES.iter().filter(|(_, word, _)| asked.sex.as_deref() == Some(word)).map(|(id, ..)| (*id).to_owned()));
    json!({
        "beaconId": ID,
        "apiVersion": VERSION,
        "returnedSchemas": schemas(asked.entry),
        "returnedGranularity": told.name(),
        "receivedRequestSummary": {
            "apiVersion": VERSION,
            "requestedSchemas": schemas(asked.entry),
            "filters": filters,
            "pagination": { "skip": 0, "limit": 0 },
            "requestedGranularity": asked.granularity.name(),
        },
    })
}

/// An answer: whether there are enough to be told of, and about how many where that may be told.
pub fn answer(asked: &Asked, exists: bool, about: Option<u64>, told: Granularity) -> Value {
    let mut summary = json!({ "exists": exists });
    if told >= Granularity::Count {
        summary["numTotalResults"] = json!(about.unwrap_or(0));
    }
    let note = "Fewer than 5 people are told of as none; other numbers are rounded to 5.";
    let mut answer = json!({ "meta": meta(asked, told), "responseSummary": summary, "info": { "note": note } });
    if told == Granularity::Record {
        let results: Vec<Value> = asked.variant.iter().filter(|_| exists).map(|v| record(v, about.unwrap_or(0))).collect();
        answer["response"] = json!({ "resultSets": [{
            "id": "library", "setType": "dataset", "exists": exists, "resultsCount": results.len(), "results": results,
        }] });
    }
    answer
}

/// A variant as a record of the default model: about the variant, never about who carries it.
fn record(v: &Variant, carriers: u64) -> Value {
    let start = v.position.get() - 1;
    json!({
        "variantInternalId": v.to_string(),
        "variation": {
            "variantType": if v.reference.len() == 1 && v.alternate.len() == 1 { "SNP" } else { "INDEL" },
            "referenceBases": v.reference,
            "alternateBases": v.alternate,
            "location": {
                "type": "SequenceLocation",
                "sequence_id": format!("refseq:{}", v.contig.refseq(genome::Build::GRCh38)),
                "interval": {
                    "type": "SequenceInterval",
                    "start": { "type": "Number", "value": start },
                    "end": { "type": "Number", "value": start as usize + v.reference.len() },
                },
            },
        },
        "info": { "carriers": carriers },
    })
}

/// Why there is no answer.
pub fn error(entry: Entry, code: u16, words: &str) -> Value {
    let asked = Asked { entry, granularity: Granularity::Boolean, terms: vec![], sex: None, variant: None, gene: None };
    json!({ "meta": meta(&asked, Granularity::Boolean), "error": { "errorCode": code, "errorMessage": words } })
}

fn informed(response: Value) -> Value {
    let both = [Entry::GenomicVariant, Entry::Individual].map(|e| schemas(e)[0].clone());
    json!({ "meta": { "beaconId": ID, "apiVersion": VERSION, "returnedSchemas": both }, "response": response })
}

fn entry_types() -> Value {
    let of = |entry: Entry, name: &str, term: &str| {
        json!({
            "id": entry.name(),
            "name": name,
            "ontologyTermForThisType": { "id": term },
            "partOfSpecification": format!("Beacon {VERSION}"),
            "defaultSchema": { "id": format!("ga4gh-beacon-{}-v2", entry.name()), "name": name, "referenceToSchemaDefinition": entry.schema(), "schemaVersion": VERSION },
            "nonFilteredQueriesAllowed": entry == Entry::Individual,
        })
    };
    json!({
        "genomicVariant": of(Entry::GenomicVariant, "Genomic variants", "ENSGLOSSARY:0000092"),
        "individual": of(Entry::Individual, "Individuals", "NCIT:C25190"),
    })
}

/// A page that says what this beacon is; nothing for another path.
pub fn about(page: &str, base: &str, at: &str) -> Option<Value> {
    let organization = json!({ "id": "opengms", "name": "OpenGMS", "welcomeUrl": format!("{base}/research") });
    let info = json!({
        "id": ID, "name": "OpenGMS research library", "apiVersion": VERSION, "environment": "dev", "organization": organization,
        "description": "Coded genomes of people who agreed to research", "welcomeUrl": format!("{base}/research"), "updateDateTime": at,
    });
    let schema = "https://raw.githubusercontent.com/ga4gh-beacon/beacon-v2/main/framework/json/configuration";
    Some(match page {
        "" | "info" => informed(info),
        "service-info" => json!({
            "id": ID, "name": "OpenGMS research library", "version": VERSION,
            "type": { "group": "org.ga4gh", "artifact": "beacon", "version": VERSION },
            "organization": { "name": "OpenGMS", "url": format!("{base}/research") },
        }),
        "entry_types" => informed(json!({ "entryTypes": entry_types() })),
        "configuration" => informed(json!({
            "$schema": format!("{schema}/beaconConfigurationSchema.json"),
            "maturityAttributes": { "productionStatus": "DEV" },
            "securityAttributes": { "defaultGranularity": "boolean", "securityLevels": ["PUBLIC", "CONTROLLED"] },
            "entryTypes": entry_types(),
        })),
        "map" => {
            let of = |entry: Entry| json!({ "entryType": entry.name(), "rootUrl": format!("{base}/beacon/{}", entry.path()) });
            informed(json!({
                "$schema": format!("{schema}/beaconMapSchema.json"),
                "endpointSets": { "genomicVariant": of(Entry::GenomicVariant), "individual": of(Entry::Individual) },
            }))
        }
        _ => return None,
    })
}

/// The terms that may be filtered by: sex, and features with their names.
pub fn filtering_terms<'t>(features: impl Iterator<Item = (String, &'t str)>, version: &str) -> Value {
    let sexes = SEXES
        .iter()
        .map(|(id, _, label)| json!({ "id": id, "label": label, "type": "ontology", "scopes": ["individual", "genomicVariant"] }));
    let features =
        features.map(|(id, label)| json!({ "id": id, "label": label, "type": "ontology", "scopes": ["individual", "genomicVariant"] }));
    informed(json!({
        "resources": [{ "id": "hp", "name": "Human Phenotype Ontology", "namespacePrefix": "HP", "version": version, "url": "http://purl.obolibrary.org/obo/hp.owl" }],
        "filteringTerms": sexes.chain(features).collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_from_body_and_address_alike_or_what_is_wrong_is_told() {
        let body = json!({ "meta": { "apiVersion": "2.0" }, "query": {
            "filters": [{ "id": "HP:0001250" }, { "id": "NCIT:C16576" }], "requestedGranularity": "count",
            "requestParameters": { "referenceName": "1", "start": [119_757_271], "referenceBases": "C", "alternateBases": "T", "assemblyId": "GRCh38" } } });
        let read_body = read(Entry::GenomicVariant, &body).expect("read");
        let query =
            "filters=HP:0001250,NCIT:C16576&requestedGranularity=count&referenceName=1&start=119757271&referenceBases=C&alternateBases=T";
        let pairs: Vec<(String, String)> = query.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect();
        assert_eq!(read_query(Entry::GenomicVariant, &pairs), Ok(read_body.clone()));
        assert_eq!(read_body.variant.map(|v| v.to_string()).as_deref(), Some("1-119757272-C-T"), "the exchange counts from 0");
        assert_eq!((read_body.sex.as_deref(), read_body.terms.len()), (Some("female"), 1));
        let wrong = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
            read_query(Entry::GenomicVariant, &pairs).expect_err("refused")
        };
        assert!(wrong(&[]).contains("geneId"));
        assert!(wrong(&[("geneId", "X"), ("filters", "MONDO:1")]).contains("'MONDO:1' is not known"));
        assert!(wrong(&[("geneId", "X"), ("requestedGranularity", "all")]).contains("none of boolean"));
        assert!(wrong(&[("alternateBases", "T"), ("start", "x")]).contains("no position"));
        assert!(wrong(&[("alternateBases", "T"), ("start", "4294967295")]).contains("beyond"));
        assert!(wrong(&[("alternateBases", "T"), ("start", "1"), ("assemblyId", "GRCh37")]).contains("ask on GRCh38"));
    }
}
