//! Step 1: which test.

use super::{Draft, Orderer, PageResult, known};
use crate::{
    form::Form,
    pages::{Layout, Problem, show},
};
use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::{Branch, Test};
use ontology::{TermId, letter::Certainty};
use serde::Deserialize;
use service::{
    Desk,
    directory::{self, catalogue::Catalogue, choose, favourites::Favourite, lookup::AnswerForPatient, search::patient::Patient},
    ordering::templates,
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
    /// The order that a test is chosen for, if one is begun; and one that is left unfinished otherwise.
    goes_on: Option<Begun>,
    unfinished: Option<Begun>,
    problems: Vec<Problem>,
    /// Favourite tests of whoever orders.
    favourites: Vec<Favourite>,
    /// Order templates that they may use.
    templates: Vec<templates::Usable>,
}

impl Page<'_> {
    /// As many were found as are shown, so that there may be more.
    fn is_cut(&self) -> bool {
        self.answer.answer.found.len() >= SHOWN
    }
}

/// An order that is begun in this browser.
struct Begun {
    /// What names its draft.
    key: String,
    /// For whom and what.
    title: String,
}

impl Begun {
    /// The order of this session, if somebody is in it: with whether a test chosen for `shown` is for that order. A link of a hospital's
    /// system begins one that has no test yet.
    fn find(draft: &Draft, shown: &str) -> Option<(Begun, bool)> {
        let is_for_it = shown == draft.key() || draft.test.is_empty();
        let is_begun = !draft.people.is_empty() || (is_for_it && !draft.test.is_empty());
        is_begun.then(|| (Begun { key: draft.key(), title: draft.title() }, is_for_it))
    }
}

/// A patient as described, and what fits.
struct Described {
    text: String,
    present: Vec<String>,
    absent: Vec<String>,
    /// What it says of a relative, or is not sure of: not counted.
    left_out: Vec<String>,
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
    /// What names the draft that a test is chosen for; empty for a new order.
    #[serde(default)]
    draft: String,
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
    let (stated, others): (Vec<_>, Vec<_>) = proposals.into_iter().partition(|p| p.certainty == Certainty::Stated);
    let terms = |absent: bool| stated.iter().filter(|p| p.absent == absent).map(|p| p.term).collect::<Vec<_>>();
    let left_out: Vec<TermId> = others.iter().map(|p| p.term).collect();
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
        left_out: named(&left_out),
        fits: fits.into_iter().map(fitting).collect(),
    })
}

/// What the page was sent: a search, a description of the patient, and the draft that a test is chosen for.
#[derive(Default)]
struct Search {
    query: String,
    patient: String,
    draft: String,
}

async fn page(desk: &Desk, session: &Session, search: Search, problem: Option<&'static str>) -> PageResult {
    let draft = Draft::load(session).await?;
    let (goes_on, unfinished) = match Begun::find(&draft, &search.draft) {
        Some((begun, true)) => (Some(begun), None),
        Some((begun, false)) => (None, Some(begun)),
        None => (None, None),
    };
    let catalogue = directory::catalogue::current(&desk.service).await?;
    // Only the patient for whom this order goes on narrows the search.
    let person = if goes_on.is_some() { known::patient(&draft, desk.today()) } else { Patient::default() };
    show(&Page {
        layout: Layout::new("Which test?", Some(&desk.staff)),
        answer: catalogue.answer_for(&desk.service.knowledge, &search.query, &person, SHOWN),
        version: catalogue.label(),
        described: describe(desk, &catalogue, &search.patient),
        goes_on,
        unfinished,
        query: search.query,
        problems: problem.map(|message| Problem::new("q", message)).into_iter().collect(),
        favourites: directory::favourites::list(desk).await?,
        templates: templates::list(desk).await?,
    })
}

/// Tests that fit on a page.
const SHOWN: usize = 20;

pub(crate) async fn get(Orderer(desk): Orderer, session: Session, Query(query): Query<TestQuery>) -> PageResult {
    page(&desk, &session, Search { query: query.q, draft: query.draft, ..Search::default() }, None).await
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    test: Option<String>,
    #[serde(default)]
    q: String,
    /// What the patient shows, in the words of a letter; sent as a form, so that it stands in no address.
    #[serde(default)]
    patient: String,
    /// What names the draft that the test is for; empty for a new order.
    #[serde(default)]
    draft: String,
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(chosen): Form<Chosen>) -> PageResult<Response> {
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let search = Search { query: chosen.q, patient: chosen.patient, draft: chosen.draft.clone() };
    let Some(code) = chosen.test else {
        let problem = search.patient.is_empty().then_some("Choose a test");
        return Ok(page(&desk, &session, search, problem).await?.into_response());
    };
    let Some(test) = catalogue.test(&code).cloned() else {
        return Ok(page(&desk, &session, Search { patient: String::new(), ..search }, Some("Choose a test")).await?.into_response());
    };
    let is_cancer = test.code.branch() == Branch::Cancer;
    // A new order is a new draft: what was typed for somebody else stays in theirs.
    let mut draft = match chosen.draft.as_str() {
        "" => match Draft::load(&session).await? {
            blank if blank.order.is_some() && blank.is_blank() => blank.for_test(test),
            _ => Draft::new(&desk, test),
        },
        key => Draft::load_shown(&session, key).await?.for_test(test),
    };
    draft.save(&desk, &session).await?;
    Ok(Redirect::to(if is_cancer { "/order-a-test/purpose" } else { "/order-a-test/family" }).into_response())
}
