//! What servers and integration engines send in earnest: whole profiles, everything contained, large bundles, and bodies that are damaged.

use crate::bundle::{HPO, NHS, TODAY, bundle, details, entry, order_with, patient, read, refused, request, to};
use interop::{fhir::intake::read_on, incoming_order::Person};
use serde_json::{Value, json};

const UK_CORE: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";

fn proband(order: &Value) -> Person {
    details(order).people.remove(0)
}

/// The name and the NHS number of whoever is tested.
fn named(order: &Value) -> [String; 2] {
    let person = proband(order);
    [person.family_name, person.nhs_number.map_or_else(String::new, |number| number.value)]
}

fn feature(id: &str, code: &str, subject: &Value) -> Value {
    let code = json!({ "coding": [{ "system": HPO, "code": code }] });
    entry("Observation", id, json!({ "status": "final", "code": code, "subject": subject, "valueBoolean": true }))
}

/// What a body of any bytes is refused with.
fn refused_body(body: &[u8], says: &str) {
    let faults = read_on(body, TODAY).expect_err("a fault");
    let text = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    assert!(text.contains(says), "{says}: {text}");
}

/// A Patient with every extension of UK Core 2.
fn uk_core_patient() -> Value {
    let coded = |name: &str, system: &str, code: &str| {
        let coding = json!([{ "system": format!("https://fhir.hl7.org.uk/CodeSystem/UKCore-{system}"), "code": code }]);
        json!({ "url": format!("{UK_CORE}-{name}"), "valueCodeableConcept": { "coding": coding } })
    };
    let verified = coded("NHSNumberVerificationStatus", "NHSNumberVerificationStatusEngland", "number-present-and-verified");
    json!({
        "meta": { "profile": ["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"], "versionId": "7" },
        "text": { "status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Miss Ada Lovelace-Bell</div>" },
        "extension": [
            { "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": { "city": "Leeds" } },
            coded("BirthSex", "BirthSex", "F"),
            { "url": format!("{UK_CORE}-CadavericDonor"), "valueBoolean": false },
            { "url": format!("{UK_CORE}-ContactPreference"), "extension": [{ "url": "preferredContactTimes", "valueString": "Mornings" }] },
            { "url": format!("{UK_CORE}-DeathNotificationStatus"), "extension": [{ "url": "systemEffectiveDate", "valueDateTime": "2026" }] },
            coded("EthnicCategory", "EthnicCategoryEngland", "A"),
            coded("ResidentialStatus", "ResidentialStatus", "H"),
            coded("TreatmentCategory", "TreatmentCategory", "01"),
            { "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": true },
        ],
        "identifier": [
            { "extension": [verified], "use": "official", "system": NHS, "value": "999 000 0018", "period": { "start": "2018-03-04" } },
            { "use": "usual", "system": "https://trust.example/mrn", "value": "H-1", "assigner": { "identifier": { "system": ODS, "value": "RP4" } } },
        ],
        "active": true,
        "name": [{ "use": "official", "prefix": ["Miss"], "given": ["Ada", "May"], "family": "Lovelace-Bell", "period": { "start": "2018" } }],
        "telecom": [{ "system": "phone", "value": "01130000000", "use": "home", "rank": 1 }],
        "gender": "female",
        "birthDate": "2018-03-04",
        "_birthDate": { "extension": [{ "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "2018-03-04T03:04:00Z" }] },
        "deceasedBoolean": false,
        "address": [{ "use": "home", "line": ["1 High Street"], "postalCode": "LS1 1AA" }],
        "maritalStatus": { "coding": [{ "code": "S" }] },
        "multipleBirthBoolean": false,
        "contact": [{ "relationship": [{ "coding": [{ "code": "MTH" }] }], "name": { "family": "Bell" } }],
        "communication": [{ "language": { "coding": [{ "code": "cy" }] }, "preferred": true }],
        "generalPractitioner": [{ "identifier": { "system": ODS, "value": "A20047" } }],
        "managingOrganization": { "identifier": { "system": ODS, "value": "RP4" } },
        "link": [{ "other": { "reference": "RelatedPerson/mother" }, "type": "seealso" }],
    })
}

#[test]
fn a_whole_patient_of_uk_core_is_who_it_says() {
    let mut whole = patient("p", "9990000018");
    whole["resource"].as_object_mut().expect("an object").extend(uk_core_patient().as_object().expect("an object").clone());
    let person = proband(&bundle(&[whole, request("r", to("Patient", "p"))]));
    assert_eq!((person.family_name.as_str(), person.given_name.as_str()), ("Lovelace-Bell", "Ada May"));
    assert_eq!(person.nhs_number.map(|number| number.value).as_deref(), Some("9990000018"));
    assert_eq!(person.hospital_numbers.iter().map(|number| number.value.as_str()).collect::<Vec<_>>(), ["H-1"]);
    assert_eq!((person.birth_date.value.as_str(), person.death_date), ("2018-03-04", None), "alive, and the day without its time");
    assert!(person.former_names.is_empty() && !person.is_fetus);
}

#[test]
fn what_is_said_to_be_unknown_or_estimated_is_no_date_of_birth() {
    let mut unknown = order_with(&[]);
    let absent = json!([{ "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }]);
    unknown["entry"][0]["resource"]["birthDate"] = Value::Null;
    unknown["entry"][0]["resource"]["_birthDate"] = json!({ "extension": absent });
    assert!(read(&unknown).is_err() || proband(&unknown).birth_date.value.is_empty());
    let mut timed = order_with(&[]);
    timed["entry"][0]["resource"]["birthDate"] = json!("2018-03-04T00:00:00Z");
    refused(&timed, "is no whole date of birth");
}

#[test]
fn names_of_every_script_are_kept_as_they_are_written() {
    for (family, given) in [("Ó Súilleabháin", "Róisín"), ("الحسن", "مريم"), ("王", "小明"), ("Nguyễn", "Thị Ánh"), ("O’Brien", "Zoë")]
    {
        let mut order = order_with(&[]);
        order["entry"][0]["resource"]["name"] = json!([{ "family": family, "given": [given] }]);
        let person = proband(&order);
        assert_eq!((person.family_name.as_str(), person.given_name.as_str()), (family, given));
    }
}

#[test]
fn an_order_that_contains_everything_is_read_from_within() {
    let mut order = bundle(&[request("r", json!({ "reference": "#pat" }))]);
    let mut pat = patient("pat", "9990000018")["resource"].clone();
    pat["id"] = json!("pat");
    order["entry"][0]["resource"]["requester"] = json!({ "reference": "#role" });
    order["entry"][0]["resource"]["specimen"] = json!([{ "reference": "#spec" }]);
    order["entry"][0]["resource"]["contained"] = json!([
        pat,
        { "resourceType": "PractitionerRole", "id": "role", "practitioner": { "reference": "#doc" }, "organization": { "reference": "#org" } },
        { "resourceType": "Practitioner", "id": "doc", "name": [{ "family": "Stone", "given": ["Ada"], "prefix": ["Dr"] }] },
        { "resourceType": "Organization", "id": "org", "identifier": [{ "system": ODS, "value": "RP4" }] },
        {
            "resourceType": "Specimen", "id": "spec", "status": "available", "type": { "text": "EDTA blood" }, "subject": { "reference": "#pat" },
            "identifier": [{ "value": "BAR-1" }],
        },
    ]);
    let found = details(&order);
    assert_eq!((found.people[0].family_name.as_str(), found.requester.as_str()), ("pat", "Dr Ada Stone"));
    assert_eq!(found.organisation.as_deref(), Some("RP4"));
    assert_eq!(found.specimens.first().map(|specimen| specimen.labels.clone()), Some(vec!["BAR-1".to_owned()]));
}

#[test]
fn what_is_contained_in_another_resource_is_not_the_patient_of_this_one() {
    let mut order = bundle(&[request("r", json!({ "reference": "#pat" })), request("s", to("Patient", "q")), patient("q", "9990000026")]);
    let mut pat = patient("pat", "9990000018")["resource"].clone();
    pat["id"] = json!("pat");
    order["entry"][1]["resource"]["contained"] = json!([pat]);
    refused(&order, "'#pat'");
}

#[test]
fn names_of_a_transaction_are_the_same_in_large_and_small_letters() {
    let name = "urn:uuid:0A1B2C3D-4E5F-4A6B-8C7D-9E8F7A6B5C4D";
    let mut order = order_with(&[]);
    order["entry"][0]["fullUrl"] = json!(name);
    order["entry"][1]["resource"]["subject"] = json!({ "reference": name.to_lowercase() });
    assert_eq!(named(&order), ["p", "9990000018"]);
}

#[test]
fn a_conditional_reference_means_whom_the_bundle_has_under_that_number_and_nobody_else() {
    let mut order = order_with(&[patient("q", "9990000026")]);
    order["entry"][1]["resource"]["subject"] = json!({ "reference": format!("Patient?identifier={NHS}%7C9990000026") });
    assert_eq!(named(&order), ["q", "9990000026"]);
    order["entry"][1]["resource"]["subject"] = json!({ "reference": "Patient?family=p&birthdate=2018-03-04" });
    refused(&order, "is no condition that is read here");
    order["entry"][1]["resource"]["subject"] = json!({ "reference": format!("Patient?identifier={NHS}|9990000026"), "type": "Patient" });
    order["entry"][1]["resource"]["subject"]["identifier"] = json!({ "system": NHS, "value": "9990000018" });
    refused(&order, "mean two");
}

#[test]
fn a_conditional_create_of_somebody_else_is_refused() {
    let mut order = order_with(&[]);
    order["entry"][0]["request"]["ifNoneExist"] = json!(format!("identifier={NHS}|9990000018"));
    assert_eq!(named(&order), ["p", "9990000018"]);
    order["entry"][0]["request"]["ifNoneExist"] = json!(format!("identifier={NHS}|9990000026"));
    assert!(read(&order).is_err(), "on a server that has the other one, that would be taken in its place");
}

#[test]
fn two_servers_have_a_patient_each_under_one_identifier() {
    let (mut one, mut other) = (patient("7", "9990000018"), patient("7", "9990000026"));
    one["fullUrl"] = json!("https://a.example/fhir/Patient/7");
    other["fullUrl"] = json!("https://b.example/fhir/Patient/7");
    other["resource"]["name"][0]["family"] = json!("other");
    let mut asks = request("r", json!({ "reference": "Patient/7" }));
    asks["fullUrl"] = json!("https://b.example/fhir/ServiceRequest/1");
    let mut order = bundle(&[one, other, asks]);
    assert_eq!(named(&order), ["other", "9990000026"], "beside the request");
    order["entry"][2]["resource"]["subject"] = json!({ "reference": "https://a.example/fhir/Patient/7" });
    assert_eq!(named(&order), ["7", "9990000018"]);
    order["entry"][2]["resource"]["subject"] = json!({ "reference": "https://c.example/fhir/Patient/7" });
    assert!(read(&order).is_err(), "a third server's Patient is neither");
}

#[test]
fn two_people_under_one_full_url_are_nobody_and_one_sent_twice_is_one() {
    let mut order = order_with(&[patient("q", "9990000026")]);
    order["entry"][2]["fullUrl"] = order["entry"][0]["fullUrl"].clone();
    refused(&order, "means 2 resources of the bundle: give each its own fullUrl");
    let twice = order_with(&[patient("p", "9990000018")]);
    assert_eq!(named(&twice), ["p", "9990000018"]);
}

#[test]
fn a_message_with_its_header_is_read_as_an_order() {
    let mut order = order_with(&[]);
    order["type"] = json!("message");
    let header = json!({
        "eventCoding": { "system": "http://terminology.hl7.org/CodeSystem/v2-0003", "code": "O21" },
        "source": { "name": "EPR", "endpoint": "urn:epr" }, "focus": [to("ServiceRequest", "r")],
    });
    let entries = order["entry"].as_array_mut().expect("entries");
    entries.insert(0, entry("MessageHeader", "m", header));
    for entry in entries.iter_mut() {
        entry.as_object_mut().expect("an object").remove("request");
    }
    assert_eq!(read(&order).map(|read| read.orders.len()), Ok(1));
    assert_eq!(named(&order), ["p", "9990000018"]);
}

#[test]
fn bundles_that_order_nothing_are_refused_by_their_type() {
    for kind in ["collection", "document", "searchset", "history", "batch", "transaction-response", ""] {
        let mut order = order_with(&[]);
        order["type"] = json!(kind);
        refused(&order, "Bundle.type");
    }
}

#[test]
fn five_hundred_entries_are_read_whole_and_a_thousand_more_are_refused() {
    let subject = to("Patient", "p");
    let features: Vec<Value> = (0..498).map(|nth| feature(&format!("o{nth}"), &format!("HP:{nth:07}"), &subject)).collect();
    let order = order_with(&features);
    assert_eq!(details(&order).features.len(), 498);
    let many: Vec<Value> = (0..1_000).map(|nth| feature(&format!("o{nth}"), "HP:0001250", &subject)).collect();
    refused(&order_with(&many), "1000 at the most are read");
}

#[test]
fn fifty_orders_for_fifty_people_are_fifty() {
    let mut entries = Vec::new();
    for nth in 0..50 {
        let mut person = patient(&format!("p{nth}"), "");
        person["resource"]["identifier"] = json!([{ "system": "https://trust.example/mrn", "value": format!("H{nth}") }]);
        person["resource"]["birthDate"] = json!(format!("20{:02}-01-02", nth % 20));
        entries.extend([person, request(&format!("r{nth}"), to("Patient", &format!("p{nth}")))]);
    }
    let read = read(&bundle(&entries)).expect("read");
    let names: Vec<&str> = read.orders.iter().map(|order| order.action.people()[0].family_name.as_str()).collect();
    assert_eq!((names.len(), names[0], names[49]), (50, "p0", "p49"));
}

#[test]
fn what_is_nested_ten_thousand_deep_is_refused_and_no_fault_of_the_program() {
    let deep = format!("{}1{}", "{\"extension\":[".repeat(10_000), "]}".repeat(10_000));
    let body = order_with(&[]).to_string().replacen("\"gender\"", &format!("\"extension\":[{deep}],\"gender\""), 1);
    refused_body(body.as_bytes(), "recursion limit");
    refused_body("[".repeat(100_000).as_bytes(), "This is no JSON");
}

#[test]
fn a_number_that_cannot_be_kept_is_refused_and_never_read_as_another() {
    let with_number = |number: &str| {
        let body = order_with(&[]).to_string();
        body.replacen("\"value\":\"9990000018\"", &format!("\"value\":{number}"), 1)
    };
    for number in ["12345678901234567890123", "-9999999999999999999999", "1e300", "1e19"] {
        refused_body(with_number(number).as_bytes(), "more digits than can be kept");
    }
    refused_body(with_number("1e400").as_bytes(), "out of range");
    refused_body(with_number("NaN").as_bytes(), "This is no JSON");
    refused_body(with_number("09990000018").as_bytes(), "This is no JSON");
    assert!(read_on(with_number("9990000018").as_bytes(), TODAY).is_ok(), "a whole number that fits is its digits");
}

#[test]
fn another_form_than_json_is_said_to_be_another() {
    refused_body(b"<?xml version=\"1.0\"?><Bundle xmlns=\"http://hl7.org/fhir\"/>", "This is XML: send JSON");
    refused_body(b"\xEF\xBB\xBF\n <Bundle/>", "This is XML: send JSON");
    refused_body(b"MSH|^~\\&|EPR|RP4", "This is no JSON");
    refused_body(b"", "This is no JSON");
    refused_body(b"null", "Send a Bundle");
    refused_body(b"[]", "Send a Bundle");
}

#[test]
fn a_body_that_broke_off_or_says_one_thing_twice_places_nothing() {
    let body = order_with(&[]).to_string();
    for end in [1, body.len() / 2, body.len() - 1] {
        refused_body(&body.as_bytes()[..end], "This is no JSON");
    }
    let twice = body.replacen("\"status\":\"active\"", "\"status\":\"active\",\"status\":\"revoked\"", 1);
    refused_body(twice.as_bytes(), "'status' stands twice");
    refused_body((body.clone() + &body).as_bytes(), "This is no JSON");
}

#[test]
fn an_entry_without_a_resource_or_with_a_list_in_its_place_is_named() {
    for resource in [Value::Null, json!([]), json!("Patient"), json!({ "id": "x" })] {
        let mut order = order_with(&[json!({})]);
        order["entry"][2]["resource"] = resource;
        refused(&order, "Bundle.entry[2]");
    }
}

#[test]
fn what_is_not_to_be_done_or_would_be_undone_orders_nothing() {
    for (path, value, says) in [
        ("doNotPerform", json!(true), "not to be done"),
        ("doNotPerform", json!("false"), "not to be done"),
        ("status", json!("draft"), "'draft'"),
        ("intent", json!("proposal"), "'proposal' orders nothing"),
        ("subject", json!({ "reference": "Group/7" }), "ServiceRequest).subject"),
        ("subject", json!([{ "reference": "urn:uuid:Patient-p" }]), "ServiceRequest).subject"),
    ] {
        let mut order = order_with(&[]);
        order["entry"][1]["resource"][path] = value;
        refused(&order, says);
    }
    for method in ["DELETE", "GET", "PATCH", "post"] {
        let mut order = order_with(&[]);
        order["entry"][1]["request"]["method"] = json!(method);
        refused(&order, "request.method");
    }
}

#[test]
fn observations_that_hold_each_other_are_read_once() {
    let member = |id: &str, other: &str| {
        let code = json!({ "text": id });
        let members = json!([to("Observation", other)]);
        entry(
            "Observation",
            id,
            json!({ "status": "final", "code": code, "subject": to("Patient", "p"), "valueString": id, "hasMember": members }),
        )
    };
    let report = json!({
        "status": "final", "code": { "text": "Panel" }, "subject": to("Patient", "p"), "basedOn": [to("ServiceRequest", "r")],
        "result": [to("Observation", "a")],
    });
    let order = order_with(&[member("a", "b"), member("b", "a"), entry("DiagnosticReport", "d", report)]);
    let read = read(&order).expect("read");
    let values: Vec<&str> = read.results[0].values.iter().map(|value| value.value.as_str()).collect();
    assert_eq!(values, ["a", "b"]);
}

#[test]
fn a_test_is_the_one_of_the_directory_among_the_codes_of_a_hospital() {
    let mut order = order_with(&[]);
    order["entry"][1]["resource"]["code"] = json!({
        "coding": [
            { "system": "https://trust.example/tests", "code": "GEN-EPI", "display": "Epilepsy gene panel" },
            { "system": "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory", "version": "7", "code": "R59.3", "userSelected": true },
            { "system": "http://snomed.info/sct", "code": "405824009", "display": "Genetic test" },
        ],
        "text": "Early onset or syndromic epilepsy",
    });
    let codes: Vec<String> = details(&order).tests.into_iter().map(|test| test.code).collect();
    assert!(codes.contains(&"R59.3".to_owned()) && codes.contains(&"GEN-EPI".to_owned()), "{codes:?}");
}

#[test]
fn what_is_about_nobody_or_about_somebody_outside_is_not_the_patients() {
    let strange = json!({ "reference": "https://other.example/fhir/Patient/9" });
    let order = order_with(&[feature("o", "HP:0001250", &strange), feature("n", "HP:0001263", &json!({ "display": "Ada" }))]);
    let found = details(&order);
    assert!(found.features.is_empty(), "{:?}", found.features);
    assert_eq!(found.not_used.iter().filter(|note| note.contains("Observation")).count(), 2, "{:?}", found.not_used);
}

#[test]
fn line_breaks_tabs_and_long_remarks_are_kept_and_control_characters_refused() {
    let mut order = order_with(&[]);
    let long = "Seen twice.\r\n\tNo change.".to_owned() + &" More.".repeat(20_000);
    order["entry"][1]["resource"]["note"] = json!([{ "text": long }]);
    assert!(details(&order).notes.iter().any(|note| note.contains("No change.") && note.len() > 100_000));
    order["entry"][1]["resource"]["note"] = json!([{ "text": "a\u{0}b" }]);
    refused(&order, "control character 0x00");
}
