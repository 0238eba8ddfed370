//! Years of birth that a file gives beside its family: a parent is older than a child, whatever program drew them.

use super::text;
use care::ordering::{family::PARENT_YEARS_MIN, pedigree::Pedigree};
use serde_json::Value;
use std::collections::BTreeMap;

/// How deep people may stand in a file.
const DEEP_MAX: u8 = 12;
/// Names of the field of somebody's identifier, in the order in which the readers take them.
const IDENTIFIERS: [&str; 5] = ["id", "individualId", "individual_id", "name", "externalId"];
/// Names of the field of a day or year of birth: open-pedigree, pedigreejs and CanRisk, FHIR, Phenopackets.
const BIRTHS: [&str; 9] =
    ["dob", "yob", "birthDate", "birth_date", "bornDate", "dateOfBirth", "date_of_birth", "yearOfBirth", "year_of_birth"];

/// Parents who are younger than their children by the file itself, in words; a year alone leaves one year open.
pub(super) fn misfits(document: &Value, pedigree: &Pedigree) -> Vec<String> {
    let mut births = BTreeMap::new();
    collect(document, None, &mut births, DEEP_MAX);
    let mut found = Vec::new();
    for child in &pedigree.people {
        for (parent, role) in [(&child.mother, "mother"), (&child.father, "father")] {
            let Some(parent) = parent else { continue };
            if let (Some(elder), Some(younger)) = (births.get(parent), births.get(&child.id))
                && younger - elder < i32::from(PARENT_YEARS_MIN)
            {
                found.push(format!(
                    "{parent} (born {elder}) is the {role} of {} (born {younger}): mend the year that is wrong, or who is whose parent",
                    child.id
                ));
            }
        }
    }
    found
}

/// Years of birth of everybody in a file; of somebody who has two, the first counts.
fn collect(value: &Value, within: Option<&str>, births: &mut BTreeMap<String, i32>, depth: u8) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Array(list) => list.iter().for_each(|inside| collect(inside, within, births, depth)),
        Value::Object(fields) => {
            let own = IDENTIFIERS.iter().map(|name| text(&value[*name])).find(|id| !id.is_empty());
            let id = own.as_deref().or(within);
            let born = BIRTHS.iter().find_map(|name| year(&value[*name]));
            if let (Some(id), Some(born)) = (id, born) {
                births.entry(id.to_owned()).or_insert(born);
            }
            // What describes a node of a graph stands within it, without an identifier of its own.
            fields.iter().for_each(|(name, inside)| {
                let describes = ["prop", "properties", "subject"].contains(&name.as_str());
                collect(inside, id.filter(|_| describes), births, depth);
            });
        }
        _ => {}
    }
}

/// The year of a day: `1990`, `1990-02-01`, `01/02/1990`, or a year with its name.
fn year(born: &Value) -> Option<i32> {
    if born.is_object() {
        return year(&born["year"]);
    }
    let written = text(born);
    let parts: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4).collect();
    match parts[..] {
        [only] => only.parse().ok().filter(|year| (1800..2200).contains(year)),
        _ => None,
    }
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
        check((&json!("2019"), &json!("")), "");
        check((&json!("2019"), &json!("about 12")), "");
    }
}
