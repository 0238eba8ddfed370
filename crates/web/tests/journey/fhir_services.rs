//! What the FHIR API gives beside orders: being told of them, the tests of the directory, the record as a document.

use crate::{
    Served,
    exchange::System,
    fhir_client::{link, ordered, resources},
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_system_subscribes_to_its_orders_and_nobody_else_sees_that() {
    let served = Served::new().await;
    let (system, token, _) = ordered(&served).await;
    let call = async |method: &str, path: &str, body: &Value| system.ask(&token, method, path, "", body).await;
    let hook = json!({
        "resourceType": "Subscription", "status": "requested", "reason": "To know", "criteria": "Task?status=completed",
        "channel": {
            "type": "rest-hook", "endpoint": "https://hospital.example/notified", "payload": "application/fhir+json",
            "header": ["Authorization: Bearer s3cret"],
        },
    });
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/fhir+json\r\n");
    let (status, head, body) = system.whole("POST", "/fhir/Subscription", &headers, &hook.to_string()).await;
    let made: Value = serde_json::from_str(&body).expect("JSON");
    let id = made["id"].as_str().expect("an identifier").to_owned();
    assert!(status == 201 && head.to_lowercase().contains(&format!("location: {}/fhir/subscription/{id}", served.base)), "{head}");
    assert_eq!((made["status"].as_str(), made["channel"]["header"][0].as_str()), (Some("requested"), Some("Authorization: (kept)")));
    let path = format!("/fhir/Subscription/{id}");
    assert_eq!(call("GET", &path, &Value::Null).await, (200, made.clone()));
    served.deliver().await;
    assert_eq!(call("GET", "/fhir/Subscription?status=active&url=https://hospital.example/notified", &Value::Null).await.1["total"], 1);

    for (change, places) in [
        (json!({ "criteria": "Patient?family=bell" }), vec!["Subscription.criteria"]),
        (json!({ "channel": { "type": "email", "endpoint": "mailto:x@y" } }), vec!["Subscription.channel.type"]),
        (
            json!({ "criteria": "Task?mood=blue", "channel": { "type": "rest-hook", "endpoint": "https://10.0.0.1/x" } }),
            vec!["Subscription.criteria", "Subscription.channel.endpoint"],
        ),
    ] {
        let mut wrong = hook.clone();
        wrong.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        let (status, outcome) = call("POST", "/fhir/Subscription", &wrong).await;
        let found: Vec<&str> =
            outcome["issue"].as_array().expect("issues").iter().filter_map(|issue| issue["expression"][0].as_str()).collect();
        assert_eq!((status, found), (422, places), "{outcome}");
    }
    let stranger = System::new(&served, "RP4DEMO").await;
    let other = stranger.token("").await;
    assert_eq!(stranger.ask(&other, "GET", &path, "", &Value::Null).await.0, 404, "another system of the same hospital");
    assert_eq!(stranger.ask(&other, "DELETE", &path, "", &Value::Null).await.0, 404);
    let reads = system.token("system/*.read").await;
    assert_eq!(system.ask(&reads, "POST", "/fhir/Subscription", "", &hook).await.0, 403);
    assert_eq!(system.whole("DELETE", &path, &format!("Authorization: Bearer {token}\r\n"), "").await.0, 204);
    assert_eq!(call("GET", &path, &Value::Null).await.0, 404);
    let kept = served.service.store.sealed(&format!("subscription/{id}")).await.expect("read");
    assert_eq!(kept, None, "its secrets are forgotten");
}

#[tokio::test]
async fn a_test_of_the_directory_is_found_by_code_by_number_and_by_name() {
    let served = Served::new().await;
    let (system, token, _) = ordered(&served).await;
    let get = async |path: &str| system.ask(&token, "GET", path, "", &Value::Null).await;
    let directory = "https://fhir.nhs.uk/Id/England-GenomicTestDirectory%7C";
    for (path, expected) in [
        ("PlanDefinition?code=R98.2".to_owned(), "R98"),
        ("PlanDefinition?code=R98".to_owned(), "R98"),
        (format!("PlanDefinition?identifier={directory}R98"), "R98"),
        ("PlanDefinition?name=likely%20inborn&code=R98.2".to_owned(), "R98"),
        ("ActivityDefinition?code=R98.2".to_owned(), "R98.2"),
        (format!("ActivityDefinition?identifier={directory}R98.2"), "R98.2"),
        ("ActivityDefinition?_id=R98.2".to_owned(), "R98.2"),
        ("ActivityDefinition?url=https://fhir.nhs.uk/Genomics/ActivityDefinition/R98.2".to_owned(), "R98.2"),
    ] {
        let (status, found) = get(&format!("/fhir/{path}")).await;
        assert_eq!((status, found["total"].as_u64()), (200, Some(1)), "{path}: {found}");
        assert_eq!(found["entry"][0]["resource"]["id"], expected, "{path}");
    }
    let (_, plan) = get("/fhir/PlanDefinition/R98").await;
    let actions: Vec<&str> = plan["action"].as_array().expect("tests").iter().filter_map(|a| a["definitionCanonical"].as_str()).collect();
    assert!(actions.contains(&"https://fhir.nhs.uk/Genomics/ActivityDefinition/R98.2"), "{plan}");
    assert_eq!(get("/fhir/ActivityDefinition/R0.0").await.0, 404);
    // Every test in force, page by page, once.
    let catalogue = service::directory::catalogue::current(&served.service).await.expect("a directory");
    let mut path = "/fhir/ActivityDefinition?_count=200".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let page = get(&path).await.1;
        assert_eq!(page["total"].as_u64(), Some(catalogue.tests.len() as u64));
        for found in resources(&page, "match") {
            assert!(seen.insert(found["id"].to_string()), "twice: {found}");
        }
        match link(&page, "next") {
            Some(next) => path = next.trim_start_matches(&system.base).to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), catalogue.tests.len());
}

