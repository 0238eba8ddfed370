//! Finding the order on which a result belongs: by a number that this service gave, and always by its person.

use crate::{Desk, ServiceResult, people};
use access::{Action, Permit};
use care::{
    OdsCode, OrderId, OutsideResultId, PatientId, SampleId,
    laboratory::sample::Sample,
    ordering::order::State,
    people::{identifier::HospitalNumber, patient::Demographics},
    results::outside::{self, Candidate, Filed, FiledBy, Placement, Received},
};
use store::OrderView;

/// An order on which a result may belong, with everything that decides it.
pub(super) struct Target {
    pub view: OrderView,
    /// The relative whose part of it this is; nobody where it is the patient's.
    pub relative: Option<PatientId>,
    pub state: State,
    pub who: Demographics,
    pub numbers: Vec<HospitalNumber>,
    pub samples: Vec<(SampleId, Sample)>,
    /// Results on the order that take the place of a document with a number of its own.
    pub replacing: Vec<OutsideResultId>,
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
    /// The person of the order whose sample it names; anybody of it where it names none.
    person: Option<PatientId>,
    how: FiledBy,
}

impl Target {
    /// The part that a person has in an order: its patient, or a relative who is tested in it.
    pub(super) async fn load(desk: &Desk, permit: &Permit, view: OrderView, person: PatientId) -> ServiceResult<Target> {
        let status = desk.status(permit, view.id).await?;
        let records = people::patients::records(desk, permit, person).await?;
        let record = records.first().copied().unwrap_or(person);
        let is_replacing = |received: &Received| !received.replaces.is_empty() && received.replaces != received.filler;
        let replacing = status.outside_results().filter(|(_, result)| result.received.as_deref().is_some_and(is_replacing));
        Ok(Target {
            replacing: replacing.map(|(id, _)| *id).collect(),
            who: people::patients::demographics(desk, permit, record).await?,
            numbers: people::patients::numbers(desk, permit, record).await?,
            sent_on: status.sent_on(),
            state: status.order.state,
            samples: status.samples,
            relative: (person != view.patient_id).then_some(person),
            view,
        })
    }

    /// The parts of everybody who is tested in an order, its patient first.
    pub(super) async fn all(desk: &Desk, permit: &Permit, view: &OrderView) -> ServiceResult<Vec<Target>> {
        let status = desk.status(permit, view.id).await?;
        let tested = status.order.request.iter().flat_map(|request| &request.people).map(|person| person.patient);
        let mut people = vec![view.patient_id];
        people.extend(tested.filter(|person| *person != view.patient_id));
        let mut targets = Vec::new();
        for person in people {
            targets.push(Target::load(desk, permit, view.clone(), person).await?);
        }
        Ok(targets)
    }

    /// Whose part it is.
    pub(super) fn person(&self) -> PatientId {
        self.relative.unwrap_or(self.view.patient_id)
    }

    pub(super) fn candidate(&self) -> Candidate<'_> {
        Candidate {
            number: &self.view.number,
            state: &self.state,
            relative: self.relative,
            who: &self.who,
            numbers: &self.numbers,
            laboratory: &self.view.laboratory,
            sent_on: &self.sent_on,
        }
    }
}

