//! No line of the log names anybody, or holds what opens something: known people are sent through every way in, and looked for.

use super::answer;
use crate::{
    Served,
    exchange::{System, sent},
    permissions::{cookie, who},
    routes::raw,
};
use care::Role;
use serde_json::Value;
use service::{laboratory, ordering, results};
use sim::messages::{NUMBERS, fhir, hl7};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{EnvFilter, fmt};

/// Everything that our own parts say, and of others what a site would ever let through.
const LEVELS: &str =
    "info,access=trace,care=trace,interop=trace,library=trace,opengms=trace,request=trace,service=trace,store=trace,web=trace";

/// Lines as they are written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics with the lock held").extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().expect("nobody panics with the lock held").clone();
        let text = String::from_utf8(bytes).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
    }
}

/// Orders by both interfaces, reads, a token; the secret and the token.
async fn by_systems(served: &Served) -> Vec<String> {
    let system = System::new(served, "RP4DEMO").await;
    let token = system.token("").await;
    let bearer = format!("Authorization: Bearer {}\r\n", system.secret());
    let order = fhir(&sent("F-1", "R98.2", "QUILLFEATHER"));
    let (status, made) = system.ask(&token, "POST", "/fhir", "", &order).await;
    assert_eq!(status, 200, "{made}");
    let hl7_order = hl7(&sent("F-2", "R98.2", "QUILLFEATHER"));
    system.send("POST", "/hl7", &bearer, &hl7_order).await;
    system.send("POST", "/hl7", &bearer, &hl7_order.replace("19850312", "19850313")).await;
    system.send("POST", "/hl7", &bearer, "MSH|^~\\&|QUILLFEATHER").await;
    system.send("POST", "/hl7", &bearer, "MSH|^~\\&|E|H|G|L|20260101||ACK|QUILL1|P|2.5\rMSA|AE|QUILLFEATHER|QUILLFEATHER\r").await;
    for path in [
        format!("/fhir/ServiceRequest?patient.identifier=https://fhir.nhs.uk/Id/nhs-number%7C{}", NUMBERS[0]),
        format!("/fhir/Patient/{}", NUMBERS[1]),
        "/fhir/Nothing?name=QUILLFEATHER".to_owned(),
    ] {
        system.send("GET", &path, &format!("Authorization: Bearer {token}\r\n"), "").await;
    }
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let wrong = format!("grant_type=client_credentials&client_id={}&client_secret=wrong-QUILLFEATHER", system.id());
    system.send("POST", "/oauth2/token", form, &wrong).await;
    vec![system.secret().to_owned(), token]
}

/// Looks and forms of a clinician, a link of a person's own; what opens either.
async fn by_people(served: &Served) -> Vec<String> {
    let base = &served.base;
    let clinician = cookie(base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let signed_in = format!("Cookie: {clinician}\r\n");
    for path in ["/?q=QUILLFEATHER", "/launch?patient=9990001006", "/launch?patient=9990001006&to=order", "/QUILLFEATHER"] {
        answer(base, "GET", path, &signed_in).await;
    }
    let form = async |path: &str, header: &str, body: &str| {
        let head = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
        let length = body.len();
        raw(base, &format!("POST {path} HTTP/1.1\r\nHost: x\r\n{head}{header}Content-Length: {length}\r\n\r\n{body}")).await
    };
    form("/order-a-test/family", &signed_in, "proband_family_name=QUILLFEATHER&proband_nhs_number=9990001006&day=1").await;
    form("/sign-in", "", "login=QUILLFEATHER&password=QUILLFEATHER-secret").await;
    form("/link/QUILLFEATHER-link", "", "day=1&month=6&year=2019").await;
    vec![clinician.split('=').nth(1).expect("a value").to_owned()]
}

/// What the program does by itself.
async fn work(served: &Served) {
    drop(laboratory::analyses::run_waiting(&served.service).await);
    drop(results::deliver::deliver(&served.service).await);
    drop(ordering::clients::desk_of(&served.service, "QUILLFEATHER-secret").await);
}

#[tokio::test]
async fn no_line_of_the_log_names_anybody_or_holds_what_opens_something() {
    let kept = Kept::default();
    let writer = kept.clone();
    let lines = fmt().json().with_env_filter(EnvFilter::new(LEVELS)).with_writer(move || writer.clone()).finish();
    // While there is but one, what other threads do not listen to is taken to be listened to by nobody.
    let _second = tracing::Dispatch::new(fmt().with_writer(std::io::sink).finish());
    // Of this test alone: everything of it runs in one thread.
    let _log = tracing::subscriber::set_default(lines);
    let served = Served::alone().await;
    let mut secrets = by_systems(&served).await;
    secrets.extend(by_people(&served).await);
    work(&served).await;
    // Faults too: every request of somebody signed in needs the database.
    served.service.store.close().await;
    let id = "f058ebd602f74d3f942e904344e8cde5";
    let headers = format!("X-Request-ID: {id}\r\nCookie: gms={}\r\n", secrets.last().expect("a session"));
    answer(&served.base, "GET", "/launch?patient=9990001006", &headers).await;
    answer(&served.base, "GET", "/link/QUILLFEATHER-link?born=2019-06-01", &headers).await;
    let lines = kept.lines();
    let answered = lines.iter().filter(|line| line["target"] == "request").count();
    assert!(answered >= 15, "each request leaves a line: {answered}");
    let of_request = lines.iter().filter(|line| line["span"]["id"] == id);
    let routes: Vec<&Value> = of_request.map(|line| &line["span"]["route"]).collect();
    assert!(routes.iter().any(|route| **route == "/launch") && routes.iter().any(|route| **route == "/link/{secret}"), "{routes:?}");
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>().to_lowercase();
    let spaced = NUMBERS.map(|number| format!("{} {} {}", &number[..3], &number[3..6], &number[6..]));
    let people = ["quillfeather", "ada", "tom", "2019-06-01", "20190601", "quill1", "okafor"].map(str::to_owned);
    let found = people.into_iter().chain(NUMBERS.map(str::to_owned)).chain(spaced).chain(secrets.into_iter().map(|s| s.to_lowercase()));
    for identifying in found {
        // A word by itself, so that no part of another counts.
        let is_there = text.match_indices(&identifying).any(|(at, _)| {
            let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            is_apart(text[..at].chars().next_back()) && is_apart(text[at + identifying.len()..].chars().next())
        });
        assert!(!is_there, "'{identifying}' is in the log:\n{text}");
    }
}
