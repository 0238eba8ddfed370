//! Numbers of this service, and further numbers of the sender, beside the number of an order: none of them is passed over where it
//! stands for another order.

use super::{
    identity::{ANN, FAY, message, notes},
    messages::{faults, order, sent},
    records::{AL, BO, Who, in_bundle, ordered, patient},
    restated::received,
};
use crate::bench::*;
use care::ordering::client::Address;
use serde_json::{Value, json};

fn sent_number(value: &str) -> Value {
    json!({ "system": "https://epr.example/order", "value": value })
}

fn of_service(value: &str) -> Value {
    json!({ "system": "https://fhir.nhs.uk/Id/GMSOrder", "value": value })
}

/// A request of somebody with any identifiers, in a status.
fn numbered(identifiers: &[Value], who: Who, status: &str) -> Value {
    let mut bundle = ordered("", in_bundle(), &[patient(who)]);
    let request = &mut bundle["entry"][1]["resource"];
    (request["identifier"], request["status"]) = (json!(identifiers), json!(status));
    bundle
}

async fn own_number(bench: &Bench, id: OrderId) -> String {
    bench.service.store.order_view(id).await.expect("read").expect("a line").number
}

#[tokio::test]
async fn a_new_order_that_names_an_order_of_this_service_is_not_placed_by_any_language() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let al = order(&received(&system, &numbered(&[sent_number("W-1")], AL, "active")).await);
    let ann = order(&sent(&system, &message("m1", ANN, "NW", "P-1")).await);
    let before = (bench.state(al).await, bench.state(ann).await);
    for own in [own_number(&bench, al).await, own_number(&bench, ann).await] {
        for identifiers in [
            vec![of_service(&own), sent_number("W-3")],
            vec![sent_number("W-3"), of_service(&own)],
            vec![json!({ "value": own }), sent_number("W-3")],
            vec![of_service(&own)],
        ] {
            for who in [AL, BO] {
                let refused = faults(&received(&system, &numbered(&identifiers, who, "active")).await);
                assert!(refused.contains("of this service, and this is to be a new one"), "{identifiers:?}: {refused}");
            }
        }
        for (control, numbers) in [("a", format!("P-3|{own}^OPENGMS")), ("b", own.clone()), ("c", format!("{own}^RP4"))] {
            let text = message(&format!("{control}{own}"), FAY, "NW", "P-3").replace("NW|P-3", &format!("NW|{numbers}"));
            // The request has no number of its own then.
            let refused = faults(&sent(&system, &text.replace("OBR|1|P-3", "OBR|1|")).await);
            assert!(refused.contains("of this service, and this is to be a new one"), "{numbers}: {refused}");
        }
    }
    assert_eq!((bench.state(al).await, bench.state(ann).await), before);
    // The number of the sender is free as it was.
    let bo = order(&received(&system, &numbered(&[sent_number("W-3")], BO, "active")).await);
    assert!(bo != al && bo != ann);
}

#[tokio::test]
async fn an_end_that_names_another_order_of_this_service_beside_its_number_ends_nothing_by_fhir_either() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = order(&received(&system, &numbered(&[sent_number("W-1")], AL, "active")).await);
    let second = order(&received(&system, &numbered(&[sent_number("W-2")], AL, "active")).await);
    let own = [own_number(&bench, first).await, own_number(&bench, second).await];
    let refused = received(&system, &numbered(&[sent_number("W-2"), of_service(&own[0])], AL, "revoked")).await;
    assert!(faults(&refused).contains("and the message names"), "{}", faults(&refused));
    assert!(!bench.state(first).await.0.is_final() && !bench.state(second).await.0.is_final());
    let same = received(&system, &numbered(&[of_service(&own[1]), sent_number("W-2")], AL, "revoked")).await;
    assert_eq!(order(&same), second);
}

#[tokio::test]
async fn a_further_number_of_a_request_is_named_and_refused_where_it_is_that_of_another_order() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = order(&received(&system, &numbered(&[sent_number("S-1")], AL, "active")).await);
    let both = [sent_number("S-2"), sent_number("S-1")];
    for who in [AL, BO] {
        let refused = faults(&received(&system, &numbered(&both, who, "active")).await);
        assert!(refused.contains("The number S-1 stands for another order"), "{refused}");
    }
    let further = [sent_number("S-2"), sent_number("S-2b")];
    let receipt = received(&system, &numbered(&further, BO, "active")).await;
    let said = notes(&receipt);
    assert!(said.contains("S-2b is another number than S-2, which the order has; it is not read"), "{said}");
    let second = order(&receipt);
    let refused = faults(&received(&system, &numbered(&both, BO, "revoked")).await);
    assert!(refused.contains("The number S-1 stands for another order"), "{refused}");
    assert!(!bench.state(first).await.0.is_final() && !bench.state(second).await.0.is_final());
    assert_eq!(order(&received(&system, &numbered(&further, BO, "revoked")).await), second);
}
