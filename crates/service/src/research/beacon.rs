//! The library as a beacon: to everybody whether there are enough to be told of, to a project's program counts.

use crate::{Service, ServiceError, ServiceResult, research};
use care::Refusals;
use interop::beacon::{Asked, Entry, Granularity};
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
    /// How much is told.
    pub told: Granularity,
}

/// Answers a beacon's question. Without a token: whether a variant, or a cohort, is there in enough people to be told of.
pub async fn beacon(service: &Arc<Service>, token: Option<&str>, asked: &Asked) -> ServiceResult<Beaconed> {
    let text = question(asked).to_string();
    match token {
        Some(token) => to_project(service, token, asked, &text).await,
        None => to_everybody(service, asked, &text).await,
    }
}

async fn to_project(service: &Arc<Service>, token: &str, asked: &Asked, text: &str) -> ServiceResult<Beaconed> {
    // People are never told one by one: what is asked of them is counted.
    let told = if asked.entry == Entry::Individual { asked.granularity.min(Granularity::Count) } else { asked.granularity };
    let answer = research::token::ask_with(service, token, text).await?;
    let count = answer.carriers.unwrap_or(answer.cohort);
    let about = if let Count::About(n) = count { Some(n) } else { None };
    Ok(Beaconed { exists: about.is_some(), about, told })
}

async fn to_everybody(service: &Arc<Service>, asked: &Asked, text: &str) -> ServiceResult<Beaconed> {
    // Yes or no about a variant in ever smaller groups would tell of one person in the end.
    let in_a_group = !asked.terms.is_empty() || asked.sex.is_some();
    if in_a_group && (asked.variant.is_some() || asked.gene.is_some()) {
        return Err(Refusals::one("filters", "Filters together with a variant or gene need the token of a project").into());
    }
    let checked = research::asking::checked(service, text)?;
    let library = research::library(service).await?;
    let Some(name) = library.releases().await?.pop() else {
        return Ok(Beaconed { exists: false, about: None, told: Granularity::Boolean });
    };
    let release = library.released(&name).await?.ok_or(ServiceError::NotFound("release"))?;
    let scope = research::scope(service).await?;
    // Yes or no above a limit tells of nobody, and is remembered for nobody.
    let answer = ask::ask(library, &release, &scope, &mut DisclosureLedger::default(), &checked).await.map_err(anyhow::Error::from)?;
    let count = answer.carriers.unwrap_or(answer.cohort);
    Ok(Beaconed { exists: matches!(count, Count::About(_)), about: None, told: Granularity::Boolean })
}

/// A beacon's question in the cohort language.
fn question(asked: &Asked) -> Question {
    let what = match (&asked.variant, &asked.gene) {
        (Some(variant), _) => What::Seen(variant.to_string()),
        (None, Some(_)) => What::Carriers,
        (None, None) => What::People,
    };
    Question { genes: asked.gene.iter().cloned().collect(), with: asked.terms.clone(), sex: asked.sex.clone(), ..Question::about(what) }
}
