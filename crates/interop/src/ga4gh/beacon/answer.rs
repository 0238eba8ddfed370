//! How a query is answered.

use super::{BeaconQuery, Entry, Granularity, ID, Include, VERSION};
use crate::codes::sex::TERMS;
use genome::{Structure, Variant};
use serde::Serialize;

/// An answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    meta: Meta,
    response_summary: Summary,
    info: Note,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Response>,
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ErrorAnswer {
    meta: Meta,
    error: Error,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    beacon_id: &'static str,
    api_version: &'static str,
    returned_schemas: [Schema; 1],
    returned_granularity: &'static str,
    received_request_summary: RequestSummary,
}

/// The schema of the records of an entry type.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schema {
    entity_type: &'static str,
    schema: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestSummary {
    api_version: &'static str,
    requested_schemas: [Schema; 1],
    filters: Vec<String>,
    pagination: Pagination,
    requested_granularity: &'static str,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Pagination {
    skip: u32,
    limit: u32,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    exists: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_total_results: Option<u64>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Note {
    note: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    result_sets: Vec<ResultSet>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultSet {
    id: &'static str,
    set_type: &'static str,
    exists: bool,
    results_count: usize,
    results: Vec<Record>,
}

/// A variant as a record of the default model: about the variant, never about who carries it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    variant_internal_id: String,
    variation: Variation,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<Carriers>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Variation {
    variant_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_bases: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alternate_bases: Option<String>,
    location: Location,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Location {
    #[serde(rename = "type")]
    kind: &'static str,
    sequence_id: String,
    interval: Interval,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Interval {
    #[serde(rename = "type")]
    kind: &'static str,
    start: Number,
    end: Number,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Number {
    #[serde(rename = "type")]
    kind: &'static str,
    value: u64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
struct Carriers {
    carriers: u64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Error {
    error_code: u16,
    error_message: String,
}

/// What was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// Enough to be told of.
    pub exists: bool,
    /// About how many people, where that may be said.
    pub about: Option<u64>,
    /// The one variant that was asked about, if enough people carry it; of a question about variants, those that enough people
    /// carry, each.
    pub variants: Vec<Variant>,
    /// How much is answered.
    pub granularity: Granularity,
    /// What was taken for granted on the way, in words.
    pub notes: Vec<String>,
}

/// An answer: whether there are enough people to be spoken of, and about how many where that may be said. Of variants, how many there
/// are that enough people carry each, and which.
pub fn answer(query: &BeaconQuery, found: &Found) -> Answer {
    let is_list = query.is_about_variants() && query.entry == Entry::GenomicVariant;
    let total = if is_list { found.variants.len() as u64 } else { found.about.unwrap_or(0) };
    let response = (found.granularity == Granularity::Record).then(|| Response { result_sets: result_sets(query, found, is_list) });
    let rule = if query.is_about_variants() {
        "Only variants that at least 5 people carry are told of; numbers of people are rounded to 5."
    } else {
        "Fewer than 5 people are told of as none; other numbers are rounded to 5."
    };
    Answer {
        meta: Meta::new(query, found.granularity),
        response_summary: Summary { exists: found.exists, num_total_results: (found.granularity >= Granularity::Count).then_some(total) },
        info: Note { note: std::iter::once(rule).chain(found.notes.iter().map(String::as_str)).collect::<Vec<_>>().join(" ") },
        response,
    }
}

/// The one set of results, if such sets are wanted.
fn result_sets(query: &BeaconQuery, found: &Found, is_list: bool) -> Vec<ResultSet> {
    let is_wanted = match query.include {
        Include::All => true,
        Include::Hit => found.exists,
        Include::Miss => !found.exists,
        Include::None => false,
    };
    if !is_wanted {
        return vec![];
    }
    let (results_count, results) = if is_list {
        (found.variants.len(), query.page.cut(found.variants.iter().map(|v| Record::new(v, None)).collect()))
    } else {
        let carriers = Some(Carriers { carriers: found.about.unwrap_or(0) });
        let one: Vec<Record> = found.variants.iter().map(|v| Record::new(v, carriers.clone())).collect();
        (one.len(), query.page.cut(one))
    };
    vec![ResultSet { id: "library", set_type: "dataset", exists: found.exists, results_count, results }]
}

/// Why there is no answer.
pub fn error(entry: Entry, code: u16, message: &str) -> ErrorAnswer {
    let query = BeaconQuery::about(entry);
    ErrorAnswer { meta: Meta::new(&query, Granularity::Boolean), error: Error { error_code: code, error_message: message.into() } }
}

impl Schema {
    pub(super) fn new(entry: Entry) -> Schema {
        Schema { entity_type: entry.name(), schema: entry.schema() }
    }
}

impl Meta {
    fn new(query: &BeaconQuery, granularity: Granularity) -> Meta {
        let mut filters = query.terms.clone();
        filters.extend(TERMS.iter().filter(|(_, sex, _)| query.sex == Some(*sex)).map(|(id, ..)| (*id).to_owned()));
        Meta {
            beacon_id: ID,
            api_version: VERSION,
            returned_schemas: [Schema::new(query.entry)],
            returned_granularity: granularity.name(),
            received_request_summary: RequestSummary {
                api_version: VERSION,
                requested_schemas: [Schema::new(query.entry)],
                filters,
                pagination: Pagination { skip: query.page.skip, limit: query.page.limit },
                requested_granularity: query.granularity.name(),
            },
        }
    }
}

impl Record {
    fn new(variant: &Variant, info: Option<Carriers>) -> Record {
        let structure = variant.structure();
        // A structural variant begins after its position.
        let start = u64::from(variant.position.get()) - u64::from(structure.is_none());
        let end = if structure.is_some() { u64::from(variant.end()).max(start) } else { start + variant.reference.len() as u64 };
        let bases = |text: &str| structure.is_none().then(|| text.to_owned());
        let number = |value| Number { kind: "Number", value };
        Record {
            variant_internal_id: variant.to_string(),
            variation: Variation {
                variant_type: kind(variant),
                reference_bases: bases(&variant.reference),
                alternate_bases: bases(&variant.alternate),
                location: Location {
                    kind: "SequenceLocation",
                    sequence_id: format!("refseq:{}", variant.contig.refseq(genome::Build::GRCh38)),
                    interval: Interval { kind: "SequenceInterval", start: number(start), end: number(end) },
                },
            },
            info,
        }
    }
}

fn kind(variant: &Variant) -> &'static str {
    match variant.structure() {
        Some(Structure::Deletion { .. }) => "DEL",
        Some(Structure::Duplication { .. }) => "DUP",
        Some(Structure::Inversion { .. }) => "INV",
        Some(Structure::Insertion { .. }) => "INS",
        Some(Structure::Breakend { .. }) => "BND",
        Some(Structure::Repeat { .. }) => "STR",
        None if variant.is_snv() => "SNP",
        None => "INDEL",
    }
}
