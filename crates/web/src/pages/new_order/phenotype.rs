//! Step 4: what the patient shows, found as it is typed.

use super::{Draft, Orderer, PageResult};
use crate::pages::{Layout, show};
use askama::Template;
use axum::{
    Form,
    extract::Query,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use ontology::{Hpo, TermId, search};
use serde::Deserialize;
use service::Desk;
use tower_sessions::Session;

struct Hit {
    id: u32,
    name: String,
    matched: String,
}

#[derive(Template)]
#[template(path = "new_order/phenotype.html")]
struct Page {
    layout: Layout,
    asked: String,
    hits: Vec<Hit>,
    observed: Vec<Hit>,
    excluded: Vec<Hit>,
    /// Terms proposed from a letter that nobody has taken yet: term, and whether the letter denies it.
    proposed: Vec<(Hit, bool)>,
    letter: String,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "new_order/phenotype_hits.html")]
struct Hits {
    asked: String,
    hits: Vec<Hit>,
}

fn hits(hpo: &Hpo, asked: &str) -> Vec<Hit> {
    if asked.trim().len() < 2 {
        return vec![];
    }
    search::by_text(hpo, asked, 10)
        .into_iter()
        .map(|hit| Hit { id: hpo.term(hit.term).id.0, name: hpo.term(hit.term).name.clone(), matched: hit.matched })
        .collect()
}

fn page(desk: &Desk, draft: &Draft, asked: String, problem: Option<&'static str>) -> PageResult {
    let hpo = &desk.service.knowledge.hpo;
    let named = |ids: &[u32]| {
        let hit = |id: &u32| Hit { id: *id, name: hpo.name(TermId(*id)).unwrap_or("unknown term").to_owned(), matched: String::new() };
        ids.iter().map(hit).collect()
    };
    show(&Page {
        layout: Layout::of("What does the patient have?", Some(&desk.staff)),
        hits: hits(hpo, &asked),
        observed: named(&draft.observed),
        excluded: named(&draft.excluded),
        proposed: proposed(desk, draft),
        letter: draft.letter.clone(),
        asked,
        problem,
    })
}

/// What the letter says and is not in the order yet.
fn proposed(desk: &Desk, draft: &Draft) -> Vec<(Hit, bool)> {
    let hpo = &desk.service.knowledge.hpo;
    let held = |id: u32| draft.observed.contains(&id) || draft.excluded.contains(&id);
    let found = desk.service.lexicon.propose(hpo, &draft.letter).into_iter().filter(|p| !held(p.term.0));
    found.map(|p| (Hit { id: p.term.0, name: hpo.name(p.term).unwrap_or("unknown term").to_owned(), matched: p.words }, p.absent)).collect()
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

/// The page; or, when the page itself asks while somebody types, only the list.
pub(crate) async fn get(Orderer(desk): Orderer, session: Session, headers: HeaderMap, Query(asked): Query<Asked>) -> PageResult {
    if headers.contains_key("HX-Request") {
        return show(&Hits { hits: hits(&desk.service.knowledge.hpo, &asked.q), asked: asked.q });
    }
    page(&desk, &Draft::load(&session).await?, asked.q, None)
}

#[derive(Deserialize)]
pub(crate) struct Act {
    present: Option<u32>,
    absent: Option<u32>,
    remove: Option<u32>,
    letter: Option<String>,
    take_all: Option<String>,
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(act): Form<Act>) -> PageResult<Response> {
    let mut draft = Draft::load(&session).await?;
    if let Some(letter) = act.letter {
        draft.letter = letter.trim().to_owned();
        draft.save(&desk, &session).await?;
        let found = !proposed(&desk, &draft).is_empty();
        let problem = (!found && !draft.letter.is_empty())
            .then_some("No term of the ontology was found in this text that is not in the order already");
        return Ok(page(&desk, &draft, String::new(), problem)?.into_response());
    }
    if act.take_all.is_some() {
        for (hit, absent) in proposed(&desk, &draft) {
            if absent { draft.excluded.push(hit.id) } else { draft.observed.push(hit.id) }
        }
        draft.letter.clear();
        draft.save(&desk, &session).await?;
        return Ok(Redirect::to("/order-a-test/phenotype").into_response());
    }
    let known = |id: &u32| desk.service.knowledge.hpo.find(TermId(*id)).is_some();
    let changed = act.present.or(act.absent).or(act.remove);
    if let Some(id) = changed {
        draft.observed.retain(|t| *t != id);
        draft.excluded.retain(|t| *t != id);
        draft.observed.extend(act.present.filter(known));
        draft.excluded.extend(act.absent.filter(known));
        draft.save(&desk, &session).await?;
        return Ok(Redirect::to("/order-a-test/phenotype").into_response());
    }
    if draft.observed.is_empty() && ["", "fetus", "death"].contains(&draft.purpose.kind.as_str()) {
        return Ok(page(&desk, &draft, String::new(), Some("Enter at least one HPO term that the patient has"))?.into_response());
    }
    Ok(Redirect::to("/order-a-test/choices").into_response())
}
