//! Research projects: applied for, reviewed, approved; the register that everybody may read.

use crate::{
    Desk, Service, ServiceError, ServiceResult,
    desk::{new_id, now, today},
};
use access::{Action, Permit};
use care::{
    ProjectId, Refusals, Role,
    research::project::{self, Application, Command, Project},
};
use std::sync::Arc;
use store::{Change, Loaded};

/// Projects this alike are shown beside each other.
const ALIKE: f64 = 0.4;

impl Service {
    /// Every project, the latest first: what stands on the public register.
    pub async fn register(self: &Arc<Self>) -> ServiceResult<Vec<(ProjectId, Project)>> {
        let permit = Service::library_permit()?;
        let mut found = Vec::new();
        for id in self.store.projects().await? {
            found.push((id, self.store.load::<Project>(&permit, id.stream()).await?.state));
        }
        Ok(found)
    }
}

impl Desk {
    /// Applies for a project.
    pub async fn apply(&self, application: Application) -> ServiceResult<ProjectId> {
        let permit = self.permit_general(Action::ApplyForProject).await?;
        let id = ProjectId(new_id());
        let application = Application { by: self.staff.clone(), ..application };
        self.change_project(&permit, id, Command::Apply(Box::new(application))).await?;
        Ok(id)
    }

    /// Votes, approves, rejects or renews, as a member of the committee.
    pub async fn review(&self, id: ProjectId, command: Command) -> ServiceResult<()> {
        let permit = self.permit_general(Action::ReviewProject).await?;
        let command = match command {
            Command::Approve { conditions, .. } => {
                let release = self.service.library().await?.releases().await?.pop().unwrap_or_default();
                Command::Approve { conditions, release }
            }
            other @ (Command::Vote { .. } | Command::Reject { .. } | Command::Renew { .. } | Command::End { .. }) => other,
            _ => return Err(Refusals::one("action", "The committee votes, approves, rejects, renews and ends").into()),
        };
        self.change_project(&permit, id, command).await
    }

    /// A project with its permit, for its researcher, the committee and those who check outputs.
    pub async fn project(&self, id: ProjectId) -> ServiceResult<Project> {
        let action = match self.staff.role {
            Role::AccessCommittee => Action::ReviewProject,
            Role::OutputChecker => Action::CheckOutput,
            _ => Action::UseWorkspace,
        };
        let permit = self.permit_general(action).await?;
        let held = self.loaded(&permit, id).await?.state;
        if action == Action::UseWorkspace && !held.is_of(&self.staff) {
            return Err(ServiceError::NotFound("project of yours"));
        }
        Ok(held)
    }

    /// Other projects that are about the same.
    pub async fn projects_like(&self, id: ProjectId) -> ServiceResult<Vec<(ProjectId, Project, f64)>> {
        let all = self.service.register().await?;
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

    pub(super) async fn loaded(&self, permit: &Permit, id: ProjectId) -> ServiceResult<Loaded<Project>> {
        let loaded = self.service.store.load::<Project>(permit, id.stream()).await?;
        if loaded.sequence == 0 { Err(ServiceError::NotFound("project")) } else { Ok(loaded) }
    }

    pub(super) async fn change_project(&self, permit: &Permit, id: ProjectId, command: Command) -> ServiceResult<()> {
        let loaded = self.service.store.load::<Project>(permit, id.stream()).await?;
        if loaded.sequence == 0 && !matches!(command, Command::Apply(_)) {
            return Err(ServiceError::NotFound("project"));
        }
        let mut change = Change::default();
        change.add(&loaded, &project::decide(&loaded.state, command, &self.staff, now(), today())?);
        Ok(self.service.store.commit(permit, change, now()).await?)
    }
}
