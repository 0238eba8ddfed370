//! One order: what it is, who waits for whom, its people, and everything that happened.

mod history;
mod stages;

use crate::{
    background::{self, Sentence},
    chart::Chart,
    error::PageError,
    flash,
    form::Form,
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, refusals, show,
    },
    session::At,
    when,
};
use access::{Action, Permit};
use askama::Template;
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, OutsideResultId, PatientId, SampleId,
    interpretation::analysis,
    laboratory::sample,
    ordering::{
        choice::{Choice, Purpose},
        expected::Expected,
        milestones::folded,
        order::{Command, Document, Request, State},
    },
    results::outside::{FiledBy, OutsideResult},
};
use history::Happened;
use jiff::civil::Date;
use serde::Deserialize;
use service::{Desk, Status, ordering};
use store::Entry;
use tower_sessions::Session;

pub(crate) struct Person {
    pub patient: PatientId,
    pub name: String,
    pub relationship: &'static str,
    pub choice: &'static str,
    pub research: &'static str,
    pub has_choice: bool,
    /// Each with its barcode, what became of it, and how many events of it are shown.
    pub samples: Vec<(SampleId, String, sample::State, u64)>,
}

impl Person {
    /// A sample of theirs is not here yet.
    fn awaits_sample(&self) -> bool {
        self.samples.iter().any(|(_, _, state, _)| state.is_awaited())
    }
}

#[derive(Template)]
#[template(path = "ordering/order.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    request: Request,
    state: State,
    waiting: String,
    /// Who acts next, as far as it is somebody here: the role, and who has taken it on.
    turn: Option<String>,
    stages: Chart,
    /// The laboratory that works on it: name, address to write to, and how that is shown; none where it is not known here.
    laboratory: Option<Contact>,
    due: String,
    expected: Option<Expected>,
    people: Vec<Person>,
    features: Vec<String>,
    /// What was looked for and is absent.
    absent: Vec<String>,
    documents: Vec<Document>,
    events: Vec<Happened>,
    /// How many events of the order itself were shown.
    seen: u64,
    /// What was typed in a form that was refused.
    typed: Typed,
    problems: Vec<Problem>,
    /// What was just done.
    done: Option<String>,
    /// What is done for it in the background, and where that is.
    background: Vec<Sentence>,
    analysed: bool,
    /// Samples of the latest analysis of which it was decided that they are repeated.
    repeats: Vec<String>,
    running: bool,
    signed: bool,
    /// Results of other laboratories that may be seen here.
    outside: Vec<OutsideRow>,
}

/// Whom to ask about an order.
struct Contact {
    name: String,
    address: String,
    shown: String,
}

/// A result of another laboratory on its order.
struct OutsideRow {
    id: OutsideResultId,
    test: String,
    laboratory: String,
    status: &'static str,
    state: &'static str,
    is_moved: bool,
    came_from_another: bool,
    is_of_relative: bool,
}

impl Page {
    /// A sample of somebody is not here yet.
    fn awaits_samples(&self) -> bool {
        !self.state.is_final() && self.people.iter().any(Person::awaits_sample)
    }

    /// What the laboratory has to do with samples before there can be any data.
    fn sample_step(&self) -> Option<&'static str> {
        let is_received = |person: &Person| person.samples.iter().any(|(_, _, state, _)| *state == sample::State::Received);
        if self.awaits_samples() {
            return Some("Receive the samples");
        }
        (!self.state.is_final() && self.people.iter().any(is_received)).then_some("Accept the samples")
    }
}

pub(crate) async fn get(At(desk): At, session: Session, Path(order): Path<String>) -> PageResult {
    let order = id(&order, "order")?;
    let done = flash::said(&session).await?;
    show(&Page { done, ..content(&desk, order, vec![]).await? })
}

/// What can be done with an order.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum OrderAction {
    Accept,
    Reject(Why),
    Cancel(Why),
    Error(Why),
    Features(Features),
}

/// What the patient shows, that was not known when the order came.
#[derive(Deserialize)]
pub(crate) struct Features {
    #[serde(default)]
    terms: String,
}

/// What was typed in a form of the page.
#[derive(Default)]
struct Typed {
    reason: String,
    terms: String,
}

impl Typed {
    fn from_action(act: Option<&OrderAction>) -> Typed {
        match act {
            Some(OrderAction::Reject(why) | OrderAction::Cancel(why) | OrderAction::Error(why)) => {
                Typed { reason: why.reason.clone(), terms: String::new() }
            }
            Some(OrderAction::Features(features)) => Typed { reason: String::new(), terms: features.terms.clone() },
            Some(OrderAction::Accept) | None => Typed::default(),
        }
    }
}

/// How much of the order somebody had seen when they chose what to do.
#[derive(Deserialize)]
pub(crate) struct Seen {
    seen: Option<u64>,
}

