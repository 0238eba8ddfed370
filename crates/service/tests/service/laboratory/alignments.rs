//! Aligned reads: whose they are, what is never taken, and who reads them.

use crate::bench::*;
use care::laboratory::alignment::Identity;
use genome::{Build, Contig};
use service::laboratory::alignments::{self, ReadsPart, RegisterReads, pass};
use sim::reads::{SimulatedRead, write_bam};
use std::fs;

/// Delivers a BAM of a build with its index; what makes it differ from others is its place.
pub(super) fn deliver(bench: &Bench, name: &str, samples: &[&str], build: Build, position: u32) {
    let incoming = bench.folder.path().join("incoming");
    fs::create_dir_all(&incoming).expect("a folder");
    let reads = [SimulatedRead { position, bases: b"ACGTACGTACGT".to_vec() }];
    write_bam(&incoming.join(name), samples, build, Contig::X, &reads).expect("a BAM");
}

/// The barcode of a person's tube.
pub(super) async fn barcode(bench: &Bench, order: OrderId, patient: PatientId) -> String {
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
    let status = desk.status(&permit, order).await.expect("a status");
    let mut labels = status.samples.iter().filter_map(|(_, sample)| sample.label.clone());
    labels.find(|label| label.patient == patient).expect("a tube").barcode
}

/// Keeps a session, as that of a browser in which somebody signed in.
async fn sign_in(bench: &Bench) {
    let until = (bench.service.now() + jiff::SignedDuration::from_hours(1)).as_second();
    bench.service.store.save_session("browser", "{}", until).await.expect("kept");
}

pub(super) fn form(file: &str, samples: &[&str], declared: &str) -> RegisterReads {
    RegisterReads { file: file.into(), seen: samples.iter().map(|sample| (*sample).to_owned()).collect(), declared: declared.into() }
}

#[tokio::test]
async fn reads_are_taken_by_barcode_by_the_vcf_or_declared_and_never_of_somebody_else() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let people = bench.people(order).await;
    let (own, other) = (barcode(&bench, order, people[0]).await, barcode(&bench, order, people[1]).await);
    let desk = bench.desk(Role::Bioinformatician, 0);
    let register = async |patient, file: &str, samples: &[&str], declared: &str| {
        alignments::register(&desk, order, patient, &form(file, samples, declared)).await
    };
    deliver(&bench, "own.bam", &[&own], Build::GRCh38, 1_000);
    deliver(&bench, "other.bam", &[&other], Build::GRCh38, 2_000);
    deliver(&bench, "both.bam", &[&own, &other], Build::GRCh38, 3_000);
    deliver(&bench, "unnamed.bam", &[], Build::GRCh38, 4_000);
    deliver(&bench, "unknown.bam", &["NA12878"], Build::GRCh38, 5_000);
    deliver(&bench, "older.bam", &[&own], Build::GRCh37, 6_000);
    refused(register(people[0], "other.bam", &[&other], "I am sure").await, "barcode of somebody else's tube");
    refused(register(people[0], "both.bam", &[&own, &other], "I am sure").await, "barcode of somebody else's tube");
    refused(register(people[0], "unnamed.bam", &[], "I am sure").await, "names no sample");
    refused(register(people[0], "unknown.bam", &["NA12878"], " ").await, "Say how you know whose reads they are");
    refused(register(people[0], "older.bam", &[&own], "").await, "were aligned to GRCh37");
    refused(register(people[0], "own.bam", &["somebody"], "").await, "changed since it was shown");
    refused(register(people[0], "../../journal.sqlite", &[], "").await, "Choose a file that was delivered");
    let id = register(people[0], "own.bam", &[&own], "").await.expect("registered");
    refused(register(people[0], "own.bam", &[&own], "").await, "registered for this person already");
    refused(register(people[1], "own.bam", &[&own], "").await, "barcode of somebody else's tube");
    register(people[0], "unknown.bam", &["NA12878"], "The sequencer's list of 3 March").await.expect("declared");
    refused(register(people[1], "unknown.bam", &["NA12878"], "I am sure").await, "registered for somebody else of this order");
    let registered = alignments::registered(&desk, order).await.expect("a list");
    let identities: Vec<Identity> = registered.iter().filter_map(|(_, a)| Some(a.in_force()?.identity.clone())).collect();
    assert_eq!(identities, [Identity::Barcode, Identity::Declared { reason: "The sequencer's list of 3 March".into() }]);
    assert_eq!(registered[0].0, id);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn the_names_of_the_vcf_say_whose_reads_they_are() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let people = bench.people(order).await;
    let desk = bench.desk(Role::Bioinformatician, 0);
    deliver(&bench, "kid.bam", &["kid"], Build::GRCh38, 1_000);
    let parent = people[1];
    refused(
        alignments::register(&desk, order, parent, &form("kid.bam", &["kid"], "I am sure")).await,
        "the sample of somebody else in this order's VCF",
    );
    alignments::register(&desk, order, people[0], &form("kid.bam", &["kid"], "")).await.expect("registered");
    let registered = alignments::registered(&desk, order).await.expect("a list");
    assert_eq!(registered[0].1.in_force().expect("there").identity, Identity::Data);
}

