//! The FHIR API as clients of FHIR servers use it: searches, versions, forms of answers, other bases.

use crate::{
    Served,
    exchange::{System, sent},
    listen_with,
};
use serde_json::{Value, json};
use sim::messages::{NUMBERS, fhir};

/// A hospital's system with one order: its token, and the address of the child's request.
pub async fn ordered(served: &Served) -> (System, String, String) {
    let system = System::new(served, "RP4DEMO").await;
    let token = system.token("").await;
    let (status, made) = system.ask(&token, "POST", "/fhir", "", &fhir(&sent("F-1", "R98.2", "BELL"))).await;
    assert_eq!(status, 200, "{made}");
    let locations = made["entry"].as_array().expect("answers").iter().filter_map(|e| e["response"]["location"].as_str());
    let request = locations.filter(|l| l.starts_with("ServiceRequest")).find(|l| !l.contains('.')).expect("made");
    let request = request.split("/_history").next().expect("a place").to_owned();
    (system, token, request)
}

pub fn resources(bundle: &Value, mode: &str) -> Vec<Value> {
    let entries = bundle["entry"].as_array().into_iter().flatten();
    entries.filter(|entry| entry["search"]["mode"] == mode).map(|entry| entry["resource"].clone()).collect()
}

pub fn link<'b>(bundle: &'b Value, relation: &str) -> Option<&'b str> {
    bundle["link"].as_array()?.iter().find(|link| link["relation"] == relation)?["url"].as_str()
}

#[tokio::test]
async fn a_client_searches_by_what_is_known_and_is_shown_what_is_not() {
    let served = Served::new().await;
    let (system, token, request) = ordered(&served).await;
    let get = async |path: &str, headers: &str| system.ask(&token, "GET", path, headers, &Value::Null).await;

    let (status, found) = get("/fhir/ServiceRequest?favourite=blue&_revinclude=Task:owner&_sort=-favourite", "").await;
    assert_eq!((status, resources(&found, "match").len()), (200, 3));
    let outcome = resources(&found, "outcome").remove(0);
    assert_eq!((outcome["resourceType"].as_str(), outcome["issue"].as_array().map(Vec::len)), (Some("OperationOutcome"), Some(3)));
    assert_eq!(link(&found, "self"), Some(format!("{}/fhir/ServiceRequest", served.base).as_str()), "only what was done");
    let (status, refused) = get("/fhir/ServiceRequest?favourite=blue", "Prefer: handling=strict\r\n").await;
    assert_eq!((status, refused["issue"][0]["expression"][0].as_str()), (400, Some("favourite")), "{refused}");

    for refused in ["patient=", "patient.mood=Bell", "patient.birthdate=", "status:in=x", "_filter=status", "_has:Task:owner:status=x"] {
        assert_eq!(get(&format!("/fhir/ServiceRequest?{refused}"), "").await.0, 400, "{refused} would find everybody");
    }
    let (_, some) = get("/fhir/ServiceRequest?status:not=revoked&_elements=priority", "").await;
    let first = resources(&some, "match").remove(0);
    let (_, by_id) = get("/fhir/ServiceRequest?_sort=-_id&_count=2", "").await;
    let ids: Vec<String> = resources(&by_id, "match").iter().map(|found| found["id"].to_string()).collect();
    assert!(ids.len() == 2 && ids[0] > ids[1] && link(&by_id, "next").is_some_and(|next| next.contains("_sort=-_id")), "{by_id}");
    assert_eq!((first["meta"]["tag"][0]["code"].as_str(), first["requester"].is_null()), (Some("SUBSETTED"), true), "{first}");
    assert_eq!(first["priority"], "urgent");

    let child = get(&format!("/fhir/{request}"), "").await.1["subject"]["reference"].as_str().expect("a patient").to_owned();
    let nhs = |number: &str| format!("https://fhir.nhs.uk/Id/nhs-number%7C{number}");
    for (query, expected) in [
        (format!("patient={child}"), 1),
        (format!("subject={child}"), 1),
        (format!("subject:Patient.identifier={}", nhs(NUMBERS[0])), 1),
        (format!("patient.identifier={}", nhs(NUMBERS[0])), 1),
        (format!("patient.identifier={},{}", nhs(NUMBERS[0]), nhs(NUMBERS[1])), 2),
        (format!("patient.identifier=https://other.example%7C{}", NUMBERS[0]), 0),
        ("identifier=https://hospital.example/orders%7CF-1".to_owned(), 3),
        ("identifier=F-1,F-9".to_owned(), 3),
        ("identifier=F-9".to_owned(), 0),
        ("code=R98.2".to_owned(), 3),
        ("code=R29.4".to_owned(), 0),
        ("requester:identifier=RP4DEMO".to_owned(), 3),
        ("status=revoked".to_owned(), 0),
        ("_lastUpdated=ge2020-01-01".to_owned(), 3),
        ("_lastUpdated=lt2020-01-01".to_owned(), 0),
        (format!("_id={}", request.trim_start_matches("ServiceRequest/")), 1),
        ("_id=none".to_owned(), 0),
        ("patient=Patient/018f0000-0000-7000-8000-000000000001".to_owned(), 0),
    ] {
        let (status, found) = get(&format!("/fhir/ServiceRequest?{query}"), "").await;
        assert_eq!(
            (status, found["total"].as_u64(), resources(&found, "match").len()),
            (200, Some(expected), expected as usize),
            "{query}"
        );
        assert!(resources(&found, "outcome").is_empty(), "{query}");
    }
    let (_, counted) = get("/fhir/ServiceRequest?identifier=F-1&_count=0", "").await;
    assert_eq!((counted["total"].as_u64(), counted["entry"].as_array().map_or(0, Vec::len)), (Some(3), 0));
    let (_, with) = get(&format!("/fhir/ServiceRequest?_id={}&_include=ServiceRequest:subject", &request[15..]), "").await;
    assert_eq!(resources(&with, "include")[0]["birthDate"], "2019-06-01");
    let (_, by_form) = {
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
        let (status, body) = system.send("POST", "/fhir/ServiceRequest/_search", &headers, "identifier=F-1").await;
        (status, serde_json::from_str::<Value>(&body).expect("JSON"))
    };
    assert_eq!(by_form["total"], 3);
    pages(&system, &token).await;
}

