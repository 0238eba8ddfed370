//! Filing by hand what belongs on no order by itself: both identities side by side, and a reason.

use super::{
    find::Target,
    lines, order_by_number, permit_unmatched,
    replace::{self, Earlier},
};
use crate::{Desk, ServiceResult};
use access::{Action, Permit};
use care::{
    OutsideResultId,
    people::{identifier::HospitalNumber, patient::Demographics},
    results::outside::{self, HandFiling, OutsideResult},
};
use store::{Change, OrderView};

/// An order beside a result.
pub struct Comparison {
    /// The order.
    pub view: OrderView,
    /// Its patient.
    pub who: Demographics,
    /// Numbers by which hospitals know the patient.
    pub numbers: Vec<HospitalNumber>,
    /// In what the person of the result differs, or cannot be compared.
    pub differs: Vec<String>,
}

/// An order beside a result, before it is filed there.
pub async fn compare(desk: &Desk, id: OutsideResultId, number: &str) -> ServiceResult<Comparison> {
    let lines = lines(desk, id).await?;
    let permit = permit_unmatched(desk, id, &lines).await?;
    let result = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?.state;
    let view = order_by_number(desk, number).await?;
    let permit = desk.permit(Action::FileResult, view.id).await?;
    comparison(desk, &permit, view, &result).await
}

pub(super) async fn comparison(desk: &Desk, permit: &Permit, view: OrderView, result: &OutsideResult) -> ServiceResult<Comparison> {
    let target = Target::load(desk, permit, view).await?;
    let differs = result.received.as_ref().map_or_else(Vec::new, |received| outside::differences(&target.candidate(), received));
    let Target { view, who, numbers, .. } = target;
    Ok(Comparison { view, who, numbers, differs })
}

/// Files a result on the order with a number, for a reason.
pub async fn file(desk: &Desk, id: OutsideResultId, number: &str, filing: &HandFiling) -> ServiceResult<()> {
    let lines = lines(desk, id).await?;
    let permit = permit_unmatched(desk, id, &lines).await?;
    let view = order_by_number(desk, number).await?;
    let order = view.id;
    let order_permit = desk.permit(Action::FileResult, order).await?;
    let target = Target::load(desk, &order_permit, view).await?;
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let mut change = Change { reason: filing.reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &outside::file(&loaded.state, order, &target.candidate(), filing, &desk.staff)?);
    change.links.push((order, id.stream()));
    if let Some(received) = &loaded.state.received {
        let earlier = earlier(desk, &permit, id, received).await?;
        replace::supersede_unreleased(desk, &mut change, (id, received.status), order, &earlier)?;
    }
    desk.commit(&permit, change).await
}

async fn earlier(desk: &Desk, permit: &Permit, id: OutsideResultId, received: &outside::Received) -> ServiceResult<Vec<Earlier>> {
    let store = &desk.service.store;
    let mut earlier = Vec::new();
    for other in store.outside_with_filler(permit, received.client, &received.filler).await? {
        if other != id {
            earlier.push((other, store.load(permit, other.stream()).await?));
        }
    }
    Ok(replace::of_same_work(earlier, received, &[]))
}
