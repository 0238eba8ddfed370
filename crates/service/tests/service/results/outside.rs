//! Results of other laboratories, from the message to whoever reads them.

mod answer;
mod document;
mod forwarding;
mod moving;
mod overtaking;
mod placement;
mod relative;
mod specimen;
mod unreadable;

use crate::{bench::*, ordering::messages::*};
use care::{
    MessageId, OutsideResultId,
    ordering::client::Address,
    results::outside::{FiledBy, HandFiling, State as Outside, StateKind, Version},
};
use interop::{
    incoming_message::{Document, IncomingResult, ResultValue},
    incoming_order::{Located, Person},
};
use service::results::outside::{self, ResultsReceived};

/// The sender's laboratory, which is not of this service.
const ELSEWHERE: &str = "RJ1";

/// A final result of the child of the usual form, with a value and the report as PDF.
fn result(number: &str, filler: &str) -> IncomingResult {
    IncomingResult {
        place: "OBR(1)".into(),
        number: number.into(),
        beside: vec![],
        filler: filler.into(),
        replaces: String::new(),
        person: person_of("4010232137", "Proband", "2019-04-03"),
        test: "FMR1 repeat".into(),
        status: "F".into(),
        values: vec![ResultValue { name: "CGG repeats".into(), code: "103913-6".into(), value: "31".into() }],
        documents: vec![Document { title: "Report".into(), media_type: "application/pdf".into(), content: b"%PDF-1.7 result".to_vec() }],
        issued: "2026-11-20".into(),
        version: Version::default(),
        laboratory: "Guy's Genetics".into(),
        not_used: vec![],
    }
}

fn person_of(nhs_number: &str, given_name: &str, birth_date: &str) -> Person {
    let located = |value: &str| Located { value: value.into(), place: "PID".into() };
    Person {
        place: "PID".into(),
        nhs_number: (!nhs_number.is_empty()).then(|| located(nhs_number)),
        hospital_numbers: vec![],
        family_name: "Testcase".into(),
        given_name: given_name.into(),
        former_names: vec![],
        birth_date: located(birth_date),
        death_date: None,
        sex: Sex::Female,
        relationship: Relationship::Proband,
        affected: Affected::Unknown,
        is_fetus: false,
        entries: vec![],
        discussion: None,
        ended: vec![],
        known_only: false,
        record: None,
        display: None,
    }
}

impl Bench {
    /// Another laboratory's system, whose results are taken by the hub or by nobody.
    async fn laboratory(&self, results_in: &[&str]) -> Desk {
        let by = who(Role::Administrator, 0);
        let organisation = (ELSEWHERE.parse().expect("a code"), "Guy's");
        let (id, _) =
            ordering::clients::open(&self.service, &by, Role::LaboratorySystem, "Guy's LIMS", organisation).await.expect("opened");
        let laboratories = results_in.iter().map(|code| code.parse().expect("a code")).collect();
        ordering::clients::take_results(&self.service, &by, id, laboratories).await.expect("taken");
        self.line(id).await
    }

    /// An order of which the child's sample went to the other laboratory: the order's number and the barcode.
    async fn sent_away(&self) -> (OrderId, String, String) {
        let order = self.ready().await;
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let (id, sample) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
        let command = sample::Command::Dispatch { to: ELSEWHERE.parse().expect("a code"), manifest: "M-1".into() };
        laboratory::samples::handle(&desk, order, id, command).await.expect("sent");
        let number = self.service.store.order_view(order).await.expect("read").expect("a line").number;
        (order, number, sample.label.expect("labelled").barcode)
    }

    async fn outside(&self, order: OrderId) -> Vec<(OutsideResultId, Outside)> {
        let desk = self.desk(Role::ClinicalScientist, 0);
        let permit = bench_permit(&desk, order).await;
        let status = desk.status(&permit, order).await.expect("a status");
        status.outside_results().map(|(id, result)| (*id, result.state.clone())).collect()
    }

    async fn waiting(&self, state: StateKind) -> Vec<OutsideResultId> {
        let found = outside::waiting(&self.desk(Role::LaboratoryScientist, 0), &[state], 1).await.expect("a list").lines;
        found.into_iter().map(|(line, _)| line.id).collect()
    }

    /// Checked by two, and so released.
    async fn released(&self, id: OutsideResultId) {
        outside::check(&self.desk(Role::ClinicalScientist, 0), id).await.expect("checked");
        outside::check(&self.desk(Role::ClinicalScientist, 1), id).await.expect("checked by another");
    }

    async fn lists_agree(&self) {
        assert_eq!(lines::check_views(&self.service).await.expect("read"), Vec::<String>::new());
    }
}

async fn take(desk: &Desk, result: IncomingResult) -> ResultsReceived {
    outside::take_in(desk, MessageId(MachineClock.new_id()), &[result]).await.expect("taken")
}

impl Bench {
    /// Another order of the same child, of which no sample was sent on.
    async fn ready_elsewhere(&self) -> (OrderId, String) {
        let order = self.placed(|_| {}).await;
        self.receive(order).await;
        (order, self.service.store.order_view(order).await.expect("read").expect("a line").number)
    }
}
