//! Work in the background: done once by whichever program, tried again, parked, sent again.

use super::{events, queued, queued_as};
use crate::bench::*;
use service::{ordering::work::WorkAction, work};
use store::JobState;

/// What takes every program down that runs it is not run for ever: it waits for somebody, with the reason, and is lost to nobody.
#[tokio::test]
async fn an_analysis_that_no_program_ends_waits_for_somebody_with_its_reason() {
    let bench = Bench::new().await;
    let analysis = queued(&bench, "Ann").await;
    let subject = analysis.1.stream();
    for _ in 0..3 {
        let now = bench.service.now();
        bench.service.store.take_lease(&subject, now, now).await.expect("asked").expect("it ran out");
    }
    assert_eq!(laboratory::analyses::run_waiting(&bench.service).await.expect("run"), 0);
    assert_eq!(events(&bench, analysis).await, ["Queued"], "nothing is said of the order that is not known");
    let desk = bench.desk(Role::Bioinformatician, 0);
    let parked = work::jobs::parked(&desk).await.expect("a list").remove(0);
    assert!(parked.reason.contains("the program ended before the work did"), "{parked:?}");
    let JobState::Parked { since } = parked.state else { panic!("{parked:?}") };
    refused(work::jobs::send_again(&desk, &subject, since, " ").await, "Say why");
    let earlier = since - jiff::SignedDuration::from_secs(1);
    let stale = work::jobs::send_again(&desk, &subject, earlier, "More memory").await;
    assert!(matches!(stale, Err(ServiceError::Conflict(_))), "{stale:?}");
    let clinician = bench.desk(Role::Clinician, 0);
    let denied = work::jobs::send_again(&clinician, &subject, since, "More memory").await;
    assert!(matches!(denied, Err(ServiceError::Denied(_))), "{denied:?}");
    work::jobs::send_again(&desk, &subject, since, "More memory").await.expect("sent again");
    // Sending it begins it, where no other has it by then.
    laboratory::analyses::run_waiting(&bench.service).await.expect("run");
    let kinds = events(&bench, analysis).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "Finished").count(), 1, "{kinds:?}");
    assert!(work::jobs::parked(&desk).await.expect("a list").is_empty());
}

/// A fault of the machine is no answer about a family: it is tried again, and after the third time waits for somebody.
#[tokio::test]
async fn an_analysis_that_fails_for_want_of_its_file_is_tried_again_and_then_parked() {
    let bench = Bench::new().await;
    let analysis = queued(&bench, "Ann").await;
    let blobs = bench.folder.path().join("blobs");
    let away = bench.folder.path().join("away");
    std::fs::rename(&blobs, &away).expect("moved");
    let desk = bench.desk(Role::Bioinformatician, 0);
    let failed = laboratory::data::run_analysis(&desk, analysis.0, analysis.1, Arc::new(|_| {})).await;
    assert!(failed.is_err());
    let place = work::jobs::of_order(&desk, analysis.0).await.expect("read").remove(0);
    assert!(matches!(place.job.state, JobState::Waiting { from: Some(_) }), "{place:?}");
    assert_eq!((place.place, place.job.attempts), (Some(1), 1));
    assert_eq!(laboratory::analyses::run_waiting(&bench.service).await.expect("run"), 0, "it is not due yet");
    for _ in 0..2 {
        laboratory::data::run_analysis(&desk, analysis.0, analysis.1, Arc::new(|_| {})).await.expect_err("no file");
    }
    assert_eq!(bench.state(analysis.0).await.0, State::InProgress, "the order is not held for what is no fault of it");
    let parked = work::jobs::parked(&desk).await.expect("a list").remove(0);
    let JobState::Parked { since } = parked.state else { panic!("{parked:?}") };
    let _ = std::fs::remove_dir_all(&blobs);
    std::fs::rename(&away, &blobs).expect("moved back");
    work::jobs::send_again(&desk, &parked.subject, since, "The disk is there again").await.expect("sent again");
    laboratory::analyses::run_waiting(&bench.service).await.expect("run");
    let kinds = events(&bench, analysis).await;
    assert_eq!(kinds.last().map(String::as_str), Some("Finished"), "{kinds:?}");
    assert!(kinds.iter().all(|kind| kind != "Failed"), "{kinds:?}");
}