/// Every page holds what is asked for at the most, and together they hold everything once.
async fn pages(system: &System, token: &str) {
    let mut path = "/fhir/ServiceRequest?_count=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = system.ask(token, "GET", &path, "", &Value::Null).await.1;
        let found = resources(&page, "match");
        assert!(found.len() <= 2, "{page}");
        seen.extend(found.iter().map(|resource| resource["id"].to_string()));
        match link(&page, "next") {
            Some(next) => path = next.trim_start_matches(&system.base).to_owned(),
            None => break,
        }
        assert!(seen.len() < 9, "the pages have no end");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (3, 3), "{seen:?}");
}

#[tokio::test]
async fn a_client_reads_versions_and_changes_only_what_it_has_read() {
    let served = Served::new().await;
    let (system, token, request) = ordered(&served).await;
    let call = async |method: &str, path: &str, headers: &str, body: &str| {
        system.whole(method, path, &format!("Authorization: Bearer {token}\r\n{headers}"), body).await
    };
    let path = format!("/fhir/{request}");
    let (status, head, body) = call("GET", &path, "", "").await;
    let head = head.to_lowercase();
    assert!(status == 200 && head.contains("etag: w/\"1\"") && head.contains("last-modified: "), "{head}");
    assert_eq!(call("GET", &path, "If-None-Match: W/\"1\"\r\n", "").await.0, 304);
    assert_eq!(call("GET", &path, "If-None-Match: W/\"7\"\r\n", "").await.0, 200);
    assert_eq!(call("GET", &format!("{path}/_history/1"), "", "").await.0, 200);
    assert_eq!(call("GET", &format!("{path}/_history/2"), "", "").await.0, 404);

    let json_body = "Content-Type: application/fhir+json\r\n";
    let (status, head, _) = call("PUT", &path, json_body, &body).await;
    assert!(status == 200 && head.to_lowercase().contains("etag: w/\"1\""), "what is as it was read changes nothing: {head}");
    assert_eq!(call("PUT", &path, &format!("{json_body}If-Match: W/\"0\"\r\n"), &body).await.0, 412);
    let mut other: Value = serde_json::from_str(&body).expect("JSON");
    other["id"] = json!("x");
    assert_eq!(call("PUT", &path, json_body, &other.to_string()).await.0, 400);

    let twice = body.replacen("\"status\":\"active\"", "\"status\":\"active\",\"status\":\"revoked\"", 1);
    assert!(twice != body && call("PUT", &path, json_body, &twice).await.0 == 400, "which of two statuses is meant is not certain");

    let patch = "Content-Type: application/json-patch+json\r\n";
    let unknown = json!([{ "op": "replace", "path": "/priority", "value": "routine" }]).to_string();
    assert_eq!(call("PATCH", &path, patch, &unknown).await.0, 422);
    let stale = json!([{ "op": "test", "path": "/status", "value": "draft" }]).to_string();
    assert_eq!(call("PATCH", &path, patch, &stale).await.0, 412);
    let revoke =
        json!([{ "op": "test", "path": "/status", "value": "active" }, { "op": "replace", "path": "/status", "value": "revoked" }])
            .to_string();
    // Two changes at once of one version: one is done, and the other is refused.
    let of_first = format!("{patch}If-Match: W/\"1\"\r\n");
    let in_error = revoke.replace("revoked", "entered-in-error");
    let (one, other) = tokio::join!(call("PATCH", &path, &of_first, &revoke), call("PATCH", &path, &of_first, &in_error));
    let (done, refused) = if one.0 == 200 { (one, other) } else { (other, one) };
    assert_eq!(refused.0, 412, "{}", refused.2);
    let (status, head, body) = done;
    let ended: Value = serde_json::from_str(&body).expect("JSON");
    assert!(status == 200 && [json!("revoked"), json!("entered-in-error")].contains(&ended["status"]), "{body}");
    assert!(head.to_lowercase().contains("etag: w/\"2\""), "{head}");

    let (_, history) = system.ask(&token, "GET", &format!("{path}/_history"), "", &Value::Null).await;
    for entry in history["entry"].as_array().expect("versions") {
        assert!(entry["request"]["method"].is_string() && entry["response"]["status"].is_string(), "bdl-3 and bdl-4: {entry}");
        assert!(entry["search"].is_null() && entry["response"]["lastModified"].is_string(), "{entry}");
    }
    assert_eq!(history["entry"][1]["request"], json!({ "method": "POST", "url": "ServiceRequest" }));
    for (query, expected) in
        [("_since=2099-01-01T00:00:00Z", (200, Some(0), 0)), ("_count=1", (200, Some(2), 1)), ("_since=soon", (400, None, 0))]
    {
        let (status, some) = system.ask(&token, "GET", &format!("{path}/_history?{query}"), "", &Value::Null).await;
        assert_eq!((status, some["total"].as_u64(), some["entry"].as_array().map_or(0, Vec::len)), expected, "{query}");
    }
}

