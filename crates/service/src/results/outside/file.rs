//! Filing by hand what belongs on no order by itself: both identities side by side, and a reason.

use super::{
    find::Target,
    lines, open, order_by_number, permit_unmatched,
    replace::{self, Known},
};
use crate::{Desk, ServiceResult};
use access::{Action, Permit};
use care::{
    OrderId, OutsideResultId, PatientId, Refusals,
    people::{identifier::HospitalNumber, patient::Demographics},
    results::outside::{self, HandFiling, OutsideResult},
};
use store::{Change, OrderView};

/// An order beside a result.
pub struct Comparison {
    /// The order.
    pub view: OrderView,
    /// The relative whose part of it is compared; nobody where it is the patient.
    pub relative: Option<PatientId>,
    /// Its patient, or the relative.
    pub who: Demographics,
    /// Numbers by which hospitals know them.
    pub numbers: Vec<HospitalNumber>,
    /// In what the person of the result differs, or cannot be compared.
    pub differs: Vec<String>,
}

/// Everybody of an order beside a result, before it is filed there: its patient, and relatives who are tested in it.
#[crate::boxed]
pub async fn compare(desk: &Desk, id: OutsideResultId, number: &str) -> ServiceResult<Vec<Comparison>> {
    let opened = open(desk, id).await?;
    let view = order_by_number(desk, number).await?;
    let permit = desk.permit(Action::FileResult, view.id).await?;
    let targets = Target::all(desk, &permit, &view).await?;
    Ok(targets.into_iter().map(|target| compared(target, &opened.loaded.state)).collect())
}

/// The part of an order on which a result is filed, beside it.
pub(super) async fn comparison(desk: &Desk, permit: &Permit, view: OrderView, result: &OutsideResult) -> ServiceResult<Comparison> {
    let relative = result.filed.as_ref().and_then(|filed| filed.relative);
    let person = relative.unwrap_or(view.patient_id);
    Ok(compared(Target::load(desk, permit, view, person).await?, result))
}

fn compared(target: Target, result: &OutsideResult) -> Comparison {
    let differs = result.received.as_ref().map_or_else(Vec::new, |received| outside::differences(&target.candidate(), received));
    let Target { view, relative, who, numbers, .. } = target;
    Comparison { view, relative, who, numbers, differs }
}

/// The part that a person has in an order; of its patient, where nobody is named.
pub(super) async fn part(desk: &Desk, permit: &Permit, view: OrderView, person: Option<PatientId>) -> ServiceResult<Target> {
    let person = person.unwrap_or(view.patient_id);
    let of_order = Target::all(desk, permit, &view).await?.into_iter().find(|target| target.person() == person);
    of_order.ok_or_else(|| Refusals::one("person", format!("Nobody of {} is that person; choose whose result it is", view.number)).into())
}

/// Files a result on the order with a number, on the part of its patient or of a relative, for a reason.
#[crate::boxed]
pub async fn file(
    desk: &Desk,
    id: OutsideResultId,
    (number, person): (&str, Option<PatientId>),
    filing: &HandFiling,
) -> ServiceResult<OrderId> {
    let lines = lines(desk, id).await?;
    let permit = permit_unmatched(desk, id, &lines).await?;
    let view = order_by_number(desk, number).await?;
    let order = view.id;
    let order_permit = desk.permit(Action::FileResult, order).await?;
    let target = part(desk, &order_permit, view, person).await?;
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let mut change = Change { reason: filing.reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &outside::file(&loaded.state, order, &target.candidate(), filing, &desk.staff)?);
    change.links.push((order, id.stream()));
    if let Some(received) = loaded.state.received.as_deref() {
        let known = known(desk, &permit, id, (received, &target)).await?;
        let same = replace::of_same_work(&known, received, &[]);
        // Whoever files it has seen why it waited: that says what the times do not.
        let arrival = outside::arrival_by_hand(received, &replace::of_order(&same, received, order));
        replace::supersede_unreleased(desk, &mut change, id, &arrival, &known)?;
    }
    desk.commit(&permit, change).await?;
    Ok(order)
}

/// The other results under the numbers of one.
async fn known(
    desk: &Desk,
    permit: &Permit,
    id: OutsideResultId,
    (received, target): (&outside::Received, &Target),
) -> ServiceResult<Vec<Known>> {
    let store = &desk.service.store;
    let mut known = Vec::new();
    for other in replace::numbered(store, permit, received, Some(target)).await? {
        if other != id {
            known.push((other, store.load(permit, other.stream()).await?));
        }
    }
    Ok(known)
}
