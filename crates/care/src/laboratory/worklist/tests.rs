//! What a worklist allows, and that a sample is on one open worklist for one step only.

use super::*;
use crate::laboratory::sample::{self, Label, OnWorklist, Quality, Sample};
use proptest::prelude::*;
use uuid::Uuid;

fn created(step: Step) -> Command {
    let laboratory = "699X0".parse().expect("a code");
    Command::Create(Created { number: "W-1".into(), step, instrument: "Robot 1".into(), laboratory })
}

fn listed(number: u128) -> Listed {
    Listed {
        sample: SampleId(Uuid::from_u128(number)),
        order: OrderId(Uuid::nil()),
        number: "OG-1".into(),
        barcode: format!("S{number}"),
        material: "Blood (EDTA)".into(),
    }
}

fn at(text: &str) -> Position {
    text.parse().expect("a position")
}

fn finish(left_out: &[&str]) -> Command {
    Command::Finish { left_out: left_out.iter().map(|position| (at(position), "the order is cancelled".into())).collect() }
}

fn reached(commands: Vec<Command>) -> Result<Worklist, String> {
    let begin = std::iter::once(created(Step::Mlpa));
    begin.chain(commands).try_fold(Worklist::default(), |worklist, command| {
        let events = decide(&worklist, command).map_err(|refusals| refusals.to_string())?;
        Ok(events.iter().fold(worklist, Worklist::apply))
    })
}

#[test]
fn a_worklist_runs_from_its_first_sample_to_the_outcome_of_each() {
    let add = |number| Command::Add { position: None, listed: listed(number) };
    let settle = |position: &str, outcome| Command::Settle { position: at(position), outcome };
    let repeat = Outcome::Repeat { reason: "Low yield".into() };
    let done = vec![add(1), add(2), Command::Start, settle("A1", Outcome::Passed), settle("A2", repeat.clone()), finish(&[])];
    let worklist = reached(done).expect("finished");
    assert_eq!((worklist.state.label(), &worklist.outcomes[&at("A2")]), ("Finished", &repeat));
    assert!(reached(vec![add(1), add(1)]).expect_err("twice").contains("S1 is in A01 already"));
    assert!(reached(vec![Command::Start]).expect_err("empty").contains("Add a sample before"));
    assert!(reached(vec![add(1), Command::Start, add(2)]).expect_err("started").contains("the worklist is started"));
    assert!(reached(vec![add(1), Command::Start, finish(&[])]).expect_err("unsettled").contains("A01 has none"));
    let failed = Outcome::Failed { reason: " ".into() };
    assert!(reached(vec![add(1), Command::Start, settle("A1", failed)]).expect_err("no reason").contains("Say why"));
    assert!(reached(vec![add(1), Command::Start, settle("B1", Outcome::Passed)]).expect_err("empty").contains("No sample"));
    let far = Command::Add { position: Some(at("P24")), listed: listed(1) };
    assert!(reached(vec![far]).expect_err("outside").contains("the last is H12"));
    assert!(reached((1..=97).map(add).collect()).expect_err("full").contains("it has 96 samples"));
}

#[test]
fn a_sample_that_nobody_may_go_on_with_is_left_out_with_the_reason_and_needs_no_outcome() {
    let add = |number| Command::Add { position: None, listed: listed(number) };
    let settle = |position: &str| Command::Settle { position: at(position), outcome: Outcome::Passed };
    let worklist = reached(vec![add(1), add(2), Command::Start, settle("A1"), finish(&["A2", "H12"])]).expect("finished");
    assert_eq!(worklist.state, State::Finished);
    assert_eq!(worklist.left_out, BTreeMap::from([(at("A2"), "the order is cancelled".to_owned())]), "and none that is not on it");
    assert_eq!(worklist.listed.len(), 2, "it was treated with the lots all the same");
    let settled_before = reached(vec![add(1), Command::Start, settle("A1"), finish(&["A1"])]).expect("finished");
    assert!(settled_before.outcomes.is_empty() && settled_before.left_out.contains_key(&at("A1")), "its outcome counts no longer");
    assert!(reached(vec![add(1), add(2), Command::Start, finish(&["A2"])]).expect_err("unsettled").contains("A01 has none"));
}

#[test]
fn every_step_has_a_name() {
    for (name, step) in Step::ALL {
        assert_eq!((Step::named(name), step.name()), (Some(step), name));
    }
}

/// A sample with DNA.
fn prepared() -> Sample {
    let label = Label {
        barcode: "S1".into(),
        order: OrderId(Uuid::nil()),
        patient: crate::PatientId(Uuid::nil()),
        material: "Blood (EDTA)".into(),
        parent: None,
    };
    let quality = Quality { concentration_ng_per_ul: 60.0, volume_ul: 50.0, ratio_260_280: None };
    let events = [sample::Event::Expected(label), sample::Event::Received, sample::Event::Accepted, sample::Event::Prepared(quality)];
    events.iter().fold(Sample::default(), Sample::apply)
}

/// The events of a sample that begin and end its stay on a worklist, as they would be written with those of the worklist.
fn with_sample(sample: &Sample, worklist: WorklistId, step: Step, put_on: bool) -> Result<Vec<sample::Event>, Refusals> {
    let command = if put_on {
        sample::Command::List(OnWorklist { worklist, number: worklist.to_string(), step })
    } else {
        sample::Command::Unlist { worklist, step, outcome: None }
    };
    sample::decide(sample, command)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is tried in whichever order, one sample is never on two worklists for one step at once.
    #[test]
    fn a_sample_is_on_one_open_worklist_for_one_step_only(
        tries in prop::collection::vec((0u128..4, 0usize..Step::ALL.len(), any::<bool>()), 1..60)
    ) {
        let mut sample = prepared();
        let mut open: Vec<(WorklistId, Step)> = Vec::new();
        for (number, step, put_on) in tries {
            let (worklist, step) = (WorklistId(Uuid::from_u128(number)), Step::ALL[step].1);
            let Ok(events) = with_sample(&sample, worklist, step, put_on) else { continue };
            sample = events.iter().fold(sample, Sample::apply);
            if put_on {
                open.push((worklist, step));
            } else {
                open.retain(|on| *on != (worklist, step));
            }
            prop_assert_eq!(open.iter().filter(|(_, other)| *other == step).count() <= 1, true);
            let mut known: Vec<(WorklistId, Step)> = sample.worklists.iter().map(|(step, on)| (on.worklist, *step)).collect();
            known.sort_unstable();
            open.sort_unstable();
            prop_assert_eq!(&known, &open);
        }
    }
}
