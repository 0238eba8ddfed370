//! The bench: a tube is scanned, its sample is found, and what is done with it is written down.

use crate::{
    error::PageError,
    form::Form,
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id,
        layout::nhs_number,
        ordering::order,
        refusals, show,
    },
    session::At,
    when,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, SampleId,
    laboratory::sample::{Command, Ground, Quality, Rejection, Sample, State},
};
use serde::Deserialize;
use service::{Desk, ServiceError, ServiceResult, directory, laboratory, people};
use store::SampleLine;

#[derive(Template)]
#[template(path = "laboratory/bench.html")]
struct Page {
    layout: Layout,
    barcode: String,
    manifest: String,
    lines: Vec<(SampleLine, String)>,
    problems: Vec<Problem>,
}

#[derive(Deserialize)]
pub(crate) struct BenchQuery {
    #[serde(default)]
    barcode: String,
    #[serde(default)]
    manifest: String,
}

/// Where tubes are scanned: a known one leads to its sample; a manifest lists what was sent with it.
pub(crate) async fn get(At(desk): At, Query(query): Query<BenchQuery>) -> PageResult<Response> {
    desk.permit_general(Action::SeeWorkList).await?;
    let (mut problems, mut lines): (Vec<Problem>, _) = (vec![], vec![]);
    if !query.barcode.trim().is_empty() {
        match service::laboratory::samples::scan(&desk, &query.barcode).await {
            Ok(line) => return Ok(Redirect::to(&format!("/orders/{}/samples/{}", line.order, line.id)).into_response()),
            Err(error) => problems = refusals(error)?,
        }
    }
    if !query.manifest.trim().is_empty() {
        for line in desk.service.store.manifest(query.manifest.trim()).await.map_err(PageError::fault)? {
            let permit = desk.permit(Action::HandleSample, line.order).await?;
            let request = desk.status(&permit, line.order).await?.order.request.ok_or(ServiceError::NotFound("order"))?;
            let name = request.people.iter().find(|p| p.patient == line.patient).map_or("", |p| p.name.as_str());
            let name = people::restriction::name_for(&desk, line.patient, name).await?;
            lines.push((line, name));
        }
        if lines.is_empty() {
            let message = format!("Nothing that is on its way was sent with the manifest {}", query.manifest.trim());
            problems.push(Problem::new("manifest", message));
        }
    }
    let layout = Layout::new("Scan a tube", Some(&desk.staff)).below("Work", "/").for_work();
    Ok(show(&Page { layout, barcode: query.barcode, manifest: query.manifest, lines, problems })?.into_response())
}

#[derive(Template)]
#[template(path = "laboratory/sample.html")]
struct SamplePage {
    layout: Layout,
    /// How many events of the sample are shown.
    seen: u64,
    order: OrderId,
    number: String,
    name: String,
    born: String,
    /// In groups of three, three and four; or why there is none.
    nhs_number: String,
    sample: Sample,
    barcode: String,
    material: String,
    parent: Option<SampleId>,
    laboratories: Vec<(String, String)>,
    events: Vec<(String, String, String)>,
    code128: String,
    data_matrix: String,
    may_work: bool,
    problems: Vec<Problem>,
}

pub(crate) async fn sample(At(desk): At, Path((order, sample)): Path<(String, String)>) -> PageResult {
    page(&desk, id(&order, "order")?, id(&sample, "sample")?, vec![]).await
}

async fn page(desk: &Desk, order: OrderId, id: SampleId, problems: Vec<Problem>) -> PageResult {
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let status = desk.status(&permit, order).await?;
    let request = status.order.request.clone().ok_or(ServiceError::NotFound("order"))?;
    let (_, sample) =
        status.samples.iter().find(|(sample_id, _)| *sample_id == id).ok_or(ServiceError::NotFound("sample of this order"))?;
    let label = sample.label.clone().ok_or(ServiceError::NotFound("label of this sample"))?;
    let who = people::patients::demographics(desk, &permit, label.patient).await?;
    let entries = desk.service.store.stream(&permit, &id.stream()).await.map_err(PageError::fault)?;
    let laboratories = directory::laboratories::list(&desk.service).await.map_err(PageError::fault)?;
    let mut events = Vec::new();
    for entry in entries.iter().rev() {
        events.push((entry.event().map_err(PageError::fault)?.sentence(), when::moment(entry.at), entry.actor[2].clone()));
    }
    show(&SamplePage {
        layout: Layout::new(format!("Sample {}", label.barcode), Some(&desk.staff))
            .below_order(&request.number, order)
            .about(Banner::of_member(desk, &permit, &status, label.patient).await?)
            .for_work(),
        seen: entries.iter().map(|entry| entry.sequence).max().unwrap_or_default(),
        order,
        number: request.number,
        name: people::restriction::name_for(desk, label.patient, &who.full_name()).await?,
        born: when::day(who.birth_date),
        nhs_number: nhs_number(&who.nhs_number),
        sample: sample.clone(),
        code128: service::laboratory::labels::code128(&label.barcode).map_err(PageError::fault)?,
        data_matrix: service::laboratory::labels::data_matrix(&label.barcode).map_err(PageError::fault)?,
        barcode: label.barcode,
        material: label.material,
        parent: label.parent,
        laboratories: laboratories.0.into_iter().map(|(code, lab)| (code.to_string(), lab.name)).collect(),
        events,
        may_work: desk.may(Action::HandleSample),
        problems,
    })
}

