//! The lines of the list: what waits for whoever looks, and the rest.

use super::{
    HomeQuery, LINES,
    first::{self, First},
};
use crate::{error::PageError, pages::PageResult};
use access::Permit;
use care::OrderId;
use service::{Desk, find};
use store::OrderView;

/// A line of the list.
pub(super) struct Row {
    pub view: OrderView,
    pub mine: bool,
    pub late: bool,
    pub is_urgent: bool,
    /// By the name of whom it was found, where that is not the patient.
    pub relative: Option<String>,
    /// What the lines from here on are.
    pub part: Option<&'static str>,
}

/// The lines of the list.
pub(super) struct Lines {
    pub rows: Vec<Row>,
    /// Where it goes on.
    pub next: Option<String>,
    /// How many fit elsewhere, where none fits here.
    pub elsewhere: usize,
    pub has_more_first: bool,
}

/// Reads it.
pub(super) async fn list(desk: &Desk, permit: &Permit, query: &HomeQuery) -> PageResult<Lines> {
    let listing = query.listing(desk.staff.role, desk.today(), LINES + 1);
    let views = async { Ok::<_, PageError>(desk.service.store.orders(permit, &listing).await?) };
    let (mut views, first) = tokio::try_join!(views, First::of_desk(desk, permit, query))?;
    let more = views.len() as u64 > LINES;
    views.truncate(LINES as usize);
    let next = if more { views.last().map(|last| format!("/?{}", query.encoded(Some(last)))) } else { None };
    let elsewhere = if views.is_empty() { first::elsewhere(desk, permit, query).await? } else { 0 };
    let has_more_first = first.has_more;
    let (views, first) = first.before(views);
    let rows = rows(desk, permit, &query.q, views, first).await?;
    Ok(Lines { rows, next, elsewhere, has_more_first })
}

/// The lines of the list: those that wait for whoever looks before the rest.
async fn rows(desk: &Desk, permit: &Permit, text: &str, views: Vec<OrderView>, first: usize) -> PageResult<Vec<Row>> {
    let (role, today) = (desk.staff.role, desk.today());
    let listed: Vec<OrderId> = views.iter().map(|view| view.id).collect();
    let urgent = desk.service.store.urgent_among(permit, &listed).await?;
    let mut relatives = find::members::relatives(desk, permit, text, &views).await?;
    let part = |index: usize| match index {
        0 if first > 0 => Some("For you first"),
        index if first > 0 && index == first => Some("All other open orders"),
        _ => None,
    };
    let row = |(index, view): (usize, OrderView)| Row {
        mine: view.waits_for(role, today),
        late: view.is_late(today),
        is_urgent: urgent.contains(&view.id),
        relative: relatives.remove(&view.id),
        part: part(index),
        view,
    };
    Ok(views.into_iter().enumerate().map(row).collect())
}
