//! An order that stands already and is stated again: changed where that is asked for, and never in silence something else.

use super::messages::{faults, order};
use crate::bench::*;
use care::ordering::{
    client::Address,
    message::{Language, State as Became},
    order::Request,
};
use serde_json::{Value, json};
use service::ordering::messages::Receipt;
use sim::messages::Sent;

const SERVER: &str = "https://epr.example/fhir";
const NUMBER: &str = "https://hospital.example/orders|F-20";

/// The order of a trio whose child, request and tube have addresses on a server of the hospital.
pub(crate) fn stated(server: &str, change: impl FnOnce(&mut Value)) -> Value {
    let sent = Sent { control: "", number: "F-20", test: "R98.2", family: "BELL", hospital: "RP4DEMO" };
    let mut text = sim::messages::fhir(&sent).to_string();
    for (kind, id) in [("Patient", "7"), ("ServiceRequest", "8")] {
        text = text.replace(&format!("urn:uuid:{kind}-child"), &format!("{server}/{kind}/{id}"));
    }
    let mut bundle: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut bundle);
    bundle
}

pub(crate) fn child<'v>(bundle: &'v mut Value, kind: &str) -> &'v mut Value {
    let entries = bundle["entry"].as_array_mut().expect("entries");
    let is_it = |entry: &&mut Value| {
        entry["resource"]["resourceType"] == kind && entry["fullUrl"].as_str().is_some_and(|url| url.starts_with("https"))
    };
    entries.iter_mut().find(is_it).expect("an entry")
}

/// The request is an update by its number.
pub(crate) fn by_number(bundle: &mut Value) {
    child(bundle, "ServiceRequest")["request"] = json!({ "method": "PUT", "url": format!("ServiceRequest?identifier={NUMBER}") });
}

pub(crate) fn with_reason(bundle: &mut Value) {
    let target = child(bundle, "ServiceRequest")["fullUrl"].clone();
    let provenance =
        json!({ "resourceType": "Provenance", "target": [{ "reference": target }], "reason": [{ "text": "Seizures are back" }] });
    bundle["entry"].as_array_mut().expect("entries").push(json!({ "resource": provenance }));
}

pub(crate) fn calmer(bundle: &mut Value) {
    child(bundle, "ServiceRequest")["resource"]["priority"] = json!("routine");
}

pub(crate) fn add(bundle: &mut Value, kind: &str, id: &str, resource: Value) {
    let mut resource = resource;
    resource["resourceType"] = json!(kind);
    let entry = json!({ "fullUrl": format!("urn:uuid:{kind}-{id}"), "resource": resource, "request": { "method": "POST", "url": kind } });
    bundle["entry"].as_array_mut().expect("entries").push(entry);
}

pub(crate) fn of_child(bundle: &mut Value) -> Value {
    json!({ "reference": child(bundle, "Patient")["fullUrl"] })
}

/// A record of discussion in which research is permitted or denied.
fn with_consent(research: &str) -> impl FnOnce(&mut Value) {
    move |bundle| {
        let patient = of_child(bundle);
        let provision = json!({ "type": research, "purpose": [{ "code": "HRESCH" }] });
        let policy = json!([{ "uri": "https://x/record-of-discussion" }]);
        let within = json!({ "provision": [provision, { "type": "permit", "purpose": [{ "code": "TREAT" }] }] });
        add(bundle, "Consent", "c", json!({ "status": "active", "patient": patient, "policy": policy, "provision": within }));
    }
}

fn with_feature(bundle: &mut Value) {
    let coding = json!([{ "system": "http://human-phenotype-ontology.org", "code": "HP:0001252", "display": "Hypotonia" }]);
    let subject = of_child(bundle);
    let observation = json!({ "status": "final", "code": { "coding": coding }, "subject": subject, "valueBoolean": true });
    add(bundle, "Observation", "o", observation);
}

fn without_features(bundle: &mut Value) {
    let entries = bundle["entry"].as_array_mut().expect("entries");
    entries.retain(|entry| !entry["resource"].to_string().contains("HP:0001263"));
}

fn as_a_test(bundle: &mut Value) {
    child(bundle, "ServiceRequest")["resource"]["meta"] = json!({ "tag": [{ "code": "HTEST" }] });
}

fn with_document(bundle: &mut Value) {
    let content = json!([{ "attachment": { "contentType": "text/plain", "title": "Letter", "data": "QQ==" } }]);
    let subject = of_child(bundle);
    add(bundle, "DocumentReference", "d", json!({ "status": "current", "subject": subject, "content": content }));
}

pub(crate) async fn received(system: &Desk, bundle: &Value) -> Receipt {
    ordering::messages::receive(system, Language::Fhir, bundle.to_string().as_bytes()).await.expect("taken")
}

