//! Who belongs to an order, and what is about whom.

use crate::bundle::{HPO, NHS, bundle, details, entry, order_with, patient, read, refused, related, request, to};
use serde_json::{Value, json};

const NUMBERS: [&str; 4] = ["9990000018", "9990000026", "9990000034", "9990000042"];

fn duo(related_number: &str) -> Value {
    bundle(&[
        patient("child", NUMBERS[0]),
        patient("mother", NUMBERS[1]),
        related("m", related_number, to("Patient", "child"), "NMTH"),
        request("c", to("Patient", "child")),
        request("m", to("Patient", "mother")),
    ])
}

fn with_role(mut request: Value, role: &str) -> Value {
    request["resource"]["extension"] = json!([{
        "url": "https://fhir.nhs.uk/England/StructureDefinition/Extension-Genomic-Patient-Role",
        "valueCodeableConcept": { "coding": [{ "code": role }] },
    }]);
    request
}

#[test]
fn a_mother_with_her_number_is_of_the_childs_order_and_with_another_number_of_none() {
    let people: Vec<String> = details(&duo(NUMBERS[1])).people.iter().map(|p| format!("{:?} {}", p.relationship, p.family_name)).collect();
    assert_eq!(people, ["Proband child", "Mother mother"]);
    for mistyped in [NUMBERS[2], "9990000062", ""] {
        refused(&duo(mistyped), "RelatedPerson).identifier");
    }
    let mut elsewhere = duo(NUMBERS[1]);
    elsewhere["entry"][2]["resource"]["identifier"][0]["system"] = json!("https://trust.example/mrn");
    refused(&elsewhere, "RelatedPerson).identifier");
}

#[test]
fn a_relative_who_cannot_be_joined_is_never_a_second_patient() {
    let consultand = with_role(request("m", to("Patient", "mother")), "consultand");
    let people = [patient("child", NUMBERS[0]), patient("mother", NUMBERS[1]), request("c", to("Patient", "child")), consultand.clone()];
    refused(&bundle(&people), "send a RelatedPerson with the same identifier");
    refused(&bundle(&[patient("mother", NUMBERS[1]), consultand]), "send the whole family in one bundle");
    let mut of_nobody = duo(NUMBERS[1]);
    of_nobody["entry"][2]["resource"]["patient"] = json!({ "identifier": { "system": NHS, "value": NUMBERS[3] } });
    refused(&of_nobody, "RelatedPerson).patient: This RelatedPerson is the relative of nobody");
    let mut grouped = bundle(&[
        patient("child", NUMBERS[0]),
        patient("mother", NUMBERS[1]),
        request("c", to("Patient", "child")),
        request("m", to("Patient", "mother")),
    ]);
    assert_eq!(read(&grouped).expect("two patients").orders.len(), 2);
    for nth in [2, 3] {
        grouped["entry"][nth]["resource"]["requisition"] = json!({ "value": "G1" });
    }
    refused(&grouped, "The requests of two people have the number G1");
}

#[test]
fn a_mother_is_joined_by_the_link_of_her_record_and_not_against_her_number() {
    let mut linked = duo("");
    linked["entry"][1]["resource"]["link"] = json!([{ "type": "seealso", "other": to("RelatedPerson", "m") }]);
    assert_eq!(details(&linked).people.len(), 2);
    linked["entry"][2]["resource"]["identifier"] = json!([{ "system": NHS, "value": NUMBERS[2] }]);
    refused(&linked, "are not those of the Patient who is linked");
}

