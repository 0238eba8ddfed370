//! The quality of each sample of an order, beside what is expected, and what is decided of it.

use crate::{
    chart::{Chart, Mark, expected, ranges},
    form::Form,
    pages::{Banner, Layout, PageResult, Problem, id, refusals, show},
    session::At,
    when,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, Refusals, interpretation::analysis::QualityDecision};
use germline::{
    identity,
    quality::{Limit, Measure, Verdict},
};
use serde::Deserialize;
use service::{
    Desk, ServiceError, ServiceResult,
    laboratory::quality::{self, Judged, Quality},
    people::restriction,
};

/// A measure of every sample.
struct Measured {
    chart: Chart,
    limit: Option<&'static Limit>,
    expected: String,
    /// Names of the samples that are outside what is expected.
    outside: Vec<String>,
}

/// A sample as it is shown.
struct Row {
    sample: String,
    who: String,
    sites: u32,
    decision: String,
    why: String,
}

#[derive(Template)]
#[template(path = "laboratory/quality.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    analysis: String,
    seen: u64,
    is_genome: bool,
    rows: Vec<Row>,
    measures: Vec<Measured>,
    identity: Vec<(String, String, u32, &'static str)>,
    form: DecisionForm,
    problems: Vec<Problem>,
}

impl Page {
    fn is_chosen(&self, sample: &str) -> bool {
        self.form.sample == sample
    }
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    page(&desk, id(&order, "order")?, DecisionForm::default(), vec![]).await
}

async fn page(desk: &Desk, order: OrderId, form: DecisionForm, problems: Vec<Problem>) -> PageResult {
    let permit = desk.permit(Action::HandleSample, order).await?;
    let quality = quality::quality(desk, order).await?;
    let number = quality.status.order.request.as_ref().map_or("", |request| request.number.as_str());
    let layout = Layout::new("Quality of each sample", Some(&desk.staff))
        .below_order(number, order)
        .about(Banner::of_status(desk, &permit, &quality.status).await?)
        .for_work();
    let mut rows = Vec::new();
    for judged in &quality.samples {
        rows.push(row(desk, &quality, judged).await?);
    }
    show(&Page {
        layout,
        order,
        analysis: quality.analysis.to_string(),
        seen: quality.seen,
        is_genome: quality.is_genome,
        rows,
        measures: Measure::ALL.into_iter().map(|measure| measured(measure, &quality)).collect(),
        identity: quality.identity.iter().map(checked).collect(),
        form,
        problems,
    })
}

async fn row(desk: &Desk, quality: &Quality, judged: &Judged) -> ServiceResult<Row> {
    let mut people = quality.status.order.request.iter().flat_map(|request| &request.people);
    let who = match people.find(|person| Some(person.patient) == judged.patient) {
        Some(person) => {
            let name = restriction::name_for(desk, person.patient, &person.name).await?;
            format!("{name} ({})", person.relationship.label())
        }
        None => "nobody of this order now".into(),
    };
    let (decision, why) = match &judged.decision {
        Some(decided) => {
            let why = format!("{} ({}, {})", decided.reason, decided.by, when::moment(decided.at));
            (decided.decision.label().to_owned(), why)
        }
        None => ("Not decided".to_owned(), String::new()),
    };
    Ok(Row { sample: judged.quality.sample.clone(), who, sites: judged.quality.sites, decision, why })
}

fn measured(measure: Measure, quality: &Quality) -> Measured {
    let limit = measure.limit(quality.is_genome);
    let shown = |value: f64| value * measure.shown_as().0;
    let bounds = limit.map_or((None, None), |limit| (limit.from.map(shown), limit.to.map(shown)));
    let mark = |judged: &Judged| Mark { label: judged.quality.sample.clone(), value: judged.quality.value(measure).map(shown) };
    let marks: Vec<Mark> = quality.samples.iter().map(mark).collect();
    let is_outside = |judged: &&Judged| limit.is_some_and(|limit| limit.verdict(judged.quality.value(measure)) == Verdict::Outside);
    Measured {
        chart: ranges(measure.label(), measure.shown_as().1, &marks, bounds),
        limit,
        expected: expected(bounds),
        outside: quality.samples.iter().filter(is_outside).map(|judged| judged.quality.sample.clone()).collect(),
    }
}

fn checked(check: &identity::IdentityCheck) -> (String, String, u32, &'static str) {
    let outcome = match check.outcome {
        identity::Outcome::Agrees => "Agrees with the pedigree",
        identity::Outcome::Contradicts => "Contradicts the pedigree",
        identity::Outcome::TooFew => "Too few sites to say",
    };
    (check.what.clone(), format!("{:.0} %", check.value * 100.0), check.sites, outcome)
}

/// What is decided of a sample.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct DecisionForm {
    analysis: String,
    seen: String,
    sample: String,
    decision: String,
    reason: String,
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(form): Form<DecisionForm>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    match done(&desk, order, &form).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/quality")).into_response()),
        Err(error) => Ok(page(&desk, order, form, refusals(error)?).await?.into_response()),
    }
}

async fn done(desk: &Desk, order: OrderId, form: &DecisionForm) -> ServiceResult<()> {
    let decision = match form.decision.as_str() {
        "accepted" => QualityDecision::Accepted,
        "repeat" => QualityDecision::Repeat,
        _ => return Err(Refusals::one("decision", "Choose whether the sample is accepted or repeated").into()),
    };
    let analysis = form.analysis.parse().map_err(|_| ServiceError::NotFound("analysis of this order"))?;
    // What is no number is nothing that anybody saw.
    let seen = form.seen.parse().unwrap_or(0);
    quality::decide(desk, order, (analysis, seen), &form.sample, (decision, &form.reason)).await
}
