//! Every route, asked from outside.

use crate::Served;
use serde_json::{Value, json};
use std::path::Path;

#[tokio::test]
async fn a_form_from_another_site_does_nothing() {
    let served = Served::new().await;
    let base = &served.base;
    let with = async |header: &str| ask(base, "POST", "/sign-out", header).await;
    assert_eq!(with("Sec-Fetch-Site: cross-site\r\n").await, "403 ");
    assert_eq!(with("Origin: https://elsewhere.example\r\n").await, "403 ");
    assert_eq!(with(&format!("Origin: {base}\r\nSec-Fetch-Site: same-origin\r\n")).await, "303 /sign-in");
}

#[tokio::test]
async fn nobody_sees_a_page_without_signing_in() {
    let served = Served::new().await;
    let base = &served.base;
    let somewhere = "00000000-0000-7000-8000-000000000000";
    let routes = crate::permissions::routes();
    assert!(routes.len() > 20, "{routes:?}");
    for route in routes.iter().map(String::as_str).filter(|route| {
        ![
            "/sign-in",
            "/sign-in/provider",
            "/sign-in/provider/back",
            "/sign-out",
            "/static/{file}",
            "/health",
            "/health/live",
            "/health/ready",
            "/api/v1/{*path}",
            "/link/{secret}",
            "/research",
        ]
        .contains(route)
            && ![
                "/.well-known",
                "/beacon",
                "/cds-services",
                "/heartbeat",
                "/hl7",
                "/match",
                "/metrics",
                "/oauth2",
                "/research/ask",
                "/research/newsletter",
            ]
            .iter()
            .any(|open| route.starts_with(open))
    }) {
        let path: Vec<&str> = route.split('/').map(|part| if part.starts_with('{') { somewhere } else { part }).collect();
        let answers = [status(base, "GET", &path.join("/")).await, status(base, "POST", &path.join("/")).await];
        assert!(answers.iter().any(|a| a == "303 /sign-in"), "{route}: {answers:?}");
        assert!(answers.iter().all(|a| a == "303 /sign-in" || a == "405 "), "{route}: {answers:?}");
    }
    assert_eq!(status(base, "GET", "/static/gms.css").await, "200 ");
    assert_eq!(status(base, "GET", "/nowhere").await, "404 ");
}

#[tokio::test]
async fn a_form_that_is_no_form_is_refused_before_it_is_read() {
    let served = Served::new().await;
    let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
    let huge = raw(&served.base, &format!("{head}Content-Length: 209715200\r\n\r\nlogin=")).await;
    assert!(huge.starts_with("HTTP/1.1 413"), "{}", &huge[..huge.len().min(100)]);
    let junk = raw(&served.base, &format!("{head}Content-Length: 9\r\n\r\n%ff%00=%zz")).await;
    assert!(!junk.starts_with("HTTP/1.1 5"), "{}", &junk[..junk.len().min(100)]);
    for path in
        ["/orders/%00%ff", "/orders/..%2f..%2fetc%2fpasswd", "/static/..%2fapp.rs", "/panels/%3Cscript%3E", "/api/v1/panels/../../x/"]
    {
        let answered = answer(&served.base, "GET", path, "").await;
        assert!(
            ["303", "400", "404"].iter().any(|code| answered.starts_with(&format!("HTTP/1.1 {code}"))),
            "{path}: {}",
            &answered[..answered.len().min(60)]
        );
    }
}

/// Status and address of redirection, asked over a bare connection.
async fn status(base: &str, method: &str, path: &str) -> String {
    ask(base, method, path, "").await
}

async fn ask(base: &str, method: &str, path: &str, header: &str) -> String {
    let answer = answer(base, method, path, header).await;
    let location = answer.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("location: ").map(str::to_owned));
    format!("{} {}", answer.split_whitespace().nth(1).unwrap_or(""), location.unwrap_or_default())
}