#[test]
fn of_two_patients_in_a_bundle_each_has_their_own_mother_and_features() {
    let feature = |id: &str, code: &str, subject: Value| {
        entry("Observation", id, json!({ "status": "final", "code": { "coding": [{ "system": HPO, "code": code }] }, "subject": subject }))
    };
    let mut entries = vec![
        related("m1", NUMBERS[1], to("Patient", "c1"), "NMTH"),
        related("m2", NUMBERS[3], to("Patient", "c2"), "NMTH"),
        feature("f1", "HP:0001250", to("Patient", "c1")),
        feature("f2", "HP:0001263", to("Patient", "c2")),
        feature("f3", "HP:0000252", to("Patient", "m1")),
        entry("Observation", "f4", json!({ "status": "final", "code": { "coding": [{ "system": HPO, "code": "HP:0000001" }] } })),
    ];
    for (id, number) in ["c1", "m1", "c2", "m2"].into_iter().zip(NUMBERS) {
        entries.extend([patient(id, number), request(id, to("Patient", id))]);
    }
    let read = read(&bundle(&entries)).expect("read");
    let families: Vec<Vec<&str>> = read.orders.iter().map(|o| o.action.people().iter().map(|p| p.family_name.as_str()).collect()).collect();
    assert_eq!(families, [["c1", "m1"], ["c2", "m2"]]);
    let details: Vec<_> = read.orders.iter().filter_map(|order| order.action.details()).collect();
    let features: Vec<Vec<&str>> = details.iter().map(|d| d.features.iter().map(|f| f.code.code.as_str()).collect()).collect();
    assert_eq!(features, [["HP:0001250"], ["HP:0001263"]]);
    assert_eq!((details[0].notes.as_slice(), details[1].notes.len()), (&["Mother: HP:0000252".to_owned()][..], 0));
    assert!(details.iter().all(|d| d.not_used.iter().any(|note| note.contains("about nobody of this order"))));
}

#[test]
fn what_is_about_somebody_else_is_not_the_patients() {
    for subject in [to("Patient", "stranger"), json!({ "identifier": { "system": NHS, "value": NUMBERS[3] } })] {
        let of_another = entry(
            "Observation",
            "o",
            json!({
                "status": "final", "code": { "coding": [{ "system": HPO, "code": "HP:0001250" }] }, "subject": subject,
            }),
        );
        let details = details(&order_with(&[of_another]));
        assert!(details.features.is_empty() && details.not_used.iter().any(|note| note.contains("about nobody")), "{details:?}");
    }
    let number = json!({ "identifier": { "system": NHS, "value": NUMBERS[0] } });
    let own = entry(
        "Observation",
        "o",
        json!({ "status": "final", "code": { "coding": [{ "system": HPO, "code": "HP:0001250" }] }, "subject": number }),
    );
    assert_eq!(details(&order_with(&[own])).features.len(), 1);
}

#[test]
fn two_orders_under_one_number_are_refused_and_under_two_systems_are_two() {
    let mut order = order_with(&[request("s", to("Patient", "p"))]);
    order["entry"][2]["resource"]["identifier"] = json!([{ "system": "https://epr.example/order", "value": "N-r" }]);
    refused(&order, "Two orders of the bundle have the number N-r");
    order["entry"][2]["resource"]["identifier"][0]["system"] = json!("https://other.example/order");
    assert_eq!(read(&order).expect("two orders").orders.len(), 2);
}

#[test]
fn a_twin_is_born_on_the_same_day_and_an_identical_one_is_of_the_same_sex() {
    let twins = |code: &str, born: &str, gender: &str| {
        let mut twin = patient("twin", NUMBERS[1]);
        (twin["resource"]["birthDate"], twin["resource"]["gender"]) = (json!(born), json!(gender));
        let related = related("m", NUMBERS[1], to("Patient", "child"), code);
        bundle(&[patient("child", NUMBERS[0]), twin, related, request("c", to("Patient", "child")), request("m", to("Patient", "twin"))])
    };
    for (code, born, gender) in [("TWIN", "2018-03-05", "male"), ("ITWINSIS", "2018-03-04", "female"), ("NSIB", "2010-01-01", "male")] {
        assert_eq!(details(&twins(code, born, gender)).people.len(), 2, "{code}");
    }
    refused(&twins("TWIN", "2018-04-03", "female"), "was born on another day (2018-03-04 and 2018-04-03)");
    refused(&twins("ITWIN", "2018-03-04", "male"), "is a twin by this code and an identical one, of another sex");
    refused(&twins("GESTM", "1980-03-04", "female"), "This relationship is not known here");
}
