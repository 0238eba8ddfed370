//! The order-management API as a hospital's system uses it, and the page on which its messages are mended.

use crate::{
    Served,
    permissions::who,
    routes::{answer, raw},
};
use care::Role;
use serde_json::{Value, json};
use service::{
    clock::{Clock, MachineClock},
    ordering,
};
use sim::messages::{NUMBERS, Sent, fhir, hl7};

/// A hospital's system.
pub struct System {
    pub base: String,
    id: String,
    secret: String,
}

impl System {
    pub async fn new(served: &Served, organisation: &str) -> System {
        let by = who(Role::Administrator, 0);
        let organisation_named = (organisation.parse().expect("a code"), "Hospital");
        let (id, secret) =
            ordering::clients::open(&served.service, &by, Role::OrderingSystem, "Hospital EPR", organisation_named).await.expect("opened");
        System { base: served.base.clone(), id: id.to_string(), secret }
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    pub async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let (status, _, body) = self.whole(method, path, headers, body).await;
        (status, body)
    }

    /// Status, head and body of an answer.
    pub async fn whole(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String, String) {
        let host = self.base.trim_start_matches("http://");
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        let answer_text = raw(&self.base, &format!("{head}{body}")).await;
        let status = answer_text.split_whitespace().nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let (head, body) = answer_text.split_once("\r\n\r\n").expect("a body");
        (status, head.to_owned(), body.to_owned())
    }

    pub async fn token(&self, scope: &str) -> String {
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}&scope={scope}", self.id, self.secret);
        let (status, answer_text) = self.send("POST", "/oauth2/token", "Content-Type: application/x-www-form-urlencoded\r\n", &form).await;
        assert_eq!(status, 200, "{answer_text}");
        let answer_text: Value = serde_json::from_str(&answer_text).expect("JSON");
        answer_text["access_token"].as_str().expect("a token").to_owned()
    }

    pub async fn ask(&self, token: &str, method: &str, path: &str, headers: &str, body: &Value) -> (u16, Value) {
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/fhir+json\r\n{headers}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer_text) = self.send(method, path, &headers, &body).await;
        (status, serde_json::from_str(&answer_text).unwrap_or_else(|why| panic!("{path}: {why}: {answer_text}")))
    }
}

pub fn sent<'a>(number: &'a str, test: &'a str, family: &'a str) -> Sent<'a> {
    Sent { control: "m1", number, test, family, hospital: "RP4DEMO" }
}

#[tokio::test]
async fn a_hospital_orders_reads_changes_and_cancels_by_fhir() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let token = system.token("").await;
    let get = async |path: &str| system.ask(&token, "GET", path, "", &Value::Null).await;

    let order = fhir(&sent("F-1", "R98.2", "BELL"));
    let (status, checked) = system.ask(&token, "POST", "/fhir/$validate", "", &order).await;
    assert_eq!((status, checked["issue"][0]["severity"].as_str()), (200, Some("information")), "{checked}");
    let (status, made) = system.ask(&token, "POST", "/fhir", "", &order).await;
    assert_eq!((status, made["type"].as_str()), (200, Some("transaction-response")), "{made}");
    let entries = order["entry"].as_array().expect("entries");
    let answers = made["entry"].as_array().expect("answers");
    assert_eq!(entries.len(), answers.len(), "each entry is answered");
    let location = |kind: &str| {
        let index = entries.iter().position(|e| e["resource"]["resourceType"] == kind).expect("an entry");
        answers[index]["response"]["location"].as_str().expect("a place").to_owned()
    };
    let request = location("ServiceRequest").split("/_history").next().expect("a place").to_owned();
    let (_, again) = system.ask(&token, "POST", "/fhir", "", &order).await;
    assert_eq!(again["entry"][2]["response"]["status"], "200 OK", "nothing is made twice");

    let (_, found) = get("/fhir/ServiceRequest?identifier=F-1").await;
    assert_eq!((found["total"].as_u64(), found["entry"][0]["resource"]["subject"]["display"].as_str()), (Some(3), Some("ADA BELL")));
    let by_number = get(&format!("/fhir/ServiceRequest?patient.identifier=https://fhir.nhs.uk/Id/nhs-number%7C{}", NUMBERS[0])).await.1;
    assert_eq!(by_number["total"], 1, "the request for that person, and not those of the family");
    let (_, one) = get(&format!("/fhir/{request}")).await;
    assert_eq!((one["status"].as_str(), one["code"]["coding"][0]["code"].as_str()), (Some("active"), Some("R98.2")));
    assert_eq!(one["identifier"][1]["value"], "F-1");
    let (_, child) = get(&format!("/fhir/{}", location("Patient"))).await;
    assert_eq!((child["birthDate"].as_str(), child["identifier"][0]["value"].as_str()), (Some("2019-06-01"), Some(NUMBERS[0])));
    let (_, tasks) = get(&format!("/fhir/Task?focus={request}&status=requested")).await;
    assert_eq!(tasks["entry"][0]["resource"]["code"]["coding"][0]["code"], "process-genomic-test-request");
    let (_, whole) = get(&format!("/fhir/{request}/$graph")).await;
    let kinds: std::collections::BTreeSet<&str> =
        whole["entry"].as_array().expect("entries").iter().filter_map(|e| e["resource"]["resourceType"].as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["Patient", "Provenance", "ServiceRequest", "Specimen", "Task"]);

    change_and_cancel(&system, &token, &order, &request).await;
}