#[tokio::test]
async fn every_kind_that_is_promised_is_read_and_searched_for() {
    let served = Served::new().await;
    let (system, token, request) = ordered(&served).await;
    let get = async |path: &str| system.ask(&token, "GET", path, "", &Value::Null).await;
    let (_, statement) = get("/FHIR/R4/metadata").await;
    assert_eq!(statement["implementation"]["url"], format!("{}/FHIR/R4", served.base));
    let offers_search = |offered: &&Value| offered["interaction"].as_array().expect("codes").iter().any(|i| i["code"] == "search-type");
    for offered in statement["rest"][0]["resource"].as_array().expect("kinds").iter().filter(offers_search) {
        let kind = offered["type"].as_str().expect("a kind");
        let (status, found) = get(&format!("/FHIR/R4/{kind}")).await;
        assert_eq!((status, found["type"].as_str()), (200, Some("searchset")), "{kind}");
        for entry in found["entry"].as_array().into_iter().flatten() {
            let address = entry["fullUrl"].as_str().expect("an address").trim_start_matches(&served.base);
            assert!(address.starts_with("/FHIR/R4/"), "{address}");
            assert_eq!(get(address).await, (200, entry["resource"].clone()), "{address}");
        }
        for parameter in offered["searchParam"].as_array().expect("parameters").iter().filter_map(|p| p["name"].as_str()) {
            let value = if parameter.contains("dent") { NUMBERS[0] } else { "2026-11-29" };
            let (status, found) = get(&format!("/fhir/{kind}?{parameter}={value}")).await;
            assert!(status == 200 && resources(&found, "outcome").is_empty(), "{kind}?{parameter}: {found}");
        }
        for (name, list) in [("_include", "searchInclude"), ("_revinclude", "searchRevInclude")] {
            for include in offered[list].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let (status, found) = get(&format!("/fhir/{kind}?{name}={include}")).await;
                assert!(status == 200 && resources(&found, "outcome").is_empty(), "{include}: {found}");
            }
        }
    }
    let (_, found) = get(&format!("/fhir/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C{}", NUMBERS[1])).await;
    assert_eq!((found["total"].as_u64(), found["entry"][0]["resource"]["name"][0]["given"][0].as_str()), (Some(1), Some("MAY")));
    assert_eq!(get("/fhir/Patient?family=bell&birthdate=2019-06-01").await.1["entry"][0]["resource"]["name"][0]["given"][0], "ADA");
    let stranger = System::new(&served, "RXX99").await;
    let other = stranger.token("").await;
    for path in [format!("/fhir/Patient?identifier={}", NUMBERS[1]), "/fhir/Patient".to_owned(), "/fhir/Specimen".to_owned()] {
        assert_eq!(stranger.ask(&other, "GET", &path, "", &Value::Null).await.1["total"], 0, "{path}");
    }
    assert_eq!(stranger.ask(&other, "GET", &format!("/fhir/{request}/_history"), "", &Value::Null).await.0, 403);
}

