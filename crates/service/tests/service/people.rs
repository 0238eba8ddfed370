//! Accounts, emergency access, and who looked.

mod administrators;
mod find;
mod proposals;
mod signing_in;

use crate::bench::*;
use access::Action;
use care::{
    Role, Staff,
    ordering::choice::{Category, policy::Use},
    people::patient::{Demographics, Identity},
};
use service::{
    clock::{Clock, MachineClock},
    lines, ordering,
    people::{self, accounts::SignsInBy},
    results,
};

fn newcomer() -> Staff {
    Staff { id: care::StaffId(MachineClock.new_id()), name: "Dr Nia Rowe".into(), ..who(Role::Clinician, 0) }
}

#[tokio::test]
async fn an_account_is_opened_by_an_administrator_and_ends_when_it_is_closed() {
    let bench = Bench::new().await;
    let (service, administrator) = (&bench.service, bench.desk(Role::Administrator, 0));
    let person = newcomer();
    let open = async |by: Staff, password: &str| {
        people::accounts::open(service, &by, newcomer(), "nia.rowe", SignsInBy::Password(password.into())).await
    };
    refused(open(who(Role::Clinician, 0), "correct horse battery").await, "may not open and close accounts");
    refused(open(who(Role::Administrator, 0), "short").await, "at least 12 characters");
    refused(open(who(Role::Administrator, 0), "my nia.rowe password").await, "must not contain the name");
    people::accounts::open(service, &administrator.staff, person.clone(), "nia.rowe", SignsInBy::Password("correct horse battery".into()))
        .await
        .expect("opened");
    refused(open(who(Role::Administrator, 0), "correct horse battery").await, "is taken");

    assert_eq!(people::accounts::sign_in(service, " Nia.Rowe", "correct horse battery".into()).await.expect("signed in"), person);
    refused(people::accounts::sign_in(service, "nobody.here", "correct horse battery".into()).await, "name or the password is not right");
    people::accounts::set_account_open(&administrator, person.id, false, "left the trust".into()).await.expect("closed");
    refused(people::accounts::sign_in(service, "nia.rowe", "correct horse battery".into()).await, "name or the password is not right");
    assert_eq!(people::accounts::staff(service, person.id).await.expect("read"), None, "an open session ends");
    people::accounts::set_account_open(&administrator, person.id, true, "came back".into()).await.expect("opened again");
    for _ in 0..4 {
        refused(people::accounts::sign_in(service, "nia.rowe", "wrong".into()).await, "not right");
    }
    refused(people::accounts::sign_in(service, "nia.rowe", "correct horse battery".into()).await, "Too many attempts");
    people::accounts::set_password(&administrator, person.id, "another three words".into()).await.expect("set");
    refused(people::accounts::sign_in(service, "nia.rowe", "correct horse battery".into()).await, "not right");
    assert_eq!(people::accounts::sign_in(service, "nia.rowe", "another three words".into()).await.expect("signed in"), person);
    let verified = service.store.verify().await.expect("readable").expect("holds");
    assert!(verified.events > 0);
}

#[tokio::test]
async fn breaking_the_glass_lets_a_clinician_read_for_a_reason_that_others_see() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let patient = bench.people(order).await[0];
    // Another hospital's clinician has no relationship with the child.
    let stranger = bench.desk(Role::Clinician, 1);
    refused(stranger.permit(Action::ReadOrder, order).await, "may not read the order");
    refused(people::emergency::break_glass(&stranger, patient, "urgent").await, "Say why you need this record now");
    refused(
        people::emergency::break_glass(&bench.desk(Role::LaboratoryScientist, 0), patient, "I would like to know").await,
        "may not use emergency access",
    );
    people::emergency::break_glass(&stranger, patient, "Unconscious in our emergency department").await.expect("opened");
    stranger.permit(Action::ReadOrder, order).await.expect("may read");
    stranger.permit_patient(Action::ReadRecord, patient).await.expect("may read");
    refused(stranger.permit(Action::ChangeOrder, order).await, "may not change the order");
    refused(stranger.permit(Action::ReadReport, order).await, "may not read the report");
    refused(ordering::work::act_on(&stranger, order, &service::ordering::work::WorkAction::Take).await, "may not change the order");

    refused(people::emergency::who_looked(&stranger, patient, 1).await, "may not read who looked");
    let looked = people::emergency::who_looked(&bench.desk(Role::Administrator, 0), patient, 1).await.expect("the audit");
    let glass = looked.lines.iter().find(|l| l.action == "BreakGlass" && l.allowed).expect("kept");
    assert_eq!(
        (glass.who.as_str(), glass.reason.as_str()),
        ("Dr Hannah Stone, Clinician, Another Hospital", "Unconscious in our emergency department")
    );
    assert!(looked.lines.iter().any(|l| l.action == "ReadOrder" && !l.allowed), "refusals are kept too");
    let administrator = bench.desk(Role::Administrator, 0);
    assert_eq!(people::emergency::emergencies(&administrator, 1).await.expect("the audit").lines.len(), 2);
    let beyond = people::emergency::emergencies(&administrator, 999_999_999_999).await.expect("the audit");
    assert_eq!((beyond.lines.len(), beyond.later(), beyond.earlier()), (0, Some(1), None), "the nearest page that there is");
    let beyond = people::emergency::who_looked(&administrator, patient, 999_999_999_999).await.expect("the audit");
    assert_eq!((beyond.lines.len(), beyond.later()), (0, Some(1)));
}

