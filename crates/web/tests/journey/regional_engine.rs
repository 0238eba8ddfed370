//! A regional integration engine reads by FHIR the orders of all trusts for which it sends, and nothing else.

use crate::{Served, exchange::System, permissions::who};
use care::{Role, ordering::client::Represented};
use serde_json::Value;
use service::ordering;
use sim::messages::{NUMBERS, Sent, fhir};

const TRUSTS: [&str; 3] = ["RVV", "RWF", "RTH"];

/// An order for each trust, sent by the trust's own system; the addresses of the proband's requests.
async fn ordered(served: &Served) -> Vec<String> {
    let mut requests = Vec::new();
    for trust in TRUSTS {
        let system = System::new(served, trust).await;
        let token = system.token("").await;
        let sent = Sent { control: "m", number: "F-1", test: "R98.2", family: "BELL", hospital: trust };
        let (status, made) = system.ask(&token, "POST", "/fhir", "", &fhir(&sent)).await;
        assert_eq!(status, 200, "{made}");
        let locations = made["entry"].as_array().expect("answers").iter().filter_map(|e| e["response"]["location"].as_str());
        let request = locations.filter(|l| l.starts_with("ServiceRequest")).find(|l| !l.contains('.')).expect("made");
        requests.push(request.split("/_history").next().expect("a place").to_owned());
    }
    requests
}

async fn engine(served: &Served) -> System {
    let engine = System::new(served, "RQE").await;
    let represented = ["RVV", "RWF"].map(|code| Represented { code: code.parse().expect("a code"), name: format!("Trust {code}") });
    let id = engine.id().parse().expect("an identifier");
    ordering::clients::represent(&served.service, &who(Role::Administrator, 0), id, represented.to_vec()).await.expect("kept");
    engine
}

#[tokio::test]
async fn an_engine_reads_the_orders_of_the_trusts_for_which_it_sends_and_nothing_else() {
    let served = Served::new().await;
    let requests = ordered(&served).await;
    let engine = engine(&served).await;
    let token = engine.token("").await;
    let get = async |path: &str| engine.ask(&token, "GET", path, "", &Value::Null).await;

    for (request, expected) in requests.iter().zip([200, 200, 403]) {
        let id = request.trim_start_matches("ServiceRequest/");
        for path in [
            format!("/fhir/{request}"),
            format!("/fhir/{request}/_history"),
            format!("/fhir/{request}/$graph"),
            format!("/fhir/Task?focus={request}"),
            format!("/fhir/ServiceRequest?_id={id}"),
        ] {
            assert_eq!(get(&path).await.0, expected, "{path}");
        }
    }
    let number = format!("https://fhir.nhs.uk/Id/nhs-number%7C{}", NUMBERS[0]);
    for (path, total) in [
        ("/fhir/ServiceRequest".to_owned(), 6),
        (format!("/fhir/ServiceRequest?patient.identifier={number}"), 2),
        (format!("/fhir/Patient?identifier={number}"), 1),
        ("/fhir/Task".to_owned(), 2),
        ("/fhir/ServiceRequest?requester:identifier=RVV".to_owned(), 3),
        ("/fhir/ServiceRequest?requester:identifier=RTH".to_owned(), 0),
        ("/fhir/ServiceRequest?identifier=F-1".to_owned(), 0),
    ] {
        let (status, found) = get(&path).await;
        assert_eq!((status, found["total"].as_u64()), (200, Some(total)), "{path}: {found}");
        assert!(!found.to_string().contains(&requests[2]), "{path} names the order of a trust for which it does not send");
    }
    pages(&engine, &token).await;
    assert_eq!(reads_a_person(&engine, &token, &requests[0]).await, 200);

    let stranger = System::new(&served, "RXX99").await;
    let other = stranger.token("").await;
    assert_eq!(stranger.ask(&other, "GET", "/fhir/ServiceRequest", "", &Value::Null).await.1["total"], 0);
    let nobody: Vec<Represented> = vec![];
    let id = engine.id().parse().expect("an identifier");
    ordering::clients::represent(&served.service, &who(Role::Administrator, 0), id, nobody).await.expect("kept");
    assert_eq!(get(&format!("/fhir/{}", requests[0])).await.0, 403, "it sends for nobody any more");
    assert_eq!(get("/fhir/ServiceRequest").await.1["total"], 0);
}

async fn reads_a_person(engine: &System, token: &str, request: &str) -> u16 {
    let read = engine.ask(token, "GET", &format!("/fhir/{request}"), "", &Value::Null).await.1;
    let patient = read["subject"]["reference"].as_str().expect("a patient").to_owned();
    engine.ask(token, "GET", &format!("/fhir/{patient}"), "", &Value::Null).await.0
}

/// Page by page the orders of both trusts come once each.
async fn pages(engine: &System, token: &str) {
    let mut path = "/fhir/ServiceRequest?_count=1".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let page = engine.ask(token, "GET", &path, "", &Value::Null).await.1;
        for entry in page["entry"].as_array().into_iter().flatten() {
            assert!(seen.insert(entry["resource"]["id"].to_string()), "twice: {entry}");
        }
        let next = page["link"].as_array().into_iter().flatten().find(|link| link["relation"] == "next");
        match next {
            Some(next) => path = next["url"].as_str().expect("an address").trim_start_matches(&engine.base).to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 6);
}
