//! Pages that say what this beacon is.

use super::{Entry, ID, VERSION, answer::Schema};
use crate::codes::sex::TERMS;
use serde::Serialize;
use serde_json::Value;

/// A page: about the beacon, in the frame that every answer has.
#[derive(Serialize)]
struct Informed<R> {
    meta: Meta,
    response: R,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    beacon_id: &'static str,
    api_version: &'static str,
    returned_schemas: [Schema; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    id: &'static str,
    name: &'static str,
    api_version: &'static str,
    environment: &'static str,
    organization: Organization,
    description: &'static str,
    welcome_url: String,
    update_date_time: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Organization {
    id: &'static str,
    name: &'static str,
    welcome_url: String,
}

/// Source: GA4GH service-info 1.0.
#[derive(Serialize)]
struct ServiceInfo {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    #[serde(rename = "type")]
    kind: ServiceType,
    organization: ServiceOrganization,
}

#[derive(Serialize)]
struct ServiceType {
    group: &'static str,
    artifact: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct ServiceOrganization {
    name: &'static str,
    url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryTypesPage {
    entry_types: EntryTypes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryTypes {
    genomic_variant: EntryType,
    individual: EntryType,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryType {
    id: &'static str,
    name: &'static str,
    ontology_term_for_this_type: TermId,
    part_of_specification: String,
    default_schema: DefaultSchema,
    non_filtered_queries_allowed: bool,
}

#[derive(Serialize)]
struct TermId {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DefaultSchema {
    id: String,
    name: &'static str,
    reference_to_schema_definition: String,
    schema_version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    #[serde(rename = "$schema")]
    schema: String,
    maturity_attributes: Maturity,
    security_attributes: Security,
    entry_types: EntryTypes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Maturity {
    production_status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Security {
    default_granularity: &'static str,
    security_levels: [&'static str; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Map {
    #[serde(rename = "$schema")]
    schema: String,
    endpoint_sets: EndpointSets,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndpointSets {
    genomic_variant: Endpoint,
    individual: Endpoint,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    entry_type: &'static str,
    root_url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FilteringTerms {
    resources: [OntologyResource; 1],
    filtering_terms: Vec<FilteringTerm>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OntologyResource {
    id: &'static str,
    name: &'static str,
    namespace_prefix: &'static str,
    version: String,
    url: &'static str,
}

#[derive(Serialize)]
struct FilteringTerm {
    id: String,
    label: String,
    #[serde(rename = "type")]
    kind: &'static str,
    scopes: [&'static str; 2],
}

/// Base of the schemas of a beacon's configuration.
const CONFIGURATION: &str = "https://raw.githubusercontent.com/ga4gh-beacon/beacon-v2/main/framework/json/configuration";
/// Name of this beacon.
const NAME: &str = "OpenGMS research library";

/// A page that says what this beacon is; nothing for another path.
pub fn about(page: &str, base: &str, updated: &str) -> Option<Value> {
    match page {
        "" | "info" => Some(informed(info(base, updated))),
        "service-info" => Some(json(service_info(base))),
        "entry_types" => Some(informed(EntryTypesPage { entry_types: entry_types() })),
        "configuration" => Some(informed(configuration())),
        "map" => Some(informed(map(base))),
        _ => None,
    }
}

/// The terms that may be filtered by: sex, and features with their names.
pub fn filtering_terms<'t>(features: impl Iterator<Item = (String, &'t str)>, version: &str) -> Value {
    let term = |id: String, label: &str| FilteringTerm {
        id,
        label: label.into(),
        kind: "ontology",
        scopes: [Entry::Individual.name(), Entry::GenomicVariant.name()],
    };
    let sexes = TERMS.iter().map(|(id, _, label)| term((*id).into(), label));
    informed(FilteringTerms {
        filtering_terms: sexes.chain(features.map(|(id, label)| term(id, label))).collect(),
        resources: [OntologyResource {
            id: "hp",
            name: "Human Phenotype Ontology",
            namespace_prefix: "HP",
            version: version.into(),
            url: "http://purl.obolibrary.org/obo/hp.owl",
        }],
    })
}

fn json(page: impl Serialize) -> Value {
    serde_json::to_value(page).expect("a page is plain data")
}

fn informed(response: impl Serialize) -> Value {
    let returned_schemas = [Entry::GenomicVariant, Entry::Individual].map(Schema::new);
    json(Informed { meta: Meta { beacon_id: ID, api_version: VERSION, returned_schemas }, response })
}

fn info<'a>(base: &str, updated: &'a str) -> Info<'a> {
    let welcome_url = format!("{base}/research");
    Info {
        id: ID,
        name: NAME,
        api_version: VERSION,
        environment: "dev",
        organization: Organization { id: "opengms", name: "OpenGMS", welcome_url: welcome_url.clone() },
        description: "Coded genomes of people who agreed to research",
        welcome_url,
        update_date_time: updated,
    }
}

fn service_info(base: &str) -> ServiceInfo {
    ServiceInfo {
        id: ID,
        name: NAME,
        version: VERSION,
        kind: ServiceType { group: "org.ga4gh", artifact: "beacon", version: VERSION },
        organization: ServiceOrganization { name: "OpenGMS", url: format!("{base}/research") },
    }
}

fn entry_types() -> EntryTypes {
    EntryTypes {
        genomic_variant: entry_type(Entry::GenomicVariant, "Genomic variants", "ENSGLOSSARY:0000092"),
        individual: entry_type(Entry::Individual, "Individuals", "NCIT:C25190"),
    }
}

fn entry_type(entry: Entry, name: &'static str, term: &'static str) -> EntryType {
    EntryType {
        id: entry.name(),
        name,
        ontology_term_for_this_type: TermId { id: term },
        part_of_specification: format!("Beacon {VERSION}"),
        default_schema: DefaultSchema {
            id: format!("ga4gh-beacon-{}-v2", entry.name()),
            name,
            reference_to_schema_definition: entry.schema(),
            schema_version: VERSION,
        },
        non_filtered_queries_allowed: entry == Entry::Individual,
    }
}

fn configuration() -> Configuration {
    Configuration {
        schema: format!("{CONFIGURATION}/beaconConfigurationSchema.json"),
        maturity_attributes: Maturity { production_status: "DEV" },
        security_attributes: Security { default_granularity: "boolean", security_levels: ["PUBLIC", "CONTROLLED"] },
        entry_types: entry_types(),
    }
}

fn map(base: &str) -> Map {
    let endpoint = |entry: Entry| Endpoint { entry_type: entry.name(), root_url: format!("{base}/beacon/{}", entry.path()) };
    Map {
        schema: format!("{CONFIGURATION}/beaconMapSchema.json"),
        endpoint_sets: EndpointSets { genomic_variant: endpoint(Entry::GenomicVariant), individual: endpoint(Entry::Individual) },
    }
}
