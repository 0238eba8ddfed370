//! Who somebody is.

use crate::bundle::{NHS, bundle, details, order_with, patient, read, refused, request, to};
use interop::incoming_order::{Person, Subject};
use serde_json::{Value, json};

fn proband(order: &Value) -> Person {
    details(order).people.remove(0)
}

fn changed(path: &str, value: Value) -> Value {
    let mut order = order_with(&[]);
    order["entry"][0]["resource"][path] = value;
    order
}

#[test]
fn somebody_known_here_is_named_by_number_or_by_record_alone() {
    for subject in [
        json!({ "reference": format!("Patient?identifier={NHS}|9990000018") }),
        json!({ "type": "Patient", "identifier": { "system": NHS, "value": "999 000 0018" } }),
    ] {
        let person = proband(&bundle(&[request("r", subject)]));
        assert_eq!(person.nhs_number.map(|n| n.value).as_deref(), Some("9990000018"));
        assert!(person.known_only && person.family_name.is_empty());
    }
    let record = json!({ "reference": "Patient/018f0000-0000-7000-8000-000000000001" });
    let order = bundle(&[request("r", record)]);
    let person = proband(&order);
    assert!(person.known_only && person.record.is_some(), "{person:?}");
    assert!(matches!(read(&order).expect("read").orders[0].subject, Subject::Record(id) if Some(id) == person.record));
    let mrn = json!({ "identifier": { "system": "https://trust.example/mrn", "value": "H1" } });
    let person = proband(&bundle(&[request("r", mrn)]));
    assert_eq!((person.hospital_numbers[0].authority.as_str(), person.nhs_number), ("https://trust.example/mrn", None));
    refused(&bundle(&[request("r", json!({}))]), "Nobody is named: send the Patient along");
    refused(&bundle(&[request("r", json!({ "reference": "Patient/x" }))]), "'Patient/x' is not in the bundle");
    refused(&bundle(&[request("r", json!({ "display": "Ada" }))]), "ServiceRequest).subject");
}

#[test]
fn a_patient_inside_the_request_is_the_patient() {
    let mut order = bundle(&[request("r", json!({ "reference": "#pat" }))]);
    let mut inside = patient("pat", "9990000018")["resource"].clone();
    inside["id"] = json!("pat");
    order["entry"][0]["resource"]["contained"] = json!([inside]);
    let person = proband(&order);
    assert_eq!((person.family_name.as_str(), person.entries), ("pat", vec![0]));
    assert_eq!(person.place, "Bundle.entry[0].resource.ofType(ServiceRequest).contained[0].ofType(Patient)");
}

#[test]
fn a_record_that_does_not_count_any_more_is_refused() {
    refused(&changed("active", json!(false)), "Patient).active: This Patient is not in use any more");
    refused(
        &changed("link", json!([{ "other": { "reference": "Patient/z" }, "type": "replaced-by" }])),
        "replaced by another record (Patient/z)",
    );
    refused(&changed("modifierExtension", json!([{ "url": "x" }])), "Patient).modifierExtension");
    proband(&changed("link", json!([{ "other": { "reference": "Patient/z" }, "type": "seealso" }])));
}

#[test]
fn numbers_keep_who_gave_them_and_old_ones_are_left_out() {
    let person = proband(&changed(
        "identifier",
        json!([
            { "system": NHS, "value": "9990000026", "use": "old" },
            { "system": "http://fhir.nhs.net/Id/nhs-number", "value": "999 000 0018" },
            { "system": "https://trust.example/mrn", "value": "H1" },
            { "value": "H2", "assigner": { "display": "Another trust" } },
            { "system": "https://trust.example/mrn", "value": "H0", "period": { "end": "2019" } },
        ]),
    ));
    assert_eq!(person.nhs_number.map(|n| n.value).as_deref(), Some("9990000018"));
    let numbers: Vec<_> = person.hospital_numbers.iter().map(|n| (n.value.as_str(), n.authority.as_str())).collect();
    assert_eq!(numbers, [("H1", "https://trust.example/mrn"), ("H2", "Another trust")]);
    let two = json!([{ "system": NHS, "value": "9990000018" }, { "system": NHS, "value": "9990000026" }]);
    refused(&changed("identifier", two), "Patient).identifier[1]: This is another NHS number");
    let order = changed("identifier", json!([{ "system": NHS, "value": 9_990_000_018_u64 }]));
    let read = details(&order);
    assert_eq!(read.people[0].nhs_number.as_ref().map(|n| n.value.as_str()), Some("9990000018"));
    assert!(read.not_used.iter().any(|note| note.contains("was sent as a number")), "{:?}", read.not_used);
}

#[test]
fn the_name_of_today_is_used_and_a_date_of_birth_is_whole_or_refused() {
    let person = proband(&changed(
        "name",
        json!([
            { "use": "maiden", "family": "Prior", "given": ["Ivy"] },
            { "use": "usual", "family": "Present", "given": ["Ivy", "May"] },
        ]),
    ));
    assert_eq!(
        (person.family_name.as_str(), person.given_name.as_str(), person.former_names),
        ("Present", "Ivy May", vec!["Prior".to_owned()])
    );
    refused(&changed("name", json!([{ "use": "nickname", "family": "X" }])), "Patient).name: None of the names is in use today");
    refused(&changed("name", json!([{ "text": "Ivy Only Text" }])), "send family and given apart");
    for day in ["2018", "2018-03", "04/03/2018", "2018-13-40"] {
        refused(&changed("birthDate", json!(day)), "is no whole date of birth");
    }
    refused(&changed("birthDate", json!(2018)), "The date of birth is text");
}

#[test]
fn the_person_of_an_order_that_is_ended_is_named() {
    let mut order = order_with(&[]);
    order["entry"][1]["resource"]["status"] = json!("revoked");
    let read = read(&order).expect("read");
    assert!(matches!(&read.orders[0].subject, Subject::Person(person) if person.family_name == "p"));
    assert_eq!((read.orders[0].number.as_str(), read.orders[0].number_system.as_str()), ("N-r", "https://epr.example/order"));
}

#[test]
fn a_reference_that_is_displayed_as_somebody_else_is_named() {
    for (display, is_named) in [("Someone Else", true), ("P, Ada (Ms)", false), ("Patient 123", false), ("Ada", false), ("", false)] {
        let mut subject = to("Patient", "p");
        subject["display"] = json!(display);
        let details = details(&bundle(&[patient("p", "9990000018"), request("r", subject)]));
        let found = details.not_used.iter().any(|note| note.contains("is not called as the Patient is (Ada p)"));
        assert_eq!(found, is_named, "{display}: {:?}", details.not_used);
    }
}