#[tokio::test]
async fn who_looked_is_found_by_a_number_and_nobody_learns_who_is_known_elsewhere() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let patient = bench.people(order).await[0];
    let administrator = bench.desk(Role::Administrator, 0);
    let view = bench.service.store.order_view(order).await.expect("read").expect("a line");
    let small = format!(" {} ", view.number.to_lowercase());
    for number in ["401 023 2137", "4010232137", view.number.as_str(), small.as_str()] {
        assert_eq!(people::emergency::record_to_audit(&administrator, number).await.expect(number), patient);
    }
    let mut elsewhere = administrator.staff.clone();
    elsewhere.organisation = "RXX98".parse().expect("a code");
    let elsewhere = bench.service.desk(elsewhere);
    for desk in [&administrator, &elsewhere] {
        refused(people::emergency::record_to_audit(desk, "OG-00000-00000").await, "Nobody of your organisation’s orders");
    }
    refused(people::emergency::record_to_audit(&elsewhere, "4010232137").await, "Nobody of your organisation’s orders");
    refused(people::emergency::record_to_audit(&elsewhere, &view.number).await, "Nobody of your organisation’s orders");
    refused(people::emergency::record_to_audit(&bench.desk(Role::Clinician, 0), "4010232137").await, "may not read who looked");
}

#[tokio::test]
async fn two_records_of_a_newborn_are_merged_and_separated_with_a_trace() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let mut form = bench.form().await;
    form.people.truncate(1);
    let newborn = &mut form.people[0].demographics;
    newborn.nhs_number = Identity::Unavailable("newborn".into());
    let unnumbered = newborn.clone();
    let first = ordering::orders::place(&desk, form).await.expect("placed");
    let mut form = bench.form().await;
    form.people.truncate(1);
    form.people[0].demographics.given_name = "Named".into();
    let second = ordering::orders::place(&desk, form).await.expect("placed");
    let (old, new) = (bench.people(first).await[0], bench.people(second).await[0]);
    assert_ne!(old, new);
    let numbered = Demographics { nhs_number: Identity::NhsNumber("4010232137".parse().expect("a number")), ..unnumbered };
    refused(people::patients::correct(&desk, old, numbered, "Number issued".into()).await, "merge the two records");
    refused(people::patients::merge(&desk, old, new, false, " ").await, "Say how it is known");
    refused(people::patients::merge(&bench.desk(Role::Clinician, 1), old, new, false, "Same").await, "may not correct");
    people::patients::merge(&desk, old, new, false, "Same mother, birth and ward").await.expect("merged");
    let record = results::record::record(&desk, new).await.expect("a record");
    assert_eq!((record.tests.len(), record.records.len()), (2, 2));
    assert_eq!(results::record::record(&desk, old).await.expect("the same record").tests.len(), 2);
    // A refusal that stands in one record is told in both, silence in the other notwithstanding.
    let declined = discussion(first, Category::BestInterest { clinician: "Dr Amara Okafor".into() });
    ordering::choices::record(&desk, old, declined).await.expect("recorded");
    for record in [old, new] {
        let uses = results::record::record(&desk, record).await.expect("a record").uses;
        let library = uses.iter().find(|r| r.requested == Use::Library).expect("asked");
        assert_eq!(library.why, "There is no agreement to research");
    }
    people::patients::merge(&desk, old, new, true, "They are twins").await.expect("separated");
    assert_eq!(results::record::record(&desk, new).await.expect("a record").tests.len(), 1);
    let permit = desk.permit_patient(access::Action::ReadRecord, old).await.expect("a permit");
    let trace = bench.service.store.stream(&permit, &old.stream()).await.expect("events");
    assert_eq!(trace.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["Registered", "MergedInto", "Separated"]);
    assert!(trace.iter().skip(1).all(|e| e.actor[2] == "Dr Amara Okafor" && !e.reason.is_empty()));
}