#[tokio::test]
async fn what_is_not_done_is_refused_as_an_outcome_that_says_so() {
    let served = Served::new().await;
    let (system, token, request) = ordered(&served).await;
    let refused = async |method: &str, path: &str, headers: &str, body: &str| {
        let (status, head, body) = system.whole(method, path, &format!("Authorization: Bearer {token}\r\n{headers}"), body).await;
        let outcome: Value = serde_json::from_str(&body).unwrap_or_else(|why| panic!("{method} {path}: {why}: {body}"));
        assert_eq!(outcome["resourceType"], "OperationOutcome", "{method} {path}");
        assert!(head.to_lowercase().contains("content-type: application/fhir+json"), "{head}");
        status
    };
    assert_eq!(refused("DELETE", &format!("/fhir/{request}"), "", "").await, 405);
    assert_eq!(refused("POST", "/fhir/ServiceRequest", "Content-Type: application/fhir+json\r\n", "{}").await, 405);
    assert_eq!(refused("PUT", "/fhir/Patient/1", "Content-Type: application/fhir+json\r\n", "{}").await, 405);
    assert_eq!(refused("GET", "/fhir/Medication", "", "").await, 404);
    assert_eq!(refused("GET", "/fhir/a/b/c/d/e", "", "").await, 404);
    assert_eq!(refused("GET", "/fhir/ServiceRequest", "Accept: application/fhir+xml\r\n", "").await, 406);
    assert_eq!(refused("GET", "/fhir/ServiceRequest?_format=xml", "", "").await, 406);
    assert_eq!(refused("POST", "/fhir", "Content-Type: application/fhir+xml\r\n", "<Bundle/>").await, 415);
    assert_eq!(refused("PATCH", &format!("/fhir/{request}"), "Content-Type: application/xml-patch+xml\r\n", "<diff/>").await, 415);
    assert_eq!(refused("GET", "/fhir/ServiceRequest?authored=soon", "", "").await, 400);
    assert_eq!(refused("GET", "/fhir/ServiceRequest?patient.identifier=https://fhir.nhs.uk/Id/nhs-number%7C12", "", "").await, 400);
    assert_eq!(refused("GET", "/fhir/Specimen/x", "", "").await, 404);
    assert_eq!(refused("POST", "/fhir", "Content-Type: application/fhir+json\r\n", &"[".repeat(200_000)).await, 422);

    let validate = async |path: &str, body: &Value| system.ask(&token, "POST", path, "", body).await.1["issue"][0]["severity"].clone();
    let parameters = |resource: Value| json!({ "resourceType": "Parameters", "parameter": [{ "name": "resource", "resource": resource }] });
    assert_eq!(validate("/fhir/ServiceRequest/$validate", &json!({ "resourceType": "Patient" })).await, "error");
    assert_eq!(
        validate("/fhir/ServiceRequest/$validate", &parameters(json!({ "resourceType": "ServiceRequest", "status": "draft" }))).await,
        "error"
    );
    assert_eq!(validate("/fhir/Patient/$validate", &json!({ "resourceType": "Patient" })).await, "information");
    assert_eq!(validate("/fhir/Observation/$validate", &json!({ "resourceType": "Observation", "status": "cancelled" })).await, "error");
}

