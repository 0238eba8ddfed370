//! Step 6: check the answers, and send.

use super::{Draft, Orderer, PageResult, choices, family};
use crate::pages::{Layout, refusals, show};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{Refusals, ordering::order::Urgency};
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
    test: String,
    draft: Draft,
    observed: Vec<String>,
    excluded: Vec<String>,
    /// Name, and what was chosen in a few words.
    choices: Vec<(String, String)>,
    problems: Vec<String>,
}

async fn page(desk: &Desk, draft: Draft, problems: Vec<String>) -> PageResult<Response> {
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
    let choices = draft.people.iter().map(|p| (format!("{} {}", p.given_name, p.family_name), chosen(&draft, &p.relationship))).collect();
    let purpose = draft.purpose.purpose().map_or_else(|refusals| refusals.to_string(), |purpose| purpose.label());
    let test = format!("{} {}. {purpose}", test.code, test.indication);
    Ok(show(&Page { layout: Layout::new("Check your answers", Some(&desk.staff)), test, draft, observed, excluded, choices, problems })?
        .into_response())
}

/// `Test yes, research no`, or that it is recorded later.
fn chosen(draft: &Draft, relationship: &str) -> String {
    match draft.choices.get(relationship).filter(|choice| !choice.is_empty()) {
        Some(choice) => format!("Test {}, research {}", choice.get("test"), choice.get("research")),
        None => "Recorded later".into(),
    }
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult<Response> {
    page(&desk, Draft::load(&session).await?, vec![]).await
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
        sender: None,
        enclosed: ordering::orders::Enclosed::default(),
    })
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session) -> PageResult<Response> {
    let mut draft = Draft::load(&session).await?;
    let sent = match form(&draft) {
        Ok(form) => ordering::orders::place(&desk, form).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(order) => {
            Draft::forget(&session).await?;
            ordering::drafts::end(&desk, order, true).await?;
            Ok(Redirect::to(&format!("/orders/{order}")).into_response())
        }
        Err(error) => {
            let problems = refusals(error)?;
            if draft.look_at_test_again(&desk).await? {
                draft.save(&desk, &session).await?;
            }
            page(&desk, draft, problems).await
        }
    }
}