async fn request(system: &Desk, id: OrderId) -> (Request, usize) {
    let order = results::exchange::exchanged(system, id).await.expect("read");
    (order.status.order.request.clone().expect("placed"), order.versions.len())
}

#[tokio::test]
async fn what_is_stated_again_changes_the_order_by_its_number_and_for_a_reason_or_is_named() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&received(&system, &stated(SERVER, |_| {})).await);
    let before = request(&system, id).await;
    assert_eq!(before.0.urgency, Urgency::Urgent);

    // The same again, with an element that says nothing about the order.
    let again = stated(SERVER, |bundle| child(bundle, "ServiceRequest")["resource"]["language"] = json!("en"));
    assert_eq!(order(&received(&system, &again).await), id);
    let posted = faults(&received(&system, &stated(SERVER, calmer)).await);
    assert!(posted.contains("it has another urgency (ServiceRequest.priority). Nothing was changed"), "{posted}");
    assert!(posted.contains("PUT ServiceRequest?identifier=system|F-20 with a Provenance"), "{posted}");
    assert_eq!(request(&system, id).await, before);

    let without_reason = stated(SERVER, |bundle| {
        calmer(bundle);
        by_number(bundle);
    });
    assert!(faults(&received(&system, &without_reason).await).contains("this would change it (urgency): send a Provenance"));
    assert_eq!(request(&system, id).await, before);
    let changed = stated(SERVER, |bundle| {
        calmer(bundle);
        by_number(bundle);
        with_reason(bundle);
    });
    assert_eq!(order(&received(&system, &changed).await), id);
    let after = request(&system, id).await;
    assert_eq!((after.0.urgency, after.1), (Urgency::Routine, before.1 + 1));
}

/// What is changed of a bundle.
type Change = Box<dyn FnOnce(&mut Value)>;

/// A number that comes again is the same order, or is refused: nobody is to believe that what they sent counts.
#[tokio::test]
async fn a_number_that_comes_again_with_other_content_is_refused_by_what_differs_and_changes_nothing() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&received(&system, &stated(SERVER, with_consent("permit"))).await);
    let before = request(&system, id).await;
    let same = received(&system, &stated("https://other.example/fhir", with_consent("permit"))).await;
    let Became::Done { notes, orders } = &same.state else { panic!("{:?}", same.state) };
    assert_eq!(orders, &[id]);
    assert!(notes.iter().any(|note| note.contains("nothing that is clinical differs, only the addresses")), "{notes:?}");
    let changes: [(&str, Change); 7] = [
        ("other features (Observation and Condition)", Box::new(with_feature)),
        ("fewer features", Box::new(without_features)),
        ("another history", Box::new(|bundle| child(bundle, "ServiceRequest")["resource"]["note"] = json!([{ "text": "Now fits" }]))),
        ("it is a test message, and the order is none", Box::new(as_a_test)),
        ("another record of discussion (Consent)", Box::new(with_consent("deny"))),
        ("other documents", Box::new(with_document)),
        ("another urgency (ServiceRequest.priority)", Box::new(calmer)),
    ];
    for (says, change) in changes {
        let again = stated(SERVER, |bundle| {
            if !says.contains("Consent") {
                with_consent("permit")(bundle);
            }
            change(bundle);
        });
        let refused = faults(&received(&system, &again).await);
        assert!(refused.contains(says) && refused.contains("Nothing was changed"), "{says}: {refused}");
        assert_eq!(request(&system, id).await, before, "{says}");
    }
}

#[tokio::test]
async fn a_put_names_what_of_the_order_it_does_not_change_and_makes_no_order_of_a_test() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&received(&system, &stated(SERVER, with_consent("permit"))).await);
    let put = |change: &dyn Fn(&mut Value)| {
        stated(SERVER, |bundle| {
            change(bundle);
            by_number(bundle);
            with_reason(bundle);
        })
    };
    let notes = async |bundle: &Value| match received(&system, bundle).await.state {
        Became::Done { notes, orders } if orders == [id] => notes.join("\n"),
        other => panic!("{other:?}"),
    };
    let before = request(&system, id).await;
    let tried = put(&|bundle| {
        calmer(bundle);
        as_a_test(bundle);
    });
    assert!(faults(&received(&system, &tried).await).contains("it is a test message, and the order is none"));
    let fewer = put(&|bundle| {
        with_consent("permit")(bundle);
        without_features(bundle);
    });
    let said = notes(&fewer).await;
    assert!(said.contains("the order keeps what it has of clinical features: a message does not change these"), "{said}");
    assert_eq!(request(&system, id).await.0, before.0);
    let more = put(&|bundle| {
        with_consent("deny")(bundle);
        with_document(bundle);
        calmer(bundle);
    });
    let said = notes(&more).await;
    assert!(said.contains("the order keeps what it has of documents: a message"), "{said}");
    assert_eq!(request(&system, id).await.0.urgency, Urgency::Routine);
}

