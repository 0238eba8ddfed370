//! Plates and racks.

use crate::bench::*;
use access::Action;
use care::{
    OrderId, Role, SampleId,
    laboratory::{
        container::{Command, Difference, Kind},
        sample::{self, State},
    },
    ordering::order,
};
use service::{laboratory, lines, ordering};

impl Bench {
    /// Samples of an order with their barcodes.
    async fn tubes(&self, order: OrderId) -> Vec<(SampleId, String)> {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let samples = desk.status(&permit, order).await.expect("a status").samples;
        samples.into_iter().map(|(id, sample)| (id, sample.label.expect("labelled").barcode)).collect()
    }

    async fn tube(&self, order: OrderId, id: SampleId) -> sample::Sample {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let samples = desk.status(&permit, order).await.expect("a status").samples;
        samples.into_iter().find(|(stored, _)| *stored == id).expect("a sample").1
    }
}

#[tokio::test]
async fn tubes_of_two_orders_stand_in_a_rack_that_is_scanned_sent_and_taken_in_whole() {
    let bench = Bench::new().await;
    let (first, second) = (bench.ready().await, bench.ready().await);
    let (one, two) = (bench.tubes(first).await, bench.tubes(second).await);
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    refused(laboratory::containers::open(&bench.desk(Role::Clinician, 0), Kind::Rack24, "x".into()).await, "may not handle samples");
    refused(laboratory::containers::open(&desk, Kind::Rack24, " ".into()).await, "Say what it is for");
    let rack = laboratory::containers::open(&desk, Kind::Rack24, "Extractions of the day".into()).await.expect("a rack");
    for (barcode, at) in [(&one[0].1, "A01"), (&one[1].1, "A02"), (&two[0].1, "A03")] {
        assert_eq!(laboratory::containers::fill(&desk, rack, None, barcode).await.expect("in").to_string(), at);
    }
    refused(laboratory::containers::fill(&desk, rack, Some("A1".parse().expect("a position")), &two[1].1).await, "holds");
    refused(laboratory::containers::fill(&desk, rack, None, &one[0].1).await, "is in A01 already");
    refused(laboratory::containers::fill(&desk, rack, None, "S000000000000").await, "No sample here has the barcode");
    let barcode = laboratory::containers::container(&desk, rack).await.expect("a rack").opened.expect("opened").barcode;
    assert_eq!(bench.tube(first, one[1].0).await.whereabouts(), format!("{barcode} A02"));
    let line = bench.service.store.sample_by_barcode(&one[1].1).await.expect("read").expect("a line");
    assert_eq!(line.place, format!("{barcode} A02"), "lists say where it is");

    // A scanner's export of the rack: one tube moved, one is gone, one is new.
    let scan = format!("Position,Barcode\nA01,{}\nA02,NO TUBE\nB01,{}\nB02,{}\n", one[0].1, two[0].1, two[1].1);
    let read = laboratory::containers::read_scan(&desk, rack, &scan).await.expect("read");
    assert_eq!(read.differences.len(), 3, "{:?}", read.differences);
    assert!(read.differences.iter().any(|d| matches!(d, Difference::Missing { barcode, .. } if *barcode == one[1].1)));
    refused(laboratory::containers::read_scan(&desk, rack, "A01,S1\nZ99,S2").await, "Line 2: 'Z99' is no position");
    refused(laboratory::containers::read_scan(&desk, rack, "A01,S1\nA02,S1").await, "stands in two positions");
    refused(
        laboratory::containers::take_scan(&desk, rack, &format!("A01,{}\nA02,SUNKNOWN", one[0].1)).await,
        "No sample here has the barcode SUNKNOWN",
    );
    assert_eq!(laboratory::containers::container(&desk, rack).await.expect("a rack").stored.len(), 3, "a refused scan changes nothing");
    assert_eq!(laboratory::containers::take_scan(&desk, rack, &scan).await.expect("taken"), 3);
    let stored = laboratory::containers::container(&desk, rack).await.expect("a rack").stored;
    let shown: Vec<String> = stored.iter().map(|(at, tube)| format!("{at} {}", tube.barcode)).collect();
    assert_eq!(shown, [format!("A01 {}", one[0].1), format!("B01 {}", two[0].1), format!("B02 {}", two[1].1)]);
    assert_eq!(bench.tube(first, one[1].0).await.well, None);

    // Into another rack, and out on its own.
    let plate = laboratory::containers::open(&desk, Kind::Plate96, "Libraries".into()).await.expect("a plate");
    laboratory::containers::fill(&desk, plate, Some("H12".parse().expect("a position")), &two[1].1).await.expect("moved");
    assert_eq!(laboratory::containers::container(&desk, rack).await.expect("a rack").stored.len(), 2);
    laboratory::samples::handle(&desk, second, two[1].0, sample::Command::Exhaust).await.expect("used up");
    assert_eq!(laboratory::containers::container(&desk, plate).await.expect("a plate").stored.len(), 0, "what is used up stands nowhere");

    // To another laboratory: all or nothing.
    let other = bench.desk(Role::LaboratoryScientist, 1);
    let there = other.staff.organisation.clone();
    laboratory::containers::send(&desk, rack, there.clone(), "M-7".into()).await.expect("sent");
    for (order, sample) in [(first, one[0].0), (second, two[0].0)] {
        assert!(matches!(bench.tube(order, sample).await.state, State::Dispatched { .. }));
    }
    refused(laboratory::containers::fill(&desk, rack, None, &two[2].1).await, "may not handle samples");
    laboratory::containers::receive(&other, rack).await.expect("taken in");
    assert!(matches!(bench.tube(first, one[0].0).await.state, State::Elsewhere { inferred: false, .. }));
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_rack_with_a_tube_of_a_cancelled_order_is_not_sent() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let tubes = bench.tubes(order).await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let rack = laboratory::containers::open(&desk, Kind::Box81, "To be sent".into()).await.expect("a box");
    laboratory::containers::fill(&desk, rack, None, &tubes[0].1).await.expect("in");
    let cancel = order::Command::Cancel { reason: "Diagnosed otherwise".into() };
    ordering::orders::change(&bench.desk(Role::Clinician, 0), order, cancel).await.expect("cancelled");
    let there = bench.desk(Role::LaboratoryScientist, 1).staff.organisation;
    refused(laboratory::containers::send(&desk, rack, there, "M-8".into()).await, "is cancelled: do not work on this sample");
    refused(laboratory::containers::change(&desk, rack, Command::Discard { reason: "Empty".into() }).await, "Take out what it holds");
    let at = "A1".parse().expect("a position");
    laboratory::containers::empty(&desk, rack, at, "Order cancelled".into()).await.expect("out");
    laboratory::containers::change(&desk, rack, Command::Discard { reason: "Worn".into() }).await.expect("discarded");
    assert!(laboratory::containers::list(&desk, 1).await.expect("a list").lines.is_empty());
}

