//! The Test Directory: searched, changed and ordered from.

use crate::{Bench, refused};
use care::{
    Role,
    directory::{
        Branch, Change, Route,
        change::{Command, Draft},
    },
};
use service::{desk::today, directory::new_proposal_id};

#[tokio::test]
async fn a_test_is_found_by_whatever_the_clinician_knows() {
    let bench = Bench::new().await;
    let catalogue = bench.service.catalogue().await.expect("a directory");
    assert_eq!(catalogue.words(), "rare 6 and cancer 2021-22");
    let first = |text: &str| {
        let hits = catalogue.index.search(&bench.service.knowledge, text, 8);
        hits.iter().map(|hit| catalogue.tests[hit.test].code.indication().to_owned()).collect::<Vec<_>>()
    };
    // By code, name, gene, disease, phenotype, medicine; with slips of the hand.
    for (text, wanted) in [
        ("R29.4", "R29"),
        ("r67", "R67"),
        ("intellectual disability", "R29"),
        ("inteletual disabilty", "R29"),
        ("colorectal carcinoma", "M1"),
        ("BRCA1", "R208"),
        ("marfan syndrome", "R125"),
        ("capecitabine", "M1"),
        ("hearing los", "R67"),
        ("ectopia lentis", "R36"),
    ] {
        assert!(first(text).iter().any(|code| code == wanted), "{text}: {:?}", first(text));
    }
    assert!(first("xyzzyplugh").is_empty());
}

#[tokio::test]
async fn a_fast_track_is_published_and_ordered_from_in_the_same_hour() {
    let bench = Bench::new().await;
    let form = bench.form().await;
    let open = bench.desk(Role::Clinician, 0).place_order(bench.form().await).await.expect("placed");
    let mut changed = form.test.clone();
    changed.turnaround_days_max = 14;
    let (id, branch) = (new_proposal_id(), Branch::Rare);
    let draft = Draft {
        title: "Rapid result".into(),
        rationale: "Treatment depends on it".into(),
        route: Route::FastTrack,
        changes: vec![Change::Amend(Box::new(changed))],
    };
    let [first, second, third] = [0, 1, 2].map(|n| bench.desk(Role::Curator, n));
    refused(
        bench.desk(Role::LaboratoryScientist, 0).change_directory(branch, Command::Propose { id, draft: draft.clone() }).await,
        "may not propose",
    );
    first.change_directory(branch, Command::Propose { id, draft }).await.expect("proposed");
    let impact = second.impact(branch, id).await.expect("an impact");
    assert_eq!(impact.tests, [("R98.2".parse().expect("a code"), 1, 1)]);
    second.change_directory(branch, Command::AddEvidence { id, words: "A trial".into() }).await.expect("added");
    second.change_directory(branch, Command::Vote { id, in_favour: true, reason: "Sound".into() }).await.expect("voted");
    refused(second.publish_directory(branch, "6.1".into(), today()).await, "nothing to publish");
    let accept = Command::Decide { id, accept: true, reason: "Agreed".into(), effective: today() };
    third.change_directory(branch, accept).await.expect("decided");
    let version = third.publish_directory(branch, "6.1".into(), today()).await.expect("published");
    assert_eq!((version.to_string().as_str(), version.tests), ("rare 6.1", 394));

    // An order that was begun before says what changed; one begun now has the new clock; the open one keeps its own.
    let desk = bench.desk(Role::Clinician, 0);
    refused(desk.place_order(form).await, "Days to report was 84, is 14");
    let placed = desk.place_order(bench.form().await).await.expect("placed");
    let permit = bench_permit(&desk, placed).await;
    let now = desk.status(&permit, placed).await.expect("a status").order.request.expect("submitted");
    assert_eq!((now.directory_version.as_str(), now.turnaround_days_max), ("rare 6.1", 14));
    let permit = bench_permit(&desk, open).await;
    let before = desk.status(&permit, open).await.expect("a status").order.request.expect("submitted");
    assert_eq!((before.directory_version.as_str(), before.turnaround_days_max), ("rare 6", 84));
}

async fn bench_permit(desk: &service::Desk, order: care::OrderId) -> access::Permit {
    desk.permit(access::Action::ReadOrder, order).await.expect("a permit")
}
