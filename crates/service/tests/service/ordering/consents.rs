//! Consents that a hospital states with an order: what people withdraw ends, and what they refused here comes back by nobody.

use super::{
    messages::{faults, order},
    restated::{add, by_number, calmer, child, of_child, received, stated, with_reason},
};
use crate::bench::*;
use care::ordering::{choice::Purpose, client::Address, message::State as Became};
use serde_json::{Value, json};

const SERVER: &str = "https://epr.example/fhir";

/// A record of discussion that agrees to the test, and says something of research.
fn discussed(who: Value, research: &str) -> Value {
    json!({
        "status": "active", "patient": who, "policy": [{ "uri": "https://x/record-of-discussion" }],
        "provision": { "provision": [
            { "type": research, "purpose": [{ "code": "HRESCH" }] },
            { "type": "permit", "purpose": [{ "code": "TREAT" }] },
        ] },
    })
}

fn mother() -> Value {
    json!({ "reference": "urn:uuid:Patient-mother" })
}

/// The order in which the child and the mother permit research; anything else beside.
fn with(consents: impl FnOnce(&mut Value)) -> Value {
    stated(SERVER, consents)
}

fn both_agree(bundle: &mut Value) {
    let who = of_child(bundle);
    add(bundle, "Consent", "child", discussed(who, "permit"));
    add(bundle, "Consent", "mother", discussed(mother(), "permit"));
}

/// The order by PUT with one consent that changed.
fn put(consent: Value) -> Value {
    with(|bundle| {
        add(bundle, "Consent", "changed", consent);
        by_number(bundle);
    })
}

/// Whether research and the test are agreed to, of the child and of the mother.
async fn agreed(bench: &Bench, id: OrderId) -> [[bool; 2]; 2] {
    let clinician = bench.desk(Role::Clinician, 0);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    let status = clinician.status(&permit, id).await.expect("read");
    let people = status.order.request.expect("placed").people;
    let mut agreed = [[false; 2]; 2];
    for (place, name) in ["ADA", "MAY"].into_iter().enumerate() {
        let person = people.iter().find(|person| person.name.starts_with(name)).expect("there").patient;
        let choice = status.choices.iter().find(|(whose, _)| *whose == person).map(|(_, choice)| choice);
        agreed[place] = [
            choice.is_some_and(|choice| choice.allows(Purpose::Research, clinician.today())),
            choice.is_some_and(|choice| choice.agrees_to_test(id)),
        ];
    }
    agreed
}

async fn placed(bench: &Bench) -> (Desk, OrderId) {
    let system = bench.system(Address::None).await;
    let id = order(&received(&system, &with(both_agree)).await);
    assert_eq!(agreed(bench, id).await, [[true, true], [true, true]]);
    (system, id)
}