/// A change needs its reason; the graph of the order is sent as it is wanted.
async fn change_and_cancel(system: &System, token: &str, order: &Value, request: &str) {
    let get = async |path: &str| system.ask(token, "GET", path, "", &Value::Null).await;
    let mut changed = order.clone();
    let list = changed["entry"].as_array_mut().expect("entries");
    for entry in list.iter_mut().filter(|e| e["resource"]["resourceType"] == "ServiceRequest") {
        entry["request"] = json!({ "method": "PUT", "url": request });
        entry["resource"]["priority"] = json!("routine");
    }
    let (status, answer_text) = system.ask(token, "POST", "/fhir", "", &changed).await;
    assert_eq!((status, answer_text["issue"][0]["expression"][0].as_str()), (422, Some("Provenance")), "{answer_text}");
    let provenance = json!({ "resourceType": "Provenance", "reason": [{ "text": "No longer in intensive care" }] });
    changed["entry"]
        .as_array_mut()
        .expect("entries")
        .push(json!({ "resource": provenance, "request": { "method": "POST", "url": "Provenance" } }));
    let (status, answer_text) = system.ask(token, "POST", "/fhir", "", &changed).await;
    assert_eq!(status, 200, "{answer_text}");
    let (_, history) = get(&format!("/fhir/{request}/_history")).await;
    let priorities: Vec<&str> =
        history["entry"].as_array().expect("versions").iter().filter_map(|e| e["resource"]["priority"].as_str()).collect();
    assert_eq!(priorities, ["routine", "urgent"], "every version, latest first");
    assert_eq!(get(&format!("/fhir/{request}/_history/1")).await.1["priority"], "urgent");

    let (_, why) = get(&format!("/fhir/Provenance?target={request}")).await;
    let answer_text: Vec<&str> =
        why["entry"].as_array().expect("changes").iter().filter_map(|e| e["resource"]["reason"][0]["text"].as_str()).collect();
    assert_eq!(answer_text, ["Submitted", "No longer in intensive care"]);
    assert_eq!(get(&format!("/fhir/Consent?data={request}")).await.1["total"], 0, "nobody has chosen yet");

    let mut ended = get(&format!("/fhir/{request}")).await.1;
    ended["status"] = json!("revoked");
    let why = format!("X-Provenance: {}\r\n", json!({ "resourceType": "Provenance", "reason": [{ "text": "Moved to another hospital" }] }));
    let (status, answer_text) = system.ask(token, "PUT", &format!("/fhir/{request}"), &why, &ended).await;
    assert_eq!(status, 200, "{answer_text}");
    assert_eq!(get(&format!("/fhir/{request}")).await.1["status"], "revoked");
    let (_, tasks) = get(&format!("/fhir/Task?based-on={request}")).await;
    assert_eq!(
        (tasks["entry"][0]["resource"]["status"].as_str(), tasks["entry"][0]["resource"]["statusReason"]["text"].as_str()),
        (Some("cancelled"), Some("Moved to another hospital"))
    );
}

