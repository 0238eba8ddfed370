//! The usual part of an order that is being written, kept as a template.

use crate::{
    flash,
    pages::{
        Layout, PageResult, Problem,
        ordering::new_order::{Draft, Orderer, usual},
        refusals, show,
    },
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::ordering::template::{Command, Usual};
use ontology::TermId;
use service::{Desk, ordering::templates};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "ordering/templates/save.html")]
struct Page {
    layout: Layout,
    /// What names the draft.
    key: String,
    /// What can be kept; nothing where the order concerns one patient's earlier order.
    kept: Option<Kept>,
    name: String,
    is_shared: bool,
    problems: Vec<Problem>,
}

/// What is kept, in words.
struct Kept {
    usual: Usual,
    reason: &'static str,
    /// Features that are present.
    features: Vec<Feature>,
}

/// A feature of the order.
struct Feature {
    id: u32,
    name: String,
    /// It usually applies.
    is_usual: bool,
}

/// What somebody typed.
#[derive(Default)]
struct Typed {
    name: String,
    is_shared: bool,
    features: Vec<u32>,
}

fn page(desk: &Desk, draft: &Draft, typed: Typed, problems: Vec<Problem>) -> PageResult<Response> {
    let name = |id: u32| desk.service.knowledge.hpo.name(TermId(id)).unwrap_or("unknown term").to_owned();
    let feature = |id: &u32| Feature { id: *id, name: name(*id), is_usual: typed.features.contains(id) };
    let kept = draft.usual(&typed.features).map(|usual| Kept {
        reason: usual::label(usual.reason),
        features: draft.observed.iter().map(feature).collect(),
        usual,
    });
    let layout = Layout::new("Save as a template", Some(&desk.staff)).below("Order a test", "/order-a-test");
    let layout = layout.below("Order templates", "/order-templates");
    Ok(show(&Page { layout, key: draft.key(), kept, name: typed.name, is_shared: typed.is_shared, problems })?.into_response())
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult<Response> {
    let draft = Draft::begun(&session).await?;
    let typed = Typed { features: draft.observed.clone(), ..Typed::default() };
    page(&desk, &draft, typed, vec![])
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, body: String) -> PageResult<Response> {
    let (mut typed, mut shown) = (Typed::default(), String::new());
    for (name, value) in crate::pages::form::<Vec<(String, String)>>(&body)? {
        match name.as_str() {
            "draft" => shown = value,
            "name" => typed.name = value,
            "shared" => typed.is_shared = !value.is_empty(),
            "feature" => typed.features.extend(value.parse::<u32>()),
            _ => {}
        }
    }
    let draft = Draft::load_shown(&session, &shown).await?;
    let Some(usual) = draft.usual(&typed.features) else { return page(&desk, &draft, typed, vec![]) };
    let (id, usual, name) = (desk.new_id(), Box::new(usual), typed.name.clone());
    let command = Command::Save { id, name, usual, is_shared: typed.is_shared, people: draft.identifiers() };
    match templates::change(&desk, command).await {
        Ok(()) => {
            flash::say(&session, "The template is saved. Your order is not sent yet.").await?;
            Ok(Redirect::to("/order-templates").into_response())
        }
        Err(error) => page(&desk, &draft, typed, refusals(error)?),
    }
}