pub(crate) async fn post(
    At(desk): At,
    Path(order): Path<String>,
    Query(Seen { seen }): Query<Seen>,
    Form(Chosen(act)): Form<Chosen<OrderAction>>,
) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let typed = Typed::from_action(act.as_ref());
    let since = ordering::orders::changed_since(&desk, order, seen).await?;
    if !since.is_empty() {
        return again(&desk, order, typed, since.into_iter().map(Problem::from).collect()).await;
    }
    let command = match act {
        Some(OrderAction::Accept) => Command::Accept,
        Some(OrderAction::Reject(Why { reason })) => Command::Reject { reason },
        Some(OrderAction::Cancel(Why { reason })) => Command::Cancel { reason },
        Some(OrderAction::Error(Why { reason })) => Command::EnterInError { reason },
        Some(OrderAction::Features(Features { terms })) => {
            return match ordering::orders::add_features(&desk, order, &terms).await {
                Ok(()) => Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
                Err(error) => again(&desk, order, typed, refusals(error)?).await,
            };
        }
        None => return again(&desk, order, typed, vec!["Choose what should be done".into()]).await,
    };
    match ordering::orders::change_as_seen(&desk, order, seen, command).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
        Err(error) => again(&desk, order, typed, refusals(error)?).await,
    }
}

/// The page as it is now, with what was typed and what stands against it.
async fn again(desk: &Desk, order: OrderId, typed: Typed, problems: Vec<Problem>) -> PageResult<Response> {
    Ok(show(&Page { typed, ..content(desk, order, problems).await? })?.into_response())
}

/// A document that came with the order, to be kept by whoever reads it: what another system sent is never shown as a page of ours.
pub(crate) async fn document(At(desk): At, Path((order, sha256)): Path<(String, String)>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let status = desk.status(&permit, order).await?;
    let document = status.order.documents.iter().find(|document| document.sha256 == sha256);
    let document = document.ok_or(service::ServiceError::NotFound("document"))?;
    let bytes = desk.service.store.blobs().get(&document.sha256).await.map_err(PageError::fault)?;
    if document.media_type == "application/pdf" {
        return Ok(crate::pages::document(bytes, "order-form.pdf"));
    }
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"document\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, bytes).into_response())
}

/// The page, with what could not be done.
pub(crate) async fn page(desk: &Desk, order: OrderId, problems: Vec<Problem>) -> PageResult {
    show(&content(desk, order, problems).await?)
}

async fn content(desk: &Desk, order: OrderId, problems: Vec<Problem>) -> PageResult<Page> {
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let entries = desk.service.store.order_events(&permit, order).await?;
    let mut sentences = Vec::new();
    let events = entries.iter().map(|entry| (entry.at, entry.recorded()));
    let (status, reached) = folded(events, |_, _, event| sentences.push(event.sentence())).map_err(PageError::fault)?;
    let request = status.order.request.clone().ok_or(service::ServiceError::NotFound("order"))?;
    let view = desk.service.store.order_view(order).await?;
    let expected = match &view {
        Some(view) if !status.order.state.is_final() => desk.expected(view).await?,
        _ => None,
    };
    let running = status.analysis().is_some_and(|(_, a)| matches!(a.state, analysis::State::Queued | analysis::State::Running));
    let banner = Banner::of_status(desk, &permit, &status).await?;
    let mut layout = Layout::new(format!("Order {}", request.number), Some(&desk.staff)).below("Work", "/").about(banner).for_work();
    let background = in_background(desk, &permit, order).await?;
    let is_parked = background.iter().any(|job| job.is_parked);
    // What waits for a person does not change by itself.
    layout.refresh_seconds = (running && !is_parked).then_some(2);
    let mut people = people(&status, &request, &entries, desk.today());
    for person in &mut people {
        person.name = service::people::restriction::name_for(desk, person.patient, &person.name).await?;
    }
    Ok(Page {
        layout,
        turn: stages::turn(&status, view.as_ref()),
        stages: stages::stages((&reached, &status), view.as_ref(), expected.as_ref(), desk.today()),
        order,
        state: status.order.state.clone(),
        waiting: if is_parked { "The analysis failed and waits for somebody".into() } else { status.waiting() },
        expected,
        due: view.map_or_else(String::new, |v| when::day(v.due)),
        events: history::happened(&entries, sentences, &status, &people),
        people,
        features: features(desk, &request, &request.observed),
        absent: features(desk, &request, &request.excluded),
        documents: status.order.documents.clone(),
        seen: shown_of(&entries, &order.stream()),
        typed: Typed::default(),
        problems,
        done: None,
        background,
        analysed: status.analysis().is_some_and(|(_, a)| matches!(a.state, analysis::State::Done { .. })),
        repeats: repeats(&status),
        running,
        signed: status.report().is_some(),
        outside: outside(desk, &status),
        laboratory: laboratory(desk, &request).await?,
        request,
    })
}

