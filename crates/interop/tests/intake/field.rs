//! Messages that systems in the field send, and what is to become of each (`cases.tsv`).

use crate::bundle::TODAY;
use interop::{
    fhir::intake::{Intake, read_on},
    incoming_order::{OrderDetails, Person},
};
use std::{fs, path::Path};

const FOLDER: &str = "../../../shared/conformance/field/health";

/// The beginning of a file's name, and whether it was read as it was meant.
type Case = (&'static str, fn(&Intake) -> bool);

/// What is to become of each message: nothing is asked of one that is not listed but an answer.
const CASES: [Case; 24] = [
    ("f02", |read| person(read).family_name == "Fhira" && features(read) == 1),
    ("f03", |read| person(read).known_only && number(read) == "9990000018"),
    ("f04", |read| person(read).known_only && number(read) == "9990000018"),
    ("f05", |read| person(read).family_name == "Fhira"),
    ("f06", |read| person(read).family_name == "Fhira"),
    ("f08", |read| person(read).family_name == "Fhira"),
    ("f10", |read| person(read).family_name == "Fhira"),
    ("f11", |read| person(read).family_name == "Fhira"),
    ("f13", |read| read.orders.len() == 1 && features(read) == 1),
    ("f16", |read| person(read).family_name == "Present" && person(read).former_names == ["Prior"]),
    ("f20c", |read| number(read) == "9992100222"),
    ("f20d", |read| number(read) == "9992100230"),
    ("f21", |read| number(read) == "999 210 0249" || number(read) == "9992100249"),
    ("f27", |read| read.orders.len() == 1 && details(read).people.len() == 2),
    ("f30", |read| details(read).tests.iter().any(|test| test.display.contains("R59.3"))),
    ("f36", |read| {
        details(read).urgent == Some(true)
            && details(read).notes.iter().any(|note| note.contains("WCC 3"))
            && details(read).not_used.iter().any(|note| note.contains("Condition/x"))
    }),
    ("f37", |read| {
        details(read).specimens[0].labels == ["BAR-9", "ACC-55"] && details(read).specimens[0].collected == "2026-11-01T09:30:00Z"
    }),
    ("f39", |read| research(read) == Some(true)),
    ("f40", |read| research(read).is_none() && details(read).not_used.iter().any(|note| note.contains("Consent"))),
    ("f42", |read| research(read).is_none()),
    ("f43", |read| research(read) == Some(false)),
    ("f44", |read| research(read) == Some(false)),
    ("f50", |read| number(read) == "9991000018"),
    ("f54", |read| read.orders.is_empty() && read.results.len() == 1 && read.results[0].values[0].value == "Pathogenic variant found"),
];

/// Messages that are refused, with what is said.
const REFUSED: [(&str, &str); 6] = [
    ("f12", "Bundle.type"),
    ("f17", "send family and given apart"),
    ("f24", "replaced by another record"),
    ("f33", "'draft' is not acted on"),
    ("f34", "'plan' orders nothing"),
    ("f47", "Nothing is deleted here"),
];

fn details(read: &Intake) -> &OrderDetails {
    read.orders[0].action.details().expect("an order")
}

fn person(read: &Intake) -> &Person {
    &details(read).people[0]
}

fn number(read: &Intake) -> &str {
    person(read).nhs_number.as_ref().map_or("", |number| &number.value)
}

fn features(read: &Intake) -> usize {
    details(read).features.len()
}

fn research(read: &Intake) -> Option<bool> {
    person(read).discussion.as_ref().and_then(|discussion| discussion.research)
}

#[test]
fn every_message_of_the_field_is_read_as_it_was_meant_or_refused_by_name() {
    let Ok(entries) = fs::read_dir(Path::new(FOLDER)) else {
        eprintln!("skipped: the messages of the field are not at hand in {FOLDER}");
        return;
    };
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if !name.starts_with('f') {
            continue;
        }
        let prefix = name.split('-').next().unwrap_or_default();
        let read = read_on(&fs::read(&path).expect("readable"), TODAY);
        let refusal = REFUSED.iter().find(|(case, _)| *case == prefix);
        let case = CASES.iter().find(|(case, _)| *case == prefix);
        match (&read, refusal, case) {
            (Err(faults), Some((_, says)), _) => assert!(faults.iter().any(|f| f.to_string().contains(says)), "{name}: {faults:?}"),
            (Ok(read), _, Some((_, is_right))) => assert!(is_right(read), "{name}: {read:?}"),
            (Ok(_), None, None) => {}
            _ => panic!("{name}: {read:?}"),
        }
    }
}
