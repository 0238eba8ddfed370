//! Systems that show who they are by a key or a certificate of their own, from outside.

use crate::{Served, exchange::System, permissions::who, routes::answer};
use care::{Role, StaffId, ordering::client::KeySource};
use interop::jose::{Algorithm, Signer};
use serde_json::{Value, json};
use service::{
    certificates::{self, OwnCertificate},
    clock::{Clock, MachineClock},
    ordering,
};
use sim::messages::{Sent, hl7};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
};

pub fn signer() -> Signer {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).expect("a key");
    Signer::read(&pair.serialize_pem()).expect("a key")
}

/// A system with a key.
async fn keyed(served: &Served, role: Role, signer: &Signer) -> (StaffId, String) {
    let by = who(Role::Administrator, 0);
    let hospital = who(Role::Clinician, 0).organisation;
    let (id, secret) = ordering::clients::open(&served.service, &by, role, "Hospital TIE", (hospital, "Hospital")).await.expect("opened");
    let keys = KeySource::Set { jwks: signer.key_set().to_string() };
    ordering::clients::register_keys(&served.service, &by, id, keys).await.expect("registered");
    (id, secret)
}

fn claims(issuer: &str, audience: &str) -> Value {
    let now = MachineClock.now().as_second();
    json!({ "iss": issuer, "sub": issuer, "aud": audience, "iat": now, "exp": now + 240, "jti": MachineClock.new_id().to_string() })
}

#[tokio::test]
async fn a_token_is_given_to_whom_shows_who_it_is_in_one_of_three_ways() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let signer = signer();
    let (id, secret) = keyed(&served, Role::OrderingSystem, &signer).await;
    let endpoint = format!("{}/oauth2/token", served.base);
    let assertion = || signer.sign(Algorithm::Es384, &claims(&id.to_string(), &endpoint)).expect("signed");
    let post = async |headers: &str, form: &str| {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
        let (status, head, body) = system.whole("POST", "/oauth2/token", &headers, form).await;
        let said: Value = serde_json::from_str(&body).expect("JSON");
        (status, head.to_lowercase(), said)
    };
    let kind = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let grant = "grant_type=client_credentials";
    let basic = {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let encode = |text: String| BASE64_STANDARD.encode(text);
        [
            format!("Authorization: Basic {}\r\n", encode(format!("{id}:{secret}"))),
            format!("Authorization: basic {}\r\n", encode(format!("{id}:no"))),
        ]
    };
    for (headers, form) in [
        (String::new(), format!("{grant}&{kind}&client_assertion={}", assertion())),
        (String::new(), format!("{grant}&{kind}&client_id={id}&scope=system/*.read&client_assertion={}", assertion())),
        (basic[0].clone(), grant.to_owned()),
        (String::new(), format!("{grant}&client_id={id}&client_secret={secret}")),
    ] {
        let (status, head, said) = post(&headers, &form).await;
        assert_eq!((status, said["token_type"].as_str()), (200, Some("Bearer")), "{form}: {said}");
        assert!(head.contains("cache-control: no-store"), "{head}");
        let token = said["access_token"].as_str().expect("a token");
        assert_eq!(system.ask(token, "GET", "/fhir/ServiceRequest", "", &Value::Null).await.0, 200);
    }
    let used = assertion();
    assert_eq!(post("", &format!("{grant}&{kind}&client_assertion={used}")).await.0, 200);
    for (headers, form, status, error, says) in [
        ("", format!("{grant}&{kind}&client_assertion={used}"), 401, "invalid_client", "used before"),
        ("", format!("{grant}&client_assertion={}", assertion()), 400, "invalid_request", "client_assertion_type is"),
        ("", format!("{grant}&{kind}&client_secret={secret}&client_assertion={}", assertion()), 400, "invalid_request", "one way"),
        ("", format!("{grant}&{kind}&client_assertion=gms"), 401, "invalid_client", "no signed token"),
        ("", format!("{grant}&client_id={id}&client_secret=no"), 401, "invalid_client", "no such client"),
        ("", grant.to_owned(), 401, "invalid_client", "no such client"),
        ("", format!("{grant}&client_id={id}&client_secret={secret}&scope=user/*.read"), 400, "invalid_scope", "system/*.read"),
        ("", "grant_type=password&username=a".to_owned(), 400, "unsupported_grant_type", "client_credentials"),
        ("", String::new(), 400, "invalid_request", "grant_type is missing"),
        ("", format!("{grant}&{grant}"), 400, "invalid_request", "duplicate"),
        (basic[1].as_str(), grant.to_owned(), 401, "invalid_client", "no such client"),
        ("Authorization: Bearer x\r\n", grant.to_owned(), 401, "invalid_client", "Basic"),
        (basic[0].as_str(), format!("{grant}&client_id=other"), 400, "invalid_request", "another client"),
    ] {
        let (answered, head, said) = post(headers, &form).await;
        assert_eq!((answered, said["error"].as_str()), (status, Some(error)), "{form}: {said}");
        assert!(said["error_description"].as_str().is_some_and(|text| text.contains(says)), "{says}: {said}");
        assert_eq!(head.contains("www-authenticate: basic"), status == 401, "{head}");
    }
}

