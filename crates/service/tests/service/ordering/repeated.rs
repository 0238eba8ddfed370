//! Earlier orders that a new one would repeat.

use super::{
    identity::{ANN, FAY, Sent, message, notes},
    messages::{order, sent},
    restated::{child, received, stated},
};
use crate::bench::*;
use care::ordering::{
    client::Address,
    message::{Language, State as Became},
    order::{Command, purpose::Purpose},
    repeated::Repeat,
};
use service::ordering::repeated::repeated;

#[tokio::test]
async fn an_earlier_order_of_the_same_test_is_named_to_its_own_hospital_and_to_nobody_else() {
    let bench = Bench::new().await;
    let [clinician, elsewhere] = [0, 1].map(|which| bench.desk(Role::Clinician, which));
    let form = bench.form().await;
    let (who, test) = (form.people[0].demographics.clone(), form.test.code.clone());
    let found = async |desk: &Desk, purpose: Purpose| repeated(desk, &who, &test, &purpose).await.expect("looked for");
    assert!(found(&clinician, Purpose::Diagnosis).await.is_empty(), "nobody is known yet");
    let order = ordering::orders::place(&clinician, form).await.expect("placed");
    let before = found(&clinician, Purpose::Diagnosis).await;
    assert_eq!(before.iter().map(|(view, repeat)| (view.id, *repeat)).collect::<Vec<_>>(), [(order, Repeat::Test)]);
    assert!(found(&elsewhere, Purpose::Diagnosis).await.is_empty(), "another hospital is not told");
    let follow = Purpose::FollowUp { order: before[0].0.number.clone(), reason: "Confirm".into() };
    assert!(found(&clinician, follow).await.is_empty());
    let other = "R98.1".parse().expect("a code");
    let by_indication = repeated(&clinician, &who, &other, &Purpose::Diagnosis).await.expect("looked for");
    assert_eq!(by_indication.iter().map(|(_, repeat)| *repeat).collect::<Vec<_>>(), [Repeat::Indication]);
    ordering::orders::change(&clinician, order, Command::Cancel { reason: "Placed to try it".into() }).await.expect("cancelled");
    assert!(found(&clinician, Purpose::Diagnosis).await.is_empty(), "it came to nothing");
}

#[tokio::test]
async fn an_order_of_a_restricted_record_is_named_to_nobody_who_is_not_named_on_it() {
    let bench = Bench::new().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let form = bench.form().await;
    let (who, test) = (form.people[0].demographics.clone(), form.test.code.clone());
    let order = ordering::orders::place(&clinician, form).await.expect("placed");
    let child = bench.people(order).await[0];
    let colleague = bench.service.desk(Staff { id: care::StaffId(MachineClock.new_id()), ..clinician.staff.clone() });
    assert_eq!(repeated(&colleague, &who, &test, &Purpose::Diagnosis).await.expect("looked for").len(), 1);
    people::restriction::restrict(&clinician, child, &[], true, "Works in this hospital").await.expect("restricted");
    assert!(repeated(&colleague, &who, &test, &Purpose::Diagnosis).await.expect("looked for").is_empty());
    assert_eq!(repeated(&clinician, &who, &test, &Purpose::Diagnosis).await.expect("looked for").len(), 1);
}

/// What is said of an order in the answer to a message that asks for it again, and in the history of the order.
async fn line(bench: &Bench, earlier: OrderId) -> String {
    let view = bench.service.store.order_view(earlier).await.expect("read").expect("a line");
    let (day, state) = (view.submitted.strftime("%-d %B %Y"), view.state.label().to_lowercase());
    format!("To check by a person: The patient has an order of this test already: {} of {day}, {state}", view.number)
}

async fn history(bench: &Bench, id: OrderId) -> String {
    let desk = bench.desk(Role::Clinician, 0);
    let permit = bench_permit(&desk, id).await;
    desk.status(&permit, id).await.expect("a status").order.request.expect("placed").history
}

