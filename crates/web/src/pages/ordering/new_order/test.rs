//! Step 1: which test.

use super::{Draft, Orderer, PageResult, known, purpose};
use crate::pages::{Layout, show};
use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::{Branch, Test};
use ontology::TermId;
use serde::Deserialize;
use service::{
    Desk,
    directory::{self, catalogue::Catalogue, choose, lookup::AnswerForPatient},
};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "ordering/new_order/test.html")]
struct Page<'a> {
    layout: Layout,
    query: String,
    answer: AnswerForPatient<'a>,
    version: String,
    /// What a description of the patient says, and the tests that fit it.
    described: Option<Described>,
    /// For whom an order is begun that this one goes on with.
    begun: Option<String>,
    problem: Option<&'static str>,
}

/// A patient as described, and what fits.
struct Described {
    text: String,
    present: Vec<String>,
    absent: Vec<String>,
    fits: Vec<Fitting>,
}

/// A test that fits, as the page shows it.
struct Fitting {
    test: Test,
    percent: u32,
    genes: String,
    green: usize,
}

#[derive(Deserialize)]
pub(crate) struct TestQuery {
    #[serde(default)]
    q: String,
}

/// Tests that are offered for a description.
const OFFERED: usize = 8;

fn describe(desk: &Desk, catalogue: &Catalogue, text: &str) -> Option<Described> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let (knowledge, hpo) = (&desk.service.knowledge, &desk.service.knowledge.hpo);
    let proposals = desk.service.lexicon.propose(hpo, text);
    let terms = |absent: bool| proposals.iter().filter(|p| p.absent == absent).map(|p| p.term).collect::<Vec<_>>();
    let (present, absent) = (terms(false), terms(true));
    let named = |ids: &[TermId]| ids.iter().map(|id| hpo.name(*id).unwrap_or("unknown term").to_owned()).collect();
    let fits = choose::fitting(catalogue, knowledge, &present, &absent, OFFERED);
    let fitting = |fit: choose::Fit| Fitting {
        test: fit.test.clone(),
        percent: (fit.covers * 100.0).round() as u32,
        genes: fit.genes.join(", "),
        green: fit.green,
    };
    Some(Described {
        text: text.to_owned(),
        present: named(&present),
        absent: named(&absent),
        fits: fits.into_iter().map(fitting).collect(),
    })
}

async fn page(desk: &Desk, session: &Session, query: String, patient: &str, problem: Option<&'static str>) -> PageResult {
    let draft = Draft::load(session).await?;
    let begun = (!draft.people.is_empty()).then(|| draft.title());
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let person = known::patient(&draft, desk.today());
    show(&Page {
        layout: Layout::new("Which test?", Some(&desk.staff)),
        answer: catalogue.answer_for(&desk.service.knowledge, &query, &person, SHOWN),
        version: catalogue.label(),
        described: describe(desk, &catalogue, patient),
        begun,
        query,
        problem,
    })
}

/// Tests that fit on a page.
const SHOWN: usize = 20;

pub(crate) async fn get(Orderer(desk): Orderer, session: Session, Query(query): Query<TestQuery>) -> PageResult {
    page(&desk, &session, query.q, "", None).await
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    test: Option<String>,
    #[serde(default)]
    q: String,
    /// What the patient shows, in the words of a letter; sent as a form, so that it stands in no address.
    #[serde(default)]
    patient: String,
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(chosen): Form<Chosen>) -> PageResult<Response> {
    let catalogue = directory::catalogue::current(&desk.service).await?;
    if chosen.test.is_none() && !chosen.patient.is_empty() {
        return Ok(page(&desk, &session, chosen.q, &chosen.patient, None).await?.into_response());
    }
    let Some(test) = chosen.test.and_then(|code| catalogue.test(&code).cloned()) else {
        return Ok(page(&desk, &session, chosen.q, "", Some("Choose a test")).await?.into_response());
    };
    let mut draft = Draft::load(&session).await?;
    draft.order.get_or_insert_with(|| service::ordering::orders::new_order_id(&desk.service));
    let is_cancer = test.code.branch() == Branch::Cancer;
    draft.test = test.code.to_string();
    draft.seen = Some(test);
    if is_cancer != (draft.purpose.kind == "tumour") {
        draft.purpose = purpose::Typed { kind: if is_cancer { "tumour" } else { "" }.into(), ..purpose::Typed::default() };
    }
    draft.save(&desk, &session).await?;
    Ok(Redirect::to(if is_cancer { "/order-a-test/purpose" } else { "/order-a-test/eligibility" }).into_response())
}
