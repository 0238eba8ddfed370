//! Results of other laboratories: those that wait for this laboratory, and one with its person beside the patient of its order.

use crate::{
    form::Form,
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id,
        layout::nhs_number,
        page_number, refusals, show,
    },
    session::At,
    when,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OutsideResultId, PatientId, Refusals,
    ordering::message::{self, Message},
    people::{identifier::HospitalNumber, patient::Demographics},
    results::outside::{HandFiling, KeptDocument, OutsideResult, Received, State, StateKind},
};
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    results::outside::{self, Comparison, Shown, Unreadable},
};
use store::{MessageLine, OutsideLine, Paged};

/// A line of a list.
type Line = (OutsideLine, OutsideResult);

#[derive(Template)]
#[template(path = "results/outside/all.html")]
struct All {
    layout: Layout,
    unmatched: Paged<Line>,
    to_check: Paged<Line>,
    unreadable: Unreadable,
}

/// Which page of each list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pages {
    unmatched_page: String,
    check_page: String,
}

impl All {
    /// Messages of one system that are listed, at the most.
    fn most() -> u64 {
        Unreadable::most()
    }

    /// Addresses of the pages of either list, without their number: the other list stays at its own.
    fn unmatched_address(&self) -> String {
        format!("/outside?check_page={}&unmatched_", self.to_check.number)
    }

    fn check_address(&self) -> String {
        format!("/outside?unmatched_page={}&check_", self.unmatched.number)
    }

    /// What is wrong with a message that was refused.
    fn faults(message: &Message) -> Vec<String> {
        match &message.state {
            message::State::Refused { faults } => faults.iter().map(ToString::to_string).collect(),
            _ => vec![],
        }
    }

    /// Who sent a message.
    fn sender(message: &Message) -> &str {
        message.received.as_ref().map_or("", |received| &received.client.name)
    }

    fn came(line: &OutsideLine) -> String {
        when::moment(line.received)
    }

