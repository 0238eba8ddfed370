//! The result of a laboratory to which a sample was sent: it waits for a person, is filed, checked by two, read, and closes the order.

use crate::{Served, ordering::quick_order, permissions::who};
use care::{
    MessageId, OrderId, Role,
    laboratory::sample,
    ordering::family::{Affected, Relationship},
    people::patient::Sex,
    results::outside::Version,
};
use interop::{
    incoming_message::{Document, IncomingResult, ResultValue},
    incoming_order::{Located, Person},
};
use service::{
    Desk,
    clock::{Clock, MachineClock},
    laboratory, ordering,
    results::outside,
};

/// The laboratory to which the sample went.
const ELSEWHERE: &str = "RJ1";

/// A result as another laboratory's system sends it, of somebody without an NHS number.
pub fn result(number: &str, birth_date: &str) -> IncomingResult {
    let located = |value: &str| Located { value: value.into(), place: "PID".into() };
    let person = Person {
        place: "PID".into(),
        nhs_number: None,
        hospital_numbers: vec![],
        family_name: "Oduya".into(),
        given_name: "Marcus".into(),
        former_names: vec![],
        birth_date: located(birth_date),
        death_date: None,
        sex: Sex::Male,
        relationship: Relationship::Proband,
        affected: Affected::Unknown,
        is_fetus: false,
        entries: vec![],
        discussion: None,
        ended: vec![],
        known_only: false,
        record: None,
        display: None,
    };
    IncomingResult {
        place: "OBR(1)".into(),
        number: number.into(),
        beside: vec![],
        filler: "F-77".into(),
        replaces: String::new(),
        person,
        test: "FMR1 repeat".into(),
        status: "F".into(),
        values: vec![ResultValue { name: "CGG repeats".into(), code: "103913-6".into(), value: "31".into() }],
        documents: vec![Document { title: "Report".into(), media_type: "application/pdf".into(), content: b"%PDF-1.7".to_vec() }],
        issued: "2026-11-20".into(),
        version: Version::default(),
        laboratory: "Guy's Genetics".into(),
        not_used: vec![],
    }
}

/// The system of the other laboratory, whose results the hub takes.
pub async fn laboratory(served: &Served) -> Desk {
    let (service, by) = (&served.service, who(Role::Administrator, 0));
    let organisation = (ELSEWHERE.parse().expect("a code"), "Guy's");
    let (id, _) = ordering::clients::open(service, &by, Role::LaboratorySystem, "Guy's LIMS", organisation).await.expect("opened");
    ordering::clients::take_results(service, &by, id, vec!["699X0".parse().expect("a code")]).await.expect("taken");
    ordering::clients::desk_of_line(service, id).await.expect("asked").expect("open")
}

/// Receives the sample of an order and sends it on.
async fn send_away(served: &Served, order: OrderId) {
    let desk = served.service.desk(who(Role::LaboratoryScientist, 0));
    let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let (id, sample) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
    let barcode = sample.label.expect("labelled").barcode;
    let to = ELSEWHERE.parse().expect("a code");
    for command in [sample::Command::Receive { barcode }, sample::Command::Accept, sample::Command::Dispatch { to, manifest: "M-1".into() }]
    {
        laboratory::samples::handle(&desk, order, id, command).await.expect("handled");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_result_of_a_sample_that_was_sent_away_is_filed_checked_by_two_and_read() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    quick_order(&b).await;
    let path = b.path().await;
    let order: OrderId = path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an order");
    let number = served.service.store.order_view(order).await.expect("read").expect("a line").number;
    send_away(&served, order).await;
    b.sign_in("Chloe Marsh").await;
    b.click("Other laboratories").await;
    b.see("Every result that came is on an order").await;
    let system = laboratory(&served).await;
    outside::take_in(&system, MessageId(MachineClock.new_id()), &[result("OG-MISTYPED", "2021-02-14")]).await.expect("taken");
    b.open("/outside").await;
    b.see("No order, sample or manifest has the number OG-MISTYPED").await;
    b.picture("outside-all").await;
    b.click("FMR1 repeat").await;
    b.fill("order-number", &number).await;
    b.press("Compare").await;
    b.see("Not certainly the same person").await;
    b.picture("outside-compare").await;
    b.fill("why-filed", "The laboratory was rung: they mistyped the number").await;
    b.press("File it on this order").await;
    b.see("confirm that you are sure").await;
    b.tick("confirmed").await;
    b.press("File it on this order").await;
    b.see("To be checked").await;
    let result = b.path().await;

    b.sign_in("Dr Dev Patel").await;
    b.see("A result of another laboratory waits to be checked by two people").await;
    b.open(&result).await;
    b.press("I have checked it").await;
    b.see("Checked by one").await;
    b.press("I have checked it").await;
    b.see("somebody else must check it too").await;
    b.sign_in("Dr Elin Hughes").await;
    b.open(&result).await;
    b.press("I have checked it").await;
    b.see("Released").await;

    b.see("It is on the wrong order").await;
    b.fill("right-order", &number).await;
    b.press("Compare").await;
    b.fill("why-moved", "Perhaps of the other order").await;
    b.tick("confirmed").await;
    b.picture("outside-move").await;
    b.press("Ask somebody else to move it there").await;
    b.see("The result stands there already").await;

    b.sign_in("Clinician").await;
    b.click("Unread").await;
    b.see("Result of another laboratory").await;
    b.open(&path).await;
    b.click("FMR1 repeat").await;
    b.see("CGG repeats").await;
    b.fill("plan", "Clinic on Friday").await;
    b.picture("outside-read").await;
    b.press("I have read the result").await;
    b.see("who will: Clinic on Friday").await;
    b.open(&path).await;
    b.see("Nothing: the case is closed").await;
    b.close().await;
}
