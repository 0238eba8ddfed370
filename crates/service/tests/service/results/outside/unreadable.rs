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
    assert_eq!(seen.iter().map(|(line, _)| line.id).collect::<Vec<_>>(), [receipt.id]);
    assert!(outside::unreadable(&bench.desk(Role::LaboratoryScientist, 1)).await.expect("a list").is_empty(), "of another laboratory");
    assert!(outside::unreadable(&bench.desk(Role::Clinician, 0)).await.is_err());
}
