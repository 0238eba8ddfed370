//! Step 5: what each person chose, if it was talked about already.

use super::{Draft, Orderer, PageResult, family, who::Banner};
use crate::pages::{
    Layout, Problem,
    ordering::choice::{ChoiceForm, Section, parent_value, questions},
    show,
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{OrderId, Refusal, ordering::choice::WORDING};
use service::{Desk, ordering::orders::PersonForm};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "ordering/new_order/choices.html")]
struct Page {
    layout: Layout,
    /// What names the draft.
    key: String,
    banner: Option<Banner>,
    sections: Vec<Section>,
    wording: &'static str,
    problems: Vec<Problem>,
}

fn page(desk: &Desk, draft: &Draft, problems: Vec<Problem>) -> PageResult<Response> {
    let Ok(people) = family::people(draft) else { return Ok(Redirect::to("/order-a-test/family").into_response()) };
    let parents: Vec<(&'static str, String)> = people
        .iter()
        .filter_map(|p| {
            Some((parent_value(p.relationship)?, format!("{} ({})", p.demographics.full_name(), p.relationship.label().to_lowercase())))
        })
        .collect();
    let sections = people.iter().zip(&draft.people).map(|(person, typed)| Section {
        prefix: prefix(&typed.relationship),
        name: person.demographics.full_name(),
        child: person.demographics.is_child(desk.today()),
        parents: parents.clone(),
        form: draft.choices.get(&typed.relationship).cloned().unwrap_or_default(),
        questions: questions(),
    });
    let sections = sections.collect();
    let layout = draft.layout("What has each person chosen?", desk);
    let page = Page { layout, key: draft.key(), banner: draft.banner(desk.today()), sections, wording: WORDING, problems };
    Ok(show(&page)?.into_response())
}

fn prefix(relationship: &str) -> String {
    format!("{relationship}_")
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult<Response> {
    page(&desk, &Draft::begun(&session).await?, vec![])
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, body: String) -> PageResult<Response> {
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let shown = fields.iter().find(|(name, _)| name == "draft").map_or("", |(_, key)| key);
    let mut draft = Draft::load_shown(&session, shown).await?;
    if fields.iter().any(|(name, _)| name == "later") {
        draft.choices.clear();
        draft.save(&desk, &session).await?;
        return Ok(Redirect::to("/order-a-test/check").into_response());
    }
    draft.choices = draft.people.iter().map(|p| (p.relationship.clone(), ChoiceForm::read(&fields, &prefix(&p.relationship)))).collect();
    draft.save(&desk, &session).await?;
    let problems = match (draft.order, family::people(&draft)) {
        (Some(order), Ok(mut people)) => {
            let mut problems = attach(&draft, order, &mut people);
            problems.extend(service::ordering::orders::refused_choices(&desk, &people));
            problems
        }
        _ => vec![],
    };
    if problems.is_empty() {
        return Ok(Redirect::to("/order-a-test/check").into_response());
    }
    page(&desk, &draft, problems.into_iter().map(Problem::from).collect())
}

/// Gives each person the choice that was typed for them; a section left empty is recorded later.
pub(crate) fn attach(draft: &Draft, order: OrderId, people: &mut [PersonForm]) -> Vec<Refusal> {
    let mut problems = Vec::new();
    for (person, typed) in people.iter_mut().zip(&draft.people) {
        let Some(form) = draft.choices.get(&typed.relationship).filter(|form| !form.is_empty()) else { continue };
        person.choice = form.discussion(order);
        if person.choice.is_none() {
            let name = person.demographics.full_name();
            problems.push(Refusal::new("category", format!("Say who makes the choice for {name}, or leave everything about them empty")));
        }
    }
    problems
}
