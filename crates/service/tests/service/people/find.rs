//! One search for everything, and what it must never tell.

use crate::bench::*;
use access::Action;
use care::{Role, laboratory::sample::Command};
use service::{
    find::{self, Hidden},
    laboratory, ordering, people,
};

/// The proband's number in the form of these tests.
const NUMBER: &str = "401 023 2137";

#[tokio::test]
async fn each_kind_is_found_by_what_names_it() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let view = bench.service.store.order_view(order).await.expect("read").expect("a line");
    let find = async |text: &str| find::find(&desk, text).await.expect("looked up");

    let by_number = find(NUMBER).await;
    let person = by_number.person.expect("the person");
    assert_eq!((person.who.map(|who| who.full_name()).as_deref(), person.may_open), (Some("Proband Testcase"), true));
    assert_eq!(by_number.orders.iter().map(|order| order.id).collect::<Vec<_>>(), [order]);
    for text in ["testcase", view.number.as_str()] {
        assert_eq!(find(text).await.orders.iter().map(|order| order.id).collect::<Vec<_>>(), [order], "{text}");
    }
    let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
    let status = desk.status(&permit, order).await.expect("a status");
    let (sample, label) = status.samples.iter().find_map(|(id, s)| Some((*id, s.label.clone()?))).expect("a sample");
    assert_eq!(find(&label.barcode.to_lowercase()).await.samples.iter().map(|found| found.line.id).collect::<Vec<_>>(), [sample]);
    assert!(find("cdh1").await.genes.iter().any(|gene| gene.symbol == "CDH1"));
    assert_eq!(find("R98.2").await.tests.first().map(|test| test.code.to_string()).as_deref(), Some("R98.2"));
    assert!(find("").await.is_empty() && find("--").await.orders.is_empty(), "signs alone found everything");
    for text in ["og", "OG-", "og og"] {
        assert!(find(text).await.orders.is_empty(), "{text} found everything");
    }
}

#[tokio::test]
async fn what_may_not_be_seen_is_said_to_be_there_and_nothing_else_of_it() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let patient = bench.people(order).await[0];
    let number = bench.service.store.order_view(order).await.expect("read").expect("a line").number;
    let stranger = bench.desk(Role::Clinician, 1);
    let by_number = find::find(&stranger, NUMBER).await.expect("looked up");
    assert!(by_number.person.is_none() && by_number.orders.is_empty());
    assert_eq!(by_number.hidden, [Hidden::Record(patient)]);
    let by_order = find::find(&stranger, &number).await.expect("looked up");
    assert!(by_order.orders.is_empty());
    assert_eq!(by_order.hidden, [Hidden::Order(order)]);
    let kept = people::emergency::who_looked(&bench.desk(Role::Administrator, 0), patient, 1).await.expect("the audit");
    let denied = |line: &&store::Looked| line.who.starts_with("Dr Hannah Stone") && !line.allowed;
    assert_eq!(kept.lines.iter().filter(denied).count(), 2, "looking for the person and for the order were not both kept");
    assert!(find::find(&stranger, "testcase").await.expect("looked up").hidden.is_empty(), "a name told that somebody is known");
    let looked = people::emergency::who_looked(&bench.desk(Role::Administrator, 0), patient, 1).await.expect("the audit");
    assert!(looked.lines.iter().any(|line| line.who.starts_with("Dr Hannah Stone") && !line.allowed), "looking for a number was not kept");
}

#[tokio::test]
async fn a_restricted_record_is_found_without_a_name_by_those_who_work_on_its_samples() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let patient = bench.people(order).await[0];
    people::restriction::restrict(&desk, patient, &[], true, "Works in this hospital").await.expect("restricted");
    let found = find::find(&bench.desk(Role::LaboratoryScientist, 0), NUMBER).await.expect("looked up");
    assert!(found.person.expect("the person").who.is_none(), "the name of a restricted record was shown");
    assert_eq!(found.orders[0].patient, "Restricted record");
    let named = find::find(&desk, NUMBER).await.expect("looked up");
    assert!(named.person.expect("the person").who.is_some());
}

#[tokio::test]
async fn whoever_works_with_no_orders_finds_no_people() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let number = bench.service.store.order_view(order).await.expect("read").expect("a line").number;
    for role in [Role::Administrator, Role::Curator, Role::Researcher] {
        for text in [NUMBER, "testcase", number.as_str()] {
            let found = find::find(&bench.desk(role, 0), text).await.expect("looked up");
            assert!(found.person.is_none() && found.orders.is_empty() && found.hidden.is_empty(), "{role:?} {text}");
        }
    }
}

#[tokio::test]
async fn a_mistyped_number_and_a_long_text_are_refused_in_words() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let note = find::find(&desk, "4010232138").await.expect("looked up").note;
    assert!(note.contains("compare it with the label") && !note.contains('7'), "{note}");
    refused(find::find(&desk, &"x".repeat(201)).await, "at most 200 characters");
}

