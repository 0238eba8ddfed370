use super::*;
use crate::{
    Fold, InterpretationId, OrderId, Role, StaffId,
    interpretation::case::Interpretation,
    ordering::{
        choice::{self, Answer, Category, Choice, Discussion, How},
        family::{Affected, Participant, Relationship},
        order::Order,
    },
    people::patient::{Patient, Sex},
    results::report::{Command, decide},
    samples,
};
use proptest::{prelude::*, sample::select};
use uuid::Uuid;

const PATIENT: PatientId = PatientId(Uuid::from_u128(1));
const ORDER: OrderId = OrderId(Uuid::from_u128(2));

fn somebody(n: u128) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(n)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

/// Midday of a day of May 2027.
fn at(day: i8) -> Timestamp {
    jiff::civil::date(2027, 5, day).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a moment").timestamp()
}

fn plan() -> Plan {
    Plan { discussed: Some(Date::constant(2027, 5, 12)), how: Some(Disclosure::InPerson), names_patient: true, after_death: false }
}

/// An order of one person that was answered, without its reports.
fn answered() -> Status {
    let proband = Participant {
        patient: PATIENT,
        name: "Ada Bell".into(),
        relationship: Relationship::Proband,
        sex: Sex::Female,
        affected: Affected::Yes,
    };
    let order = Order { request: Some(samples::request(vec![proband])), state: order::State::Closed, ..Order::default() };
    Status { id: Some(ORDER), order, people: vec![(PATIENT, Patient::default())], ..Status::default() }
}

/// Adds a report that was signed on 10 May over a new interpretation; the one before it is replaced.
fn sign(status: &mut Status) {
    let n = status.reports.len() as u128 + 10;
    let interpretation = InterpretationId(Uuid::from_u128(n));
    if status.report().is_none() || status.report_of_latest().is_some() {
        status.interpretations.push((interpretation, Interpretation::default()));
    }
    let interpretation = status.interpretations.last().map_or(interpretation, |(id, _)| *id);
    let command = Command::Authorise {
        order: ORDER,
        interpretation,
        patient: PATIENT,
        content_sha256: String::new(),
        rendered: None,
        signed_before: vec![],
    };
    act(status, Command::Supersede { by: ReportId(Uuid::from_u128(n)) });
    status.reports.push((ReportId(Uuid::from_u128(n)), Report::default()));
    assert!(act(status, command));
    status.order.state = order::State::Closed;
}

/// Does something with the latest report; whether that was allowed.
fn act(status: &mut Status, command: Command) -> bool {
    let Some((_, report)) = status.reports.last_mut() else { return false };
    let day = if matches!(command, Command::Authorise { .. }) { 10 } else { 14 };
    let Ok(events) = decide(report, command, &somebody(1), at(day)) else { return false };
    *report = events.iter().fold(std::mem::take(report), Report::apply);
    true
}

fn acknowledged() -> Status {
    let mut status = answered();
    sign(&mut status);
    assert!(act(&mut status, Command::Deliver { to: "RP4".into() }) && act(&mut status, Command::Acknowledge { action: String::new() }));
    status
}

fn release(status: &mut Status, plan: Plan) -> bool {
    let circumstances = Circumstances::of_order(status);
    act(status, Command::ReleaseToPatient { plan, circumstances })
}

fn is_shown(status: &Status) -> bool {
    matches!(notice(status, &Circumstances::of_order(status)), Notice::Shown(_))
}

/// What is refused, in words.
fn against(report: &Report, plan: Plan, circumstances: Circumstances) -> String {
    let command = Command::ReleaseToPatient { plan, circumstances };
    decide(report, command, &somebody(1), at(14)).expect_err("refused").to_string()
}

#[test]
fn a_report_is_shown_once_it_was_acknowledged_talked_about_and_released() {
    let mut status = answered();
    sign(&mut status);
    assert!(!release(&mut status, plan()), "nobody has acknowledged it");
    let mut status = acknowledged();
    assert_eq!(notice(&status, &Circumstances::of_order(&status)), Notice::WithClinic);
    assert!(release(&mut status, plan()) && is_shown(&status));
    assert!(!release(&mut status, plan()), "it is shown already");
}

#[test]
fn everything_against_a_release_is_said_at_once() {
    let report = &acknowledged().reports[0].1.clone();
    let nothing = against(report, Plan::default(), Circumstances { has_died: true, ..Circumstances::default() });
    for says in ["Enter the day", "Say how", "confirm that this is the right patient", "The patient has died: confirm that"] {
        assert!(nothing.contains(says), "{nothing}");
    }
    let on = |day| Plan { discussed: Some(Date::constant(2027, 5, day)), ..plan() };
    assert!(against(report, on(15), Circumstances::default()).contains("in the future"));
    assert!(against(report, on(9), Circumstances::default()).contains("signed after that day"));
    for obstacle in [Obstacle::NotFinal, Obstacle::Restricted, Obstacle::UnwantedFinding] {
        assert!(against(report, plan(), Circumstances { obstacles: vec![obstacle], has_died: false }).contains(obstacle.message()));
    }
}

