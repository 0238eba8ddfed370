//! Results that go to the hospital, and what happens when they do not arrive.

use crate::{bench::*, ordering::messages::*};
use care::ordering::{client::Address, message::Language};
use service::{laboratory, ordering, results};
use sim::messages::Sent;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

#[tokio::test]
async fn a_result_for_a_cancelled_order_is_refused() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let cancel = care::ordering::order::Command::Cancel { reason: "Moved away".into() };
    ordering::orders::change(&bench.desk(Role::Clinician, 0), order, cancel).await.expect("cancelled");
    let vcf = bench.folder.path().join("late.vcf");
    std::fs::write(&vcf, "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tdad\tmum\n").expect("written");
    let names = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    refused(
        laboratory::data::register_data(&bench.desk(Role::Bioinformatician, 0), order, &Delivered::small(&vcf), names).await,
        "the order is cancelled",
    );
}

#[tokio::test]
async fn an_acknowledgement_that_never_comes_is_named_and_the_result_sent_again() {
    let bench = Bench::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        // Whoever comes is let in, and sent away without a word.
        while listener.accept().await.is_ok() {}
    });
    let system = bench.system(Address::Mllp { host, as_document: false }).await;
    let id = order(&sent(&system, &trio("m-77", "P-77", "R98.2", "BELL")).await);
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion).await;
    let waiting = bench.service.store.undelivered().await.expect("waiting");
    assert_eq!((waiting.len(), waiting[0].attempts), (1, 1));
    let (host, mut received) = receiver(vec!["AA"]).await;
    ordering::clients::set_address(
        &bench.service,
        &who(Role::Administrator, 0),
        system.staff.id,
        Address::Mllp { host, as_document: false },
    )
    .await
    .expect("addressed");
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(10);
    assert_eq!(results::deliver::deliver_at(&bench.service, later).await.expect("delivered"), 1);
    assert!(received.recv().await.expect("sent").contains("ORU^R01"));
}

/// A hospital's server whose certificate is valid until a year, by an authority of its own; every connection is shaken hands with.
async fn behind_certificate(authority: &rcgen::CertifiedIssuer<'_, rcgen::KeyPair>, until: i32) -> String {
    use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    (parameters.not_before, parameters.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(until, 1, 1));
    let certificate = parameters.signed_by(&key, authority).expect("signed");
    let config = ServerConfig::builder_with_provider(std::sync::Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a certificate with its key");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut frames = Vec::new();
            while !String::from_utf8_lossy(&frames).contains("transaction") {
                stream.read_buf(&mut frames).await.expect("bytes");
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}").await.expect("answered");
            stream.shutdown().await.ok();
        }
    });
    format!("https://localhost:{port}/fhir")
}

#[tokio::test]
async fn a_certificate_that_ran_out_is_named_and_the_report_is_sent_once_there_is_another() {
    let bench = Bench::new().await;
    let mut parameters = rcgen::CertificateParams::new(vec![]).expect("a name");
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = rcgen::CertifiedIssuer::self_signed(parameters, rcgen::KeyPair::generate().expect("a key")).expect("signed");
    let system = bench.system(Address::Fhir { base: behind_certificate(&authority, 2040).await }).await;
    let bundle = sim::messages::fhir(&Sent { control: "", number: "F-10", test: "R98.2", family: "BELL", hospital: "RP4DEMO" }).to_string();
    let id = order(&ordering::messages::receive(&system, Language::Fhir, bundle.as_bytes()).await.expect("taken"));
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion).await;
    let failure = async || bench.service.store.undelivered().await.expect("waiting")[0].failure.clone();
    assert!(failure().await.contains("UnknownIssuer"), "{}", failure().await);
    let folder = bench.service.folder.join("authorities");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("hospital.pem"), authority.pem()).expect("written");
    let administrator = who(Role::Administrator, 0);
    let base = behind_certificate(&authority, 2024).await;
    ordering::clients::set_address(&bench.service, &administrator, system.staff.id, Address::Fhir { base }).await.expect("addressed");
    let later = |minutes| jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    results::deliver::deliver_at(&bench.service, later(30)).await.expect("tried");
    assert!(failure().await.contains("certificate expired"), "{}", failure().await);
    assert!(
        !results::reports::not_arrived(&bench.desk(Role::Manager, 0), 1).await.expect("a list").messages.is_empty(),
        "and stands on the page"
    );
    let base = behind_certificate(&authority, 2040).await;
    ordering::clients::set_address(&bench.service, &administrator, system.staff.id, Address::Fhir { base }).await.expect("addressed");
    assert_eq!(results::deliver::deliver_at(&bench.service, later(600)).await.expect("delivered"), 1);
}

