//! Worklists and the lots that are used for them.

use crate::bench::*;
use care::{
    LotId, Role, SampleId, WorklistId,
    laboratory::{
        lot,
        sample::{self, Quality},
        worklist::{Outcome, Step},
    },
    ordering::order,
};
use service::{
    laboratory::{self, lots::NewLot, worklists},
    lines,
    ordering::{self},
};

impl Bench {
    /// An order whose only sample has DNA, with that and its barcode.
    pub(super) async fn with_dna(&self, urgency: order::Urgency) -> (OrderId, SampleId, String) {
        let order = self.placed(|form| form.urgency = urgency).await;
        self.receive(order).await;
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let (id, sample) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
        let quality = Quality { concentration_ng_per_ul: 60.0, volume_ul: 50.0, ratio_260_280: None };
        laboratory::samples::handle(&desk, order, id, sample::Command::Prepare(quality)).await.expect("prepared");
        (order, id, sample.label.expect("labelled").barcode)
    }

    pub(super) async fn sample_now(&self, order: OrderId, id: SampleId) -> sample::Sample {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let samples = desk.status(&permit, order).await.expect("a status").samples;
        samples.into_iter().find(|(stored, _)| *stored == id).expect("a sample").1
    }

    pub(super) async fn worklist(&self, step: Step) -> WorklistId {
        worklists::create(&self.desk(Role::LaboratoryScientist, 0), step, "Robot 1".into()).await.expect("created")
    }

    async fn lot(&self, number: &str) -> LotId {
        laboratory::lots::register(&self.desk(Role::LaboratoryScientist, 0), new_lot(number)).await.expect("registered")
    }
}

fn new_lot(number: &str) -> NewLot {
    NewLot { name: "Kit".into(), maker: "Maker Ltd".into(), number: number.into(), expires: Date::constant(2099, 1, 1) }
}

#[tokio::test]
async fn a_worklist_with_a_lot_runs_from_start_to_finish() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let (routine, one, first) = bench.with_dna(order::Urgency::Routine).await;
    let (urgent, two, second) = bench.with_dna(order::Urgency::Urgent).await;
    let clinician = bench.desk(Role::Clinician, 0);
    refused(worklists::create(&clinician, Step::Sequencing, "Robot".into()).await, "may not handle samples");
    refused(worklists::create(&desk, Step::Sequencing, " ".into()).await, "Say on which instrument");
    let list = bench.worklist(Step::Sequencing).await;
    let waiting = worklists::waiting(&desk, Step::Sequencing).await.expect("read").0;
    let barcodes: Vec<String> = waiting.iter().map(|sample| sample.line.barcode.clone()).collect();
    assert_eq!((barcodes.clone(), waiting[0].is_urgent), (vec![second.clone(), first.clone()], true), "the urgent one first");
    assert_eq!(worklists::add(&desk, list, None, &barcodes).await.expect("on").len(), 2);
    assert!(worklists::waiting(&desk, Step::Sequencing).await.expect("read").0.is_empty());
    assert_eq!(worklists::waiting(&desk, Step::Mlpa).await.expect("read").0.len(), 2, "they wait for other steps still");

    let lot = bench.lot("A-1").await;
    refused(worklists::use_lot(&desk, list, lot).await, "is not opened");
    laboratory::lots::change(&desk, lot, lot::Command::Open).await.expect("open");
    worklists::use_lot(&desk, list, lot).await.expect("used");
    worklists::start(&desk, list).await.expect("started");
    let away = sample::Command::Destroy { reason: "x".into() };
    refused(laboratory::samples::handle(&desk, routine, one, away).await, "is on the worklist");
    refused(worklists::finish(&desk, list).await, "Record the outcome of every sample first");
    let repeat = Outcome::Repeat { reason: "Low yield".into() };
    worklists::settle(&desk, list, two, "", repeat.clone()).await.expect("settled");
    refused(worklists::settle(&desk, list, two, "", Outcome::Passed).await, "was recorded as 'Repeat: Low yield' since");
    worklists::settle(&desk, list, two, "Repeat: Low yield", repeat.clone()).await.expect("the same again is no news");
    refused(worklists::pass_others(&desk, list, 2).await, "Without an outcome are 1 now, and the page showed 2");
    assert_eq!(worklists::pass_others(&desk, list, 1).await.expect("passed"), 1);
    worklists::finish(&desk, list).await.expect("finished");

    assert_eq!(bench.sample_now(routine, one).await.state, sample::State::Sequenced, "what passed the sequencer is sequenced");
    let repeated = bench.sample_now(urgent, two).await;
    assert_eq!((repeated.outcomes.get(&Step::Sequencing), repeated.worklists.is_empty()), (Some(&repeat), true));
    let waiting = worklists::waiting(&desk, Step::Sequencing).await.expect("read").0;
    assert_eq!((waiting.len(), waiting[0].before.as_str()), (1, "Repeat"), "it waits again, and says so");

    let (_, treated) = laboratory::lots::treated(&desk, lot).await.expect("read");
    let treated: Vec<(String, Option<Outcome>)> = treated.into_iter().map(|t| (t.listed.barcode, t.outcome)).collect();
    assert_eq!(treated, [(second, Some(repeat)), (first, Some(Outcome::Passed))]);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_sample_that_may_not_be_worked_on_is_put_on_no_worklist() {
    let bench = Bench::new().await;
    let (desk, there) = (bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::LaboratoryScientist, 1));
    let (cancelled, _, barcode) = bench.with_dna(order::Urgency::Routine).await;
    let list = bench.worklist(Step::Mlpa).await;
    refused(worklists::worklist(&there, list).await, "may not handle samples");
    let cancel = order::Command::Cancel { reason: "Moved away".into() };
    ordering::orders::change(&bench.desk(Role::Clinician, 0), cancelled, cancel).await.expect("cancelled");
    refused(worklists::add(&desk, list, None, &[barcode]).await, "is cancelled: do not work on this sample");
    refused(worklists::add(&desk, list, None, &[]).await, "Scan a tube");
    let (order, id, barcode) = bench.with_dna(order::Urgency::Routine).await;
    let manifest = "M-9".to_owned();
    let to = there.staff.organisation.clone();
    laboratory::samples::handle(&desk, order, id, sample::Command::Dispatch { to, manifest }).await.expect("sent");
    refused(worklists::add(&desk, list, None, std::slice::from_ref(&barcode)).await, "is in another laboratory");
    assert!(worklists::waiting(&desk, Step::Mlpa).await.expect("read").0.is_empty());
    laboratory::samples::handle(&there, order, id, sample::Command::ReceiveElsewhere { barcode }).await.expect("received");
    assert!(worklists::waiting(&desk, Step::Mlpa).await.expect("read").0.is_empty(), "it is not here");
    assert_eq!(worklists::waiting(&there, Step::Mlpa).await.expect("read").0.len(), 1, "it waits where it is");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn an_abandoned_worklist_and_a_sample_taken_off_leave_it_waiting() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let (_, id, barcode) = bench.with_dna(order::Urgency::Routine).await;
    let (one, two) = (bench.worklist(Step::Mlpa).await, bench.worklist(Step::Mlpa).await);
    worklists::add(&desk, one, Some("C3".parse().expect("a position")), std::slice::from_ref(&barcode)).await.expect("on");
    refused(worklists::add(&desk, two, None, std::slice::from_ref(&barcode)).await, "for MLPA already");
    worklists::remove(&desk, one, id, "Wrong plate".into()).await.expect("off");
    worklists::add(&desk, two, None, std::slice::from_ref(&barcode)).await.expect("on");
    worklists::start(&desk, two).await.expect("started");
    refused(worklists::abandon(&desk, two, " ".into()).await, "Say why");
    worklists::abandon(&desk, two, "The instrument failed".into()).await.expect("abandoned");
    assert_eq!(worklists::waiting(&desk, Step::Mlpa).await.expect("read").0.len(), 1);
    assert_eq!(worklists::list(&desk, false, 1).await.expect("read").total, 1);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_people_at_once_do_not_put_one_sample_on_two_worklists() {
    let bench = Bench::new().await;
    let other = bench.again().await;
    for _ in 0..5 {
        let (order, id, barcode) = bench.with_dna(order::Urgency::Routine).await;
        let lists = (bench.worklist(Step::Mlpa).await, bench.worklist(Step::Mlpa).await);
        let barcodes = [barcode];
        let (one, two) = (bench.desk(Role::LaboratoryScientist, 0), other.desk(who(Role::LaboratoryScientist, 0)));
        let (one, two) = tokio::join!(worklists::add(&one, lists.0, None, &barcodes), worklists::add(&two, lists.1, None, &barcodes));
        assert!(one.is_ok() != two.is_ok(), "one of both: {one:?} {two:?}");
        let on = bench.sample_now(order, id).await.worklists;
        assert_eq!(on.len(), 1);
        assert_eq!(on[&Step::Mlpa].worklist, if one.is_ok() { lists.0 } else { lists.1 });
    }
}

