//! A project asks: questions in the cohort language, queries in its workspace, outputs through the airlock. Everything is written
//! to the project's stream; whom it may count is read anew each time.

pub use library::output::text as output_text;

use super::memory::{Memory, Turn};
use crate::{Desk, Service, ServiceError, ServiceResult, research, secret::digest};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    OutputId, ProjectId, Refusals,
    research::project::{
        Command, Project, QueryRecord,
        airlock::{Output, OutputState},
        budget::Showing,
    },
};
use library::{
    Answer, Checked, Question, Release,
    ask::{self, NotAnswered},
    check::{self, Names},
    input_table::InputTable,
    program::{
        QueryError, Workspace,
        request::{Rows, Shown},
    },
};
use std::sync::Arc;

/// The project of a researcher, if it has access today, with its release.
async fn open_project(desk: &Desk, id: ProjectId) -> ServiceResult<(Permit, Project, Arc<Release>)> {
    let permit = desk.permit_general(Action::UseWorkspace).await?;
    let project_state = research::projects::loaded(desk, &permit, id).await?.state;
    if !project_state.is_of(&desk.staff) {
        return Err(ServiceError::NotFound("project of yours"));
    }
    if !project_state.is_open(desk.today()) {
        let message = format!("The project has no access to data ({})", project_state.summary(desk.today()));
        return Err(Refusals::one("project", message).into());
    }
    let name = project_state.release().ok_or(ServiceError::NotFound("release"))?;
    let release = research::library(&desk.service).await?.released(name).await?.ok_or(ServiceError::NotFound("release"))?;
    Ok((permit, project_state, release))
}

/// Asks a question.
#[crate::boxed]
pub async fn ask(desk: &Desk, id: ProjectId, text: &str) -> ServiceResult<Answer> {
    let (permit, _, release) = open_project(desk, id).await?;
    let checked = checked(&desk.service, text)?;
    let mut ledgers = desk.service.asking.lock().await;
    let turn = Turn::wait(&desk.service).await?;
    let (library, scope) = (research::library(&desk.service).await?, research::scope(&desk.service).await?);
    let mut memory = Memory::read(library, &mut ledgers, (release.name.as_str(), id.to_string().as_str()), &scope).await?;
    let answered = ask::ask(library, &release, &scope, &mut memory.ledger, &checked).await;
    let refused = match &answered {
        Ok(_) => String::new(),
        Err(NotAnswered::Fault(_)) => "it could not be asked".into(),
        Err(why) => why.to_string(),
    };
    // Remembered before it is told, and by whoever has the turn alone.
    turn.check().await?;
    memory.keep(library).await?;
    turn.check().await?;
    drop(turn);
    note_asked(desk, &permit, id, checked.question.to_string(), String::new(), refused).await?;
    match answered {
        Ok(answer) => Ok(answer),
        Err(NotAnswered::Fault(fault)) => Err(fault.into()),
        Err(why) => Err(Refusals::one("question", why.to_string()).into()),
    }
}

async fn note_asked(desk: &Desk, permit: &Permit, id: ProjectId, text: String, sha256: String, refused: String) -> ServiceResult<()> {
    let query = QueryRecord { text, sha256, refused, by: desk.staff.id, at: desk.now() };
    research::projects::change_project(desk, permit, id, Command::Ask(query)).await
}

/// Runs a query in the workspace; it is kept, and logged before it runs. It runs in a process of its own. Rows of people are shown
/// where whoever asks sits at a desk that the site names for that.
#[crate::boxed]
pub async fn query_workspace(desk: &Desk, id: ProjectId, sql: &str, shown: Shown) -> ServiceResult<Rows> {
    let (permit, project, release) = open_project(desk, id).await?;
    project.check_budget(desk.today())?;
    let program = research::query_program(&desk.service)?;
    if let Some(missing) = program.missing() {
        return Err(Refusals::one("sql", missing).into());
    }
    let inputs = inputs(desk, &project).await?;
    let sha256 = desk.service.store.blobs().put(sql.as_bytes().to_vec()).await?;
    note_asked(desk, &permit, id, in_general(sql), sha256, String::new()).await?;
    let (library, scope) = (research::library(&desk.service).await?, research::scope(&desk.service).await?);
    let project = id.to_string();
    let workspace = Workspace { scope: &scope, inputs, project: &project, shown };
    let rows = program.run_sql(library, &release, workspace, sql).await.map_err(|why| match why {
        QueryError::Refused(message) => ServiceError::from(Refusals::one("sql", message)),
        QueryError::Fault(fault) => fault.into(),
    })?;
    // Whose access ended, or who withdrew, while it ran: nothing is shown.
    if research::scope(&desk.service).await? != scope || open_project(desk, id).await.is_err() {
        return Err(Refusals::one("sql", "Access or choices changed while the query ran; nothing is shown. Run it again").into());
    }
    // Remembered before it is shown.
    let showing = Showing { day: desk.today(), rows: rows.rows as u64, bytes: rows.table.len() as u64, of_people: shown == Shown::Rows };
    research::projects::change_project(desk, &permit, id, Command::Show(showing)).await?;
    Ok(rows)
}

