//! A number of an order is one of its namespace: the same number in another is another order.

use super::{
    identity::{ANN, message},
    messages::{faults, order, sent},
};
use crate::bench::*;
use care::ordering::{client::Address, message::State as Became};

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
        for (mth, stated) in BESIDE.into_iter().enumerate() {
            for action in ["CA", "XO"] {
                let number = format!("P-{nth}-{mth}-{action}");
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
