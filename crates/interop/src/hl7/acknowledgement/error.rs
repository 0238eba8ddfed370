//! Errors and warnings of an acknowledgement. Source: HL7 2.5.1, chapter 2.15.5 (ERR), data types ERL and ELD, tables 0357 and 0516.

use super::super::write::{Field, SegmentWriter};
use care::ordering::message::Fault;

/// Conditions of messages: code and name. Source: HL7 table 0357.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    Accepted,
    SegmentSequence,
    RequiredFieldMissing,
    DataType,
    TableValueNotFound,
    UnsupportedMessageType,
    UnsupportedEvent,
    UnsupportedProcessing,
    UnsupportedVersion,
    UnknownKey,
    DuplicateKey,
    ApplicationError,
}

impl Condition {
    fn code_and_name(self) -> [&'static str; 2] {
        match self {
            Condition::Accepted => ["0", "Message accepted"],
            Condition::SegmentSequence => ["100", "Segment sequence error"],
            Condition::RequiredFieldMissing => ["101", "Required field missing"],
            Condition::DataType => ["102", "Data type error"],
            Condition::TableValueNotFound => ["103", "Table value not found"],
            Condition::UnsupportedMessageType => ["200", "Unsupported message type"],
            Condition::UnsupportedEvent => ["201", "Unsupported event code"],
            Condition::UnsupportedProcessing => ["202", "Unsupported processing id"],
            Condition::UnsupportedVersion => ["203", "Unsupported version id"],
            Condition::UnknownKey => ["204", "Unknown key identifier"],
            Condition::DuplicateKey => ["205", "Duplicate key identifier"],
            Condition::ApplicationError => ["207", "Application internal error"],
        }
    }

    /// The condition of a fault. Its place decides where it can, since a fault has no kind of its own; else what it says.
    pub fn of_fault(fault: &Fault) -> Condition {
        let place = Place::read(&fault.at);
        let segment = place.as_ref().map_or("", |place| place.segment.as_str());
        let field = place.as_ref().map_or(0, |place| place.field);
        match (segment, field) {
            ("MSH", 9) if is_known_type(&fault.message) => Condition::UnsupportedEvent,
            ("MSH", 9) => Condition::UnsupportedMessageType,
            ("MSH", 10) => Condition::ApplicationError,
            ("MSH", 11) => Condition::UnsupportedProcessing,
            ("MSH", 12) => Condition::UnsupportedVersion,
            ("MSH", 2 | 18) => Condition::DataType,
            _ => Condition::of_text(&fault.message, field),
        }
    }

    fn of_text(message: &str, field: usize) -> Condition {
        let lower = message.to_lowercase();
        let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        match () {
            () if says(&["is known here", "no order with the number", "is not known here"]) => Condition::UnknownKey,
            () if says(&["already stands for", "was used before"]) => Condition::DuplicateKey,
            () if says(&["is no test of", "is not acted on", "has several tests", "is not in the"]) => Condition::TableValueNotFound,
            () if field == 0
                && says(&["names no patient", "has no order", "holds no result", "does not begin with", "part of a longer"]) =>
            {
                Condition::SegmentSequence
            }
            () if says(&["missing", "has no number", "are needed", "is needed", "names no", "is empty"]) => Condition::RequiredFieldMissing,
            () if field > 0 => Condition::DataType,
            () => Condition::ApplicationError,
        }
    }
}

/// A message of a type that is read, with an event that is not.
fn is_known_type(message: &str) -> bool {
    ["ORM", "OML", "OMG", "ADT", "ORU", "MDM"].iter().any(|kind| message.starts_with(&format!("{kind}^")))
}

/// A place in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    segment: String,
    ordinal: usize,
    field: usize,
    component: usize,
}