#[tokio::test]
async fn a_restricted_record_is_found_and_opened_only_by_those_who_are_named() {
    let bench = Bench::new().await;
    let (desk, colleague) = (bench.desk(Role::Clinician, 0), newcomer());
    let by_what = SignsInBy::Password("correct horse battery".into());
    people::accounts::open(&bench.service, &who(Role::Administrator, 0), colleague.clone(), "nia.rowe", by_what).await.expect("opened");
    let colleague = bench.service.desk(colleague);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let patient = bench.people(order).await[0];
    let list = |text: &str| store::Listing { text: text.into(), most: 10, ..store::Listing::default() };
    let found = async |text: &str| {
        let permit = colleague.permit_general(Action::SeeWorkList).await.expect("a permit");
        bench.service.store.orders(&permit, &list(text)).await.expect("a list").into_iter().map(|o| o.patient).collect::<Vec<_>>()
    };
    assert_eq!(found("testcase").await, ["Proband Testcase"]);
    refused(people::restriction::restrict(&desk, patient, &["nobody".into()], true, "Staff").await, "Nobody signs in as nobody");
    refused(people::restriction::restrict(&desk, patient, &[], true, " ").await, "Say why");
    refused(
        people::restriction::restrict(&bench.desk(Role::LaboratoryScientist, 0), patient, &[], true, "Staff").await,
        "may not restrict",
    );
    people::restriction::restrict(&desk, patient, &[], true, "Works in this hospital").await.expect("restricted");

    assert_eq!(found("testcase").await, Vec::<String>::new());
    assert_eq!(found("").await, ["Restricted record"]);
    refused(colleague.permit(Action::ReadOrder, order).await, "may not read the order");
    refused(colleague.permit_patient(Action::ReadRecord, patient).await, "may not read the genomic record");
    refused(people::trace::trace(&colleague, "4010232137".parse().expect("a number")).await, "belongs to a restricted record");
    let again = bench.form().await;
    refused(ordering::orders::place(&colleague, again).await, "belongs to a restricted record");
    desk.permit(Action::ChangeOrder, order).await.expect("named");
    bench.desk(Role::LaboratoryScientist, 0).permit(Action::HandleSample, order).await.expect("the laboratory works on");
    people::emergency::break_glass(&colleague, patient, "Collapsed on the ward, nobody named is here").await.expect("opened");
    colleague.permit(Action::ReadOrder, order).await.expect("in an emergency");
    refused(colleague.permit(Action::ChangeOrder, order).await, "may not change the order");
    // Its line stays without a name when the order moves on.
    let barcode = bench.service.store.order_view(order).await.expect("read").expect("a line");
    ordering::orders::change(&desk, order, care::ordering::order::Command::Cancel { reason: "Moved".into() }).await.expect("cancelled");
    let after = bench.service.store.order_view(order).await.expect("read").expect("a line");
    assert_eq!(
        (barcode.patient.as_str(), after.patient.as_str(), after.state.as_str()),
        ("Restricted record", "Restricted record", "Cancelled")
    );

    people::restriction::restrict(&desk, patient, &["nia.rowe".into()], true, "She cares for him too").await.expect("named");
    colleague.permit(Action::ChangeOrder, order).await.expect("named");
    people::restriction::restrict(&colleague, patient, &[], false, "Has left the hospital").await.expect("lifted");
    let line = bench.service.store.order_view(order).await.expect("read").expect("a line");
    assert_eq!(line.patient, "Proband Testcase");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
