//! The next case of whoever looks, in the order of their work list.

use crate::{Desk, ServiceError, ServiceResult};
use access::Action;
use care::{OrderId, ordering::progress::Stage};
use jiff::civil::Date;
use store::{Listing, OrderView};

/// The next piece of work after a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Next {
    /// Order.
    pub order: OrderId,
    /// Number that people read out.
    pub number: String,
    /// Day by which the report is due.
    pub due: Date,
    /// It is work on a case; otherwise on the order, such as a result of another laboratory.
    pub is_case: bool,
}

/// The first order after this one that waits for the role of whoever looks, soonest due first; one line is read, however long the list.
#[crate::boxed]
pub async fn next(desk: &Desk, order: OrderId) -> ServiceResult<Option<Next>> {
    let permit = desk.permit_general(Action::ReadOrder).await?;
    let store = &desk.service.store;
    let line = store.order_view(order).await?.ok_or(ServiceError::NotFound("order"))?;
    let turn = Some((desk.staff.role, desk.today()));
    let listing = Listing { turn, after: Some((line.due, line.number)), most: 1, ..Listing::default() };
    Ok(store.orders(&permit, &listing).await?.into_iter().next().map(of_line))
}

fn of_line(line: OrderView) -> Next {
    let is_case = matches!(
        line.stage,
        Stage::AwaitingFirstScientist
            | Stage::AwaitingSecondScientist
            | Stage::AwaitingDecision
            | Stage::AwaitingAgreement
            | Stage::AwaitingSignature
    );
    Next { order: line.id, number: line.number, due: line.due, is_case }
}