#[tokio::test]
async fn addresses_are_those_that_the_client_sees_and_pages_of_other_sites_may_ask() {
    let served = Served::new().await;
    let (mut system, token, _) = ordered(&served).await;
    let forwarded = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: api.example.nhs.uk\r\nX-Forwarded-Prefix: /genomics\r\n";
    let (_, found) = system.ask(&token, "GET", "/fhir/ServiceRequest?_count=1", forwarded, &Value::Null).await;
    assert!(link(&found, "self").is_some_and(|address| address.starts_with(&served.base)), "nobody else is believed: {found}");
    system.base = behind_proxy(&served).await;
    let (_, found) = system.ask(&token, "GET", "/fhir/ServiceRequest?_count=1", forwarded, &Value::Null).await;
    for relation in ["self", "next"] {
        let address = link(&found, relation).expect("a link");
        assert!(address.starts_with("https://api.example.nhs.uk/genomics/fhir/ServiceRequest?"), "{address}");
    }
    let odd = "X-Forwarded-Host: a.example/<script>\r\nX-Forwarded-Proto: javascript\r\n";
    let (_, found) = system.ask(&token, "GET", "/fhir/ServiceRequest", odd, &Value::Null).await;
    assert!(link(&found, "self").is_some_and(|address| address.starts_with(&format!("{}/fhir/", system.base))), "{found}");
    let asks =
        "Origin: https://app.example\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: authorization,if-match\r\n";
    let (status, head, _) = system.whole("OPTIONS", "/FHIR/R4/ServiceRequest", asks, "").await;
    let head = head.to_lowercase();
    assert!(status == 200 && head.contains("access-control-allow-origin: *") && head.contains("if-match"), "{head}");
    assert!(!head.contains("access-control-allow-credentials"), "never with a cookie: {head}");
    only_named_sites(&served).await;
}

/// The same service, which believes what is before it.
async fn behind_proxy(served: &Served) -> String {
    let proxies = web::Proxies::read(&["127.0.0.1".to_owned()]).expect("an address");
    let entrance = web::Entrance { proxies, ..web::Entrance::on_loopback() };
    listen_with(&served.service, entrance).await
}

/// Where an administrator names the sites, pages of no other may ask.
async fn only_named_sites(served: &Served) {
    let origins = web::Origins::read(&["https://app.example".to_owned()]).expect("an origin");
    let entrance = web::Entrance { origins, ..web::Entrance::on_loopback() };
    let base = listen_with(&served.service, entrance).await;
    for (path, site, is_allowed) in [
        ("/fhir/metadata", "https://app.example", true),
        ("/fhir/metadata", "https://other.example", false),
        ("/cds-services", "https://app.example", true),
        ("/cds-services", "https://other.example", false),
    ] {
        let host = base.trim_start_matches("http://");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {site}\r\nConnection: close\r\n\r\n");
        let answer = crate::routes::raw(&base, &request).await.to_lowercase();
        assert!(answer.starts_with("http/1.1 200"), "{answer}");
        assert_eq!(answer.contains(&format!("access-control-allow-origin: {site}\r\n")), is_allowed, "{path} of {site}");
        assert!(!answer.contains("access-control-allow-origin: *"), "{answer}");
    }
}
