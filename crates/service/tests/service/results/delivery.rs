//! Reports that reach their reader, and what happens when they do not.

use crate::bench::*;
use care::Role;
use jiff::{SignedDuration, Timestamp};
use service::{interpretation, lines, results};

fn days(n: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(24 * n)
}

#[tokio::test]
async fn a_message_that_fails_is_tried_again_later_and_those_behind_it_wait() {
    let bench = Bench::new().await;
    let (first, second) = (bench.ready().await, bench.ready().await);
    // Where the hospital's folder should be stands a file.
    let folder = bench.folder.path().join("delivered");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("RP4DEMO"), "in the way").expect("written");
    for order in [first, second] {
        bench.analyse(order, false).await;
        let conclusion = bench.conclusion(order).await;
        interpretation::cases::propose(&bench.desk(Role::ClinicalScientist, 0), order, conclusion).await.expect("proposed");
        interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
        results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await.expect("signed");
    }
    let now = Timestamp::now();
    assert_eq!(results::deliver::deliver_at(&bench.service, now).await.expect("tried"), 0);
    let waiting = bench.service.store.undelivered().await.expect("read");
    assert_eq!(waiting.iter().map(|w| w.attempts).collect::<Vec<_>>(), [1, 0], "the second waits for the first");
    assert!(waiting[0].failure.contains("RP4DEMO") || !waiting[0].failure.is_empty());
    assert_eq!(results::deliver::deliver_at(&bench.service, now).await.expect("tried"), 0);
    assert_eq!(bench.service.store.undelivered().await.expect("read")[0].attempts, 1, "not again before its time");
    let unread = results::reports::not_arrived(&bench.desk(Role::Consultant, 0), 1).await.expect("a list");
    assert_eq!((unread.unread.len(), unread.messages.len()), (2, 2));
    std::fs::remove_file(folder.join("RP4DEMO")).expect("out of the way");
    assert_eq!(results::deliver::deliver_at(&bench.service, now + SignedDuration::from_mins(2)).await.expect("delivered"), 2);
    assert!(results::reports::not_arrived(&bench.desk(Role::Consultant, 0), 1).await.expect("a list").messages.is_empty());
}

#[tokio::test]
async fn a_diagnosis_that_nobody_reads_becomes_the_work_of_others() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    bench.signed(order).await;
    assert_eq!(results::deliver::escalate_at(&bench.service, days(2)).await.expect("looked"), 0);
    assert_eq!(results::deliver::escalate_at(&bench.service, days(3)).await.expect("looked"), 1);
    assert_eq!(results::deliver::escalate_at(&bench.service, days(3)).await.expect("looked"), 0, "once for each");
    let line = bench.service.store.order_view(order).await.expect("read").expect("a line");
    assert_eq!(
        (line.turn(), line.stage.label()),
        (Some(Role::GenomicAssociate), "The report has not been read: reach the requester".to_owned())
    );
    assert_eq!(results::deliver::escalate_at(&bench.service, days(8)).await.expect("looked"), 1);
    let line = bench.service.store.order_view(order).await.expect("read").expect("a line");
    assert_eq!(line.turn(), Some(Role::Manager));
    let clinician = bench.desk(Role::Clinician, 0);
    results::reports::opened_report(&clinician, order, results::reports::report(&clinician, order).await.expect("a report").0)
        .await
        .expect("opened");
    let far = results::reports::not_arrived(&clinician, u64::MAX).await.expect("a list").orders;
    assert_eq!((far.number, far.total, far.lines.len()), (1, 1, 1), "a page beyond the last is the last");
    let unread = results::reports::not_arrived(&clinician, 1).await.expect("a list").unread;
    assert_eq!(unread[0].1.opened.as_ref().map(|(by, _)| by.name.as_str()), Some("Dr Amara Okafor"));
    refused(results::reports::acknowledge(&bench.desk(Role::Clinician, 1), order, "").await, "may not acknowledge");
    results::reports::acknowledge(&clinician, order, "Diet begun; seen on Friday").await.expect("read");
    assert!(results::reports::not_arrived(&clinician, 1).await.expect("a list").unread.is_empty());
    assert_eq!(results::deliver::escalate_at(&bench.service, days(60)).await.expect("looked"), 0);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
