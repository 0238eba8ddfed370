//! What a person's genes say of medicines: read, signed, asked.

use crate::{
    error::PageError,
    form::Form,
    pages::{Banner, Layout, PageResult, Problem, chosen::Chosen, document, id, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{Html, IntoResponse, Redirect, Response},
};
use care::{OrderId, PatientId, Refusals};
use pharmacogenomics::{Advice, Call, call::Made, guidance};
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    results::{
        self,
        medicines::{self, Known},
    },
};

#[derive(Template)]
#[template(path = "results/medicines.html")]
struct Page {
    layout: Layout,
    patient: PatientId,
    known: Known,
    /// The medicine that is asked about, and what is said of it.
    query: String,
    advice: Option<(String, Vec<Advice>, Vec<&'static str>)>,
    /// Everything that asks for something else than the usual, strongest first.
    strong: Vec<Advice>,
    /// Orders whose data could be read.
    orders: Vec<(OrderId, String)>,
    may_sign: bool,
    problems: Vec<Problem>,
}

impl Page {
    fn missing(call: &Call) -> String {
        match (&call.made, call.missing.len()) {
            (_, 0) => "All".into(),
            (Made::Outside(_), _) => "Told by another method".into(),
            (_, n) => format!("{n} not read"),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct MedicinesQuery {
    medicine: String,
}

pub(crate) async fn get(At(desk): At, Path(patient): Path<String>, Query(query): Query<MedicinesQuery>) -> PageResult {
    page(&desk, id(&patient, "patient")?, query.medicine, vec![]).await
}

async fn page(desk: &Desk, patient: PatientId, query: String, mut problems: Vec<Problem>) -> PageResult {
    let permit = desk.permit_patient(Action::ReadMedicines, patient).await?;
    let known = results::medicines::medicines_with(desk, &permit, patient).await?;
    let may_sign = desk.may(Action::SignMedicines);
    let listed = if may_sign { desk.service.store.orders_with(&permit, patient).await? } else { vec![] };
    let genes: &[_] = known.signed.as_ref().map_or(&[], |(_, _, genes)| genes);
    let medicine = guidance::medicine(&query).or_else(|| guidance::named_in(&query));
    if !query.trim().is_empty() && medicine.is_none() {
        problems.push(Problem::new("medicine", format!("There is no guidance on {}", query.trim())));
    }
    let advice = medicine.map(|m| (m.name.to_owned(), guidance::advise(m.name, genes), guidance::unknown(m.name, genes)));
    let mut layout = Layout::new("Pharmacogenomics", Some(&desk.staff)).about(Banner::of_patient(desk, &permit, patient).await?);
    if desk.may(Action::ReadRecord) {
        layout = layout.below("Genomic record", format!("/patients/{patient}"));
    }
    show(&Page {
        layout,
        patient,
        strong: medicines::strong(genes),
        orders: listed.into_iter().map(|view| (view.id, format!("{} {} {}", view.number, view.test, view.indication))).collect(),
        known,
        query,
        advice,
        may_sign,
        problems,
    })
}

/// The signed report, as page or PDF.
pub(crate) async fn report(At(desk): At, Path((patient, kind)): Path<(String, String)>) -> PageResult<Response> {
    let [html, pdf] = results::medicines::medicines_report(&desk, id(&patient, "patient")?).await?;
    match kind.as_str() {
        "report.html" => Ok(Html(String::from_utf8(html).map_err(PageError::fault)?).into_response()),
        "report.pdf" => Ok(document(pdf, "pharmacogenomic-report.pdf")),
        _ => Err(ServiceError::NotFound("page").into()),
    }
}

/// What can be done with a person's genes for medicines.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum MedicinesAction {
    Read {
        #[serde(default)]
        order: String,
    },
    Sign {
        #[serde(default)]
        content: String,
    },
}

pub(crate) async fn post(
    At(desk): At,
    Path(patient): Path<String>,
    Form(Chosen(act)): Form<Chosen<MedicinesAction>>,
) -> PageResult<Response> {
    let patient: PatientId = id(&patient, "patient")?;
    let done = match act {
        Some(MedicinesAction::Read { order }) => match order.parse() {
            Ok(order) => {
                results::medicines::read(&desk, order).await.and_then(|read| if read == 0 { Err(nothing().into()) } else { Ok(()) })
            }
            Err(_) => Err(Refusals::one("order", "Choose the order whose data is read").into()),
        },
        Some(MedicinesAction::Sign { content }) => results::medicines::sign(&desk, patient, &content).await,
        None => Err(Refusals::one("action", "Choose what to do").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/patients/{patient}/medicines")).into_response()),
        Err(error) => Ok(page(&desk, patient, String::new(), refusals(error)?).await?.into_response()),
    }
}

fn nothing() -> Refusals {
    let message = "Nothing new was read: nobody of this order agreed to be told of additional findings, or it was read already";
    Refusals::one("order", message)
}
