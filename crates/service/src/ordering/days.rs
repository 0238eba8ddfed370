//! Where the days of an organisation's orders go.

use crate::{Desk, ServiceResult};
use access::Action;
use jiff::{Span, civil::Date};
use store::OrderReached;

/// Orders that were reported and that figures are made of: the latest.
const REPORTED_MAX: u64 = 1_000;
/// Open orders that figures are made of: those that were requested first.
const OPEN_MAX: u64 = 1_000;

/// Weeks that a page may look back.
pub const WEEKS_MAX: u32 = 104;
/// Weeks that a page looks back unasked.
pub const WEEKS: u32 = 12;

/// Orders with when they reached each milestone.
pub struct Days {
    /// Since when orders count as reported lately.
    pub since: Date,
    /// Those that were first reported since then, and how many there are in all.
    pub reported: (Vec<OrderReached>, usize),
    /// Those that are open and never reported, and how many there are in all.
    pub open: (Vec<OrderReached>, usize),
}

/// Orders of the own organisation that were reported in the last weeks, and those that are open.
#[crate::boxed]
pub async fn days(desk: &Desk, weeks: u32) -> ServiceResult<Days> {
    let permit = desk.permit_general(Action::ReadOrder).await?;
    let since = desk.today().saturating_sub(Span::new().weeks(i64::from(weeks.clamp(1, WEEKS_MAX))));
    let store = &desk.service.store;
    let reported = store.milestones_of_reported(&permit, since, REPORTED_MAX);
    let (reported, open) = tokio::try_join!(reported, store.milestones_of_open(&permit, OPEN_MAX))?;
    Ok(Days { since, reported, open })
}
