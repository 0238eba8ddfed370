//! Every analysis of a case, none ever overwritten; and two of them beside each other.

use crate::{
    pages::{Banner, Layout, PageResult, id, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::extract::{Path, Query};
use care::OrderId;
use germline::compare::{Comparison, Kind};
use jiff::tz::TimeZone;
use serde::Deserialize;
use service::interpretation::{self, cases::Finished};

#[derive(Template)]
#[template(path = "interpretation/analyses.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    analyses: Vec<Finished>,
    /// Places in the list that are compared.
    chosen: (usize, usize),
    comparison: Option<Comparison>,
}

impl Page {
    fn time(finished: &Finished) -> String {
        finished.at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y %H:%M").to_string()
    }

    fn describe(kind: &Kind) -> String {
        match kind {
            Kind::Classified { before, after } => format!("{} became {}", before.label(), after.label().to_lowercase()),
            Kind::Came => "New among the candidates".into(),
            Kind::Went => "No longer among the candidates".into(),
            Kind::Moved { before, after } => format!("Place {before} became {after}"),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct AnalysesQuery {
    before: String,
    after: String,
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(query): Query<AnalysesQuery>) -> PageResult {
    let order: OrderId = id(&order, "order")?;
    let analyses = interpretation::cases::analyses(&desk, order).await?;
    let place = |text: &str, otherwise: usize| analyses.iter().position(|a| a.id.to_string() == text).unwrap_or(otherwise);
    let last = analyses.len().saturating_sub(1);
    let chosen = (place(&query.before, last.saturating_sub(1)), place(&query.after, last));
    let comparison = match (analyses.get(chosen.0), analyses.get(chosen.1)) {
        (Some(before), Some(after)) if chosen.0 != chosen.1 => Some(interpretation::cases::compared(&desk, before, after).await?),
        _ => None,
    };
    show(&Page {
        layout: Layout::new("Every analysis", Some(&desk.staff))
            .about(Banner::for_action(&desk, Action::ReadCase, order).await?)
            .for_work(),
        order,
        analyses,
        chosen,
        comparison,
    })
}
