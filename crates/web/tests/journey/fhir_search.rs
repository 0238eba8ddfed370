//! Searches by what is referred to and by what refers, parts of resources, and tokens of some kinds of resources alone.

use crate::{
    Served,
    exchange::{System, sent},
    fhir_client::{link, ordered, resources},
};
use serde_json::{Value, json};
use sim::messages::{NUMBERS, fhir};

fn ids(bundle: &Value, mode: &str, kind: &str) -> usize {
    resources(bundle, mode).iter().filter(|resource| resource["resourceType"] == kind).count()
}

#[tokio::test]
async fn a_search_through_another_resource_finds_whom_it_means_and_nobody_else() {
    let served = Served::new().await;
    let (system, token, request) = ordered(&served).await;
    let get = async |path: &str| system.ask(&token, "GET", &format!("/fhir/{path}"), "", &Value::Null).await;
    for (query, expected) in [
        ("ServiceRequest?patient.birthdate=2019-06-01", 1),
        ("ServiceRequest?patient.birthdate=lt1984", 1),
        ("ServiceRequest?patient.family=bell", 3),
        ("ServiceRequest?patient.family=stone", 0),
        ("ServiceRequest?subject:Patient.given:exact=ADA", 1),
        ("ServiceRequest?subject:Patient.given:exact=Ada", 0),
        ("ServiceRequest?patient.name:contains=el&patient.gender=male", 1),
        ("ServiceRequest?requester.identifier=RP4DEMO", 3),
        ("ServiceRequest?authored=ap2016-01-01", 0),
        ("Task?patient.birthdate=2019-06-01", 1),
        ("Task?focus.identifier=F-1", 1),
        ("Task?focus.identifier=F-9", 0),
        ("Specimen?request.patient.birthdate=2019-06-01", 1),
        ("Provenance?target.identifier=F-1", 1),
        ("Patient?_has:ServiceRequest:patient:status=active", 3),
        ("Patient?_has:ServiceRequest:patient:status=revoked", 0),
        ("Patient?_has:Task:patient:status=requested", 1),
        ("Patient?_has:Task:patient:status=completed&family=bell", 0),
        ("Patient?birthdate=ap1985-06-01", 2),
    ] {
        let (status, found) = get(query).await;
        assert_eq!((status, found["total"].as_u64(), resources(&found, "match").len() as u64), (200, Some(expected), expected), "{query}");
        assert!(resources(&found, "outcome").is_empty(), "{query}: {found}");
        let own = link(&found, "self").expect("a link");
        let name = query.split(['?', '=']).nth(1).expect("a name").replace(':', "%3A");
        assert!(own.contains(&name), "the link says what was done: {own}");
    }
    // Another hospital's system asks the same.
    let stranger = System::new(&served, "RXX99").await;
    let other = stranger.token("").await;
    for query in
        ["ServiceRequest?patient.birthdate=2019-06-01", "Patient?_has:ServiceRequest:patient:identifier=F-1", "Task?focus.identifier=F-1"]
    {
        let found = stranger.ask(&other, "GET", &format!("/fhir/{query}"), "", &Value::Null).await.1;
        assert_eq!((found["total"].as_u64(), resources(&found, "match").len()), (Some(0), 0), "{query}");
    }
    included(&get, &request).await;
    parts(&get).await;
}

async fn included(get: &impl AsyncFn(&str) -> (u16, Value), request: &str) {
    let id = request.trim_start_matches("ServiceRequest/");
    let query = format!("ServiceRequest?_id={id}&_revinclude=Task:focus&_revinclude=Specimen:request&_revinclude=Provenance:target");
    let (_, found) = get(&query).await;
    assert_eq!(ids(&found, "match", "ServiceRequest"), 1);
    for kind in ["Task", "Specimen", "Provenance"] {
        assert!(ids(&found, "include", kind) > 0, "{kind}: {found}");
    }
    assert_eq!(ids(&found, "include", "Patient"), 0, "nothing that was not asked for");
    let (_, people) = get(&format!("Patient?identifier={}&_revinclude=ServiceRequest:patient", NUMBERS[0])).await;
    assert_eq!((ids(&people, "match", "Patient"), ids(&people, "include", "ServiceRequest")), (1, 1), "{people}");
    let (_, unknown) = get("ServiceRequest?_revinclude=Encounter:focus").await;
    assert_eq!(resources(&unknown, "outcome")[0]["issue"][0]["expression"][0], "_revinclude");
    assert!(link(&unknown, "self").is_some_and(|own| !own.contains("_revinclude")), "{unknown}");
}

