//! Whom a Patient of another server is about, where nothing else of it is needed: somebody is opened there, and their record is
//! looked for here.

use super::{
    json::{list, text},
    number::numbers,
};
use care::NhsNumber;
use jiff::civil::Date;
use serde_json::Value;

/// Why it is not known who somebody is.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotKnownWho {
    /// It is something else.
    #[error("what was sent is no Patient with the identifier {0}")]
    NoPatient(String),
    /// It is not the record that counts.
    #[error("the Patient is not in use any more, or was replaced by another record")]
    NotInUse,
    /// There is no number in use, or one that is none.
    #[error("the Patient has no sound NHS number in use (system https://fhir.nhs.uk/Id/nhs-number)")]
    NoNumber,
    /// Two numbers are two people.
    #[error("the Patient has two NHS numbers in use, which would be two people")]
    TwoNumbers,
    /// Without a whole date of birth nobody is matched.
    #[error("the Patient has no whole date of birth, by which it is checked whom the number belongs to")]
    NoBirthDate,
}

/// NHS number and date of birth of the Patient that was asked for by its identifier.
pub fn whose(patient: &Value, id: &str, today: Date) -> Result<(NhsNumber, Date), NotKnownWho> {
    if text(patient, "/resourceType") != "Patient" || text(patient, "/id") != id {
        return Err(NotKnownWho::NoPatient(id.to_owned()));
    }
    identity(patient, today)
}

/// NHS number and date of birth of a Patient, whatever they were asked for by.
pub fn identity(patient: &Value, today: Date) -> Result<(NhsNumber, Date), NotKnownWho> {
    let is_replaced = list(patient, "/link").iter().any(|link| text(link, "/type") == "replaced-by");
    if patient["active"] == Value::Bool(false) || is_replaced {
        return Err(NotKnownWho::NotInUse);
    }
    let mut found = numbers(patient, today).filter(super::number::Number::is_nhs);
    let number = found.next().ok_or(NotKnownWho::NoNumber)?;
    if found.any(|other| other != number) {
        return Err(NotKnownWho::TwoNumbers);
    }
    let number = number.value.parse().map_err(|_| NotKnownWho::NoNumber)?;
    let born = text(patient, "/birthDate");
    let born = (born.len() == 10).then(|| born.parse().ok()).flatten().ok_or(NotKnownWho::NoBirthDate)?;
    Ok((number, born))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patient_is_known_by_one_number_in_use_and_a_whole_date_of_birth() {
        let nhs = |value: &str| json!({ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": value });
        let check = |changes: Value| {
            let mut patient =
                json!({ "resourceType": "Patient", "id": "7", "birthDate": "2001-02-14", "identifier": [nhs("999 000 0018")] });
            for (name, value) in changes.as_object().expect("changes") {
                patient[name] = value.clone();
            }
            whose(&patient, "7", Date::constant(2026, 11, 29))
        };
        let known = Ok(("9990000018".parse().expect("a number"), Date::constant(2001, 2, 14)));
        let old = json!({ "use": "old", "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000026" });
        assert_eq!(check(json!({})), known);
        assert_eq!(
            check(json!({ "identifier": [old, nhs("9990000018"), { "system": "urn:mrn", "value": "1" }, nhs("9990000018")] })),
            known
        );
        for (changes, fault) in [
            (json!({ "id": "8" }), NotKnownWho::NoPatient("7".into())),
            (json!({ "resourceType": "OperationOutcome" }), NotKnownWho::NoPatient("7".into())),
            (json!({ "active": false }), NotKnownWho::NotInUse),
            (json!({ "link": [{ "type": "replaced-by" }] }), NotKnownWho::NotInUse),
            (json!({ "identifier": [] }), NotKnownWho::NoNumber),
            (json!({ "identifier": [old] }), NotKnownWho::NoNumber),
            (json!({ "identifier": [nhs("9990000019")] }), NotKnownWho::NoNumber),
            (json!({ "identifier": [nhs("9990000018"), nhs("9990000026")] }), NotKnownWho::TwoNumbers),
            (json!({ "birthDate": "2001" }), NotKnownWho::NoBirthDate),
            (json!({ "birthDate": 2001 }), NotKnownWho::NoBirthDate),
        ] {
            assert_eq!(check(changes.clone()), Err(fault), "{changes}");
        }
    }
}