#[tokio::test]
async fn the_record_of_a_person_is_a_document_whose_first_page_names_the_rest() {
    let served = Served::new().await;
    let (system, token, request) = ordered(&served).await;
    let get = async |path: &str| system.ask(&token, "GET", path, "", &Value::Null).await;
    let child = get(&format!("/fhir/{request}")).await.1["subject"]["reference"].as_str().expect("a patient").to_owned();
    let record = child.replace("Patient/", "/fhir/Composition/");
    let (status, document) = get(&format!("{record}/$document")).await;
    assert_eq!((status, document["type"].as_str()), (200, Some("document")), "{document}");
    assert!(document["identifier"]["value"].is_string() && document["timestamp"].is_string(), "bdl-9 and bdl-10: {document}");
    let entries = document["entry"].as_array().expect("entries");
    let first = &entries[0]["resource"];
    assert_eq!((first["resourceType"].as_str(), first["subject"]["reference"].as_str()), (Some("Composition"), Some(child.as_str())));
    let addresses: Vec<&str> = entries.iter().filter_map(|entry| entry["fullUrl"].as_str()).collect();
    for reference in
        first["section"].as_array().expect("sections").iter().flat_map(|section| section["entry"].as_array().into_iter().flatten())
    {
        let address = format!("{}/fhir/{}", served.base, reference["reference"].as_str().expect("an address"));
        assert!(addresses.contains(&address.as_str()), "{address} is not in the document");
    }
    if let Some(folder) = std::env::var_os("GMS_EMITTED") {
        std::fs::write(std::path::Path::new(&folder).join("api-document.json"), document.to_string()).expect("written");
    }
    let (status, page) = get(&record).await;
    assert_eq!((status, page["type"].clone()), (200, first["type"].clone()));
    assert_eq!(get("/fhir/Composition").await.0, 405, "one is read by the identifier of its Patient");
    assert_eq!(get("/fhir/Composition/018f0000-0000-7000-8000-000000000001/$document").await.0, 403);
    let stranger = System::new(&served, "RXX99").await;
    let other = stranger.token("").await;
    for path in [record.clone(), format!("{record}/$document")] {
        assert_eq!(stranger.ask(&other, "GET", &path, "", &Value::Null).await.0, 403, "{path}");
    }
}

#[tokio::test]
async fn a_record_document_needs_the_scope_of_everything_in_it() {
    let served = Served::new().await;
    let (system, token, request) = ordered(&served).await;
    let child = system.ask(&token, "GET", &format!("/fhir/{request}"), "", &Value::Null).await.1["subject"]["reference"].clone();
    let record = child.as_str().expect("a patient").replace("Patient/", "/fhir/Composition/");
    let all = ["Composition", "Patient", "ServiceRequest", "DiagnosticReport", "Observation"];
    let scopes = |kinds: &[&str]| kinds.iter().map(|kind| format!("system/{kind}.r")).collect::<Vec<_>>().join("%20");
    let read = async |scope: &str, path: &str| {
        let (status, said) = system.ask(&system.token(scope).await, "GET", path, "", &Value::Null).await;
        (status, said.to_string())
    };
    let document = format!("{record}/$document");
    for path in [&record, &document] {
        let (status, said) = read("system/ServiceRequest.rs", path).await;
        assert_eq!((status, said.contains("system/Composition.r")), (403, true), "{path}: {said}");
        assert!(!said.contains("section"), "nothing of the record: {said}");
    }
    for missing in all {
        let others: Vec<&str> = all.into_iter().filter(|kind| *kind != missing).collect();
        let (status, said) = read(&scopes(&others), &document).await;
        assert_eq!((status, said.contains(&format!("system/{missing}.r"))), (403, true), "without {missing}: {said}");
    }
    let parts = scopes(&all).replace("Observation.r", "Observation.r%3Fstatus%3Dfinal");
    assert_eq!(read(&parts, &document).await.0, 403, "a part of the observations is not all of them");
    assert_eq!(read(&scopes(&all), &document).await.0, 200);
}