async fn parts(get: &impl AsyncFn(&str) -> (u16, Value)) {
    let (_, found) = get("ServiceRequest?identifier=F-1&_summary=true").await;
    let first = resources(&found, "match").remove(0);
    assert!(first["requester"].is_object() && first["note"].is_null() && first["extension"].is_null(), "{first}");
    assert_eq!(first["meta"]["tag"][0]["code"], "SUBSETTED");
    assert!(link(&found, "self").is_some_and(|own| own.contains("_summary=true")), "{found}");
    let (_, counted) = get("Patient?family=bell&_summary=count").await;
    assert_eq!((counted["total"].as_u64(), counted["entry"].as_array().map_or(0, Vec::len)), (Some(3), 0));
    let (_, text) = get("ServiceRequest?identifier=F-1&_summary=text").await;
    assert!(resources(&text, "match")[0]["priority"].is_null() && resources(&text, "match")[0]["subject"].is_object(), "{text}");
    assert_eq!(get("ServiceRequest?_summary=text&_include=ServiceRequest:patient").await.0, 400);
    let (_, accurate) = get("ServiceRequest?_count=1&_total=accurate").await;
    assert_eq!((accurate["total"].as_u64(), resources(&accurate, "match").len()), (Some(3), 1));
    let (_, none) = get("ServiceRequest?identifier=F-1&_total=none").await;
    assert!(none["total"].is_null() && resources(&none, "match").len() == 3, "{none}");
}

/// Orders stay on the records on which they were placed; people are found by every number with which they are given out.
#[tokio::test]
async fn somebody_of_whom_two_records_were_merged_is_found_by_each_number_with_the_orders_of_both() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let (token, headers) = (system.token("").await, format!("Authorization: Bearer {}\r\n", system.secret()));
    let hl7 = async |kind: &str, control: &str, segments: &str| {
        let text = format!("MSH|^~\\&|PAS|RP4|OPENGMS|699X0|20261101120000||{kind}|{control}|P|2.4\r{segments}\r");
        let (status, answer_text) = system.send("POST", "/hl7", &headers, &text).await;
        assert!(status == 200 && answer_text.contains("MSA|AA"), "{control}: {answer_text}");
    };
    let person = |numbers: &str| format!("PID|1||{numbers}||Bell^Ann||20180304|F");
    let order = |numbers: &str, placer: &str| {
        format!("{}\rORC|NW|{placer}\rOBR|1|{placer}||R29.4\rOBX|1|CE|HP:0001250^Seizure^HPO||Y", person(numbers))
    };
    let (old, new) = ("A1^^^PAS^MR", "9990077002^^^NHS^NH~A2^^^PAS^MR");
    hl7("ORM^O01", "m1", &order(old, "M-1")).await;
    hl7("ORM^O01", "m2", &order(new, "M-2")).await;
    hl7("ADT^A40^ADT_A39", "m3", &format!("EVN|A40\r{}\rMRG|{old}", person(new))).await;
    hl7("ORM^O01", "m4", &order("A2^^^PAS^MR", "M-4")).await;

    let found = async |query: &str| {
        let (status, page) = system.ask(&token, "GET", &format!("/fhir/{query}"), "", &Value::Null).await;
        assert_eq!(status, 200, "{query}: {page}");
        resources(&page, "match")
    };
    let people = found("Patient").await;
    assert_eq!(people.len(), 2, "{people:?}");
    for person in &people {
        for number in person["identifier"].as_array().expect("numbers") {
            let [system, value] = ["system", "value"].map(|name| number[name].as_str().unwrap_or_default());
            for query in [format!("Patient?identifier={system}%7C{value}"), format!("Patient?identifier={value}")] {
                let by_number = found(&query).await;
                assert!(by_number.iter().any(|one| one["id"] == person["id"]), "{query}: {by_number:?}");
            }
        }
        let id = person["id"].as_str().expect("an identifier");
        for query in [format!("patient=Patient/{id}"), format!("subject={id}"), format!("patient._id={id}")] {
            assert_eq!(found(&format!("ServiceRequest?{query}")).await.len(), 3, "{query}");
        }
    }
    let nhs_number = "https://fhir.nhs.uk/Id/nhs-number%7C9990077002";
    for query in [format!("patient.identifier={nhs_number}"), format!("patient:identifier={nhs_number}")] {
        assert_eq!(found(&format!("ServiceRequest?{query}")).await.len(), 3, "{query}");
    }
    // A number of an order is one of the system under which it is given out.
    for (query, expected) in
        [("M-1", 1), ("https://fhir.nhs.uk/local-identifier/servicerequest%7CM-1", 1), ("https://x%7CM-1", 0), ("%7CM-1", 0)]
    {
        assert_eq!(found(&format!("ServiceRequest?identifier={query}")).await.len(), expected, "{query}");
    }
}

