//! What of a laboratory's results could not be read.

use super::*;

#[tokio::test]
async fn the_laboratory_that_takes_results_sees_what_of_them_could_not_be_read() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let sent = b"MSH|^~\\&|LIMS|RJ1|OPENGMS|699X0|20261101||ORU^R01|77|P|2.5.1\rPID|1||9990000019^^^NHS^NH||Bell^Ada||20190601|F\rOBR|1|OG-1|F-1|FMR1\r";
    let receipt = ordering::messages::receive(&system, care::ordering::message::Language::Hl7, sent).await.expect("kept");
    assert!(matches!(receipt.state, care::ordering::message::State::Refused { .. }), "{:?}", receipt.state);
    let seen = outside::unreadable(&bench.desk(Role::LaboratoryScientist, 0)).await.expect("a list");
    assert!(!seen.is_more);
    assert_eq!(seen.messages.iter().map(|(line, _)| line.id).collect::<Vec<_>>(), [receipt.id]);
    assert!(
        outside::unreadable(&bench.desk(Role::LaboratoryScientist, 1)).await.expect("a list").messages.is_empty(),
        "of another laboratory"
    );
    assert!(outside::unreadable(&bench.desk(Role::Clinician, 0)).await.is_err());
}

#[tokio::test]
async fn a_result_without_content_or_with_what_was_lost_on_the_way_is_told_to_its_sender() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let lost = "OBX(1)-5: the document cannot be decoded as Base64; send it whole";
    let empty = |status: &str| IncomingResult {
        values: vec![],
        documents: vec![],
        status: status.into(),
        not_used: vec![lost.into()],
        ..result(&number, "F-1")
    };
    refused(outside::take_in(&system, MessageId(MachineClock.new_id()), &[empty("F")]).await, "holds no value and no document (OBX(1)-5");
    assert!(bench.outside(order).await.is_empty());
    assert_eq!(take(&system, empty("P")).await.orders, [order], "more follows");
    let half = take(&system, IncomingResult { not_used: vec![lost.into()], ..result(&number, "F-1") }).await;
    assert!(half.notes.iter().any(|note| note == lost), "{:?}", half.notes);
}

#[tokio::test]
async fn a_laboratorys_system_orders_nothing() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let receipt = sent(&system, &trio("m1", "P-1", "R29.4", "Bell")).await;
    assert!(faults(&receipt).contains("is here to send results, and may not order"), "{}", faults(&receipt));
}
