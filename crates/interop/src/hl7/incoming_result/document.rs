//! What a document is to another one: it takes its place, adds to it, or takes a document back. Source: HL7 2.5.1, chapters 9.5.6
//! (T06), 9.5.10 (T10), 9.5.11 (T11), 9.6.1.12 and 9.6.1.13 (TXA-12, TXA-13).

use super::{Group, Message};
use crate::codes::result_status;
use care::results::outside::ResultStatus;

/// What a document says of another one.
#[derive(Default)]
pub(super) struct Parent {
    /// The number of the document that it replaces or takes back; empty where it does neither.
    pub replaces: String,
    /// What is said of the one that it adds to.
    pub note: Option<String>,
}

/// The document that one with a number and a status is about.
pub(super) fn parent(message: &Message, group: &Group, (number, status): (&str, &str)) -> Parent {
    let Some(txa) = group.txa else { return Parent::default() };
    let parent = txa.get(13, 1);
    if result_status::read(status) == Some(ResultStatus::Cancelled) {
        return Parent { replaces: number.to_owned(), note: None };
    }
    let adds = ["T05", "T06"].contains(&message.header(9, 2).to_uppercase().as_str());
    if !adds || parent.is_empty() {
        return Parent { replaces: parent, note: None };
    }
    let note = format!("{}: it is an addendum to {parent}, which is in force beside it: read both", txa.place_of_field(13));
    Parent { replaces: String::new(), note: Some(note) }
}