/// What will never end is given up by somebody: the order waits with the reason, and its data can be registered again.
#[tokio::test]
async fn an_analysis_that_is_given_up_holds_its_order_with_the_reason() {
    let bench = Bench::new().await;
    let analysis = queued(&bench, "Ann").await;
    let subject = analysis.1.stream();
    let desk = bench.desk(Role::Bioinformatician, 0);
    let now = bench.service.now();
    refused(work::jobs::give_up(&desk, &subject, now, " ").await, "Say why it will never end");
    let early = work::jobs::give_up(&desk, &subject, now, "Too large").await;
    assert!(matches!(early, Err(ServiceError::Conflict(_))), "it is not parked: {early:?}");
    for _ in 0..3 {
        let now = bench.service.now();
        bench.service.store.take_lease(&subject, now, now).await.expect("written").expect("it ran out");
    }
    assert_eq!(laboratory::analyses::run_waiting(&bench.service).await.expect("run"), 0);
    let parked = work::jobs::parked(&desk).await.expect("a list").remove(0);
    let JobState::Parked { since } = parked.state else { panic!("{parked:?}") };
    let denied = work::jobs::give_up(&bench.desk(Role::Manager, 0), &subject, since, "Too large").await;
    assert!(matches!(denied, Err(ServiceError::Denied(_))), "{denied:?}");
    work::jobs::give_up(&desk, &subject, since, "Too large for this machine").await.expect("given up");
    assert_eq!(events(&bench, analysis).await, ["Queued", "Started", "Failed"]);
    let (state, waiting) = bench.state(analysis.0).await;
    assert!(matches!(state, State::OnHold { .. }) && waiting.contains("Too large for this machine"), "{state:?}: {waiting}");
    assert!(work::jobs::of_order(&desk, analysis.0).await.expect("read").is_empty());
    bench.analyse(analysis.0, false).await;
    assert_eq!(bench.state(analysis.0).await.0, State::InProgress);
}

/// An urgent order's analysis is run before those that were queued earlier.
#[tokio::test]
async fn an_urgent_order_overtakes() {
    let bench = Bench::new().await;
    let (first, second) = (queued(&bench, "Ann").await, queued_as(&bench, "Bea", Urgency::Urgent).await);
    let desk = bench.desk(Role::Bioinformatician, 0);
    let place = async |order| work::jobs::of_order(&desk, order).await.expect("read").remove(0).place;
    assert_eq!((place(first.0).await, place(second.0).await), (Some(2), Some(1)));
    let now = bench.service.now();
    let term = store::Term { by: "test", at: now, until: now + jiff::SignedDuration::from_secs(60) };
    let (job, lease) = bench.service.store.claim_job(&[store::Kind::Analysis], term).await.expect("read").expect("a job");
    assert_eq!((job.order, lease.fence), (second.0, 1));
}

/// A round is done by one program, once in its time, however many look for it.
#[tokio::test]
async fn a_round_is_done_once_by_whichever_program_comes_first() {
    let bench = Bench::new().await;
    let other = bench.again().await;
    let hour = std::time::Duration::from_hours(1);
    let mut done = 0;
    for service in [&bench.service, &other, &bench.service] {
        done += work::round(service, "sweep/test", hour, async |_| Ok(1)).await.expect("a round").unwrap_or(0);
    }
    assert_eq!(done, 1);
    let failing = work::round(&other, "sweep/failing", hour, async |_| -> anyhow::Result<()> { anyhow::bail!("no network") }).await;
    failing.expect_err("it says so");
    let manager = bench.desk(Role::Manager, 0);
    let rounds = work::jobs::background(&manager).await.expect("a page").rounds;
    let failed = rounds.iter().find(|round| round.subject == "sweep/failing").expect("it is listed");
    assert_eq!((failed.failures, failed.reason.as_str()), (1, "no network"));
}

/// Two programs with folders of their own share the outbox: each message is put in one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_programs_on_machines_of_their_own_one_sends_each_message() {
    let bench = Bench::new().await;
    let mut orders = Vec::new();
    for name in ["Ann", "Bea", "Cas"] {
        let (order, _) = queued(&bench, name).await;
        ordering::work::act_on(&bench.desk(Role::Clinician, 0), order, &WorkAction::Remind).await.expect("reminded");
        orders.push(order);
    }
    let elsewhere = tempfile::tempdir().expect("a folder");
    let pack = reference::open("demo").expect("a pack");
    let other = Service::with_store(bench.service.store.clone(), elsewhere.path(), &pack).await.expect("a service");
    for _ in 0..3 {
        let (one, two) = tokio::join!(results::deliver::deliver(&bench.service), results::deliver::deliver(&other));
        one.expect("delivered");
        two.expect("delivered");
    }
    assert!(bench.service.store.undelivered().await.expect("read").is_empty());
    let found = [bench.folder.path(), elsewhere.path()].map(|folder| reminders(&folder.join("delivered")));
    assert_eq!(found.iter().sum::<usize>(), orders.len(), "{found:?}");
}

/// Files of reminders within a folder.
fn reminders(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let paths = entries.map(|entry| entry.expect("a file").path());
    paths.map(|path| if path.is_dir() { reminders(&path) } else { usize::from(path.to_string_lossy().contains("reminder-")) }).sum()
}
