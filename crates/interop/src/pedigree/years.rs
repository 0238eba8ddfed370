//! Years of birth and death, and ages, that a file gives beside its family, whatever program drew it.

use super::text;
use care::ordering::pedigree::{
    Pedigree,
    years::{AGE_YEARS_MAX, Years},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// How deep people may stand in a file.
const DEEP_MAX: u8 = 12;
/// Names of the field of somebody's identifier, in the order in which the readers take them.
const IDENTIFIERS: [&str; 5] = ["id", "individualId", "individual_id", "name", "externalId"];
/// Names of the field of a day or year of birth: open-pedigree, pedigreejs and CanRisk, FHIR, Phenopackets.
const BIRTHS: [&str; 9] =
    ["dob", "yob", "birthDate", "birth_date", "bornDate", "dateOfBirth", "date_of_birth", "yearOfBirth", "year_of_birth"];
/// Names of the field of a day or year of death: open-pedigree, FHIR (Patient, FamilyMemberHistory).
const DEATHS: [&str; 8] =
    ["dod", "yod", "deceasedDateTime", "deceasedDate", "dateOfDeath", "date_of_death", "yearOfDeath", "year_of_death"];
/// Names of the field of an age: pedigreejs, FHIR FamilyMemberHistory.
const AGES: [&str; 3] = ["age", "ageAge", "deceasedAge"];
/// Names of the fields of Phenopackets in which time of death stands.
const LIFE: [[&str; 2]; 2] = [["vitalStatus", "timeOfDeath"], ["vital_status", "time_of_death"]];

/// Gives everybody of a family the years that the file has of them.
pub(super) fn add(document: &Value, pedigree: &mut Pedigree) {
    let mut years = BTreeMap::new();
    collect(document, None, &mut years, DEEP_MAX);
    for person in &mut pedigree.people {
        // Of a family within a text they are known already.
        person.years = years.get(&person.id).copied().unwrap_or(person.years);
    }
}

/// Years of everybody in a file; of somebody who has two of a kind, the first counts.
fn collect(value: &Value, within: Option<&str>, years: &mut BTreeMap<String, Years>, depth: u8) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Array(list) => list.iter().for_each(|inside| collect(inside, within, years, depth)),
        Value::Object(fields) => {
            let own = IDENTIFIERS.iter().map(|name| text(&value[*name])).find(|id| !id.is_empty());
            let id = own.as_deref().or(within);
            let found = of_object(value);
            if let Some(id) = id.filter(|_| !found.is_empty()) {
                let known = years.entry(id.to_owned()).or_default();
                known.born = known.born.or(found.born);
                known.died = known.died.or(found.died);
                known.age = known.age.or(found.age);
            }
            // What describes a node of a graph stands within it, without an identifier of its own.
            fields.iter().for_each(|(name, inside)| {
                let describes = ["prop", "properties", "subject"].contains(&name.as_str());
                collect(inside, id.filter(|_| describes), years, depth);
            });
        }
        _ => {}
    }
}

/// What an object itself says.
fn of_object(value: &Value) -> Years {
    let of_life = || LIFE.iter().find_map(|[life, death]| year(&value[*life][*death]["timestamp"]));
    Years {
        born: BIRTHS.iter().find_map(|name| year(&value[*name])),
        died: DEATHS.iter().find_map(|name| year(&value[*name])).or_else(of_life),
        age: AGES.iter().find_map(|name| age(&value[*name])),
    }
}

/// The year of a day: `1990`, `1990-02-01`, `01/02/1990`, or a year with its name.
fn year(day: &Value) -> Option<i16> {
    if day.is_object() {
        return year(&day["year"]);
    }
    let written = text(day);
    let parts: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4).collect();
    match parts[..] {
        [only] => only.parse().ok().filter(|year| (1800..2200).contains(year)),
        // An instant may have a zone of four digits.
        [first, ..] if written.starts_with(first) && written.contains('T') => first.parse().ok().filter(|year| (1800..2200).contains(year)),
        _ => None,
    }
}

