//! What was observed: values, documents and notes of a result. Observations that share a number of theirs (OBX-4) belong together, as
//! those of one variant do, and are kept with it. Source: HL7 2.5.1, chapter 7.4.2.4 (observation sub-ID).

use super::{
    super::{
        document::{self, Found},
        observation_status::ObservationStatus,
        value,
    },
    IncomingResult, Segment,
};
use crate::incoming_message::ResultValue;

/// Reads everything that was observed into a result.
pub(super) fn read_all(segments: &[&Segment], result: &mut IncomingResult) {
    let observations = segments.iter().copied().filter(|segment| segment.name == "OBX");
    let are_grouped = value::numbers_join(&value::by_number(observations));
    let mut rest = segments;
    while let [segment, after @ ..] = rest {
        let parts = document::parts(segment, after);
        let group = if are_grouped && segment.name == "OBX" { segment.whole(4) } else { String::new() };
        read(segment, &after[..parts], &group, result);
        rest = &after[parts..];
    }
}

/// Adds a value, a document or a note of a result; a document may go on in further observations.
fn read(segment: &Segment, further: &[&Segment], group: &str, result: &mut IncomingResult) {
    match segment.name.as_str() {
        "NTE" => push_value(result, "Comment", "", segment.whole(3)),
        "OBX" => match (not_of_result(segment), document::read_whole(segment, further)) {
            (Some(note), _) => result.not_used.push(note),
            (None, Found::Document(document)) => result.documents.push(document),
            (None, Found::Note(note)) => result.not_used.push(note),
            (None, Found::Nothing) => {
                let question = value::question(segment);
                let named = if group.is_empty() { question } else { format!("{group}: {question}") };
                push_value(result, &named, &segment.get(3, 1), format!("{}{}", value::text(segment), range(segment)));
            }
        },
        _ => {}
    }
}

/// What is said of an observation that is no part of the result; what it says of the order is kept in words.
fn not_of_result(obx: &Segment) -> Option<String> {
    let status = ObservationStatus::read(obx);
    let (place, question) = (obx.place_of_field(11), value::question(obx));
    if let Some(why) = status.withdrawn() {
        return Some(format!("{place}: {question} is marked as {why} and was not used"));
    }
    let text = value::text(obx);
    let said = if text.is_empty() { question } else { format!("{question} ({text})") };
    (!status.in_result().is_observed()).then(|| format!("{place}: {said} says what was ordered, and is no part of the result"))
}

fn push_value(result: &mut IncomingResult, name: &str, code: &str, value: String) {
    if !value.is_empty() {
        result.values.push(ResultValue { name: name.to_owned(), code: code.to_owned(), value });
    }
}

/// The reference range and the flag of a value (`OBX-7`, `OBX-8`, table 0078).
fn range(obx: &Segment) -> String {
    let (range, flag) = (obx.get(7, 1), obx.get(8, 1));
    let parts = [if range.is_empty() { range } else { format!("reference {range}") }, flag];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}
