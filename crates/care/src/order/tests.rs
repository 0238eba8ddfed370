use super::*;
use crate::{PatientId, Role, StaffId, family::Affected, patient::Sex};
use expect_test::{Expect, expect};
use uuid::Uuid;

fn somebody() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

fn request() -> Request {
    let person = |n, relationship, sex| Participant {
        patient: PatientId(Uuid::from_u128(n)),
        name: format!("Person {n}"),
        relationship,
        sex,
        affected: Affected::Unknown,
    };
    Request {
        number: "OG-1".into(),
        test: "R29.4".parse().expect("a code"),
        indication: "Intellectual disability".into(),
        directory_version: "v6".into(),
        panel: None,
        people: vec![person(1, Relationship::Proband, Sex::Male), person(2, Relationship::Mother, Sex::Female)],
        observed: vec![TermId(1250)],
        excluded: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        laboratory: "699X0".parse().expect("a code"),
        turnaround_days_max: 84,
    }
}

/// Commands in, states or refusals out.
fn check(commands: Vec<Command>, expected: &Expect) {
    let mut order = Order::default();
    let mut said = String::new();
    for command in commands {
        match decide(&order, command, &somebody()) {
            Ok(events) => {
                order = events.iter().fold(order, Order::apply);
                said += &format!("{}\n", order.state.words());
            }
            Err(refusals) => said += &format!("refused: {refusals}\n"),
        }
    }
    expected.assert_eq(&said);
}

#[test]
fn an_order_runs_its_course() {
    let report = ReportId(Uuid::from_u128(9));
    check(
        vec![Command::Submit(request().into()), Command::Accept, Command::Start, Command::Report { report }, Command::Close],
        &expect![[r"
            Submitted
            Accepted by the laboratory
            In progress
            Reported
            Closed
        "]],
    );
}

#[test]
fn every_missing_item_is_told_at_once_and_nothing_is_sent_twice() {
    let mut incomplete = request();
    incomplete.observed.clear();
    incomplete.eligibility.clear();
    incomplete.people[1].sex = Sex::Male;
    check(
        vec![
            Command::Submit(incomplete.into()),
            Command::Submit(request().into()),
            Command::Submit(request().into()),
            Command::Start,
            Command::Cancel { reason: " ".into() },
            Command::Cancel { reason: "The family moved".into() },
            Command::Accept,
        ],
        &expect![[r"
            refused: Person 2 is named as mother but the recorded sex disagrees; Enter at least one HPO term that the patient has; Say how the patient meets the criteria of the test
            Submitted
            refused: This order has already been submitted; nothing was sent twice
            refused: This cannot be done now: the order is submitted
            refused: Give a reason
            Cancelled
            refused: This cannot be done now: the order is cancelled
        "]],
    );
}
