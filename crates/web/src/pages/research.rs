//! Research: the register that everybody may read, and the projects of those who sign in.

mod answer;
pub(crate) mod apply;
pub(crate) mod builder;
pub(crate) mod declined;
pub(crate) mod findings;
pub(crate) mod outputs;
pub(crate) mod project;
pub(crate) mod tables;

use super::{Layout, PageResult, show, tour};
use crate::session::At;
use access::Action;
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use care::{
    ProjectId,
    research::project::{Project, airlock::OutputState},
};
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    Service,
    research::{self, answers::Count, newsletter::Newsletter},
};
use std::sync::Arc;
use tower_sessions::Session;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/research", get(register))
        .route("/research/newsletter", get(newsletter))
        .route("/research/declined", get(declined::get))
        .route("/research/apply", get(apply::get).post(apply::post))
        .route("/research/projects", get(projects))
        .route("/research/projects/{project}", get(project::get).post(project::post))
        .route("/research/projects/{project}/outputs/{output}", get(project::output))
        .route("/research/projects/{project}/ask", get(builder::get).post(builder::post))
        .route("/research/projects/{project}/tables", get(tables::get))
        .route("/research/outputs", get(outputs::get).post(outputs::post))
        .route("/findings", get(findings::get).post(findings::post))
}

#[derive(Template)]
#[template(path = "research/register.html")]
struct Register {
    layout: Layout,
    projects: Vec<(ProjectId, Project)>,
    today: Date,
    /// Of whoever is signed in, the list of their own; of everybody, the public register.
    is_public: bool,
    can_apply: bool,
    reviews: bool,
}

impl Register {
    fn released(project: &Project) -> usize {
        project.outputs.iter().filter(|o| !o.inward && o.state() == OutputState::Released).count()
    }

    fn answered(project: &Project) -> usize {
        project.findings.iter().filter(|f| !f.outcome.is_empty()).count()
    }
}

/// The public register.
pub(crate) async fn register(State(service): State<Arc<Service>>) -> PageResult {
    let projects = research::projects::register(&service).await?;
    show(&Register {
        layout: Layout::new("Research with genomic data", None),
        projects,
        today: service.today(),
        is_public: true,
        can_apply: false,
        reviews: false,
    })
}

/// Projects of whoever is signed in: a researcher's own; to those who review and check, all.
pub(crate) async fn projects(At(desk): At, session: Session) -> PageResult {
    let action = [Action::ReviewProject, Action::CheckOutput].into_iter().find(|action| desk.may(*action)).unwrap_or(Action::UseWorkspace);
    desk.permit_general(action).await?;
    let mut projects = research::projects::register(&desk.service).await?;
    let can_apply = desk.may(Action::ApplyForProject);
    let reviews = desk.may(Action::ReviewProject);
    projects.retain(|(_, project)| !can_apply || project.is_of(&desk.staff));
    show(&Register {
        layout: Layout::new("Research projects", Some(&desk.staff)).with_tour(tour::is_offered(&session).await?),
        projects,
        today: desk.today(),
        is_public: false,
        can_apply,
        reviews,
    })
}

#[derive(Template)]
#[template(path = "research/newsletter.html")]
struct NewsletterPage {
    layout: Layout,
    letter: Newsletter,
    /// The quarter in words.
    months: String,
    /// A day of the quarter before.
    before: Date,
}

/// Which quarter: any day of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Quarter {
    of: String,
}

/// A quarter in words, and a day of the one before.
fn months([first, end]: [Date; 2]) -> (String, Date) {
    let [before, last] = [first, end].map(|day| day.saturating_sub(jiff::Span::new().days(1)));
    (format!("{} to {}", first.strftime("%B"), last.strftime("%B %Y")), before)
}

/// The newsletter of a quarter, for everybody.
pub(crate) async fn newsletter(State(service): State<Arc<Service>>, Query(quarter): Query<Quarter>) -> PageResult {
    let letter = research::newsletter::newsletter(&service, quarter.of.parse().unwrap_or_else(|_| service.today())).await?;
    let (months, before) = months(letter.quarter);
    show(&NewsletterPage { layout: Layout::new("What your data did", None), letter, months, before })
}
