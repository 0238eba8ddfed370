//! Orders: `ORM^O01` and `OML^O21`. Source: HL7 2.5.1, chapter 4; questions as the North West's systems send them.

use super::{Fields, Message};
use crate::asked::{Asked, Code, Faults, Feature, Person, Question, Wanted, What};
use care::{
    ordering::{
        family::{Affected, Relationship},
        message::Fault,
    },
    people::patient::Sex,
};

/// One order of a message: its `ORC`, its `OBR`, and what follows it.
struct Group<'m> {
    orc: Option<&'m Fields>,
    obr: Option<&'m Fields>,
    rest: Vec<&'m Fields>,
}

/// The orders that a message asks for.
pub fn read(message: &Message) -> Result<Vec<Asked>, Faults> {
    let Some(pid) = message.first("PID") else { return Err(vec![Fault::new("PID", "The message names no patient")]) };
    let people = people(message, pid);
    let (mut asked, mut faults) = (Vec::new(), Vec::new());
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
                asked.push(order);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(asked) } else { Err(faults) }
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
    let of = |segment: Option<&Fields>| segment.map(|s| s.get(2, 1).to_owned()).filter(|n| !n.is_empty());
    of(group.orc).or_else(|| of(group.obr)).unwrap_or_default()
}

fn order(group: &Group, people: Vec<Person>) -> Result<Asked, Fault> {
    let number = number(group);
    if number.is_empty() {
        return Err(Fault::new(
            "ORC-2",
            "The order has no number of the sender (placer order number): without it no result can be matched",
        ));
    }
    let reason = || {
        let given = group.orc.map_or_else(String::new, |orc| orc.words(16));
        if given.is_empty() { "Cancelled by the sender, who gave no reason".to_owned() } else { given }
    };
    let control = group.orc.map_or("NW", |orc| orc.get(1, 1));
    let what = match control {
        "NW" | "" => What::Place(Box::new(wanted(group, people))),
        "XO" | "RP" => What::Amend(Box::new(wanted(group, people)), reason().replace("Cancelled", "Changed")),
        "CA" | "DC" => What::Cancel(reason()),
        other => {
            return Err(Fault::new(
                "ORC-1",
                format!("Order control '{other}' is not acted on; NW places, XO changes and CA cancels an order"),
            ));
        }
    };
    Ok(Asked { number, at: "ORC-2".into(), what })
}

/// SNOMED CT codes of questions that are answered in words, not features. Source: the guide's examples.
const QUESTIONS: [&str; 6] = ["281269004", "77386006", "762911000000102", "842009", "161714006", "97209-1"];

fn wanted(group: &Group, people: Vec<Person>) -> Wanted {
    let mut wanted = Wanted { people, ..Wanted::default() };
    if let Some(obr) = group.obr {
        wanted.tests.push(Code::new(obr.get(4, 3), obr.get(4, 1), obr.get(4, 2)));
        wanted.diagnosis = obr.part(31, 0, 2, 1).into();
    }
    let priority = |s: Option<&Fields>, field| s.map_or("", |s| s.get(field, 6)).to_owned();
    wanted.urgent = [priority(group.orc, 7), priority(group.obr, 27)].iter().any(|p| ["S", "A", "T"].contains(&p.as_str()));
    if let Some(orc) = group.orc {
        wanted.requester = name(orc, 12);
        wanted.organisation = organisation(orc);
    }
    if wanted.requester.is_empty() {
        wanted.requester = group.obr.map_or_else(String::new, |obr| name(obr, 16));
    }
    for segment in &group.rest {
        match segment.name.as_str() {
            "NTE" if !segment.words(3).is_empty() => wanted.notes.push(segment.words(3)),
            "DG1" => wanted.feature(Code::new(segment.get(3, 3), segment.get(3, 1), segment.get(3, 2)), false, "DG1-3"),
            "OBX" => observation(segment, &mut wanted),
            "SPM" => wanted.specimens.push(if segment.get(4, 2).is_empty() { segment.words(4) } else { segment.get(4, 2).to_owned() }),
            _ => {}
        }
    }
    wanted.specimens.retain(|s| !s.is_empty());
    if wanted.question == Question::Prenatal {
        if let Some(proband) = wanted.people.first_mut() {
            proband.fetus = true;
        }
        wanted.fetus.get_or_insert((1, 1));
    }
    wanted
}

impl Wanted {
    /// Adds a feature once.
    pub(crate) fn feature(&mut self, code: Code, absent: bool, at: &str) {
        if !code.code.is_empty() && self.features.iter().all(|held| held.code.code != code.code) {
            self.features.push(Feature { code, absent, at: at.into() });
        }
    }
}