impl Place {
    /// Reads a place as faults and notes name it: `PID-3`, `OBX(4)-5.2`, `ORC-2 (test)`.
    pub fn read(text: &str) -> Option<Place> {
        let text = text.split_whitespace().next()?;
        let (segment, rest) = text.split_at_checked(3)?;
        if !segment.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) || !segment.starts_with(|c: char| c.is_ascii_uppercase())
        {
            return None;
        }
        let (ordinal, rest) = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((number, rest)) => (number.parse().ok()?, rest),
            None => (1, rest),
        };
        let (field, component) = match rest.strip_prefix('-') {
            Some(field) => field.split_once('.').map_or((field, "0"), |(field, component)| (field, component)),
            None if rest.is_empty() => ("0", "0"),
            None => return None,
        };
        Some(Place { segment: segment.to_owned(), ordinal, field: field.parse().ok()?, component: component.parse().ok()? })
    }

    fn parts(&self) -> [String; 4] {
        let shown = |number: usize| if number == 0 { String::new() } else { number.to_string() };
        [self.segment.clone(), self.ordinal.to_string(), shown(self.field), shown(self.component)]
    }

    /// Where, as version 2.5 writes it: segment, sequence, field, repetition, component.
    fn location(&self) -> Field {
        let [segment, ordinal, field, component] = self.parts();
        let repetition = if component.is_empty() { "" } else { "1" };
        Field::components([&segment, &ordinal, &field, repetition, &component]).trimmed()
    }

    /// Where and what, as versions before 2.5 write it.
    fn code_and_location(&self, condition: Condition) -> Field {
        let [segment, ordinal, field, _] = self.parts();
        let [code, name] = condition.code_and_name();
        Field::with_subcomponents([&segment, &ordinal, &field], [code, name, "HL70357"])
    }
}

/// A fault as an error.
pub(super) fn error(fault: &Fault, before_2_5: bool) -> SegmentWriter {
    let condition = Condition::of_fault(fault);
    segment(Place::read(&fault.at).as_ref(), condition, "E", &fault.to_string(), before_2_5)
}

/// A note as a warning: the message was accepted.
pub(super) fn warning(note: &str, before_2_5: bool) -> SegmentWriter {
    let place = note.split_once(": ").and_then(|(place, _)| Place::read(place));
    segment(place.as_ref(), Condition::Accepted, "W", note, before_2_5)
}

fn segment(place: Option<&Place>, condition: Condition, severity: &str, text: &str, before_2_5: bool) -> SegmentWriter {
    let [code, name] = condition.code_and_name();
    let mut segment = SegmentWriter::new("ERR");
    if let Some(place) = place {
        if before_2_5 {
            segment = segment.with(1, place.code_and_location(condition));
        }
        segment = segment.with(2, place.location());
    }
    segment.with(3, Field::components([code, name, "HL70357"])).with(4, severity).with(8, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_faults_name_it() {
        let read = |text| Place::read(text).map(|place| place.parts().join("^"));
        for (text, expected) in [
            ("PID-3", Some("PID^1^3^")),
            ("OBX(4)-5.2", Some("OBX^4^5^2")),
            ("ORC-2 (test)", Some("ORC^1^2^")),
            ("NK1(1)", Some("NK1^1^^")),
            ("PID", Some("PID^1^^")),
            ("Patient.birthDate", None),
            ("the line", None),
            ("", None),
            ("ÄÖÜ-1", None),
            ("OBX(x)-1", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn each_kind_of_fault_has_its_code() {
        for (place, message, code) in [
            ("PID", "The message names no patient; send a PID segment", "100"),
            ("ORC-2", "The order has no number of the sender", "101"),
            ("PID-3", "9991000019: the NHS number is mistyped", "102"),
            ("ORC-1", "Order control 'OK' is not acted on", "103"),
            ("MSH-9", "QBP^Q11 is kept and not acted on", "200"),
            ("MSH-9", "ADT^A01 is kept and not acted on", "201"),
            ("MSH-11", "this is a test message", "202"),
            ("MSH-12", "version '3' is not read", "203"),
            ("ORC-2", "No order with the number 7 is known here", "204"),
            ("ORC-2", "The number 7 already stands for order 8", "205"),
            ("MSH-10", "The service could not take the message now; send it again", "207"),
        ] {
            assert_eq!(Condition::of_fault(&Fault::new(place, message)).code_and_name()[0], code, "{place}: {message}");
        }
    }
}
