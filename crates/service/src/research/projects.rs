//! Research projects: applied for, reviewed, approved; the register that everybody may read.

use crate::{Desk, Service, ServiceError, ServiceResult, research};
use access::{Action, Permit};
use care::{
    ProjectId, Refusals, Role,
    research::project::{self, Application, Command, Project},
};
use std::sync::Arc;
use store::{Change, Loaded};

/// Projects this alike are shown beside each other.
const ALIKE: f64 = 0.4;

/// Every project, the latest first: what stands on the public register.
#[crate::boxed]
pub async fn register(service: &Arc<Service>) -> ServiceResult<Vec<(ProjectId, Project)>> {
    let permit = research::library_permit(service).await?;
    let mut found = Vec::new();
    for id in service.store.projects().await? {
        found.push((id, service.store.load::<Project>(&permit, id.stream()).await?.state));
    }
    Ok(found)
}

/// Applies for a project.
#[crate::boxed]
pub async fn apply(desk: &Desk, application: Application) -> ServiceResult<ProjectId> {
    let permit = desk.permit_general(Action::ApplyForProject).await?;
    let id = ProjectId(desk.new_id());
    let application = Application { by: desk.staff.clone(), ..application };
    change_project(desk, &permit, id, Command::Apply(Box::new(application))).await?;
    Ok(id)
}

/// Votes, approves, rejects or renews, as a member of the committee.
#[crate::boxed]
pub async fn review(desk: &Desk, id: ProjectId, command: Command) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::ReviewProject).await?;
    let command = match command {
        Command::Approve { conditions, .. } => {
            let release = research::library(&desk.service).await?.releases().await?.pop().unwrap_or_default();
            Command::Approve { conditions, release }
        }
        other @ (Command::Vote { .. } | Command::Reject { .. } | Command::Renew { .. } | Command::End { .. }) => other,
        _ => return Err(Refusals::one("action", "The committee votes, approves, rejects, renews and ends").into()),
    };
    change_project(desk, &permit, id, command).await
}

/// A project with its permit, for its researcher, the committee and those who check outputs.
#[crate::boxed]
pub async fn project(desk: &Desk, id: ProjectId) -> ServiceResult<Project> {
    let action = match desk.staff.role {
        Role::AccessCommittee => Action::ReviewProject,
        Role::OutputChecker => Action::CheckOutput,
        _ => Action::UseWorkspace,
    };
    let permit = desk.permit_general(action).await?;
    let project = loaded(desk, &permit, id).await?.state;
    if action == Action::UseWorkspace && !project.is_of(&desk.staff) {
        return Err(ServiceError::NotFound("project of yours"));
    }
    Ok(project)
}

/// Other projects that are about the same.
#[crate::boxed]
pub async fn projects_like(desk: &Desk, id: ProjectId) -> ServiceResult<Vec<(ProjectId, Project, f64)>> {
    let all = register(&desk.service).await?;
    let Some(own) = all.iter().find(|(other, _)| *other == id).and_then(|(_, p)| p.application.clone()) else { return Ok(vec![]) };
    let mut found: Vec<(ProjectId, Project, f64)> = all
        .into_iter()
        .filter(|(other, _)| *other != id)
        .filter_map(|(id, p)| {
            let alike = project::likeness(&own, p.application.as_ref()?);
            (alike >= ALIKE).then_some((id, p, alike))
        })
        .collect();
    found.sort_by(|a, b| b.2.total_cmp(&a.2));
    Ok(found)
}

pub(super) async fn loaded(desk: &Desk, permit: &Permit, id: ProjectId) -> ServiceResult<Loaded<Project>> {
    let loaded = desk.service.store.load::<Project>(permit, id.stream()).await?;
    if loaded.sequence == 0 { Err(ServiceError::NotFound("project")) } else { Ok(loaded) }
}

pub(super) async fn change_project(desk: &Desk, permit: &Permit, id: ProjectId, command: Command) -> ServiceResult<()> {
    let loaded = desk.service.store.load::<Project>(permit, id.stream()).await?;
    if loaded.sequence == 0 && !matches!(command, Command::Apply(_)) {
        return Err(ServiceError::NotFound("project"));
    }
    let mut change = Change::default();
    change.add(&loaded, &project::decide(&loaded.state, command, &desk.staff, desk.now(), desk.today())?);
    Ok(desk.service.store.commit(permit, change, desk.now()).await?)
}
