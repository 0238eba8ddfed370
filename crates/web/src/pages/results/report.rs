//! The signed report: in plain words first, in full, as PDF; and saying that it was read.

use crate::{
    error::PageError,
    form::Form,
    pages::{
        Banner, Layout, PageResult, Problem, id, refusals,
        results::next_steps::{NextStep, next_steps},
        show,
    },
    session::At,
    when,
};
use access::Action;
use askama::Template;
use axum::{
    Json,
    extract::Path,
    response::{Html, IntoResponse, Redirect, Response},
};
use care::{
    OrderId, Refusals, ReportId,
    results::report::{Content, Report, ReportedVariant, State, release::Presence},
};
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    results::{self, next_steps::After, own_page::PersonLinks},
};

#[derive(Template)]
#[template(path = "results/report.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    id: ReportId,
    content: Content,
    /// Name, NHS number, date of birth and sex as the report prints them.
    patient: [String; 4],
    state: State,
    /// Every report of the order, latest first: name, when signed, what changed, state.
    versions: Vec<Version>,
    /// This is not the latest.
    is_superseded: bool,
    /// Whether it is on the patient's page.
    presence: Presence,
    /// What comes next, for whoever asked for the test.
    steps: Vec<NextStep>,
    /// On whose pages it can be read, once it was read here.
    readers: Vec<PersonLinks>,
    problems: Vec<Problem>,
}

struct Version {
    id: ReportId,
    signed: String,
    changed: String,
    state: &'static str,
}

impl Page {
    fn can_amend(&self) -> bool {
        self.layout.may(Action::Interpret)
    }

    /// The latest report was read, so that it may be released to the patient.
    fn can_release(&self) -> bool {
        self.layout.may(Action::ReleaseResult) && matches!(self.state, State::Acknowledged { .. })
    }

    /// What a variant means for relatives.
    fn for_relatives(&self, variant: &ReportedVariant) -> Option<&'static str> {
        variant.for_relatives(self.content.question)
    }

    fn can_acknowledge(&self) -> bool {
        self.layout.may(Action::AcknowledgeReport) && matches!(self.state, State::Authorised { .. } | State::Delivered { .. })
    }
}

/// The page of a report; that it was opened is noted of the one that is shown.
async fn page(desk: &Desk, order: OrderId, chosen: Option<ReportId>, problems: Vec<Problem>) -> PageResult {
    let mut reports = results::reports::reports(desk, order).await?;
    reports.reverse();
    let version = |(id, report, content): &(ReportId, Report, Content)| Version {
        id: *id,
        signed: when::moment(content.authorised),
        changed: content.supersedes.as_ref().map_or_else(String::new, |(_, what)| what.clone()),
        state: report.state.label(),
    };
    let versions = reports.iter().map(version).collect();
    let place = match chosen {
        Some(chosen) => reports.iter().position(|(id, ..)| *id == chosen),
        None => (!reports.is_empty()).then_some(0),
    };
    let (id, report, content) = reports.swap_remove(place.ok_or(ServiceError::NotFound("report"))?);
    let banner = Banner::for_action(desk, Action::ReadReport, order).await?;
    let presence = results::releases::presence(desk, order, id).await?;
    let after = after(desk, order, (&report, &content), &presence).await?;
    let steps = after.as_ref().map_or_else(Vec::new, |after| next_steps(order, &report, &presence, after));
    let shown = show(&Page {
        id,
        versions,
        is_superseded: matches!(report.state, State::Superseded { .. }),
        presence,
        steps,
        readers: after.map_or_else(Vec::new, |after| after.readers),
        layout: Layout::new("Report", Some(&desk.staff)).below_order(&content.order_number, order).about(banner),
        order,
        patient: results::content::printed(&content.patient),
        content,
        state: report.state,
        problems,
    })?;
    results::reports::opened_report(desk, order, id).await?;
    Ok(shown)
}

/// What comes next with a report that was read, for those who may release it.
async fn after(desk: &Desk, order: OrderId, (report, content): (&Report, &Content), presence: &Presence) -> PageResult<Option<After>> {
    if !desk.may(Action::ReleaseResult) || !matches!(report.state, State::Acknowledged { .. }) {
        return Ok(None);
    }
    Ok(Some(results::next_steps::after(desk, order, report, content, presence).await?))
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    let order = id(&order, "order")?;
    page(&desk, order, None, vec![]).await
}

/// A report by its identifier: an earlier one stays readable.
pub(crate) async fn earlier(At(desk): At, Path((order, report)): Path<(String, String)>) -> PageResult {
    page(&desk, id(&order, "order")?, Some(id(&report, "report")?), vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReportForm {
    /// The report that was shown.
    report: String,
    /// What the reader will do.
    action: String,
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(form): Form<ReportForm>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let shown = form.report.parse().map_err(|_| Refusals::one("report", "Read the report below, and acknowledge it then"));
    let done = match shown {
        Ok(report) => results::reports::acknowledge_read(&desk, order, report, &form.action).await,
        Err(refusals) => Err(refusals.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
        Err(error) => Ok(page(&desk, order, None, refusals(error)?).await?.into_response()),
    }
}

/// A report as it was signed, page and PDF, with the number of its order.
async fn signed(desk: &Desk, order: &str, report: &str) -> PageResult<(String, [Vec<u8>; 2])> {
    let (report, content) = results::reports::report_by_id(desk, id(order, "order")?, id(report, "report")?).await?;
    Ok((content.order_number, results::reports::rendered(&desk.service, &report).await?))
}

pub(crate) async fn full(At(desk): At, Path((order, report)): Path<(String, String)>) -> PageResult {
    let (_, [html, _]) = signed(&desk, &order, &report).await?;
    Ok(Html(String::from_utf8(html).map_err(PageError::fault)?))
}

pub(crate) async fn pdf(At(desk): At, Path((order, report)): Path<(String, String)>) -> PageResult<Response> {
    let (number, [_, pdf]) = signed(&desk, &order, &report).await?;
    Ok(crate::pages::document(pdf, &format!("{number}.pdf")))
}

/// What a report was signed over, for programs.
pub(crate) async fn json(At(desk): At, Path((order, report)): Path<(String, String)>) -> PageResult<Json<serde_json::Value>> {
    let (_, content) = results::reports::report_by_id(&desk, id(&order, "order")?, id(&report, "report")?).await?;
    Ok(Json(results::reports::exported(&content)?))
}