/// How many events of a stream are among those that are shown.
fn shown_of(entries: &[Entry], stream: &str) -> u64 {
    entries.iter().filter(|entry| entry.stream == stream).map(|entry| entry.sequence).max().unwrap_or_default()
}

/// What is done for an order in the background; why an attempt failed is for those who can mend it.
async fn in_background(desk: &Desk, permit: &Permit, order: OrderId) -> PageResult<Vec<Sentence>> {
    let jobs = desk.service.store.jobs_of_order(permit, order, desk.now()).await.map_err(PageError::fault)?;
    let shows_reason = desk.may(Action::RegisterData) || desk.may(Action::FollowJobs);
    Ok(jobs.iter().map(|place| background::sentence(place, shows_reason)).collect())
}

/// Samples of the latest analysis of which the quality was not good enough.
fn repeats(status: &Status) -> Vec<String> {
    let judged = status.analysis().into_iter().flat_map(|(_, analysis)| &analysis.judged);
    judged.filter(|(_, decision)| **decision == analysis::QualityDecision::Repeat).map(|(sample, _)| sample.clone()).collect()
}

/// The laboratory that works on an order, and where it says that it is written to.
async fn laboratory(desk: &Desk, request: &Request) -> PageResult<Option<Contact>> {
    let all = service::directory::laboratories::list(&desk.service).await.map_err(PageError::fault)?;
    Ok(all.0.get(&request.laboratory).map(|laboratory| Contact {
        name: laboratory.name.clone(),
        address: laboratory.contact_address(&request.laboratory),
        shown: match laboratory.contact.as_str() {
            "" => "no contact details are entered here; see its entry in the NHS directory of organisations".into(),
            contact => contact.to_owned(),
        },
    }))
}

/// Clinical features by name, each with when it began.
fn features(desk: &Desk, request: &Request, terms: &[ontology::TermId]) -> Vec<String> {
    let hpo = &desk.service.knowledge.hpo;
    let term = |t: &ontology::TermId| {
        let began = request
            .onsets
            .iter()
            .find(|(feature, _)| feature == t)
            .map(|(_, onset)| format!(", from {}", ontology::onset::describe(hpo, *onset)));
        format!("{} ({t}){}", hpo.name(*t).unwrap_or("unknown term"), began.unwrap_or_default())
    };
    terms.iter().map(term).collect()
}

/// Results of other laboratories: in the laboratory all of them, outside those that were released.
fn outside(desk: &Desk, status: &Status) -> Vec<OutsideRow> {
    let may_see = |result: &OutsideResult| {
        // Whoever could have read it has to see that it was moved.
        desk.may(Action::FileResult) || (result.released.is_some() && desk.may(Action::ReadReport))
    };
    let row = |(id, result): &(OutsideResultId, OutsideResult)| {
        let received = result.received.as_ref().filter(|_| may_see(result))?;
        let (test, laboratory) = (received.test.clone(), received.laboratory_name.clone());
        Some(OutsideRow {
            id: *id,
            test,
            laboratory,
            status: received.status.label(),
            state: result.state.label(),
            is_moved: result.is_moved(),
            came_from_another: result.filed.as_ref().is_some_and(|filed| matches!(filed.how, FiledBy::Moved { .. })),
            is_of_relative: !result.is_of_patient(),
        })
    };
    status.outside_results().filter_map(row).collect()
}

fn people(status: &Status, request: &Request, entries: &[Entry], today: Date) -> Vec<Person> {
    let word = |choice: Option<&Choice>, agrees: bool| match choice {
        Some(choice) if !choice.is_recorded() => "Not recorded",
        Some(_) if agrees => "Agreed",
        Some(_) => "Declined",
        None => "Not recorded",
    };
    let research = |choice: Option<&Choice>| choice.is_some_and(|c| c.allows(Purpose::Research, today));
    let choice_of = |patient: PatientId| status.choices.iter().find(|(p, _)| *p == patient).map(|(_, c)| c);
    let samples = |patient: PatientId| {
        let of_person = status.samples.iter().filter(move |(_, s)| s.label.as_ref().is_some_and(|l| l.patient == patient));
        of_person
            .map(|(id, s)| {
                let barcode = s.label.as_ref().map_or_else(String::new, |l| l.barcode.clone());
                (*id, barcode, s.state.clone(), shown_of(entries, &id.stream()))
            })
            .collect()
    };
    request
        .people
        .iter()
        .map(|p| Person {
            patient: p.patient,
            name: p.name.clone(),
            relationship: p.relationship.label(),
            choice: word(choice_of(p.patient), status.agrees(p.patient)),
            research: word(choice_of(p.patient), research(choice_of(p.patient))),
            has_choice: choice_of(p.patient).is_some(),
            samples: samples(p.patient),
        })
        .collect()
}
