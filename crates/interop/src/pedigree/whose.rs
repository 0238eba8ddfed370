//! Whose family a file is: the numbers and the days of birth that it has of the patient, which have to be those of the patient who is
//! drawn. Sex is compared where people are recognised, and years of birth where they are drawn.
//!
//! Sources: FHIR R4 Patient (identifier, birthDate) and FamilyMemberHistory.patient; Phenopacket schema 2.0, Individual (id,
//! alternateIds, dateOfBirth); GA4GH Pedigree, whose people are Phenopackets.

use super::{field, member_history, text};
use care::NhsNumber;
use serde_json::Value;

/// What a file says of the patient whose family it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Whose {
    /// NHS numbers.
    pub numbers: Vec<NhsNumber>,
    /// Days of birth, as far as they are known: a year, a year and a month, or the day.
    pub births: Vec<String>,
}

/// Whose family a file is, as far as it says so; nothing of one that is no JSON.
pub fn whose(text: &str) -> Whose {
    let Ok(document) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else { return Whose::default() };
    let mut whose = Whose::default();
    for patient in member_history::patients(&document) {
        whose.add_patient(patient);
    }
    if let Some(subject) = field(&document, "proband").and_then(|packet| field(packet, "subject")) {
        whose.add_subject(subject);
    }
    let index: Vec<String> = list(&document, "indexPatients").map(self::text).collect();
    for individual in list(&document, "individuals").filter(|one| index.contains(&self::text(&one["id"]))) {
        whose.add_subject(field(individual, "subject").unwrap_or(individual));
    }
    whose
}

impl Whose {
    /// What a Patient of FHIR says, or a reference to one with an identifier alone.
    fn add_patient(&mut self, patient: &Value) {
        let identifiers: Vec<&Value> = match &patient["identifier"] {
            Value::Array(several) => several.iter().collect(),
            Value::Null => vec![],
            one => vec![one],
        };
        let in_use = identifiers.into_iter().filter(|identifier| identifier["use"] != "old");
        let nhs = in_use.filter(|identifier| may_be_nhs(&text(&identifier["system"])));
        self.numbers.extend(nhs.filter_map(|identifier| number(&text(&identifier["value"]))));
        self.births.extend(Some(text(&patient["birthDate"])).filter(|born| !born.is_empty()));
    }

    /// What an Individual of Phenopackets says. The first of January stands for the year alone.
    fn add_subject(&mut self, subject: &Value) {
        let alternate = list(subject, "alternateIds").map(text);
        let names = field(subject, "id").map(text).into_iter().chain(alternate);
        self.numbers.extend(names.filter_map(|name| number(name.rsplit([':', '|', '/']).next().unwrap_or_default())));
        let born = field(subject, "dateOfBirth").map(text).and_then(|born| born.get(..10).map(str::to_owned));
        self.births.extend(born.map(|born| born.strip_suffix("-01-01").map_or_else(|| born.clone(), str::to_owned)));
    }
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    field(value, name).and_then(Value::as_array).into_iter().flatten()
}

fn number(text: &str) -> Option<NhsNumber> {
    text.chars().filter(|c| !matches!(c, ' ' | '-')).collect::<String>().parse().ok()
}

/// A system of NHS numbers, or none.
fn may_be_nhs(system: &str) -> bool {
    let name: String = system.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    name.is_empty() || name.ends_with("nhsnumber") || system.trim().ends_with("2.16.840.1.113883.2.1.4.1")
}