#[test]
fn a_recall_needs_a_reason_and_ends_what_is_shown() {
    let mut status = acknowledged();
    let recall = |reason: &str| Command::RecallFromPatient { reason: reason.into() };
    assert!(!act(&mut status, recall("Wrong patient")), "it was not released");
    assert!(release(&mut status, plan()));
    assert!(!act(&mut status, recall(" ")) && is_shown(&status));
    assert!(act(&mut status, recall("Wrong patient")) && !is_shown(&status));
    assert_eq!(notice(&status, &Circumstances::of_order(&status)), Notice::Recalled);
    assert!(release(&mut status, plan()) && is_shown(&status), "released anew");
}

#[test]
fn a_death_that_becomes_known_hides_the_result_until_it_is_confirmed() {
    let mut status = acknowledged();
    assert!(release(&mut status, plan()));
    status.choices.push((PATIENT, chosen_after_death()));
    assert!(!is_shown(&status));
    assert!(!release(&mut status, plan()), "asked again");
    assert!(release(&mut status, Plan { after_death: true, ..plan() }) && is_shown(&status));
}

fn chosen_after_death() -> Choice {
    let discussion = Discussion {
        order: ORDER,
        wording: choice::WORDING.into(),
        category: Category::Deceased { by: "Her mother".into() },
        test: Answer::Yes,
        research: Answer::No,
        recontact: Answer::No,
        secondary_findings: Answer::No,
        family_sharing: Answer::No,
        comment: String::new(),
        how: How::Spoken,
        interpreter: String::new(),
    };
    Choice::replay(&[choice::Event::Recorded(Box::new(discussion))])
}

/// What can happen to an order whose report may be on the patient's page.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Happens {
    Acknowledge,
    Release,
    ReleaseKnowingDeath,
    Recall,
    Reopen,
    SignAnother,
    Restrict,
    Unrestrict,
    Die,
    EnterInError,
    PutOnHold,
}

const HAPPENS: [Happens; 11] = [
    Happens::Acknowledge,
    Happens::Release,
    Happens::ReleaseKnowingDeath,
    Happens::Recall,
    Happens::Reopen,
    Happens::SignAnother,
    Happens::Restrict,
    Happens::Unrestrict,
    Happens::Die,
    Happens::EnterInError,
    Happens::PutOnHold,
];

/// One thing happens; whether it was done.
fn happen(status: &mut Status, what: Happens) -> bool {
    match what {
        Happens::Acknowledge => act(status, Command::Acknowledge { action: String::new() }),
        Happens::Release => release(status, plan()),
        Happens::ReleaseKnowingDeath => release(status, Plan { after_death: true, ..plan() }),
        Happens::Recall => act(status, Command::RecallFromPatient { reason: "Wrong".into() }),
        Happens::Reopen => {
            status
                .interpretations
                .push((InterpretationId(Uuid::from_u128(100 + status.interpretations.len() as u128)), Interpretation::default()));
            status.order.state = order::State::InProgress;
            true
        }
        Happens::SignAnother => {
            sign(status);
            true
        }
        Happens::Restrict => {
            status.people[0].1.restricted_to = Some(vec![]);
            true
        }
        Happens::Unrestrict => {
            status.people[0].1.restricted_to = None;
            true
        }
        Happens::Die => {
            status.choices = vec![(PATIENT, chosen_after_death())];
            true
        }
        Happens::EnterInError => {
            status.order.state = order::State::EnteredInError { reason: "Wrong patient".into() };
            true
        }
        Happens::PutOnHold => {
            status.order.state = order::State::OnHold { reason: "Query".into() };
            true
        }
    }
}

/// Whether the patient may see the latest report, by what happened since it was signed, told without the rule.
fn may_be_seen(since_signed: &[Happens], is_death_unknown_to_releaser: bool, restricted: bool) -> bool {
    let last = |what: &[Happens]| since_signed.iter().rposition(|h| what.contains(h));
    let Some(released) = last(&[Happens::Release, Happens::ReleaseKnowingDeath]) else { return false };
    let is_undone = last(&[Happens::Recall]).is_some_and(|recalled| recalled > released);
    let is_not_final = last(&[Happens::Reopen, Happens::EnterInError, Happens::PutOnHold]).is_some();
    let is_acknowledged = last(&[Happens::Acknowledge]).is_some_and(|acknowledged| acknowledged < released);
    is_acknowledged && !is_undone && !is_not_final && !restricted && !is_death_unknown_to_releaser
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_unreleased_recalled_amended_or_restricted_is_ever_shown(happens in prop::collection::vec(select(&HAPPENS[..]), 0..14)) {
        let mut status = answered();
        sign(&mut status);
        let (mut since_signed, mut died, mut restricted, mut knew) = (Vec::new(), false, false, false);
        for what in happens {
            if !happen(&mut status, what) {
                continue;
            }
            match what {
                Happens::SignAnother => since_signed.clear(),
                Happens::Restrict => restricted = true,
                Happens::Unrestrict => restricted = false,
                Happens::Die => died = true,
                // A release knowing of a death, while nobody had died, was no such thing.
                Happens::Release | Happens::ReleaseKnowingDeath => knew = died,
                _ => {}
            }
            since_signed.push(what);
            prop_assert!(!is_shown(&status) || may_be_seen(&since_signed, died && !knew, restricted), "{since_signed:?}");
            if let Notice::Shown(id) = notice(&status, &Circumstances::of_order(&status)) {
                prop_assert_eq!(Some(id), status.report().map(|(latest, _)| *latest), "an earlier report");
            }
        }
    }
}
