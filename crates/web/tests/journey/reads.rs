//! Aligned reads: registered by the laboratory, read in parts by the scientist, by nobody else.

use crate::{
    Served,
    permissions::{cookie, who},
    prescribing::sequenced,
    routes::answer,
};
use access::Action;
use care::{OrderId, PatientId, Role, ordering::choice::Answer};
use genome::{Build, Contig};
use sim::reads::{SimulatedRead, write_bam};

/// A variant of the case, and where it lies.
const VARIANT: &str = "1-119757272-C-T";
const PLACE: u32 = 119_757_272;

/// The barcode of a person's tube.
async fn barcode(served: &Served, order: OrderId, patient: PatientId) -> String {
    let desk = served.service.desk(who(Role::LaboratoryScientist, 0));
    let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
    let status = desk.status(&permit, order).await.expect("a status");
    let mut labels = status.samples.iter().filter_map(|(_, sample)| sample.label.clone());
    labels.find(|label| label.patient == patient).expect("a tube").barcode
}

/// A BAM of a person around the variant, delivered with its index.
async fn deliver(served: &Served, order: OrderId, patient: PatientId) {
    let barcode = barcode(served, order, patient).await;
    let incoming = served.service.folder.join("incoming");
    std::fs::create_dir_all(&incoming).expect("a folder");
    let reads: Vec<SimulatedRead> = (0..20).map(|n| SimulatedRead { position: PLACE - 60 + n, bases: b"ACGT".repeat(25) }).collect();
    write_bam(&incoming.join("child.bam"), &[&barcode], Build::GRCh38, Contig::from_number(1).expect("a contig"), &reads).expect("a BAM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_laboratory_registers_reads_and_a_scientist_sees_them_around_a_variant() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, child) = sequenced(&served, Answer::No).await;
    deliver(&served, order, child).await;
    b.sign_in("Bioinformatician").await;
    b.open(&format!("/orders/{order}/alignments")).await;
    b.see("No reads are registered for this order yet").await;
    b.click("Choose").await;
    b.see("Whose reads are in child.bam?").await;
    b.picture("alignments-register").await;
    b.press("Register these reads").await;
    b.see("the header names the barcode").await;
    b.picture("alignments").await;
    b.sign_in("Dr Dev Patel").await;
    b.open(&format!("/orders/{order}/case/{VARIANT}/region")).await;
    b.see("Reads and coverage are drawn above").await;
    b.see("Open in IGV on your own machine").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_are_sent_in_parts_to_whoever_may_read_the_case() {
    let served = Served::new().await;
    let (order, child) = sequenced(&served, Answer::No).await;
    deliver(&served, order, child).await;
    let desk = served.service.desk(who(Role::Bioinformatician, 0));
    let seen = vec![barcode(&served, order, child).await];
    let form = service::laboratory::alignments::RegisterReads { file: "child.bam".into(), seen, declared: String::new() };
    let id = service::laboratory::alignments::register(&desk, order, child, &form).await.expect("registered");
    let path = format!("/orders/{order}/reads/{id}.bam");
    let session = async |role| cookie(&served.base, "/sign-in", &format!("staff={}", who(role, 0).id)).await;
    let scientist = session(Role::ClinicalScientist).await;
    let ask = async |method: &str, path: &str, header: &str| {
        answer(&served.base, method, path, &format!("Cookie: {scientist}\r\n{header}")).await.to_lowercase()
    };
    let part = ask("GET", &path, "Range: bytes=12-13\r\n").await;
    assert!(part.starts_with("http/1.1 206") && part.contains("content-range: bytes 12-13/") && part.ends_with("bc"), "{part}");
    assert!(part.contains("content-length: 2\r\n") && part.contains("accept-ranges: bytes\r\n"), "{part}");
    let beyond = ask("GET", &path, "Range: bytes=99999999-\r\n").await;
    assert!(beyond.starts_with("http/1.1 416") && beyond.contains("content-range: bytes */"), "{beyond}");
    let head = ask("HEAD", &path, "Range: bytes=0-1\r\n").await;
    assert!(head.starts_with("http/1.1 200") && !head.contains("content-range"), "{head}");
    let other = ask("GET", &path, "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").await;
    assert!(other.starts_with("http/1.1 200"), "a part of a file that the asker does not know: {other}");
    assert!(ask("GET", &format!("{path}.bai"), "Range: bytes=0-2\r\n").await.ends_with("bai"));
    assert!(ask("GET", &format!("{path}.csi"), "").await.starts_with("http/1.1 404"));

    let xml = ask("GET", &format!("/orders/{order}/igv.xml?variant={VARIANT}"), "").await;
    assert!(xml.contains("genome=\"hg38\"") && xml.contains("locus=\"chr1:119757022-119757522\""), "{xml}");
    let address = xml.split("path=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an address");
    let with_pass = address.split_once("/orders/").map(|(_, rest)| format!("/orders/{rest}")).expect("a path");
    let by_pass = answer(&served.base, "GET", &with_pass, "Range: bytes=0-1\r\n").await;
    assert!(by_pass.starts_with("HTTP/1.1 206"), "{by_pass}");
    assert!(answer(&served.base, "GET", &format!("{path}?pass=00"), "").await.starts_with("HTTP/1.1 303"));
    assert!(answer(&served.base, "GET", &path, "").await.starts_with("HTTP/1.1 303"));
    let clinician = session(Role::Clinician).await;
    let denied = answer(&served.base, "GET", &path, &format!("Cookie: {clinician}\r\n")).await;
    assert!(denied.starts_with("HTTP/1.1 403"), "{denied}");

    // Whoever signs out takes the pass of IGV along.
    answer(&served.base, "POST", "/sign-out", &format!("Cookie: {scientist}\r\n")).await;
    let signed_out = answer(&served.base, "GET", &with_pass, "Range: bytes=0-1\r\n").await;
    assert!(signed_out.starts_with("HTTP/1.1 303"), "{signed_out}");
}
