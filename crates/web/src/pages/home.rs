//! The first page of each role: the orders of its organisation, those that wait for this role first; found, sorted, taken on,
//! and as a table to keep.

use super::{Layout, PageResult, chosen::Chosen, refusals, show};
use crate::{error::PageError, session::At};
use access::Action;
use askama::Template;
use axum::{
    extract::Query,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, Role};
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    Desk, interpretation,
    ordering::{self, work::WorkAction},
    results,
};
use store::{DraftLine, Listing, Mention, OrderView};

struct Row {
    view: OrderView,
    mine: bool,
    late: bool,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    layout: Layout,
    rows: Vec<Row>,
    query: HomeQuery,
    /// Address of the next page.
    next: Option<String>,
    csv: String,
    can_order: bool,
    drafts: Vec<DraftLine>,
    /// Comments on variants that wait for whoever looks.
    mentions: Vec<Mention>,
    heading: &'static str,
    tomorrow: String,
    problems: Vec<String>,
}

/// What the list is asked for.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HomeQuery {
    q: String,
    /// `mine`, `open` or `all`.
    show: String,
    /// `due` or `submitted`.
    sort: String,
    after: String,
    after_number: String,
}

/// Lines on a page, and in a table to keep.
const LINES: u64 = 50;
const TABLE_LINES: u64 = 100_000;

impl HomeQuery {
    fn listing(&self, role: Role, today: Date, most: u64) -> Listing {
        Listing {
            text: self.q.clone(),
            turn: (self.show == "mine").then_some((role, today)),
            finished: self.show == "all",
            latest_first: self.sort == "submitted",
            after: self.after.parse().ok().map(|day| (day, self.after_number.clone())),
            most,
        }
    }

    /// The same question as the end of an address, beginning after a line.
    fn encoded(&self, after: Option<&OrderView>) -> String {
        let day = |view: &OrderView| if self.sort == "submitted" { view.submitted } else { view.due }.to_string();
        let (after, number) = after.map_or_else(Default::default, |view| (day(view), view.number.clone()));
        let fields = [("q", &self.q), ("show", &self.show), ("sort", &self.sort), ("after", &after), ("after_number", &number)];
        let filled: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        serde_urlencoded::to_string(filled).unwrap_or_default()
    }
}

async fn page(desk: &Desk, query: HomeQuery, problems: Vec<String>) -> PageResult {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let role = desk.staff.role;
    let today = desk.today();
    let mut views = desk.service.store.orders(&permit, &query.listing(role, today, LINES + 1)).await?;
    let more = views.len() as u64 > LINES;
    views.truncate(LINES as usize);
    let next = if more { views.last().map(|last| format!("/?{}", query.encoded(Some(last)))) } else { None };
    let heading = match role {
        Role::Clinician => "My patients' orders",
        Role::GenomicAssociate => "Orders and what they wait for",
        Role::LaboratoryScientist => "Bench",
        Role::ClinicalScientist => "Cases to interpret and check",
        Role::Consultant => "Reports to authorise",
        Role::Bioinformatician => "Sequence data and analyses",
        Role::Curator => "Directory and panels",
        Role::Administrator => "Accounts and audit",
        _ => "Orders",
    };
    let can_order = desk.may(Action::PlaceOrder);
    show(&Page {
        drafts: if can_order { ordering::drafts::list(desk).await? } else { vec![] },
        mentions: if desk.may(Action::ReadCase) { interpretation::notes::mentions(desk).await? } else { vec![] },
        layout: Layout::new(heading, Some(&desk.staff)),
        rows: views.into_iter().map(|view| Row { mine: view.waits_for(role, today), late: view.is_late(today), view }).collect(),
        csv: format!("/work.csv?{}", query.encoded(None)),
        query,
        next,
        can_order,
        heading,
        tomorrow: today.saturating_add(jiff::Span::new().days(1)).to_string(),
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Query(query): Query<HomeQuery>) -> PageResult<Response> {
    if !desk.may(Action::SeeWorkList) {
        return Ok(Redirect::to("/research/projects").into_response());
    }
    Ok(page(&desk, query, vec![]).await?.into_response())
}

/// The list as a table for a spreadsheet.
pub(crate) async fn csv(At(desk): At, Query(query): Query<HomeQuery>) -> PageResult<Response> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let views = desk.service.store.orders(&permit, &query.listing(desk.staff.role, desk.today(), TABLE_LINES)).await?;
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = ["number", "patient", "test", "indication", "state", "next", "turn", "taken by", "submitted", "due"];
    table.write_record(head).map_err(PageError::fault)?;
    for v in &views {
        table.write_record(fields(v).map(|field| harmless(&field))).map_err(PageError::fault)?;
    }
    let bytes = table.into_inner().map_err(PageError::fault)?;
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"orders.csv\"")];
    Ok((headers, bytes).into_response())
}

/// The fields of an order in that table.
fn fields(view: &OrderView) -> [String; 10] {
    [
        view.number.clone(),
        view.patient.clone(),
        view.test.to_string(),
        view.indication.clone(),
        view.state.label().into(),
        view.stage.label(),
        view.turn().map_or_else(String::new, |role| role.as_str().into()),
        view.assignee.clone().unwrap_or_default(),
        view.submitted.to_string(),
        view.due.to_string(),
    ]
}

/// A field that no spreadsheet takes for a formula (OWASP, CSV injection).
fn harmless(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { field.to_owned() }
}

/// What can be done with the lines that were ticked.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Ticked {
    Take,
    Remind,
    Rest {
        #[serde(default)]
        until: String,
        #[serde(default)]
        reason: String,
    },
}

/// Does one thing with every line that was ticked; what cannot be done is told, the rest is done.
pub(crate) async fn post(At(desk): At, body: String) -> PageResult<Response> {
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let orders: Vec<OrderId> = fields.iter().filter(|(key, _)| key == "order").filter_map(|(_, value)| value.parse().ok()).collect();
    let query = HomeQuery { q: field("q").into(), show: field("show").into(), sort: field("sort").into(), ..HomeQuery::default() };
    let act = match crate::pages::form(&body)? {
        Chosen(Some(Ticked::Take)) => Some(WorkAction::Take),
        Chosen(Some(Ticked::Remind)) => Some(WorkAction::Remind),
        Chosen(Some(Ticked::Rest { until, reason })) => until.parse().ok().map(|until| WorkAction::Rest { until, reason }),
        Chosen(None) => None,
    };
    let mut problems = Vec::new();
    match act {
        None => problems.push("Choose what to do; for a rest, until which day".to_owned()),
        Some(_) if orders.is_empty() => problems.push("Tick at least one order".to_owned()),
        Some(act) => {
            for order in orders {
                if let Err(error) = ordering::work::act_on(&desk, order, &act).await {
                    problems.extend(refusals(error)?);
                }
            }
            problems.dedup();
            results::deliver::deliver(&desk.service).await.map_err(PageError::fault)?;
        }
    }
    if problems.is_empty() {
        return Ok(Redirect::to(&format!("/?{}", query.encoded(None))).into_response());
    }
    Ok(page(&desk, query, problems).await?.into_response())
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_field_is_a_formula() {
        assert_eq!(["=1+1", "@x", "Ada", "-3"].map(harmless), ["'=1+1", "'@x", "Ada", "'-3"]);
    }
}