/// Where a result is put by itself: on the one order that it names and whose patient it is of, else on none. One whose further numbers
/// name another order is put on none.
pub(super) async fn place(
    desk: &Desk,
    (received, beside): (&Received, &[String]),
    results_in: &[OdsCode],
    earlier: Option<(OutsideResultId, OrderId)>,
) -> ServiceResult<Found> {
    let (mut fitting, mut reasons, mut laboratories) = (Vec::new(), Vec::new(), Vec::new());
    let orders = named_orders(desk, received, earlier).await?;
    if let Some((why, other)) = named_beside(desk, &orders, (received, beside)).await? {
        let laboratories = orders.into_iter().map(|named| named.view.laboratory).chain([other]).collect();
        return Ok(Found { placement: Placement::Unmatched { why }, target: None, laboratories });
    }
    for named in orders {
        laboratories.push(named.view.laboratory.clone());
        let permit = desk.service.own_permit(Action::ReadOrder, named.view.id.stream()).await?;
        let mut targets = Target::all(desk, &permit, &named.view).await?;
        targets.retain(|target| named.person.is_none_or(|person| person == target.person()));
        let unfit: Vec<Option<String>> = targets.iter().map(|target| outside::unfit(&target.candidate(), received, results_in)).collect();
        if targets.is_empty() {
            reasons.push(format!("The sample {} is of nobody who is tested in {}", received.number, named.view.number));
        }
        // Why it is not the first's is why it is nobody's: the patient's, or whose sample it names.
        if unfit.iter().all(Option::is_some) {
            reasons.extend(unfit.into_iter().flatten().next());
            continue;
        }
        let fit = targets.into_iter().zip(unfit).filter(|(_, why)| why.is_none());
        fitting.extend(fit.map(|(target, _)| (target, named.how.clone())));
    }
    let unmatched = |why: String, laboratories| Found { placement: Placement::Unmatched { why }, target: None, laboratories };
    Ok(match (fitting.pop(), fitting.is_empty()) {
        (Some((target, how)), true) => {
            let (number, laboratory) = (target.view.number.clone(), target.view.laboratory.clone());
            let placement = Placement::On(Filed { order: target.view.id, number, laboratory, relative: target.relative, how });
            Found { placement, target: Some(target), laboratories }
        }
        (Some(_), false) => {
            let why = format!("Several orders, or people of one order, fit the result with the number {}", received.number);
            unmatched(why, laboratories)
        }
        (None, _) if !reasons.is_empty() => unmatched(reasons.join("; "), laboratories),
        (None, _) if received.number.is_empty() => unmatched("It gives no number of an order or a sample".into(), laboratories),
        (None, _) => unmatched(format!("No order, sample or manifest has the number {}", received.number), laboratories),
    })
}

/// Why it is not certain which order is meant, and the laboratory of the other one: a further number is of none of the orders that the
/// result names.
async fn named_beside(
    desk: &Desk,
    orders: &[NamedOrder],
    (received, beside): (&Received, &[String]),
) -> ServiceResult<Option<(String, OdsCode)>> {
    let Some(first) = orders.first() else { return Ok(None) };
    let store = &desk.service.store;
    for number in beside.iter().chain([&received.number]).filter(|number| !number.is_empty()) {
        // By the name that this service gave it, its number, or that of a sample or manifest.
        let view = match number.split('.').next().and_then(|name| name.parse::<OrderId>().ok()) {
            Some(order) => store.order_view(order).await?,
            None => store.order_by_number(&number.to_uppercase()).await?,
        };
        let named: Vec<OrderView> = match view {
            Some(view) => vec![view],
            None => by_samples(desk, number).await?.into_iter().map(|named| named.view).collect(),
        };
        if named.iter().any(|view| orders.iter().any(|known| known.view.id == view.id)) {
            continue;
        }
        if let Some(other) = named.into_iter().next() {
            let why = format!("It names {}, and beside it {}: which of them is meant is not certain", first.view.number, other.number);
            return Ok(Some((why, other.laboratory)));
        }
    }
    Ok(None)
}

/// The orders that a result names: by their number, by a sample or manifest, else by an earlier result of the same work.
async fn named_orders(desk: &Desk, received: &Received, earlier: Option<(OutsideResultId, OrderId)>) -> ServiceResult<Vec<NamedOrder>> {
    let store = &desk.service.store;
    let number = received.number.trim();
    if !number.is_empty() {
        if let Some(view) = store.order_by_number(&number.to_uppercase()).await? {
            return Ok(vec![NamedOrder { view, person: None, how: FiledBy::OrderNumber }]);
        }
        let by_samples = by_samples(desk, number).await?;
        if !by_samples.is_empty() {
            return Ok(by_samples);
        }
    }
    let Some((result, order)) = earlier else { return Ok(vec![]) };
    let view = store.order_view(order).await?;
    Ok(view.into_iter().map(|view| NamedOrder { view, person: None, how: FiledBy::Earlier { result } }).collect())
}

/// The orders of a sample, or of the samples of a manifest, each with the person whose sample it is: a result of a relative is not
/// that of the order's patient.
async fn by_samples(desk: &Desk, number: &str) -> ServiceResult<Vec<NamedOrder>> {
    let store = &desk.service.store;
    let (lines, how) = match store.sample_by_barcode(number).await? {
        Some(line) => (vec![line], FiledBy::Sample { barcode: number.to_owned() }),
        None => (store.manifest(number).await?, FiledBy::Manifest { manifest: number.to_owned() }),
    };
    let mut named: Vec<NamedOrder> = Vec::new();
    for line in lines {
        let Some(view) = store.order_view(line.order).await? else { continue };
        let person = Some(line.patient);
        if !named.iter().any(|known| known.view.id == view.id && known.person == person) {
            named.push(NamedOrder { view, person, how: how.clone() });
        }
    }
    Ok(named)
}
