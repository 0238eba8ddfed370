//! What those who run the service watch. What others give for monitoring was looked at first: a hospital's integration engine counts
//! what waits for each system and how long the oldest has (University Health Network, Toronto); a readiness check writes and reads where
//! files are kept, and says nothing of the setup (Artifact Keeper, AnsibleForms).

mod doctor;

use crate::bench::*;
use jiff::SignedDuration;
use service::{
    operations::{self, Readiness, exposition::Format},
    work,
};

/// The value of a figure, by its name and labels as they are written.
fn value(text: &str, figure: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(figure)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{figure} is not in {text}")).parse().expect("a number")
}

#[tokio::test]
async fn figures_say_what_waits_and_nothing_of_whom() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    // Where the hospital's folder should be stands a file.
    let folder = bench.folder.path().join("delivered");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("RP4DEMO"), "in the way").expect("written");
    bench.signed(order).await;
    let text = operations::metrics(&bench.service, Format::Prometheus).await;
    let report = r#"{recipient="requester",message="report"}"#;
    let events = bench.service.store.verify().await.expect("readable").expect("holds").events;
    let [waiting, failing] = ["waiting", "failing"].map(|which| format!("gms_deliveries_{which}{report}"));
    for (figure, expected) in [
        ("gms_database_up", 1.0),
        ("gms_results_unread", 1.0),
        ("gms_analyses{state=\"queued\"}", 0.0),
        ("gms_analysis_duration_seconds_count{ended=\"done\"}", 1.0),
        ("gms_analysis_duration_seconds_count{ended=\"failed\"}", 0.0),
        ("gms_messages_waiting{kind=\"message\"}", 0.0),
        ("gms_leases", 0.0),
        ("gms_journal_position", events as f64),
        (waiting.as_str(), 1.0),
        (failing.as_str(), 1.0),
        ("gms_deliveries_waiting{recipient=\"reminded\",message=\"reminder\"}", 0.0),
    ] {
        assert!((value(&text, figure) - expected).abs() < 0.5, "{figure}: {}", value(&text, figure));
    }
    assert!(value(&text, &format!("gms_deliveries_oldest_age_seconds{report}")) < 600.0);
    let line = bench.service.store.order_view(order).await.expect("read").expect("a line");
    for identifying in ["Testcase", "RP4DEMO", &line.number, &order.to_string()] {
        assert!(!text.contains(identifying), "{identifying} in {text}");
    }
    bench.ready().await;
    let again = operations::metrics(&bench.service, Format::Prometheus).await;
    let [before, after] = [&text, &again].map(|text| value(text, "gms_journal_position"));
    assert!((before - after).abs() < 0.5, "read every fifteen seconds at the most");
}

#[tokio::test]
async fn an_analysis_that_was_stopped_is_counted_as_such() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, true).await;
    let text = operations::metrics(&bench.service, Format::Prometheus).await;
    assert!(value(&text, "gms_analysis_duration_seconds_count{ended=\"stopped\"}") > 0.5, "swapped samples: {text}");
}

#[tokio::test]
async fn where_the_database_is_away_its_figures_are_left_out_and_never_old_ones_given() {
    let bench = Bench::new().await;
    let service = bench.opened_with(Arc::new(MachineClock)).await;
    service.store.close().await;
    let text = operations::metrics(&service, Format::OpenMetrics).await;
    assert!(value(&text, "gms_database_up") < 0.5);
    assert!(!text.contains("gms_journal_position") && !text.contains("gms_results_unread"), "{text}");
    assert!(text.contains("process_resident_memory_bytes ") && text.ends_with("# EOF\n"), "what needs no database is there");
    let readiness = operations::ready(&service).await;
    let failed = named(&readiness, "database");
    assert_eq!((failed.is_good, failed.reason.as_str()), (false, "the database does not answer"));
    assert!(named(&readiness, "files").is_good, "each check stands by itself");
}

