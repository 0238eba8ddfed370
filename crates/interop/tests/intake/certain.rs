//! Nothing is taken for more certain than it was sent: answers in words, what has ended, permissions with a proviso, elements of
//! another shape.

use crate::bundle::{HPO, NHS, bundle, details, entry, order_with, patient, refused, related, request, to};
use serde_json::{Value, json};

fn seizure() -> Value {
    json!({ "coding": [{ "system": HPO, "code": "HP:0001250", "display": "Seizure" }] })
}

/// How a feature stands in the order: there, absent, or in words.
fn reading_of(resource: Value) -> String {
    let details = details(&order_with(&[resource]));
    match details.features.first() {
        Some(feature) => if feature.absent { "absent" } else { "present" }.to_owned(),
        None => details.notes.join("; "),
    }
}

fn answered(name: &str, value: Value) -> String {
    let mut observation = entry("Observation", "o", json!({ "status": "final", "code": seizure(), "subject": to("Patient", "p") }));
    observation["resource"][name] = value;
    reading_of(observation)
}

#[test]
fn an_answer_in_words_that_denies_or_doubts_is_no_feature() {
    for (words, expected) in [
        ("No", "absent"),
        ("Severe", "present"),
        ("Yes, without fever", "present"),
        ("No evidence of seizures", "Seizure (HP:0001250): No evidence of seizures"),
        ("Denies", "Seizure (HP:0001250): Denies"),
        ("?absences", "Seizure (HP:0001250): ?absences"),
    ] {
        assert_eq!(answered("valueString", json!(words)), expected, "{words}");
        assert_eq!(answered("valueCodeableConcept", json!({ "text": words })), expected, "{words}");
        let component = json!([{ "code": seizure(), "valueCodeableConcept": { "text": words } }]);
        let answer = entry("Observation", "o", json!({ "status": "final", "code": { "text": "Form" }, "component": component }));
        assert_eq!(reading_of(answer), expected, "{words}");
    }
    let refuted =
        json!({ "coding": [{ "system": "http://snomed.info/sct", "code": "723511001", "display": "Refuted (qualifier value)" }] });
    assert_eq!(answered("valueCodeableConcept", refuted), "Seizure (HP:0001250): Refuted (qualifier value)");
    assert_eq!(answered("valueInteger", json!(0)), "Seizure (HP:0001250): 0");
    assert_eq!(answered("valueBoolean", json!(true)), "present");
    assert_eq!(answered("valueBoolean", json!(false)), "absent");
}

#[test]
fn a_feature_that_answers_a_question_is_what_the_question_says() {
    for (question, expected) in [
        ("Phenotype", "present"),
        ("Pertinent negatives", "absent"),
        ("Differential diagnosis", "Seizure (HP:0001250): Differential diagnosis"),
        ("Family history of", "Seizure (HP:0001250): Family history of"),
    ] {
        let value =
            json!({ "status": "final", "code": { "text": question }, "subject": to("Patient", "p"), "valueCodeableConcept": seizure() });
        assert_eq!(reading_of(entry("Observation", "o", value)), expected, "{question}");
        let coding = json!({ "system": HPO, "code": "HP:0001250", "display": "Seizure" });
        let item = json!([{ "linkId": "1", "text": question, "answer": [{ "valueCoding": coding }] }]);
        let form = json!({ "status": "completed", "subject": to("Patient", "p"), "item": item });
        assert_eq!(reading_of(entry("QuestionnaireResponse", "q", form)), expected, "{question}");
        let term = json!([{ "linkId": "2", "text": "Term", "answer": [{ "valueCoding": coding }] }]);
        let below = json!([{ "linkId": "1", "text": question, "item": term }]);
        let form = json!({ "status": "completed", "subject": to("Patient", "p"), "item": below });
        assert_eq!(reading_of(entry("QuestionnaireResponse", "q", form)), expected, "a heading: {question}");
    }
}

