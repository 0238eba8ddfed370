//! Systems that show who they are by a key of their own.

use crate::bench::*;
use care::{StaffId, ordering::client::KeySource};
use interop::jose::Signer;
use ordering::clients::{desk_by_signature, prove};
use serde_json::{Value, json};
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const ADDRESS: &str = "https://gms.example.nhs.uk/oauth2/token";

fn signer() -> Signer {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).expect("a key");
    Signer::read(&pair.serialize_pem()).expect("a key")
}

/// A system of the demonstration hospital, without keys.
async fn system(bench: &Bench) -> StaffId {
    let hospital = who(Role::Clinician, 0).organisation;
    let by = who(Role::Administrator, 0);
    ordering::clients::open(&bench.service, &by, Role::OrderingSystem, "Hospital TIE", (hospital, "Hospital")).await.expect("opened").0
}

async fn register(bench: &Bench, id: StaffId, keys: KeySource) {
    ordering::clients::register_keys(&bench.service, &who(Role::Administrator, 0), id, keys).await.expect("registered");
}

/// A token that a system signs, with changes to what it says.
fn signed(signer: &Signer, issuer: &str, changes: &Value) -> String {
    let now = MachineClock.now().as_second();
    let mut claims = json!({
        "iss": issuer, "sub": issuer, "aud": ADDRESS, "iat": now, "exp": now + 240, "jti": MachineClock.new_id().to_string(),
    });
    for (name, value) in changes.as_object().expect("changes") {
        claims[name] = value.clone();
    }
    signer.sign(signer.algorithms()[0], &claims).expect("signed")
}

async fn proven(service: &Service, token: &str, named: Option<&str>) -> Result<StaffId, String> {
    prove(service, token, named, &[ADDRESS.to_owned()]).await.expect("no fault").map(|staff| staff.id).map_err(|why| why.0)
}

#[tokio::test]
async fn an_assertion_is_good_once_on_whichever_machine_it_arrives() {
    let bench = Bench::new().await;
    let (id, signer) = (system(&bench).await, signer());
    let issuer = id.to_string();
    let token = signed(&signer, &issuer, &json!({}));
    let said = proven(&bench.service, &token, None).await.expect_err("no keys yet");
    assert!(said.contains("No public keys are registered"), "{said}");
    register(&bench, id, KeySource::Set { jwks: signer.key_set().to_string() }).await;

    let other = bench.again().await;
    assert_eq!(proven(&bench.service, &token, Some(&issuer)).await, Ok(id));
    for service in [&bench.service, &other] {
        let said = proven(service, &token, None).await.expect_err("used before");
        assert!(said.contains("jti was used before"), "{said}");
    }
    let stranger = self::signer();
    let now = MachineClock.now().as_second();
    for (token, named, says) in [
        (signed(&signer, &issuer, &json!({ "sub": "other" })), None, "iss and sub"),
        (signed(&signer, &issuer, &json!({})), Some("other"), "client_id names another"),
        (signed(&signer, &MachineClock.new_id().to_string(), &json!({})), None, "no such client"),
        (signed(&signer, &id.0.simple().to_string(), &json!({})), None, "no such client"),
        (signed(&signer, &issuer, &json!({ "aud": "https://other.example/oauth2/token" })), None, "aud is"),
        (signed(&signer, &issuer, &json!({ "exp": now + 3600 })), None, "seconds ahead"),
        (signed(&signer, &issuer, &json!({ "exp": now - 120 })), None, "seconds ago"),
        (signed(&signer, &issuer, &json!({ "jti": null })), None, "jti is missing"),
        (signed(&signer, &issuer, &json!({ "jti": "x".repeat(600) })), None, "jti has more"),
        (signed(&stranger, &issuer, &json!({})), None, "No registered key has the kid"),
        ("gms_0123".to_owned(), None, "no signed token"),
    ] {
        let said = proven(&bench.service, &token, named).await.expect_err("refused");
        assert!(said.contains(says), "{says}: {said}");
    }
    ordering::clients::close(&bench.service, &who(Role::Administrator, 0), id, "Replaced".into()).await.expect("closed");
    let said = proven(&bench.service, &signed(&signer, &issuer, &json!({})), None).await.expect_err("closed");
    assert!(said.contains("no such client"), "{said}");
}

/// Answers with what there is now, and counts how often it was tried.
async fn key_server(answer: Arc<Mutex<String>>, tries: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/jwks.json", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tries.fetch_add(1, Ordering::SeqCst);
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {}
            let text = answer.lock().expect("a lock").clone();
            stream.write_all(text.as_bytes()).await.ok();
        }
    });
    url
}

