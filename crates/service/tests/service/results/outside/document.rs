//! Documents (`MDM`) are told apart by their own numbers, take the place of those that they name, and are taken back by number.

use super::*;
use care::ordering::message::State as Became;

/// A document of the child with its number, its parent, and the laboratory's number of the work.
fn mdm(event: &str, number: &str, (document, parent, work): (&str, &str, &str), minute: u8) -> String {
    format!(
        "MSH|^~\\&|LIMS|RJ1|OPENGMS|699X0|2026112004{minute:02}||MDM^{event}|{event}-{document}-{minute}|P|2.5\rEVN||20261120\r\
         PID|1||4010232137^^^NHS^NH||Testcase^Proband||20190403|F\rPV1|1|O\rORC|RE|{number}|{work}\r\
         OBR|1|{number}|{work}|X^FMR1 repeat^L\rTXA|1|GEN|TX|20261120||||||||{document}|{parent}|{number}|||AU\r\
         OBX|1|TX|R^Report^L||Text of {document}||||||F\r"
    )
}

async fn notes(system: &Desk, text: &str) -> String {
    let receipt = sent(system, text).await;
    match &receipt.state {
        Became::Done { notes, .. } => notes.join("\n"),
        other => panic!("not taken: {other:?}"),
    }
}

impl Bench {
    /// Numbers of the documents of an order that are in force.
    async fn documents(&self, order: OrderId) -> Vec<String> {
        let desk = self.desk(Role::ClinicalScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let status = desk.status(&permit, order).await.expect("a status");
        let live = status.outside_results().filter(|(_, result)| result.is_live());
        live.filter_map(|(_, result)| Some(result.received.as_ref()?.filler.clone())).collect()
    }
}

#[tokio::test]
async fn documents_of_one_work_are_told_apart_and_taken_back_each_by_its_number() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    notes(&system, &mdm("T02", &number, ("DA-1", "", "FX-1"), 0)).await;
    notes(&system, &mdm("T02", &number, ("DB-1", "", "FX-1"), 1)).await;
    assert_eq!(bench.documents(order).await, ["DA-1", "DB-1"]);
    notes(&system, &mdm("T11", &number, ("DA-1", "", "FX-1"), 2)).await;
    let states = bench.outside(order).await;
    let [(_, first), (_, second), (withdrawal, third)] = &states[..] else { panic!("{states:?}") };
    assert_eq!((first, second, third), (&Outside::Superseded { by: *withdrawal }, &Outside::Filed, &Outside::Filed));
    bench.lists_agree().await;
}

#[tokio::test]
async fn a_document_that_replaces_or_takes_back_what_never_came_waits_for_a_person() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    let said = notes(&system, &mdm("T11", &number, ("DZ-9", "", "FX-1"), 0)).await;
    assert!(
        said.contains(&format!("waits for a person: It takes back DZ-9, of which nothing came for this person and {number}")),
        "{said}"
    );
    let said = notes(&system, &mdm("T10", &number, ("DC-2", "DC-1", "FX-3"), 5)).await;
    assert!(said.contains("waits for a person: It takes the place of DC-1, of which nothing came"), "{said}");
    assert!(bench.documents(order).await.is_empty());
    assert_eq!(bench.waiting(StateKind::Unmatched).await.len(), 2);
    // What was taken back comes late: the withdrawal is later, and waits.
    let said = notes(&system, &mdm("T02", &number, ("DZ-9", "", "FX-1"), 0).replace("2026112004", "2026112003")).await;
    assert!(said.contains("waits for a person: Another result of the same work is cancelled"), "{said}");
    assert!(bench.documents(order).await.is_empty());

    // Somebody files the replacement: the document that it names gives way, whenever that comes.
    let replacement = bench.number_of("DC-2").await;
    let filing = HandFiling { reason: "Rung the laboratory".into(), is_person_confirmed: false };
    outside::file(&bench.desk(Role::LaboratoryScientist, 0), replacement, (&number, None), &filing).await.expect("filed");
    let said = notes(&system, &mdm("T02", &number, ("DC-1", "", "FX-2"), 1)).await;
    assert!(said.contains("stays in force"), "{said}");
    assert_eq!(bench.documents(order).await, ["DC-2"]);
    bench.lists_agree().await;
}

impl Bench {
    /// The result under a number of the laboratory that waits for a person.
    async fn number_of(&self, filler: &str) -> OutsideResultId {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let found = outside::waiting(&desk, &[StateKind::Unmatched], 1).await.expect("a list").lines;
        found.into_iter().find(|(line, _)| line.filler == filler).expect("it waits").0.id
    }
}

#[tokio::test]
async fn a_document_takes_the_place_of_its_parent_and_an_addendum_stands_beside_it() {
    let bench = Bench::new().await;
    let system = bench.laboratory(&["699X0"]).await;
    let (order, number, _) = bench.sent_away().await;
    notes(&system, &mdm("T02", &number, ("DC-1", "", "FX-2"), 0)).await;
    notes(&system, &mdm("T10", &number, ("DC-2", "DC-1", "FX-3"), 1)).await;
    assert_eq!(bench.documents(order).await, ["DC-2"]);
    let said = notes(&system, &mdm("T06", &number, ("DC-3", "DC-2", "FX-3"), 2)).await;
    assert!(said.contains("it is an addendum to DC-2, which is in force beside it"), "{said}");
    assert_eq!(bench.documents(order).await, ["DC-2", "DC-3"]);

    // A parent that is somebody else's is none.
    let other = mdm("T10", "OG-0000000000", ("DD-1", "", "FX-4"), 3).replace("4010232137^^^NHS^NH||Testcase", "9990000018^^^NHS^NH||Other");
    notes(&system, &other.replace("MDM^T10", "MDM^T02")).await;
    let said = notes(&system, &mdm("T10", &number, ("DD-2", "DD-1", "FX-4"), 4)).await;
    assert!(said.contains("It takes the place of DD-1, of which nothing came for this person"), "{said}");
    bench.lists_agree().await;
}
