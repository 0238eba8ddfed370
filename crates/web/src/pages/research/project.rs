//! One project: its review, and for its researcher the questions, the workspace, the outputs and the findings.

use super::{
    super::{
        Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, refusals, show,
    },
    answer,
};
use crate::{chart::Chart, door::Seat, error::PageError, form::Form, session::At, when};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    ProjectId,
    research::project::{
        Command, Project, State, VOTES_MIN,
        airlock::OutputState,
        budget::{BYTES_MAX, ROWS_MAX},
    },
};
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    research::{
        self,
        answers::{Answer, Rows, Shown},
        projects::review,
    },
};

#[derive(Template)]
#[template(path = "research/project.html")]
struct Page {
    layout: Layout,
    id: ProjectId,
    project: Project,
    today: Date,
    alike: Vec<(ProjectId, Project, f64)>,
    form: ProjectForm,
    answer: Option<Answer>,
    charts: Vec<Chart>,
    /// How many people of the library are nobody real.
    simulated: usize,
    shown: Option<Rows>,
    /// Rows of people are shown at this desk.
    shows_people: bool,
    /// What is missing for queries in SQL, if anything is.
    no_queries: Option<String>,
    /// What the rules of the airlock found in what was just handed over.
    found: Option<Vec<String>>,
    /// A token for programs, shown once.
    token: Option<String>,
    problems: Vec<Problem>,
}

impl Page {
    fn is_open(&self) -> bool {
        self.layout.may(Action::UseWorkspace) && self.project.is_open(self.today)
    }

    fn under_review(&self) -> bool {
        self.layout.may(Action::ReviewProject) && self.project.state == State::Applied
    }

    /// What the workspace may still show today.
    fn left(&self) -> String {
        let left = self.project.budget.left(self.today);
        let [bytes, most] = [left.bytes, BYTES_MAX].map(|bytes| bytes / 1024);
        format!("{} of {ROWS_MAX} rows and {bytes} of {most} KiB are left; the full amount is there again tomorrow", left.rows)
    }

    fn time(at: &jiff::Timestamp) -> String {
        when::moment(at)
    }
}

/// What can be done with a project.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum ProjectAction {
    Ask {
        #[serde(default)]
        question: String,
    },
    Query {
        #[serde(default)]
        sql: String,
    },
    Output(Handed),
    Input(Handed),
    Token,
    Flag(Finding),
    For(Why),
    Against(Why),
    Approve {
        #[serde(default)]
        conditions: String,
    },
    Reject(Why),
    Renew {
        #[serde(default)]
        months: String,
        #[serde(default)]
        reason: String,
    },
    End(Why),
}

/// What is handed over at the airlock.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Handed {
    name: String,
    why: String,
    content: String,
}

/// What is sent back to care.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Finding {
    pseudonym: String,
    variant: String,
    evidence: String,
}

/// What was typed, to be shown again.
#[derive(Default)]
struct ProjectForm {
    question: String,
    sql: String,
    handed: Handed,
    finding: Finding,
    reason: String,
    conditions: String,
}

impl ProjectForm {
    fn from_action(act: ProjectAction) -> ProjectForm {
        let nothing = ProjectForm::default();
        match act {
            ProjectAction::Ask { question } => ProjectForm { question, ..nothing },
            ProjectAction::Query { sql } => ProjectForm { sql, ..nothing },
            ProjectAction::Output(handed) | ProjectAction::Input(handed) => ProjectForm { handed, ..nothing },
            ProjectAction::Token => nothing,
            ProjectAction::Flag(finding) => ProjectForm { finding, ..nothing },
            ProjectAction::Approve { conditions } => ProjectForm { conditions, ..nothing },
            ProjectAction::For(Why { reason }) | ProjectAction::Against(Why { reason }) | ProjectAction::Reject(Why { reason }) => {
                ProjectForm { reason, ..nothing }
            }
            ProjectAction::Renew { reason, .. } | ProjectAction::End(Why { reason }) => ProjectForm { reason, ..nothing },
        }
    }
}

/// What became of what was typed.
#[derive(Default)]
struct Done {
    answer: Option<Answer>,
    shown: Option<Rows>,
    found: Option<Vec<String>>,
    token: Option<String>,
    problems: Vec<Problem>,
}