async fn notes(system: &Desk, bundle: &Value) -> String {
    match received(system, bundle).await.state {
        Became::Done { notes, .. } => notes.join("\n"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_withdraws_by_a_put_of_the_order_is_heard_patient_or_relative() {
    let bench = Bench::new().await;
    let (system, id) = placed(&bench).await;
    let inactive =
        json!({ "status": "inactive", "patient": mother(), "provision": { "type": "permit", "purpose": [{ "code": "HRESCH" }] } });
    let said = notes(&system, &put(inactive)).await;
    assert!(said.contains("agreement to research ends today: its status is 'inactive'"), "{said}");
    assert_eq!(agreed(&bench, id).await, [[true, true], [false, true]]);
    let denied = discussed(with_of_child(), "deny");
    notes(&system, &put(denied)).await;
    assert_eq!(agreed(&bench, id).await, [[false, true], [false, true]]);
    let rejected = json!({ "status": "rejected", "patient": mother() });
    notes(&system, &put(rejected)).await;
    assert_eq!(agreed(&bench, id).await, [[false, true], [false, false]]);
    lines_follow(&bench).await;
}

fn with_of_child() -> Value {
    json!({ "reference": format!("{SERVER}/Patient/7") })
}

async fn lines_follow(bench: &Bench) {
    service::lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(service::lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_consent_that_has_ended_ends_what_stood_and_one_that_begins_later_does_not() {
    let bench = Bench::new().await;
    let (system, id) = placed(&bench).await;
    let during = |period: Value| json!({ "status": "active", "patient": with_of_child(), "provision": { "type": "permit", "purpose": [{ "code": "HRESCH" }], "period": period } });
    let mut later = put(during(json!({ "start": "2090-01-01" })));
    with_reason(&mut later);
    let said = notes(&system, &later).await;
    assert!(said.contains("has not begun: it begins 2090-01-01"), "{said}");
    let history = results::exchange::exchanged(&system, id).await.expect("read").status.order.request.clone().expect("placed").history;
    assert!(history.contains("A consent begins 2090-01-01"), "{history}");
    assert_eq!(agreed(&bench, id).await, [[true, true], [true, true]]);
    notes(&system, &put(during(json!({ "start": "2010", "end": "2012" })))).await;
    assert_eq!(agreed(&bench, id).await, [[false, true], [true, true]]);
}

#[tokio::test]
async fn what_somebody_withdrew_here_comes_back_by_no_older_consent() {
    let bench = Bench::new().await;
    let (system, id) = placed(&bench).await;
    let clinician = bench.desk(Role::Clinician, 0);
    let child = bench.people(id).await[0];
    ordering::choices::withdraw(&clinician, id, child, Purpose::Research, bench.service.today(), "Rang the ward".into())
        .await
        .expect("withdrawn");
    let said = notes(&system, &put(discussed(with_of_child(), "permit"))).await;
    assert!(said.contains("research was refused or withdrawn here on") && said.contains("It is not agreed to again"), "{said}");
    assert_eq!(agreed(&bench, id).await[0], [false, true]);
    // The same order posted again, with the consents as they were: nothing is brought back, and what happened is said.
    let again = with(|bundle| {
        let who = of_child(bundle);
        add(bundle, "Consent", "mother", discussed(mother(), "permit"));
        add(bundle, "Consent", "child", discussed(who, "permit"));
    });
    let refused = faults(&received(&system, &again).await);
    let (day, organisation) = (bench.service.today(), clinician.staff.organisation.to_string());
    let happened = format!("agreement to research was withdrawn or refused here on {day}, by the organisation {organisation}");
    assert!(refused.contains(&happened) && refused.contains("Leave it out"), "{refused}");
    assert!(!refused.contains("another record"), "{refused}");
    assert_eq!(agreed(&bench, id).await[0], [false, true]);
    // The same by a new order of the same person, whatever its number.
    let next = with(|bundle| {
        let who = of_child(bundle);
        let mut old = discussed(who, "permit");
        old["dateTime"] = json!(Date::constant(2020, 1, 1).to_string());
        add(bundle, "Consent", "child", old);
        *bundle = serde_json::from_str(&bundle.to_string().replace("F-20", "F-21")).expect("JSON");
    });
    let receipt = received(&system, &next).await;
    let Became::Done { notes, orders } = &receipt.state else { panic!("{:?}", receipt.state) };
    assert!(notes.iter().any(|note| note.contains("research was refused or withdrawn here on")), "{notes:?}");
    let next = orders[0];
    assert_ne!(next, id);
    assert_eq!(agreed(&bench, next).await[0], [false, true], "the test of the new order is agreed to, research is not");
}

#[tokio::test]
async fn what_is_not_acted_on_names_the_withdrawal() {
    let bench = Bench::new().await;
    let (system, id) = placed(&bench).await;
    let denied = || discussed(with_of_child(), "deny");
    let without_reason = {
        let mut bundle = put(denied());
        calmer(&mut bundle);
        bundle
    };
    let posted = with(|bundle| add(bundle, "Consent", "changed", denied()));
    let of_nobody = put(json!({ "status": "inactive", "patient": { "reference": "urn:uuid:Patient-aunt" } }));
    for (bundle, says) in [
        (without_reason, "send a Provenance"),
        (posted, "another record of discussion (Consent)"),
        (of_nobody, "who is nobody of the orders of this bundle"),
    ] {
        let refused = faults(&received(&system, &bundle).await);
        assert!(refused.contains(says) && refused.contains("ofType(Consent)"), "{says}: {refused}");
    }
    assert_eq!(agreed(&bench, id).await, [[true, true], [true, true]]);
}

#[tokio::test]
async fn who_withdraws_and_cancels_in_one_message_is_heard_in_both() {
    let bench = Bench::new().await;
    let (system, id) = placed(&bench).await;
    let end = |who: Value| {
        with(|bundle| {
            add(bundle, "Consent", "changed", json!({ "status": "inactive", "patient": who }));
            child(bundle, "ServiceRequest")["resource"]["status"] = json!("revoked");
        })
    };
    let refused = faults(&received(&system, &end(mother())).await);
    assert!(refused.contains("ofType(Consent)"), "of a relative it is refused by name: {refused}");
    notes(&system, &end(with_of_child())).await;
    assert_eq!(agreed(&bench, id).await, [[false, false], [true, true]]);
    assert!(matches!(bench.state(id).await.0, State::Cancelled { .. }));
}
