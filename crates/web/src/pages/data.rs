//! Registering the VCF of a family.

use super::{Layout, PageResult, id, refusals, show};
use crate::session::At;
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, PatientId};
use service::Desk;
use std::{collections::HashMap, sync::Arc};

#[derive(Template)]
#[template(path = "data.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    people: Vec<(PatientId, String, &'static str)>,
    files: Vec<String>,
    problems: Vec<String>,
}

async fn page(desk: &Desk, order: OrderId, problems: Vec<String>) -> PageResult {
    let permit = desk.permit(Action::RegisterData, order).await?;
    let status = desk.status(&permit, order).await?;
    let people = status.order.request.map(|r| r.people).unwrap_or_default();
    show(&Page {
        layout: Layout::of("Register sequence data", Some(&desk.staff)),
        order,
        people: people.into_iter().map(|p| (p.patient, p.name, p.relationship.words())).collect(),
        files: files(desk),
        problems,
    })
}

/// VCF files that were delivered to the folder `incoming`.
fn files(desk: &Desk) -> Vec<String> {
    let folder = std::fs::read_dir(desk.service.folder.join("incoming"));
    let names = folder.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|n| n.ends_with(".vcf") || n.ends_with(".vcf.gz")).collect();
    names.sort();
    names
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    page(&desk, id(&order, "order")?, vec![]).await
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(form): Form<HashMap<String, String>>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let Some(file) = form.get("file").filter(|name| files(&desk).contains(name)) else {
        return Ok(page(&desk, order, vec!["Choose a file that was delivered".into()]).await?.into_response());
    };
    let samples = form
        .iter()
        .filter(|(_, sample)| !sample.trim().is_empty())
        .filter_map(|(key, sample)| Some((key.parse::<PatientId>().ok()?, sample.trim().to_owned())));
    let path = desk.service.folder.join("incoming").join(file);
    match desk.register_data(order, &path, samples.collect()).await {
        Ok(analysis) => {
            let work = desk.clone();
            tokio::spawn(async move {
                if let Err(error) = work.run_analysis(order, analysis, Arc::new(|_| {})).await {
                    tracing::error!("analysis {analysis} of order {order}: {error:#}");
                }
            });
            Ok(Redirect::to(&format!("/orders/{order}")).into_response())
        }
        Err(error) => Ok(page(&desk, order, refusals(error)?).await?.into_response()),
    }
}
