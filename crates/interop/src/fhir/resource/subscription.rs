use serde::Serialize;

/// What a system is told of. Source: FHIR R4, Subscription.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Subscription {
    pub id: String,
    pub status: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub end: String,
    pub reason: String,
    pub criteria: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
    pub channel: SubscriptionChannel,
}

/// How a system is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct SubscriptionChannel {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub endpoint: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub payload: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<String>,
}
