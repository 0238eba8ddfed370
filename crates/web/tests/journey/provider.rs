//! Signing in with an organisation's own accounts, at a small but real OpenID Connect provider on this machine.

use crate::{browser::Browser, signed::signer};
use axum::{
    Form, Json, Router,
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use care::{Role, Staff};
use engine::reference;
use interop::jose::{Algorithm, Signer, encoded};
use serde_json::{Value, json};
use service::{
    Service,
    clock::{Clock, MachineClock},
    people,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// People of the provider: subject, address, how sure it is, and what is wrong with what it says.
const PEOPLE: [(&str, &str, &str, &str); 5] = [
    ("555021935107", "nia.rowe@example.nhs.uk", "AAL3_ANY", ""),
    ("555021935108", "nobody@example.nhs.uk", "AAL3_ANY", ""),
    ("555021935107", "weak@example.nhs.uk", "AAL1_USERPASS", ""),
    ("555021935107", "forged@example.nhs.uk", "AAL3_ANY", "key"),
    ("555021935107", "replayed@example.nhs.uk", "AAL3_ANY", "nonce"),
];

struct Provider {
    address: String,
    signer: Signer,
    /// Of somebody who would like to be the provider.
    forger: Signer,
    /// What was asked for with each code: nonce, challenge, client, person.
    codes: Mutex<HashMap<String, [String; 3]>>,
}

async fn configuration(State(p): State<Arc<Provider>>) -> Json<Value> {
    let url = |path: &str| format!("{}{path}", p.address);
    Json(json!({
        "issuer": p.address, "authorization_endpoint": url("/authorize"), "token_endpoint": url("/token"), "jwks_uri": url("/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES384"],
    }))
}

async fn keys(State(p): State<Arc<Provider>>) -> Json<Value> {
    Json(p.signer.key_set())
}

/// The provider's own sign-in page: its people as links back to the service.
async fn authorize(State(p): State<Arc<Provider>>, Query(parameters): Query<HashMap<String, String>>) -> Html<String> {
    assert_eq!((parameters["client_id"].as_str(), parameters["code_challenge_method"].as_str()), ("gms", "S256"));
    assert!(parameters["scope"].split(' ').any(|scope| scope == "openid") && parameters["acr_values"] == "AAL3_ANY");
    let mut page = "<!doctype html><html lang='en'><title>Provider</title><main><h1>Who are you?</h1>".to_owned();
    for (index, (_, email, ..)) in PEOPLE.iter().enumerate() {
        let code = format!("code-{index}-{}", parameters["nonce"]);
        p.codes
            .lock()
            .expect("a lock")
            .insert(code.clone(), [parameters["nonce"].clone(), parameters["code_challenge"].clone(), index.to_string()]);
        page += &format!("<p><a href='{}?code={code}&amp;state={}'>{email}</a></p>", parameters["redirect_uri"], parameters["state"]);
    }
    Html(page + "</main></html>")
}

/// The challenge for a verifier (RFC 7636, section 4.2, S256).
pub fn challenge_of(verifier: &str) -> String {
    encoded(Sha256::digest(verifier))
}

async fn token(State(p): State<Arc<Provider>>, Form(parameters): Form<HashMap<String, String>>) -> Response {
    let Some([nonce, challenge, index]) = p.codes.lock().expect("a lock").remove(&parameters["code"]) else {
        return (axum::http::StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    };
    assert_eq!(challenge_of(&parameters["code_verifier"]), challenge);
    let (subject, email, assurance, wrong) = PEOPLE[index.parse::<usize>().expect("a number")];
    let now = MachineClock.now().as_second();
    let claims = json!({
        "iss": p.address, "aud": "gms", "sub": subject, "email": email, "email_verified": true, "exp": now + 300, "iat": now,
        "nonce": if wrong == "nonce" { "another" } else { &nonce }, "acr": assurance,
    });
    let signed_by = |signer: &Signer| signer.sign(Algorithm::Es384, &claims).expect("signed");
    let mut id_token = signed_by(&p.signer);
    if wrong == "key" {
        let (of_the_provider, of_the_forger) = (id_token.rfind('.').expect("a token"), signed_by(&p.forger));
        id_token.replace_range(of_the_provider.., &of_the_forger[of_the_forger.rfind('.').expect("a token")..]);
    }
    Json(json!({"access_token": "none", "token_type": "Bearer", "id_token": id_token})).into_response()
}

async fn provider() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    // Another site than that of the service, as a real provider is: cookies that go to one's own site alone would be lost on the way.
    let address = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/keys", get(keys))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .with_state(Arc::new(Provider { address: address.clone(), signer: signer(), forger: signer(), codes: Mutex::default() }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinician_signs_in_with_her_organisation_and_nobody_in_her_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let service = Service::open(folder.path(), &reference::open("demo").expect("the demo pack")).await.expect("a service");
    let nia = Staff {
        id: care::StaffId(MachineClock.new_id()),
        name: "Dr Nia Rowe".into(),
        role: Role::Clinician,
        organisation: "RXX98".parse().expect("a code"),
        organisation_name: "A Hospital".into(),
    };
    people::accounts::open(
        &service,
        &service::people::staff::system(),
        nia,
        "555021935107",
        service::people::accounts::SignsInBy::Provider,
    )
    .await
    .expect("opened");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let settings = web::Settings {
        issuer: provider().await,
        client: "gms".into(),
        credential: web::Credential::default(),
        folder: folder.path().to_owned(),
        address: base.clone(),
        assurance: Some("AAL3_ANY".into()),
    };
    let provider = web::Provider::discover(settings.clone()).await.expect("a provider");
    let entrance = web::Entrance { provider: Some(provider), address: Some(base.clone()), ..web::Entrance::on_loopback() };
    tokio::spawn(web::serve(Arc::clone(&service), entrance, listener, std::future::pending()));
    let elsewhere = web::Settings { issuer: format!("{}/nowhere", settings.issuer), ..settings };
    let said = web::Provider::discover(elsewhere).await.err().expect("no provider").to_string();
    assert!(said.contains("reading the configuration of the provider"), "{said}");

    let Some(b) = Browser::start(&base).await else { return };
    for (email, says) in [
        ("nobody@example.nhs.uk", "Ask an administrator to open one for you"),
        ("weak@example.nhs.uk", "could not be checked"),
        ("forged@example.nhs.uk", "could not be checked"),
        ("replayed@example.nhs.uk", "could not be checked"),
    ] {
        b.open("/sign-in").await;
        b.click("Sign in with your organisation").await;
        b.see("Who are you?").await;
        b.click(email).await;
        b.see(says).await;
        b.open("/").await;
        b.see("Sign in with your organisation").await;
    }
    b.picture("sign-in-provider").await;
    b.open("/sign-in/provider/back?code=code-0&state=made-up").await;
    b.see("Sign in with your organisation").await;
    b.click("Sign in with your organisation").await;
    b.click("nia.rowe@example.nhs.uk").await;
    b.see("Dr Nia Rowe, Clinician").await;
    b.close().await;
}

#[tokio::test]
async fn people_without_a_password_are_never_served_beside_a_provider() {
    let served = crate::Served::alone().await;
    let settings = web::Settings {
        issuer: provider().await,
        client: "gms".into(),
        credential: web::Credential::default(),
        folder: served.service.folder.clone(),
        address: served.base.clone(),
        assurance: None,
    };
    let provider = web::Provider::discover(settings).await.expect("a provider");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let entrance = web::Entrance { provider: Some(provider), ..web::Entrance::on_loopback() };
    let refused = web::serve(Arc::clone(&served.service), entrance, listener, std::future::pending()).await;
    let said = refused.expect_err("refused").to_string();
    assert!(said.contains("without a provider"), "{said}");
}