#[tokio::test]
async fn a_file_that_is_cut_off_or_has_the_index_of_another_is_refused() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let people = bench.people(order).await;
    let own = barcode(&bench, order, people[0]).await;
    let desk = bench.desk(Role::Bioinformatician, 0);
    let incoming = bench.folder.path().join("incoming");
    deliver(&bench, "a.bam", &[&own], Build::GRCh38, 1_000);
    let whole = fs::read(incoming.join("a.bam")).expect("read");
    let register = async || alignments::register(&desk, order, people[0], &form("a.bam", &[&own], "")).await;
    fs::write(incoming.join("a.bam"), &whole[..whole.len() - 28]).expect("cut off");
    refused(register().await, "is truncated");
    fs::write(incoming.join("a.bam"), &whole).expect("whole again");
    fs::rename(incoming.join("a.bam.bai"), incoming.join("a.bam.crai")).expect("moved");
    refused(register().await, "No index of a.bam was delivered");
    fs::write(incoming.join("a.bam.bai"), b"BAI\x01\x02\0\0\0").expect("written");
    refused(register().await, "ends too early");
    fs::rename(incoming.join("a.bam.crai"), incoming.join("a.bam.bai")).expect("moved back");
    register().await.expect("registered");
}

#[tokio::test]
async fn reads_are_for_whoever_may_read_the_case_and_what_was_withdrawn_is_for_nobody() {
    let bench = Bench::new().await;
    let (order, elsewhere) = (bench.ready().await, bench.ready().await);
    let people = bench.people(order).await;
    let own = barcode(&bench, order, people[0]).await;
    let desk = bench.desk(Role::Bioinformatician, 0);
    deliver(&bench, "own.bam", &[&own], Build::GRCh38, 1_000);
    let id = alignments::register(&desk, order, people[0], &form("own.bam", &[&own], "")).await.expect("registered");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let readable = alignments::readable(&scientist, order, id, ReadsPart::Reads).await.expect("readable");
    let part = alignments::bytes(&scientist, &readable, 0..4).await.expect("bytes").bytes().await.expect("read");
    assert_eq!(&part[..2], [0x1f, 0x8b]);
    for role in [Role::Clinician, Role::LaboratoryScientist, Role::Bioinformatician, Role::Curator] {
        let refused = alignments::readable(&bench.desk(role, 0), order, id, ReadsPart::Reads).await;
        assert!(matches!(refused, Err(ServiceError::Denied(_))), "{role:?} read reads");
        assert!(pass::issue(&bench.desk(role, 0), order, "browser").await.is_err(), "{role:?} got a pass");
    }
    let other_order = alignments::readable(&scientist, elsewhere, id, ReadsPart::Index).await;
    assert!(matches!(other_order, Err(ServiceError::Denied(_) | ServiceError::NotFound(_))), "read under another order");
    for role in [Role::Clinician, Role::ClinicalScientist] {
        let refused = alignments::register(&bench.desk(role, 0), order, people[0], &form("own.bam", &[&own], "")).await;
        assert!(matches!(refused, Err(ServiceError::Denied(_))), "{role:?} registered reads");
    }
    sign_in(&bench).await;
    let sealed = pass::issue(&scientist, order, "browser").await.expect("a pass");
    let by_pass = pass::desk(&bench.service, order, &sealed).await.expect("opened").expect("a desk");
    assert_eq!(by_pass.staff.id, scientist.staff.id);
    assert!(pass::desk(&bench.service, elsewhere, &sealed).await.expect("opened").is_none(), "a pass opened another order");
    assert!(pass::desk(&bench.service, order, "00").await.expect("opened").is_none());
    refused(alignments::withdraw(&desk, order, id, " ").await, "Say why");
    alignments::withdraw(&desk, order, id, "Of the sister").await.expect("withdrawn");
    let gone = alignments::readable(&scientist, order, id, ReadsPart::Reads).await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
    alignments::register(&desk, order, people[0], &form("own.bam", &[&own], "")).await.expect("registered again");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_pass_ends_with_the_account_and_does_not_come_back_with_it() {
    let bench = Bench::new().await;
    let (order, scientist) = (bench.ready().await, bench.desk(Role::ClinicalScientist, 0));
    sign_in(&bench).await;
    let sealed = pass::issue(&scientist, order, "browser").await.expect("a pass");
    let administrator = Staff { id: care::StaffId(uuid::Uuid::from_u128(93)), role: Role::Administrator, ..scientist.staff.clone() };
    let administrator = bench.service.desk(administrator);
    for is_open in [false, true] {
        people::accounts::set_account_open(&administrator, scientist.staff.id, is_open, "Left".into()).await.expect("changed");
        assert!(pass::desk(&bench.service, order, &sealed).await.expect("opened").is_none());
    }
}
