//! A number of an order is one of its namespace: the same number in another is another order.

use super::{
    identity::{ANN, FAY, Sent, message},
    messages::{faults, order, sent},
};
use crate::bench::*;
use care::ordering::{client::Address, message::State as Became};
use service::results::exchange::{Search, search_orders};
use std::collections::BTreeSet;

/// What stands beside a number in ORC-2: nothing, a namespace in capitals or not, another one, a universal identifier.
const BESIDE: [&str; 5] = ["", "^EPIC", "^epic", "^WINPATH", "^^2.16.840.1.113883.2.1^ISO"];

/// Whether two of them may be of one system, as far as both say.
fn may_be_one(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one.eq_ignore_ascii_case(other)
}

#[tokio::test]
async fn no_message_acts_on_an_order_of_another_namespace() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (nth, own) in BESIDE.into_iter().enumerate() {
        for (other, stated) in BESIDE.into_iter().enumerate() {
            for action in ["CA", "XO"] {
                let number = format!("P-{nth}-{other}-{action}");
                let id = order(&sent(&system, &message(&format!("a{number}"), ANN, "NW", &format!("{number}{own}"))).await);
                let before = bench.state(id).await.0;
                let receipt = sent(&system, &message(&format!("b{number}"), ANN, action, &format!("{number}{stated}"))).await;
                match &receipt.state {
                    Became::Done { orders, .. } => {
                        assert!(may_be_one(own, stated), "{number}{stated} did {action} on {number}{own}");
                        assert_eq!(orders[..], [id], "{action}");
                    }
                    Became::Refused { .. } => {
                        let why = faults(&receipt);
                        assert!(!may_be_one(own, stated) && why.contains("No order with the number"), "{number}{stated} {action}: {why}");
                        assert_eq!(before, bench.state(id).await.0, "what is refused changes nothing");
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn the_same_number_of_two_systems_of_a_hospital_is_two_orders_each_ended_by_its_own() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let act = async |control: &str, action: &str, number: &str| sent(&system, &message(control, ANN, action, number)).await;
    let epic = order(&act("m1", "NW", "N-1^EPIC").await);
    let winpath = order(&act("m2", "NW", "N-1^WINPATH").await);
    assert_ne!(epic, winpath);
    assert_eq!(order(&act("m3", "NW", "N-1^EPIC").await), epic, "sent again");
    assert_eq!(order(&act("m4", "NW", "N-1^WINPATH").await), winpath, "sent again");
    assert!(faults(&act("m5", "CA", "N-1^OTHER").await).contains("No order with the number N-1 of OTHER is known here"));
    assert_eq!(order(&act("m6", "CA", "N-1^WINPATH").await), winpath);
    assert!(!bench.state(epic).await.0.is_final() && bench.state(winpath).await.0.is_final());
    // What was placed before a namespace was kept has none.
    let before = order(&act("m7", "NW", "N-2").await);
    assert_eq!(order(&act("m8", "CA", "N-2^EPIC").await), before);
}

#[tokio::test]
async fn a_message_that_names_another_order_of_the_service_beside_its_own_number_does_nothing() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let mut numbers = Vec::new();
    for (control, number) in [("m1", "N-1"), ("m2", "N-2")] {
        let id = order(&sent(&system, &message(control, ANN, "NW", number)).await);
        numbers.push((id, bench.service.store.order_view(id).await.expect("read").expect("a line").number));
    }
    let with = |control: &str, action: &str, own: &str| {
        message(control, ANN, action, "N-1").replace(&format!("ORC|{action}|N-1"), &format!("ORC|{action}|N-1|{own}^OPENGMS"))
    };
    let before = bench.state(numbers[0].0).await;
    for (control, action) in [("c1", "CA"), ("c2", "XO"), ("c3", "NW")] {
        let receipt = sent(&system, &with(control, action, &numbers[1].1)).await;
        assert!(faults(&receipt).contains("and the message names"), "{action}: {}", faults(&receipt));
    }
    assert_eq!(bench.state(numbers[0].0).await, before);
    assert_eq!(order(&sent(&system, &with("c4", "CA", &numbers[0].1.to_lowercase())).await), numbers[0].0);
    assert!(!bench.state(numbers[1].0).await.0.is_final());
}

#[tokio::test]
async fn a_change_that_was_written_before_another_one_changes_nothing() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let written = |control: &str, time: &str, note: &str| {
        message(control, ANN, "XO", "N-1").replace("20261101120000", time) + &format!("NTE|1||{note}\r")
    };
    let id = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let history = async || {
        let desk = bench.desk(Role::Clinician, 0);
        let permit = desk.permit(Action::ReadOrder, id).await.expect("a permit");
        desk.status(&permit, id).await.expect("a status").order.request.expect("placed").history
    };
    order(&sent(&system, &written("m2", "20261101120500", "Fits have ended")).await);
    assert!(faults(&sent(&system, &written("m3", "20261101120200", "Fits daily")).await).contains("this one is older"));
    assert!(history().await.contains("Fits have ended") && !history().await.contains("daily"));
    order(&sent(&system, &written("m4", "20261101120500", "Fits are back")).await);
    order(&sent(&system, &written("m5", "20261101", "Fits weekly")).await);
    assert!(history().await.contains("weekly"), "a day alone says nothing of what came first");
}

#[tokio::test]
async fn a_number_without_its_namespace_ends_no_order_where_two_have_it() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let act = async |control: &str, action: &str, number: &str, test: &str| {
        sent(&system, &message(control, ANN, action, number).replace("R29.4", test)).await
    };
    let first = order(&act("m1", "NW", "V^EPICA", "R29.4").await);
    let second = order(&act("m2", "NW", "V^EPICB", "R59.3").await);
    for (number_system, found) in [("", vec![first, second]), ("EPICA", vec![first]), ("EPICB", vec![second]), ("OTHER", vec![])] {
        let search = Search { number: "V".into(), number_system: number_system.into(), most: 9, ..Search::default() };
        let ids: BTreeSet<OrderId> = search_orders(&system, &search).await.expect("found").iter().map(|view| view.id).collect();
        assert_eq!(ids, BTreeSet::from_iter(found), "{number_system}");
    }
    for (control, test) in [("m3", "R59.3"), ("m4", "R29.4"), ("m5", "")] {
        let refused = faults(&act(control, "CA", "V", test).await);
        assert!(refused.contains("stands for several orders of this person"), "{test}: {refused}");
    }
    assert!(!bench.state(first).await.0.is_final() && !bench.state(second).await.0.is_final());
    assert_eq!(order(&act("m6", "CA", "V^EPICB", "R59.3").await), second);
    assert!(!bench.state(first).await.0.is_final() && bench.state(second).await.0.is_final());
}

#[tokio::test]
async fn an_order_is_not_ended_by_a_message_that_names_another_test() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let refused = faults(&sent(&system, &message("m2", ANN, "CA", "N-1").replace("R29.4", "R59.3")).await);
    assert!(refused.contains("names the test R59.3") && refused.contains("an order of R29.4"), "{refused}");
    assert!(!bench.state(id).await.0.is_final());
    // What is no test of the directory says nothing of which order is meant.
    assert_eq!(order(&sent(&system, &message("m3", ANN, "CA", "N-1").replace("R29.4", "OWN-7^Our panel^L")).await), id);
    assert!(bench.state(id).await.0.is_final());
}