fn answered(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn keys_at_an_address_are_read_again_when_they_change_and_not_for_every_stranger() {
    let bench = Bench::new().await;
    let (id, first, second) = (system(&bench).await, signer(), signer());
    let issuer = id.to_string();
    let (answer, tries) = (Arc::new(Mutex::new(answered(&first.key_set().to_string()))), Arc::new(AtomicUsize::new(0)));
    let url = key_server(Arc::clone(&answer), Arc::clone(&tries)).await;
    register(&bench, id, KeySource::Address { url: url.clone() }).await;

    for _ in 0..3 {
        assert_eq!(proven(&bench.service, &signed(&first, &issuer, &json!({})), None).await, Ok(id));
    }
    assert_eq!(tries.load(Ordering::SeqCst), 1, "kept");
    for _ in 0..3 {
        assert!(proven(&bench.service, &signed(&second, &issuer, &json!({})), None).await.is_err());
    }
    assert_eq!(tries.load(Ordering::SeqCst), 1, "a key that is not there is looked for again after some seconds only");
    *answer.lock().expect("a lock") = answered(&second.key_set().to_string());
    let later = bench.opened_with(Arc::new(MachineClock)).await;
    assert_eq!(proven(&later, &signed(&second, &issuer, &json!({})), None).await, Ok(id), "the new key");
    assert!(proven(&later, &signed(&first, &issuer, &json!({})), None).await.is_err(), "and no longer the old one");

    for (text, says) in [
        ("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n".to_owned(), "answered 302"),
        ("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n".to_owned(), "answered 500"),
        (answered("{}"), "keys is missing"),
        (answered(r#"{"keys":[{"kty":"EC","crv":"P-384","d":"AA"}]}"#), "private or shared"),
        (answered(&"x".repeat(300_000)), "too long"),
    ] {
        *answer.lock().expect("a lock") = text;
        let fresh = bench.opened_with(Arc::new(MachineClock)).await;
        let said = proven(&fresh, &signed(&second, &issuer, &json!({})), None).await.expect_err("refused");
        assert!(said.contains(says), "{says}: {said}");
    }
    for url in ["http://hospital.example/jwks.json", "ftp://hospital.example/jwks.json", "file:///etc/passwd", "https://"] {
        let keys = KeySource::Address { url: url.into() };
        refused(ordering::clients::register_keys(&bench.service, &who(Role::Administrator, 0), id, keys).await, "no address of keys");
    }
}

#[tokio::test]
async fn a_request_is_signed_by_the_system_of_its_issuer_and_no_address_in_it_is_followed() {
    let bench = Bench::new().await;
    let (id, other, signer) = (system(&bench).await, system(&bench).await, signer());
    let by = who(Role::Administrator, 0);
    let issuer = "https://hospital.example/fhir";
    register(&bench, id, KeySource::Set { jwks: signer.key_set().to_string() }).await;
    ordering::clients::register_issuer(&bench.service, &by, id, issuer).await.expect("registered");
    refused(ordering::clients::register_issuer(&bench.service, &by, other, issuer).await, "signs under this name already");
    let audiences = ["https://gms.example.nhs.uk/cds-services/medicines-order-sign".to_owned()];
    let desk = async |token: &str| {
        desk_by_signature(&bench.service, token, &audiences).await.expect("no fault").map(|desk| desk.staff.id).map_err(|why| why.0)
    };
    let token = |changes: Value| {
        let mut whole = json!({ "aud": audiences[0], "sub": null });
        for (name, value) in changes.as_object().expect("changes") {
            whole[name] = value.clone();
        }
        signed(&signer, issuer, &whole)
    };
    let good = token(json!({}));
    assert_eq!(desk(&good).await, Ok(id));
    for (token, says) in [
        (good, "used before"),
        (token(json!({ "iss": "https://elsewhere.example" })), "No system is registered"),
        (token(json!({ "aud": ADDRESS })), "aud is"),
        (token(json!({ "iat": null })), "iat is missing"),
    ] {
        let said = desk(&token).await.expect_err("refused");
        assert!(said.contains(says), "{says}: {said}");
    }
    // A key server that would vouch for anybody is never tried, whatever the header says.
    let (answer, tries) = (Arc::new(Mutex::new(answered(&signer.key_set().to_string()))), Arc::new(AtomicUsize::new(0)));
    let url = key_server(answer, Arc::clone(&tries)).await;
    let plain = token(json!({}));
    let (header, rest) = plain.split_once('.').expect("a header");
    let mut header: Value = serde_json::from_slice(&from_base64url(header)).expect("a header");
    header["jku"] = json!(url);
    let said = desk(&format!("{}.{rest}", interop::jose::encoded(header.to_string()))).await.expect_err("refused");
    assert!(said.contains("jku is not the address"), "{said}");
    assert_eq!(tries.load(Ordering::SeqCst), 0);
}

fn from_base64url(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let bits: Vec<u32> = text.bytes().map(|c| u32::from(digit(c))).collect();
    bits.chunks(4)
        .flat_map(|four| {
            let whole = four.iter().fold(0, |whole, six| (whole << 6) | six) << (6 * (4 - four.len()));
            whole.to_be_bytes()[1..four.len()].to_vec()
        })
        .collect()
}
