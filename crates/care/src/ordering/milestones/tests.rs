use super::*;
use crate::{
    Fold, OrderId, PatientId, Role, SampleId, Staff, StaffId,
    event::PAYLOAD_VERSION,
    laboratory::sample,
    ordering::{
        choice::{self, Answer, Category, Discussion, How},
        family::{Affected, Participant, Relationship},
        order::{self, Order, Request},
    },
    people::patient::Sex,
    samples,
};
use serde::Serialize;
use uuid::Uuid;

/// Events of an order on consecutive days.
struct Journal(Vec<(String, String)>);

impl Journal {
    fn with<E: Serialize>(mut self, stream: String, event: &E) -> Journal {
        self.0.push((stream, serde_json::to_string(event).expect("a payload")));
        self
    }

    /// Milestones with the number of the event that reached each.
    fn reached(&self) -> Vec<(Milestone, Option<i64>)> {
        let at = |n: usize| Timestamp::from_second(n as i64).expect("a moment");
        let recorded = |(n, (stream, payload)): (usize, &'_ (String, String))| (at(n), stream.clone(), payload.clone());
        let events: Vec<_> = self.0.iter().enumerate().map(recorded).collect();
        let events = events.iter().map(|(at, stream, payload)| (*at, Recorded { stream, version: PAYLOAD_VERSION, payload }));
        milestones(events).expect("events").into_iter().map(|(milestone, at)| (milestone, at.map(Timestamp::as_second))).collect()
    }

    fn at(&self, milestone: Milestone) -> Option<i64> {
        self.reached().into_iter().find(|(which, _)| *which == milestone).and_then(|(_, at)| at)
    }
}

const PATIENT: PatientId = PatientId(Uuid::from_u128(1));
const ORDER: OrderId = OrderId(Uuid::from_u128(2));
const SAMPLE: SampleId = SampleId(Uuid::from_u128(3));

fn requested() -> Journal {
    let requester = Staff {
        id: StaffId(Uuid::from_u128(9)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    };
    Journal(vec![]).with(ORDER.stream(), &order::Event::Submitted { request: Box::new(request()), requester })
}

fn request() -> Request {
    samples::request(vec![Participant {
        patient: PATIENT,
        name: "Person 1".into(),
        relationship: Relationship::Proband,
        sex: Sex::Male,
        affected: Affected::Unknown,
    }])
}

fn agreed() -> choice::Event {
    choice::Event::Recorded(Box::new(Discussion {
        order: ORDER,
        category: Category::AdultOwn,
        wording: choice::WORDING.into(),
        test: Answer::Yes,
        research: Answer::No,
        recontact: Answer::No,
        secondary_findings: Answer::No,
        family_sharing: Answer::No,
        comment: String::new(),
        how: How::Spoken,
        interpreter: String::new(),
    }))
}

fn expected(journal: Journal) -> Journal {
    let material = crate::ordering::order::purpose::samples_needed(&request())[0].1;
    let label = sample::Label { barcode: "S1".into(), order: ORDER, patient: PATIENT, material: material.into(), parent: None };
    journal.with(SAMPLE.stream(), &sample::Event::Expected(label))
}

#[test]
fn each_stage_has_the_day_on_which_it_was_reached() {
    let journal = expected(requested()).with(choice::stream(PATIENT), &agreed()).with(ORDER.stream(), &order::Event::Accepted);
    let journal = journal.with(SAMPLE.stream(), &sample::Event::Received).with(SAMPLE.stream(), &sample::Event::Accepted);
    assert_eq!(
        journal.reached()[..4],
        [(Milestone::Requested, Some(0)), (Milestone::Consents, Some(2)), (Milestone::Samples, Some(5)), (Milestone::Data, None)]
    );
}

#[test]
fn a_sample_that_is_rejected_after_all_is_not_reached() {
    let accepted = expected(requested()).with(SAMPLE.stream(), &sample::Event::Received).with(SAMPLE.stream(), &sample::Event::Accepted);
    assert_eq!(accepted.at(Milestone::Samples), Some(3));
    let rejected = accepted.with(SAMPLE.stream(), &sample::Event::Rejected(sample::Rejection::new(sample::Ground::Clotted, "")));
    assert_eq!(rejected.at(Milestone::Samples), None);
}

#[test]
fn an_order_that_was_only_closed_has_no_report() {
    let journal = expected(requested()).with(ORDER.stream(), &order::Event::Closed);
    assert_eq!([journal.at(Milestone::Reported), journal.at(Milestone::Acknowledged)], [None, None]);
    let closed = Order::default().apply(&order::Event::Closed);
    assert_eq!(closed.state, State::Closed);
}
