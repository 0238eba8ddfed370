//! Messages that come in the same moment, by lines of two servers: what becomes of them is what becomes of them one after another.

use super::{
    identity::{ANN, Sent, message, notes},
    messages::{faults, order},
    restated::{by_number, calmer, child, received, stated, with_reason},
    tubes,
};
use crate::bench::*;
use care::{
    ordering::{
        client::Address,
        message::{Language, State as Became},
    },
    people::identifier::HospitalNumber,
};
use serde_json::{Value, json};
use service::ordering::messages::{AsRead, Receipt, receive_as_read};
use std::collections::BTreeSet;

const SERVER: &str = "https://epr.example/fhir";

/// What becomes of messages that are sent at once, by two servers in turn.
async fn at_once(bench: &Bench, system: &Desk, texts: Vec<String>) -> Vec<Receipt> {
    let other = bench.again().await;
    let there = ordering::clients::desk_of_line(&other, system.staff.id).await.expect("looked up").expect("open");
    let sending: Vec<_> = texts
        .into_iter()
        .zip([system.clone(), there].into_iter().cycle())
        .map(|(text, desk)| tokio::spawn(async move { ordering::messages::receive(&desk, Language::Hl7, text.as_bytes()).await }))
        .collect();
    let mut receipts = Vec::new();
    for one in sending {
        receipts.push(one.await.expect("ended").expect("taken"));
    }
    receipts
}

async fn with_number(system: &Desk, number: &str) -> Vec<PatientId> {
    let permit = system.permit_general(Action::RegisterPatient).await.expect("a permit");
    let number = HospitalNumber::new(number, "RP4", &system.staff.organisation.to_string());
    system.service.store.patients_by_hospital_number(&permit, &number).await.expect("read")
}

fn is_done(receipt: &Receipt) -> bool {
    matches!(receipt.state, Became::Done { .. })
}

/// An order of somebody by a new number of the hospital alone.
fn by_number_alone(nth: usize, number: &str, name: &'static str) -> String {
    message(&format!("{number}-{nth}"), Sent { numbers: "A78^^^RP4^MR", name, ..ANN }, "NW", &format!("P-{number}-{nth}"))
        .replace("A78", number)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_that_come_at_once_with_one_new_number_of_a_hospital_are_of_one_person() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for number in ["R1", "R2", "R3"] {
        let receipts = at_once(&bench, &system, (0..5).map(|nth| by_number_alone(nth, number, "Bell^Ann")).collect()).await;
        let orders: BTreeSet<OrderId> = receipts.iter().map(order).collect();
        assert_eq!(orders.len(), 5, "{number}");
        let records = with_number(&system, number).await;
        assert_eq!(records.len(), 1, "{number}: {records:?}");
        for id in orders {
            assert_eq!(bench.people(id).await, records, "{number}");
        }
    }
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_people_who_come_at_once_under_one_new_number_one_is_placed_and_the_other_refused() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for number in ["R1", "R2", "R3"] {
        let texts = vec![by_number_alone(0, number, "Bell^Ann"), by_number_alone(1, number, "Bell^Fay")];
        let receipts = at_once(&bench, &system, texts).await;
        let (done, refused): (Vec<&Receipt>, Vec<&Receipt>) = receipts.iter().partition(|receipt| is_done(receipt));
        assert_eq!((done.len(), refused.len()), (1, 1), "{number}");
        let why = faults(refused[0]);
        assert!(why.contains(&format!("The number {number} (RP4) belongs to somebody with another given name")), "{why}");
        assert_eq!(with_number(&system, number).await.len(), 1, "{number}");
    }
}

