//! The service as somebody meets it who wants to stop it, or to be somebody else: real sockets, silent, slow, huge and forged.

use crate::{Served, routes::raw};
use service::Service;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    time::{sleep, timeout},
};
use web::{Bounds, Entrance, Hosts, Proxies};

/// Longer than anything here may take.
const LONG: Duration = Duration::from_secs(20);

/// A service with an entrance of its own; until what is returned last is dropped or used.
async fn listen(service: &Arc<Service>, entrance: Entrance) -> (SocketAddr, tokio::task::JoinHandle<()>, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async {
        let _ = stopped.await;
    };
    let service = Arc::clone(service);
    let serving = tokio::spawn(async move { web::serve(service, entrance, listener, until).await.expect("served") });
    (address, serving, stop)
}

/// A connection from an address of this machine.
async fn connect(from: &str, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from.parse().expect("an address"), 0))?;
    socket.connect(to).await
}

/// Whatever comes until the connection ends.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut answer)).await.expect("the connection ends");
    String::from_utf8_lossy(&answer).into_owned()
}

/// What is answered to a request that is sent at once.
async fn ask(from: &str, to: SocketAddr, path: &str, headers: &str) -> String {
    let Ok(mut stream) = connect(from, to).await else { return String::new() };
    let _ = stream.write_all(format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n").as_bytes()).await;
    rest(&mut stream).await
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_silent_connections_keep_nobody_out() {
    let served = Served::alone().await;
    let bounds = Bounds { connections: 300, connections_of_address: 200, silent_of_address: 100, ..Bounds::default() };
    let bounds = Bounds { first_request: Duration::from_secs(3), ..bounds };
    let (to, _serving, _stop) = listen(&served.service, Entrance { bounds, ..Entrance::on_loopback() }).await;
    let mut silent = Vec::new();
    for _ in 0..2000 {
        // Where this machine lets one program open fewer, fewer attack.
        let Ok(stream) = connect("127.0.0.1", to).await else {
            silent.truncate(silent.len().saturating_sub(100));
            break;
        };
        silent.push(stream);
    }
    assert!(silent.len() > 300, "{}", silent.len());
    let answer = ask("127.0.0.2", to, "/health", "Host: x\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "another address is answered at once: {answer}");
    sleep(Duration::from_secs(4)).await;
    let answer = ask("127.0.0.1", to, "/health", "Host: x\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "and this one, once those have ended: {answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_comes_byte_by_byte_ends_and_so_does_a_body() {
    let served = Served::alone().await;
    let bounds = Bounds { first_request: milliseconds(600), body: milliseconds(600), ..Bounds::default() };
    let (to, _serving, _stop) = listen(&served.service, Entrance { bounds, ..Entrance::on_loopback() }).await;
    let mut slow = connect("127.0.0.1", to).await.expect("a connection");
    let attack = async {
        for byte in "GET /health HTTP/1.1\r\nHost: x\r\n".bytes().cycle() {
            if slow.write_all(&[byte]).await.is_err() {
                return;
            }
            sleep(milliseconds(100)).await;
        }
    };
    timeout(LONG, attack).await.expect("the connection ends");

    let mut slow = connect("127.0.0.1", to).await.expect("a connection");
    let head = "POST /hl7 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 1000\r\n\r\nMSH|";
    slow.write_all(head.as_bytes()).await.expect("sent");
    let answer = rest(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("nothing was done"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_nobody_reads_end_their_connection() {
    let served = Served::alone().await;
    let bounds = Bounds { idle: milliseconds(700), ..Bounds::default() };
    let (to, _serving, _stop) = listen(&served.service, Entrance { bounds, ..Entrance::on_loopback() }).await;
    let mut deaf = connect("127.0.0.1", to).await.expect("a connection");
    let request = "GET /static/igv.min.js HTTP/1.1\r\nHost: x\r\n\r\n";
    let attack = async {
        // More is answered than the machine keeps for who does not read.
        loop {
            if deaf.write_all(request.as_bytes()).await.is_err() {
                return;
            }
        }
    };
    timeout(LONG, attack).await.expect("the connection ends");
}

#[tokio::test]
async fn a_huge_head_is_refused() {
    let served = Served::alone().await;
    let (to, _serving, _stop) = listen(&served.service, Entrance::on_loopback()).await;
    let many: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    let answer = ask("127.0.0.1", to, "/health", &format!("Host: x\r\n{many}")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = ask("127.0.0.1", to, "/health", &format!("Host: x\r\nX-Long: {}\r\n", "y".repeat(60 << 10))).await;
    assert!(!long.starts_with("HTTP/1.1 200"), "{long}");
    let twice = ask("127.0.0.1", to, "/health", "Host: x\r\nHost: y\r\n").await;
    assert!(twice.starts_with("HTTP/1.1 400") && twice.contains("several hosts"), "{twice}");
}

/// How many of thirty requests are let through that name different addresses.
async fn let_through(to: SocketAddr, forged: impl Fn(u32) -> String) -> usize {
    let mut answers = 0;
    for number in 0..30 {
        let headers = format!("Host: x\r\nX-Forwarded-For: {}\r\n", forged(number));
        let answer = ask("127.0.0.1", to, "/cds-services", &headers).await;
        if answer.starts_with("HTTP/1.1 200") {
            answers += 1;
        } else {
            assert!(answer.starts_with("HTTP/1.1 429") && answer.to_lowercase().contains("retry-after: "), "{answer}");
            assert!(answer.contains("\"error\":\"Too many requests"), "{answer}");
        }
    }
    answers
}

#[tokio::test]
async fn nobody_escapes_a_limit_by_naming_another_address() {
    let served = Served::alone().await;
    let entrance = |proxies: &[String]| Entrance {
        bounds: Bounds { address_requests: 1, ..Bounds::default() },
        proxies: Proxies::read(proxies).expect("proxies"),
        ..Entrance::on_loopback()
    };
    let (to, _serving, _stop) = listen(&served.service, entrance(&[])).await;
    let forged = let_through(to, |number| format!("192.0.2.{number}")).await;
    assert!((10..25).contains(&forged), "{forged}");
    let (to, _serving, _stop) = listen(&served.service, entrance(&["127.0.0.1".to_owned()])).await;
    let forged = let_through(to, |number| format!("192.0.2.{number}, 198.51.100.7")).await;
    assert!((10..25).contains(&forged), "what stands to the left is what somebody wrote: {forged}");
    assert_eq!(let_through(to, |number| format!("192.0.2.{number}")).await, 30, "they are thirty");
}

#[tokio::test]
async fn a_system_has_a_limit_of_its_own() {
    let served = Served::alone().await;
    let bounds = Bounds { system_requests: 1, ..Bounds::default() };
    let (to, _serving, _stop) = listen(&served.service, Entrance { bounds, ..Entrance::on_loopback() }).await;
    let mut last = String::new();
    for _ in 0..20 {
        last = ask("127.0.0.1", to, "/fhir/metadata", "Host: x\r\nAuthorization: Bearer one\r\n").await;
    }
    assert!(last.starts_with("HTTP/1.1 429") && last.contains("\"throttled\""), "{last}");
    let other = ask("127.0.0.1", to, "/fhir/metadata", "Host: x\r\nAuthorization: Bearer two\r\n").await;
    assert!(other.starts_with("HTTP/1.1 200"), "{other}");
}

#[tokio::test]
async fn a_service_answers_to_its_own_names_alone() {
    let served = Served::alone().await;
    let entrance = Entrance {
        address: Some("https://gms.example.nhs.uk".into()),
        hosts: Hosts::read(&["gms.internal:8080".to_owned()]).expect("a host"),
        ..Entrance::on_loopback()
    };
    let (to, _serving, _stop) = listen(&served.service, entrance).await;
    for host in ["gms.example.nhs.uk", "gms.internal:8080"] {
        let answer = ask("127.0.0.1", to, "/sign-in", &format!("Host: {host}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.to_lowercase().contains("strict-transport-security: max-age="), "{answer}");
    }
    let forged = ask("127.0.0.1", to, "/sign-in", "Host: evil.example\r\nX-Forwarded-Host: gms.example.nhs.uk\r\n").await;
    assert!(forged.starts_with("HTTP/1.1 421") && forged.contains("reached at https://gms.example.nhs.uk"), "{forged}");
    assert!(ask("127.0.0.1", to, "/sign-in", "").await.starts_with("HTTP/1.1 400"));
    let watched = ask("127.0.0.1", to, "/health", "Host: 10.0.0.1\r\n").await;
    assert!(watched.starts_with("HTTP/1.1 200"), "{watched}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_being_sent_when_the_service_stops_is_still_answered() {
    let served = Served::alone().await;
    let (to, serving, stop) = listen(&served.service, Entrance::on_loopback()).await;
    let _silent = connect("127.0.0.1", to).await.expect("a connection");
    let mut sending = connect("127.0.0.1", to).await.expect("a connection");
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let head = format!("POST /sign-in HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: 10\r\n\r\nlogin=");
    sending.write_all(head.as_bytes()).await.expect("sent");
    sleep(milliseconds(300)).await;
    stop.send(()).expect("it serves");
    sleep(milliseconds(300)).await;
    assert!(connect("127.0.0.1", to).await.is_err(), "nobody new is let in");
    sending.write_all(b"abcd").await.expect("sent");
    let answer = rest(&mut sending).await;
    assert!(answer.starts_with("HTTP/1.1 ") && answer.contains("Sign in"), "{answer}");
    timeout(LONG, serving).await.expect("it ends").expect("without a panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_never_ends_does_not_keep_the_service_from_stopping() {
    let served = Served::alone().await;
    let bounds = Bounds { end: milliseconds(500), ..Bounds::default() };
    let (to, serving, stop) = listen(&served.service, Entrance { bounds, ..Entrance::on_loopback() }).await;
    let mut open = connect("127.0.0.1", to).await.expect("a connection");
    open.write_all(b"POST /hl7 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nM").await.expect("sent");
    sleep(milliseconds(300)).await;
    stop.send(()).expect("it serves");
    timeout(LONG, serving).await.expect("it ends").expect("without a panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_served_within_tls_and_whoever_comes_without_is_told_so() {
    use tokio_rustls::{
        TlsConnector,
        rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
    };
    let served = Served::alone().await;
    let folder = tempfile::tempdir().expect("a folder");
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    let own = rcgen::KeyPair::generate().expect("a key");
    let signed = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name").self_signed(&own).expect("signed");
    std::fs::write(&certificate, signed.pem()).expect("written");
    std::fs::write(&key, own.serialize_pem()).expect("written");
    let tls = service::certificates::PagesCertificate::read(&certificate, &key).expect("a certificate").server().expect("TLS");
    let (to, _serving, _stop) = listen(&served.service, Entrance { tls: Some(tls), ..Entrance::on_loopback() }).await;

    let mut roots = RootCertStore::empty();
    roots.add(signed.der().clone()).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_root_certificates(roots).with_no_client_auth();
    let stream = connect("127.0.0.1", to).await.expect("a connection");
    let name = ServerName::try_from("localhost").expect("a name");
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("TLS");
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.expect("sent");
    let mut answer = Vec::new();
    let _ = timeout(LONG, stream.read_to_end(&mut answer)).await.expect("the connection ends");
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(answer.starts_with("http/1.1 200") && answer.contains("strict-transport-security: max-age="), "{answer}");

    let plain = raw(&format!("http://{to}"), "GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(plain.starts_with("HTTP/1.1 400") && plain.contains("https:// in place of http://"), "{plain}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_to_a_line_keep_its_system_from_nothing() {
    let served = Served::alone().await;
    let system = crate::exchange::System::new(&served, "RP4DEMO").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let to = listener.local_addr().expect("an address");
    let client = system.id().parse().expect("an identifier");
    tokio::spawn(web::hl7_line(Arc::clone(&served.service), listener, client));
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(connect("127.0.0.1", to).await.expect("a connection"));
    }
    let mut line = connect("127.0.0.2", to).await.expect("a connection");
    line.write_all(b"\x0bno message\x1c\x0d").await.expect("sent");
    let mut answer = vec![0; 512];
    let read = timeout(LONG, line.read(&mut answer)).await.expect("answered in time").expect("answered");
    assert!(String::from_utf8_lossy(&answer[..read]).contains("MSA|"), "{answer:?}");
}