/// An authority of a hospital's own.
fn authority() -> rcgen::CertifiedIssuer<'static, rcgen::KeyPair> {
    let mut parameters = rcgen::CertificateParams::new(vec![]).expect("a name");
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    rcgen::CertifiedIssuer::self_signed(parameters, rcgen::KeyPair::generate().expect("a key")).expect("signed")
}

/// A certificate for a host, and its key, in files.
fn certificate(
    authority: &rcgen::CertifiedIssuer<'_, rcgen::KeyPair>,
    host: &str,
    folder: &std::path::Path,
) -> service::certificates::OwnCertificate {
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = rcgen::CertificateParams::new(vec![host.to_owned()]).expect("a name").signed_by(&key, authority).expect("signed");
    let files = ["pem", "key"].map(|kind| folder.join(format!("{host}.{kind}")));
    std::fs::write(&files[0], certificate.pem()).expect("written");
    std::fs::write(&files[1], key.serialize_pem()).expect("written");
    service::certificates::OwnCertificate::read(&files[0], &files[1]).expect("read")
}

#[tokio::test]
async fn a_result_goes_within_tls_with_our_certificate_to_a_host_that_is_trusted() {
    let bench = Bench::new().await;
    let folder = bench.folder.path();
    let (hospital, ours) = (authority(), authority());
    std::fs::write(folder.join("clients.pem"), ours.pem()).expect("written");
    let theirs = certificate(&hospital, "localhost", folder);
    let config = service::certificates::server(&theirs, &folder.join("clients.pem")).expect("a configuration");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let acceptor = tokio_rustls::TlsAcceptor::from(config);
    let (tell, mut received) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut frames = Vec::new();
            while !frames.ends_with(&[0x1c, 0x0d]) && stream.read_buf(&mut frames).await.is_ok_and(|read| read > 0) {}
            let text = String::from_utf8_lossy(&frames).into_owned();
            let control = text.split('|').nth(9).expect("a number").to_owned();
            let ack = format!("\u{b}MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261122||ACK^R01|1|P|2.5.1\rMSA|AA|{control}\r\u{1c}\r");
            stream.write_all(ack.as_bytes()).await.ok();
            stream.shutdown().await.ok();
            tell.send(text).ok();
        }
    });
    let address = |host: &str| Address::Mllps { host: format!("{host}:{port}"), as_document: false };
    let system = bench.system(address("localhost")).await;
    let id = order(&sent(&system, &trio("m-80", "P-80", "R98.2", "BELL")).await);
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion).await;
    let mut minutes = 0;
    let mut tried = async || {
        minutes += 600;
        let later = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
        results::deliver::deliver_at(&bench.service, later).await.expect("tried");
        bench.service.store.undelivered().await.expect("waiting").first().map(|waiting| waiting.failure.clone()).unwrap_or_default()
    };
    let said = tried().await;
    assert!(said.contains("UnknownIssuer"), "{said}");
    std::fs::create_dir_all(folder.join("authorities")).expect("a folder");
    std::fs::write(folder.join("authorities/hospital.pem"), hospital.pem()).expect("written");
    let said = tried().await;
    assert!(said.to_lowercase().contains("certificate"), "without one of ours: {said}");
    bench.service.show_certificate(certificate(&ours, "gms.example", folder));
    let administrator = who(Role::Administrator, 0);
    ordering::clients::set_address(&bench.service, &administrator, system.staff.id, address("127.0.0.1")).await.expect("addressed");
    let said = tried().await;
    assert!(said.contains("not valid for"), "the certificate is of localhost: {said}");
    ordering::clients::set_address(&bench.service, &administrator, system.staff.id, address("localhost")).await.expect("addressed");
    assert_eq!(tried().await, "");
    assert!(received.recv().await.expect("sent").contains("ORU^R01"));
}