#[tokio::test]
async fn a_client_finds_out_where_tokens_are_and_how_they_are_had() {
    let served = Served::new().await;
    for base in ["/fhir", "/FHIR/R4"] {
        let text = answer(&served.base, "GET", &format!("{base}/.well-known/smart-configuration"), "").await;
        let (head, body) = text.split_once("\r\n\r\n").expect("a body");
        assert!(head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains("content-type: application/json"), "{head}");
        let said: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(said["token_endpoint"], format!("{}/oauth2/token", served.base));
        assert_eq!(said["token_endpoint_auth_methods_supported"][0], "private_key_jwt");
        assert!(said["token_endpoint_auth_signing_alg_values_supported"].as_array().is_some_and(|all| all.contains(&json!("RS384"))));
        assert!(said["authorization_endpoint"].is_null(), "there is none");
        let text = answer(&served.base, "GET", &format!("{base}/metadata"), "").await;
        let said: Value = serde_json::from_str(text.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
        let security = &said["rest"][0]["security"];
        assert_eq!(security["extension"][0]["extension"][0]["valueUri"], format!("{}/oauth2/token", served.base));
    }
    let text = answer(&served.base, "GET", "/.well-known/jwks.json", "").await;
    assert!(text.contains(r#"{"keys":[]}"#), "{text}");
}

#[tokio::test]
async fn a_request_of_cds_hooks_is_signed_once_for_the_service_that_is_called() {
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let signer = signer();
    let (id, _) = keyed(&served, Role::PrescribingSystem, &signer).await;
    let issuer = "https://hospital.example/fhir";
    ordering::clients::register_issuer(&served.service, &who(Role::Administrator, 0), id, issuer).await.expect("registered");
    let path = "/cds-services/medicines-patient-view";
    let signed = |audience: String| signer.sign(Algorithm::Es384, &claims(issuer, &audience)).expect("signed");
    let request = json!({
        "hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": { "userId": "Practitioner/1", "patientId": "7" },
        "prefetch": { "patient": { "resourceType": "Patient", "birthDate": "2001-02-14",
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }] } }
    });
    let call = async |token: &str| {
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        let (status, head, body) = system.whole("POST", path, &headers, &request.to_string()).await;
        (status, head.to_lowercase(), body)
    };
    let token = signed(format!("{}{path}", served.base));
    let (status, _, body) = call(&token).await;
    assert_eq!((status, body.as_str()), (200, r#"{"cards":[]}"#));
    for (token, says) in [
        (token, "used before"),
        (signed(format!("https://elsewhere.example{path}")), "aud is"),
        (self::signer().sign(Algorithm::Es384, &claims(issuer, &format!("{}{path}", served.base))).expect("signed"), "kid"),
        ("a.b.c".to_owned(), "no signed token"),
    ] {
        let (status, head, body) = call(&token).await;
        assert!(status == 401 && body.contains(says) && head.contains("invalid_token"), "{says}: {status} {body}");
    }
}

type Authority = rcgen::CertifiedIssuer<'static, rcgen::KeyPair>;

fn authority() -> Authority {
    let mut parameters = rcgen::CertificateParams::new(vec![]).expect("a name");
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    rcgen::CertifiedIssuer::self_signed(parameters, rcgen::KeyPair::generate().expect("a key")).expect("signed")
}

/// A certificate for a host until a year, and its key, as PEM.
fn certificate(authority: &Authority, host: &str, until: i32) -> [String; 2] {
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut parameters = rcgen::CertificateParams::new(vec![host.to_owned()]).expect("a name");
    (parameters.not_before, parameters.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(until, 1, 1));
    [parameters.signed_by(&key, authority).expect("signed").pem(), key.serialize_pem()]
}

/// A line of a system within TLS, whose certificates are of an authority.
async fn line(served: &Served, client: StaffId, ours: &Authority, clients: &Authority, folder: &Path) -> std::net::SocketAddr {
    let [certificate, key] = certificate(ours, "localhost", 2040);
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let own = OwnCertificate::read(&file("own.pem", certificate), &file("own.key", key)).expect("read");
    let config = certificates::server(&own, &file("clients.pem", clients.pem())).expect("a configuration");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(web::hl7_line_within_tls(Arc::clone(&served.service), listener, client, config));
    address
}

/// What a message is answered by the line, to whom shows a certificate; nothing where it is refused.
async fn said(address: std::net::SocketAddr, ours: &Authority, shown: Option<&[String; 2]>, message: &str) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add(ours.der().clone()).expect("an authority");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let config = config.with_root_certificates(roots);
    let config = match shown {
        Some([certificate, key]) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate")];
            config.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key")).expect("a pair")
        }
        None => config.with_no_client_auth(),
    };
    let stream = TcpStream::connect(address).await.expect("a connection");
    let name = ServerName::try_from("localhost").expect("a name");
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    stream.write_all(format!("\u{b}{message}\u{1c}\r").as_bytes()).await.ok()?;
    let mut frame = Vec::new();
    while !frame.ends_with(&[0x1c, 0x0d]) {
        if stream.read_buf(&mut frame).await.ok()? == 0 {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&frame).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_within_tls_is_of_the_system_whose_name_its_certificate_bears() {
    let served = Served::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (id, _) = keyed(&served, Role::OrderingSystem, &signer()).await;
    let (ours, theirs, strange) = (authority(), authority(), authority());
    let address = line(&served, id, &ours, &theirs, folder.path()).await;
    let message = hl7(&Sent { control: "m1", number: "P-1", test: "R98.2", family: "BELL", hospital: "RP4DEMO" });
    let good = certificate(&theirs, "tie.hospital.example", 2040);
    assert_eq!(said(address, &ours, Some(&good), &message).await, None, "no name is registered yet");
    let register = async |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        ordering::clients::name_certificates(&served.service, &who(Role::Administrator, 0), id, &names).await.expect("registered");
    };
    register(&["TIE.hospital.example"]).await;
    for (why, shown) in [
        ("no certificate", None),
        ("one that ran out", Some(certificate(&theirs, "tie.hospital.example", 2024))),
        ("one of another authority", Some(certificate(&strange, "tie.hospital.example", 2040))),
        ("one of another system", Some(certificate(&theirs, "other.hospital.example", 2040))),
        ("one for any host", Some(certificate(&theirs, "*.hospital.example", 2040))),
    ] {
        assert_eq!(said(address, &ours, shown.as_ref(), &message).await, None, "{why}");
    }
    let answered = said(address, &ours, Some(&good), &message).await.expect("an answer");
    assert!(answered.contains("MSA|AA|m1"), "{answered}");
    // By its fingerprint, where it names nobody that is known.
    let other = certificate(&theirs, "other.hospital.example", 2040);
    let fingerprint = certificates::names(&CertificateDer::from_pem_slice(other[0].as_bytes()).expect("a certificate")).pop().expect("one");
    register(&[&fingerprint]).await;
    assert!(said(address, &ours, Some(&other), &message).await.is_some());
    assert_eq!(said(address, &ours, Some(&good), &message).await, None, "names replace those of before");

    // Whoever never agrees on TLS is sent away, and keeps nobody else out meanwhile.
    let mut slow = TcpStream::connect(address).await.expect("a connection");
    slow.write_all(&[0x16, 0x03, 0x01]).await.expect("sent");
    assert!(said(address, &ours, Some(&other), &message).await.is_some());
    let ended = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "the connection is closed within seconds");
}
