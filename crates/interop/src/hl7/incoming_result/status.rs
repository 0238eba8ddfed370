//! How final a result is, by everything that the message says of it: what is not sure by one of them is not sure. Source: HL7 2.5.1,
//! tables 0119 (ORC-1), 0038 (ORC-5), 0123 (OBR-25), 0085 (OBX-11), 0271 (TXA-17), 0273 (TXA-19); chapter 9.5 (MDM events).

use super::{
    super::observation_status::{InResult, ObservationStatus},
    Group, Message, Segment,
};
use crate::codes::result_status;
use care::results::outside::ResultStatus;

/// A status as it is sent on, and what was noted of how it was found.
pub(super) struct StatedStatus {
    pub status: String,
    pub notes: Vec<String>,
}

const PRELIMINARY: &str = "P";
const FINAL: &str = "F";
const CORRECTED: &str = "C";
const CANCELLED: &str = "X";

/// The status of a result.
pub(super) fn read(message: &Message, group: &Group) -> StatedStatus {
    let stated = [(group.obr, 25), (group.txa, 17)].into_iter().filter_map(|(segment, field)| Some((segment?, field)));
    let stated = stated.map(|(segment, field)| (segment.get(field, 1), segment.place_of_field(field))).find(|(text, _)| !text.is_empty());
    let (status, place) = stated.unwrap_or_default();
    let mut found = StatedStatus { status, notes: vec![] };
    if let Some(ended) = of_document(message, group).or_else(|| of_order(group)) {
        ended.clone_into(&mut found.status);
        return found;
    }
    of_observations(&mut found, &place, group);
    let replaces = ["T08", "T10"].contains(&message.header(9, 2).to_uppercase().as_str());
    if replaces && result_status::read(&found.status) == Some(ResultStatus::Final) {
        found.status = CORRECTED.into();
    }
    found
}

/// An order that the laboratory cancelled: by its order control (table 0119), or its status (table 0038).
fn of_order(group: &Group) -> Option<&'static str> {
    let orc = group.orc?;
    let is_ended = ["OC", "CR", "OD", "DR"].contains(&orc.get(1, 1).to_uppercase().as_str())
        || ["CA", "DC", "ER"].contains(&orc.get(5, 1).to_uppercase().as_str());
    is_ended.then_some(CANCELLED)
}

/// A document that was cancelled, is out of date, or may not be used.
fn of_document(message: &Message, group: &Group) -> Option<&'static str> {
    if message.header(9, 2).eq_ignore_ascii_case("T11") {
        return Some(CANCELLED);
    }
    match group.txa?.get(19, 1).to_uppercase().as_str() {
        "CA" | "OB" => Some(CANCELLED),
        "UN" => Some(PRELIMINARY),
        _ => None,
    }
}

/// Observations that contradict a final result, or say that there is none, or none left.
fn of_observations(found: &mut StatedStatus, place: &str, group: &Group) {
    let observations = group.rest.iter().copied().filter(|segment| segment.name == "OBX");
    let observations: Vec<(&Segment, InResult)> = observations.map(|obx| (obx, ObservationStatus::read(obx).in_result())).collect();
    let first = |what: InResult| observations.iter().find(|(_, is)| *is == what).map(|(obx, _)| *obx);
    let observed = observations.iter().find(|(_, is)| is.is_observed()).map(|(obx, _)| *obx);
    let decided = match observed {
        Some(_) => first(InResult::Unsure)
            .map(|obx| (obx, unsure(obx), PRELIMINARY))
            .or_else(|| first(InResult::Changed).map(|obx| (obx, "corrected".to_owned(), CORRECTED))),
        None => first(InResult::Withdrawn)
            .map(|obx| (obx, "withdrawn".to_owned(), CANCELLED))
            .or_else(|| first(InResult::None).map(|obx| (obx, "no result".to_owned(), PRELIMINARY))),
    };
    let decided = decided.filter(|(_, _, status)| gives_way(&found.status, status));
    match decided {
        Some((obx, is, status)) => {
            if !place.is_empty() {
                let stated = format!("{}: it is {is} beside {place} '{}'", obx.place_of_field(11), found.status);
                found.notes.push(format!("{stated}, and the result is taken as {}", taken_as(status)));
            }
            found.status = status.into();
        }
        None if found.status.is_empty() => found.status = observed.map_or_else(String::new, of_one),
        None => {}
    }
}

/// Whether a status that is stated gives way to what the observations say: a final result to all of it, a corrected one to what is not
/// sure or no result.
fn gives_way(stated: &str, observed: &str) -> bool {
    match result_status::read(stated) {
        Some(ResultStatus::Final) => true,
        Some(ResultStatus::Corrected) => observed != CORRECTED,
        Some(ResultStatus::Preliminary | ResultStatus::Cancelled) => false,
        None => stated.is_empty(),
    }
}

/// How an observation is not sure, in words.
fn unsure(obx: &Segment) -> String {
    let ObservationStatus::Unknown(code) = ObservationStatus::read(obx) else { return "preliminary".to_owned() };
    format!("'{code}', which is no status of HL7,")
}

fn taken_as(status: &str) -> &'static str {
    match status {
        CANCELLED => "withdrawn",
        CORRECTED => "corrected",
        _ => "preliminary",
    }
}

/// The status of an observation as that of a result, where nothing else says it.
fn of_one(obx: &Segment) -> String {
    if ObservationStatus::read(obx) == ObservationStatus::Final { FINAL.into() } else { String::new() }
}
