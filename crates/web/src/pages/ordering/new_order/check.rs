//! Step 6: check the answers, and send.

mod chosen;

use super::{
    Draft, Orderer, PageResult, choices, eligibility, family,
    usual::Part,
    who::{self, Banner},
};
use crate::{
    flash,
    pages::{Layout, Problem, refusals, show},
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{
    Refusals,
    ordering::{family::Relationship, order::Urgency},
};
use chosen::{Chosen, Line};
use ontology::TermId;
use service::{
    Desk, ServiceError, directory,
    ordering::{self, orders::OrderForm},
};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "ordering/new_order/check.html")]
struct Page {
    layout: Layout,
    /// What names the draft.
    key: String,
    banner: Option<Banner>,
    test: String,
    eligibility: String,
    people: Vec<Person>,
    draft: Draft,
    observed: Vec<String>,
    excluded: Vec<String>,
    choices: Vec<Chosen>,
    /// What came from a template and is to be confirmed for this patient.
    parts: Vec<Part>,
    problems: Vec<Problem>,
}

/// Somebody of the order, with three identifiers.
struct Person {
    relationship: &'static str,
    name: String,
    number: String,
    born: String,
    sex: &'static str,
    /// Whether a relative has the condition.
    condition: Option<Line>,
}

fn people(draft: &Draft, desk: &Desk) -> Vec<Person> {
    let person = |(p, typed): (ordering::orders::PersonForm, &family::Typed)| Person {
        condition: chosen::condition(typed, p.relationship),
        relationship: if p.relationship == Relationship::Proband { "Patient" } else { p.relationship.label() },
        name: p.demographics.full_name(),
        number: who::number(&p.demographics.nhs_number),
        born: who::born(&p.demographics, desk.today()),
        sex: p.demographics.sex.label(),
    };
    family::people(draft).unwrap_or_default().into_iter().zip(&draft.people).map(person).collect()
}

/// The page, with the parts of a template that were ticked.
async fn page(desk: &Desk, draft: Draft, confirmed: &[String], problems: Vec<Problem>) -> PageResult<Response> {
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let Some(test) = catalogue.test(&draft.test) else {
        return Ok(Redirect::to("/order-a-test").into_response());
    };
    let named =
        |ids: &[u32]| ids.iter().map(|id| desk.service.knowledge.hpo.name(TermId(*id)).unwrap_or("unknown term").to_owned()).collect();
    let (mut observed, excluded): (Vec<String>, _) = (named(&draft.observed), named(&draft.excluded));
    for (name, id) in observed.iter_mut().zip(&draft.observed) {
        if let Some(onset) = draft.onsets.get(id) {
            *name += &format!(" from {}", ontology::onset::describe(&desk.service.knowledge.hpo, TermId(*onset)));
        }
    }
    let choices = chosen::choices(&draft);
    let page = Page {
        layout: draft.layout("Check your answers", desk),
        key: draft.key(),
        banner: draft.banner_with_death(desk).await?,
        test: format!("{} {}. {}", test.code, test.indication, draft.purpose_label()),
        eligibility: draft.eligibility_words(),
        people: people(&draft, desk),
        parts: draft.template_parts(confirmed),
        draft,
        observed,
        excluded,
        choices,
        problems,
    };
    Ok(show(&page)?.into_response())
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult<Response> {
    page(&desk, Draft::begun(&session).await?, &[], vec![]).await
}

fn form(draft: &Draft) -> Result<OrderForm, ServiceError> {
    let id = draft
        .order
        .ok_or_else(|| Refusals::one("order", "This order was already sent, or has no answers yet. Your list shows what was sent"))?;
    let mut people = family::people(draft).map_err(Refusals)?;
    Refusals::check(choices::attach(draft, id, &mut people))?;
    Ok(OrderForm {
        test: draft.seen.clone().ok_or_else(|| Refusals::one("test", "Choose a test"))?,
        purpose: draft.purpose.purpose()?,
        people,
        observed: draft.observed.iter().copied().map(TermId).collect(),
        excluded: draft.excluded.iter().copied().map(TermId).collect(),
        onsets: draft
            .onsets
            .iter()
            .filter(|(term, _)| draft.observed.contains(term))
            .map(|(term, onset)| (TermId(*term), TermId(*onset)))
            .collect(),
        eligibility: draft.eligibility_words(),
        history: draft.history.clone(),
        urgency: if draft.urgent { Urgency::Urgent } else { Urgency::Routine },
        id,
        responsible: draft.responsible.clone(),
        sender: None,
        enclosed: ordering::orders::Enclosed::default(),
    })
}

/// What is sent: the draft that was checked.
struct Checked {
    draft: String,
    /// How often the draft had been saved when it was shown.
    saves: u64,
    /// Parts of a template that are right for this patient.
    confirmed: Vec<String>,
}

impl Checked {
    fn read(body: &str) -> PageResult<Checked> {
        let mut checked = Checked { draft: String::new(), saves: 0, confirmed: vec![] };
        for (name, value) in crate::pages::form::<Vec<(String, String)>>(body)? {
            match name.as_str() {
                "draft" => checked.draft = value,
                "saves" => checked.saves = value.parse().unwrap_or_default(),
                "confirmed" => checked.confirmed.push(value),
                _ => {}
            }
        }
        Ok(checked)
    }
}

/// Refuses to send what somebody did not look at: the draft was saved since it was shown, here or by a colleague, or it was sent or
/// discarded.
async fn is_as_shown(desk: &Desk, draft: &Draft, shown: u64) -> Result<(), ServiceError> {
    let saves = match draft.order.filter(|_| draft.seen_saves > 0) {
        Some(order) => match ordering::drafts::find(desk, order).await {
            Ok((_, saves)) => Some(saves),
            Err(ServiceError::NotFound(_)) => None,
            Err(other) => return Err(other),
        },
        None => Some(0),
    };
    if shown == draft.seen_saves && saves == Some(shown) {
        return Ok(());
    }
    let message = "Answers were changed after this page was opened, or the order was sent or discarded meanwhile, so nothing was sent now. \
                   Look at it again: your first page lists every draft, and what was sent";
    Err(ServiceError::Conflict(message.into()))
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, body: String) -> PageResult<Response> {
    let checked = Checked::read(&body)?;
    let mut draft = Draft::load_shown(&session, &checked.draft).await?;
    is_as_shown(&desk, &draft, checked.saves).await?;
    let cautions = eligibility::open_cautions(&desk, &draft).await?;
    if !cautions.is_empty() {
        return eligibility::page(&desk, draft, cautions).await;
    }
    let unconfirmed = draft.unconfirmed(&checked.confirmed);
    if !unconfirmed.is_empty() {
        return page(&desk, draft, &checked.confirmed, unconfirmed).await;
    }
    let sent = match form(&draft) {
        Ok(form) => ordering::orders::place(&desk, form).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(order) => {
            Draft::forget(&session).await?;
            ordering::drafts::end(&desk, order).await?;
            let number = desk.service.store.order_view(order).await?.map_or_else(String::new, |view| view.number);
            flash::say(&session, &format!("Order {number} was sent to the laboratory.")).await?;
            Ok(Redirect::to(&format!("/orders/{order}")).into_response())
        }
        Err(error) => {
            let problems = refusals(error)?;
            if draft.look_at_test_again(&desk).await? {
                draft.save(&desk, &session).await?;
            }
            page(&desk, draft, &checked.confirmed, problems).await
        }
    }
}
