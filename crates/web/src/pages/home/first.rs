//! What stands before the rest of the list: what waits for whoever looks, and how many orders are late or due soon. And where else
//! something fits, when nothing in the list does.

use super::{HomeQuery, LINES, query::SOON_DAYS};
use crate::pages::PageResult;
use access::{Action, Permit};
use care::{OrderId, Role};
use jiff::Span;
use service::Desk;
use std::collections::BTreeSet;
use store::{AWAITED_MAX, Awaited, Listing, OrderView};

/// Lines that stand before the rest.
const FIRST: u64 = 10;

/// What is late and due soon, as links to lists.
pub(super) struct Pressing {
    counted: Awaited,
}

impl Pressing {
    /// Of a laboratory, which answers for its days.
    pub(super) async fn of_desk(desk: &Desk, permit: &Permit) -> PageResult<Option<Pressing>> {
        if !desk.may(Action::HandleSample) {
            return Ok(None);
        }
        let today = desk.today();
        let before = today.saturating_add(Span::new().days(SOON_DAYS + 1));
        Ok(Some(Pressing { counted: desk.service.store.awaited(permit, today, before).await? }))
    }

    pub(super) fn late(&self) -> String {
        sentence(self.counted.late, "order is overdue", "orders are overdue")
    }

    pub(super) fn soon(&self) -> String {
        sentence(self.counted.soon, "order is due within a week", "orders are due within a week")
    }
}

fn sentence(number: usize, one: &str, more: &str) -> String {
    match number {
        0 => format!("No {one}"),
        1 => format!("1 {one}"),
        n if n as i64 >= AWAITED_MAX => format!("At least {n} {more}"),
        n => format!("{n} {more}"),
    }
}

/// What waits for whoever looks, before the rest.
#[derive(Default)]
pub(super) struct First {
    pub(super) views: Vec<OrderView>,
    /// More waits than stands here.
    pub(super) has_more: bool,
}

impl First {
    /// Where the list is as it is first shown: whoever filters or goes on in it has what they look for.
    pub(super) async fn of_desk(desk: &Desk, permit: &Permit, query: &HomeQuery) -> PageResult<First> {
        if !query.is_plain() || desk.staff.role == Role::Manager {
            return Ok(First::default());
        }
        let listing = Listing {
            turn: Some((desk.staff.role, desk.today())),
            latest_first: query.is_by_submitted(),
            most: FIRST + 1,
            ..Listing::default()
        };
        let mut views = desk.service.store.orders(permit, &listing).await?;
        let has_more = views.len() as u64 > FIRST;
        views.truncate(FIRST as usize);
        Ok(First { views, has_more })
    }

    /// The list without what stands here; and how many lines stand here.
    pub(super) fn before(self, mut rest: Vec<OrderView>) -> (Vec<OrderView>, usize) {
        let first: BTreeSet<OrderId> = self.views.iter().map(|view| view.id).collect();
        rest.retain(|view| !first.contains(&view.id));
        let (mut views, number) = (self.views, first.len());
        views.extend(rest);
        (views, number)
    }
}

/// How many orders fit a text outside the part of the list that was looked through, where nothing in it does: open or closed.
pub(super) async fn elsewhere(desk: &Desk, permit: &Permit, query: &HomeQuery) -> PageResult<usize> {
    let is_searched = !store::order::search_terms(&query.q).is_empty();
    if !is_searched || query.show == "all" || !query.after.is_empty() {
        return Ok(0);
    }
    let listing = Listing { finished: true, latest_first: true, most: LINES + 1, ..query.searched() };
    Ok(desk.service.store.orders(permit, &listing).await?.len())
}

/// That in words: where every open order was looked through, all that fit are closed.
pub(super) fn elsewhere_sentence(number: usize, query: &HomeQuery) -> String {
    let kind = if query.is_of_all_open() { "closed " } else { "" };
    match number {
        1 => format!("1 {kind}order fits"),
        n if n as u64 > LINES => format!("More than {LINES} {kind}orders fit"),
        n => format!("{n} {kind}orders fit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_is_counted_in_a_sentence() {
        let pressing = Pressing { counted: Awaited { late: 1, soon: 0 } };
        assert_eq!([pressing.late(), pressing.soon()], ["1 order is overdue", "No order is due within a week"]);
        let many = Pressing { counted: Awaited { late: AWAITED_MAX as usize, soon: 12 } };
        assert_eq!([many.late(), many.soon()], ["At least 10000 orders are overdue", "12 orders are due within a week"]);
    }

    #[test]
    fn what_fits_elsewhere_is_called_closed_only_where_every_open_order_was_looked_through() {
        let (open, late) = (HomeQuery::default(), HomeQuery { show: "late".into(), ..HomeQuery::default() });
        assert_eq!(elsewhere_sentence(1, &open), "1 closed order fits");
        assert_eq!(elsewhere_sentence(2, &late), "2 orders fit");
        assert_eq!(elsewhere_sentence(51, &open), "More than 50 closed orders fit");
    }
}
