//! The tables of a project's workspace: their columns, what they mean, and rows that are invented.

use super::super::{Layout, PageResult, id, show};
use crate::session::At;
use askama::Template;
use axum::extract::Path;
use care::{ProjectId, research::project::airlock::OutputState};
use service::research::{self, tables::TABLES};

#[derive(Template)]
#[template(path = "research/tables.html")]
struct Page {
    layout: Layout,
    id: ProjectId,
    /// Names of the tables that came in.
    inputs: Vec<String>,
}

pub(crate) async fn get(At(desk): At, Path(project): Path<String>) -> PageResult {
    let id: ProjectId = id(&project, "project")?;
    let project = research::builder::project(&desk, id).await?;
    let title = project.application.as_ref().map_or_else(String::new, |a| a.title.clone());
    let came_in = project.outputs.iter().filter(|o| o.inward && o.state() == OutputState::Released);
    show(&Page {
        layout: Layout::new("Tables of the workspace", Some(&desk.staff))
            .below("Research projects", "/research/projects")
            .below(title, format!("/research/projects/{id}")),
        id,
        inputs: came_in.map(|o| o.name.clone()).collect(),
    })
}