/// A message of an order after it was placed, and the minute at which it was written.
#[derive(Clone, Copy, Debug)]
struct Later(&'static str, i32);

/// Every order of three things.
const ARRIVALS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

fn at_minute(control: &str, Later(action, minute): Later, number: &str) -> String {
    message(control, ANN, action, number).replace("20261101120000", &format!("202611011{minute:03}00"))
}

#[tokio::test]
async fn an_older_end_never_ends_what_a_newer_message_said_in_whatever_order_they_come() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for times in ARRIVALS {
        for arrivals in ARRIVALS {
            let number = format!("P-{times:?}-{arrivals:?}").replace([' ', ','], "");
            let id = order(&sent(&system, &at_minute(&format!("p{number}"), Later("NW", 200), &number)).await);
            let all = [("XO", times[0]), ("NW", times[1]), ("CA", times[2])].map(|(action, nth)| Later(action, 201 + nth as i32));
            let (mut newest, mut is_ended) = (200, false);
            for nth in arrivals {
                let Later(action, minute) = all[nth];
                let receipt = sent(&system, &at_minute(&format!("{nth}{number}"), all[nth], &number)).await;
                let is_older = minute < newest;
                match (action, &receipt.state) {
                    (_, Became::Refused { .. }) if is_ended => continue,
                    ("XO" | "CA", Became::Refused { .. }) if is_older => {
                        assert!(faults(&receipt).contains("this one is older"), "{number} {action}: {}", faults(&receipt));
                        continue;
                    }
                    ("XO", Became::Done { .. }) if !is_older && !is_ended => {}
                    ("NW", Became::Done { .. }) if !is_ended => {}
                    ("CA", Became::Done { .. }) if !is_older && !is_ended => is_ended = true,
                    (_, other) => panic!("{number} {action} of {minute}, newest {newest}: {other:?}"),
                }
                newest = newest.max(minute);
            }
            assert_eq!(bench.state(id).await.0.is_final(), is_ended, "{number}");
        }
    }
}

