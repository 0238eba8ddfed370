//! An order and the reflex order that is made of it, in one bundle.

use crate::bundle::{bundle, entry, patient, read, request, to};
use interop::incoming_order::IncomingOrder;
use serde_json::{Value, json};

/// A message about the requests of these identifiers.
fn header(focus: &[&str]) -> Value {
    let focus: Vec<Value> = focus.iter().map(|id| to("ServiceRequest", id)).collect();
    let mut header = json!({ "eventCoding": { "code": "O21" } });
    if !focus.is_empty() {
        header["focus"] = json!(focus);
    }
    entry("MessageHeader", "h", header)
}

/// An order, and one that is based on others, of a person.
fn based(id: &str, subject: &str, bases: &[&str]) -> Value {
    let mut further = request(id, to("Patient", subject));
    further["resource"]["intent"] = json!("reflex-order");
    further["resource"]["basedOn"] = bases.iter().map(|base| to("ServiceRequest", base)).collect();
    further
}

fn message(focus: &[&str], requests: &[Value]) -> Vec<IncomingOrder> {
    let mut entries = vec![header(focus), patient("p", "9990000018"), patient("q", "9990000026")];
    entries.extend_from_slice(requests);
    let mut sent = bundle(&entries);
    sent["type"] = json!("message");
    read(&sent).unwrap_or_else(|faults| panic!("{faults:?}")).orders
}

fn numbers(orders: &[IncomingOrder]) -> Vec<&str> {
    orders.iter().map(|order| order.number.as_str()).collect()
}

fn notes(orders: &[IncomingOrder]) -> String {
    orders.iter().filter_map(|order| order.action.details()).flat_map(|details| details.not_used.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_the_order_of_the_message_is_based_on_is_a_reference() {
    let base = request("base", to("Patient", "p"));
    let orders = message(&["reflex"], &[base.clone(), based("reflex", "p", &["base"])]);
    assert_eq!(numbers(&orders), ["N-reflex"]);
    let says = "so this one was not ordered again";
    assert!(notes(&orders).contains(says), "{}", notes(&orders));
    // Also over several steps, and where they are based on each other.
    let steps = [base.clone(), based("middle", "p", &["base"]), based("reflex", "p", &["middle"])];
    assert_eq!(numbers(&message(&["reflex"], &steps)), ["N-reflex"]);
    let circle = [based("base", "p", &["reflex"]), based("reflex", "p", &["base"])];
    assert_eq!(numbers(&message(&["reflex"], &circle)), ["N-reflex"]);
}

#[test]
fn what_is_not_ordered_itself_takes_no_other_orders_place() {
    let mut plan = based("reflex", "p", &["base"]);
    plan["resource"]["intent"] = json!("plan");
    assert_eq!(numbers(&message(&["reflex"], &[request("base", to("Patient", "p")), plan])), ["N-base"]);
}

#[test]
fn without_a_focus_that_says_which_is_meant_both_are_ordered_with_a_warning() {
    let requests = [request("base", to("Patient", "p")), based("reflex", "p", &["base"])];
    for focus in [&[][..], &["base", "reflex"], &["base"]] {
        let orders = message(focus, &requests);
        assert_eq!(numbers(&orders), ["N-base", "N-reflex"], "{focus:?}");
        let says = "which asks for the same test of the same person: both were ordered";
        assert_eq!(notes(&orders).matches(says).count(), 1, "{focus:?}: {}", notes(&orders));
    }
}

#[test]
fn another_test_another_person_and_a_request_of_before_are_no_repeat() {
    let base = request("base", to("Patient", "p"));
    let mut other_test = based("reflex", "p", &["base"]);
    other_test["resource"]["code"]["coding"][0]["code"] = json!("R29.4");
    let other_person = based("reflex", "q", &["base"]);
    for further in [other_test, other_person.clone()] {
        let orders = message(&[], &[base.clone(), further]);
        assert_eq!((orders.len(), notes(&orders).contains("both were ordered")), (2, false), "{}", notes(&orders));
    }
    assert_eq!(message(&["reflex"], &[base, other_person]).len(), 2, "what is of somebody else is an order of its own");
    let mut earlier = request("reflex", to("Patient", "p"));
    earlier["resource"]["basedOn"] = json!([{ "identifier": { "value": "N-0" } }]);
    let orders = message(&["reflex"], &[earlier]);
    assert_eq!((numbers(&orders), notes(&orders).contains("ordered")), (vec!["N-reflex"], false), "{}", notes(&orders));
}