#[test]
fn what_is_said_beside_a_feature_of_whether_it_is_there_counts() {
    let coded = |code: &str, display: &str| json!({ "system": "http://snomed.info/sct", "code": code, "display": display });
    let absent = json!([{ "code": { "text": "Presence" }, "valueCodeableConcept": { "coding": [coded("2667000", "Absent")] } }]);
    assert_eq!(answered("component", absent.clone()), "absent");
    let as_answer = json!({
        "status": "final", "code": { "text": "Phenotype" }, "subject": to("Patient", "p"),
        "valueCodeableConcept": seizure(), "component": absent,
    });
    assert_eq!(reading_of(entry("Observation", "o", as_answer)), "absent");
    let form = |item: Value| {
        let form =
            json!({ "status": "completed", "subject": to("Patient", "p"), "item": [{ "linkId": "g", "text": "Phenotype", "item": item }] });
        let details = details(&order_with(&[entry("QuestionnaireResponse", "q", form)]));
        details.features.iter().map(|feature| (feature.code.code.clone(), feature.absent)).collect::<Vec<_>>()
    };
    let term = |code: &str, beside: Value| {
        let answer = json!([{ "valueCoding": { "system": HPO, "code": code }, "item": beside }]);
        json!({ "linkId": code, "text": "HPO term", "answer": answer })
    };
    let is_there = |answer: Value| json!({ "linkId": "s", "text": "Present?", "answer": [answer] });
    let (no, yes) = (json!({ "valueBoolean": false }), json!({ "valueBoolean": true }));
    let seizure = ("HP:0001250".to_owned(), true);
    assert_eq!(form(json!([term("HP:0001250", json!([is_there(no.clone())]))])), std::slice::from_ref(&seizure), "below it");
    assert_eq!(form(json!([term("HP:0001250", json!([])), is_there(no.clone())])), [seizure], "in its group");
    assert_eq!(form(json!([term("HP:0001250", json!([])), is_there(yes)])), [("HP:0001250".to_owned(), false)]);
    let several = json!([term("HP:0001250", json!([])), term("HP:0001252", json!([])), is_there(no)]);
    assert!(form(several).is_empty(), "of which is not said");
}

#[test]
fn a_feature_of_somebody_else_than_the_subject_is_no_feature_of_the_patient() {
    assert_eq!(answered("valueString", json!("in sister")), "Seizure (HP:0001250): in sister");
    let fetus = "Seizure (HP:0001250): said of the fetus and not of the patient";
    assert_eq!(answered("focus", json!([{ "reference": "Patient/other", "display": "the fetus" }])), fetus);
    assert_eq!(answered("focus", json!([to("Patient", "p")])), "present");
    assert_eq!(answered("focus", json!([{ "identifier": { "value": "Spec123456" } }])), "present");
}

#[test]
fn a_condition_or_a_reason_in_words_that_leave_it_open_is_no_feature() {
    for (beside, expected) in [
        ("Seizure", "present"),
        ("Fits since birth", "present"),
        ("?Seizure", "Seizure (HP:0001250): ?Seizure"),
        ("Family history of seizures", "Seizure (HP:0001250): Family history of seizures"),
        ("No seizures", "Seizure (HP:0001250): No seizures"),
    ] {
        let mut code = seizure();
        code["text"] = json!(beside);
        let condition = entry("Condition", "c", json!({ "code": code, "subject": to("Patient", "p") }));
        assert_eq!(reading_of(condition), expected, "{beside}");
        let mut order = request("s", to("Patient", "p"));
        order["resource"]["reasonCode"] = json!([code]);
        let details = details(&bundle(&[patient("p", "9991000046"), order]));
        assert_eq!(details.features.is_empty(), expected != "present", "{beside}");
        assert!(details.notes.contains(&beside.to_owned()), "{beside}: {:?}", details.notes);
    }
    let suspected = json!({ "text": "Suspected Dravet syndrome", "coding": [{ "system": "http://snomed.info/sct", "code": "230437002" }] });
    let condition = json!({ "code": suspected, "evidence": [{ "code": [seizure()] }], "subject": to("Patient", "p") });
    let details = details(&order_with(&[entry("Condition", "c", condition)]));
    assert!(details.features.iter().any(|feature| feature.code.code == "HP:0001250" && !feature.absent), "evidence is seen");
}

#[test]
fn a_condition_that_has_ended_at_whatever_time_is_history() {
    for (name, value) in [
        ("abatementDateTime", json!("2020")),
        ("abatementAge", json!({ "value": 3, "unit": "a" })),
        ("abatementString", json!("in childhood")),
        ("abatementPeriod", json!({ "end": "2020" })),
        ("abatementRange", json!({})),
        ("abatementBoolean", json!(true)),
    ] {
        let mut condition = entry("Condition", "c", json!({ "code": seizure(), "subject": to("Patient", "p") }));
        condition["resource"][name] = value;
        assert_eq!(reading_of(condition), "History of: Seizure (HP:0001250)", "{name}");
    }
}

/// What a consent permits of research, and of the test.
fn permits(change: impl FnOnce(&mut Value)) -> (Option<bool>, Option<bool>) {
    let provision = json!({ "type": "permit", "purpose": [{ "code": "HRESCH" }] });
    let mut consent = entry(
        "Consent",
        "c",
        json!({
            "status": "active", "patient": to("Patient", "p"), "provision": provision, "policy": [{ "uri": "https://x/record-of-discussion" }],
        }),
    );
    change(&mut consent["resource"]);
    let details = details(&order_with(&[consent]));
    details.people[0].discussion.as_ref().map_or((None, None), |discussion| (discussion.research, discussion.test))
}

