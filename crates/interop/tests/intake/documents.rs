//! What is stated: features, answers, specimens, documents, results; and what is left out by name.

use crate::bundle::{HPO, NHS, bundle, details, entry, order_with, patient, read, refused, request, to};
use interop::incoming_order::OrderDetails;
use serde_json::{Value, json};

fn observed(mut resource: Value) -> OrderDetails {
    resource["status"] = json!("final");
    resource["subject"] = to("Patient", "p");
    details(&order_with(&[entry("Observation", "o", resource)]))
}

fn hpo(code: &str) -> Value {
    json!({ "coding": [{ "system": HPO, "code": code }] })
}

fn features(details: &OrderDetails) -> Vec<String> {
    details.features.iter().map(|f| format!("{}{}", if f.absent { "not " } else { "" }, f.code.code)).collect()
}

#[test]
fn a_term_of_the_hpo_is_a_feature_as_question_or_as_answer() {
    assert_eq!(features(&observed(json!({ "code": hpo("HP:0001250") }))), ["HP:0001250"]);
    let twice =
        json!({ "coding": [{ "system": HPO, "code": "HP:0001250" }, { "code": "HP:0001263" }, { "system": HPO, "code": "HP:0001250" }] });
    assert_eq!(
        features(&observed(json!({ "code": { "text": "Phenotype" }, "valueCodeableConcept": twice }))),
        ["HP:0001250", "HP:0001263"]
    );
    let second = json!({ "coding": [{ "system": "http://snomed.info/sct", "code": "91175000" }, { "system": HPO, "code": "HP:0001250" }] });
    assert_eq!(features(&observed(json!({ "code": second }))), ["HP:0001250"]);
    let components = json!([{ "code": hpo("HP:0001250"), "valueBoolean": false }, { "code": hpo("HP:0001263"), "valueBoolean": true }]);
    assert_eq!(features(&observed(json!({ "code": { "text": "Phenotype" }, "component": components }))), ["not HP:0001250", "HP:0001263"]);
}

#[test]
fn an_answer_says_whether_a_feature_is_there_and_not_known_says_nothing() {
    let coded = |code: &str| json!({ "valueCodeableConcept": { "coding": [{ "code": code }] } });
    let answered = |mut answer: Value| {
        answer["code"] = hpo("HP:0001250");
        features(&observed(answer))
    };
    for no in ["260415000", "2667000", "373067005", "LA9634-2", "LA32-8", "N", "410516002"] {
        assert_eq!(answered(coded(no)), ["not HP:0001250"], "{no}");
    }
    for yes in ["52101004", "LA9633-4", "Y"] {
        assert_eq!(answered(coded(yes)), ["HP:0001250"], "{yes}");
    }
    for unknown in ["UNK", "261665006", "LA4489-6"] {
        assert!(answered(coded(unknown)).is_empty(), "{unknown}");
    }
    assert_eq!(answered(json!({ "valueString": "Absent" })), ["not HP:0001250"]);
    assert_eq!(answered(json!({ "valueCodeableConcept": { "text": "Not known" } })), Vec::<String>::new());
    assert_eq!(answered(json!({ "interpretation": [{ "coding": [{ "code": "NEG" }] }] })), ["not HP:0001250"]);
    assert!(answered(json!({ "dataAbsentReason": { "text": "not asked" } })).is_empty());
}

#[test]
fn a_value_is_kept_whole_whatever_its_type() {
    let quantity = |value: f64, unit: &str| json!({ "value": value, "unit": unit });
    for (value, expected) in [
        (json!({ "valueQuantity": { "value": 4.5, "comparator": "<", "code": "10*9/L" } }), "Count: <4.5 10*9/L"),
        (json!({ "valueRange": { "low": quantity(1.0, "mm"), "high": quantity(2.5, "mm") } }), "Count: 1.0 mm to 2.5 mm"),
        (json!({ "valueRatio": { "numerator": quantity(1.0, ""), "denominator": quantity(8.0, "") } }), "Count: 1.0 / 8.0"),
        (json!({ "valueInteger": 7 }), "Count: 7"),
        (json!({ "valueDateTime": "2026-01" }), "Count: 2026-01"),
        (json!({ "valuePeriod": { "start": "2020", "end": "2021" } }), "Count: 2020 to 2021"),
        (json!({ "valueBoolean": true }), "Count: yes"),
        (json!({ "valueString": "high" }), "Count: high"),
        (
            json!({ "component": [{ "code": { "text": "left" }, "valueInteger": 3 }], "note": [{ "text": "by eye" }] }),
            "Count; left: 3; by eye",
        ),
    ] {
        let mut value = value;
        value["code"] = json!({ "text": "Count" });
        assert_eq!(observed(value).notes, [expected]);
    }
}