fn observation(obx: &Fields, wanted: &mut Wanted) {
    let question = Code::new(obx.get(3, 3), obx.get(3, 1), obx.get(3, 2));
    let coded = !obx.get(5, 2).is_empty();
    let answer = if coded { obx.get(5, 2).to_owned() } else { obx.words(5) };
    let (asks, says) = (question.display.to_lowercase(), answer.to_lowercase());
    if asks.contains("type of referral") {
        wanted.question = match () {
            () if says.contains("prenatal") => Question::Prenatal,
            () if says.contains("storage") => Question::Storage,
            () if says.contains("predictive") || says.contains("cascade") => Question::Predictive,
            () if says.contains("carrier") => Question::Carrier,
            () if says.contains("reanalysis") || says.contains("re-analysis") => Question::Reanalysis,
            () => wanted.question,
        };
    } else if asks.contains("which patient is the referral") {
        let twin = says.chars().find_map(|c| c.to_digit(10)).and_then(|n| u8::try_from(n).ok());
        wanted.fetus = twin.map(|n| (n, n.max(2)));
    } else if asks.contains("clinical indication") {
        // "R305: Cystic Fibrosis"
        let (code, display) = answer.split_once(':').unwrap_or((&answer, ""));
        wanted.tests.push(Code::new("", code, display));
    } else if question.is_hpo() || (question.system.starts_with("SNM") && answer.is_empty() && !QUESTIONS.contains(&question.code.as_str()))
    {
        wanted.feature(question, ["LA9634-2", "LA32-8", "N", "No", "Absent"].contains(&obx.get(5, 1)), "OBX-3");
        return;
    }
    let asked = if question.display.is_empty() { question.code } else { question.display };
    if !answer.is_empty() {
        wanted.notes.push(if asked.is_empty() { answer } else { format!("{}: {answer}", asked.trim_end_matches([':', '?'])) });
    }
}

/// `id^family^given^…^prefix`, or a family name alone.
fn name(segment: &Fields, field: usize) -> String {
    let part = |component| segment.get(field, component);
    [part(6), part(3), part(2).trim_end_matches(',')].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

/// ODS code of the ordering facility: in its component for the identifier, or for the organisation of old.
fn organisation(orc: &Fields) -> Option<String> {
    [3, 10, 6].into_iter().map(|component| orc.get(21, component)).find(|code| !code.is_empty()).map(str::to_owned)
}

fn people(message: &Message, pid: &Fields) -> Vec<Person> {
    let mut people = vec![Person {
        at: "PID".into(),
        nhs_number: nhs_number(pid, 3, "PID-3").or_else(|| bare_number(pid.get(2, 1)).map(|n| (n, "PID-2".into()))),
        local: local(pid, 3),
        family: pid.get(5, 1).to_owned(),
        given: pid.get(5, 2).to_owned(),
        born: (day(pid.get(7, 1)), "PID-7".into()),
        died: (pid.get(30, 1) == "Y").then(|| day(pid.get(29, 1))),
        sex: sex(pid.get(8, 1)),
        relationship: Relationship::Proband,
        affected: Affected::Yes,
        fetus: false,
        parts: vec![],
        consent: None,
    }];
    for (at, kin) in message.segments().iter().filter(|s| s.name == "NK1").enumerate() {
        let place = format!("NK1({})", at + 1);
        let relationship = match kin.get(3, 1) {
            "MTH" | "NMTH" => Relationship::Mother,
            "FTH" | "NFTH" => Relationship::Father,
            _ => continue,
        };
        people.push(Person {
            nhs_number: nhs_number(kin, 33, &format!("{place}-33")),
            local: local(kin, 33),
            family: kin.get(2, 1).to_owned(),
            given: kin.get(2, 2).to_owned(),
            born: (day(kin.get(16, 1)), format!("{place}-16")),
            died: None,
            sex: sex(kin.get(15, 1)),
            relationship,
            affected: Affected::Unknown,
            fetus: false,
            parts: vec![],
            consent: None,
            at: place,
        });
    }
    people
}

/// The repetition that says that it is an NHS number.
fn nhs_number(segment: &Fields, field: usize, at: &str) -> Option<(String, String)> {
    let is_nhs = |repeat: &usize| {
        let (authority, kind) = (segment.part(field, *repeat, 4, 1), segment.part(field, *repeat, 5, 1));
        kind.starts_with("NH") || authority == "NHS"
    };
    let repeat = (0..segment.repeats(field)).find(is_nhs)?;
    let number = segment.part(field, repeat, 1, 1);
    (!number.is_empty()).then(|| (number.to_owned(), at.to_owned()))
}

fn local(segment: &Fields, field: usize) -> String {
    let own = |repeat: &usize| !segment.part(field, *repeat, 5, 1).starts_with("NH") && segment.part(field, *repeat, 4, 1) != "NHS";
    (0..segment.repeats(field)).find(own).map_or_else(String::new, |repeat| segment.part(field, repeat, 1, 1).to_owned())
}

/// Ten digits stand where older systems put the NHS number.
fn bare_number(text: &str) -> Option<String> {
    (text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
}

/// `YYYYMMDD…` as `YYYY-MM-DD`; anything else as it stands.
fn day(text: &str) -> String {
    match (text.get(..4), text.get(4..6), text.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => text.to_owned(),
    }
}

fn sex(code: &str) -> Sex {
    match code {
        "F" => Sex::Female,
        "M" => Sex::Male,
        _ => Sex::Unknown,
    }
}
