//! A result on a wrong order is moved.

use super::*;

#[tokio::test]
async fn a_result_on_a_wrong_order_is_moved_by_two_and_its_readers_are_told() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (wrong, number, _) = bench.sent_away().await;
    let (right, right_number) = bench.ready_elsewhere().await;
    take(&system, result(&number, "F-1")).await;
    let (id, _) = bench.outside(wrong).await[0];
    bench.released(id).await;
    let (clinician, first, second) =
        (bench.desk(Role::Clinician, 0), bench.desk(Role::ClinicalScientist, 0), bench.desk(Role::ClinicalScientist, 1));
    outside::opened(&clinician, id).await.expect("opened");
    outside::acknowledge(&clinician, id, "Treatment begun").await.expect("read");
    assert_eq!(bench.state(wrong).await.0, State::Closed);

    let filing = |reason: &str| HandFiling { reason: reason.into(), is_person_confirmed: false };
    refused(outside::confirm_move(&second, id).await, "Nobody has asked");
    refused(outside::propose_move(&clinician, id, (&right_number, None), &filing("x")).await, "may not");
    refused(outside::propose_move(&first, id, (&number, None), &filing("x")).await, "stands there already");
    outside::propose_move(&first, id, (&right_number, None), &filing("The other test of the child")).await.expect("asked");
    refused(outside::confirm_move(&first, id).await, "somebody else must compare both");
    outside::withdraw_move(&second, id, "Not sure yet").await.expect("withdrawn");
    outside::propose_move(&first, id, (&right_number, None), &filing("The other test of the child")).await.expect("asked again");
    let moved = outside::confirm_move(&second, id).await.expect("moved");

    let (state, waits) = bench.state(wrong).await;
    assert!(!state.is_final() && waits.starts_with("Safety notice"), "{state:?} {waits}");
    assert_eq!(bench.outside(right).await, [(moved, Outside::Filed)], "it is checked anew where it belongs");
    let shown = outside::result(&clinician, id).await.expect("whoever read it sees that it was moved");
    let received = shown.result.received.expect("received");
    assert!(received.values.is_empty() && received.documents.is_empty() && received.person.nhs_number.is_empty(), "and nothing of it");
    let document = outside::result(&first, id).await.expect("kept").result.received.expect("received").documents[0].sha256.clone();
    refused(outside::document(&clinician, id, &document).await, "There is no document");
    let unread = results::reports::not_arrived(&clinician, 1).await.expect("a list").unread_outside;
    assert_eq!(unread.iter().map(|(_, result, _)| *result).collect::<Vec<_>>(), [id]);
    results::deliver::deliver(&bench.service).await.expect("delivered");
    let folder = bench.service.folder.join("delivered/RP4DEMO").join(&number);
    let notice = std::fs::read_to_string(folder.join(format!("outside-{id}-taken-back/result.json"))).expect("a notice");
    assert!(notice.contains("stood on the wrong order") && !notice.contains("CGG repeats"), "{notice}");
    outside::acknowledge(&clinician, id, "Treatment stopped").await.expect("known");
    assert!(results::reports::not_arrived(&clinician, 1).await.expect("a list").unread_outside.is_empty());
    refused(outside::check(&first, moved).await, "two others must check it");
    refused(outside::propose_move(&first, id, (&right_number, None), &filing("again")).await, "cannot be done now");
    bench.lists_agree().await;
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    bench.lists_agree().await;
}