    /// When a message came that was refused.
    fn message_came(line: &MessageLine) -> String {
        when::moment_of(&line.received)
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

pub(crate) async fn all(At(desk): At, Query(pages): Query<Pages>) -> PageResult {
    let unmatched = outside::waiting(&desk, &[StateKind::Unmatched], page_number(&pages.unmatched_page)).await?;
    let to_check = outside::waiting(&desk, &[StateKind::CheckedOnce, StateKind::Filed], page_number(&pages.check_page)).await?;
    let unreadable = outside::unreadable(&desk).await?;
    show(&All { layout: Layout::new("Results of other laboratories", Some(&desk.staff)).for_work(), unmatched, to_check, unreadable })
}

#[derive(Template)]
#[template(path = "results/outside/one.html")]
struct One {
    layout: Layout,
    /// How many events of the result are shown.
    seen: u64,
    shown: Shown,
    received: Received,
    /// Everybody of the order on which somebody is about to file it, or to which it is to be moved.
    candidates: Vec<Comparison>,
    /// Whose part of that order somebody chose.
    person: String,
    /// The number of that order, as typed.
    number: String,
    reason: String,
    /// What the reader will do, as typed.
    plan: String,
    problems: Vec<Problem>,
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

    /// Whose it is may be shown: not to those who had read it where it did not belong.
    fn shows_person(&self) -> bool {
        !self.shown.result.is_moved() || self.layout.may(Action::FileResult)
    }

    /// Whose part of an order it is, as a form sends it.
    fn part(comparison: &Comparison) -> String {
        comparison.relative.unwrap_or(comparison.view.patient_id).to_string()
    }

    /// It may be moved to another order, and nobody has asked for that yet.
    fn can_move(&self) -> bool {
        self.shown.filed_on.is_some()
            && self.shown.result.is_live()
            && self.shown.result.moving.is_none()
            && self.layout.may(Action::FileResult)
    }

    fn can_confirm_move(&self) -> bool {
        self.shown.result.moving.is_some() && self.shown.result.is_live() && self.layout.may(Action::CheckResult)
    }

    /// Those who are tested in the order on which somebody is about to file it, but the one who is shown.
    fn others(&self) -> impl Iterator<Item = &Comparison> {
        let chosen = self.target().and_then(|target| target.relative);
        self.candidates.iter().filter(move |candidate| candidate.relative != chosen)
    }

    /// The part of the order on which it is about to be filed: of whoever was chosen, else of whom it is certainly, else of the patient.
    fn target(&self) -> Option<&Comparison> {
        let of = |candidate: &&Comparison| One::part(candidate) == self.person;
        let chosen = self.candidates.iter().find(of).filter(|_| !self.person.is_empty());
        chosen.or_else(|| self.candidates.iter().find(|one| one.differs.is_empty())).or(self.candidates.first())
    }

    /// The order beside which the person is shown: its own, or the one on which somebody is about to file it.
    fn beside(&self) -> Option<&Comparison> {
        self.shown.filed_on.as_ref().or(self.target())
    }

    /// What the message says of the person, beside what is known of somebody of an order.
    fn identity(&self, beside: Option<&Comparison>) -> Vec<IdentityRow> {
        let sent = &self.received.person;
        let known = |item: fn(&Demographics) -> String| beside.map_or_else(String::new, |order| item(&order.who));
        let row = |item, sent: &str, known: String| IdentityRow { item, sent: or_none(sent), known };
        vec![
            row("Name", &sent.full_name(), known(Demographics::full_name)),
            row("NHS number", &sent.nhs_number, known(|who| nhs_number(&who.nhs_number))),
            row("Date of birth", &when::day_of(&sent.birth_date), known(|who| when::day(who.birth_date))),
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

/// The order on which somebody is about to file a result, and whose part of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct OrderQuery {
    number: String,
    person: String,
}

async fn page(desk: &Desk, result: OutsideResultId, filing: FilingForm, mut problems: Vec<Problem>) -> PageResult {
    let shown = outside::result(desk, result).await?;
    let seen = outside::version(desk, result).await?;
    let received = shown.result.received.as_deref().cloned().ok_or(service::ServiceError::NotFound("result"))?;
    let mut candidates = Vec::new();
    if desk.may(Action::FileResult) && !filing.number.trim().is_empty() {
        match outside::compare(desk, result, &filing.number).await {
            Ok(people) => candidates = people,
            Err(error) => problems.extend(refusals(error)?),
        }
    }
    problems.dedup();
    let layout = layout(desk, &shown, &received.laboratory_name).await?;
    let FilingForm { number, person, reason, plan, .. } = filing;
    show(&One { layout, seen, shown, received, candidates, person, number, reason, plan, problems })
}

/// The result is about somebody only once it is filed on an order. One that was moved away shows nobody to those who may not file.
async fn layout(desk: &Desk, shown: &Shown, laboratory: &str) -> PageResult<Layout> {
    let layout = Layout::new(format!("Result of {laboratory}"), Some(&desk.staff));
    let in_laboratory = desk.may(Action::FileResult);
    let layout = if in_laboratory { layout.below("Results of other laboratories", "/outside") } else { layout };
    let Some(filed) = &shown.filed_on else { return Ok(layout) };
    let layout = if in_laboratory { layout } else { layout.below_order(&filed.view.number, filed.view.id) };
    if shown.result.is_moved() && !in_laboratory {
        return Ok(layout);
    }
    let permit = desk.permit(Action::ReadOrder, filed.view.id).await?;
    let status = desk.status(&permit, filed.view.id).await?;
    Ok(layout.about(Banner::of_member(desk, &permit, &status, filed.relative.unwrap_or(filed.view.patient_id)).await?))
}

pub(crate) async fn get(At(desk): At, Path(result): Path<String>, Query(query): Query<OrderQuery>) -> PageResult {
    let result = id(&result, "result")?;
    let shown = page(&desk, result, FilingForm { number: query.number, person: query.person, ..FilingForm::default() }, vec![]).await?;
    outside::opened(&desk, result).await?;
    Ok(shown)
}

/// On which order a result is filed by hand, and why.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FilingForm {
    number: String,
    person: String,
    reason: String,
    confirmed: String,
    /// What the reader will do, where the form that was sent was theirs.
    plan: String,
}

impl FilingForm {
    /// Whose part of the order it is; of its patient, where nobody is named.
    fn person(&self) -> Result<Option<PatientId>, Refusals> {
        let read = |text: &str| text.parse().map_err(|_| Refusals::one("person", "Choose whose result it is from the list"));
        Some(self.person.trim()).filter(|text| !text.is_empty()).map(read).transpose()
    }

    fn filing(&self) -> HandFiling {
        HandFiling { reason: self.reason.clone(), is_person_confirmed: self.confirmed == "yes" }
    }
}

/// What can be done with a result.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum ResultAction {
    Check,
    Refuse(Why),
    File(FilingForm),
    ProposeMove(FilingForm),
    ConfirmMove,
    WithdrawMove(Why),
    Read {
        /// What the reader will do.
        #[serde(default)]
        plan: String,
    },
}

/// A form of the page: how much of the result was shown, and what is to be done.
#[derive(Deserialize)]
pub(crate) struct Posted {
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    act: Chosen<ResultAction>,
}

/// Does what was chosen with the result as it was shown.
async fn act_on(desk: &Desk, result: OutsideResultId, seen: Option<u64>, act: Option<&ResultAction>) -> ServiceResult<()> {
    if act.is_some() {
        outside::check_seen(desk, result, seen).await?;
    }
    match act {
        Some(ResultAction::Check) => outside::check(desk, result).await,
        Some(ResultAction::Refuse(Why { reason })) => outside::refuse(desk, result, reason).await,
        Some(ResultAction::File(form)) => match form.person() {
            Ok(person) => outside::file(desk, result, (&form.number, person), &form.filing()).await.map(drop),
            Err(refusals) => Err(refusals.into()),
        },
        Some(ResultAction::ProposeMove(form)) => match form.person() {
            Ok(person) => outside::propose_move(desk, result, (&form.number, person), &form.filing()).await,
            Err(refusals) => Err(refusals.into()),
        },
        Some(ResultAction::ConfirmMove) => outside::confirm_move(desk, result).await.map(drop),
        Some(ResultAction::WithdrawMove(Why { reason })) => outside::withdraw_move(desk, result, reason).await,
        Some(ResultAction::Read { plan }) => outside::acknowledge(desk, result, plan).await,
        None => Err(Refusals::one("action", "Choose what should be done").into()),
    }
}

pub(crate) async fn post(At(desk): At, Path(result): Path<String>, Form(posted): Form<Posted>) -> PageResult<Response> {
    let result = id(&result, "result")?;
    let Chosen(act) = posted.act;
    let done = act_on(&desk, result, posted.seen.parse().ok(), act.as_ref()).await;
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/outside/{result}")).into_response()),
        Err(error) => {
            let filing = match act {
                Some(ResultAction::File(form) | ResultAction::ProposeMove(form)) => form,
                Some(ResultAction::Refuse(Why { reason }) | ResultAction::WithdrawMove(Why { reason })) => {
                    FilingForm { reason, ..FilingForm::default() }
                }
                Some(ResultAction::Read { plan }) => FilingForm { plan, ..FilingForm::default() },
                Some(ResultAction::Check | ResultAction::ConfirmMove) | None => FilingForm::default(),
            };
            Ok(page(&desk, result, filing, refusals(error)?).await?.into_response())
        }
    }
}

pub(crate) async fn document(At(desk): At, Path((result, document)): Path<(String, String)>) -> PageResult<Response> {
    let (kept, bytes) = outside::document(&desk, id(&result, "result")?, &document).await?;
    Ok(shown_document(&kept, bytes))
}

/// A document of a result: a PDF is shown, anything else is kept, since a browser might act on it.
pub(super) fn shown_document(kept: &KeptDocument, bytes: Vec<u8>) -> Response {
    let name = kept.file_name(1);
    if kept.is_pdf() && bytes.starts_with(b"%PDF") {
        return crate::pages::document(bytes, &name);
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, "application/octet-stream".to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
