//! Results of other laboratories: those that wait for this laboratory, and one with its person beside the patient of its order.

use crate::{
    pages::{
        Layout, PageResult,
        chosen::{Chosen, Why},
        id, refusals, show,
    },
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OutsideResultId,
    people::{
        identifier::HospitalNumber,
        patient::{Demographics, Identity},
    },
    results::outside::{HandFiling, OutsideResult, Received, State, StateKind},
};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use service::{
    Desk,
    results::outside::{self, Comparison, Shown},
};
use store::OutsideLine;

/// A line of a list.
type Line = (OutsideLine, OutsideResult);

#[derive(Template)]
#[template(path = "results/outside/all.html")]
struct All {
    layout: Layout,
    unmatched: Vec<Line>,
    to_check: Vec<Line>,
}

impl All {
    fn came(line: &OutsideLine) -> String {
        moment(line.received)
    }

    /// Why a result is on no order.
    fn why(result: &OutsideResult) -> &str {
        if let State::Unmatched { why } = &result.state { why } else { "" }
    }

    /// Whoever looks has checked it, so that it waits for somebody else.
    fn is_checked_by_me(&self, result: &OutsideResult) -> bool {
        self.layout.me.as_ref().is_some_and(|me| result.checks.iter().any(|by| by.id == me.id))
    }
}

fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y %H:%M").to_string()
}

pub(crate) async fn all(At(desk): At) -> PageResult {
    let unmatched = outside::waiting(&desk, StateKind::Unmatched).await?;
    let mut to_check = outside::waiting(&desk, StateKind::CheckedOnce).await?;
    to_check.extend(outside::waiting(&desk, StateKind::Filed).await?);
    show(&All { layout: Layout::new("Results of other laboratories", Some(&desk.staff)), unmatched, to_check })
}

#[derive(Template)]
#[template(path = "results/outside/one.html")]
struct One {
    layout: Layout,
    shown: Shown,
    received: Received,
    /// The order on which somebody is about to file it.
    beside: Option<Comparison>,
    /// The number of that order, as typed.
    number: String,
    reason: String,
    problems: Vec<String>,
}

/// One item of two identities, side by side.
struct IdentityRow {
    item: &'static str,
    sent: String,
    known: String,
}

impl One {
    fn is_unmatched(&self) -> bool {
        matches!(self.shown.result.state, State::Unmatched { .. })
    }

    fn can_file(&self) -> bool {
        self.is_unmatched() && self.layout.may(Action::FileResult)
    }

    fn can_check(&self) -> bool {
        self.shown.result.is_to_check() && self.layout.may(Action::CheckResult)
    }

    fn can_refuse(&self) -> bool {
        self.can_check() || self.can_file()
    }

    fn can_read(&self) -> bool {
        self.shown.result.unread().is_some() && self.layout.may(Action::AcknowledgeReport)
    }

    /// The way back: to the list, or to the order for whoever reads it there.
    fn way_back(&self) -> (String, &'static str) {
        match &self.shown.filed_on {
            Some(order) if !self.layout.may(Action::FileResult) => (format!("/orders/{}", order.view.id), "Back to the order"),
            _ => ("/outside".to_owned(), "Back to the results of other laboratories"),
        }
    }

    /// The order beside which the person is shown: its own, or the one on which somebody is about to file it.
    fn beside(&self) -> Option<&Comparison> {
        self.shown.filed_on.as_ref().or(self.beside.as_ref())
    }

    /// What the message says of the person, beside what is known of the order's patient.
    fn identity(&self) -> Vec<IdentityRow> {
        let (sent, beside) = (&self.received.person, self.beside());
        let known = |item: fn(&Demographics) -> String| beside.map_or_else(String::new, |order| item(&order.who));
        let row = |item, sent: &str, known: String| IdentityRow { item, sent: or_none(sent), known };
        vec![
            row("Name", &sent.full_name(), known(Demographics::full_name)),
            row("NHS number", &sent.nhs_number, known(nhs_number)),
            row("Date of birth", &sent.birth_date, known(|who| who.birth_date.to_string())),
            row("Sex", sent.sex.label(), known(|who| who.sex.label().to_owned())),
            row("Numbers of hospitals", &labels(&sent.numbers), beside.map_or_else(String::new, |order| or_none(&labels(&order.numbers)))),
        ]
    }
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "not sent".into() } else { text.into() }
}