#[derive(Deserialize)]
pub(crate) struct BenchForm {
    /// The page that it was sent from: `sample`, or else the order.
    #[serde(default)]
    from: String,
    /// How many events of the sample were shown.
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    act: Chosen<BenchAction>,
}

/// What can be done with a sample.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum BenchAction {
    Collect,
    Send {
        #[serde(default, rename = "reason")]
        carrier: String,
    },
    Receive {
        #[serde(default)]
        barcode: String,
    },
    Accept,
    Reject {
        #[serde(default)]
        ground: String,
        #[serde(default)]
        reason: String,
    },
    Tumour {
        #[serde(default)]
        percent: String,
    },
    Prepare {
        #[serde(default)]
        concentration: String,
        #[serde(default)]
        volume: String,
        #[serde(default)]
        ratio: String,
    },
    Place {
        #[serde(default, rename = "reason")]
        place: String,
    },
    Dispatch {
        #[serde(default)]
        laboratory: String,
        #[serde(default, rename = "reason")]
        manifest: String,
    },
    Elsewhere {
        #[serde(default)]
        barcode: String,
    },
    Aliquot,
    Sequence,
    Exhaust,
    Return {
        #[serde(default, rename = "reason")]
        to: String,
    },
    Destroy(Why),
}

/// Does what was asked; the sample that it made, if it made one.
async fn done(
    desk: &Desk,
    order: OrderId,
    (sample, seen): (SampleId, Option<u64>),
    act: Option<BenchAction>,
) -> ServiceResult<Option<SampleId>> {
    let number = |text: &str| text.trim().parse().unwrap_or(f32::NAN);
    let refuse = |message: &str| care::Refusals::one("action", message);
    let Some(act) = act else { return Err(refuse("Choose what was done with the sample").into()) };
    service::shown::check(desk, &sample.stream(), "This sample", seen).await?;
    let command = match act {
        BenchAction::Aliquot => return laboratory::samples::aliquot(desk, order, sample).await.map(Some),
        BenchAction::Collect => Command::Collect,
        BenchAction::Send { carrier } => Command::Send { carrier },
        BenchAction::Receive { barcode } => Command::Receive { barcode },
        BenchAction::Accept => Command::Accept,
        BenchAction::Reject { ground, reason } => Command::Reject(Rejection { reason, ground: Ground::named(&ground) }),
        BenchAction::Tumour { percent } => {
            Command::AssessTumour { percent: percent.trim().parse().map_err(|_| refuse("Enter the tumour content in per cent"))? }
        }
        BenchAction::Prepare { concentration, volume, ratio } => Command::Prepare(Quality {
            concentration_ng_per_ul: number(&concentration),
            volume_ul: number(&volume),
            ratio_260_280: if ratio.trim().is_empty() { None } else { Some(number(&ratio)) },
        }),
        BenchAction::Place { place } => Command::Place { place },
        BenchAction::Dispatch { laboratory, manifest } => {
            Command::Dispatch { to: laboratory.parse().map_err(|_| refuse("Choose the laboratory that it is sent to"))?, manifest }
        }
        BenchAction::Elsewhere { barcode } => Command::ReceiveElsewhere { barcode },
        BenchAction::Sequence => Command::Sequence,
        BenchAction::Exhaust => Command::Exhaust,
        BenchAction::Return { to } => Command::Return { to },
        BenchAction::Destroy(Why { reason }) => Command::Destroy { reason },
    };
    laboratory::samples::handle(desk, order, sample, command).await.map(|()| None)
}

pub(crate) async fn post(At(desk): At, Path((order, sample)): Path<(String, String)>, Form(form): Form<BenchForm>) -> PageResult<Response> {
    let (order, sample): (OrderId, SampleId) = (id(&order, "order")?, id(&sample, "sample")?);
    let on_sample = form.from == "sample";
    match done(&desk, order, (sample, form.seen.parse().ok()), form.act.0).await {
        Ok(Some(aliquot)) => Ok(Redirect::to(&format!("/orders/{order}/samples/{aliquot}")).into_response()),
        Ok(None) if on_sample => Ok(Redirect::to(&format!("/orders/{order}/samples/{sample}")).into_response()),
        Ok(None) => Ok(Redirect::to(&format!("/orders/{order}#samples")).into_response()),
        Err(error) if on_sample => Ok(page(&desk, order, sample, refusals(error)?).await?.into_response()),
        Err(error) => Ok(order::page(&desk, order, refusals(error)?).await?.into_response()),
    }
}
