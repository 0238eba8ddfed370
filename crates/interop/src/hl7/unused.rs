//! What a message holds and nobody reads, by name, so that its sender knows. Source: HL7 2.5.1, appendix A.

use super::{Message, segment::Segment};
use std::collections::HashSet;

/// What is said of the fields of a segment.
enum Reading {
    /// The segment is read, or never matters: nothing is said of it.
    Silent,
    /// Only these fields are named where they hold anything: the others are read or are about how the sender works.
    Named(&'static [(usize, &'static str)]),
    /// Nothing of the segment is read.
    Unread,
}

fn reading(name: &str) -> Reading {
    match name {
        "MSH" | "SFT" | "UAC" | "EVN" | "NTE" | "NK1" | "OBX" | "DG1" | "SAC" | "MRG" | "TXA" | "GT1" | "IN1" | "IN2" | "IN3" | "BLG"
        | "FT1" | "PV2" => Reading::Silent,
        "PID" => Reading::Named(&[(21, "number of the mother"), (24, "multiple birth"), (25, "order of birth")]),
        "PD1" => Reading::Named(&[(12, "protection of the record")]),
        "PV1" => Reading::Named(&[(15, "ambulatory status"), (16, "protection of the person")]),
        "ORC" => Reading::Named(&[(8, "parent order"), (26, "notice to the patient"), (28, "confidentiality")]),
        "OBR" => Reading::Named(&[
            (11, "specimen action"),
            (18, "placer field 1"),
            (19, "placer field 2"),
            (26, "parent result"),
            (28, "copies of the result"),
            (29, "parent order"),
            (46, "further information on the test"),
        ]),
        "SPM" => Reading::Named(&[(12, "amount"), (21, "reason of rejection"), (24, "condition")]),
        "TQ1" => Reading::Named(&[(10, "condition"), (11, "instruction")]),
        _ => Reading::Unread,
    }
}

/// A line for each field and each kind of segment that holds something and is not read.
pub(super) fn notes(message: &Message) -> Vec<String> {
    let (mut notes, mut seen) = (Vec::new(), HashSet::new());
    for segment in message.segments() {
        let found = match reading(&segment.name) {
            Reading::Silent => vec![],
            Reading::Named(fields) => named(segment, fields),
            Reading::Unread if segment.filled().is_empty() => vec![],
            Reading::Unread => vec![format!("{}: this segment is not read; it is kept with the message", segment.name)],
        };
        notes.extend(found.into_iter().filter(|note| seen.insert(note.clone())));
    }
    notes
}

fn named(segment: &Segment, fields: &[(usize, &str)]) -> Vec<String> {
    let filled = segment.filled();
    let note = |(field, what): &(usize, &str)| {
        let text: String = segment.whole(*field).chars().take(40).collect();
        format!("{}: {what} ('{text}') is not read; it is kept with the message", segment.place_of_field(*field))
    };
    fields.iter().filter(|(field, _)| filled.contains(field)).map(note).collect()
}