fn labels(numbers: &[HospitalNumber]) -> String {
    numbers.iter().map(HospitalNumber::label).collect::<Vec<_>>().join(", ")
}

fn nhs_number(who: &Demographics) -> String {
    match &who.nhs_number {
        Identity::NhsNumber(number) => String::from(*number),
        Identity::Unavailable(why) => format!("none: {why}"),
        Identity::Fetus => "none before birth".into(),
    }
}

/// The order on which somebody is about to file a result.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct OrderQuery {
    number: String,
}

async fn page(desk: &Desk, result: OutsideResultId, filing: FilingForm, mut problems: Vec<String>) -> PageResult {
    let shown = outside::result(desk, result).await?;
    let received = shown.result.received.as_deref().cloned().ok_or(service::ServiceError::NotFound("result"))?;
    let mut beside = None;
    if shown.filed_on.is_none() && !filing.number.trim().is_empty() {
        match outside::compare(desk, result, &filing.number).await {
            Ok(comparison) => beside = Some(comparison),
            Err(error) => problems.extend(refusals(error)?),
        }
    }
    problems.dedup();
    let layout = Layout::new(format!("Result of {}", received.laboratory_name), Some(&desk.staff));
    show(&One { layout, shown, received, beside, number: filing.number, reason: filing.reason, problems })
}

pub(crate) async fn get(At(desk): At, Path(result): Path<String>, Query(query): Query<OrderQuery>) -> PageResult {
    let result = id(&result, "result")?;
    let shown = page(&desk, result, FilingForm { number: query.number, ..FilingForm::default() }, vec![]).await?;
    outside::opened(&desk, result).await?;
    Ok(shown)
}

/// On which order a result is filed by hand, and why.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FilingForm {
    number: String,
    reason: String,
    confirmed: String,
}

/// What can be done with a result.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum ResultAction {
    Check,
    Refuse(Why),
    File(FilingForm),
    Read {
        /// What the reader will do.
        #[serde(default)]
        plan: String,
    },
}

pub(crate) async fn post(At(desk): At, Path(result): Path<String>, Form(Chosen(act)): Form<Chosen<ResultAction>>) -> PageResult<Response> {
    let result = id(&result, "result")?;
    let done = match &act {
        Some(ResultAction::Check) => outside::check(&desk, result).await,
        Some(ResultAction::Refuse(Why { reason })) => outside::refuse(&desk, result, reason).await,
        Some(ResultAction::File(form)) => {
            let filing = HandFiling { reason: form.reason.clone(), is_person_confirmed: form.confirmed == "yes" };
            outside::file(&desk, result, &form.number, &filing).await
        }
        Some(ResultAction::Read { plan }) => outside::acknowledge(&desk, result, plan).await,
        None => Err(care::Refusals::one("action", "Choose what should be done").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/outside/{result}")).into_response()),
        Err(error) => {
            let filing = if let Some(ResultAction::File(form)) = act { form } else { FilingForm::default() };
            Ok(page(&desk, result, filing, refusals(error)?).await?.into_response())
        }
    }
}

/// A document of a result: a PDF is shown, anything else is kept, since a browser might act on it.
pub(crate) async fn document(At(desk): At, Path((result, document)): Path<(String, String)>) -> PageResult<Response> {
    let (kept, bytes) = outside::document(&desk, id(&result, "result")?, &document).await?;
    let name = kept.file_name(1);
    if kept.is_pdf() && bytes.starts_with(b"%PDF") {
        return Ok(crate::pages::document(bytes, &name));
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