/// Whatever comes at once of somebody who is new, nobody has two records, and no number is of two people.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_that_comes_at_once_gives_one_number_to_two_records() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    // By one number or by two, with the NHS number or without, the name as it is or another.
    let people: [(&'static str, &'static str); 6] = [
        ("A78^^^RP4^MR", "Bell^Ann"),
        ("9990000018^^^NHS^NH~A78^^^RP4^MR", "Bell^Ann"),
        ("9990000018^^^NHS^NH~B78^^^RP4^MR", "BELL^ANN"),
        ("B78^^^RP4^MR~A78^^^RP4^MR", "Bell^Ann"),
        ("A78^^^RP4^MR", "Bell^Fay"),
        ("B78^^^RP4^MR", "Bell^Ann"),
    ];
    // NHS numbers of the range that is nobody's.
    for (round, nhs_number) in ["9990000018", "9990000026", "9990000034", "9990000042"].into_iter().enumerate() {
        let mut chosen: Vec<_> = (0..people.len()).collect();
        chosen.rotate_left(round);
        let texts = chosen.iter().map(|nth| {
            let (numbers, name) = people[*nth];
            message(&format!("{round}-{nth}"), Sent { numbers, name, ..ANN }, "NW", &format!("P-{round}-{nth}"))
                .replace("A78", &format!("A{round}"))
                .replace("B78", &format!("B{round}"))
                .replace("9990000018", nhs_number)
        });
        let receipts = at_once(&bench, &system, texts.collect()).await;
        assert!(receipts.iter().any(is_done), "round {round}");
        for number in [format!("A{round}"), format!("B{round}")] {
            let records = with_number(&system, &number).await;
            assert!(records.len() <= 1, "round {round}: {number} is of {records:?}");
        }
    }
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_number_of_a_tube_that_two_people_have_at_once_is_placed_for_one_of_them() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for round in 0..3 {
        let label = format!("LAB-{round}");
        let texts = [tubes::ANN, tubes::FAY].map(|who| tubes::message(&format!("{round}{}", who.0), who, &label));
        let receipts = at_once(&bench, &system, texts.to_vec()).await;
        let (done, refused): (Vec<&Receipt>, Vec<&Receipt>) = receipts.iter().partition(|receipt| is_done(receipt));
        assert_eq!((done.len(), refused.len()), (1, 1), "{label}");
        let why = faults(refused[0]);
        assert!(why.contains(&format!("The number {label} is that of a tube of somebody else already")), "{why}");
        assert_eq!(bench.service.store.samples_by_label(&label).await.expect("read").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_message_several_times_at_once_is_kept_once_and_answered_alike() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let permit = system.permit_general(Action::SendMessage).await.expect("a permit");
    for round in 0..3 {
        let control = format!("m{round}");
        let text = message(&control, ANN, "NW", &format!("P-{round}"));
        let receipts = at_once(&bench, &system, vec![text; 6]).await;
        let first = order(&receipts[0]);
        for receipt in &receipts {
            assert_eq!((order(receipt), receipt.id), (first, receipts[0].id), "round {round}");
            assert_eq!(notes(receipt), notes(&receipts[0]), "round {round}");
        }
        let kept = bench.service.store.messages_with(&permit, system.staff.id, &control).await.expect("read");
        assert_eq!(kept.iter().map(|line| line.state.as_str()).collect::<Vec<_>>(), ["Done"], "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_order_that_comes_at_once_in_several_messages_is_placed_once_and_none_is_refused() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for round in 0..6 {
        let texts = (0..5).map(|nth| message(&format!("m{round}-{nth}"), ANN, "NW", &format!("P-{round}"))).collect();
        let receipts = at_once(&bench, &system, texts).await;
        let orders: BTreeSet<OrderId> = receipts.iter().map(order).collect();
        assert_eq!(orders.len(), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_of_one_version_of_an_order_one_is_done_and_the_other_is_a_conflict() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&received(&system, &stated(SERVER, |_| {})).await);
    let version = async || AsRead { order: id, version: bench.service.store.sequence(&id.stream()).await.expect("read") };
    let put = |change: fn(&mut Value)| {
        let bundle = stated(SERVER, |bundle| {
            change(bundle);
            by_number(bundle);
            with_reason(bundle);
        });
        bundle.to_string()
    };
    let noted: fn(&mut Value) = |bundle| child(bundle, "ServiceRequest")["resource"]["note"] = json!([{ "text": "Now fits" }]);
    let (one, other) = (put(calmer), put(noted));
    let first = version().await;
    let (a, b) = tokio::join!(receive_as_read(&system, one.as_bytes(), first), receive_as_read(&system, other.as_bytes(), first));
    let conflicts = [&a, &b].into_iter().filter(|answer| matches!(answer, Err(ServiceError::Conflict(_)))).count();
    let done = [&a, &b].into_iter().filter(|answer| matches!(answer, Ok(receipt) if is_done(receipt))).count();
    assert_eq!((done, conflicts), (1, 1));
    let second = version().await;
    assert_eq!(second.version, first.version + 1, "one of them is written");
    // The same bytes for a version that has passed are no repetition of what was done, and for the version of now they count.
    let late = receive_as_read(&system, one.as_bytes(), AsRead { version: first.version - 1, ..first }).await;
    assert!(matches!(late, Err(ServiceError::Conflict(_))));
    let lost = if a.is_err() { one } else { other };
    assert_eq!(order(&receive_as_read(&system, lost.as_bytes(), second).await.expect("taken")), id);
    assert_eq!(version().await.version, second.version + 1);
    let desk = bench.desk(Role::Clinician, 0);
    let permit = bench_permit(&desk, id).await;
    let events = bench.service.store.order_events(&permit, id).await.expect("read");
    assert_eq!(events.iter().filter(|event| event.stream == id.stream() && event.kind == "Amended").count(), 2);
}
