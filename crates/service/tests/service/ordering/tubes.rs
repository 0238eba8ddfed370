//! A number of a specimen that two people have: one tube is one person's.

use super::messages::{faults, order, sent};
use crate::bench::*;
use care::{
    laboratory::sample::{Command, Ground, Rejection},
    ordering::{client::Address, message::State as Became},
};

pub(super) const ANN: (&str, &str) = ("9990000018", "Bell^Ann");
pub(super) const FAY: (&str, &str) = ("9990000026", "Stone^Fay");

pub(super) fn message(control: &str, (number, name): (&str, &str), label: &str) -> String {
    format!(
        "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||OML^O21|{control}|P|2.5.1\r{}",
        order_of(&format!("P-{control}"), (number, name), label)
    )
}

fn order_of(placer: &str, (number, name): (&str, &str), label: &str) -> String {
    format!(
        "PID|1||{number}^^^NHS^NH||{name}||20180304|F\rORC|NW|{placer}\rOBR|1|{placer}||R29.4\r\
         OBX|1|CE|HP:0001250^Seizure^HPO||Y\rSPM|1|{label}||BLD\r"
    )
}

impl Bench {
    async fn barcode(&self, order: OrderId) -> String {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let sample = desk.status(&permit, order).await.expect("a status").samples.remove(0).1;
        sample.label.expect("labelled").barcode
    }
}

#[tokio::test]
async fn a_number_of_a_tube_is_never_that_of_two_people_of_one_hospital() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = order(&sent(&system, &message("m1", ANN, "LAB-1")).await);
    let number = bench.service.store.order_view(first).await.expect("read").expect("a line").number;
    let refused = faults(&sent(&system, &message("m2", FAY, "lab-1")).await);
    assert!(refused.contains("The number lab-1 is that of a tube of somebody else already") && refused.contains(&number), "{refused}");
    let second = order(&sent(&system, &message("m3", FAY, "LAB-2")).await);
    let printed = bench.barcode(second).await;
    let refused = faults(&sent(&system, &message("m4", ANN, &printed)).await);
    assert!(refused.contains(&format!("The number {printed} is that of a tube of somebody else already")), "{refused}");
    order(&sent(&system, &message("m5", ANN, "LAB-1")).await);
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    crate::bench::refused(laboratory::samples::scan(&desk, "LAB-1").await, "Several samples came with the number LAB-1");
    let found = service::find::find(&desk, "LAB-1").await.expect("looked up");
    assert!(found.samples.is_empty() && found.note.starts_with("Several samples came with the number LAB-1"), "{}", found.note);
}

#[tokio::test]
async fn ten_digits_on_a_tube_are_found_although_they_are_no_nhs_number() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let sent = order(&sent(&system, &message("m1", ANN, "4010232138")).await);
    let found = service::find::find(&bench.desk(Role::LaboratoryScientist, 0), "4010232138").await.expect("looked up");
    assert_eq!(found.samples.iter().map(|sample| sample.line.order).collect::<Vec<_>>(), [sent]);
    assert_eq!(found.note, "");
}

#[tokio::test]
async fn another_hospital_numbers_by_itself_and_its_order_is_named_to_nobody_else() {
    let bench = Bench::new().await;
    let (system, other) = (bench.system(Address::None).await, bench.system_of("RVV").await);
    order(&sent(&system, &message("m1", ANN, "LAB-1")).await);
    let receipt = sent(&other, &message("m2", FAY, "LAB-1")).await;
    let Became::Done { notes, .. } = &receipt.state else { panic!("not done: {:?}", receipt.state) };
    let says = "The number LAB-1 stands for another hospital's tube too: scan the barcode that is printed here";
    assert!(notes.iter().any(|note| note.starts_with(says)) && notes.iter().all(|note| !note.contains("OG-")), "{notes:?}");
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    refused(laboratory::samples::scan(&desk, "LAB-1").await, "came with");
    let found = service::find::find(&desk, "LAB-1").await.expect("looked up");
    assert!(found.samples.is_empty() && found.note.starts_with("Several samples came with the number LAB-1"), "{}", found.note);
    // Once one of both tubes is destroyed the number is that of the other alone.
    let lines = bench.service.store.samples_by_label("LAB-1").await.expect("read");
    let [one, left] = &lines[..] else { panic!("two tubes: {lines:?}") };
    let commands = [
        Command::Receive { barcode: one.barcode.clone() },
        Command::Reject(Rejection::new(Ground::Damaged, "Broken")),
        Command::Destroy { reason: "Broken".into() },
    ];
    for command in commands {
        laboratory::samples::handle(&desk, one.order, one.id, command).await.expect("handled");
    }
    assert_eq!(laboratory::samples::scan(&desk, "LAB-1").await.expect("the other").id, left.id);
}

#[tokio::test]
async fn one_message_does_not_give_one_tube_to_two_people() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let both = |other: (&str, &str)| format!("{}{}", message("m1", ANN, "LAB-1"), order_of("P-2", other, "LAB-1"));
    let refused = faults(&sent(&system, &both(FAY)).await);
    assert!(refused.contains("The specimen LAB-1 stands on order P-2 and on order P-m1, which are of two people"), "{refused}");
    let receipt = sent(&system, &both(ANN)).await;
    assert!(matches!(&receipt.state, Became::Done { orders, .. } if orders.len() == 2), "{:?}", receipt.state);
}

/// Newborns are sent before they have a name or an NHS number of their own.
#[tokio::test]
async fn two_newborns_of_one_name_and_day_are_two_people_by_the_numbers_of_their_hospital() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let newborn = |number: &str, placer: &str| {
        order_of(placer, ("9990000018", "Bell^Baby"), "LAB-1").replace("9990000018^^^NHS^NH", &format!("{number}^^^RP4^MR"))
    };
    let head = |control: &str| format!("MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261101120000||OML^O21|{control}|P|2.5.1\r");
    let twins = format!("{}{}{}", head("m1"), newborn("B1", "P-1"), newborn("B2", "P-2"));
    let refused = faults(&sent(&system, &twins).await);
    assert!(refused.contains("The specimen LAB-1 stands on order P-2 and on order P-1, which are of two people"), "{refused}");
    let one = format!("{}{}{}", head("m2"), newborn("B1", "P-1"), newborn("B1", "P-2"));
    let receipt = sent(&system, &one).await;
    assert!(matches!(&receipt.state, Became::Done { orders, .. } if orders.len() == 2), "{:?}", receipt.state);
}
