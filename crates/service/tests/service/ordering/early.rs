//! Messages overtake one another: what ends or changes an order and comes before it is not forgotten.

use super::{
    identity::{ANN, FAY, message, notes},
    messages::{faults, order, sent},
};
use crate::bench::*;
use care::ordering::{
    client::Address,
    message::{Language, State as Became},
};

/// A message of a number that was written at a time of one day.
fn written(control: &str, (action, time): (&str, &str), number: &str) -> String {
    message(control, ANN, action, number).replace("20261101120000", &format!("20261101{time}"))
}

#[tokio::test]
async fn an_order_whose_end_was_written_later_and_came_first_is_not_placed_and_one_sent_anew_is() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let unknown = faults(&sent(&system, &written("m1", ("CA", "120500"), "N-1")).await);
    assert!(unknown.contains("No order with the number N-1 is known here"), "{unknown}");
    for (control, own) in [("m2", "N-1"), ("m3", "N-1^EPIC")] {
        let refused = faults(&sent(&system, &written(control, ("NW", "120000"), own)).await);
        assert!(refused.contains("was written later (1 November 2026, 12:05 UTC) than this one (1 November 2026, 12:00 UTC)"), "{refused}");
        assert!(refused.contains("ended the order N-1, and came before it: nothing was placed"), "{refused}");
    }
    // Another number, the same time, a later one, and a day alone are no older.
    order(&sent(&system, &written("m4", ("NW", "120000"), "N-2")).await);
    let id = order(&sent(&system, &written("m5", ("NW", "120500"), "N-1")).await);
    assert!(!bench.state(id).await.0.is_final());
    faults(&sent(&system, &written("m6", ("CA", "120500"), "N-3")).await);
    order(&sent(&system, &written("m7", ("NW", ""), "N-3")).await);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
    assert!(bench.service.store.verify().await.expect("read").expect("holds").events > 0);
}

#[tokio::test]
async fn a_change_that_was_written_later_and_came_first_stands_on_the_order_as_a_line_to_check() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    faults(&sent(&system, &written("m1", ("XO", "120500"), "N-1")).await);
    let receipt = sent(&system, &written("m2", ("NW", "120000"), "N-1")).await;
    let says = "changed the order N-1, came before it and was refused: the order is placed without that change";
    assert!(notes(&receipt).contains(says), "{}", notes(&receipt));
    let desk = bench.desk(Role::Clinician, 0);
    let permit = desk.permit(Action::ReadOrder, order(&receipt)).await.expect("a permit");
    let history = desk.status(&permit, order(&receipt)).await.expect("a status").order.request.expect("placed").history;
    assert!(history.lines().any(|line| line.starts_with("To check by a person: ") && line.contains(says)), "{history}");
    let quiet = sent(&system, &written("m3", ("NW", "120600"), "N-2")).await;
    assert!(!notes(&quiet).contains("came before it"), "{}", notes(&quiet));
}

#[tokio::test]
async fn an_end_of_another_namespace_or_of_another_system_ends_no_order_that_comes_after_it() {
    let bench = Bench::new().await;
    let (system, other) = (bench.system(Address::None).await, bench.system_of("RVV").await);
    faults(&sent(&system, &written("m1", ("CA", "120500"), "N-1^WINPATH")).await);
    order(&sent(&system, &written("m2", ("NW", "120000"), "N-1^EPIC")).await);
    order(&sent(&other, &written("m3", ("NW", "120000"), "N-1^WINPATH")).await);
    assert!(faults(&sent(&system, &written("m4", ("NW", "120000"), "N-1^WINPATH")).await).contains("came before it"));
}

#[tokio::test]
async fn an_order_of_several_tests_is_not_placed_where_its_end_came_first() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    faults(&sent(&system, &written("m1", ("CA", "120500"), "N-1")).await);
    let two = written("m2", ("NW", "120000"), "N-1") + "OBR|2|N-1||R59.3\rOBX|1|CE|HP:0001250^Seizure^HPO||Y\r";
    assert!(faults(&sent(&system, &two).await).contains("came before it"));
    let (found, _) = ordering::messages::validate(&system, Language::Hl7, two.as_bytes()).await.expect("read");
    assert!(found.iter().any(|fault| fault.to_string().contains("came before it")), "{found:?}");
    // Whoever the end names: it is of this number, and somebody has to look at both.
    let of_fay = message("m3", FAY, "NW", "N-1");
    assert!(faults(&sent(&system, &of_fay).await).contains("came before it"));
}

/// Every order in which three messages may come.
const SEQUENCES: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// Actions on one order, as they were written one after the other.
const ACTIONS: [(&str, &str); 3] = [("NW", "120100"), ("XO", "120200"), ("CA", "120300")];

#[tokio::test]
async fn in_whatever_order_messages_come_no_order_stands_in_silence_after_its_end() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (turn, sequence) in SEQUENCES.into_iter().enumerate() {
        let number = format!("N-{turn}");
        let mut placed: Option<OrderId> = None;
        for nth in sequence {
            let receipt = sent(&system, &written(&format!("m{turn}-{nth}"), ACTIONS[nth], &number)).await;
            if let Became::Done { orders, .. } = &receipt.state {
                placed = orders.first().copied();
            }
        }
        if let Some(id) = placed {
            assert!(bench.state(id).await.0.is_final(), "an order stands after its end: {sequence:?}");
        }
    }
}
