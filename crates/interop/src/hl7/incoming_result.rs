//! Results of other laboratories: `ORU^R01` (R30, R31, R32 of tests beside the patient), `OUL^R22` (R21, R23, R24) by specimen, and
//! `MDM^T02` with a document. Source: HL7 2.5.1, chapters 7.3 (ORU, OUL) and 9.5 (MDM_T02), 9.6.1 (TXA).

mod document;
mod group;
mod observation;
mod status;
mod version;

use super::{
    Message,
    order::{pooled, role_of_nobody},
    person::{self, ReadPerson},
    segment::Segment,
    unused, value,
};
use crate::{incoming_message::IncomingResult, incoming_order::Faults};
use care::ordering::message::Fault;
use group::{Group, Groups, Whose};

/// The results of a message, each with the person whom it is of.
pub(super) fn read(message: &Message) -> Result<Vec<IncomingResult>, Faults> {
    let Groups { groups, unplaced } = Groups::read(message)?;
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
        first.not_used.extend(unplaced.into_iter().map(unplaced_note));
    }
    Ok(results)
}

/// What stands beside results and is of none of them, such as the volume of a specimen, or the weight of a patient.
fn unplaced_note((segment, whose): (&Segment, Whose)) -> String {
    let whose = match whose {
        Whose::Patient => "patient",
        Whose::Specimen => "specimen",
    };
    let what = match segment.name.as_str() {
        "OBX" => format!("{} ({}) is said of the {whose}", value::question(segment), value::text(segment)),
        "NTE" => format!("this note ('{}') stands before any result", segment.whole(3)),
        _ => "no result stands beside this specimen".to_owned(),
    };
    format!("{}: {what}, and is no part of a result; it is kept with the message", segment.place())
}

fn result(message: &Message, group: &Group) -> Result<IncomingResult, Faults> {
    let pid = group.pid.ok_or_else(|| vec![person::missing(" of the result")])?;
    let ReadPerson { person, notes, faults } = person::patient(pid);
    if !faults.is_empty() {
        return Err(faults);
    }
    let controls = group.rest.iter().filter(|segment| segment.name == "SPM").filter_map(|spm| Some((spm, role_of_nobody(spm)?)));
    let controls: Faults = controls
        .map(|(spm, role)| {
            let message = format!("'{role}' is no specimen of the patient, and its result is nobody's; send results of patients alone");
            Fault::new(spm.place_of_field(11), message)
        })
        .collect();
    if !controls.is_empty() {
        return Err(controls);
    }
    let first = |fields: &[(Option<&Segment>, usize)]| {
        let stated = fields.iter().filter_map(|(segment, field)| segment.map(|s| s.get(*field, 1)));
        stated.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    let place = group.obr.or(group.txa).or(group.orc).map_or_else(|| "OBX".to_owned(), Segment::place);
    let status::StatedStatus { status, notes: of_status } = status::read(message, group);
    let (number, beside) = order_number(group)?;
    // Several documents may be of one request: each has a number of its own.
    let filler = first(&[(group.txa, 12), (group.obr, 3), (group.orc, 3), (group.txa, 15)]);
    let document::Parent { replaces, note } = document::parent(message, group, (&filler, &status));
    let mut result = IncomingResult {
        place,
        number,
        beside,
        filler,
        replaces,
        person,
        test: test(group),
        status,
        values: vec![],
        documents: vec![],
        issued: first(&[(group.obr, 22), (group.txa, 7), (group.txa, 6), (group.txa, 4)]),
        version: version::read(message, group),
        laboratory: laboratory(message),
        not_used: notes.into_iter().chain(of_status).chain(note).collect(),
    };
    result.not_used.extend(group.rest.iter().filter(|segment| segment.name == "SPM").filter_map(|spm| pooled(spm)));
    observation::read_all(&group.rest, &mut result);
    Ok(result)
}

/// How order numbers of this service begin.
pub(super) const OWN_NUMBER: &str = "OG-";

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

/// The number of the order: one of this service, wherever it stands, else the first; and the numbers beside it. Two of this service
/// that differ are refused: on which of them the result belongs is not for a program to choose.
fn order_number(group: &Group) -> Result<(String, Vec<String>), Faults> {
    let numbers = order_numbers(group);
    let mut own = numbers.iter().filter(|(number, _)| number.to_uppercase().starts_with(OWN_NUMBER));
    let first = own.next();
    if let (Some((one, there)), Some((other, here))) =
        (first, own.find(|(other, _)| first.is_some_and(|(one, _)| !one.eq_ignore_ascii_case(other))))
    {
        return Err(vec![Fault::new(there, format!("{one} is another order than {other} in {here}; send the one of this result"))]);
    }
    let number = first.or(numbers.first()).map_or_else(String::new, |(number, _)| number.clone());
    let beside = numbers.into_iter().map(|(other, _)| other).filter(|other| !other.eq_ignore_ascii_case(&number)).collect();
    Ok((number, beside))
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
