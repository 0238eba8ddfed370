//! What differs between two versions.

use super::catalogue::branch;
use crate::pages::{Layout, PageResult, show};
use crate::{error::PageError, session::At};
use access::Action;
use askama::Template;
use axum::extract::{Path, Query};
use care::directory::{Branch, Difference, Version, compare};
use serde::Deserialize;
use service::directory;

#[derive(Template)]
#[template(path = "directory/compare.html")]
struct Page {
    layout: Layout,
    branch: Branch,
    versions: Vec<Version>,
    from: String,
    to: String,
    added: Vec<Difference>,
    withdrawn: Vec<Difference>,
    amended: Vec<Difference>,
}

impl Page {
    fn parts(&self) -> [(&'static str, &[Difference]); 3] {
        [("Added", &self.added), ("Withdrawn", &self.withdrawn), ("Amended", &self.amended)]
    }
}

#[derive(Deserialize)]
pub(crate) struct CompareQuery {
    from: Option<String>,
    to: Option<String>,
}

pub(crate) async fn get(At(desk): At, Path(word): Path<String>, Query(query): Query<CompareQuery>) -> PageResult {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let branch = branch(&word)?;
    let versions = directory::catalogue::directory(&desk.service, branch).await.map_err(PageError::fault)?.state.versions;
    let last = versions.len().saturating_sub(1);
    let position = |number: Option<&String>, otherwise: usize| {
        number.and_then(|n| versions.iter().position(|v| v.number == *n)).unwrap_or(otherwise.min(last))
    };
    let (from, to) = (position(query.from.as_ref(), last.saturating_sub(1)), position(query.to.as_ref(), last));
    let mut tests = Vec::new();
    for index in [from, to] {
        tests.push(match versions.get(index) {
            Some(version) => directory::catalogue::tests_of(&desk.service, version).await.map_err(PageError::fault)?,
            None => vec![],
        });
    }
    let differences = compare(&tests[0], &tests[1]);
    let matching = |kind: fn(&Difference) -> bool| differences.iter().filter(|d| kind(d)).cloned().collect();
    show(&Page {
        layout: Layout::new(format!("Compare versions: {}", branch.name()), Some(&desk.staff)),
        branch,
        from: versions.get(from).map_or_else(String::new, |v| v.number.clone()),
        to: versions.get(to).map_or_else(String::new, |v| v.number.clone()),
        added: matching(|d| matches!(d, Difference::Added(_))),
        withdrawn: matching(|d| matches!(d, Difference::Withdrawn(_))),
        amended: matching(|d| matches!(d, Difference::Amended(..))),
        versions,
    })
}
