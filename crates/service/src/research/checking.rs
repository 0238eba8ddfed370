//! Checkers decide about what wants to leave a workspace, or to come in. Before anything is released the rules look at its bytes again:
//! what they flag now is what has to be answered.

use crate::{Desk, Service, ServiceError, ServiceResult, fault::ForLog, research, secret::digest};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    OutputId, ProjectId, Refusals,
    research::project::{
        Command, Project,
        airlock::{Decision, FlagAnswer, Output, OutputState, Relook, Verdict},
    },
};
use library::{Release, output};
use std::sync::Arc;

/// What a checker sends of a page on which they read an output.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Decision.
    pub verdict: Verdict,
    /// Why, of the whole.
    pub reason: String,
    /// Digest of the bytes that they were shown.
    pub sha256: String,
    /// The mark of each flag that they were shown, and their answer to it.
    pub answers: Vec<(String, String)>,
}

/// By which a page names a flag: its text may hold what a form would change.
pub fn mark(flag: &str) -> String {
    let mut mark = digest(flag);
    mark.truncate(16);
    mark
}

/// A checker decides about an output.
#[crate::boxed]
pub async fn check_output(desk: &Desk, id: ProjectId, output: OutputId, checked: Checked) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::CheckOutput).await?;
    let project = research::projects::loaded(desk, &permit, id).await?.state;
    let Some(found) = project.outputs.iter().find(|o| o.id == output) else { return Err(ServiceError::NotFound("output")) };
    let is_release = checked.verdict == Verdict::Release && found.state() == OutputState::Waiting;
    if is_release && look_again(desk, &permit, id, &project, found).await? {
        let message = format!("The rules find more in {} than you were shown; read its flags below and answer each", found.name);
        return Err(Refusals::one("flag", message).into());
    }
    let decision = decision(found, checked);
    research::projects::change_project(desk, &permit, id, Command::CheckOutput { output, decision }).await
}

/// The flags that marks name; what names none stays as it is, and is refused as no flag of this output.
fn decision(output: &Output, checked: Checked) -> Decision {
    let flag = |sent: String| output.findings.iter().find(|finding| mark(finding) == sent).cloned().unwrap_or(sent);
    let flags = checked.answers.into_iter().map(|(sent, reason)| FlagAnswer { flag: flag(sent), reason }).collect();
    Decision { verdict: checked.verdict, reason: checked.reason, sha256: checked.sha256, flags }
}

/// Outputs of every project that wait for a checker, as the rules of today see them.
#[crate::boxed]
pub async fn outputs_waiting(desk: &Desk) -> ServiceResult<Vec<(ProjectId, Project, Output)>> {
    let permit = desk.permit_general(Action::CheckOutput).await?;
    let mut all = waiting(&desk.service).await?;
    let mut is_changed = false;
    for (id, project, output) in all.iter().filter(|(.., output)| output.rules != output::RULES) {
        // Nobody is kept from the list by one of its outputs; nothing is released before the rules looked again.
        match look_again(desk, &permit, *id, project, output).await {
            Ok(is_found) => is_changed |= is_found,
            Err(fault) => tracing::warn!("looking at output {} again: {}", output.id, fault.for_log()),
        }
    }
    if is_changed {
        all = waiting(&desk.service).await?;
    }
    Ok(all)
}

async fn waiting(service: &Arc<Service>) -> ServiceResult<Vec<(ProjectId, Project, Output)>> {
    let all = research::projects::register(service).await?;
    let of_project = |(id, project): (ProjectId, Project)| {
        let outputs: Vec<Output> = project.outputs.iter().filter(|o| o.state() == OutputState::Waiting).cloned().collect();
        outputs.into_iter().map(move |output| (id, project.clone(), output))
    };
    Ok(all.into_iter().flat_map(of_project).collect())
}

/// The rules look at an output again. What they find beyond its flags is written; returns whether that was so.
async fn look_again(desk: &Desk, permit: &Permit, id: ProjectId, project: &Project, waiting: &Output) -> ServiceResult<bool> {
    let release = research::library(&desk.service).await?.released(&project.approved_release).await?;
    let release = release.ok_or(ServiceError::NotFound("release"))?;
    let bytes = desk.service.store.blobs().get(&waiting.sha256).await?;
    let (findings, unlisted) = flags(bytes, &release, id).await?;
    let is_known = findings.iter().all(|finding| waiting.findings.contains(finding)) && unlisted <= waiting.unlisted;
    if is_known && waiting.rules == output::RULES {
        return Ok(false);
    }
    let relook = Relook { output: waiting.id, rules: output::RULES.into(), findings, unlisted };
    research::projects::change_project(desk, permit, id, Command::LookAtOutput(Box::new(relook))).await?;
    Ok(!is_known)
}

/// What the rules flag in bytes of a project, and how many flags more they do not list.
pub(super) async fn flags(bytes: Vec<u8>, release: &Release, project: ProjectId) -> ServiceResult<(Vec<String>, usize)> {
    let pseudonyms = release.pseudonyms(&project.to_string());
    // The largest output takes seconds, in which nobody else waits.
    let found = tokio::task::spawn_blocking(move || output::look(&bytes, &pseudonyms)).await.context("the airlock's rules stopped")?;
    let unlisted = found.iter().map(|finding| finding.more).sum();
    Ok((found.iter().map(ToString::to_string).collect(), unlisted))
}
