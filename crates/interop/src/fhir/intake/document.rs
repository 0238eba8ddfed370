//! Documents that come with an order, such as the order form as PDF, and reports of before. Source: FHIR R4, DocumentReference, Binary,
//! DiagnosticReport.

use super::{
    bundle_index::BundleIndex,
    details::{Reading, Whose},
    json::{concept_text, first_of, kind, list, text},
    status::not_counted,
};
use crate::incoming_message::Document;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

/// Reads a document of a member of the order. A Binary is read by the reference that leads to it, or alone.
pub(super) fn read(reading: &mut Reading, place: usize) {
    let resource = reading.index.resource(place);
    if let Some(reason) = not_counted(resource) {
        return reading.leave(place, &format!("does not count: {reason}"));
    }
    if kind(resource) == "Binary" {
        return read_binary(reading, place);
    }
    match reading.whose(place) {
        Whose::Member(_) => {}
        Whose::OtherOrder => return,
        Whose::Nobody(why) => return reading.leave(place, &format!("is about nobody of this order ({why}): name its subject")),
    }
    for content in list(resource, "/content") {
        let title = first_of([text(content, "/attachment/title"), text(resource, "/description"), &concept_text(&resource["type"])]);
        match document(reading.index, place, &content["attachment"], &title) {
            Ok(document) => add(reading, document),
            Err(why) => reading.leave(place, &why),
        }
    }
}

fn read_binary(reading: &mut Reading, place: usize) {
    let references = reading.index.resources_of_kind("DocumentReference");
    let mut attachments = references.flat_map(|(from, r)| list(r, "/content").iter().map(move |content| (from, content)));
    if attachments.any(|(from, content)| binary(reading.index, from, text(content, "/attachment/url")) == Some(place)) {
        return;
    }
    match reading.whose(place) {
        Whose::Member(_) => match decoded(reading.index.resource(place), "Document") {
            Ok(document) => add(reading, document),
            Err(why) => reading.leave(place, &why),
        },
        _ => reading.leave(place, "is referred to by nothing of this order"),
    }
}

fn add(reading: &mut Reading, document: Document) {
    if !reading.details.documents.contains(&document) {
        reading.details.documents.push(document);
    }
}

/// The document of an attachment: inside it, or a Binary of the bundle. What lies elsewhere is not fetched.
pub(super) fn document(index: &BundleIndex, from: usize, attachment: &Value, title: &str) -> Result<Document, String> {
    if !text(attachment, "/data").is_empty() {
        return decoded(attachment, title);
    }
    let address = text(attachment, "/url");
    match binary(index, from, address) {
        Some(place) => decoded(index.resource(place), title),
        None if address.is_empty() => Err("holds no document".into()),
        None => Err(format!("lies at {address}, which is not fetched: send the document in the bundle")),
    }
}

/// The Binary of an address.
fn binary(index: &BundleIndex, from: usize, address: &str) -> Option<usize> {
    let place = index.find(from, &serde_json::json!({ "reference": address, "type": "Binary" }))?;
    (kind(index.resource(place)) == "Binary").then_some(place)
}

fn decoded(holder: &Value, title: &str) -> Result<Document, String> {
    let data: String = text(holder, "/data").chars().filter(|c| !c.is_whitespace()).collect();
    let content = BASE64_STANDARD.decode(data).map_err(|why| format!("holds a document that is no base64 ({why}): send it again"))?;
    let media_type = text(holder, "/contentType").split(';').next().unwrap_or_default().trim().to_owned();
    match () {
        () if content.is_empty() => Err("holds an empty document".into()),
        () if media_type == "application/pdf" && !content.starts_with(b"%PDF") => {
            Err("holds a document that is no PDF, as it says: send it again".into())
        }
        () => Ok(Document { title: title.to_owned(), media_type, content }),
    }
}

/// A report of before: what it concludes is a note, what is printed a document.
pub(super) fn read_earlier_report(reading: &mut Reading, place: usize, member: usize) {
    let resource = reading.index.resource(place);
    let name = concept_text(&resource["code"]);
    let conclusion = reading.text_of(place, "/conclusion");
    if !conclusion.is_empty() {
        reading.note(member, &format!("Earlier report, {name}: {conclusion}"));
    }
    for form in list(resource, "/presentedForm") {
        match document(reading.index, place, form, &first_of([text(form, "/title"), &name])) {
            Ok(document) => add(reading, document),
            Err(why) => reading.leave(place, &why),
        }
    }
}