#[test]
fn a_consent_with_a_proviso_that_is_not_understood_permits_nothing() {
    assert_eq!(permits(|_| {}), (Some(true), Some(true)));
    let nothing: [(&str, Value); 8] = [
        ("period", json!({ "end": "2020" })),
        ("decision", json!("deny")),
        ("dateTime", json!("2031-01-01")),
        ("verification", json!([{ "verified": true }, { "verified": false }])),
        ("verification", json!([{}])),
        ("modifierExtension", json!([{ "url": "https://x/not" }])),
        ("provision", json!({ "type": "permit", "purpose": [{ "code": "HRESCH" }], "modifierExtension": [{ "url": "https://x/not" }] })),
        (
            "provision",
            json!({ "type": "permit", "purpose": [{ "code": "HRESCH" }], "data": [{ "reference": { "reference": "Observation/9" } }] }),
        ),
    ];
    for (name, value) in nothing {
        assert_eq!(permits(|consent| consent[name] = value.clone()), (None, None), "{name}: {value}");
    }
    for narrow in ["actor", "class", "expression", "resourceType"] {
        let research = permits(|consent| consent["provision"][narrow] = json!([{}])).0;
        assert_eq!(research, None, "{narrow}");
    }
    let of_the_order = json!([{ "meaning": "instance", "reference": to("ServiceRequest", "r") }]);
    assert_eq!(permits(|consent| consent["provision"]["data"] = of_the_order).0, Some(true));
}

#[test]
fn what_has_another_shape_or_rules_of_its_own_is_refused_by_its_place() {
    let with = |nth: usize, name: &str, value: Value| {
        let mut order = order_with(&[]);
        order["entry"][nth]["resource"][name] = value;
        order
    };
    refused(&with(0, "identifier", json!({ "system": NHS, "value": "9990000018" })), "Patient).identifier: It is a list in FHIR");
    refused(&with(0, "active", json!("false")), "Patient).active: It is true or false");
    refused(&with(0, "implicitRules", json!("https://x")), "Patient).implicitRules: It may change");
    refused(&with(1, "note", json!(["now seizing"])), "ServiceRequest).note: It is a list in FHIR");
    refused(&with(1, "reasonCode", seizure()), "ServiceRequest).reasonCode: It is a list");
    refused(&with(1, "modifierExtension", json!({ "url": "x" })), "ServiceRequest).modifierExtension");
    let mut order = order_with(&[]);
    order["implicitRules"] = json!("https://x");
    refused(&order, "Bundle.implicitRules");
    let mut order = order_with(&[]);
    order["entry"] = json!({ "0": order["entry"][0] });
    refused(&order, "Bundle.entry: It is a list");
    refused(&order_with(&[json!({ "resource": { "id": "x" } })]), "Bundle.entry[2].resource: The resource has no resourceType");
    let header = |id: &str| entry("MessageHeader", id, json!({ "eventCoding": { "code": "O21" } }));
    refused(&order_with(&[header("a"), header("b")]), "A message has one MessageHeader");
}

#[test]
fn who_is_described_twice_or_is_perhaps_a_relative_is_refused() {
    let mut other = patient("q", "9990000018");
    refused(&order_with(&[other.clone()]), "Another Patient of the bundle has the same NHS number");
    other["resource"]["name"][0]["family"] = json!("P");
    assert_eq!(details(&order_with(&[other])).people.len(), 1, "the same, in another case");
    let mut ended = related("m", "9990000026", to("Patient", "child"), "NMTH");
    ended["resource"]["active"] = json!(false);
    let family = [
        patient("child", "9990000018"),
        patient("mother", "9990000026"),
        request("c", to("Patient", "child")),
        request("m", to("Patient", "mother")),
        ended,
    ];
    refused(&bundle(&family), "This RelatedPerson is not in use");
}