#[tokio::test]
async fn a_put_of_an_order_renews_the_addresses_of_its_sender_and_takes_none_of_this_service() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&received(&system, &stated("https://old.example/fhir", |_| {})).await);
    let (before, _) = request(&system, id).await;
    let address = |request: &Request| {
        let resources = &request.sender.as_ref().expect("a sender").resources;
        [resources.request.address.clone(), resources.patient.address.clone()]
    };
    assert_eq!(address(&before), ["https://old.example/fhir/ServiceRequest/8", "https://old.example/fhir/Patient/7"]);

    // By its number, with nothing else that differs: no reason is needed.
    assert_eq!(order(&received(&system, &stated("https://new.example/fhir", by_number)).await), id);
    let (moved, versions) = request(&system, id).await;
    assert_eq!(address(&moved), ["https://new.example/fhir/ServiceRequest/8", "https://new.example/fhir/Patient/7"]);
    assert_eq!((moved.urgency, &moved.history), (before.urgency, &before.history));
    assert_eq!(moved.sender.as_ref().map(|s| s.resources.request.value.as_str()), Some("F-20"), "the number stays");

    // By the name under which the service gave it out, at addresses of the service: none of them is the sender's.
    let own = stated("https://gms.example/fhir", |bundle| {
        let patient = before.people[0].patient;
        calmer(bundle);
        with_reason(bundle);
        child(bundle, "ServiceRequest")["request"] = json!({ "method": "PUT", "url": format!("ServiceRequest/{id}") });
        let text = bundle.to_string().replace("https://gms.example/fhir/Patient/7", &format!("https://gms.example/fhir/Patient/{patient}"));
        let text = text.replace("https://gms.example/fhir/ServiceRequest/8", &format!("https://gms.example/fhir/ServiceRequest/{id}"));
        *bundle = serde_json::from_str(&text).expect("JSON");
    });
    assert_eq!(order(&received(&system, &own).await), id);
    let (after, later) = request(&system, id).await;
    assert_eq!((after.urgency, later), (Urgency::Routine, versions + 1));
    assert_eq!(address(&after), address(&moved));
}

#[tokio::test]
async fn a_laboratorys_system_places_no_order_in_somebodys_name() {
    let bench = Bench::new().await;
    let by = who(Role::Administrator, 0);
    let hospital = who(Role::Clinician, 0).organisation;
    let (id, _) =
        ordering::clients::open(&bench.service, &by, Role::LaboratorySystem, "LIMS", (hospital, "Hospital")).await.expect("opened");
    let laboratory = bench.line(id).await;
    let refused = received(&laboratory, &stated("https://lims.example/fhir", |_| {})).await;
    assert!(faults(&refused).contains("may not order"), "{}", faults(&refused));
    assert_eq!(bench.service.store.all_orders().await.expect("read"), []);
}

#[tokio::test]
async fn a_request_that_changed_at_its_sender_before_another_statement_of_it_ends_and_changes_nothing() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let dated = |time: &'static str, change: fn(&mut Value)| {
        stated(SERVER, |bundle| {
            child(bundle, "ServiceRequest")["resource"]["meta"] = json!({ "lastUpdated": format!("2026-11-01T{time}:00Z") });
            change(bundle);
        })
    };
    let revoked = |bundle: &mut Value| child(bundle, "ServiceRequest")["resource"]["status"] = json!("revoked");
    let id = order(&received(&system, &dated("12:00", |_| {})).await);
    // Stated again as it is, and the revocation of before that comes late.
    assert_eq!(order(&received(&system, &dated("12:05", |_| {})).await), id);
    let late = faults(&received(&system, &dated("12:02", revoked)).await);
    assert!(late.contains("this one is older") && late.contains("ended nothing"), "{late}");
    let changed = |bundle: &mut Value| {
        calmer(bundle);
        by_number(bundle);
        with_reason(bundle);
    };
    assert!(faults(&received(&system, &dated("12:03", changed)).await).contains("this one is older"));
    assert_eq!(request(&system, id).await.0.urgency, Urgency::Urgent);
    assert_eq!(order(&received(&system, &dated("12:06", changed)).await), id);
    let of_bundle = stated(SERVER, |bundle| {
        bundle["timestamp"] = json!("2026-11-01T12:05:30Z");
        revoked(bundle);
    });
    assert!(faults(&received(&system, &of_bundle).await).contains("this one is older"));
    assert!(!bench.state(id).await.0.is_final());
    assert_eq!(order(&received(&system, &dated("12:07", revoked)).await), id);
    assert!(bench.state(id).await.0.is_final());
}