fn named<'a>(readiness: &'a Readiness, name: &str) -> &'a operations::Check {
    readiness.checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name} in {readiness:?}"))
}

#[tokio::test]
async fn a_program_is_ready_while_everything_that_it_needs_is() {
    let bench = Bench::new().await;
    let readiness = operations::ready(&bench.service).await;
    let names: Vec<&str> = readiness.checks.iter().map(|check| check.name).collect();
    assert_eq!(names, ["database", "schema", "journal", "files", "disk"], "it does the work itself");
    for name in ["database", "schema", "journal", "files"] {
        assert!(named(&readiness, name).is_good, "{readiness:?}");
    }
    let blobs = bench.service.store.blobs();
    assert!(blobs.read_probe().await.expect("read"), "something was written and is read");
    let place = bench.folder.path().join("blobs/probe/readable");
    std::fs::write(&place, "other bytes").expect("changed");
    assert!(!blobs.read_probe().await.expect("read"));
    std::fs::remove_file(&place).expect("removed");
    std::fs::remove_dir_all(bench.folder.path().join("blobs/probe")).expect("removed");
    std::fs::write(bench.folder.path().join("blobs/probe"), "in the way").expect("written");
    let files = named(&*operations::ready(&bench.again().await).await, "files").clone();
    assert_eq!((files.is_good, files.reason.as_str()), (false, "nothing can be written"), "and no path is named");
}

#[tokio::test]
async fn a_program_that_leaves_the_work_to_others_is_ready_while_another_does_it() {
    let bench = Bench::new().await;
    let worker = async || {
        // Each time as by a program that was started anew: what was found is given again for a second.
        let service = bench.again().await;
        work::leave(&service).await.expect("left");
        let check = named(&*operations::ready(&service).await, "worker").clone();
        (check.is_good, check.reason)
    };
    assert_eq!(worker().await, (false, "no program has ever done the work of this service: start gms worker".into()));
    let now = bench.service.now();
    bench.service.store.beat(now - SignedDuration::from_mins(10)).await.expect("written");
    let (is_good, reason) = worker().await;
    assert!(!is_good && reason.contains("the last sign of life of a program that works is 60"), "{reason}");
    bench.service.store.beat(now).await.expect("written");
    assert_eq!(worker().await, (true, "a program that works is alive".into()));
}

#[tokio::test]
async fn a_journal_that_was_changed_is_said_wherever_the_service_is_watched() {
    let bench = Bench::new().await;
    bench.ready().await;
    let said = async |service: &Arc<Service>| {
        let check = named(&*operations::ready(service).await, "journal").clone();
        let text = operations::metrics(service, Format::Prometheus).await;
        let manager = service.desk(who(Role::Manager, 0));
        let page = work::jobs::background(&manager).await.expect("a page").journal_fault;
        assert_eq!((check.is_good, value(&text, "gms_journal_sound") > 0.5), (page.is_none(), page.is_none()), "{check:?}");
        (check.reason, page)
    };
    let before = bench.again().await;
    operations::look_at_journal(&before).await.expect("read");
    assert_eq!(said(&before).await.1, None);
    doctor::damage(&bench, "UPDATE event SET payload = payload || ' ' WHERE position = 2").await;
    let started = bench.again().await;
    assert_eq!(said(&bench.again().await).await.1, None, "nobody has looked yet");
    operations::look_at_last_events(&started).await.expect("read");
    let (reason, page) = said(&started).await;
    assert!(reason.contains("not as it was written") && !reason.contains('/'), "{reason}");
    assert!(page.is_some_and(|page| page.contains("number 2 ") && page.contains("changed after it was written")));
    // One that runs on comes to it, and goes on to what lies behind it.
    for _ in 0..3 {
        operations::look_at_journal(&bench.service).await.expect("read");
    }
    assert!(said(&bench.service).await.1.is_some());
}