#[test]
fn what_is_sent_to_try_the_exchange_and_a_number_that_is_not_verified_are_marked() {
    let mut order = order_with(&[]);
    assert!(!details(&order).is_test);
    order["entry"][0]["resource"]["meta"] = json!({ "security": [{ "code": "HTEST" }] });
    let status = json!([{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": { "coding": [{ "code": "number-present-but-not-traced" }] } }]);
    order["entry"][0]["resource"]["identifier"][0]["extension"] = status;
    let read = details(&order);
    assert!(read.is_test && read.not_used.iter().any(|note| note.contains("has not verified this NHS number")), "{:?}", read.not_used);
}

#[test]
fn a_result_has_the_members_of_a_panel_what_a_value_means_and_the_document_beside_it_and_names_what_belongs_to_nothing() {
    let observation = |id: &str, more: Value| {
        let mut observation = entry("Observation", id, json!({ "status": "final", "code": { "text": id }, "subject": to("Patient", "p") }));
        for (name, value) in more.as_object().expect("elements") {
            observation["resource"][name] = value.clone();
        }
        observation
    };
    let report = json!({
        "status": "final", "subject": to("Patient", "p"), "identifier": [{ "value": "L-1" }], "code": { "text": "Panel" },
        "result": [to("Observation", "panel")],
    });
    let pdf = json!([{ "attachment": { "contentType": "application/pdf", "data": "JVBERi0=", "title": "Report" } }]);
    let document = json!({ "status": "current", "subject": to("Patient", "p"), "content": pdf });
    let bundle = bundle(&[
        patient("p", "9990000018"),
        entry("DiagnosticReport", "d", report),
        observation("panel", json!({ "hasMember": [to("Observation", "one"), to("Observation", "two"), to("Observation", "panel")] })),
        observation("one", json!({ "valueString": "c.1A>G", "interpretation": [{ "text": "Pathogenic" }] })),
        observation("two", json!({ "interpretation": [{ "coding": [{ "code": "NEG", "display": "Negative" }] }] })),
        observation("stray", json!({ "valueString": "12" })),
        entry("DocumentReference", "f", document),
    ]);
    let result = crate::bundle::read(&bundle).expect("read").results.remove(0);
    let values: Vec<String> = result.values.iter().map(|value| format!("{}: {}", value.name, value.value)).collect();
    assert_eq!(values, ["one: c.1A>G; Pathogenic", "two: Negative"]);
    assert_eq!(result.documents.len(), 1);
    assert_eq!(result.not_used, ["Bundle.entry[5].resource.ofType(Observation) belongs to no report of the bundle, so it was not read"]);
}

#[test]
fn a_result_is_as_sure_as_its_least_sure_part_and_says_of_whom_it_is() {
    let finding = json!({
        "status": "preliminary", "code": { "text": "Finding" }, "subject": to("Patient", "p"), "valueString": "c.1A>G",
        "focus": [{ "reference": "Patient/other", "display": "the fetus" }],
    });
    let order = |number: &str| json!({ "identifier": { "system": "https://fhir.nhs.uk/Id/GMSOrder", "value": number } });
    let report = json!({
        "status": "final", "subject": to("Patient", "p"), "identifier": [{ "value": "L-2" }], "code": { "text": "WGS" },
        "basedOn": [order("OG-1"), order("OG-2")], "result": [to("Observation", "o")],
    });
    let bundle = bundle(&[patient("p", "9990000018"), entry("DiagnosticReport", "d", report), entry("Observation", "o", finding)]);
    let result = crate::bundle::read(&bundle).expect("read").results.remove(0);
    assert_eq!((result.status.as_str(), result.number.as_str()), ("preliminary", "OG-1"));
    assert_eq!(result.values[0].name, "Finding (of the fetus)");
    assert!(result.not_used.iter().any(|note| note.contains("further orders (OG-2)")), "{:?}", result.not_used);
    assert!(result.beside.is_empty() && result.version.is_unknown(), "{result:?}");
}

#[test]
fn an_order_that_is_named_by_reference_stands_beside_the_one_that_is_named_by_identifier() {
    const NAME: &str = "018f0000-0000-7000-8000-000000000001";
    let report = |based_on: Value| {
        let report = json!({
            "status": "final", "subject": to("Patient", "p"), "identifier": [{ "value": "L-2" }], "code": { "text": "WGS" },
            "basedOn": based_on, "conclusion": "46,XX", "issued": "2026-11-30T10:00:00Z", "meta": { "lastUpdated": "2026-12-01T10:00:00Z" },
        });
        let bundle = bundle(&[patient("p", "9990000018"), entry("DiagnosticReport", "d", report)]);
        crate::bundle::read(&bundle).expect("read").results.remove(0)
    };
    let identifier = json!({ "system": "https://fhir.nhs.uk/Id/GMSOrder", "value": "OG-1" });
    let name = format!("ServiceRequest/{NAME}");
    for based_on in [
        json!([{ "reference": name, "identifier": identifier }]),
        json!([{ "reference": format!("https://gms.example/fhir/{name}/_history/2"), "identifier": identifier }]),
        json!([{ "identifier": identifier }, { "reference": name }]),
    ] {
        let result = report(based_on.clone());
        let mut named = [vec![result.number], result.beside].concat();
        named.sort();
        assert_eq!(named, [NAME, "OG-1"], "{based_on}");
    }
    let result = report(json!([{ "reference": "ServiceRequest/7", "identifier": identifier }]));
    assert!(result.beside.is_empty(), "a name of the sender's own: {result:?}");
    assert_eq!(result.version.label(), "issued 30 November 2026, 10:00 UTC");
    assert_eq!(result.version.written.expect("a moment").from.to_string(), "2026-12-01T10:00:00Z");
}
