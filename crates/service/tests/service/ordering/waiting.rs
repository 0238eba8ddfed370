//! Families that wait: who is missing what, and who was chased.

use crate::bench::*;
use care::ordering::{
    missing::What,
    work::{Ending, How},
};
use service::{
    lines,
    ordering::families::{Attempt, chase, families, of_order},
};

fn attempt(person: PatientId, ending: Ending, next: Option<Date>) -> Attempt {
    Attempt { person, how: How::Telephone, ending, note: "Rang at noon".into(), next }
}

#[tokio::test]
async fn a_family_waits_for_what_is_missing_and_each_attempt_is_kept() {
    let bench = Bench::new().await;
    let associate = bench.desk(Role::GenomicAssociate, 0);
    assert!(families(&associate).await.expect("a list").people.is_empty());
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let people = bench.people(order).await;
    let found = families(&associate).await.expect("a list");
    assert_eq!((found.people.len(), found.orders, found.is_more), (people.len(), 1, false));
    let first = &found.people[0];
    assert!(first.missing.iter().any(|missing| missing.what == What::Choice), "{:?}", first.missing);
    assert!(first.missing.iter().any(|missing| matches!(missing.what, What::Sample(_, None))));

    let soon = MachineClock.today().saturating_add(jiff::Span::new().days(4));
    refused(chase(&associate, order, attempt(people[1], Ending::NoAnswer, None)).await, "on which day somebody tries again");
    let stranger = PatientId(uuid::Uuid::from_u128(9));
    refused(chase(&associate, order, attempt(stranger, Ending::NoAnswer, Some(soon))).await, "who of this family");
    refused(chase(&bench.desk(Role::Clinician, 1), order, attempt(people[1], Ending::NoAnswer, Some(soon))).await, "may not");
    chase(&associate, order, attempt(people[1], Ending::NoAnswer, Some(soon))).await.expect("kept");
    chase(&bench.desk(Role::Clinician, 0), order, attempt(people[1], Ending::DoesNotWant, None)).await.expect("kept");
    let family = of_order(&associate, order).await.expect("a family");
    let chased = family.people.iter().find(|waiting| waiting.person == people[1]).expect("still missing");
    let kept: Vec<(&str, Ending)> = chased.contacts.iter().map(|contact| (contact.by.name.as_str(), contact.ending)).collect();
    assert_eq!(kept, [("Ben Whitfield", Ending::NoAnswer), ("Dr Amara Okafor", Ending::DoesNotWant)]);
    assert_eq!((chased.next(), family.settled.len()), (None, 0));
    assert!(families(&bench.desk(Role::Clinician, 1)).await.expect("a list").people.is_empty(), "another hospital's");
    refused(of_order(&bench.desk(Role::Clinician, 1), order).await.map(drop), "may not");

    let clinician = bench.desk(Role::Clinician, 0);
    people::restriction::restrict(&clinician, people[2], &[], true, "Works in this hospital").await.expect("restricted");
    let found = families(&associate).await.expect("a list").people;
    let notes: Vec<&str> = found.iter().flat_map(|waiting| &waiting.contacts).map(|contact| contact.note.as_str()).collect();
    assert_eq!(notes, ["", ""], "whoever is not named on the record does not read them");
    people::restriction::restrict(&clinician, people[2], &[], false, "Left").await.expect("open again");

    bench.make_ready(order).await;
    let family = of_order(&associate, order).await.expect("a family");
    assert_eq!((family.people.len(), family.settled.len()), (0, 2), "what was done stays");
    assert!(families(&associate).await.expect("a list").people.is_empty());
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_rejected_sample_and_a_choice_that_was_taken_back_are_missing_again() {
    use care::ordering::choice::Purpose;
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let (clinician, laboratory) = (bench.desk(Role::Clinician, 0), bench.desk(Role::LaboratoryScientist, 0));
    let child = bench.people(order).await[0];
    let agreed = discussion(order, Category::BestInterest { clinician: "Dr Amara Okafor".into() });
    ordering::choices::record(&clinician, child, agreed).await.expect("recorded");
    let permit = bench_permit(&clinician, order).await;
    let (id, sample) = clinician.status(&permit, order).await.expect("a status").samples.remove(0);
    let barcode = sample.label.expect("labelled").barcode;
    assert_eq!(of_order(&clinician, order).await.expect("a family").people.len(), 1, "the sample of the child");
    laboratory::samples::handle(&laboratory, order, id, sample::Command::Receive { barcode }).await.expect("received");
    let family = of_order(&clinician, order).await.expect("a family");
    assert!(family.people.is_empty(), "nobody is asked for a sample that has come");
    let (_, waiting) = bench.state(order).await;
    assert!(!waiting.contains("to be received"), "{waiting}");
    let rejected = sample::Command::Reject(sample::Rejection::new(sample::Ground::Clotted, ""));
    laboratory::samples::handle(&laboratory, order, id, rejected).await.expect("rejected");
    let family = of_order(&clinician, order).await.expect("a family");
    let [waiting] = &family.people[..] else { panic!("the child alone") };
    let [missing] = &waiting.missing[..] else { panic!("{:?}", waiting.missing) };
    assert!(missing.what.label().ends_with("(the last one was rejected: Clotted)"), "{}", missing.what.label());
    let submitted = bench.service.store.order_view(order).await.expect("read").expect("a line").submitted;
    assert!(missing.since.to_zoned(jiff::tz::TimeZone::UTC).date() >= submitted);
    let today = MachineClock.today();
    ordering::choices::withdraw(&clinician, order, child, Purpose::Test, today, "Changed their mind".into()).await.expect("withdrawn");
    let family = of_order(&clinician, order).await.expect("a family");
    assert!(family.people[0].missing.iter().any(|missing| missing.what == What::Choice), "{:?}", family.people[0].missing);
}

#[tokio::test]
async fn a_favourite_test_is_kept_for_whoever_chose_it_alone() {
    use service::directory::favourites::{list, star, unstar};
    let bench = Bench::new().await;
    let [clinician, other] = [0, 1].map(|which| bench.desk(Role::Clinician, which));
    let code = "R98.2".parse().expect("a code");
    star(&clinician, &code).await.expect("kept");
    star(&clinician, &code).await.expect("kept already");
    let found = list(&clinician).await.expect("a list");
    assert_eq!((found.len(), found[0].test.as_ref().map(|test| test.code == code)), (1, Some(true)));
    assert!(list(&other).await.expect("a list").is_empty());
    refused(star(&clinician, &"R999.9".parse().expect("a code")).await, "test in the directory");
    refused(star(&bench.desk(Role::Manager, 0), &code).await, "may not");
    unstar(&clinician, &code).await.expect("removed");
    assert!(list(&clinician).await.expect("a list").is_empty());
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
