//! Finding the order on which a result belongs: by a number that this service gave, and always by its person.

use crate::{Desk, ServiceResult, people};
use access::{Action, Permit};
use care::{
    OdsCode, OrderId, OutsideResultId, SampleId,
    laboratory::sample::Sample,
    ordering::order::State,
    people::{identifier::HospitalNumber, patient::Demographics},
    results::outside::{self, Candidate, Filed, FiledBy, Placement, Received},
};
use store::OrderView;

/// An order on which a result may belong, with everything that decides it.
pub(super) struct Target {
    pub view: OrderView,
    pub state: State,
    pub who: Demographics,
    pub numbers: Vec<HospitalNumber>,
    pub samples: Vec<(SampleId, Sample)>,
    sent_on: Vec<OdsCode>,
}

/// Where a result is put.
pub(super) struct Found {
    pub placement: Placement,
    /// Its order, where it is filed.
    pub target: Option<Target>,
    /// Laboratories of the orders that its number names, whether or not it is filed.
    pub laboratories: Vec<OdsCode>,
}

/// An order that a result names.
struct NamedOrder {
    view: OrderView,
    how: FiledBy,
    /// Why it is not filed there, whoever its person is.
    refused: Option<String>,
}

impl Target {
    pub(super) async fn load(desk: &Desk, permit: &Permit, view: OrderView) -> ServiceResult<Target> {
        let status = desk.status(permit, view.id).await?;
        let records = people::patients::records(desk, permit, view.patient_id).await?;
        let patient = records.first().copied().unwrap_or(view.patient_id);
        Ok(Target {
            who: people::patients::demographics(desk, permit, patient).await?,
            numbers: people::patients::numbers(desk, permit, patient).await?,
            sent_on: status.sent_on(),
            state: status.order.state,
            samples: status.samples,
            view,
        })
    }

    pub(super) fn candidate(&self) -> Candidate<'_> {
        Candidate {
            number: &self.view.number,
            state: &self.state,
            who: &self.who,
            numbers: &self.numbers,
            laboratory: &self.view.laboratory,
            sent_on: &self.sent_on,
        }
    }
}

/// Where a result is put by itself: on the one order that it names and whose patient it is of, else on none.
pub(super) async fn place(
    desk: &Desk,
    received: &Received,
    results_in: &[OdsCode],
    earlier: Option<(OutsideResultId, OrderId)>,
) -> ServiceResult<Found> {
    let (mut fitting, mut reasons, mut laboratories) = (Vec::new(), Vec::new(), Vec::new());
    for named in named_orders(desk, received, earlier).await? {
        laboratories.push(named.view.laboratory.clone());
        let permit = desk.service.own_permit(Action::ReadOrder, named.view.id.stream()).await?;
        let target = Target::load(desk, &permit, named.view).await?;
        match named.refused.or_else(|| outside::unfit(&target.candidate(), received, results_in)) {
            Some(why) => reasons.push(why),
            None => fitting.push((target, named.how)),
        }
    }
    let unmatched = |why: String, laboratories| Found { placement: Placement::Unmatched { why }, target: None, laboratories };
    Ok(match (fitting.pop(), fitting.is_empty()) {
        (Some((target, how)), true) => {
            let (number, laboratory) = (target.view.number.clone(), target.view.laboratory.clone());
            let placement = Placement::On(Filed { order: target.view.id, number, laboratory, how });
            Found { placement, target: Some(target), laboratories }
        }
        (Some(_), false) => unmatched(format!("Several orders of the person have the number {}", received.number), laboratories),
        (None, _) if !reasons.is_empty() => unmatched(reasons.join("; "), laboratories),
        (None, _) if received.number.is_empty() => unmatched("It gives no number of an order or a sample".into(), laboratories),
        (None, _) => unmatched(format!("No order, sample or manifest has the number {}", received.number), laboratories),
    })
}

/// The orders that a result names: by their number, by a sample or manifest, else by an earlier result of the same work.
async fn named_orders(desk: &Desk, received: &Received, earlier: Option<(OutsideResultId, OrderId)>) -> ServiceResult<Vec<NamedOrder>> {
    let store = &desk.service.store;
    let number = received.number.trim();
    if !number.is_empty() {
        if let Some(view) = store.order_by_number(&number.to_uppercase()).await? {
            return Ok(vec![NamedOrder { view, how: FiledBy::OrderNumber, refused: None }]);
        }
        let by_samples = by_samples(desk, number).await?;
        if !by_samples.is_empty() {
            return Ok(by_samples);
        }
    }
    let Some((result, order)) = earlier else { return Ok(vec![]) };
    let view = store.order_view(order).await?;
    Ok(view.into_iter().map(|view| NamedOrder { view, how: FiledBy::Earlier { result }, refused: None }).collect())
}

/// The orders of a sample, or of the samples of a manifest. A result of a relative is not that of the order's patient.
async fn by_samples(desk: &Desk, number: &str) -> ServiceResult<Vec<NamedOrder>> {
    let store = &desk.service.store;
    let (lines, how) = match store.sample_by_barcode(number).await? {
        Some(line) => (vec![line], FiledBy::Sample { barcode: number.to_owned() }),
        None => (store.manifest(number).await?, FiledBy::Manifest { manifest: number.to_owned() }),
    };
    let mut named: Vec<NamedOrder> = Vec::new();
    for line in lines {
        let Some(view) = store.order_view(line.order).await? else { continue };
        let is_of_patient = line.patient == view.patient_id;
        let refused = (!is_of_patient).then(|| format!("The sample {} is of a relative of the patient of {}", line.barcode, view.number));
        match named.iter_mut().find(|known| known.view.id == view.id) {
            Some(known) if is_of_patient => known.refused = None,
            Some(_) => {}
            None => named.push(NamedOrder { view, how: how.clone(), refused }),
        }
    }
    Ok(named)
}
