use super::{OperationOutcome, Resource};
use crate::{codes::code_system, fhir::datatype::Identifier};
use serde::Serialize;

code_system! {
    /// What a bundle is for. Source: FHIR R4, `http://hl7.org/fhir/bundle-type`.
    pub enum BundleType {
        /// Resources that belong together.
        Collection = "collection",
        /// A document: its first entry is the Composition.
        Document = "document",
        /// Versions of a resource.
        History = "history",
        /// What a search found.
        Searchset = "searchset",
        /// Changes that are made all or not at all.
        Transaction = "transaction",
        /// What became of them.
        TransactionResponse = "transaction-response",
    }
}

/// Several resources together.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Bundle {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    #[serde(rename = "type")]
    pub kind: BundleType,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub link: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<Entry>,
}

/// Another page of a search.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Link {
    /// Which page: `self`, `next`.
    pub relation: &'static str,
    /// Its address.
    pub url: String,
}

/// One resource of a bundle, with what is asked of it or what became of it.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Address of the resource.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub full_url: String,
    /// The resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// Why a search found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchMode>,
    /// What is to be done with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<BundleRequest>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<BundleResponse>,
}

/// Why a search found a resource.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SearchMode {
    /// `match`, `include`, or `outcome`.
    pub mode: &'static str,
}

/// What is to be done with a resource.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BundleRequest {
    /// Method of HTTP.
    pub method: &'static str,
    /// Address within the server.
    pub url: String,
}

/// What became of a resource.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BundleResponse {
    /// Status of HTTP with its words.
    pub status: &'static str,
    /// Where it is to be found, with its version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// Version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub etag: String,
    /// When it came to be so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_modified: String,
    /// What there is to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OperationOutcome>,
}

impl Bundle {
    /// A bundle of entries.
    pub fn new(kind: BundleType, entry: Vec<Entry>) -> Bundle {
        Bundle { id: String::new(), identifier: None, kind, timestamp: String::new(), total: None, link: vec![], entry }
    }

    /// Resources of a server under their addresses there.
    pub fn at_server(kind: BundleType, server: &str, resources: impl IntoIterator<Item = Resource>) -> Bundle {
        let search = (kind == BundleType::Searchset).then_some(SearchMode { mode: "match" });
        let entry = |resource: Resource| Entry {
            full_url: format!("{server}/{}", resource.address()),
            resource: Some(resource),
            search: search.clone(),
            ..Entry::default()
        };
        Bundle::new(kind, resources.into_iter().map(entry).collect())
    }
}

impl Entry {
    /// A resource with its address; an empty address is left out.
    pub fn new(full_url: impl Into<String>, resource: impl Into<Resource>) -> Entry {
        Entry { full_url: full_url.into(), resource: Some(resource.into()), ..Entry::default() }
    }

    /// The same, with what is to be done with it.
    #[must_use]
    pub fn requesting(mut self, method: &'static str, url: impl Into<String>) -> Entry {
        self.request = Some(BundleRequest { method, url: url.into() });
        self
    }

    /// What became of an entry.
    pub fn answered(response: BundleResponse) -> Entry {
        Entry { response: Some(response), ..Entry::default() }
    }
}
