//! What those who run the service ask over HTTP, and what stands in the log.

mod alerts;
mod exposition;
mod log;

use crate::{
    Served,
    routes::{answer, raw},
};
use exposition::{Sample, read};
use serde_json::Value;
use std::sync::Arc;

/// Figures and health on an address of their own.
async fn watched(served: &Served) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(web::operations::serve(Arc::clone(&served.service), listener, std::future::pending()));
    format!("http://{address}")
}

/// Head and body.
fn parts(answer: &str) -> (&str, &str) {
    answer.split_once("\r\n\r\n").expect("a head and a body")
}

async fn figures(base: &str, accept: &str) -> (String, Vec<Sample>) {
    let answered = answer(base, "GET", "/metrics", &format!("Accept: {accept}\r\n")).await;
    let (head, body) = parts(&answered);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    (head.to_ascii_lowercase(), read(body, accept.contains("openmetrics")))
}

/// The value of a figure with these labels among its own.
fn value(samples: &[Sample], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let has = |sample: &Sample| labels.iter().all(|(label, value)| sample.labels.get(*label).is_some_and(|found| found == value));
    samples.iter().find(|sample| sample.name == name && has(sample)).map(|sample| sample.value)
}

#[tokio::test]
async fn figures_are_given_in_both_texts_and_each_keeps_to_its_rules() {
    let served = Served::alone().await;
    let watched = watched(&served).await;
    for path in ["/sign-in", "/sign-in", "/nowhere", "/orders/00000000-0000-7000-8000-000000000000?name=Testcase"] {
        answer(&served.base, "GET", path, "").await;
    }
    let (head, samples) = figures(&watched, "text/plain").await;
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    let count = |route: &str, status: &str| value(&samples, "gms_http_requests_total", &[("route", route), ("status", status)]);
    assert_eq!((count("/sign-in", "2xx"), count("none", "4xx")), (Some(2.0), Some(1.0)));
    assert_eq!(count("/orders/{order}", "3xx"), Some(1.0), "by its template");
    assert_eq!(value(&samples, "gms_http_request_duration_seconds_count", &[("route", "/sign-in")]), Some(2.0));
    let routes = crate::permissions::routes();
    for route in samples.iter().filter_map(|sample| sample.labels.get("route")) {
        assert!(route == "none" || routes.contains(route), "{route} is no template");
    }
    let (head, samples) = figures(&watched, "application/openmetrics-text; version=1.0.0").await;
    assert!(head.contains("content-type: application/openmetrics-text; version=1.0.0"), "{head}");
    assert_eq!(value(&samples, "gms_database_up", &[]), Some(1.0));
}

#[tokio::test]
async fn the_public_address_gives_no_figures() {
    let served = Served::new().await;
    let answered = answer(&served.base, "GET", "/metrics", "").await;
    assert!(answered.starts_with("HTTP/1.1 401") && !answered.contains("gms_"), "{answered}");
}

async fn health(base: &str, path: &str) -> (u16, Value) {
    let answered = answer(base, "GET", path, "").await;
    let status = answered.split_whitespace().nth(1).and_then(|status| status.parse().ok()).expect("a status");
    assert!(!answered.contains("set-cookie"), "there is no session");
    (status, serde_json::from_str(parts(&answered).1).expect("JSON"))
}

#[tokio::test]
async fn a_program_without_its_database_lives_and_is_not_ready_and_says_so_without_naming_a_place() {
    let served = Served::alone().await;
    let watched = watched(&served).await;
    let noted = served.service.store.audit_counts().await.expect("read");
    let (_, body) = health(&served.base, "/health/ready").await;
    for check in body["checks"].as_array().expect("checks") {
        let is_whole = check["ok"].is_boolean() && check["reason"].is_string() && check["milliseconds"].is_u64();
        assert!(is_whole && (check["ok"] == true || check["name"] == "disk"), "{check}");
    }
    assert_eq!(served.service.store.audit_counts().await.expect("read"), noted, "nothing is written to the audit");
    served.service.store.close().await;
    for base in [&served.base, &watched] {
        assert_eq!(health(base, "/health/live").await.0, 200);
    }
    // What was found is given again for a second.
    let mut last = (200, Value::Null);
    for _ in 0..600 {
        last = health(&watched, "/health/ready").await;
        if last.0 == 503 && last.1["checks"][0]["ok"] == false {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((last.0, &last.1["status"]), (503, &Value::from("not ready")));
    assert_eq!(last.1["checks"][0]["reason"], "the database does not answer");
    let text = last.1.to_string();
    assert!(!text.contains(&served.service.folder.display().to_string()) && !text.contains("sqlite"), "{text}");
}

#[tokio::test]
async fn health_is_never_refused_for_being_looked_at_too_often() {
    let served = Served::new().await;
    let request = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".repeat(600);
    let last = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answers = raw(&served.base, &format!("{request}{last}")).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 601);
}

#[tokio::test]
async fn every_answer_says_by_which_identifier_its_request_is_found_in_the_log() {
    let served = Served::new().await;
    let identifiers = async |header: &str| {
        let answered = answer(&served.base, "GET", "/sign-in", header).await.to_ascii_lowercase();
        let named = |name: &str| parts(&answered).0.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
        (named("x-request-id: ").expect("an identifier"), named("x-correlation-id: "))
    };
    let sent = "f058ebd6-02f7-4d3f-942e-904344e8cde5";
    assert_eq!(identifiers(&format!("X-Request-ID: {sent}\r\n")).await, (sent.to_owned(), None));
    let (own, other) = identifiers("X-Request-ID: 9990000018\r\n").await;
    assert!(own.parse::<uuid::Uuid>().is_ok(), "{own}");
    assert_eq!(other.as_deref(), Some("9990000018"));
    assert_ne!(identifiers("").await.0, identifiers("").await.0);
}
