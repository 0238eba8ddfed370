//! The course of a sample.

use super::*;
use uuid::Uuid;

#[test]
fn a_sample_runs_its_course_and_a_wrong_tube_is_stopped() {
    let quality = |concentration_ng_per_ul| Quality { concentration_ng_per_ul, volume_ul: 50.0, ratio_260_280: None };
    let mut sample = Sample::default();
    let mut said = Vec::new();
    for command in [
        Command::Expect(label()),
        Command::Accept,
        Command::Receive { barcode: "OGS2".into() },
        Command::Receive { barcode: " OGS1".into() },
        Command::Accept,
        Command::Prepare(quality(f32::NAN)),
        Command::Prepare(quality(80.0)),
        Command::Sequence,
    ] {
        match decide(&sample, command) {
            Ok(events) => {
                sample = events.iter().fold(sample, Sample::apply);
                said.push(sample.state.label().to_owned());
            }
            Err(refusals) => said.push(refusals.0[0].field.to_owned()),
        }
    }
    assert_eq!(said, ["Expected", "sample", "barcode", "Received", "Accepted", "concentration", "DNA prepared", "Sequenced"]);
}

fn label() -> Label {
    let (order, patient) = (OrderId(Uuid::nil()), PatientId(Uuid::nil()));
    Label { barcode: "OGS1".into(), order, patient, material: "Blood (EDTA)".into(), parent: None }
}

#[test]
fn a_sample_travels_to_another_laboratory_and_a_silent_one_is_inferred() {
    let hub: OdsCode = "699Y0".parse().expect("a code");
    let refusal = |last: Vec<Command>| {
        let dispatch = Command::Dispatch { to: hub.clone(), manifest: "M1".into() };
        let begin = [Command::Expect(label()), Command::Collect, Command::Send { carrier: "Van".into() }];
        let there = [Command::Receive { barcode: "ogs1".into() }, Command::Accept, Command::Place { place: "F2 R3 A1".into() }, dispatch];
        let mut sample = Sample::default();
        let mut said = String::new();
        for command in begin.into_iter().chain(there).chain(last) {
            match decide(&sample, command) {
                Ok(events) => sample = events.iter().fold(sample, Sample::apply),
                Err(refusals) => said = refusals.to_string(),
            }
        }
        format!("{}{said}{}", sample.state.label(), sample.place)
    };
    assert_eq!(refusal(vec![]), "Sent to another laboratory");
    assert_eq!(refusal(vec![Command::ReceiveElsewhere { barcode: "OGS1".into() }]), "In another laboratory");
    assert!(refusal(vec![Command::ReceiveElsewhere { barcode: "OGS2".into() }]).contains("put the tube aside"));
    assert_eq!(refusal(vec![Command::Infer, Command::Sequence]), "Sequenced");
    assert_eq!(refusal(vec![Command::Infer]), "In another laboratory (inferred: it told nothing)");
    assert!(refusal(vec![Command::Destroy { reason: "x".into() }]).contains("cannot be done now"));
}

#[test]
fn a_receipt_that_is_undone_leaves_the_sample_where_it_was_and_what_moved_on_stays() {
    let hub: OdsCode = "699Y0".parse().expect("a code");
    let reached = |commands: Vec<Command>| {
        let begin = [Command::Expect(label()), Command::Send { carrier: "Van".into() }, Command::Receive { barcode: "OGS1".into() }];
        let mut sample = Sample::default();
        for command in begin.into_iter().chain(commands) {
            match decide(&sample, command) {
                Ok(events) => sample = events.iter().fold(sample, Sample::apply),
                Err(refusals) => return refusals.to_string(),
            }
        }
        format!("{:?}", sample.state)
    };
    let undo = |reason: &str| Command::UndoReceipt { reason: reason.into() };
    assert_eq!(reached(vec![undo("Wrong tray")]), "InTransit { carrier: \"Van\" }");
    assert_eq!(reached(vec![undo("Wrong tray"), Command::Receive { barcode: "ogs1".into() }]), "Received");
    assert!(reached(vec![undo(" ")]).contains("Say why the receipt is undone"));
    assert!(reached(vec![undo("x"), undo("x")]).contains("cannot be done now"), "twice");
    assert!(reached(vec![Command::Accept, undo("x")]).contains("cannot be done now: the sample is accepted"));
    assert!(reached(vec![Command::Place { place: "F2".into() }, undo("x")]).contains("it is kept at F2"));
    let there = vec![
        Command::Accept,
        Command::Dispatch { to: hub.clone(), manifest: "M1".into() },
        Command::ReceiveElsewhere { barcode: "OGS1".into() },
        undo("Not ours"),
    ];
    assert!(reached(there).starts_with("Dispatched"), "back on its way");
}
