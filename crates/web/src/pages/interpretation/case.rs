//! A case: its candidates with filters, the first scientist's conclusion, the second's check, the consultant's signature.

use crate::{
    error::PageError,
    pages::{Layout, PageResult, id, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId,
    interpretation::case::{Conclusion, Difference, Outcome, Selected, Side, State},
};
use germline::{Analysis, Candidate};
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    Desk, ServiceError, ServiceResult,
    interpretation::{self, cases},
    results,
};
use store::Classified;

#[derive(Template)]
#[template(path = "interpretation/case.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    number: String,
    patient: String,
    analysis: Analysis,
    filter: Filter,
    /// Classes that its variants were given in other cases.
    before: Vec<Classified>,
    state: State,
    /// Two scientists' conclusions, where they differed.
    difference: Option<Box<Difference>>,
    signed: bool,
    /// The person chose to be told of findings outside the question.
    other_findings: bool,
    mine: bool,
    /// The day of which it is shown, when that is past.
    past: Option<Date>,
    problems: Vec<String>,
}

#[derive(Deserialize, Default)]
pub(crate) struct Filter {
    #[serde(default)]
    gene: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    panel: String,
    /// A day that is past.
    #[serde(default)]
    on: String,
}

impl Page {
    /// The latest class that a variant was given before, if it was.
    fn earlier(&self, variant: &genome::Variant) -> Option<&Classified> {
        let variant = variant.to_string();
        self.before.iter().find(|earlier| earlier.variant == variant)
    }

    fn can_propose(&self) -> bool {
        self.past.is_none() && self.state == State::Open && self.layout.may(Action::Interpret)
    }

    /// Signing, sending back, deciding: what a scientist or consultant does with the case as it stands.
    fn can_act(&self) -> bool {
        self.past.is_none() && self.layout.may(Action::CheckInterpretation)
    }

    /// A second scientist, who may come to another conclusion.
    fn can_differ(&self) -> bool {
        matches!(self.state, State::Proposed { .. }) && !self.mine && self.can_act()
    }

    fn can_conclude(&self) -> bool {
        self.can_propose() || self.can_differ()
    }

    fn shown(&self) -> Vec<&Candidate> {
        let wanted = |c: &&Candidate| {
            let gene = self.filter.gene.trim();
            (gene.is_empty() || c.symbol.to_lowercase().contains(&gene.to_lowercase()))
                && (self.filter.class.is_empty() || c.variants.iter().any(|v| v.classification.class.name() == self.filter.class))
                && (self.filter.panel.is_empty() || c.on_panel == Some(true))
        };
        self.analysis.candidates.iter().filter(wanted).take(100).collect()
    }
}

async fn page(desk: &Desk, order: OrderId, filter: Filter, problems: Vec<String>) -> PageResult {
    let past = filter.on.parse::<Date>().ok().filter(|day| *day < desk.today());
    let (status, analysis) = match past {
        Some(day) => interpretation::cases::case_on(desk, order, day).await?,
        None => interpretation::cases::case(desk, order).await?,
    };
    let before = interpretation::cases::classified_before(desk, order, &analysis).await?;
    let request = status.order.request.as_ref();
    let state = status.interpretation().map_or(State::None, |(_, i)| i.state.clone());
    let difference = status.interpretation().and_then(|(_, i)| i.difference.clone());
    let mine = match &state {
        State::Proposed { first, .. } => first.id == desk.staff.id,
        State::Checked { first, second, .. } => first.id == desk.staff.id || second.id == desk.staff.id,
        State::Differs => difference.as_ref().is_some_and(|d| d.first.1.id == desk.staff.id || d.second.1.id == desk.staff.id),
        _ => false,
    };
    show(&Page {
        layout: Layout::of("Case", Some(&desk.staff)),
        order,
        number: request.map_or_else(String::new, |r| r.number.clone()),
        patient: request.and_then(|r| r.proband()).map_or_else(String::new, |p| p.name.clone()),
        analysis,
        before,
        filter,
        state,
        difference,
        signed: status.report_of_latest().is_some(),
        other_findings: interpretation::cases::told_other_findings(desk, order).await?,
        mine,
        past,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(filter): Query<Filter>) -> PageResult {
    page(&desk, id(&order, "order")?, filter, vec![]).await
}

/// The case for the Matchmaker Exchange, or its report for ClinVar.
pub(crate) async fn share(At(desk): At, Path((order, with)): Path<(String, String)>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let told = match with.as_str() {
        "clinvar.json" => interpretation::sharing::for_clinvar(&desk, order).await?,
        "matchmaker.json" => interpretation::sharing::for_matchmaker(&desk, order).await?,
        _ => return Err(PageError::Service(ServiceError::NotFound("page"))),
    };
    Ok(([(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{with}\""))], Json(told)).into_response())
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, body: String) -> PageResult<Response> {
    let order = id(&order, "order")?;
    // A form with several ticked variants repeats a name, which a map cannot hold.
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&body).map_err(PageError::fault)?;
    match act(&desk, order, &fields).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/case")).into_response()),
        Err(error) => Ok(page(&desk, order, Filter::default(), refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, order: OrderId, fields: &[(String, String)]) -> ServiceResult<()> {
    let field = |name: &str| fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str());
    match field("action") {
        "check" => interpretation::cases::check(desk, order).await,
        "return" => interpretation::cases::send_back(desk, order, field("reason").to_owned()).await,
        action @ ("authorise" | "interim") => {
            if action == "interim" {
                results::reports::authorise_interim(desk, order).await?
            } else {
                results::reports::authorise(desk, order).await?
            };
            results::deliver::deliver(&desk.service).await?;
            Ok(())
        }
        "propose" => interpretation::cases::propose(desk, order, conclusion(desk, order, fields).await?).await,
        "differ" => interpretation::cases::differ(desk, order, conclusion(desk, order, fields).await?, field("reason").to_owned()).await,
        "first" => interpretation::cases::resolve(desk, order, Side::First, field("reason").to_owned()).await,
        "second" => interpretation::cases::resolve(desk, order, Side::Second, field("reason").to_owned()).await,
        "reopen" => interpretation::cases::reopen(desk, order, field("reason").to_owned()).await,
        _ => Err(care::Refusals::one("action", "Choose what should be done").into()),
    }
}

/// What was ticked and written.
async fn conclusion(desk: &Desk, order: OrderId, fields: &[(String, String)]) -> ServiceResult<Conclusion> {
    let field = |name: &str| fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str());
    let (_, analysis) = interpretation::cases::case(desk, order).await?;
    let ticked = |name: &'static str| fields.iter().filter(move |(k, _)| k == name).filter_map(|(_, v)| cases::select(&analysis, v));
    let mut variants: Vec<Selected> = ticked("variant").collect();
    variants.extend(ticked("secondary").map(|v| Selected { secondary: true, ..v }));
    let Some((_, outcome)) = Outcome::ALL.into_iter().find(|(name, _)| *name == field("outcome")) else {
        return Err(care::Refusals::one("outcome", "Choose the result").into());
    };
    if let Some(twice) = variants.iter().find(|v| variants.iter().filter(|w| w.variant == v.variant).count() > 1) {
        let words = format!("{} is ticked as an answer and as outside the question: choose one", twice.variant);
        return Err(care::Refusals::one("variants", words).into());
    }
    Ok(Conclusion { variants, outcome, summary: field("summary").to_owned() })
}
