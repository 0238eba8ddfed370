//! Aligned reads of an order: those that are registered, and registering and withdrawing them.

use crate::{
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::{Chosen, every},
        id, refusals, show,
    },
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{
    AlignmentId, OrderId, PatientId,
    laboratory::alignment::{Alignment, AlignmentFile, ReadsKind, State},
    ordering::family::Participant,
};
use serde::Deserialize;
use service::{
    Desk, ServiceResult, Status,
    laboratory::alignments::{
        self, RegisterReads,
        offered::{self, OfferedReads},
    },
    people::restriction,
};

#[derive(Template)]
#[template(path = "laboratory/alignments.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    registered: Vec<Registered>,
    offered: Vec<OfferedReads>,
    /// The file whose samples are shown.
    file: Option<OfferedReads>,
    people: Vec<Person>,
    form: RegisterForm,
    problems: Vec<Problem>,
}

/// Reads that are registered.
struct Registered {
    id: AlignmentId,
    file: AlignmentFile,
    person: String,
    /// Why they were withdrawn, if they were.
    withdrawn: Option<String>,
    /// By what is known now they are somebody else's.
    is_contradicted: bool,
}

/// A person whose reads a file may hold.
struct Person {
    id: PatientId,
    label: String,
    is_chosen: bool,
}

impl Registered {
    fn title(&self) -> String {
        format!("Withdraw {}", self.file.file)
    }
}

impl Page {
    fn may_register(&self) -> bool {
        self.layout.may(Action::RegisterData)
    }

    /// Names of samples of the file that is shown.
    fn samples(&self) -> &[String] {
        self.file.as_ref().and_then(|file| file.samples.as_deref().ok()).unwrap_or_default()
    }

    fn fault(file: &OfferedReads) -> Option<&String> {
        file.samples.as_ref().err()
    }

    fn said(file: &OfferedReads) -> String {
        let samples = file.samples.as_ref().map_or_else(|_| String::new(), |samples| samples.join(", "));
        let index = file.index.as_deref().unwrap_or("none delivered");
        format!("samples {}; index {index}", if samples.is_empty() { "none named" } else { &samples })
    }

    fn has_cram(&self) -> bool {
        self.registered.iter().any(|line| line.withdrawn.is_none() && line.file.kind == ReadsKind::Cram)
    }
}

/// Which file somebody looks at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FileQuery {
    file: String,
}

/// What is typed to register reads.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RegisterForm {
    file: String,
    person: String,
    /// Names of samples as the page showed them.
    #[serde(deserialize_with = "every")]
    seen: Vec<String>,
    declared: String,
}

/// What is typed to withdraw them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WithdrawForm {
    reads: String,
    reason: String,
}

/// What can be done with reads.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum ReadsAction {
    Register(RegisterForm),
    Withdraw(WithdrawForm),
}

async fn page(desk: &Desk, order: OrderId, form: RegisterForm, problems: Vec<Problem>) -> PageResult {
    let may_register = desk.may(Action::RegisterData);
    let permit = desk.permit(if may_register { Action::RegisterData } else { Action::ReadCase }, order).await?;
    let status = desk.status(&permit, order).await?;
    let offered = if may_register { offered::offered(desk, order).await? } else { vec![] };
    let file = offered.iter().find(|file| file.name == form.file && file.samples.is_ok()).cloned();
    let request = status.order.request.as_ref();
    let number = request.map_or_else(String::new, |request| request.number.clone());
    let mut people = Vec::new();
    for who in request.iter().flat_map(|request| &request.people) {
        people.push(person(desk, &status, who, file.as_ref(), &form).await?);
    }
    let contradicted = alignments::contradicted(desk, order).await?;
    let mut registered = Vec::new();
    for (id, alignment) in &status.alignments {
        registered.extend(line(*id, alignment, &people, contradicted.contains(id)));
    }
    let layout = Layout::new("Aligned reads", Some(&desk.staff)).about(Banner::of_status(desk, &permit, &status).await?);
    let layout = layout.below_order(&number, order);
    show(&Page { layout, order, registered, offered, file, people, form, problems })
}

async fn person(
    desk: &Desk,
    status: &Status,
    who: &Participant,
    file: Option<&OfferedReads>,
    form: &RegisterForm,
) -> ServiceResult<Person> {
    let name = restriction::name_for(desk, who.patient, &who.name).await?;
    let labels = status.samples.iter().filter_map(|(_, sample)| sample.label.as_ref());
    let mut own = labels.filter(|label| label.patient == who.patient).map(|label| label.barcode.as_str());
    let samples = file.and_then(|file| file.samples.as_deref().ok()).unwrap_or_default();
    // Only a barcode of theirs proposes somebody.
    let is_theirs = own.any(|barcode| samples.iter().any(|sample| sample.eq_ignore_ascii_case(barcode)));
    let is_chosen = if form.person.is_empty() { is_theirs } else { form.person == who.patient.to_string() };
    Ok(Person { id: who.patient, label: format!("{name} ({})", who.relationship.label().to_lowercase()), is_chosen })
}

fn line(id: AlignmentId, alignment: &Alignment, people: &[Person], is_contradicted: bool) -> Option<Registered> {
    let file = alignment.file.clone()?;
    let person = people.iter().find(|person| person.id == file.patient);
    let withdrawn = match &alignment.state {
        State::Withdrawn { reason } => Some(reason.clone()),
        State::None | State::Registered => None,
    };
    let person = person.map_or_else(|| "nobody of this order".into(), |person| person.label.clone());
    Some(Registered { id, file, person, withdrawn, is_contradicted })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(query): Query<FileQuery>) -> PageResult {
    page(&desk, id(&order, "order")?, RegisterForm { file: query.file, ..RegisterForm::default() }, vec![]).await
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, body: String) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let Chosen(chosen) = crate::pages::form(&body)?;
    let form = if let Some(ReadsAction::Register(form)) = &chosen { form.clone() } else { RegisterForm::default() };
    match act(&desk, order, chosen).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/alignments")).into_response()),
        Err(error) => Ok(page(&desk, order, form, refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, order: OrderId, chosen: Option<ReadsAction>) -> ServiceResult<()> {
    match chosen {
        Some(ReadsAction::Register(form)) => {
            let person: PatientId = form.person.parse().map_err(|_| care::Refusals::one("person", "Choose whose reads the file holds"))?;
            let reads = RegisterReads { file: form.file, seen: form.seen, declared: form.declared };
            // Whoever closes the page while a large file is copied ends nothing.
            let desk = desk.clone();
            let registering = tokio::spawn(async move { alignments::register(&desk, order, person, &reads).await });
            registering.await.map_err(anyhow::Error::from)?.map(drop)
        }
        Some(ReadsAction::Withdraw(form)) => {
            let reads = form.reads.parse().map_err(|_| care::Refusals::one("reads", "Choose the reads that are withdrawn"))?;
            alignments::withdraw(desk, order, reads, &form.reason).await
        }
        None => Err(care::Refusals::one("action", "Choose what should be done").into()),
    }
}
