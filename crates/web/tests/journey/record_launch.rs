//! A hospital's electronic record opens a genomic record (SMART App Launch), at a small but real FHIR server with its own sign-in.

use crate::{
    exchange::{System, sent},
    permissions::who,
    provider::challenge_of,
    routes::answer,
    signed::signer,
};
use axum::{
    Form, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use care::{Role, Staff};
use engine::reference;
use interop::jose::{Algorithm, Expected, Keys, Signer, Token};
use serde_json::{Value, json};
use service::{
    Service,
    clock::{Clock, MachineClock},
    people::{self, accounts::SignsInBy},
};
use sim::messages::{NUMBERS, fhir};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// The record: signs identity tokens, knows the public half of the service's key, and what each launch was begun with.
struct Record {
    base: String,
    signer: Signer,
    client_keys: Keys,
    /// Nonce and challenge of each launch, by the name of the case.
    begun: Mutex<HashMap<String, [String; 2]>>,
}

async fn configuration(State(record): State<Arc<Record>>) -> Json<Value> {
    let base = &record.base;
    Json(json!({
        "issuer": base, "jwks_uri": format!("{base}/keys"), "userinfo_endpoint": format!("{base}/userinfo"),
        "authorization_endpoint": format!("{base}/authorize"), "token_endpoint": format!("{base}/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "capabilities": ["launch-ehr", "launch-standalone", "permission-v1", "sso-openid-connect"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

/// What is answered in each case: the patient, and claims of the identity token that differ.
fn case(name: &str) -> (Value, Value) {
    match name {
        "unborn" => (json!("born-another-day"), json!({})),
        "unknown" => (json!("unknown"), json!({})),
        "nobody" => (Value::Null, json!({})),
        "elsewhere" => (json!("../Practitioner/5"), json!({})),
        "other-resource" => (json!("swapped"), json!({})),
        "stranger" => (json!("child"), json!({ "sub": "stranger", "fhirUser": null })),
        "by-subject" => (json!("child"), json!({ "sub": "555021935107", "fhirUser": null })),
        "two" => (json!("child"), json!({ "sub": "someone.else" })),
        // As records in use answer: a role in the place of a person, an address in the place of an identifier, no identity token.
        "role" => (json!("child"), json!({ "fhirUser": "PractitionerRole/9" })),
        "role-by-number" => (json!("child"), json!({ "fhirUser": "PractitionerRole/10" })),
        "role-ended" => (json!("child"), json!({ "fhirUser": "PractitionerRole/11" })),
        "by-address" => (json!("OWN/Patient/child"), json!({})),
        "other-server" => (json!("https://other.example/fhir/Patient/child"), json!({})),
        "by-userinfo" | "userinfo-of-another" => (json!("child"), json!({ "fhirUser": null })),
        "a-patient" => (json!("child"), json!({ "sub": "555021935107", "fhirUser": "Patient/child" })),
        "other-client" => (json!("child"), json!({ "aud": "another-app" })),
        "other-nonce" => (json!("child"), json!({ "nonce": "other" })),
        _ => (json!("child"), json!({})),
    }
}

async fn token(State(record): State<Arc<Record>>, Form(form): Form<HashMap<String, String>>) -> Response {
    let refused = || (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    let Some([nonce, challenge]) = record.begun.lock().expect("a lock").remove(&form["code"]) else { return refused() };
    assert_eq!(challenge_of(&form["code_verifier"]), challenge);
    let claims = Token::read(&form["client_assertion"]).expect("a token").verified(&record.client_keys).expect("the service's key");
    let audiences = [format!("{}/token", record.base)];
    let now = MachineClock.now().as_second();
    claims.check(&Expected { issuer: "gms-app", audiences: &audiences, now, seconds_most: Some(300) }).expect("an assertion");
    let (patient, changes) = case(&form["code"]);
    let mut said = json!({
        "iss": record.base, "sub": "epr-7", "aud": "gms-app", "exp": now + 300, "iat": now, "nonce": nonce,
        "fhirUser": format!("{}/Practitioner/5", record.base), "locale": 7, "updated_at": "yesterday",
    });
    for (name, value) in changes.as_object().expect("changes") {
        said[name] = value.clone();
    }
    let id_token = record.signer.sign(Algorithm::Es384, &said).expect("signed");
    let patient = patient.as_str().map_or(Value::Null, |patient| json!(patient.replace("OWN", &record.base)));
    let mut answered = json!({
        "access_token": if form["code"].contains("userinfo") { form["code"].as_str() } else { "a" }, "token_type": "bearer", "expires_in": 300, "patient": patient, "id_token": id_token,
        // Further context of records in use, which changes nothing: the person is named on every page in any case.
        "need_patient_banner": form["code"] == "role", "smart_style_url": "https://x/style.json", "tenant": "t", "encounter": "e",
        "intent": null, "fhirContext": [{ "reference": "Appointment/1" }], "scope": "openid fhirUser launch patient/Patient.read",
    });
    if form["code"] == "no-token" {
        answered.as_object_mut().expect("an object").remove("id_token");
    }
    Json(answered).into_response()
}

/// What the record says of somebody beside the identity token: of whom it is asked, or of another.
async fn userinfo(headers: HeaderMap) -> Response {
    let person = |subject: &str| Json(json!({ "sub": subject, "fhirUser": "Practitioner/5" })).into_response();
    match headers["authorization"].to_str().expect("text") {
        "Bearer by-userinfo" => person("epr-7"),
        "Bearer userinfo-of-another" => person("epr-8"),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn resource(headers: HeaderMap, Path((kind, id)): Path<(String, String)>) -> Response {
    assert!(["Bearer a", "Bearer by-userinfo"].iter().any(|known| headers["authorization"] == *known));
    let person = |id: &str, number: &str, born: &str| {
        json!({ "resourceType": "Patient", "id": id, "birthDate": born,
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": number }] })
    };
    match (kind.as_str(), id.as_str()) {
        ("Patient", "child") => Json(person("child", NUMBERS[0], "2019-06-01")).into_response(),
        ("Patient", "born-another-day") => Json(person("born-another-day", NUMBERS[0], "2019-06-02")).into_response(),
        ("Patient", "unknown") => Json(person("unknown", "9434765919", "1990-01-01")).into_response(),
        ("Patient", "swapped") => Json(person("child", NUMBERS[0], "2019-06-01")).into_response(),
        ("Practitioner", "5") => {
            let number = json!({ "system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "555021935107" });
            Json(json!({ "resourceType": "Practitioner", "id": "5", "identifier": [number] })).into_response()
        }
        ("PractitionerRole", id) => {
            let who = match id {
                "10" => json!({ "identifier": { "system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "555021935107" } }),
                _ => json!({ "reference": "Practitioner/5" }),
            };
            Json(json!({ "resourceType": kind, "id": id, "active": id != "11", "practitioner": who })).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn record(client_keys: Keys) -> Arc<Record> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/fhir", listener.local_addr().expect("an address"));
    let record = Arc::new(Record { base, signer: signer(), client_keys, begun: Mutex::default() });
    let keys = record.signer.key_set();
    let router = Router::new()
        .route("/fhir/.well-known/smart-configuration", get(configuration))
        .route("/fhir/keys", get(move || async move { Json(keys) }))
        .route("/fhir/token", post(token))
        .route("/fhir/userinfo", get(userinfo))
        .route("/fhir/{kind}/{id}", get(resource))
        .with_state(Arc::clone(&record));
    tokio::spawn(async move { axum::serve(listener, router).await });
    record
}

/// Status, address that it sends to, cookie and body of an answer.
async fn visit(base: &str, path: &str, cookie: &str) -> (u16, String, String, String) {
    let text = answer(base, "GET", path, &format!("Cookie: {cookie}\r\n")).await;
    let (head, body) = text.split_once("\r\n\r\n").expect("a body");
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.split_once(": ").filter(|(found, _)| found.eq_ignore_ascii_case(name)));
        line.map_or_else(String::new, |(_, value)| value.to_owned())
    };
    let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).expect("a status");
    (status, header("location"), header("set-cookie"), body.to_owned())
}

/// A parameter of an address.
fn parameter(address: &str, name: &str) -> String {
    let pairs: HashMap<String, String> =
        address.split_once('?').expect("a query").1.split('&').filter_map(|pair| pair.split_once('=')).map(owned).collect();
    pairs.get(name).cloned().unwrap_or_default()
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.replace("%3A", ":").replace("%2F", "/").replace('+', " "))
}

struct Launched {
    base: String,
    record: Arc<Record>,
}

impl Launched {
    /// Begins a launch as a case, and gives the state and the cookie.
    async fn begin(&self, case: &str) -> (String, String) {
        let path = format!("/launch?iss={}&launch=xyz", self.record.base);
        let (status, to, cookie, body) = visit(&self.base, &path, "").await;
        assert!(status == 303 && to.starts_with(&format!("{}/authorize?", self.record.base)), "{to} {body}");
        assert!(cookie.contains("SameSite=Lax") && cookie.contains("HttpOnly"), "the record is another site: {cookie}");
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", "gms-app"),
            ("aud", self.record.base.as_str()),
            ("launch", "xyz"),
            ("code_challenge_method", "S256"),
            ("scope", "openid fhirUser launch patient/Patient.read"),
            ("redirect_uri", &format!("{}/launch/back", self.base)),
        ] {
            assert_eq!(parameter(&to, name), value, "{name}");
        }
        let kept = [parameter(&to, "nonce"), parameter(&to, "code_challenge")];
        self.record.begun.lock().expect("a lock").insert(case.to_owned(), kept);
        (parameter(&to, "state"), cookie.split(';').next().expect("a cookie").to_owned())
    }

    async fn run(&self, case: &str) -> (u16, String, String, String) {
        let (state, cookie) = self.begin(case).await;
        visit(&self.base, &format!("/launch/back?code={case}&state={state}"), &cookie).await
    }
}

async fn launched(service: &Arc<Service>) -> Launched {
    let key = Arc::new(signer());
    let record = record(Keys::read(&key.key_set().to_string()).expect("keys")).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let credential = web::Credential { secret: Some("unused".into()), key: Some(Arc::clone(&key)) };
    let trusted = web::RecordServer { base: record.base.clone(), client: "gms-app".into(), credential };
    let entrance = web::Entrance {
        provider: None,
        records: vec![trusted],
        address: Some(format!("{base}/")),
        signers: vec![Arc::clone(&key)],
        ..web::Entrance::on_loopback()
    };
    tokio::spawn(web::serve(Arc::clone(service), entrance, listener, std::future::pending()));
    Launched { base, record }
}

/// Opens an account of a clinician.
async fn account(service: &Service, name: &str, login: &str) {
    let staff = Staff { id: care::StaffId(MachineClock.new_id()), name: name.into(), ..who(Role::Clinician, 0) };
    people::accounts::open(service, &people::staff::system(), staff, login, SignsInBy::Provider).await.expect("opened");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_opens_whom_it_has_open_for_whom_it_vouches_and_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::open(folder.path(), &reference::open("demo").expect("the demo pack")).await.expect("a service");
    people::accounts::open_demonstration(&service).await.expect("people");
    account(&service, "Dr Nia Rowe", "555021935107").await;
    account(&service, "Dr Someone Else", "someone.else").await;
    let launched = launched(&service).await;
    let served = crate::Served::here(launched.base.clone(), Arc::clone(&service), folder);
    let system = System::new(&served, "RP4DEMO").await;
    let (status, made) = system.ask(&system.token("").await, "POST", "/fhir", "", &fhir(&sent("F-1", "R98.2", "BELL"))).await;
    assert_eq!(status, 200, "{made}");

    let (state, cookie) = launched.begin("good").await;
    let path = format!("/launch/back?code=good&state={state}");
    let (status, to, cookie_after, body) = visit(&launched.base, &path, &cookie).await;
    assert!(status == 303 && to.starts_with("/patients/"), "{status} {to} {body}");
    let (_, _, _, page) = visit(&launched.base, &to, cookie_after.split(';').next().expect("a cookie")).await;
    assert!(page.contains("ADA BELL") && page.contains("Dr Nia Rowe"), "{page}");
    let (status, again, ..) = visit(&launched.base, &path, &cookie).await;
    assert_eq!((status, again.as_str()), (303, "/sign-in"), "a launch counts once");
    for case in ["by-subject", "role", "role-by-number", "by-address", "by-userinfo"] {
        let (status, to, _, body) = launched.run(case).await;
        assert!(status == 303 && to.starts_with("/patients/"), "{case}: {status} {body}");
    }

    for (case, says) in [
        ("unborn", "another date of birth"),
        ("unknown", "Nothing that you may open is known here"),
        ("nobody", "which patient is open"),
        ("elsewhere", "identifier of a patient that is none"),
        ("other-resource", "no Patient with the identifier"),
        ("stranger", "no account here"),
        ("two", "names of two accounts"),
        ("role-ended", "no account here"),
        ("userinfo-of-another", "of another person"),
        ("other-server", "a patient of another server"),
        ("a-patient", "who is signed in at the record is a Patient"),
        ("no-token", "no identity token"),
        ("other-client", "aud is"),
        ("other-nonce", "another sign-in"),
    ] {
        let (status, to, _, body) = launched.run(case).await;
        assert!(status == 422 && to.is_empty() && body.contains(says), "{case}: {status} {to} {body}");
    }
    let (_, cookie) = launched.begin("state").await;
    let (status, _, _, body) = visit(&launched.base, "/launch/back?code=state&state=made-up", &cookie).await;
    assert!(status == 422 && body.contains("another sign-in"), "{body}");
    let (status, _, _, body) = visit(&launched.base, "/launch?iss=https://elsewhere.example/fhir&launch=1", "").await;
    assert!(status == 422 && body.contains("--smart-issuer"), "{body}");
    let (_, _, _, keys) = visit(&launched.base, "/.well-known/jwks.json", "").await;
    assert!(keys.contains("P-384") && !keys.contains("\"d\""), "{keys}");
}
