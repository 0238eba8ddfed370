//! How final a result is, by everything that the message says of it: what is not sure by one of them is not sure. Source: HL7 2.5.1,
//! tables 0119 (ORC-1), 0038 (ORC-5), 0123 (OBR-25), 0085 (OBX-11), 0271 (TXA-17), 0273 (TXA-19); chapter 9.5 (MDM events).

use super::{Group, Message, Segment};

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
    if replaces && ["AU", "LA", FINAL].contains(&found.status.to_uppercase().as_str()) {
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

/// Observations that contradict a final result, or say that there is none left.
fn of_observations(found: &mut StatedStatus, place: &str, group: &Group) {
    let observations: Vec<&&Segment> = group.rest.iter().filter(|segment| segment.name == "OBX").collect();
    let is_one_of = |codes: &'static [&'static str]| move |obx: &&&&Segment| codes.contains(&obx.get(11, 1).to_uppercase().as_str());
    let withdrawn = observations.iter().filter(is_one_of(&["D", "W", "X"])).count();
    let unsure = observations.iter().find(is_one_of(&["I", "P", "R", "S"]));
    let changed = observations.iter().find(is_one_of(&["A", "B", "C"]));
    let is_final = ["", FINAL, "AU", "LA"].contains(&found.status.to_uppercase().as_str());
    let mut take = |obx: Option<&&&Segment>, status: &str, what: &str| {
        if let (Some(obx), false) = (obx, place.is_empty()) {
            found.notes.push(format!(
                "{}: it is {what} beside {place} '{}', and the result is taken as {what}",
                obx.place_of_field(11),
                found.status
            ));
        }
        found.status = status.into();
    };
    match () {
        () if is_final && withdrawn > 0 && withdrawn == observations.len() => take(observations.first(), CANCELLED, "withdrawn"),
        () if is_final && unsure.is_some() => take(unsure, PRELIMINARY, "preliminary"),
        () if is_final && changed.is_some() => take(changed, CORRECTED, "corrected"),
        () if found.status.is_empty() => found.status = observations.first().map_or_else(String::new, |obx| of_one(obx)),
        () => {}
    }
}

/// The status of an observation as that of a result: verified, or final without being sent again.
fn of_one(obx: &Segment) -> String {
    match obx.get(11, 1).to_uppercase().as_str() {
        "U" | "V" => FINAL.into(),
        other => other.to_owned(),
    }
}
