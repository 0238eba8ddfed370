//! Several tests under one number: each is an order of its own, and none is another number's.

use super::{
    identity::{ANN, FAY, Sent, message, notes},
    messages::{faults, sent},
    restated::received,
};
use crate::bench::*;
use care::ordering::{
    client::Address,
    message::State as Became,
    order::{Sender, SenderResources},
};
use serde_json::{Value, json};
use service::{
    ordering::messages::Receipt,
    results::exchange::{Search, search_orders},
};
use std::collections::BTreeSet;

/// A message of a number with any tests under it.
fn tests_of(control: &str, (person, action): (Sent, &str), number: &str, tests: &[&str]) -> String {
    let whole = message(control, person, action, number);
    let head = &whole[..whole.find("OBR").expect("a request")];
    let requests = tests
        .iter()
        .zip(1..)
        .map(|(test, nth)| format!("OBR|{nth}|{number}||{test}\rOBX|1|CE|HP:0001250^Seizure^HPO||Y\r"))
        .collect::<String>();
    format!("{head}{requests}")
}

fn done(receipt: &Receipt) -> Vec<OrderId> {
    match &receipt.state {
        Became::Done { orders, .. } => orders.clone(),
        other => panic!("not done: {other:?}"),
    }
}

/// Numbers that look like parts of one another, each with its tests.
const NUMBERS: [(&str, &[&str]); 5] = [
    ("Y", &["R29.4", "R59.3", "R98.2"]),
    ("Y#2", &["R59.3"]),
    ("Y#3", &["R29.4", "R98.2"]),
    ("Y#2#2", &["R59.3"]),
    ("Y#1", &["R29.4", "R59.3"]),
];