#[tokio::test]
async fn a_late_end_of_several_tests_ends_none_and_one_without_a_time_is_acted_on() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = order(&sent(&system, &at_minute("m1", Later("NW", 205), "N-1")).await);
    let refused = sent(&system, &at_minute("m2", Later("CA", 201), "N-1")).await;
    assert!(
        faults(&refused).contains("(1 November 2026, 12:05 UTC) stated or changed this order: this one is older"),
        "{}",
        faults(&refused)
    );
    assert!(faults(&refused).contains("ended nothing; send the end anew if it is still meant"));
    assert!(!bench.state(first).await.0.is_final());
    let timeless = message("m3", ANN, "CA", "N-1").replace("20261101120000", "20261101");
    assert_eq!(order(&sent(&system, &timeless).await), first);
    assert!(bench.state(first).await.0.is_final());
    // A clock of the next century says nothing of what came first.
    let second = order(&sent(&system, &message("m4", ANN, "NW", "N-2").replace("20261101120000", "21261101120000")).await);
    assert_eq!(order(&sent(&system, &message("m5", ANN, "CA", "N-2")).await), second);
}

/// Whom a message may name beside a number of orders of two people: either, by each of their numbers, one by the number of the other,
/// or nobody.
const NAMED: [Sent; 6] = [
    ANN,
    FAY,
    Sent { numbers: "A78^^^RP4^MR", ..ANN },
    Sent { numbers: "A79^^^RP4^MR", ..FAY },
    Sent { numbers: "9990000018^^^NHS^NH", ..FAY },
    Sent { numbers: "", name: "", born: "" },
];

#[tokio::test]
async fn a_number_without_its_namespace_that_is_of_orders_of_two_people_acts_on_neither_whomever_it_names() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let act =
        async |control: &str, person: Sent, action: &str, number: &str| sent(&system, &message(control, person, action, number)).await;
    for (nth, person) in NAMED.into_iter().enumerate() {
        for action in ["CA", "XO", "NW"] {
            let number = format!("P-{nth}-{action}");
            let of_ann = order(&act(&format!("a{number}"), ANN, "NW", &format!("{number}^EPICA")).await);
            let of_fay = order(&act(&format!("f{number}"), FAY, "NW", &format!("{number}^EPICB")).await);
            assert_ne!(of_ann, of_fay);
            let before = (bench.state(of_ann).await, bench.state(of_fay).await);
            let refused = faults(&act(&format!("c{number}"), person, action, &number).await);
            assert!(person.numbers.is_empty() || refused.contains("stands for orders of several people"), "{person:?} {action}: {refused}");
            assert_eq!((bench.state(of_ann).await, bench.state(of_fay).await), before, "{person:?} {action}");
            let found = search_orders(&system, &Search { number, most: 9, ..Search::default() }).await.expect("found");
            let found: BTreeSet<OrderId> = found.iter().map(|view| view.id).collect();
            assert_eq!(found, BTreeSet::from([of_ann, of_fay]), "whoever reads sees both");
        }
    }
    assert!(faults(&act("e1", FAY, "CA", "P-0-CA^EPICA").await).contains("It is for another person"));
    order(&act("e2", FAY, "CA", "P-0-CA^EPICB").await);
}
