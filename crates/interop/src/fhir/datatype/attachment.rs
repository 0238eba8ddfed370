use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;

/// A document, inside the resource or where it is to be fetched.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Media type.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content_type: String,
    /// Language of the document.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// The document in base64.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub data: String,
    /// Where it is to be fetched.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
}

impl Attachment {
    /// A PDF inside the resource.
    pub fn pdf(bytes: &[u8]) -> Attachment {
        Attachment { content_type: "application/pdf".into(), data: BASE64_STANDARD.encode(bytes), ..Attachment::default() }
    }
}