#[tokio::test]
async fn a_system_gets_nothing_that_is_not_its_own_and_is_told_why() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let token = system.token("").await;
    let stranger = System::new(&served, "RXX99").await;
    let other = stranger.token("").await;
    let (_, made) = system.ask(&token, "POST", "/fhir", "", &fhir(&sent("F-1", "R98.2", "BELL"))).await;
    let place = made["entry"]
        .as_array()
        .expect("answers")
        .iter()
        .find_map(|e| e["response"]["location"].as_str().filter(|l| l.starts_with("ServiceRequest")))
        .expect("made");
    let request = place.split("/_history").next().expect("a place");
    for path in [format!("/fhir/{request}"), format!("/fhir/{request}/$graph"), format!("/fhir/Task?focus={request}")] {
        assert_eq!(stranger.ask(&other, "GET", &path, "", &Value::Null).await.0, 403, "{path}");
    }
    assert_eq!(stranger.ask(&other, "GET", "/fhir/ServiceRequest", "", &Value::Null).await.1["total"], 0);
    let (status, answer_text) = stranger.ask(&other, "POST", "/fhir", "", &fhir(&sent("X-1", "R98.2", "STONE"))).await;
    assert_eq!(status, 422);
    let text = answer_text.to_string();
    assert!(text.contains("requested for RP4DEMO, but the system that sent it is of RXX99"), "{text}");
    let twin = fhir(&sent("F-2", "R98.2", "BELL")).to_string().replace("\"ADA\"", "\"EVA\"");
    let twin: Value = serde_json::from_str(&twin).expect("JSON");
    let (status, answer_text) = system.ask(&token, "POST", "/fhir", "", &twin).await;
    assert!(status == 422 && answer_text.to_string().contains("belongs to somebody with another"), "{answer_text}");
    for (body, says) in [
        (json!("x"), "Send a Bundle"),
        (json!({ "resourceType": "Bundle", "type": "batch" }), "Bundle.type"),
        (json!({ "resourceType": "Bundle", "type": "transaction" }), "The bundle is empty"),
    ] {
        let (status, answer_text) = system.ask(&token, "POST", "/fhir", "", &body).await;
        assert!(status == 422 && answer_text.to_string().contains(says), "{answer_text}");
    }
    let reads = system.token("system/*.read").await;
    assert_eq!(system.ask(&reads, "POST", "/fhir", "", &json!({})).await.0, 403, "the token reads only");
    assert_eq!(system.ask("gmt_00", "GET", "/fhir/Task", "", &Value::Null).await.0, 401);
    assert_eq!(system.ask(&token, "GET", "/fhir/ServiceRequest?_count=many", "", &Value::Null).await.0, 400);
    assert_eq!(system.ask(&token, "GET", "/fhir/ServiceRequest/none", "", &Value::Null).await.0, 404);
    let wrong = System { secret: "gms_00".into(), base: system.base.clone(), id: system.id.clone() };
    let form = format!("grant_type=client_credentials&client_id={}&client_secret=gms_00", wrong.id);
    assert_eq!(wrong.send("POST", "/oauth2/token", "", &form).await.0, 401);
    let by = who(Role::Administrator, 0);
    ordering::clients::close(&served.service, &by, system.id.parse().expect("an identifier"), "Replaced".into()).await.expect("closed");
    assert_eq!(system.ask(&token, "GET", "/fhir/Task", "", &Value::Null).await.0, 401, "a closed system's tokens end at once");
    // Every address of the API, read from where they stand.
    let routes: Vec<&str> =
        include_str!("../../src/api/fhir.rs").lines().filter_map(|l| l.split(".route(\"").nth(1)?.split('"').next()).collect();
    assert!(routes.len() > 8, "{routes:?}");
    let bases = ["/fhir", "/FHIR/R4"];
    let below = bases.iter().flat_map(|base| {
        routes
            .iter()
            .filter(|route| !["/", "/metadata", "/.well-known/smart-configuration"].contains(*route))
            .map(move |route| format!("{base}{route}"))
    });
    for route in below.chain(bases.map(str::to_owned)) {
        let path =
            route.replace("{kind}", "ServiceRequest").replace("{id}", "00000000-0000-7000-8000-000000000000").replace("{version}", "1");
        for method in ["GET", "POST", "PUT", "PATCH"] {
            let answer_text = answer(&served.base, method, &path, "").await;
            assert!(
                answer_text.starts_with("HTTP/1.1 401") || answer_text.starts_with("HTTP/1.1 405"),
                "{method} {path}: {}",
                &answer_text[..60.min(answer_text.len())]
            );
        }
    }
    let answer_text = answer(&served.base, "GET", "/fhir/metadata", "").await;
    assert!(answer_text.starts_with("HTTP/1.1 200") && answer_text.contains("CapabilityStatement"), "{answer_text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_refused_is_mended_on_its_page_and_sent_again() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let system = System::new(&served, "RP4DEMO").await;
    let headers = format!("Authorization: Bearer {}\r\n", system.secret);
    let (status, answer_text) = system.send("POST", "/hl7", &headers, &hl7(&sent("P-1", "PANEL7", "BELL"))).await;
    assert!(status == 200 && answer_text.contains("MSA|AE|m1|") && answer_text.contains("ERR|"), "{answer_text}");
    assert_eq!(system.send("POST", "/hl7", "", "MSH").await.0, 401);
    b.sign_in("Genomic associate").await;
    b.open("/messages").await;
    b.see("'PANEL7' is no test of the Test Directory").await;
    b.picture("messages").await;
    b.click(&MachineClock.today().strftime("%-d %B %Y").to_string()).await;
    b.see("Nothing of it was done, and the sender was told why").await;
    b.picture("message").await;
    b.fill("code", "PANEL7").await;
    b.fill("means", "R0.0").await;
    b.press("Keep the meaning").await;
    b.see("R0.0 is not in the Test Directory").await;
    b.fill("code", "PANEL7").await;
    b.fill("means", "R98.2").await;
    b.press("Keep the meaning").await;
    b.press("Send").await;
    b.see("Done").await;
    b.picture("message-done").await;
    b.click("Order").await;
    b.see("ADA BELL").await;
    b.open("/messages").await;
    b.see("Nothing needs your action").await;
    b.close().await;
}

