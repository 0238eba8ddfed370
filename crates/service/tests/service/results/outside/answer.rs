//! A result of another laboratory answers the order that it is of, once two people have checked it.

use super::*;

#[tokio::test]
async fn the_result_of_a_sample_that_was_sent_away_closes_the_loop() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&[]).await;
    let (order, number, barcode) = bench.sent_away().await;
    let received = take(&system, result(&barcode, "F-1")).await;
    assert_eq!(received.orders, [order], "{:?}", received.notes);
    let (id, _) = bench.outside(order).await[0];
    let again = take(&system, result(&barcode, "F-1")).await;
    assert!(again.notes[0].contains("nothing was filed twice"), "{:?}", again.notes);
    assert_eq!(bench.outside(order).await.len(), 1);
    assert_eq!(bench.state(order).await, (State::Accepted, "A result of another laboratory waits to be checked by two people".into()));
    let permit = bench_permit(&bench.desk(Role::LaboratoryScientist, 0), order).await;
    let status = bench.desk(Role::LaboratoryScientist, 0).status(&permit, order).await.expect("a status");
    assert!(matches!(status.samples[0].1.state, sample::State::Elsewhere { inferred: true, .. }), "the laboratory has the sample");

    let (clinician, first) = (bench.desk(Role::Clinician, 0), bench.desk(Role::ClinicalScientist, 0));
    refused(outside::result(&clinician, id).await, "may not");
    refused(outside::check(&bench.desk(Role::LaboratoryScientist, 0), id).await, "may not check");
    outside::check(&first, id).await.expect("checked");
    refused(outside::check(&first, id).await, "somebody else must check it too");
    refused(outside::result(&clinician, id).await, "may not");
    outside::check(&bench.desk(Role::Consultant, 0), id).await.expect("released");

    assert!(matches!(bench.state(order).await.0, State::Reported { .. }));
    assert_eq!(bench.state(order).await.1, "Waiting for the requester to read the report");
    let shown = outside::result(&clinician, id).await.expect("released to the requester");
    let document = &shown.result.received.as_ref().expect("received").documents[0];
    assert_eq!(outside::document(&clinician, id, &document.sha256).await.expect("read").1, b"%PDF-1.7 result");
    refused(outside::result(&bench.desk(Role::Clinician, 1), id).await, "may not");
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    let folder = bench.service.folder.join("delivered/RP4DEMO").join(number).join(format!("outside-{id}"));
    assert_eq!(std::fs::read(folder.join("document-1.pdf")).expect("delivered"), b"%PDF-1.7 result");

    let later = |days: i64| jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    assert_eq!(results::deliver::escalate_at(&bench.service, later(3)).await.expect("looked"), 1);
    assert_eq!(results::deliver::escalate_at(&bench.service, later(3)).await.expect("looked"), 0, "once");
    let unread = results::reports::not_arrived(&clinician, 1).await.expect("a list").unread_outside;
    assert_eq!(unread[0].2.escalated, Some(Role::GenomicAssociate));
    outside::opened(&clinician, id).await.expect("opened");
    let record = results::record::record(&clinician, bench.people(order).await[0]).await.expect("a record");
    assert_eq!(record.tests[0].outside_released().count(), 1, "it stands in the genomic record");
    outside::acknowledge(&clinician, id, "Seen on Friday").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);
    assert!(results::reports::not_arrived(&clinician, 1).await.expect("a list").unread_outside.is_empty());
    bench.lists_agree().await;
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_preliminary_result_closes_nothing_and_a_corrected_one_is_checked_again_by_two() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let with = |status: &str, value: &str| {
        let mut sent = result(&number, "F-1");
        sent.status = status.into();
        sent.values[0].value = value.into();
        sent
    };
    take(&system, with("P", "30")).await;
    let (preliminary, _) = bench.outside(order).await[0];
    bench.released(preliminary).await;
    assert_eq!(bench.state(order).await.0, State::Accepted, "more follows");
    assert_eq!(outside::result(&clinician, preliminary).await.expect("shown").result.state, Outside::Released);
    assert_eq!(bench.state(order).await.1, "A preliminary result of another laboratory waits to be read by the requester");
    outside::acknowledge(&clinician, preliminary, "").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Accepted);

    take(&system, with("F", "31")).await;
    let (last, _) = bench.outside(order).await[1];
    bench.released(last).await;
    assert_eq!(bench.outside(order).await[0].1, Outside::Superseded { by: last });
    outside::acknowledge(&clinician, last, "").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);

    take(&system, with("P", "29")).await;
    assert_eq!(bench.outside(order).await[2].1, Outside::Superseded { by: last }, "what comes late is not checked");
    take(&system, with("C", "131")).await;
    let (corrected, state) = bench.outside(order).await[3].clone();
    assert_eq!(state, Outside::Filed);
    assert_eq!(outside::result(&clinician, last).await.expect("shown").later, Some(corrected), "the earlier one stands meanwhile");
    bench.released(corrected).await;
    assert_eq!(bench.outside(order).await[1].1, Outside::Superseded { by: corrected });
    assert!(matches!(bench.state(order).await.0, State::Reported { .. }), "the loop is open again");
    outside::acknowledge(&clinician, corrected, "Recalled").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);

    take(&system, with("X", "")).await;
    let (cancelled, _) = bench.outside(order).await[4];
    bench.released(cancelled).await;
    assert_eq!(bench.state(order).await.0, State::InProgress, "its answer was taken back");
    outside::acknowledge(&clinician, cancelled, "").await.expect("read");
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_document_that_names_the_one_before_it_takes_its_place() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    take(&system, result(&number, "D-1")).await;
    let second = IncomingResult { replaces: "D-1".into(), status: "C".into(), ..result(&number, "D-2") };
    take(&system, second).await;
    let states = bench.outside(order).await;
    assert!(matches!(states[..], [(_, Outside::Superseded { .. }), (_, Outside::Filed)]), "{states:?}");
    bench.lists_agree().await;
}

/// Two systems of one laboratory may give the same number to the work of two people.
#[tokio::test]
async fn a_result_of_somebody_else_that_waits_under_the_same_number_goes_on_waiting() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (_, number, _) = bench.sent_away().await;
    let mut of_other = result("OG-0000000000", "F-1");
    of_other.person = person_of("9990000018", "Somebody", "1980-02-03");
    take(&system, of_other).await;
    let mut of_patient = result("OG-0000000000", "F-1");
    of_patient.values[0].value = "31".into();
    take(&system, of_patient).await;
    let waiting = bench.waiting(StateKind::Unmatched).await;
    assert_eq!(waiting.len(), 2);
    let mut last = result(&number, "F-1");
    last.status = "C".into();
    take(&system, last).await;
    let left = bench.waiting(StateKind::Unmatched).await;
    assert_eq!(left.len(), 1, "that of the patient is replaced, and the other's is not");
    let shown = outside::result(&bench.desk(Role::LaboratoryScientist, 0), left[0]).await.expect("shown");
    assert_eq!(shown.result.received.expect("received").person.given_name, "Somebody");
    bench.lists_agree().await;
}