#[tokio::test]
async fn a_test_that_a_system_orders_again_is_placed_with_a_warning_that_names_the_first() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let placed = async |control: &str, person: Sent, number: &str| sent(&system, &message(control, person, "NW", number)).await;
    let first = placed("m1", ANN, "N-1").await;
    assert!(!notes(&first).contains("already"), "{}", notes(&first));
    let (first, twin) = (order(&first), placed("m2", FAY, "N-2").await);
    assert!(!notes(&twin).contains("already"), "a twin is somebody else: {}", notes(&twin));
    let says = line(&bench, first).await;
    let text = message("v1", ANN, "NW", "N-3");
    let (faults, tried) = ordering::messages::validate(&system, Language::Hl7, text.as_bytes()).await.expect("read");
    assert!(faults.is_empty() && tried.contains(&says), "{faults:?} {tried:?}");
    // By whichever of her numbers she is found, and whatever the sender does not say of before.
    let hospital = Sent { numbers: "A78^^^RP4^MR", ..ANN };
    for (control, person, number) in [("m3", ANN, "N-3"), ("m4", hospital, "N-4")] {
        let again = placed(control, person, number).await;
        assert!(notes(&again).contains(&says), "{}", notes(&again));
        assert!(history(&bench, order(&again)).await.contains(&says), "the laboratory sees it");
    }
    // The same message with another number of its own says nothing new, and takes nothing away.
    let third = order(&placed("m5", ANN, "N-3").await);
    order(&sent(&system, &(message("m6", ANN, "XO", "N-3") + "NTE|1||Fits daily\r")).await);
    let text = history(&bench, third).await;
    assert!(text.contains("Fits daily") && text.matches(&says).count() == 1, "{text}");
}

#[tokio::test]
async fn what_came_to_nothing_or_ends_in_the_same_message_is_repeated_by_no_order_and_a_long_list_says_how_long() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let replaced = message("m2", ANN, "CA", "N-1") + "ORC|NW|N-2\rOBR|1|N-2||R29.4\r";
    let receipt = sent(&system, &replaced).await;
    let Became::Done { orders, notes: said } = &receipt.state else { panic!("{:?}", receipt.state) };
    assert_eq!((orders.len(), orders[0]), (2, first));
    assert!(said.iter().all(|note| !note.contains("already")), "{said:?}");
    let tried = message("m3", ANN, "NW", "N-3").replace("|m3|P|", "|m3|T|");
    assert!(!notes(&sent(&system, &tried).await).contains("already"), "a test message repeats nothing");
    for number in 4..10 {
        order(&sent(&system, &message(&format!("m{number}"), ANN, "NW", &format!("N-{number}"))).await);
    }
    let last = sent(&system, &message("m10", ANN, "NW", "N-10")).await;
    assert_eq!(notes(&last).matches("of this test already").count(), 5);
    assert!(notes(&last).contains("The patient has 2 earlier orders of this test or indication beside those"), "{}", notes(&last));
}

#[tokio::test]
async fn an_order_by_fhir_that_repeats_one_says_so_and_is_the_same_when_it_is_stated_again() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let numbered = |number: &str| -> serde_json::Value {
        let text = stated("https://epr.example/fhir", |_| {}).to_string().replace("F-20", number);
        serde_json::from_str(&text).expect("JSON")
    };
    let first = order(&received(&system, &numbered("F-20")).await);
    let says = line(&bench, first).await;
    let again = received(&system, &numbered("F-21")).await;
    assert!(notes(&again).contains(&says) && history(&bench, order(&again)).await.contains(&says), "{}", notes(&again));
    let mut same = numbered("F-21");
    child(&mut same, "ServiceRequest")["resource"]["language"] = "en".into();
    assert_eq!(order(&received(&system, &same).await), order(&again), "what was put to the history here is no difference");
}