#[tokio::test]
async fn a_scan_of_another_rack_or_with_a_second_tube_beside_one_moves_nothing() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let tubes = bench.tubes(order).await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let mut racks = Vec::new();
    for tube in &tubes[..2] {
        let rack = laboratory::containers::open(&desk, Kind::Rack24, "Extractions".into()).await.expect("a rack");
        laboratory::containers::fill(&desk, rack, None, &tube.1).await.expect("in");
        racks.push((rack, laboratory::containers::container(&desk, rack).await.expect("a rack").opened.expect("opened").barcode));
    }
    let [(rack, own), (_, other)] = racks.as_slice() else { panic!("two racks") };
    let (here, there, unscanned) = (&tubes[0].1, &tubes[1].1, &tubes[2].1);
    for (scan, says) in [
        (format!("{other},A01,{there}"), format!("{other} is another plate or rack")),
        (format!("A01,{there},{other}"), format!("{other} is another plate or rack")),
        (format!("Rack ID,Position,Tube\n{other},A01,{there}"), format!("Line 2: {other} is another plate or rack")),
        (format!("Rack Barcode: {other}\nPosition,Tube\nA01,{there}"), format!("Line 1: {other} is another plate or rack")),
        (format!("Rack,{}\nPosition,Tube\nA01,{there}", other.to_lowercase()), format!("Line 1: {other} is another plate or rack")),
        (format!("CXXXXXXXXXXXX,A01,{there}"), "CXXXXXXXXXXXX is another plate or rack".to_owned()),
        (format!("A01,{here},{unscanned}"), format!("Line 1: {unscanned} is a tube too")),
        (format!("A01,{here},S000000000000"), "S000000000000 is a tube too".to_owned()),
    ] {
        refused(laboratory::containers::read_scan(&desk, *rack, &scan).await, &says);
        refused(laboratory::containers::take_scan(&desk, *rack, &scan).await, &says);
    }
    for (stored, tube) in racks.iter().map(|(id, _)| id).zip([here, there]) {
        let container = laboratory::containers::container(&desk, *stored).await.expect("a rack");
        assert_eq!(container.stored.values().map(|stored| &stored.barcode).collect::<Vec<_>>(), [tube], "nothing moved");
    }
    let by_itself = format!("Rack ID,Position,Tube,Read at\n{own},A01,{here},2026-11-01 10:00\nSA001,A02,NO TUBE,2026-11-01 10:00");
    assert!(laboratory::containers::read_scan(&desk, *rack, &by_itself).await.expect("its own").differences.is_empty());
}
