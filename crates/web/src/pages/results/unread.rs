//! What has not arrived: reports that nobody has said to have read, and messages that could not be delivered.

use crate::{
    pages::{Layout, PageResult, show},
    session::At,
};
use askama::Template;
use care::results::report::Report;
use jiff::civil::Date;
use service::results::{self, reports::NotArrived};
use store::OrderView;

#[derive(Template)]
#[template(path = "results/unread.html")]
struct Page {
    layout: Layout,
    found: NotArrived,
    today: Date,
}

impl Page {
    fn days(&self, view: &OrderView) -> String {
        let since = view.unread.and_then(|day| day.until(self.today).ok());
        since.map_or_else(String::new, |span| match span.get_days() {
            0 => "today".into(),
            1 => "1 day".into(),
            days => format!("{days} days"),
        })
    }

    fn opened(report: &Report) -> String {
        report.opened.as_ref().map_or_else(|| "Not opened".into(), |(by, _)| format!("Opened by {}", by.name))
    }
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    let found = results::reports::not_arrived(&desk).await?;
    show(&Page { layout: Layout::new("What has not arrived", Some(&desk.staff)), found, today: desk.today() })
}