/// Two systems of a hospital may number alike: a search names whose number it means.
#[tokio::test]
async fn a_number_of_another_system_of_the_sender_finds_the_order_of_that_system() {
    let served = Served::new().await;
    let (system, token, first) = ordered(&served).await;
    let other = fhir(&sent("F-1", "R98.2", "BELL")).to_string().replace("hospital.example/orders", "hospital.example/other");
    let (status, made) = system.ask(&token, "POST", "/fhir", "", &serde_json::from_str(&other).expect("JSON")).await;
    assert_eq!(status, 200, "{made}");
    let found = async |query: &str| {
        let page = system.ask(&token, "GET", &format!("/fhir/ServiceRequest?identifier={query}"), "", &Value::Null).await.1;
        resources(&page, "match")
            .iter()
            .map(|found| format!("ServiceRequest/{}", found["id"].as_str().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let of_first = found("https://hospital.example/orders%7CF-1").await;
    let of_other = found("https://hospital.example/other%7CF-1").await;
    assert_eq!((of_first.len(), of_other.len()), (3, 3));
    assert!(of_first.contains(&first) && of_other.iter().all(|request| !of_first.contains(request)), "{of_first:?} {of_other:?}");
    assert!(found("https://hospital.example/third%7CF-1").await.is_empty());
}

/// What fits stands on the first pages, whatever stands before it in the list of all orders.
#[tokio::test]
async fn a_page_is_full_as_long_as_more_fits_and_names_a_next_one_only_then() {
    let served = Served::new().await;
    let (system, token, _) = ordered(&served).await;
    let mut wrong = Vec::new();
    for number in ["F-2", "F-3", "F-4"] {
        let order = fhir(&sent(number, "R98.2", "BELL")).to_string().replace("\"urgent\"", "\"routine\"");
        let order: Value = serde_json::from_str(&order).expect("JSON");
        let (status, made) = system.ask(&token, "POST", "/fhir", "", &order).await;
        assert_eq!(status, 200, "{made}");
    }
    // The order that is urgent has three requests, each of the others has as many, and nobody says where in the list it stands.
    for (query, pages) in [
        ("ServiceRequest?priority=urgent&_count=2", vec![2, 1]),
        ("ServiceRequest?priority=urgent&_count=1", vec![1, 1, 1]),
        ("ServiceRequest?priority=urgent&_count=3", vec![3]),
        ("ServiceRequest?priority=urgent&patient.birthdate=2019-06-01&_count=1", vec![1]),
        ("ServiceRequest?patient.birthdate=2019-06-01&_count=3", vec![3, 1]),
        ("Patient?family=nobody&_count=2", vec![0]),
    ] {
        let found = sizes(&system, &token, query).await;
        if found != pages {
            wrong.push(format!("{query}: {found:?} and not {pages:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// How many fit on each page of a search, from page to page.
async fn sizes(system: &System, token: &str, query: &str) -> Vec<usize> {
    let (mut path, mut sizes) = (format!("/fhir/{query}"), Vec::new());
    while sizes.len() < 20 {
        let page = system.ask(token, "GET", &path, "", &Value::Null).await.1;
        sizes.push(resources(&page, "match").len());
        match link(&page, "next") {
            Some(next) => path = next.trim_start_matches(&system.base).to_owned(),
            None => break,
        }
    }
    sizes
}

/// Every address that reads, by a token of one kind of resources after the other.
#[tokio::test]
async fn a_token_of_one_kind_of_resources_opens_no_other() {
    let served = Served::new().await;
    let (system, all, request) = ordered(&served).await;
    let kinds =
        ["ServiceRequest", "Task", "Specimen", "Patient", "Consent", "Provenance", "Observation", "DiagnosticReport", "Subscription"];
    let get = async |token: &str, path: &str| system.ask(token, "GET", &format!("/fhir/{path}"), "", &Value::Null).await;
    let child = get(&all, &request).await.1["subject"]["reference"].as_str().expect("a patient").to_owned();
    let specimen = resources(&get(&all, "Specimen").await.1, "match")[0]["id"].as_str().expect("an id").to_owned();
    for own in kinds {
        let token = system.token(&format!("system/{own}.rs")).await;
        for kind in kinds {
            let (status, found) = get(&token, kind).await;
            assert_eq!(status, if kind == own { 200 } else { 403 }, "{own} searches {kind}: {found}");
        }
        for path in
            [child.clone(), request.clone(), format!("Specimen/{specimen}"), format!("{request}/_history/1"), format!("{request}/_history")]
        {
            let (status, found) = get(&token, &path).await;
            assert_eq!(status, if path.starts_with(own) { 200 } else { 403 }, "{own} reads {path}: {found}");
        }
        for path in [
            format!("{request}/$graph"),
            child.replace("Patient/", "Composition/"),
            format!("{}/$document", child.replace("Patient/", "Composition/")),
        ] {
            assert_eq!(get(&token, &path).await.0, 403, "{own} reads {path}");
        }
        let body = fhir(&sent("F-2", "R98.2", "BELL"));
        for path in ["/fhir", "/fhir/$validate"] {
            assert_eq!(system.ask(&token, "POST", path, "", &body).await.0, 403, "{own} writes");
        }
    }
    let requests = system.token("system/ServiceRequest.rs").await;
    for query in ["_include=ServiceRequest:subject", "_revinclude=Task:focus", "patient.family=bell", "_has:Task:focus:status=requested"] {
        let (status, said) = get(&requests, &format!("ServiceRequest?{query}")).await;
        assert_eq!(status, 403, "{query}: {said}");
        assert!(said["issue"][0]["diagnostics"].as_str().is_some_and(|why| why.contains("system/")), "it names the scope: {said}");
    }
    letters(&system, &request).await;
}

async fn letters(system: &System, request: &str) {
    let status = async |scope: &str, method: &str, path: &str, body: &Value| {
        system.ask(&system.token(scope).await, method, &format!("/fhir{path}"), "", body).await.0
    };
    assert_eq!(status("system/ServiceRequest.r", "GET", &format!("/{request}"), &Value::Null).await, 200);
    assert_eq!(status("system/ServiceRequest.r", "GET", "/ServiceRequest", &Value::Null).await, 403);
    assert_eq!(status("system/ServiceRequest.s", "GET", &format!("/{request}"), &Value::Null).await, 403);
    let order = fhir(&sent("F-3", "R98.2", "BELL"));
    assert_eq!(status("system/ServiceRequest.c", "POST", "", &order).await, 403, "the bundle has people too");
    let every = "system/ServiceRequest.c%20system/Patient.c%20system/PractitionerRole.c%20system/RelatedPerson.c%20system/Observation.c";
    assert_eq!(status(every, "POST", "/$validate", &order).await, 200);
    ends_and_what_is_inside(system, request, (order, every)).await;
    // A part of a kind: what does not fit is not there.
    let part = async |scope: &str| {
        let token = system.token(scope).await;
        let found = system.ask(&token, "GET", "/fhir/ServiceRequest", "", &Value::Null).await.1;
        let read = system.ask(&token, "GET", &format!("/fhir/{request}"), "", &Value::Null).await.0;
        (found["total"].as_u64(), resources(&found, "match").len(), read)
    };
    assert_eq!(part("system/ServiceRequest.rs?priority=urgent").await, (Some(3), 3, 200));
    assert_eq!(part("system/ServiceRequest.rs?priority=routine").await, (Some(0), 0, 403));
    // Being told is reading.
    let hook = json!({
        "resourceType": "Subscription", "status": "requested", "reason": "To know", "criteria": "Task?status=completed",
        "channel": { "type": "rest-hook", "endpoint": "https://hospital.example/notified", "payload": "application/fhir+json" },
    });
    assert_eq!(status("system/Subscription.crds", "POST", "/Subscription", &hook).await, 403);
    assert_eq!(status("system/Subscription.crds%20system/Task.r", "POST", "/Subscription", &hook).await, 201);
}

/// An end of an order is a change, and a resource inside another one is written as one beside it.
async fn ends_and_what_is_inside(system: &System, request: &str, (mut order, creating): (Value, &str)) {
    let status = async |scope: &str, method: &str, path: &str, body: &Value| {
        system.ask(&system.token(scope).await, method, &format!("/fhir{path}"), "", body).await.0
    };
    for entry in order["entry"].as_array_mut().expect("entries") {
        if entry["resource"]["resourceType"] == "ServiceRequest" {
            entry["resource"]["status"] = json!("revoked");
        }
    }
    for path in ["", "/$validate"] {
        assert_eq!(status(creating, "POST", path, &order).await, 403, "who may place orders may end none");
    }
    let changing = creating.replace("ServiceRequest.c", "ServiceRequest.u");
    assert_eq!(status(&changing, "POST", "/$validate", &order).await, 200);
    let reading = system.token("system/ServiceRequest.r").await;
    let mut stated = system.ask(&reading, "GET", &format!("/fhir/{request}"), "", &Value::Null).await.1;
    stated["contained"] = json!([{ "resourceType": "Patient", "id": "p" }]);
    assert_eq!(status("system/ServiceRequest.u", "PUT", &format!("/{request}"), &stated).await, 403, "a person needs their own scope");
    // Who may change and not read learns nothing of what stands there.
    let blind = system.token("system/ServiceRequest.u").await;
    let headers = format!("Authorization: Bearer {blind}\r\nContent-Type: application/json-patch+json\r\n");
    for value in ["urgent", "routine"] {
        let asking = json!([{ "op": "test", "path": "/priority", "value": value }]).to_string();
        let (status, said) = system.send("PATCH", &format!("/fhir/{request}"), &headers, &asking).await;
        assert!(status == 403 && said.contains("system/ServiceRequest.r"), "{value}: {status} {said}");
    }
}

#[tokio::test]
async fn a_token_says_what_was_granted_of_what_was_asked_for() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let answer = async |scope: &str| {
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}&scope={scope}", system.id(), system.secret());
        let (status, body) = system.send("POST", "/oauth2/token", "Content-Type: application/x-www-form-urlencoded\r\n", &form).await;
        let body: Value = serde_json::from_str(&body).expect("JSON");
        (status, body["scope"].as_str().or(body["error"].as_str()).unwrap_or_default().to_owned())
    };
    for (scope, status, expected) in [
        ("system/ServiceRequest.rs", 200, "system/ServiceRequest.rs"),
        ("system/Patient.r%20system/Medication.rs%20openid", 200, "system/Patient.r"),
        ("system/Task.cruds", 200, "system/Task.rus"),
        ("system/DiagnosticReport.rs?category=GE", 200, "system/DiagnosticReport.rs?category=GE"),
        ("system/DiagnosticReport.rs?mood=blue", 400, "invalid_scope"),
        ("user/Patient.rs", 400, "invalid_scope"),
    ] {
        assert_eq!(
            answer(&scope.replace('?', "%3F").replace("=GE", "%3DGE").replace("=blue", "%3Dblue")).await,
            (status, expected.to_owned()),
            "{scope}"
        );
    }
}
