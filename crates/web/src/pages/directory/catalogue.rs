//! The Test Directory: searching it, one test, what differs between versions, and changing it.

use crate::{
    error::PageError,
    pages::{Layout, PageResult, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::{Branch, Directory, Test, TestCode, Version, laboratory::Readiness};
use ontology::panel::Rating;
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    directory::{self, lookup::Answer},
};

/// Tests that fit on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "directory/search.html")]
struct Page<'a> {
    layout: Layout,
    query: String,
    found: Vec<(&'a Test, String)>,
    /// Why a code that was typed cannot be ordered.
    missing: Option<String>,
    versions: Vec<Version>,
    total: usize,
    can_order: bool,
}

#[derive(Deserialize)]
pub(crate) struct CatalogueQuery {
    #[serde(default)]
    q: String,
}

pub(crate) async fn get(At(desk): At, Query(query): Query<CatalogueQuery>) -> PageResult {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let Answer { missing, found } = catalogue.answer(&desk.service.knowledge, &query.q, SHOWN);
    show(&Page {
        layout: Layout::new("Test Directory", Some(&desk.staff)),
        found,
        missing,
        query: query.q,
        versions: catalogue.versions.clone(),
        total: catalogue.tests.len(),
        can_order: may_order(&desk),
    })
}

fn may_order(desk: &Desk) -> bool {
    desk.may(Action::PlaceOrder)
}

/// One version of a test: number, first day, and what the version changed.
struct Past {
    version: Version,
    changed: Vec<(&'static str, String, String)>,
    added: bool,
}

#[derive(Template)]
#[template(path = "directory/test.html")]
struct TestPage {
    layout: Layout,
    test: Test,
    version: String,
    panel: Option<(String, String, String, usize)>,
    past: Vec<Past>,
    /// Laboratories and how far each is with it.
    laboratories: Vec<(String, &'static str, String)>,
    can_order: bool,
}

pub(crate) async fn test(At(desk): At, Path(code): Path<String>) -> PageResult<Response> {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    if let Some(code) = code.strip_suffix(".json") {
        let test = catalogue.test(code).ok_or(ServiceError::NotFound("test in the directory"))?;
        let bundle = interop::fhir::definition::bundle(test, &catalogue.version_of(&test.code));
        return Ok(([(header::CONTENT_TYPE, "application/fhir+json")], Json(bundle)).into_response());
    }
    let Some(test) = catalogue.test(&code).cloned() else { return missing(&code) };
    let panel = catalogue.panel_of(&test);
    let page = TestPage {
        layout: Layout::new(format!("{} {}", test.code, test.indication), Some(&desk.staff)),
        version: catalogue.version_of(&test.code),
        panel: panel
            .map(|p| (p.id.clone(), p.name.clone(), p.version.clone(), p.genes.iter().filter(|g| g.rating == Rating::Green).count())),
        past: past(&desk, &test).await?,
        laboratories: laboratories(&desk, &test).await?,
        test,
        can_order: may_order(&desk),
    };
    Ok(show(&page)?.into_response())
}

/// A code without a test is looked for: the search says why it is not there.
fn missing(code: &str) -> PageResult<Response> {
    let code: TestCode = code.parse().map_err(|_| ServiceError::NotFound("test in the directory"))?;
    Ok(Redirect::to(&format!("/directory?q={code}")).into_response())
}

/// Laboratories that offer the test or will, with how far each is.
async fn laboratories(desk: &Desk, test: &Test) -> PageResult<Vec<(String, &'static str, String)>> {
    let all = directory::laboratories::list(&desk.service).await.map_err(PageError::fault)?;
    let line = |lab: care::directory::laboratory::Laboratory| {
        let (readiness, reason) = lab.readiness(&test.code);
        (readiness != Readiness::NotOffered).then(|| (lab.name.clone(), readiness.label(), reason.to_owned()))
    };
    Ok(all.0.into_values().filter_map(line).collect())
}

/// Every version in which the test changed, latest first.
async fn past(desk: &Desk, test: &Test) -> PageResult<Vec<Past>> {
    let directory: Directory = directory::catalogue::directory(&desk.service, test.code.branch()).await.map_err(PageError::fault)?.state;
    let (mut past, mut before): (Vec<Past>, Option<Test>) = (Vec::new(), None);
    for version in &directory.versions {
        let tests = directory::catalogue::tests_of(&desk.service, version).await.map_err(PageError::fault)?;
        let now = tests.into_iter().find(|t| t.code == test.code);
        if let Some(now) = &now {
            let changed = match &before {
                Some(before) => match care::directory::compare(std::slice::from_ref(before), std::slice::from_ref(now)).pop() {
                    Some(care::directory::Difference::Amended(_, fields)) => fields,
                    _ => vec![],
                },
                None => vec![],
            };
            if before.is_none() || !changed.is_empty() {
                past.push(Past { version: version.clone(), added: before.is_none(), changed });
            }
        }
        before = now;
    }
    past.reverse();
    Ok(past)
}

/// A branch by its word in a path.
pub(crate) fn branch(word: &str) -> PageResult<Branch> {
    Branch::ALL.into_iter().find(|b| b.word() == word).ok_or(PageError::Service(ServiceError::NotFound("directory")))
}
