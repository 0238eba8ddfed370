use super::*;
use crate::{Role, StaffId, ordering::family::Affected, people::patient::Sex, samples};
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
    let people = vec![person(1, Relationship::Proband, Sex::Male), person(2, Relationship::Mother, Sex::Female)];
    Request { observed: vec![TermId(1250)], eligibility: "Meets the criteria".into(), ..samples::request(people) }
}

/// Commands in, states or refusals out.
fn check(commands: Vec<Command>, expected: &Expect) {
    let mut order = Order::default();
    let mut said = String::new();
    for command in commands {
        match decide(&order, command, &somebody()) {
            Ok(events) => {
                order = events.iter().fold(order, Order::apply);
                said += &format!("{}\n", order.state.label());
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

/// A request changed, and what is missing from it.
#[track_caller]
fn lacks(change: impl FnOnce(&mut Request), message: &[&str]) {
    let mut request = request();
    change(&mut request);
    let found: Vec<String> = missing(&request).into_iter().map(|r| r.message).collect();
    assert_eq!(found.len(), message.len(), "{found:?}");
    for (found, message) in found.iter().zip(message) {
        assert!(found.contains(message), "{found} / {message}");
    }
}

#[test]
fn each_kind_of_request_has_its_own_minimum_data_set() {
    use purpose::{Germline, Prenatal, PrenatalSample, Tumour, TumourSample};
    let tumour = |diagnosis: &str, pathology: &str| {
        Purpose::Tumour(Tumour {
            diagnosis: diagnosis.into(),
            sample: TumourSample::Block,
            pathology: pathology.into(),
            germline: Germline::Later,
        })
    };
    let prenatal =
        |gestation_weeks, fetus| Purpose::Prenatal(Prenatal { gestation_weeks, fetus, lost: false, sample: PrenatalSample::AmnioticFluid });
    lacks(|r| r.observed.clear(), &["at least one HPO term"]);
    lacks(
        |r| {
            r.observed.clear();
            r.purpose = tumour("", "");
        },
        &["diagnosis of the tumour", "pathology laboratory"],
    );
    lacks(|r| r.purpose = tumour("Colorectal carcinoma", "RX1, block A4"), &[]);
    lacks(|r| r.purpose = prenatal(50, (2, 1)), &["1 to 44", "which fetus"]);
    lacks(
        |r| {
            r.purpose = prenatal(20, (1, 2));
            r.people.pop();
        },
        &["pregnant person"],
    );
    lacks(
        |r| r.purpose = Purpose::Predictive { variant: String::new(), relative: String::new() },
        &["known in the family", "which relative"],
    );
    lacks(|r| r.purpose = Purpose::Storage { reason: " ".into() }, &["why the DNA is kept"]);
    lacks(
        |r| {
            r.observed.clear();
            r.purpose = Purpose::Reanalysis { order: "OG-1".into(), reason: "New gene".into() };
        },
        &[],
    );
}

#[test]
fn samples_and_choices_follow_from_what_the_request_is_for() {
    use purpose::{Germline, Prenatal, PrenatalSample, Tumour, TumourSample, choices_needed, samples_needed};
    let choices = |purpose: Purpose| {
        let mut request = request();
        request.purpose = purpose;
        let samples: Vec<String> = samples_needed(&request).iter().map(|(who, what)| format!("{} {what}", who.0.as_u128())).collect();
        format!("{} | {} choices", samples.join(", "), choices_needed(&request).len())
    };
    let tumour =
        |germline| Purpose::Tumour(Tumour { diagnosis: "x".into(), sample: TumourSample::BoneMarrow, pathology: String::new(), germline });
    assert_eq!(choices(Purpose::Diagnosis), "1 Blood (EDTA), 2 Blood (EDTA) | 2 choices");
    assert_eq!(choices(tumour(Germline::Now)), "1 Bone marrow (EDTA), 1 Blood (EDTA), 2 Blood (EDTA) | 2 choices");
    assert_eq!(choices(tumour(Germline::Later)), "1 Bone marrow (EDTA), 2 Blood (EDTA) | 2 choices");
    let fetus = Prenatal { gestation_weeks: 20, fetus: (1, 1), lost: false, sample: PrenatalSample::ChorionicVillus };
    assert_eq!(choices(Purpose::Prenatal(fetus)), "1 Chorionic villus, 2 Blood (EDTA) | 1 choices");
    assert_eq!(choices(Purpose::Reanalysis { order: "OG-1".into(), reason: "x".into() }), " | 0 choices");
}

#[test]
fn an_amendment_keeps_patient_and_test() {
    let mut history = request();
    history.history = "A brother is affected".into();
    let mut other = request();
    other.people.remove(0);
    let amend = |request: &Request, reason: &str| Command::Amend { request: Box::new(request.clone()), reason: reason.into() };
    check(
        vec![
            amend(&history, "early"),
            Command::Submit(Box::new(request())),
            amend(&history, ""),
            amend(&history, "more history"),
            amend(&other, "wrong child"),
            Command::Cancel { reason: "family moved".into() },
            amend(&history, "late"),
        ],
        &expect![[r"
            refused: This cannot be done now: the order is draft
            Submitted
            refused: Give a reason
            Submitted
            refused: An order is about exactly one patient; Another patient or test is another order: cancel this one and place it anew
            Cancelled
            refused: This cannot be done now: the order is cancelled
        "]],
    );
}

/// A moment, by minutes of a day.
fn minute(minutes: i64) -> jiff::Timestamp {
    jiff::Timestamp::constant(1_793_491_200 + minutes * 60, 0)
}

/// A request that was written at a moment, where the message said when.
fn written(minutes: Option<i64>) -> Box<Request> {
    let stated_at = minutes.map(minute);
    let (client, number) = (StaffId(Uuid::from_u128(7)), "P-1".to_owned());
    let sender = Sender { client, number, system: String::new(), part: None, stated_at, resources: SenderResources::default() };
    Box::new(Request { sender: Some(sender), ..request() })
}

proptest::proptest! {
    #[test]
    fn a_message_is_older_than_the_newest_that_was_acted_on_in_whatever_order_they_come(
        placed in proptest::option::of(0_i64..60),
        later in proptest::collection::vec((proptest::bool::ANY, proptest::option::of(0_i64..60)), 0..6),
        end in proptest::option::of(0_i64..60),
    ) {
        let mut order = Order::default().apply(&Event::Submitted { request: written(placed), requester: somebody() });
        for (is_change, minutes) in &later {
            let command = match (is_change, minutes) {
                (true, minutes) => Command::Amend { request: written(*minutes), reason: "Changed".into() },
                (false, Some(minutes)) => Command::Restate { stated_at: minute(*minutes) },
                (false, None) => continue,
            };
            let events = decide(&order, command, &somebody()).expect("decided");
            order = events.iter().fold(order, Order::apply);
        }
        let newest = later.iter().map(|(_, minutes)| *minutes).chain([placed]).max().flatten();
        let is_older = end.is_some_and(|end| newest.is_some_and(|newest| end < newest));
        proptest::prop_assert_eq!(order.is_newer_than(end.map(minute)), is_older);
        proptest::prop_assert_eq!(order.state, State::Submitted, "stating an order again leaves it where it is");
    }
}
