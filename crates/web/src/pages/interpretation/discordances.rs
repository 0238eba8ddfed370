//! Variants to which different classes were given: each is looked at again, and settled with a reason.

use crate::{
    form::Form,
    pages::{Layout, PageResult, Problem, refusals, show},
    session::At,
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::interpretation::discordance::Settled;
use jiff::tz::TimeZone;
use serde::Deserialize;
use service::{
    Desk,
    interpretation::{self, settling},
};
use store::Classified;

#[derive(Template)]
#[template(path = "interpretation/discordances.html")]
struct Page {
    layout: Layout,
    /// By variant, latest class first; how it was settled.
    variants: Vec<(Vec<Classified>, Option<Settled>)>,
    problems: Vec<Problem>,
}

impl Page {
    fn day(line: &Classified) -> String {
        line.at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
    }

    /// What tells the classes of a variant that nobody settled yet from others.
    fn shown(lines: &[Classified]) -> String {
        settling::shown(lines, None)
    }

    /// The classes that were given, each once.
    fn classes(classified: &[Classified]) -> Vec<&'static str> {
        let mut classes: Vec<&str> = classified.iter().map(|c| c.class.label()).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}

async fn page(desk: &Desk, problems: Vec<Problem>) -> PageResult {
    let variants = interpretation::cases::discordant(desk).await?;
    show(&Page { layout: Layout::new("Classification conflicts", Some(&desk.staff)), variants, problems })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct DiscordanceForm {
    variant: String,
    class: String,
    reason: String,
    /// The classes that were shown.
    seen: String,
}

pub(crate) async fn post(At(desk): At, Form(form): Form<DiscordanceForm>) -> PageResult<Response> {
    match settling::settle_as_seen(&desk, &form.variant, &form.class, &form.reason, &form.seen).await {
        Ok(()) => Ok(Redirect::to("/discordances").into_response()),
        Err(error) => Ok(page(&desk, refusals(error)?).await?.into_response()),
    }
}
