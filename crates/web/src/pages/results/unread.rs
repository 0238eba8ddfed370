//! Unread and undelivered results: reports that nobody has acknowledged, and messages that could not be delivered.

use crate::{
    pages::{Layout, PageResult, page_number, show},
    session::At,
    when,
};
use askama::Template;
use axum::extract::Query;
use care::{
    Staff,
    results::{outside::OutsideResult, report::Report},
};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use service::results::{self, reports::NotArrived};
use store::OrderView;

#[derive(Template)]
#[template(path = "results/unread.html")]
struct Page {
    layout: Layout,
    found: NotArrived,
    /// In UTC, as the days of orders in lists are.
    today: Date,
    /// Where people read it.
    local_today: Date,
}

impl Page {
    fn is_urgent(&self, view: &OrderView) -> bool {
        self.found.urgent.contains(&view.id)
    }

    fn days(&self, view: &OrderView) -> String {
        view.unread.map_or_else(String::new, |day| since(day, self.today))
    }

    fn outside_days(&self, result: &OutsideResult) -> String {
        result.unread().map_or_else(String::new, |released| since(when::local_day(released), self.local_today))
    }

    fn opened(report: &Report) -> String {
        opened_by(report.opened.as_ref())
    }

    fn outside_opened(result: &OutsideResult) -> String {
        opened_by(result.opened.as_ref())
    }
}

/// How long ago a day was; both are of one time zone.
fn since(day: Date, today: Date) -> String {
    day.until(today).map_or_else(
        |_| String::new(),
        |span| match span.get_days() {
            0 => "today".into(),
            1 => "1 day".into(),
            days => format!("{days} days"),
        },
    )
}

fn opened_by(opened: Option<&(Staff, Timestamp)>) -> String {
    opened.map_or_else(|| "not opened".into(), |(by, _)| format!("opened by {}", by.name))
}

/// Which page of the orders.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    page: String,
}

pub(crate) async fn get(At(desk): At, Query(which): Query<Which>) -> PageResult {
    let found = results::reports::not_arrived(&desk, page_number(&which.page)).await?;
    show(&Page {
        layout: Layout::new("Unread and undelivered results", Some(&desk.staff)).below("Work", "/").for_work(),
        found,
        today: desk.today(),
        local_today: when::local_day(desk.now()),
    })
}
