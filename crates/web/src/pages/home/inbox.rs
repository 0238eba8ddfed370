//! Results that wait to be acknowledged, on the first page: one at a time, by whoever has opened it, with the person named.

use super::{Above, HomeQuery, page};
use crate::{
    error::PageError,
    flash,
    form::Form,
    pages::{PageResult, layout::nhs_number, refusals},
    session::At,
    when,
};
use access::Action;
use axum::response::{IntoResponse, Redirect, Response};
use care::{OrderId, Refusals, ReportId};
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    results::{
        self,
        inbox::{Line, Unread, UnreadReport},
    },
};
use tower_sessions::Session;

/// What the first page shows of results.
pub(crate) struct Inbox {
    pub rows: Vec<Row>,
    /// How many orders have an unread result, exactly or at least.
    pub count: String,
    /// More than are shown.
    pub is_more: bool,
    /// What was sent of one that was refused.
    pub typed: Acknowledgement,
}

/// A line of the list.
pub(crate) struct Row {
    pub order: OrderId,
    pub number: String,
    pub is_urgent: bool,
    pub test: String,
    /// Since when it is unread.
    pub since: String,
    pub result: Shown,
}

/// What is unread.
pub(crate) enum Shown {
    Report(Box<ReportRow>),
    /// Addresses of results of other laboratories.
    Outside(Vec<String>),
    /// Whoever looks may not open it.
    Closed,
}

/// A report.
pub(crate) struct ReportRow {
    pub id: ReportId,
    pub name: String,
    pub born: String,
    pub nhs_number: String,
    pub kind: &'static str,
    pub headline: String,
    /// Genes with the class of their variant.
    pub classes: Vec<String>,
    /// Who opened it first.
    pub opened: String,
    pub is_opened_here: bool,
}

/// That somebody has read a report.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Acknowledgement {
    order: String,
    report: String,
    /// `yes` where they confirm whose it is and that they have read it.
    confirmed: String,
    /// What they will do.
    action: String,
}

impl Inbox {
    /// The list of whoever has results to acknowledge.
    pub(super) async fn of_desk(desk: &Desk, typed: Acknowledgement) -> ServiceResult<Option<Inbox>> {
        if !desk.may(Action::AcknowledgeReport) || !desk.may(Action::FollowReports) {
            return Ok(None);
        }
        let found = results::inbox::inbox(desk).await?;
        let (count, is_more) = (found.count.label(), found.count.number() > found.lines.len());
        Ok(Some(Inbox { rows: found.lines.into_iter().map(row).collect(), count, is_more, typed }))
    }

    /// Whether a report's form was sent and refused.
    pub(crate) fn is_refused(&self, report: &ReportRow) -> bool {
        self.typed.report == report.id.to_string()
    }

    /// What was typed of it.
    pub(crate) fn action(&self, report: &ReportRow) -> &str {
        if self.is_refused(report) { &self.typed.action } else { "" }
    }
}

fn row(line: Line) -> Row {
    let result = match line.unread {
        Unread::Report(report) => Shown::Report(Box::new(report_row(&report))),
        Unread::Outside(results) => Shown::Outside(results.into_iter().map(|id| format!("/outside/{id}")).collect()),
        Unread::Closed => Shown::Closed,
    };
    Row {
        order: line.view.id,
        is_urgent: line.is_urgent,
        test: format!("{} {}", line.view.test, line.view.indication),
        since: line.view.unread.map_or_else(String::new, when::day),
        number: line.view.number,
        result,
    }
}

fn report_row(report: &UnreadReport) -> ReportRow {
    let classes = report.content.variants.iter().map(|v| format!("{}: {}", v.gene, v.class.label().to_lowercase()));
    ReportRow {
        id: report.id,
        name: report.patient.full_name(),
        born: when::day(report.patient.birth_date),
        nhs_number: nhs_number(&report.patient.nhs_number),
        kind: report.content.kind(),
        headline: report.content.headline().to_owned(),
        classes: classes.collect(),
        opened: report.opened.as_ref().map_or_else(|| "Nobody has opened it".into(), |(by, _)| format!("Opened by {}", by.name)),
        is_opened_here: report.is_opened_here,
    }
}

pub(crate) async fn post(At(desk): At, session: Session, Form(sent): Form<Acknowledgement>) -> PageResult<Response> {
    match acknowledge(&desk, &sent).await {
        Ok(sentence) => {
            flash::say(&session, &sentence).await?;
            Ok(Redirect::to("/").into_response())
        }
        Err(error) => {
            let problems = refusals(error)?;
            Ok(page(&desk, HomeQuery::default(), sent, Above { problems, ..Above::default() }).await?.into_response())
        }
    }
}

/// Acknowledges the one report that was shown, and says which.
async fn acknowledge(desk: &Desk, sent: &Acknowledgement) -> ServiceResult<String> {
    let again = |_| Refusals::one("report", "Open this page again and choose which report you have read; nothing was acknowledged");
    let order: OrderId = sent.order.parse().map_err(again)?;
    let report: ReportId = sent.report.parse().map_err(again)?;
    if sent.confirmed != "yes" {
        let message = "Confirm whose report it is and that you have read it; nothing was acknowledged";
        return Err(Refusals::one("confirmed", message).into());
    }
    results::reports::acknowledge_read(desk, order, report, &sent.action).await?;
    let (_, content) = results::reports::report_by_id(desk, order, report).await?;
    let (name, number) = (&content.patient.name, &content.order_number);
    Ok(format!("You acknowledged the report of {name}, order {number}. Open that order to see what to do next with the result."))
}

/// The sentence of what was just done, for the first page.
pub(super) async fn done(session: &Session) -> Result<Option<String>, PageError> {
    flash::said(session).await
}
