//! Orders: `ORM^O01` and `OML^O21`. Source: HL7 2.5.1, chapter 4; questions as the North West's systems send them.

use super::{Message, Segment};
use crate::{
    codes::{loinc, relationship, sex, snomed::MESSAGE_QUESTIONS},
    incoming_order::{Code, Faults, IncomingOrder, Located, OrderAction, OrderDetails, Person, ReasonForTesting},
};
use care::ordering::{
    family::{Affected, Relationship},
    message::Fault,
};

/// One order of a message: its `ORC`, its `OBR`, and what follows it.
struct Group<'m> {
    orc: Option<&'m Segment>,
    obr: Option<&'m Segment>,
    rest: Vec<&'m Segment>,
}

/// The orders that a message asks for.
pub fn read(message: &Message) -> Result<Vec<IncomingOrder>, Faults> {
    let Some(pid) = message.first("PID") else { return Err(vec![Fault::new("PID", "The message names no patient")]) };
    let people = people(message, pid);
    let (mut orders, mut faults) = (Vec::new(), Vec::new());
    let groups = groups(message);
    if groups.is_empty() {
        faults.push(Fault::new("ORC", "The message asks for nothing: it has no order"));
    }
    for group in &groups {
        let same = |other: &&Group| number(other) == number(group);
        let place = groups.iter().filter(same).position(|other| std::ptr::eq(other, group)).unwrap_or(0);
        match order(group, people.clone()) {
            Ok(mut order) => {
                // Several tests under one number are several orders here.
                if place > 0 {
                    order.number = format!("{}#{}", order.number, place + 1);
                }
                orders.push(order);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(orders) } else { Err(faults) }
}

fn groups(message: &Message) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut orc = None;
    for segment in message.segments() {
        match segment.name.as_str() {
            "ORC" => {
                orc = Some(segment);
                groups.push(Group { orc, obr: None, rest: vec![] });
            }
            "OBR" => match groups.last_mut() {
                Some(last) if last.obr.is_none() => last.obr = Some(segment),
                _ => groups.push(Group { orc, obr: Some(segment), rest: vec![] }),
            },
            _ => {
                if let Some(last) = groups.last_mut() {
                    last.rest.push(segment);
                }
            }
        }
    }
    groups
}

fn number(group: &Group) -> String {
    let stated = |segment: Option<&Segment>| segment.map(|s| s.get(2, 1).to_owned()).filter(|n| !n.is_empty());
    stated(group.orc).or_else(|| stated(group.obr)).unwrap_or_default()
}

fn order(group: &Group, people: Vec<Person>) -> Result<IncomingOrder, Fault> {
    let number = number(group);
    if number.is_empty() {
        return Err(Fault::new(
            "ORC-2",
            "The order has no number of the sender (placer order number): without it no result can be matched",
        ));
    }
    let reason = || {
        let stated = group.orc.map_or_else(String::new, |orc| orc.text(16));
        if stated.is_empty() { "Cancelled by the sender, who gave no reason".to_owned() } else { stated }
    };
    let control = group.orc.map_or("NW", |orc| orc.get(1, 1));
    let action = match control {
        "NW" | "" => OrderAction::Place(Box::new(details(group, people))),
        "XO" | "RP" => OrderAction::Amend(Box::new(details(group, people)), reason().replace("Cancelled", "Changed")),
        "CA" | "DC" => OrderAction::Cancel(reason()),
        other => {
            return Err(Fault::new(
                "ORC-1",
                format!("Order control '{other}' is not acted on; NW places, XO changes and CA cancels an order"),
            ));
        }
    };
    Ok(IncomingOrder { number, place: "ORC-2".into(), action })
}

fn details(group: &Group, people: Vec<Person>) -> OrderDetails {
    let mut details = OrderDetails { people, ..OrderDetails::default() };
    if let Some(obr) = group.obr {
        details.tests.push(Code::new(obr.get(4, 3), obr.get(4, 1), obr.get(4, 2)));
        details.diagnosis = obr.part(31, 0, 2, 1).into();
    }
    let priority = |s: Option<&Segment>, field| s.map_or("", |s| s.get(field, 6)).to_owned();
    details.urgent = [priority(group.orc, 7), priority(group.obr, 27)].iter().any(|p| ["S", "A", "T"].contains(&p.as_str()));
    if let Some(orc) = group.orc {
        details.requester = name(orc, 12);
        details.organisation = organisation(orc);
    }
    if details.requester.is_empty() {
        details.requester = group.obr.map_or_else(String::new, |obr| name(obr, 16));
    }
    for segment in &group.rest {
        match segment.name.as_str() {
            "NTE" if !segment.text(3).is_empty() => details.notes.push(segment.text(3)),
            "DG1" => details.add_feature(Code::new(segment.get(3, 3), segment.get(3, 1), segment.get(3, 2)), false, "DG1-3"),
            "OBX" => read_observation(segment, &mut details),
            "SPM" => details.specimens.push(if segment.get(4, 2).is_empty() { segment.text(4) } else { segment.get(4, 2).to_owned() }),
            _ => {}
        }
    }
    details.specimens.retain(|s| !s.is_empty());
    if details.reason == ReasonForTesting::Prenatal {
        if let Some(proband) = details.people.first_mut() {
            proband.is_fetus = true;
        }
        details.fetus.get_or_insert((1, 1));
    }
    details
}

fn read_observation(obx: &Segment, details: &mut OrderDetails) {
    let question = Code::new(obx.get(3, 3), obx.get(3, 1), obx.get(3, 2));
    let coded = !obx.get(5, 2).is_empty();
    let answer = if coded { obx.get(5, 2).to_owned() } else { obx.text(5) };
    let (question_text, answer_text) = (question.display.to_lowercase(), answer.to_lowercase());
    if question_text.contains("type of referral") {
        details.reason = match () {
            () if answer_text.contains("prenatal") => ReasonForTesting::Prenatal,
            () if answer_text.contains("storage") => ReasonForTesting::Storage,
            () if answer_text.contains("predictive") || answer_text.contains("cascade") => ReasonForTesting::Predictive,
            () if answer_text.contains("carrier") => ReasonForTesting::Carrier,
            () if answer_text.contains("reanalysis") || answer_text.contains("re-analysis") => ReasonForTesting::Reanalysis,
            () => details.reason,
        };
    } else if question_text.contains("which patient is the referral") {
        let twin = answer_text.chars().find_map(|c| c.to_digit(10)).and_then(|n| u8::try_from(n).ok());
        details.fetus = twin.map(|n| (n, n.max(2)));
    } else if question_text.contains("clinical indication") {
        // "R305: Cystic Fibrosis"
        let (code, display) = answer.split_once(':').unwrap_or((&answer, ""));
        details.tests.push(Code::new("", code, display));
    } else if question.is_hpo()
        || (question.system.starts_with("SNM") && answer.is_empty() && !MESSAGE_QUESTIONS.contains(&question.code.as_str()))
    {
        details.add_feature(question, [loinc::ABSENT.code, "LA32-8", "N", "No", "Absent"].contains(&obx.get(5, 1)), "OBX-3");
        return;
    }
    let name = if question.display.is_empty() { question.code } else { question.display };
    if !answer.is_empty() {
        details.notes.push(if name.is_empty() { answer } else { format!("{}: {answer}", name.trim_end_matches([':', '?'])) });
    }
}

/// `id^family^given^…^prefix`, or a family name alone.
fn name(segment: &Segment, field: usize) -> String {
    let part = |component| segment.get(field, component);
    [part(6), part(3), part(2).trim_end_matches(',')].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

/// ODS code of the ordering facility: in its component for the identifier, or for the organisation of old.
fn organisation(orc: &Segment) -> Option<String> {
    [3, 10, 6].into_iter().map(|component| orc.get(21, component)).find(|code| !code.is_empty()).map(str::to_owned)
}

/// The patient, and those of the next of kin who are parents.
fn people(message: &Message, pid: &Segment) -> Vec<Person> {
    let kin = message.segments().iter().filter(|s| s.name == "NK1");
    std::iter::once(patient(pid)).chain(kin.enumerate().filter_map(|(nth, kin)| parent(kin, nth + 1))).collect()
}

fn patient(pid: &Segment) -> Person {
    let bare = || bare_number(pid.get(2, 1)).map(|value| Located { value, place: "PID-2".into() });
    Person {
        place: "PID".into(),
        nhs_number: nhs_number(pid, 3, "PID-3").or_else(bare),
        hospital_number: hospital_number(pid, 3),
        family_name: pid.get(5, 1).to_owned(),
        given_name: pid.get(5, 2).to_owned(),
        birth_date: Located { value: day(pid.get(7, 1)), place: "PID-7".into() },
        death_date: (pid.get(30, 1) == "Y").then(|| day(pid.get(29, 1))),
        sex: sex::read_hl7(pid.get(8, 1)),
        relationship: Relationship::Proband,
        affected: Affected::Yes,
        is_fetus: false,
        entries: vec![],
        discussion: None,
    }
}

/// The next of kin with a number, where they are a parent.
fn parent(kin: &Segment, nth: usize) -> Option<Person> {
    let place = format!("NK1({nth})");
    Some(Person {
        nhs_number: nhs_number(kin, 33, &format!("{place}-33")),
        hospital_number: hospital_number(kin, 33),
        family_name: kin.get(2, 1).to_owned(),
        given_name: kin.get(2, 2).to_owned(),
        birth_date: Located { value: day(kin.get(16, 1)), place: format!("{place}-16") },
        death_date: None,
        sex: sex::read_hl7(kin.get(15, 1)),
        relationship: relationship::parent(kin.get(3, 1))?,
        affected: Affected::Unknown,
        is_fetus: false,
        entries: vec![],
        discussion: None,
        place,
    })
}

/// The repetition that says that it is an NHS number.
fn nhs_number(segment: &Segment, field: usize, place: &str) -> Option<Located> {
    let is_nhs = |repeat: &usize| {
        let (authority, kind) = (segment.part(field, *repeat, 4, 1), segment.part(field, *repeat, 5, 1));
        kind.starts_with("NH") || authority == "NHS"
    };
    let repeat = (0..segment.repeats(field)).find(is_nhs)?;
    let number = segment.part(field, repeat, 1, 1);
    (!number.is_empty()).then(|| Located { value: number.into(), place: place.into() })
}

/// The first number that is not the NHS's.
fn hospital_number(segment: &Segment, field: usize) -> String {
    let own = |repeat: &usize| !segment.part(field, *repeat, 5, 1).starts_with("NH") && segment.part(field, *repeat, 4, 1) != "NHS";
    (0..segment.repeats(field)).find(own).map_or_else(String::new, |repeat| segment.part(field, repeat, 1, 1).to_owned())
}

/// Ten digits stand where older systems put the NHS number.
fn bare_number(text: &str) -> Option<String> {
    (text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
}

/// `YYYYMMDD…` as `YYYY-MM-DD`; anything else as it was sent.
fn day(text: &str) -> String {
    match (text.get(..4), text.get(4..6), text.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}
