//! What people answered about research, and why some said no.

use super::{
    super::{Layout, PageResult, show},
    Quarter,
};
use crate::session::At;
use askama::Template;
use axum::extract::Query;
use jiff::civil::Date;
use service::research::{self, answers::Count, declined::Answered};

#[derive(Template)]
#[template(path = "research/declined.html")]
struct Page {
    layout: Layout,
    months: String,
    before: Date,
    answered: Answered,
}

pub(crate) async fn get(At(desk): At, Query(quarter): Query<Quarter>) -> PageResult {
    let (quarter, answered) = research::declined::declined(&desk, quarter.of.parse().unwrap_or_else(|_| desk.today())).await?;
    let (months, before) = super::months(quarter);
    show(&Page { layout: Layout::new("Reasons for declining", Some(&desk.staff)), months, before, answered })
}
