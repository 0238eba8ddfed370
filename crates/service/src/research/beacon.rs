//! The library as a beacon: to everybody whether there are enough to be told of, to a project's program counts.

use crate::{Service, ServiceError, ServiceResult, research};
use care::Refusals;
use genome::Sex;
use interop::ga4gh::beacon::{BeaconQuery, Entry, Granularity};
use library::{
    Question, ask,
    disclosure::{Count, DisclosureLedger},
    question::What,
};
use std::sync::Arc;

/// What a beacon tells: whether there are enough, about how many, and how much of what was asked that is.
pub struct Beaconed {
    /// At least as many as may be told of.
    pub exists: bool,
    /// About how many, to a project.
    pub about: Option<u64>,
    /// How much is answered.
    pub granularity: Granularity,
}

/// Answers a beacon's question. Without a token: whether a variant, or a cohort, is there in enough people to be told of.
pub async fn beacon(service: &Arc<Service>, token: Option<&str>, query: &BeaconQuery) -> ServiceResult<Beaconed> {
    let text = question(query).to_string();
    match token {
        Some(token) => to_project(service, token, query, &text).await,
        None => to_everybody(service, query, &text).await,
    }
}

async fn to_project(service: &Arc<Service>, token: &str, query: &BeaconQuery, text: &str) -> ServiceResult<Beaconed> {
    // People are never told one by one: what is asked of them is counted.
    let granularity = if query.entry == Entry::Individual { query.granularity.min(Granularity::Count) } else { query.granularity };
    let answer = research::token::ask_with(service, token, text).await?;
    let count = answer.carriers.unwrap_or(answer.cohort);
    let about = if let Count::About(n) = count { Some(n) } else { None };
    Ok(Beaconed { exists: about.is_some(), about, granularity })
}

async fn to_everybody(service: &Arc<Service>, query: &BeaconQuery, text: &str) -> ServiceResult<Beaconed> {
    // Yes or no about a variant in ever smaller groups would tell of one person in the end.
    let in_a_group = !query.terms.is_empty() || query.sex.is_some();
    if in_a_group && (query.variant.is_some() || query.gene.is_some()) {
        return Err(Refusals::one("filters", "Filters together with a variant or gene need the token of a project").into());
    }
    let checked = research::asking::checked(service, text)?;
    let library = research::library(service).await?;
    let Some(name) = library.releases().await?.pop() else {
        return Ok(Beaconed { exists: false, about: None, granularity: Granularity::Boolean });
    };
    let release = library.released(&name).await?.ok_or(ServiceError::NotFound("release"))?;
    let scope = research::scope(service).await?;
    // Yes or no above a limit tells of nobody, and is remembered for nobody.
    let answer = ask::ask(library, &release, &scope, &mut DisclosureLedger::default(), &checked).await.map_err(anyhow::Error::from)?;
    let count = answer.carriers.unwrap_or(answer.cohort);
    Ok(Beaconed { exists: matches!(count, Count::About(_)), about: None, granularity: Granularity::Boolean })
}

/// A beacon's question in the cohort language.
fn question(query: &BeaconQuery) -> Question {
    let what = match (&query.variant, &query.gene) {
        (Some(variant), _) => What::Seen(variant.to_string()),
        (None, Some(_)) => What::Carriers,
        (None, None) => What::People,
    };
    let sex = match query.sex {
        Some(Sex::Female) => Some("female".to_owned()),
        Some(Sex::Male) => Some("male".to_owned()),
        Some(Sex::Unknown) | None => None,
    };
    Question { genes: query.gene.iter().cloned().collect(), with: query.terms.clone(), sex, ..Question::about(what) }
}
