//! A result reaches the patient's page once it was talked about and released, and leaves it again.

use crate::bench::*;
use care::results::report::release::{Disclosure, Obstacle, Plan, Presence};
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
    refused(releases::release(&desk, order, now, Plan { names_patient: false, ..plan() }).await, "confirm that this is the right patient");
    let tomorrow = MachineClock.today().saturating_add(jiff::Span::new().days(2));
    refused(releases::release(&desk, order, now, Plan { discussed: Some(tomorrow), ..plan() }).await, "in the future");
    assert_eq!(releases::presence(&desk, order, now.report).await.expect("read"), Presence::NotReleased);
    releases::release(&desk, order, now, plan()).await.expect("released");
    assert_eq!(releases::presence(&desk, order, now.report).await.expect("read"), Presence::Shown);
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
    let Presence::Hidden(why) = releases::presence(&desk, order, restricted.seen.report).await.expect("read") else {
        panic!("released, and hidden")
    };
    assert_eq!(why, ["the patient has died, which was not known when it was released"]);
    let died = seen(&desk, order).await;
    assert!(died.circumstances.has_died && died.report.shown(&died.circumstances).is_none());
    refused(releases::release(&desk, order, died.seen, plan()).await, "The patient has died");
    releases::release(&desk, order, died.seen, Plan { after_death: true, ..plan() }).await.expect("released all the same");
}

#[tokio::test]
async fn a_death_that_nobody_has_checked_is_to_be_checked_before_a_release_and_a_confirmed_one_is_not() {
    use care::people::{death::Found, patient};
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = acknowledged(&bench).await;
    let child = bench.people(order).await[0];
    assert_eq!(seen(&desk, order).await.death_to_check, None);
    let permit = desk.permit_patient(Action::ChangePatient, child).await.expect("a permit");
    let loaded = bench.service.store.load::<patient::Patient>(&permit, child.stream()).await.expect("a record");
    let mut change = store::Change::default();
    change.add(&loaded, &[patient::Event::DeathSaid { died: None, by: "Hospital EPR".into(), stated_at: None }]);
    bench.service.store.commit(&permit, change, bench.service.now()).await.expect("written");
    let said = seen(&desk, order).await;
    assert!(said.circumstances.has_died && said.death_to_check == Some(child));
    people::deaths::check(&desk, child, None, Found::Died(None), "The ward was rung").await.expect("confirmed");
    let confirmed = seen(&desk, order).await;
    assert!(confirmed.circumstances.has_died && confirmed.death_to_check.is_none());
}

/// An order of the child after its death; under another record, where the child has no NHS number there.
async fn ordered_after_death(bench: &Bench, is_numbered: bool) -> OrderId {
    let died = MachineClock.today();
    let change = |form: &mut OrderForm| {
        form.purpose = purpose::Purpose::AfterDeath { died, coroner: String::new() };
        if !is_numbered {
            form.people[0].demographics.nhs_number = Identity::Unavailable("not known to the mortuary".into());
        }
    };
    bench.placed(change).await
}

#[tokio::test]
async fn an_order_after_death_hides_every_earlier_result_of_the_person_until_it_proves_to_be_in_error() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = acknowledged(&bench).await;
    let [child, _, mother] = bench.people(order).await[..] else { panic!("three people") };
    let own = super::own_page::opened(&bench, order, mother, super::own_page::MOTHER_BORN).await;
    releases::release(&desk, order, seen(&desk, order).await.seen, plan()).await.expect("released");
    let report = seen(&desk, order).await.seen.report;
    own.result(report).await.expect("shown to the mother");
    let later = ordered_after_death(&bench, true).await;
    assert_eq!(bench.people(later).await, [child], "the same child");
    let hidden = seen(&desk, order).await;
    assert!(hidden.circumstances.has_died && hidden.report.shown(&hidden.circumstances).is_none());
    refused(own.result(report).await, "result on your page");
    refused(own.letter(report, |at| at.to_string()).await, "result on your page");
    refused(releases::release(&desk, order, hidden.seen, plan()).await, "The patient has died");
    let mistaken = care::ordering::order::Command::EnterInError { reason: "Another child".into() };
    ordering::orders::change(&desk, later, mistaken).await.expect("marked");
    let shown = seen(&desk, order).await;
    assert!(!shown.circumstances.has_died && shown.report.shown(&shown.circumstances).is_some());
    own.result(report).await.expect("shown again");
}

#[tokio::test]
async fn a_death_that_a_merged_record_tells_hides_the_results_of_the_person() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = acknowledged(&bench).await;
    let child = bench.people(order).await[0];
    releases::release(&desk, order, seen(&desk, order).await.seen, plan()).await.expect("released");
    let later = ordered_after_death(&bench, false).await;
    let unnumbered = bench.people(later).await[0];
    assert_ne!(unnumbered, child);
    let before = seen(&desk, order).await;
    assert!(before.report.shown(&before.circumstances).is_some(), "nobody knows yet that it is the same child");
    people::patients::merge(&desk, unnumbered, child, false, "Same birth, mother and ward").await.expect("merged");
    let hidden = seen(&desk, order).await;
    assert!(hidden.circumstances.has_died && hidden.report.shown(&hidden.circumstances).is_none());
    releases::release(&desk, order, hidden.seen, Plan { after_death: true, ..plan() }).await.expect("released, knowing of the death");
    let known = seen(&desk, order).await;
    assert!(known.report.shown(&known.circumstances).is_some_and(|release| release.after_death));
}
