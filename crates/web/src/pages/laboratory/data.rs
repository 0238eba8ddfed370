//! Registering the VCF of a family.

use crate::{
    error::PageError,
    pages::{Banner, Layout, PageResult, id, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, PatientId};
use service::{
    Desk,
    laboratory::{self, data::Delivered},
};
use std::{collections::HashMap, sync::Arc};

#[derive(Template)]
#[template(path = "laboratory/data.html")]
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
        layout: Layout::new("Register sequence data", Some(&desk.staff)).about(Banner::of_order(desk, &permit, order).await?),
        order,
        people: people.into_iter().map(|p| (p.patient, p.name, p.relationship.label())).collect(),
        files: files(desk)?,
        problems,
    })
}

/// VCF files that were delivered to the folder `incoming`; none when there is no such folder yet.
fn files(desk: &Desk) -> PageResult<Vec<String>> {
    let folder = match std::fs::read_dir(desk.service.folder.join("incoming")) {
        Ok(folder) => folder,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(fault) => return Err(PageError::fault(fault)),
    };
    let is_vcf = |name: &String| [".vcf", ".vcf.gz"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    let mut names = Vec::new();
    for entry in folder {
        names.extend(entry.map_err(PageError::fault)?.file_name().into_string().ok().filter(is_vcf));
    }
    names.sort();
    Ok(names)
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    page(&desk, id(&order, "order")?, vec![]).await
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(form): Form<HashMap<String, String>>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let delivered = files(&desk)?;
    let Some(file) = form.get("file").filter(|name| delivered.contains(name)) else {
        return Ok(page(&desk, order, vec!["Choose a file that was delivered".into()]).await?.into_response());
    };
    let folder = desk.service.folder.join("incoming");
    let further = delivered.iter().filter(|name| *name != file && form.contains_key(&format!("with:{name}")));
    let files = Delivered { vcf: folder.join(file), structural: further.map(|name| folder.join(name)).collect() };
    let samples = form
        .iter()
        .filter(|(_, sample)| !sample.trim().is_empty())
        .filter_map(|(key, sample)| Some((key.parse::<PatientId>().ok()?, sample.trim().to_owned())));
    match laboratory::data::register_data(&desk, order, &files, samples.collect()).await {
        Ok(analysis) => {
            let work = desk.clone();
            tokio::spawn(async move {
                if let Err(error) = laboratory::data::run_analysis(&work, order, analysis, Arc::new(|_| {})).await {
                    tracing::error!("analysis {analysis} of order {order}: {error:#}");
                }
            });
            Ok(Redirect::to(&format!("/orders/{order}")).into_response())
        }
        Err(error) => Ok(page(&desk, order, refusals(error)?).await?.into_response()),
    }
}
