//! Reports that reach their reader, and what happens when they do not.

use super::{Bench, refused};
use care::{Role, interpretation::case::Pathogenicity};
use jiff::{SignedDuration, Timestamp};
use service::{interpretation, lines, ordering, results};

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
    let told = results::reports::not_arrived(&bench.desk(Role::Consultant, 0)).await.expect("a list");
    assert_eq!((told.unread.len(), told.messages.len()), (2, 2));
    std::fs::remove_file(folder.join("RP4DEMO")).expect("out of the way");
    assert_eq!(results::deliver::deliver_at(&bench.service, now + SignedDuration::from_mins(2)).await.expect("delivered"), 2);
    assert!(results::reports::not_arrived(&bench.desk(Role::Consultant, 0)).await.expect("a list").messages.is_empty());
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
        (line.turn(), line.stage.words()),
        (Some(Role::GenomicAssociate), "The report has not been read: reach the requester".to_owned())
    );
    assert_eq!(results::deliver::escalate_at(&bench.service, days(8)).await.expect("looked"), 1);
    let line = bench.service.store.order_view(order).await.expect("read").expect("a line");
    assert_eq!(line.turn(), Some(Role::Manager));
    let clinician = bench.desk(Role::Clinician, 0);
    results::reports::opened_report(&clinician, order).await.expect("opened");
    let told = results::reports::not_arrived(&clinician).await.expect("a list").unread;
    assert_eq!(told[0].1.opened.as_ref().map(|(by, _)| by.name.as_str()), Some("Dr Amara Okafor"));
    refused(results::reports::acknowledge(&bench.desk(Role::Clinician, 1), order, "").await, "may not acknowledge");
    results::reports::acknowledge(&clinician, order, "Diet begun; seen on Friday").await.expect("read");
    assert!(results::reports::not_arrived(&clinician).await.expect("a list").unread.is_empty());
    assert_eq!(results::deliver::escalate_at(&bench.service, days(60)).await.expect("looked"), 0);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_class_given_before_is_offered_and_a_clash_is_listed() {
    let bench = Bench::new().await;
    let (first, second) = (bench.ready().await, bench.ready().await);
    for order in [first, second] {
        bench.analyse(order, false).await;
    }
    bench.signed(first).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let (_, analysis) = interpretation::cases::case(&scientist, second).await.expect("a case");
    let before = interpretation::cases::classified_before(&scientist, second, &analysis).await.expect("a list");
    let mut conclusion = bench.conclusion(second).await;
    let given = &conclusion.variants[0];
    assert!(before.iter().any(|e| e.variant == given.variant && e.class == given.class && e.order == first), "{before:?}");
    let (_, own) = interpretation::cases::case(&scientist, first).await.expect("a case");
    assert!(interpretation::cases::classified_before(&scientist, first, &own).await.expect("a list").is_empty(), "not one's own");
    assert!(interpretation::cases::discordant(&scientist).await.expect("a list").is_empty());
    for variant in &mut conclusion.variants {
        variant.class = Pathogenicity::Uncertain;
    }
    conclusion.outcome = care::interpretation::case::Outcome::Uncertain;
    interpretation::cases::propose(&scientist, second, conclusion).await.expect("proposed");
    assert!(interpretation::cases::discordant(&scientist).await.expect("a list").is_empty(), "one scientist alone gives no class");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), second).await.expect("checked");
    let clash = interpretation::cases::discordant(&scientist).await.expect("a list");
    let (given, settled) = &clash[0];
    assert!(given.len() >= 2 && settled.is_none() && given.iter().all(|c| c.symbol == given[0].symbol), "{given:?}");
    assert_eq!(given[0].class, Pathogenicity::Uncertain, "the latest first");
    refused(interpretation::cases::settle_class(&scientist, &given[0].variant, "Benign", "x").await, "Choose one of the classes");
    interpretation::cases::settle_class(
        &scientist,
        &given[0].variant,
        "Uncertain significance",
        "The two copies were not shown to be in trans",
    )
    .await
    .expect("settled");
    let settled = interpretation::cases::discordant(&scientist).await.expect("a list").remove(0).1.expect("settled");
    assert_eq!((settled.class, settled.by.name.as_str()), (Pathogenicity::Uncertain, scientist.staff.name.as_str()));
    refused(interpretation::cases::discordant(&bench.desk(Role::Clinician, 0)).await, "may not read the case");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn every_analysis_is_kept_and_two_are_compared() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    assert_eq!(interpretation::cases::analyses(&scientist, order).await.expect("a list").len(), 1);
    // Another feature is told, and the data are analysed again.
    let amend = |request: &mut care::ordering::order::Request| request.observed.push(ontology::TermId(1250));
    ordering::orders::amend(&bench.desk(Role::Clinician, 0), order, amend, "Seizures since Monday".into()).await.expect("amended");
    bench.analyse(order, false).await;
    let kept = interpretation::cases::analyses(&scientist, order).await.expect("a list");
    assert_eq!(kept.len(), 2);
    let told = interpretation::cases::compared(&scientist, &kept[0], &kept[1]).await.expect("compared");
    let features = told.made_with.iter().find(|(what, ..)| what == "features").expect("the features differ");
    assert!(!features.1.contains("HP:0001250") && features.2.contains("HP:0001250"), "{told:?}");
    assert!(told.same + told.changes.len() > 0);
    let same = interpretation::cases::compared(&scientist, &kept[1], &kept[1]).await.expect("compared");
    assert!(same.changes.is_empty() && same.made_with.is_empty());
    let back = interpretation::cases::compared(&scientist, &kept[1], &kept[0]).await.expect("compared");
    assert_eq!(back.same, told.same, "the other way round");
    refused(interpretation::cases::analyses(&bench.desk(Role::Clinician, 0), order).await, "may not read the case");
}