#[test]
fn a_specimen_keeps_its_labels_and_when_it_was_collected() {
    let specimen = entry(
        "Specimen",
        "s",
        json!({
            "type": { "text": "Blood" },
            "identifier": [{ "value": "BAR-9" }],
            "accessionIdentifier": { "value": "ACC-55" },
            "container": [{ "identifier": [{ "value": "TUBE-1" }] }],
            "collection": { "collectedPeriod": { "start": "2026-11-01T09:30:00Z" } },
            "subject": to("Patient", "p"),
        }),
    );
    let details = details(&order_with(&[specimen]));
    assert_eq!(details.specimens[0].label(), "Blood, BAR-9, TUBE-1, ACC-55");
    assert_eq!(details.specimens[0].collected, "2026-11-01T09:30:00Z");
}

#[test]
fn what_is_referred_to_and_not_there_is_a_note_or_named() {
    let mut order = order_with(&[entry("CarePlan", "c", json!({}))]);
    let request = &mut order["entry"][1]["resource"];
    request["supportingInfo"] = json!([{ "display": "WCC 3" }, { "reference": "Observation/5" }]);
    request["reasonReference"] = json!([{ "reference": "Condition/x" }]);
    request["reasonCode"] = json!([{ "text": "Fits since birth", "coding": [{ "system": HPO, "code": "HP:0001250" }] }]);
    request["patientInstruction"] = json!("fast");
    request["bodySite"] = json!([{ "text": "arm" }]);
    let details = details(&order);
    assert_eq!(details.notes, ["Fits since birth", "Instruction for the patient: fast", "Supporting information: WCC 3"]);
    assert_eq!(features(&details), ["HP:0001250"]);
    for named in
        ["supportingInfo[1]: 'Observation/5'", "reasonReference[0]: 'Condition/x'", "bodySite", "ofType(CarePlan) is kept with the message"]
    {
        assert!(details.not_used.iter().any(|note| note.contains(named)), "{named}: {:?}", details.not_used);
    }
}

#[test]
fn the_order_form_comes_along_as_a_document() {
    let pdf = "JVBERi0xLjQ=";
    let reference = |attachment: Value| {
        entry(
            "DocumentReference",
            "d",
            json!({ "status": "current", "subject": to("Patient", "p"), "description": "Order form", "content": [{ "attachment": attachment }] }),
        )
    };
    let inside = details(&order_with(&[reference(json!({ "contentType": "application/pdf", "data": pdf }))]));
    assert_eq!((inside.documents[0].title.as_str(), inside.documents[0].content.as_slice()), ("Order form", &b"%PDF-1.4"[..]));
    let binary = entry("Binary", "b", json!({ "contentType": "application/pdf", "data": pdf }));
    let beside = details(&order_with(&[reference(json!({ "url": "urn:uuid:Binary-b" })), binary]));
    assert_eq!(beside.documents, inside.documents);
    for (attachment, says) in [
        (json!({ "url": "https://elsewhere/1" }), "which is not fetched"),
        (json!({ "data": "%%%" }), "is no base64"),
        (json!({ "contentType": "application/pdf", "data": "QQ==" }), "that is no PDF"),
        (json!({}), "holds no document"),
    ] {
        let details = details(&order_with(&[reference(attachment)]));
        assert!(details.documents.is_empty() && details.not_used.iter().any(|note| note.contains(says)), "{says}: {:?}", details.not_used);
    }
}