/// Head and body as they come.
pub async fn answer(base: &str, method: &str, path: &str, header: &str) -> String {
    let host = base.trim_start_matches("http://");
    raw(base, &format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n")).await
}

/// What comes back for a request as it is written.
pub async fn raw(base: &str, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(base.trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("asked");
    let mut answer = Vec::new();
    // A server that refuses may close before everything is read.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_answered_by_a_page_that_keeps_what_was_typed_and_no_password() {
    let served = Served::new().await;
    let host = served.base.trim_start_matches("http://");
    let send = async |kind: &str, body: &str| {
        let length = body.len();
        let head =
            format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close");
        raw(&served.base, &format!("{head}\r\n\r\n{body}")).await
    };
    let twice = send("application/x-www-form-urlencoded", "login=ada&login=eve&password=OPENSESAME").await;
    assert!(twice.starts_with("HTTP/1.1 422") && twice.contains("<h1>This could not be done</h1>"), "{twice}");
    assert!(twice.contains("more than once") && twice.contains("ada") && twice.contains("eve"), "{twice}");
    assert!(!twice.contains("OPENSESAME"), "{twice}");
    let other = send("text/plain", "login=ada").await;
    assert!(other.starts_with("HTTP/1.1 415") && other.contains("Nothing was done"), "{other}");
}

async fn read(base: &str, path: &str) -> Value {
    let answer = answer(base, "GET", path, "").await;
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{path}: {e}: {}", &body[..body.len().min(200)]))
}

#[tokio::test]
async fn the_panels_are_read_by_clients_of_panelapp() {
    let served = Served::new().await;
    let list = read(&served.base, "/api/v1/panels/").await;
    let count = list["count"].as_u64().expect("a count") as usize;
    assert_eq!(list["results"].as_array().map(Vec::len), Some(count.min(100)));
    assert_eq!(list["next"], format!("{}/api/v1/panels/?page=2", served.base));
    assert_eq!(read(&served.base, "/api/v1/panels/?page=99").await["detail"], "Not found.");
    let on_panels = read(&served.base, "/api/v1/genes/hmgcs2/").await;
    assert!(on_panels["results"].as_array().expect("lines").iter().all(|e| e["entity_name"] == "HMGCS2" && e["panel"]["name"].is_string()));
    let activities = read(&served.base, "/api/v1/activities/").await;
    assert!(activities["count"].as_u64() >= Some(count as u64) && activities["results"][0]["panel_name"].is_string());
    let evaluations = read(&served.base, "/api/v1/panels/1221/genes/CDH1/evaluations/").await;
    assert_eq!(evaluations["count"], 0, "nobody has said anything of it yet");
    let genes = read(&served.base, "/api/v1/panels/1221/genes/?confidence_level=1").await;
    assert!(genes["results"].as_array().expect("lines").iter().all(|e| e["confidence_level"] == "1"));
    assert_eq!(read(&served.base, "/api/v1/panels/1221/genes/CDH1/").await["entity_name"], "CDH1");
    assert!(read(&served.base, "/api/v1/panels/1221/versions/").await["count"].as_u64() >= Some(1));
    assert_eq!(read(&served.base, "/api/v1/panels/?type=no-such-type").await["count"], 0);
    assert_eq!(read(&served.base, "/api/v1/panels/?page=x").await["detail"], "Invalid page.");
    let refused = read(&served.base, "/api/v1/panels/?search=epilepsy").await;
    assert!(refused["detail"].as_str().is_some_and(|why| why.contains("search. Understood: type, name")), "{refused}");
    // A client that follows `next` reads everything once.
    let (mut next, mut lines) = (format!("{}/api/v1/panels/?type=gms-signed-off", served.base), 0);
    while let Some(path) = next.strip_prefix(&served.base).map(str::to_owned) {
        let page = read(&served.base, &path).await;
        lines += page["results"].as_array().expect("lines").len() as u64;
        next = page["next"].as_str().unwrap_or_default().to_owned();
        assert!(lines <= page["count"].as_u64().expect("a count"));
    }
    let signed_off = read(&served.base, "/api/v1/panels/signedoff/").await;
    assert!(signed_off["results"].as_array().expect("lines").iter().all(|p| p["signed_off"].is_string()));
    let id = &signed_off["results"][0]["id"];
    assert_eq!(read(&served.base, &format!("/api/v1/panels/signedoff/?panel_id={id}")).await["count"], 1);
    assert_eq!(&read(&served.base, &format!("/api/v1/panels/signedoff/{id}/")).await["id"], id);
}

/// Every panel of PanelApp that is at hand comes out as it went in, the nested panel of an entity's origin aside.
#[tokio::test]
async fn a_panel_comes_out_as_panelapp_gave_it() {
    let folder = Path::new("../../../shared/data/panels/panelapp_api/ge_panel_details");
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: PanelApp's files are not beside the project");
        return;
    };
    let served = Served::new().await;
    let mut compared = 0;
    for entry in entries {
        let path = entry.expect("a file").path();
        let mut text = String::new();
        let mut reader = formats::open::reader(&path).expect("a file");
        std::io::Read::read_to_string(&mut reader, &mut text).expect("text");
        let mut expected: Value = serde_json::from_str(&text).expect("JSON");
        // A panel from which everything was removed is not taken.
        if ["genes", "strs", "regions"].iter().all(|kind| expected[*kind] == json!([])) {
            continue;
        }
        for kind in ["genes", "strs", "regions"] {
            for entity in expected[kind].as_array_mut().expect("a list") {
                entity.as_object_mut().expect("an entity").remove("panel");
            }
        }
        let mut answered =
            read(&served.base, &format!("/api/v1/panels/{}/?version={}", expected["id"], expected["version"].as_str().expect("one"))).await;
        answered.as_object_mut().expect("a panel").remove("signed_off");
        // Codes of the Test Directory's lists are added to what PanelApp names.
        let disorders = |panel: &Value| panel["relevant_disorders"].as_array().expect("a list").clone();
        assert!(disorders(&answered).starts_with(&disorders(&expected)), "{}", path.display());
        answered["relevant_disorders"] = expected["relevant_disorders"].clone();
        difference(&expected, &answered, &mut vec![path.display().to_string()]);
        compared += 1;
    }
    assert_eq!(compared, 98);
}

/// Fails at the first value that differs; what a reader takes for absent is the same as absent.
fn difference(expected: &Value, answered: &Value, path: &mut Vec<String>) {
    match (expected, answered) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                path.push(key.clone());
                difference(&expected[key], &answered[key], path);
                path.pop();
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{path:?}");
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                path.push(n.to_string());
                difference(a, b, path);
                path.pop();
            }
        }
        _ => assert_eq!(expected, answered, "{path:?}"),
    }
}
