//! The signed report: in plain words first, in full, as PDF; and saying that it was read.

use super::{Layout, PageResult, id, refusals, show};
use crate::{error::PageError, session::At};
use askama::Template;
use axum::{
    Form,
    extract::Path,
    http::header,
    response::{Html, IntoResponse, Redirect, Response},
};
use care::{
    OrderId, Role,
    report::{Content, State},
};
use serde::Deserialize;
use service::Desk;

#[derive(Template)]
#[template(path = "report_page.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    content: Content,
    state: State,
    role: Role,
    problems: Vec<String>,
}

impl Page {
    fn can_acknowledge(&self) -> bool {
        matches!(self.role, Role::Clinician | Role::GenomicAssociate)
            && matches!(self.state, State::Authorised { .. } | State::Delivered { .. })
    }
}

async fn page(desk: &Desk, order: OrderId, problems: Vec<String>) -> PageResult {
    let (_, report, content) = desk.report(order).await?;
    show(&Page {
        layout: Layout::of(format!("Report {}", content.order_number), Some(&desk.staff)),
        order,
        content,
        state: report.state,
        role: desk.staff.role,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    let order = id(&order, "order")?;
    let shown = page(&desk, order, vec![]).await?;
    desk.opened_report(order).await?;
    Ok(shown)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Act {
    /// What the reader will do.
    action: String,
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(act): Form<Act>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    match desk.acknowledge(order, &act.action).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
        Err(error) => Ok(page(&desk, order, refusals(error)?).await?.into_response()),
    }
}

pub(crate) async fn full(At(desk): At, Path(order): Path<String>) -> PageResult {
    let (_, _, content) = desk.report(id(&order, "order")?).await?;
    Ok(Html(service::reports::html(&content)?))
}

pub(crate) async fn pdf(At(desk): At, Path(order): Path<String>) -> PageResult<Response> {
    let (_, _, content) = desk.report(id(&order, "order")?).await?;
    let name = format!("inline; filename=\"{}.pdf\"", content.order_number);
    let bytes = tokio::task::spawn_blocking(move || service::reports::pdf(&content)).await.map_err(PageError::fault)??;
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