#[test]
fn the_answers_of_a_record_of_discussion_are_read() {
    let form = |research: bool, number: &str| {
        entry(
            "QuestionnaireResponse",
            "q",
            json!({
                "status": "completed",
                "subject": to("Patient", "p"),
                "questionnaire": "https://fhir.nhs.uk/Questionnaire/RoD",
                "item": [{ "linkId": "g", "item": [
                    { "linkId": "nhs_Number", "answer": [{ "valueString": number }] },
                    { "linkId": "researchConfirmation1", "answer": [{ "valueBoolean": true }] },
                    { "linkId": "researchConfirmation2", "answer": [{ "valueBoolean": research }] },
                    { "linkId": "patientSignature", "answer": [{ "valueString": "Ada" }] },
                    { "linkId": "q1", "text": "Which features?", "answer": [{ "valueCoding": { "system": HPO, "code": "HP:0001250" } }] },
                    { "linkId": "q2", "text": "Anything else?", "answer": [{ "valueString": "no" }] },
                ] }],
            }),
        )
    };
    for research in [true, false] {
        let details = details(&order_with(&[form(research, "999 000 0018")]));
        let discussion = details.people[0].discussion.clone().expect("a record of discussion");
        assert_eq!((discussion.test, discussion.research), (Some(true), Some(research)));
        assert_eq!((features(&details), details.notes), (vec!["HP:0001250".to_owned()], vec!["Anything else: no".to_owned()]));
    }
    let details = details(&order_with(&[form(true, "9990000026")]));
    assert!(details.people[0].discussion.is_none() && details.features.is_empty(), "the form of somebody else");
}

