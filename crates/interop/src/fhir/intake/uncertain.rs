//! What of a Patient leaves it open who they are: a number of which it is not said whose it is, one for the time being, another record
//! of the same person. Source: FHIR R4, Identifier.use, Patient.link.

use super::{
    bundle_index::BundleIndex,
    json::{first_of, list, text},
    number::{Number, authority, is_in_use},
};
use crate::codes::system::NHS_NUMBER;
use care::people::nhs_number::NhsNumber;
use serde_json::Value;

/// Links to another record of the same person, which stays as it is here: of one that was replaced nothing is taken.
const OTHER_RECORDS: [&str; 2] = ["replaces", "refer"];

/// Notes of a Patient that leave it open who they are.
pub(super) fn notes(index: &BundleIndex, place: usize) -> Vec<String> {
    let patient = index.resource(place);
    let numbers = list(patient, "/identifier").iter().enumerate().filter(|(_, identifier)| is_in_use(identifier, index.today));
    let of_numbers = numbers.filter_map(|(nth, identifier)| {
        let note = of_number(identifier, &Number::read(identifier)?)?;
        Some(format!("{}: {note}", index.path(place, &format!(".identifier[{nth}]"))))
    });
    let links = list(patient, "/link").iter().enumerate().filter(|(_, link)| OTHER_RECORDS.contains(&text(link, "/type")));
    let of_links = links.map(|(nth, link)| {
        let other = first_of([text(link, "/other/reference"), text(link, "/other/identifier/value"), text(link, "/other/display")]);
        let message = "is another record of this person at the sender, and is not merged with this one here; send ADT^A40 for that";
        format!("{}: {other} {message}", index.path(place, &format!(".link[{nth}]")))
    });
    of_numbers.chain(of_links).collect()
}

/// What is not certain of a number: it may be somebody else's.
fn of_number(identifier: &Value, number: &Number) -> Option<String> {
    let value = &number.value;
    if text(identifier, "/use") == "temp" {
        return Some(format!("{value} is marked as temporary and was read as any other number: check it with the patient"));
    }
    // Who gave it is not said: a hospital's own number may happen to look like an NHS number, and would find somebody else.
    let looks_like_nhs = !number.is_nhs() && authority(identifier).is_empty() && value.parse::<NhsNumber>().is_ok();
    looks_like_nhs.then(|| {
        format!(
            "{value} was kept as a number of the sender's hospital, although it also looks like an NHS number; an NHS number is sent with \
             the system {NHS_NUMBER}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_leaves_it_open_who_somebody_is_is_named() {
        let check = |name: &str, value: Value, expected: &str| {
            let bundle = json!({ "entry": [{ "resource": { "resourceType": "Patient", name: [value] } }] });
            let index = BundleIndex::new(&bundle, jiff::civil::date(2026, 11, 29)).expect("a bundle");
            let said = notes(&index, 0).join("; ");
            assert!(if expected.is_empty() { said.is_empty() } else { said.contains(expected) }, "{bundle}: {said}");
        };
        check("identifier", json!({ "value": "9990000018" }), "identifier[0]: 9990000018 was kept as a number of the sender's hospital");
        check("identifier", json!({ "use": "temp", "system": NHS_NUMBER, "value": "9990000018" }), "is marked as temporary");
        check("link", json!({ "type": "replaces", "other": { "identifier": { "value": "7" } } }), "link[0]: 7 is another record");
        check("link", json!({ "type": "refer", "other": { "reference": "Patient/7" } }), "Patient/7 is another record");
        for quiet in [
            json!({ "value": "A78" }),
            json!({ "value": "9990000019" }),
            json!({ "system": NHS_NUMBER, "value": "9990000018" }),
            json!({ "system": "https://epr.example/mrn", "value": "9990000018" }),
            json!({ "assigner": { "display": "A Hospital" }, "value": "9990000018" }),
            json!({ "use": "old", "value": "9990000018" }),
        ] {
            check("identifier", quiet, "");
        }
        check("link", json!({ "type": "seealso", "other": { "reference": "RelatedPerson/mother" } }), "");
    }
}
