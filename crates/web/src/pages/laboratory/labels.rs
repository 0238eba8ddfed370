//! The labels of every tube of an order that is still to come, to print together.

use crate::{
    error::PageError,
    pages::{Banner, Layout, PageResult, id, layout::nhs_number, show},
    session::At,
    when,
};
use access::{Action, Permit};
use askama::Template;
use axum::extract::Path;
use care::{OrderId, laboratory::sample};
use service::{Desk, ServiceError, laboratory::labels, people};

/// What is printed on the label of a tube.
struct Label {
    name: String,
    born: String,
    /// In groups of three, three and four; or why there is none.
    nhs_number: String,
    material: String,
    barcode: String,
    code128: String,
    data_matrix: String,
}

#[derive(Template)]
#[template(path = "laboratory/labels.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    number: String,
    labels: Vec<Label>,
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    let order: OrderId = id(&order, "order")?;
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let status = desk.status(&permit, order).await?;
    let number = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?.number.clone();
    let is_over = status.order.state.is_final();
    let mut labels = Vec::new();
    for (_, sample) in status.samples.iter().filter(|(_, sample)| sample.state.is_awaited() && !is_over) {
        if let Some(label) = &sample.label {
            labels.push(printed(&desk, &permit, label).await?);
        }
    }
    let banner = Banner::of_status(&desk, &permit, &status).await?;
    let layout = Layout::new("Labels", Some(&desk.staff)).below_order(&number, order).about(banner);
    show(&Page { layout, order, number, labels })
}

async fn printed(desk: &Desk, permit: &Permit, label: &sample::Label) -> PageResult<Label> {
    let who = people::patients::demographics(desk, permit, label.patient).await?;
    Ok(Label {
        name: people::restriction::name_for(desk, label.patient, &who.full_name()).await?,
        born: when::day(who.birth_date),
        nhs_number: nhs_number(&who.nhs_number),
        material: label.material.clone(),
        barcode: label.barcode.clone(),
        code128: labels::code128(&label.barcode).map_err(PageError::fault)?,
        data_matrix: labels::data_matrix(&label.barcode).map_err(PageError::fault)?,
    })
}