#[test]
fn who_asks_is_found_in_the_bundle_inside_the_request_or_by_number() {
    let ods = json!({ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RP4" });
    let asks = |requester: Value, more: &[Value], contained: Value| {
        let mut order = order_with(more);
        order["entry"][1]["resource"]["requester"] = requester;
        order["entry"][1]["resource"]["contained"] = contained;
        let details = details(&order);
        (details.requester, details.organisation)
    };
    let whole = ("Dr Ada Stone".to_owned(), Some("RP4".to_owned()));
    let parts = [
        entry("Practitioner", "x", json!({ "name": [{ "prefix": ["Dr"], "given": ["Ada"], "family": "Stone" }] })),
        entry("Organization", "y", json!({ "identifier": [{ "system": "https://x/local", "value": "7" }, ods] })),
        entry("PractitionerRole", "z", json!({ "practitioner": to("Practitioner", "x"), "organization": to("Organization", "y") })),
    ];
    assert_eq!(asks(to("PractitionerRole", "z"), &parts, json!([])), whole);
    let role = json!({ "resourceType": "PractitionerRole", "id": "in", "practitioner": { "display": "Dr Ada Stone" }, "organization": { "identifier": ods } });
    assert_eq!(asks(json!({ "reference": "#in" }), &[], json!([role])), whole);
    assert_eq!(asks(json!({ "display": "Dr Ada Stone", "identifier": ods }), &[], json!([])), whole);
}

#[test]
fn a_result_has_its_values_its_document_and_the_number_of_its_order() {
    let observation = |id: &str, status: &str, value: &str| {
        entry(
            "Observation",
            id,
            json!({ "status": status, "code": { "coding": [{ "code": "51968-6", "display": "Overall" }] }, "subject": to("Patient", "p"), "valueString": value }),
        )
    };
    let report = entry(
        "DiagnosticReport",
        "d",
        json!({
            "identifier": [{ "value": "LAB-7" }],
            "status": "amended",
            "subject": to("Patient", "p"),
            "basedOn": [{ "identifier": { "system": "https://fhir.nhs.uk/Id/GMSOrder", "value": "GMS-26-0001" } }],
            "code": { "text": "Genetic report" },
            "issued": "2026-11-20T09:00:00Z",
            "performer": [{ "display": "Another laboratory" }],
            "result": [to("Observation", "a"), to("Observation", "b"), { "reference": "Observation/none" }],
            "conclusion": "Pathogenic variant found",
            "presentedForm": [{ "contentType": "application/pdf", "data": "JVBERi0xLjQ=", "title": "Report" }],
        }),
    );
    let mut read = read(&bundle(&[
        patient("p", "9990000018"),
        report,
        observation("a", "final", "Positive"),
        observation("b", "entered-in-error", "Negative"),
    ]))
    .expect("read");
    let result = read.results.remove(0);
    assert_eq!((result.number.as_str(), result.filler.as_str(), result.status.as_str()), ("GMS-26-0001", "LAB-7", "amended"));
    let values: Vec<_> = result.values.iter().map(|v| format!("{} = {}", v.name, v.value)).collect();
    assert_eq!(values, ["Conclusion = Pathogenic variant found", "Overall = Positive"]);
    assert_eq!(
        (result.documents[0].title.as_str(), result.laboratory.as_str(), result.person.family_name.as_str()),
        ("Report", "Another laboratory", "p")
    );
    assert_eq!(result.not_used.len(), 2, "{:?}", result.not_used);
}

#[test]
fn a_change_names_the_order_as_the_service_gave_it_out() {
    let mut order = bundle(&[patient("p", "9990000018"), request("r", to("Patient", "p"))]);
    order["entry"][1]["request"] = json!({ "method": "PUT", "url": "ServiceRequest/018f0000-0000-7000-8000-000000000001" });
    crate::bundle::refused(&order, "Provenance");
    order["entry"][1]["request"]["url"] = json!("ServiceRequest?identifier=https://epr.example/order|N-r");
    assert_eq!(read(&order).expect("made or kept").orders[0].number, "N-r");
}

/// A tube of somebody, made of others.
fn tube(id: &str, who: &Value, parents: &[Value]) -> Value {
    let number = json!([{ "system": "https://epr.example/tube", "value": format!("T-{id}") }]);
    entry("Specimen", id, json!({ "status": "available", "subject": who, "identifier": number, "parent": parents }))
}

#[test]
fn a_specimen_that_is_pooled_from_two_people_is_refused_by_name() {
    let [own, other] = ["p", "brother"].map(|id| to("Patient", id));
    let brother = || patient("brother", "9990000026");
    let from = |id: &str| to("Specimen", id);
    let pool = tube("pool", &own, &[from("a"), from("b")]);
    let further = tube("further", &own, &[from("pool")]);
    let with = |more: &[Value]| order_with(&[&[brother(), tube("a", &own, &[]), tube("b", &other, &[])][..], more].concat());
    refused(&with(std::slice::from_ref(&pool)), "is pooled from specimens of Ada p and Ada brother");
    refused(&with(&[further, pool]), "entry[5].resource.ofType(Specimen).parent");
    refused(&with(&[tube("c", &own, &[from("b")])]), "is stated as that of Ada p and is made of one of Ada brother");
    let group = entry("Group", "g", json!({ "type": "person", "actual": true, "member": [{ "entity": own }, { "entity": other }] }));
    refused(&with(&[group, tube("d", &to("Group", "g"), &[])]), "is of a group, Ada p and Ada brother");
    // By numbers alone, and in a circle.
    let number = |value: &str| json!({ "identifier": { "system": NHS, "value": value } });
    let by_number = [tube("a", &number("9990000018"), &[from("pool")]), tube("b", &number("9990000026"), &[])];
    let pool = tube("pool", &own, &[from("a"), from("b")]);
    refused(&order_with(&[&by_number[..], &[pool]].concat()), "is pooled from specimens of");
}

#[test]
fn a_pool_of_one_person_is_theirs_and_of_unknown_tubes_nobody_says_that_they_are_of_two() {
    let own = to("Patient", "p");
    let by_number = json!({ "identifier": { "system": NHS, "value": "9990000018" } });
    let parents = [to("Specimen", "a"), to("Specimen", "b")];
    let of_one = [tube("a", &own, &[]), tube("b", &by_number, &[]), tube("pool", &own, &parents)];
    let found = details(&order_with(&of_one));
    assert_eq!(found.specimens.len(), 3, "{:?}", found.not_used);
    let outside = [json!({ "reference": "Specimen/901" }), json!({ "identifier": { "system": "https://lab.example", "value": "L-902" } })];
    let found = details(&order_with(&[tube("pool", &own, &outside)]));
    assert_eq!(found.specimens.len(), 1);
    let note = found.not_used.iter().find(|note| note.contains("is made of")).expect("a note");
    assert!(note.contains("Specimen/901 and L-902, which the bundle does not hold") && !note.contains("two people"), "{note}");
}
