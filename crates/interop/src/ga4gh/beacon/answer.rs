//! How a query is answered.

use super::{BeaconQuery, Entry, Granularity, ID, VERSION};
use crate::codes::sex::TERMS;
use genome::Variant;
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
    note: &'static str,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    result_sets: [ResultSet; 1],
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
    info: Carriers,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Variation {
    variant_type: &'static str,
    reference_bases: String,
    alternate_bases: String,
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

/// An answer: whether there are enough people to be spoken of, and about how many where that may be said.
pub fn answer(query: &BeaconQuery, exists: bool, about: Option<u64>, granularity: Granularity) -> Answer {
    let carriers = about.unwrap_or(0);
    let response = (granularity == Granularity::Record).then(|| {
        let results: Vec<Record> = query.variant.iter().filter(|_| exists).map(|v| Record::new(v, carriers)).collect();
        Response { result_sets: [ResultSet { id: "library", set_type: "dataset", exists, results_count: results.len(), results }] }
    });
    Answer {
        meta: Meta::new(query, granularity),
        response_summary: Summary { exists, num_total_results: (granularity >= Granularity::Count).then_some(carriers) },
        info: Note { note: "Fewer than 5 people are told of as none; other numbers are rounded to 5." },
        response,
    }
}

/// Why there is no answer.
pub fn error(entry: Entry, code: u16, message: &str) -> ErrorAnswer {
    let granularity = Granularity::Boolean;
    let query = BeaconQuery { entry, granularity, terms: vec![], sex: None, variant: None, gene: None };
    ErrorAnswer { meta: Meta::new(&query, granularity), error: Error { error_code: code, error_message: message.into() } }
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
                pagination: Pagination { skip: 0, limit: 0 },
                requested_granularity: query.granularity.name(),
            },
        }
    }
}

impl Record {
    fn new(variant: &Variant, carriers: u64) -> Record {
        let start = u64::from(variant.position.get()) - 1;
        let number = |value| Number { kind: "Number", value };
        Record {
            variant_internal_id: variant.to_string(),
            variation: Variation {
                variant_type: if variant.is_snv() { "SNP" } else { "INDEL" },
                reference_bases: variant.reference.clone(),
                alternate_bases: variant.alternate.clone(),
                location: Location {
                    kind: "SequenceLocation",
                    sequence_id: format!("refseq:{}", variant.contig.refseq(genome::Build::GRCh38)),
                    interval: Interval {
                        kind: "SequenceInterval",
                        start: number(start),
                        end: number(start + variant.reference.len() as u64),
                    },
                },
            },
            info: Carriers { carriers },
        }
    }
}