#[tokio::test]
async fn a_message_never_acts_on_an_order_that_another_number_placed() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for turn in 0..NUMBERS.len() {
        let mut numbers = NUMBERS.map(|(number, tests)| (format!("{turn}-{number}"), tests));
        numbers.rotate_left(turn);
        let mut placed: Vec<(&str, Vec<OrderId>)> = Vec::new();
        for ((number, tests), nth) in numbers.iter().zip(0..) {
            // Every other one is of somebody else.
            let person = if nth % 2 == 0 { ANN } else { FAY };
            let orders = done(&sent(&system, &tests_of(&format!("n{number}"), (person, "NW"), number, tests)).await);
            assert_eq!(orders.len(), tests.len(), "{number}: each test is an order");
            let again = done(&sent(&system, &tests_of(&format!("a{number}"), (person, "NW"), number, tests)).await);
            assert_eq!(again, orders, "{number}: sent again it is the same");
            assert!(placed.iter().all(|(_, others)| others.iter().all(|other| !orders.contains(other))), "{number}");
            placed.push((number.as_str(), orders));
        }
        for (number, orders) in &placed {
            let search = Search { number: (*number).to_owned(), most: 9, ..Search::default() };
            let found: BTreeSet<OrderId> = search_orders(&system, &search).await.expect("found").iter().map(|view| view.id).collect();
            assert_eq!(found, BTreeSet::from_iter(orders.clone()), "{number}");
        }
        for (nth, (number, orders)) in placed.iter().enumerate() {
            let person = if nth % 2 == 0 { ANN } else { FAY };
            let ended = done(&sent(&system, &tests_of(&format!("c{number}"), (person, "CA"), number, &[])).await);
            assert_eq!(BTreeSet::from_iter(ended), BTreeSet::from_iter(orders.clone()), "{number}: all of it, and nothing else");
            for (other, orders) in &placed[nth + 1..] {
                for id in orders {
                    assert!(!bench.state(*id).await.0.is_final(), "the end of {number} ended an order of {other}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_end_that_names_a_test_ends_that_one_and_says_so() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (first, second, number) in [(0, 1, "N-1"), (1, 0, "N-2")] {
        let tests = ["R29.4", "R59.3"];
        let orders = done(&sent(&system, &tests_of(&format!("n{number}"), (ANN, "NW"), number, &tests)).await);
        let refused = sent(&system, &tests_of(&format!("u{number}"), (ANN, "CA"), number, &["R98.2"])).await;
        let why = faults(&refused);
        assert!(why.contains("names the test R98.2") && why.contains("R29.4 (order ") && why.contains("R59.3 (order "), "{why}");
        let unknown = faults(&sent(&system, &tests_of(&format!("x{number}"), (ANN, "CA"), number, &["OWN-7^Our panel^L"])).await);
        assert!(unknown.contains("a test that the Test Directory does not have"), "which is meant is not certain: {unknown}");
        let other = faults(&sent(&system, &tests_of(&format!("f{number}"), (FAY, "CA"), number, &["R98.2"])).await);
        assert!(other.contains("for another person") && !other.contains("R29.4"), "nothing is said of the orders of another: {other}");
        let receipt = sent(&system, &tests_of(&format!("c{number}"), (ANN, "CA"), number, &[tests[first]])).await;
        assert_eq!(done(&receipt), [orders[first]]);
        let said = notes(&receipt);
        assert!(said.contains(&format!("of the number {number}, {} (order ", tests[first])) && said.contains("was ended"), "{said}");
        assert!(said.contains("was not ended: it is "), "{said}");
        assert!(bench.state(orders[first]).await.0.is_final() && !bench.state(orders[second]).await.0.is_final());
        let rest = sent(&system, &tests_of(&format!("d{number}"), (ANN, "CA"), number, &[tests[second]])).await;
        assert_eq!(done(&rest), [orders[second]]);
    }
}

#[tokio::test]
async fn an_end_that_names_all_tests_or_none_ends_all_that_are_open() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let tests = ["R29.4", "R59.3"];
    for (number, named) in [("N-1", &tests[..]), ("N-2", &[][..])] {
        let orders = done(&sent(&system, &tests_of(&format!("n{number}"), (ANN, "NW"), number, &tests)).await);
        let receipt = sent(&system, &tests_of(&format!("c{number}"), (ANN, "CA"), number, named)).await;
        assert_eq!(done(&receipt), orders);
        are_named(&receipt, number, &tests.map(|test| (test, true)));
    }
    let orders = done(&sent(&system, &tests_of("n3", (ANN, "NW"), "N-3", &tests)).await);
    done(&sent(&system, &tests_of("c3", (ANN, "CA"), "N-3", &tests[..1])).await);
    assert_eq!(done(&sent(&system, &tests_of("d3", (ANN, "CA"), "N-3", &[])).await), orders[1..], "the rest of it");
    let again = faults(&sent(&system, &tests_of("e3", (ANN, "CA"), "N-3", &[])).await);
    assert!(again.contains("already; a result may have been issued"), "{again}");
}

/// The answer names each test of a number, with whether its order was ended.
#[track_caller]
fn are_named(receipt: &Receipt, number: &str, tests: &[(&str, bool)]) {
    let said = notes(receipt);
    for (test, is_ended) in tests {
        let line = said.lines().find(|line| line.contains(&format!("of the number {number}, {test} (order ")));
        let line = line.unwrap_or_else(|| panic!("{test} is not named: {said}"));
        assert!(line.contains(if *is_ended { "was ended" } else { "was not ended: it is " }), "{line}");
    }
}

/// A request that is revoked, as a FHIR transaction: the number, and the test where one is named.
fn revoked(id: &str, number: &str, test: Option<&str>) -> Value {
    let ann = json!({
        "resourceType": "Patient",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018" }],
        "name": [{ "family": "Bell", "given": ["Ann"] }],
        "gender": "female",
        "birthDate": "2018-03-04",
    });
    let mut request = json!({
        "resourceType": "ServiceRequest",
        "identifier": [{ "value": number }],
        "status": "revoked",
        "intent": "order",
        "subject": { "reference": "urn:uuid:3f0c6f4e-6b0f-4a57-9d58-0b1f6f0a7a01" },
    });
    if let Some(test) = test {
        let coding = json!([{ "system": "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory", "code": test }]);
        request["code"] = json!({ "coding": coding });
    }
    let entry = |nth: &str, resource: Value| {
        let address = json!({ "method": "POST", "url": resource["resourceType"] });
        json!({ "fullUrl": format!("urn:uuid:3f0c6f4e-6b0f-4a57-9d58-0b1f6f0a7a{nth}"), "resource": resource, "request": address })
    };
    json!({ "resourceType": "Bundle", "id": id, "type": "transaction", "entry": [entry("01", ann), entry("02", request)] })
}

/// Several tests under one number come by HL7 alone; their end may come by FHIR, and is the same.
#[tokio::test]
async fn a_request_that_is_revoked_by_fhir_ends_the_test_that_it_names_or_all_and_names_each() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let tests = ["R29.4", "R59.3", "R98.2"];
    for (number, named) in [("N-1", Some(1)), ("N-2", Some(0)), ("N-3", None)] {
        let orders = done(&sent(&system, &tests_of(&format!("n{number}"), (ANN, "NW"), number, &tests)).await);
        let receipt = received(&system, &revoked("first", number, named.map(|nth: usize| tests[nth]))).await;
        let ended = named.map_or_else(|| orders.clone(), |nth| vec![orders[nth]]);
        assert_eq!(done(&receipt), ended, "{number}");
        let expected: Vec<(&str, bool)> = tests.iter().zip(&orders).map(|(test, id)| (*test, ended.contains(id))).collect();
        are_named(&receipt, number, &expected);
        for id in &orders {
            assert_eq!(bench.state(*id).await.0.is_final(), ended.contains(id), "{number}");
        }
        let again = faults(&received(&system, &revoked("again", number, named.map(|nth| tests[nth]))).await);
        assert!(again.contains("already; a result may have been issued"), "{again}");
        if named.is_some() {
            let rest: Vec<OrderId> = orders.iter().copied().filter(|id| !ended.contains(id)).collect();
            assert_eq!(done(&received(&system, &revoked("rest", number, None)).await), rest, "{number}: the rest of it");
        }
    }
    let orders = done(&sent(&system, &tests_of("n4", (ANN, "NW"), "N-4", &tests[..2])).await);
    let other = faults(&received(&system, &revoked("other", "N-4", Some("R98.2"))).await);
    assert!(other.contains("names the test R98.2") && other.contains("R29.4 (order ") && other.contains("R59.3 (order "), "{other}");
    for id in orders {
        assert!(!bench.state(id).await.0.is_final(), "a test that is not of the number ends nothing");
    }
}

#[tokio::test]
async fn a_change_that_names_a_test_changes_the_order_of_that_test() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let orders = done(&sent(&system, &tests_of("m1", (ANN, "NW"), "N-1", &["R29.4", "R59.3"])).await);
    let change = tests_of("m2", (ANN, "XO"), "N-1", &["R59.3"]) + "NTE|1||Fits since birth\r";
    assert_eq!(done(&sent(&system, &change).await), orders[1..]);
    let history = async |id: OrderId| {
        let desk = bench.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, id).await.expect("a permit");
        desk.status(&permit, id).await.expect("a status").order.request.expect("placed").history
    };
    assert!(history(orders[1]).await.contains("Fits since birth") && !history(orders[0]).await.contains("Fits"));
    for (control, tests) in [("m3", &["R98.2"][..]), ("m4", &["R29.4", "R98.2"]), ("m5", &["R59.3", "R59.3"])] {
        let why = faults(&sent(&system, &tests_of(control, (ANN, "XO"), "N-1", tests)).await);
        assert!(why.contains("nothing was changed") && why.contains("R29.4 (order "), "{tests:?}: {why}");
    }
    let turned = sent(&system, &tests_of("m6", (ANN, "XO"), "N-1", &["R59.3", "R29.4"])).await;
    assert_eq!(done(&turned), [orders[1], orders[0]], "wherever it stands in the message");
}