#[tokio::test]
async fn a_lot_is_registered_once_and_a_withdrawn_one_is_put_on_no_worklist() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    refused(laboratory::lots::register(&bench.desk(Role::Clinician, 0), new_lot("A-1")).await, "may not handle samples");
    let lot = bench.lot("A-1").await;
    let again = NewLot { maker: " maker ltd".into(), ..new_lot("a 1") };
    refused(laboratory::lots::register(&desk, again).await, "is registered already, as Kit");
    let expired = NewLot { expires: Date::constant(2020, 1, 1), ..new_lot("B-1") };
    refused(laboratory::lots::register(&desk, expired).await, "It has expired already");
    assert!(laboratory::lots::usable(&desk).await.expect("read").is_empty(), "it is not opened");
    laboratory::lots::change(&desk, lot, lot::Command::Open).await.expect("open");
    assert_eq!(laboratory::lots::usable(&desk).await.expect("read").len(), 1);

    let (_, _, barcode) = bench.with_dna(order::Urgency::Routine).await;
    let list = bench.worklist(Step::Mlpa).await;
    worklists::add(&desk, list, None, &[barcode]).await.expect("on");
    worklists::use_lot(&desk, list, lot).await.expect("used");
    refused(worklists::use_lot(&desk, list, lot).await, "is on the worklist already");
    laboratory::lots::change(&desk, lot, lot::Command::Withdraw { reason: "Contaminated".into() }).await.expect("withdrawn");
    refused(worklists::start(&desk, list).await, "was withdrawn (Contaminated) and must not be used");
    let other = bench.worklist(Step::Mlpa).await;
    refused(worklists::use_lot(&desk, other, lot).await, "was withdrawn");
    assert!(laboratory::lots::list(&desk, false, 1).await.expect("read").lines.is_empty());
    assert!(laboratory::lots::usable(&desk).await.expect("read").is_empty());
    assert_eq!(laboratory::lots::list(&desk, true, 1).await.expect("read").total, 1);
    refused(laboratory::lots::treated(&bench.desk(Role::LaboratoryScientist, 1), lot).await, "may not handle samples");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
