//! Whose packet it is, as far as it tells.

use super::{NotReadable, document::field};
use genome::Sex;
use serde_json::Value;

/// What a packet says of the person whose it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Sex.
    pub sex: Sex,
    /// Day of birth, as year-month-day. Some writers give the first of January for a year alone.
    pub born: Option<String>,
}

impl Default for Subject {
    fn default() -> Subject {
        Subject { sex: Sex::Unknown, born: None }
    }
}

/// Reads whose a packet is; that of an animal is refused.
pub(super) fn read(packet: &Value) -> Result<Subject, NotReadable> {
    let Some(subject) = field(packet, "subject") else { return Ok(Subject::default()) };
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let taxonomy = field(subject, "taxonomy");
    let [taxon, species] = ["id", "label"].map(|name| text(taxonomy.and_then(|taxonomy| field(taxonomy, name))));
    if !taxon.is_empty() && !taxon.eq_ignore_ascii_case("NCBITaxon:9606") {
        let species = if species.is_empty() { taxon } else { species };
        return Err(NotReadable::Other(format!("of no person, but of {species}")));
    }
    let day: String = text(field(subject, "dateOfBirth")).chars().take(10).collect();
    let is_day = day.len() == 10
        && day.bytes().enumerate().all(|(place, byte)| if place == 4 || place == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    Ok(Subject { sex: sex(field(subject, "sex")), born: is_day.then_some(day) })
}

/// Source: GA4GH Phenopackets 2.0, enum Sex, by name or number.
fn sex(value: Option<&Value>) -> Sex {
    let name = value.and_then(Value::as_str).unwrap_or_default();
    match (name.to_ascii_uppercase().as_str(), value.and_then(Value::as_u64)) {
        ("FEMALE", _) | (_, Some(1)) => Sex::Female,
        ("MALE", _) | (_, Some(2)) => Sex::Male,
        _ => Sex::Unknown,
    }
}
