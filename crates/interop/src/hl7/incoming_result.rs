//! Results of other laboratories: `ORU^R01`, and `MDM^T02` with a document. Source: HL7 2.5.1, chapters 7.3.1 (ORU_R01) and 9.5
//! (MDM_T02), 9.6.1 (TXA).

mod status;

use super::{
    Message,
    document::{self, Found},
    person::{self, ReadPerson},
    segment::Segment,
    unused, value,
};
use crate::{
    incoming_message::{IncomingResult, ResultValue},
    incoming_order::Faults,
};
use care::ordering::message::Fault;

/// One result of a message: its `ORC`, `OBR` or `TXA`, and what follows.
#[derive(Default)]
struct Group<'m> {
    pid: Option<&'m Segment>,
    orc: Option<&'m Segment>,
    obr: Option<&'m Segment>,
    txa: Option<&'m Segment>,
    rest: Vec<&'m Segment>,
}

/// The results of a message, each with the person whom it is of.
pub(super) fn read(message: &Message) -> Result<Vec<IncomingResult>, Faults> {
    let groups = groups(message);
    if groups.is_empty() {
        return Err(vec![Fault::new("OBR", "The message holds no result; send an OBR segment for each, or TXA with a document")]);
    }
    let (mut results, mut faults) = (Vec::new(), Faults::new());
    for group in &groups {
        match result(message, group) {
            Ok(result) => results.push(result),
            Err(wrong) => faults.extend(wrong),
        }
    }
    faults.dedup();
    if !faults.is_empty() {
        return Err(faults);
    }
    if let Some(first) = results.first_mut() {
        first.not_used.extend(message.notes().iter().cloned());
        first.not_used.extend(unused::notes(message));
    }
    Ok(results)
}

fn groups(message: &Message) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut pid, mut is_open) = (None, false);
    for segment in message.segments() {
        match segment.name.as_str() {
            "PID" => (pid, is_open) = (Some(segment), false),
            "ORC" => {
                groups.push(Group { pid, orc: Some(segment), ..Group::default() });
                is_open = true;
            }
            "OBR" | "TXA" => {
                let is_document = segment.name == "TXA";
                let fits = |last: &Group| if is_document { last.txa.is_none() } else { last.obr.is_none() && last.txa.is_none() };
                if !(is_open && groups.last().is_some_and(fits)) {
                    groups.push(Group { pid, ..Group::default() });
                    is_open = true;
                }
                if let Some(last) = groups.last_mut() {
                    *(if is_document { &mut last.txa } else { &mut last.obr }) = Some(segment);
                }
            }
            "OBX" if !is_open => {
                groups.push(Group { pid, rest: vec![segment], ..Group::default() });
                is_open = true;
            }
            _ => groups.last_mut().filter(|_| is_open).into_iter().for_each(|last| last.rest.push(segment)),
        }
    }
    groups
}

fn result(message: &Message, group: &Group) -> Result<IncomingResult, Faults> {
    let pid = group.pid.ok_or_else(|| vec![person::missing(" of the result")])?;
    let ReadPerson { person, notes, faults } = person::patient(pid);
    if !faults.is_empty() {
        return Err(faults);
    }
    let first = |fields: &[(Option<&Segment>, usize)]| {
        let stated = fields.iter().filter_map(|(segment, field)| segment.map(|s| s.get(*field, 1)));
        stated.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    let place = group.obr.or(group.txa).or(group.orc).map_or_else(|| "OBX".to_owned(), Segment::place);
    let status::StatedStatus { status, notes: of_status } = status::read(message, group);
    let mut result = IncomingResult {
        place,
        number: order_number(group)?,
        filler: first(&[(group.obr, 3), (group.orc, 3), (group.txa, 15), (group.txa, 12)]),
        replaces: first(&[(group.txa, 13)]),
        person,
        test: test(group),
        status,
        values: vec![],
        documents: vec![],
        issued: first(&[(group.obr, 22), (group.txa, 7), (group.txa, 6), (group.txa, 4)]),
        laboratory: laboratory(message),
        not_used: notes.into_iter().chain(of_status).collect(),
    };
    let mut rest = group.rest.as_slice();
    while let [segment, after @ ..] = rest {
        let parts = document::parts(segment, after);
        observation(segment, &after[..parts], &mut result);
        rest = &after[parts..];
    }
    Ok(result)
}

/// How order numbers of this service begin.
const OWN_NUMBER: &str = "OG-";

/// The numbers that say for which order a result is, with their places: of the order, else of its specimen (SPM-2, which the placer
/// or the filler gave).
fn order_numbers(group: &Group) -> Vec<(String, String)> {
    let of_order = [(group.obr, 2, 1), (group.orc, 2, 1), (group.txa, 14, 1)].into_iter();
    let of_order = of_order.filter_map(|(segment, field, component)| Some((segment?, field, component)));
    let specimens = group.rest.iter().filter(|segment| segment.name == "SPM");
    let of_specimens = specimens.flat_map(|spm| [(*spm, 2, 1), (*spm, 2, 2)]);
    let numbers =
        of_order.chain(of_specimens).map(|(segment, field, component)| (segment.get(field, component), segment.place_of_field(field)));
    numbers.filter(|(number, _)| !number.is_empty()).collect()
}

/// The number of the order: one of this service, wherever it stands, else the first. Two of this service that differ are refused: on
/// which of them the result belongs is not for a program to choose.
fn order_number(group: &Group) -> Result<String, Faults> {
    let numbers = order_numbers(group);
    let mut own = numbers.iter().filter(|(number, _)| number.to_uppercase().starts_with(OWN_NUMBER));
    let first = own.next();
    if let (Some((one, there)), Some((other, here))) =
        (first, own.find(|(other, _)| first.is_some_and(|(one, _)| !one.eq_ignore_ascii_case(other))))
    {
        return Err(vec![Fault::new(there, format!("{one} is another order than {other} in {here}; send the one of this result"))]);
    }
    Ok(first.or(numbers.first()).map_or_else(String::new, |(number, _)| number.clone()))
}

/// What was tested, in words: the request, else the kind of the document (table 0270).
fn test(group: &Group) -> String {
    let requested = group.obr.map(|obr| value::name_or_text(obr, 4)).filter(|test| !test.is_empty());
    requested.or_else(|| group.txa.map(|txa| value::name(txa.first(2)))).unwrap_or_default()
}

/// The sending system, and the place where it is.
fn laboratory(message: &Message) -> String {
    let (system, facility) = (message.header(3, 1), message.header(4, 1));
    match (system.is_empty(), facility.is_empty()) {
        (false, false) => format!("{system} ({facility})"),
        (false, true) => system,
        _ => facility,
    }
}

/// Adds a value, a document or a note of a result; a document may go on in further observations.
fn observation(segment: &Segment, further: &[&Segment], result: &mut IncomingResult) {
    match segment.name.as_str() {
        "NTE" => push_value(result, "Comment", "", segment.whole(3)),
        "OBX" => match (value::withdrawn(segment), document::read_whole(segment, further)) {
            (Some(why), _) => {
                let note = format!("{}: {} is marked as {why} and was not used", segment.place_of_field(11), value::question(segment));
                result.not_used.push(note);
            }
            (None, Found::Document(document)) => result.documents.push(document),
            (None, Found::Note(note)) => result.not_used.push(note),
            (None, Found::Nothing) => {
                let named = value::question(segment);
                push_value(result, &named, &segment.get(3, 1), format!("{}{}", value::text(segment), range(segment)));
            }
        },
        _ => {}
    }
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
