//! What a doctor finds at a site that is well, and at one where something was broken on purpose.

use crate::bench::*;
use service::operations::doctor::{Finding, Severity, Site, examine, worst};
use sqlx::Executor;
use std::os::unix::fs::PermissionsExt;

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("allowed");
}

/// What is found of a bench, but for the machine's disk.
async fn found(bench: &Bench) -> Vec<Finding> {
    let site = Site {
        folder: bench.folder.path().to_owned(),
        store: Ok(bench.service.store.clone()),
        reference: "demo".into(),
        certificates: vec![],
        provider: None,
    };
    let mut findings = examine(&site, bench.service.now()).await;
    findings.retain(|finding| finding.check != "disk");
    findings
}

fn line_of<'f>(findings: &'f [Finding], check: &str) -> &'f Finding {
    findings.iter().find(|finding| finding.check == check).unwrap_or_else(|| panic!("{check} in {findings:?}"))
}

pub(super) async fn damage(bench: &Bench, sql: &'static str) {
    let file = format!("sqlite://{}", bench.folder.path().join(store::JOURNAL).display());
    match &bench.database {
        Some((url, _)) => sqlx::PgPool::connect(url).await.expect("connected").execute(sql).await.map(drop),
        None => sqlx::SqlitePool::connect(&file).await.expect("connected").execute(sql).await.map(drop),
    }
    .expect("damaged");
}

#[tokio::test]
async fn a_site_that_is_well_has_no_fault_and_nothing_of_it_is_changed() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    bench.service.store.beat(bench.service.now()).await.expect("written");
    allow(bench.folder.path(), 0o700);
    let events = bench.service.store.verify().await.expect("readable").expect("holds").events;
    let findings = found(&bench).await;
    let checks: Vec<&str> = findings.iter().map(|finding| finding.check).collect();
    let expected = [
        "folder",
        "backups",
        "reference",
        "database",
        "schema",
        "files",
        "key",
        "chain",
        "lists",
        "kept files",
        "clock",
        "worker",
        "outbox",
        "analyses",
        "messages",
        "accounts",
    ];
    assert_eq!(checks, expected);
    for finding in &findings {
        let is_demo = ["reference", "accounts"].contains(&finding.check);
        assert_eq!(finding.severity, if is_demo { Severity::Warning } else { Severity::Ok }, "{finding:?}");
        assert_eq!(finding.remedy.is_empty(), !is_demo, "what is not well says what to do: {finding:?}");
    }
    assert_eq!(worst(&findings), Severity::Warning, "it is a demonstration");
    assert_eq!(bench.service.store.verify().await.expect("readable").expect("holds").events, events);
}

#[tokio::test]
async fn each_thing_that_was_broken_is_named_by_its_own_line() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    allow(bench.folder.path(), 0o755);
    let findings = found(&bench).await;
    assert_eq!(line_of(&findings, "folder").severity, Severity::Fault, "everybody may enter");
    assert_eq!(line_of(&findings, "worker").severity, Severity::Fault, "nobody works");
    allow(bench.folder.path(), 0o750);
    assert_eq!(line_of(&found(&bench).await, "folder").severity, Severity::Warning, "a group may enter");
    std::fs::write(bench.folder.path().join("secrets.key"), "no key").expect("written");
    assert_eq!(line_of(&found(&bench).await, "key").severity, Severity::Fault);
    let file = bench.service.store.last_files(1).await.expect("read").into_iter().next().expect("a file");
    let kept = bench.folder.path().join("blobs").join(&file[..2]).join(&file);
    std::fs::remove_file(&kept).expect("removed");
    assert!(line_of(&found(&bench).await, "kept files").found.contains("is not there"), "{kept:?}");
    damage(&bench, "UPDATE sample_view SET place = 'lost'").await;
    let findings = found(&bench).await;
    assert!(line_of(&findings, "lists").severity == Severity::Fault && line_of(&findings, "chain").severity == Severity::Ok);
    damage(&bench, "UPDATE event SET reason = 'another' WHERE position = (SELECT MAX(position) - 3 FROM event)").await;
    let chain = line_of(&found(&bench).await, "chain").clone();
    assert!(chain.severity == Severity::Fault && chain.found.contains("its content was changed"), "{chain:?}");
    damage(&bench, "UPDATE event SET at = '2099-01-01T00:00:00Z' WHERE position = (SELECT MAX(position) FROM event)").await;
    assert_eq!(line_of(&found(&bench).await, "clock").severity, Severity::Fault);
}

#[tokio::test]
async fn a_database_of_another_version_is_looked_at_no_further() {
    let bench = Bench::new().await;
    damage(&bench, "INSERT INTO schema_version (version) VALUES (999)").await;
    let findings = found(&bench).await;
    assert_eq!(line_of(&findings, "schema").severity, Severity::Fault);
    assert!(findings.iter().all(|finding| !["chain", "lists", "worker"].contains(&finding.check)), "{findings:?}");
}

#[tokio::test]
async fn a_place_that_holds_no_service_is_a_fault_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    allow(folder.path(), 0o700);
    let site = Site {
        folder: folder.path().to_owned(),
        store: Err(anyhow::anyhow!("the database cannot be reached")),
        reference: "nowhere".into(),
        certificates: vec![folder.path().join("none.pem")],
        provider: None,
    };
    let findings = examine(&site, MachineClock.now()).await;
    for check in ["database", "reference", "certificate"] {
        let finding = line_of(&findings, check);
        assert!(finding.severity == Severity::Fault && !finding.remedy.is_empty(), "{finding:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0, "nothing was made");
}