#[tokio::test]
async fn another_node_asks_for_matches_with_its_own_token() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let by = who(Role::Administrator, 0);
    let organisation_named = ("RXX99".parse().expect("a code"), "Another node");
    let (_, secret) =
        ordering::clients::open(&served.service, &by, Role::MatchingService, "Node", organisation_named).await.expect("opened");
    let body = r#"{"patient":{"id":"1","contact":{"name":"A","href":"mailto:a@b"},"genomicFeatures":[{"gene":{"id":"SCN1A"}}]}}"#;
    let kind = "application/vnd.ga4gh.matchmaker.v1.1+json";
    let ask = async |token: &str, accept: &str, body: &str| {
        let (status, answer_text) = system.send("POST", "/match", &format!("X-Auth-Token: {token}\r\nAccept: {accept}\r\n"), body).await;
        (status, serde_json::from_str::<Value>(&answer_text).unwrap_or_default())
    };
    assert_eq!(ask(&secret, kind, body).await, (200, json!({ "results": [] })));
    let (status, stranger) = ask(&secret, kind, &body.replace("SCN1A", "NOTAGENE")).await;
    assert!(status == 422 && stranger["message"].as_str().is_some_and(|m| m.contains("is known here: NOTAGENE")), "{stranger}");
    assert_eq!(ask("", kind, body).await.0, 401);
    assert_eq!(ask(&system.secret, kind, body).await.0, 401, "a hospital's system is no node");
    assert_eq!(ask(&secret, "text/html", body).await.0, 406);
    let (status, answer_text) = ask(&secret, kind, r#"{"patient":{"id":"1","contact":{}}}"#).await;
    assert_eq!((status, answer_text["message"].as_str().map(|m| m.contains("names no gene"))), (422, Some(true)));
}