#[tokio::test]
async fn a_mistyped_number_is_said_to_be_one_where_no_tube_has_it() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let found = find::find(&desk, "4010232138").await.expect("looked up");
    assert!(found.samples.is_empty() && found.note.starts_with("Nothing was found"), "{}", found.note);
}

#[tokio::test]
async fn a_tube_is_found_with_whose_it_is_where_it_is_and_what_was_done_last() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let permit = bench_permit(&desk, order).await;
    let status = desk.status(&permit, order).await.expect("a status");
    let patient = bench.people(order).await[0];
    let of_patient = |sample: &&(care::SampleId, care::laboratory::sample::Sample)| {
        sample.1.label.as_ref().is_some_and(|label| label.patient == patient)
    };
    let (id, sample) = status.samples.iter().find(of_patient).expect("a sample");
    let barcode = sample.label.clone().expect("a label").barcode;
    let find = async || find::find(&desk, &barcode).await.expect("looked up").samples.remove(0);
    let awaited = find().await;
    assert_eq!(awaited.who.map(|who| who.full_name()).as_deref(), Some("Proband Testcase"));
    assert_eq!((awaited.order.id, awaited.location.starts_with("Not in the laboratory")), (order, true), "{}", awaited.location);
    for command in [Command::Receive { barcode: barcode.clone() }, Command::Accept, Command::Place { place: "Freezer 3".into() }] {
        laboratory::samples::handle(&desk, order, *id, command).await.expect("handled");
    }
    let placed = find().await;
    assert_eq!(placed.location, "In the laboratory: Freezer 3");
    let last = placed.last.expect("a step");
    assert_eq!(last.by, desk.staff.name);
    assert!(last.sentence.contains("Freezer 3"), "{}", last.sentence);
    people::restriction::restrict(&bench.desk(Role::Clinician, 0), patient, &[], true, "Works in this hospital").await.expect("restricted");
    assert!(find().await.who.is_none(), "the name of a restricted record was shown");
    assert!(find::find(&desk, "OG-").await.expect("looked up").samples.is_empty());
}

#[tokio::test]
async fn an_order_is_found_by_the_name_of_a_relative_who_is_named() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let found = find::find(&desk, "moth testc").await.expect("looked up");
    assert_eq!(found.orders.iter().map(|view| view.id).collect::<Vec<_>>(), [order]);
    assert_eq!(found.relatives.get(&order).map(String::as_str), Some("Mother Testcase, mother"));
    assert_eq!(found.patients.values().map(care::people::patient::Demographics::full_name).collect::<Vec<_>>(), ["Proband Testcase"]);
    let own = find::find(&desk, "proband").await.expect("looked up");
    assert!(own.relatives.is_empty() && own.orders.len() == 1, "the patient is no relative");
    let born = find::find(&desk, "03/04/1990").await.expect("looked up");
    assert_eq!(born.orders.iter().map(|view| view.id).collect::<Vec<_>>(), [order]);
    assert_eq!(born.relatives.get(&order).map(String::as_str), Some("Mother Testcase, mother"));
    assert!(born.tests.is_empty() && find::find(&desk, "3 April 2019").await.expect("looked up").relatives.is_empty());
    let nobody = find::find(&desk, "04/04/1990").await.expect("looked up");
    assert!(nobody.orders.is_empty() && nobody.note.starts_with("Nobody in your list of orders"), "{}", nobody.note);
    let elsewhere = find::find(&bench.desk(Role::Clinician, 1), "03/04/1990").await.expect("looked up");
    assert!(elsewhere.orders.is_empty() && elsewhere.relatives.is_empty(), "a date told that somebody is known");
    let stranger = find::find(&bench.desk(Role::Clinician, 1), "mother testcase").await.expect("looked up");
    assert!(stranger.orders.is_empty() && stranger.relatives.is_empty() && stranger.patients.is_empty());
}

#[tokio::test]
async fn whosever_record_of_a_family_is_restricted_no_name_of_the_family_finds_their_order() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let order = ordering::orders::place(&desk, bench.form().await).await.expect("placed");
    let others = [bench.desk(Role::GenomicAssociate, 0), bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::Clinician, 0)];
    for patient in bench.people(order).await {
        people::restriction::restrict(&desk, patient, &[], true, "Works in this hospital").await.expect("restricted");
        for other in &others {
            for text in ["proband", "father", "mother", "testcase", "moth", "03/04/2019", "3 April 1988", "1990-04-03"] {
                let found = find::find(other, text).await.expect("looked up");
                let shown = (found.orders.len(), found.relatives.len(), found.patients.len());
                assert_eq!(shown, (0, 0, 0), "{text} found a restricted record for {}", other.staff.name);
            }
        }
        people::restriction::restrict(&desk, patient, &[], false, "It was lifted").await.expect("opened again");
        let found = find::find(&others[0], "mother").await.expect("looked up");
        assert_eq!(found.orders.len(), 1, "an order is not found again once nobody's record is restricted");
    }
}