/// An age in whole years: a number, or an Age of FHIR whose unit is years. Source: FHIR R4, Age (UCUM `a`).
fn age(value: &Value) -> Option<u16> {
    if value.is_object() {
        let is_years = ["code", "unit"].iter().any(|name| ["a", "year", "years", "yr"].contains(&text(&value[*name]).as_str()));
        return if is_years { age(&value["value"]) } else { None };
    }
    let written = text(value);
    let whole = written.split('.').next().unwrap_or_default();
    // Nought is how these programs write that an age is not known.
    whole.parse().ok().filter(|years| (1..=AGE_YEARS_MAX).contains(years))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(born: (&Value, &Value), expected: &str) {
        let list = json!([
            { "name": "P", "sex": "F", "proband": true, "mother": "M", "yob": born.0 },
            { "name": "M", "sex": "F", "yob": born.1 },
        ]);
        let (_, left_out) = super::super::read(&list.to_string()).expect("a family");
        assert_eq!(left_out.join("; "), expected, "{list}");
    }

    #[test]
    fn a_mother_is_older_than_her_child_in_a_file_too() {
        let says =
            |elder: &str| format!("M (born {elder}) is the mother of P (born 2019): mend the year that is wrong, or who is whose parent");
        check((&json!("2019"), &json!("1990")), "");
        check((&json!(2019), &json!(2020)), &says("2020"));
        check((&json!("2019-06-01"), &json!("01/02/2019")), &says("2019"));
        check((&json!("2019"), &json!({ "year": "2015" })), &says("2015"));
        check((&json!("2019"), &json!("2010")), &says("2010"));
        check((&json!("2019"), &json!("")), "");
        check((&json!("2019"), &json!("about 12")), "");
    }

    /// Years of the person K in a file.
    fn known(file: &Value) -> (Option<i16>, Option<i16>, Option<u16>) {
        let (pedigree, left_out) = super::super::read(&file.to_string()).expect("a family");
        assert!(left_out.is_empty(), "{left_out:?}");
        let Years { born, died, age } = pedigree.get("K").expect("there").years;
        (born, died, age)
    }

    #[test]
    fn every_program_writes_years_in_its_own_way() {
        let pedigreejs = json!([{ "name": "K", "sex": "F", "proband": true, "status": "1", "yob": "1950", "age": 60 }]);
        assert_eq!(known(&pedigreejs), (Some(1950), None, Some(60)));
        let open = json!({ "GG": [{ "id": "K", "prop": { "gender": "F", "dob": "01/02/1950", "dod": { "year": "2010" } } }], "probandNodeID": "K" });
        assert_eq!(known(&open), (Some(1950), Some(2010), None));
        let subject = json!({ "id": "K", "dateOfBirth": "1950-01-01T00:00:00Z",
            "vitalStatus": { "status": "DECEASED", "timeOfDeath": { "timestamp": "2010-05-01T00:00:00+01:00" } } });
        let phenopackets =
            json!({ "proband": { "id": "p", "subject": subject }, "pedigree": { "persons": [{ "individualId": "K", "sex": "FEMALE" }] } });
        assert_eq!(known(&phenopackets), (Some(1950), Some(2010), None));
        let history = json!({ "resourceType": "FamilyMemberHistory", "id": "K", "status": "completed", "patient": { "reference": "Patient/kid" },
            "relationship": { "coding": [{ "code": "MTH" }] }, "bornDate": "1950", "deceasedAge": { "value": 60, "unit": "years", "code": "a" } });
        assert_eq!(known(&history), (Some(1950), None, Some(60)));
        let months = json!([{ "name": "K", "sex": "F", "age": { "value": 5, "unit": "months" } }]);
        assert_eq!(known(&months), (None, None, None));
    }

    #[test]
    fn who_died_before_birth_is_said() {
        let list = json!([{ "name": "K", "sex": "F", "yob": 1950, "dod": "1940-01-01" }]);
        let (_, left_out) = super::super::read(&list.to_string()).expect("a family");
        assert_eq!(left_out, ["K died in 1940, before the birth in 1950: mend the one that is wrong"]);
    }
}
