//! A result reaches the patient's page once it was talked about and released, and leaves it again.

use crate::bench::*;
use care::results::report::release::{Disclosure, Obstacle, Plan};
use service::results::releases::{self, Releasing};

/// An order whose report was acknowledged.
pub(crate) async fn acknowledged(bench: &Bench) -> OrderId {
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    bench.signed(order).await;
    results::reports::acknowledge(&bench.desk(Role::Clinician, 0), order, "").await.expect("acknowledged");
    order
}

pub(crate) fn plan() -> Plan {
    Plan { discussed: Some(MachineClock.today()), how: Some(Disclosure::InPerson), names_patient: true, after_death: false }
}

pub(crate) async fn seen(desk: &Desk, order: OrderId) -> Releasing {
    releases::releasing(desk, order).await.expect("a report")
}

#[tokio::test]
async fn a_result_is_released_after_it_was_acknowledged_and_recalled_with_a_reason() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    bench.signed(order).await;
    let before = seen(&desk, order).await;
    refused(releases::release(&desk, order, before.seen, plan()).await, "has to acknowledge the report");
    results::reports::acknowledge(&desk, order, "").await.expect("acknowledged");
    refused(releases::release(&desk, order, before.seen, plan()).await, "changed since you opened this page");
    let now = seen(&desk, order).await.seen;
    refused(releases::release(&desk, order, now, Plan { names_patient: false, ..plan() }).await, "tick that this is the right patient");
    let tomorrow = MachineClock.today().saturating_add(jiff::Span::new().days(2));
    refused(releases::release(&desk, order, now, Plan { discussed: Some(tomorrow), ..plan() }).await, "in the future");
    releases::release(&desk, order, now, plan()).await.expect("released");
    refused(releases::release(&desk, order, now, plan()).await, "changed since");
    let released = seen(&desk, order).await;
    assert!(released.report.shown(&released.circumstances).is_some());
    refused(releases::recall(&desk, order, released.seen, " ").await, "Say why");
    releases::recall(&desk, order, released.seen, "Another variant came up").await.expect("recalled");
    let recalled = seen(&desk, order).await;
    assert!(recalled.report.shown(&recalled.circumstances).is_none());
    assert_eq!(recalled.report.recall.expect("recalled").reason, "Another variant came up");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn nobody_but_the_requesters_people_releases_a_result() {
    let bench = Bench::new().await;
    let order = acknowledged(&bench).await;
    let now = seen(&bench.desk(Role::Clinician, 0), order).await.seen;
    for (role, which) in [
        (Role::Clinician, 1),
        (Role::LaboratoryScientist, 0),
        (Role::ClinicalScientist, 0),
        (Role::Consultant, 0),
        (Role::Manager, 0),
        (Role::Administrator, 0),
    ] {
        refused(releases::release(&bench.desk(role, which), order, now, plan()).await, "may not release a result to the patient");
    }
    releases::release(&bench.desk(Role::GenomicAssociate, 0), order, now, plan()).await.expect("who follows up may");
}

#[tokio::test]
async fn an_amended_report_withdraws_the_release_until_it_is_released_anew() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = acknowledged(&bench).await;
    let first = seen(&desk, order).await.seen;
    releases::release(&desk, order, first, plan()).await.expect("released");
    cases::reopen(&bench.desk(Role::ClinicalScientist, 0), order, "New reads".into()).await.expect("opened again");
    let amending = seen(&desk, order).await;
    assert_eq!(amending.circumstances.obstacles, [Obstacle::NotFinal]);
    assert!(amending.report.shown(&amending.circumstances).is_none());
    let conclusion = bench.conclusion(order).await;
    bench.sign(order, conclusion).await;
    refused(releases::recall(&desk, order, first, "Late").await, "changed since");
    let amended = seen(&desk, order).await;
    assert_ne!(amended.seen.report, first.report);
    assert!(amended.report.release.is_none());
    refused(releases::release(&desk, order, amended.seen, plan()).await, "has to acknowledge");
    results::reports::acknowledge(&desk, order, "").await.expect("acknowledged");
    let amended = seen(&desk, order).await;
    releases::release(&desk, order, amended.seen, plan()).await.expect("released anew");
}

#[tokio::test]
async fn a_restricted_record_and_a_death_that_became_known_hide_a_released_result() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = acknowledged(&bench).await;
    let [child, father, _] = bench.people(order).await[..] else { panic!("three people") };
    releases::release(&desk, order, seen(&desk, order).await.seen, plan()).await.expect("released");
    people::restriction::restrict(&desk, father, &[], true, "Works in this hospital").await.expect("restricted");
    let restricted = seen(&desk, order).await;
    assert_eq!(restricted.circumstances.obstacles, [Obstacle::Restricted]);
    assert!(restricted.report.shown(&restricted.circumstances).is_none());
    people::restriction::restrict(&desk, father, &[], false, "Left").await.expect("open again");
    let (drawn, times) = ordering::pedigrees::pedigree(&desk, order).await.expect("drawn");
    let mut one = drawn.people.iter().find(|person| person.patient == Some(child)).expect("the child").clone();
    one.deceased = true;
    let edit = care::ordering::pedigree::Edit::Set(Box::new(one));
    ordering::pedigrees::edit(&desk, order, times, edit).await.expect("drawn");
    let died = seen(&desk, order).await;
    assert!(died.circumstances.has_died && died.report.shown(&died.circumstances).is_none());
    refused(releases::release(&desk, order, died.seen, plan()).await, "The patient has died");
    releases::release(&desk, order, died.seen, Plan { after_death: true, ..plan() }).await.expect("released all the same");
}