#[tokio::test]
async fn a_refusal_names_the_field_in_which_its_fault_lies() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let number = |numbers, name| Sent { numbers, name, ..ANN };
    done(&sent(&system, &message("m1", number("A78^^^RP4^MR", "Bell^Ann"), "NW", "N-1")).await);
    let for_another = format!("ORC|NW|N-2{}^^^^^^^^^RXX", "|".repeat(19));
    for (control, text, begins) in [
        ("m2", message("m2", ANN, "NW", "N-2").replace("R29.4", "XX9^Nothing of the kind^L"), "OBR-4: "),
        ("m3", message("m3", ANN, "NW", "N-2").replace("ORC|NW|N-2", &for_another), "ORC-21: "),
        ("m4", message("m4", number("A78^^^RP4^MR", "Bell^Fay"), "NW", "N-2"), "PID-3: "),
    ] {
        let why = faults(&sent(&system, &text).await);
        assert!(why.starts_with(begins), "{control}: {why}");
    }
}

/// How further tests under a number were kept before: found by a name that a number of the sender may have too.
#[tokio::test]
async fn a_further_test_that_was_placed_before_is_found_and_ended_and_is_no_number_of_the_sender() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let client = system.staff.id;
    let directory = service::directory::catalogue::current(&bench.service).await.expect("a directory");
    let mut before = Vec::new();
    for (kept, part, test) in [("N-1", None, "R98.2"), ("N-1#2", Some(2), "R29.4")] {
        let id = ordering::messages::order_of(client, kept);
        let resources = SenderResources::default();
        let sender = Sender { client, number: kept.into(), system: String::new(), part, stated_at: None, resources };
        let test = directory.test(test).expect("in force").clone();
        let change = |form: &mut OrderForm| {
            (form.id, form.test, form.sender) = (id, test, Some(sender));
        };
        before.push(bench.placed(change).await);
    }
    let child = Sent { numbers: "4010232137^^^NHS^NH", name: "Testcase^Proband", born: "20190403" };
    let unknown = faults(&sent(&system, &tests_of("c0", (child, "CA"), "N-1#2", &[])).await);
    assert!(unknown.contains("No order with the number N-1#2 is known here"), "{unknown}");
    let own = done(&sent(&system, &tests_of("m1", (child, "NW"), "N-1#2", &["R59.3"])).await);
    assert!(!before.contains(&own[0]), "another number is another order");
    assert_eq!(done(&sent(&system, &tests_of("c1", (child, "CA"), "N-1", &["R29.4"])).await), before[1..]);
    assert_eq!(done(&sent(&system, &tests_of("c2", (child, "CA"), "N-1", &[])).await), before[..1]);
    assert!(!bench.state(own[0]).await.0.is_final());
    assert_eq!(done(&sent(&system, &tests_of("c3", (child, "CA"), "N-1#2", &[])).await), own);
}
