//! What happened to the record of a person.

use super::Describe;
use crate::people::{identifier::HospitalNumber, patient};

impl Describe for patient::Event {
    fn sentence(&self) -> String {
        match self {
            patient::Event::Registered(_) => "Person registered".into(),
            patient::Event::Corrected { reason, .. } => format!("Details of the person corrected: {reason}"),
            patient::Event::Numbered { numbers } => {
                let labels: Vec<String> = numbers.iter().map(HospitalNumber::label).collect();
                format!("Known to hospitals by {}", labels.join(", "))
            }
            patient::Event::MergedInto { reason, .. } => format!("Record merged into another of the same person: {reason}"),
            patient::Event::Restricted { reason, .. } => format!("Record restricted to those who are named: {reason}"),
            patient::Event::Unrestricted { reason } => format!("Record no longer restricted: {reason}"),
            patient::Event::DeathSaid { died, by, .. } => format!("{by} says that the person has died{}, to be checked", on_day(*died)),
            patient::Event::DeathConfirmed { died, reason } => format!("Death{} confirmed: {reason}", on_day(*died)),
            patient::Event::DeathMistaken { reason } => format!("The person has not died, as was found: {reason}"),
            patient::Event::Absorbed { reason, .. } => format!("Another record of the same person merged into this: {reason}"),
            patient::Event::Separated { reason, .. } => format!("Records separated, being of two people: {reason}"),
        }
    }
}

fn on_day(day: Option<jiff::civil::Date>) -> String {
    day.map_or_else(String::new, |day| format!(" on {day}"))
}