async fn page(desk: &Desk, Seat(may_show): Seat, id: ProjectId, form: ProjectForm, done: Done) -> PageResult {
    let project = research::projects::project(desk, id).await?;
    let alike = if desk.may(Action::ReviewProject) { research::projects::projects_like(desk, id).await? } else { vec![] };
    let title = project.application.as_ref().map_or_else(String::new, |a| a.title.clone());
    show(&Page {
        layout: Layout::new(title, Some(&desk.staff)),
        id,
        project,
        today: desk.today(),
        alike,
        form,
        charts: done.answer.as_ref().map(answer::charts).unwrap_or_default(),
        answer: done.answer,
        simulated: research::simulated::people(&desk.service).await?,
        shown: done.shown,
        shows_people: may_show == Shown::Rows,
        no_queries: research::query_program(&desk.service)?.missing(),
        found: done.found,
        token: done.token,
        problems: done.problems,
    })
}

pub(crate) async fn get(At(desk): At, seat: Seat, Path(project): Path<String>) -> PageResult {
    page(&desk, seat, id(&project, "project")?, ProjectForm::default(), Done::default()).await
}

pub(crate) async fn post(
    At(desk): At,
    seat: Seat,
    Path(project): Path<String>,
    Form(Chosen(chosen)): Form<Chosen<ProjectAction>>,
) -> PageResult<Response> {
    let id: ProjectId = id(&project, "project")?;
    let mut done = Done::default();
    match act(&desk, seat, id, chosen.as_ref(), &mut done).await {
        // What was asked is answered here; what was decided is read again.
        Ok(()) if done.answer.is_some() || done.shown.is_some() || done.found.is_some() || done.token.is_some() => {}
        Ok(()) => return Ok(Redirect::to(&format!("/research/projects/{id}")).into_response()),
        Err(error) => done.problems = refusals(error)?,
    }
    Ok(page(&desk, seat, id, chosen.map(ProjectForm::from_action).unwrap_or_default(), done).await?.into_response())
}

async fn act(desk: &Desk, Seat(may_show): Seat, id: ProjectId, chosen: Option<&ProjectAction>, done: &mut Done) -> ServiceResult<()> {
    let Some(act) = chosen else { return Err(care::Refusals::one("action", "Choose what to do").into()) };
    match act {
        ProjectAction::Ask { question } => done.answer = Some(research::asking::ask(desk, id, question).await?),
        ProjectAction::Query { sql } => done.shown = Some(research::asking::query_workspace(desk, id, sql, may_show).await?),
        ProjectAction::Output(h) => done.found = Some(research::asking::ask_output(desk, id, &h.name, &h.why, h.content.as_bytes()).await?),
        ProjectAction::Input(h) => done.found = Some(research::asking::ask_input(desk, id, &h.name, &h.why, h.content.as_bytes()).await?),
        ProjectAction::Token => done.token = Some(research::token::project_token(desk, id).await?),
        ProjectAction::Flag(f) => research::returned::flag(desk, id, &f.pseudonym, &f.variant, &f.evidence).await?,
        ProjectAction::For(why) => review(desk, id, Command::Vote { approves: true, reason: why.reason.clone() }).await?,
        ProjectAction::Against(why) => review(desk, id, Command::Vote { approves: false, reason: why.reason.clone() }).await?,
        ProjectAction::Approve { conditions } => {
            review(desk, id, Command::Approve { conditions: conditions.clone(), release: String::new() }).await?;
        }
        ProjectAction::Reject(why) => review(desk, id, Command::Reject { reason: why.reason.clone() }).await?,
        ProjectAction::Renew { months, reason } => {
            review(desk, id, Command::Renew { months: months.parse().unwrap_or(0), reason: reason.clone() }).await?;
        }
        ProjectAction::End(why) => review(desk, id, Command::End { reason: why.reason.clone() }).await?,
    }
    Ok(())
}

/// An output: to its checkers, and once it is released to the project.
pub(crate) async fn output(At(desk): At, Path((project, output)): Path<(String, String)>) -> PageResult<Response> {
    let (output, bytes) = research::asking::output(&desk, id(&project, "project")?, id(&output, "output")?).await?;
    let name: String = output.name.chars().filter(|c| c.is_ascii_alphanumeric() || ".-_".contains(*c)).collect();
    let disposition = header::HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(PageError::fault)?;
    let kind = header::HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