/// Asks that something leaves the workspace: the rules look at it, then two people.
#[crate::boxed]
pub async fn ask_output(desk: &Desk, id: ProjectId, name: &str, why: &str, bytes: &[u8]) -> ServiceResult<Vec<String>> {
    ask_passage(desk, id, name, why, bytes, false).await
}

/// Asks that a table comes into the workspace, as CSV with a header: the same rules and people look at it.
#[crate::boxed]
pub async fn ask_input(desk: &Desk, id: ProjectId, name: &str, why: &str, bytes: &[u8]) -> ServiceResult<Vec<String>> {
    InputTable::read(name.trim(), bytes).map_err(|message| Refusals::one("input", message))?;
    let project = research::projects::project(desk, id).await?;
    if project
        .outputs
        .iter()
        .any(|o| o.inward && o.name == name.trim() && matches!(o.state(), OutputState::Released | OutputState::Waiting))
    {
        return Err(Refusals::one("input", format!("There is a table {} already; give it another name", name.trim())).into());
    }
    ask_passage(desk, id, name, why, bytes, true).await
}

async fn ask_passage(desk: &Desk, id: ProjectId, name: &str, why: &str, bytes: &[u8], inward: bool) -> ServiceResult<Vec<String>> {
    let (permit, _, release) = open_project(desk, id).await?;
    if name.trim().is_empty() || why.trim().is_empty() || bytes.is_empty() {
        return Err(Refusals::one("output", "Give it with a name, and say what it is for").into());
    }
    let (findings, unlisted) = research::checking::flags(bytes.to_vec(), &release, id).await?;
    let output = Output {
        id: OutputId(desk.new_id()),
        name: name.trim().to_owned(),
        inward,
        why: why.trim().to_owned(),
        sha256: desk.service.store.blobs().put(bytes.to_vec()).await?,
        findings: findings.clone(),
        unlisted,
        rules: library::output::RULES.into(),
        by: desk.staff.clone(),
        at: desk.now(),
        checks: vec![],
    };
    research::projects::change_project(desk, &permit, id, Command::AskOutput(Box::new(output))).await?;
    Ok(findings)
}

/// Tables that came in: name, and CSV.
async fn inputs(desk: &Desk, project: &Project) -> ServiceResult<Vec<(String, String)>> {
    let mut inputs = Vec::new();
    for input in project.outputs.iter().filter(|o| o.inward && o.state() == OutputState::Released) {
        let csv = output_text(&desk.service.store.blobs().get(&input.sha256).await?).context("a table that came in is no text")?;
        inputs.push((input.name.clone(), csv));
    }
    Ok(inputs)
}

/// The bytes of an output: to those who check it, and once it is released to the project.
#[crate::boxed]
pub async fn output(desk: &Desk, id: ProjectId, output: OutputId) -> ServiceResult<(Output, Vec<u8>)> {
    let project = research::projects::project(desk, id).await?;
    let output = project.outputs.iter().find(|o| o.id == output).cloned().ok_or(ServiceError::NotFound("output"))?;
    if !desk.may(Action::CheckOutput) && output.state() != OutputState::Released {
        let message = format!("{} is not released: {}", output.name, output.state().label().to_lowercase());
        return Err(Refusals::one("output", message).into());
    }
    let bytes = desk.service.store.blobs().get(&output.sha256).await?;
    Ok((output, bytes))
}

/// A question whose words are known, or what is unknown.
pub(super) fn checked(service: &Service, text: &str) -> ServiceResult<Checked> {
    let question = text.parse::<Question>().map_err(|why| Refusals::one("question", why.to_string()))?;
    let knowledge = &service.knowledge;
    let gene = |name: &str| knowledge.gene_by_symbol(name).map(|gene| gene.symbol.clone());
    let unknown = |all: Vec<check::Unknown>| Refusals(all.into_iter().map(|u| care::Refusal::new("question", u.to_string())).collect());
    Ok(check::check(&question, &Names { hpo: &knowledge.hpo, gene: &gene }).map_err(unknown)?)
}

/// A query in general terms: which tables it reads. What it says exactly is kept under its digest.
fn in_general(sql: &str) -> String {
    let lower = sql.to_lowercase();
    let read: Vec<&str> = ["calls", "variants", "people", "features"].into_iter().filter(|table| lower.contains(table)).collect();
    let tables = if read.is_empty() { "no table".to_owned() } else { read.join(", ") };
    format!("A query over {tables} ({})", &digest(sql)[..8])
}
