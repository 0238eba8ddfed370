//! Findings of research that go back to care: the service finds whose they are, never the researcher.

use crate::{Desk, Service, ServiceError, ServiceResult, desk::new_id};
use access::Action;
use care::{
    FindingId, OrderId, PatientId, ProjectId, Refusals, Role,
    research::project::{Command, Finding},
};
use library::PersonNo;
use std::sync::Arc;

/// A finding for a laboratory, with the order of the person that it is about.
pub struct Returned {
    /// Project that it came from.
    pub project: (ProjectId, String),
    /// Finding.
    pub finding: Finding,
    /// Order of the person at this laboratory, and its number.
    pub order: (OrderId, String),
}

impl Desk {
    /// Flags a finding on somebody of the project's release.
    pub async fn flag(&self, id: ProjectId, pseudonym: &str, variant: &str, evidence: &str) -> ServiceResult<()> {
        let permit = self.permit_general(Action::UseWorkspace).await?;
        let held = self.project(id).await?;
        if variant.parse::<genome::Variant>().is_err() {
            return Err(
                Refusals::one("variant", "Write the variant as contig-position-reference-alternative, such as 1-119757272-C-T").into()
            );
        }
        let release = held.release().ok_or_else(|| Refusals::one("project", "The project has no access to data"))?;
        if self.service.whose(release, pseudonym.trim()).await?.is_none() {
            return Err(
                Refusals::one("pseudonym", "Nobody in the project's release has this pseudonym, or they are no longer part of it").into()
            );
        }
        let finding = Finding {
            id: FindingId(new_id()),
            pseudonym: pseudonym.trim().to_owned(),
            variant: variant.trim().to_owned(),
            evidence: evidence.trim().to_owned(),
            by: self.staff.clone(),
            outcome: String::new(),
        };
        self.change_project(&permit, id, Command::Flag(Box::new(finding))).await
    }

    /// Findings that wait for this laboratory.
    pub async fn returned(&self) -> ServiceResult<Vec<Returned>> {
        if !matches!(self.staff.role, Role::ClinicalScientist | Role::Consultant) {
            self.permit_named(Action::ReadCase, "findings of research", self.staff.organisation.clone()).await?;
        }
        let mut found = Vec::new();
        for (id, project) in self.service.register().await? {
            let Some(release) = project.release().map(str::to_owned) else { continue };
            for finding in project.findings.iter().filter(|f| f.outcome.is_empty()) {
                let Some(patient) = self.service.whose(&release, &finding.pseudonym).await? else { continue };
                if let Some(order) = self.own_order(patient).await? {
                    let title = project.application.as_ref().map_or_else(String::new, |a| a.title.clone());
                    found.push(Returned { project: (id, title), finding: finding.clone(), order });
                }
            }
        }
        Ok(found)
    }

    /// The latest order of a person that this desk's laboratory tests.
    async fn own_order(&self, patient: PatientId) -> ServiceResult<Option<(OrderId, String)>> {
        let permit = Service::library_permit()?;
        let views = self.service.store.orders_with(&permit, patient).await?;
        let own = views.into_iter().rev().find(|v| v.laboratory == self.staff.organisation.to_string());
        Ok(own.map(|v| (v.id, v.number)))
    }

    /// Says what became of a finding; whose it is stays here.
    pub async fn answer_finding(&self, id: ProjectId, finding: FindingId, outcome: &str) -> ServiceResult<()> {
        let waiting = self.returned().await?;
        let item = waiting.iter().find(|r| r.project.0 == id && r.finding.id == finding).ok_or(ServiceError::NotFound("finding"))?;
        let permit = self.permit(Action::CheckInterpretation, item.order.0).await?;
        if outcome.contains(&item.order.1) {
            return Err(Refusals::one("outcome", "The answer goes to the researcher: leave the order number out").into());
        }
        self.change_project(&permit, id, Command::Answer { finding, outcome: outcome.to_owned() }).await
    }
}

impl Service {
    /// Whose a pseudonym of a release is, while their choice allows it.
    async fn whose(self: &Arc<Self>, release: &str, pseudonym: &str) -> ServiceResult<Option<PatientId>> {
        let Some(release) = self.library().await?.released(release).await? else { return Ok(None) };
        let Some(PersonNo(no)) = release.person(pseudonym) else { return Ok(None) };
        let permit = Service::library_permit()?;
        let allowed = self.participants_allowed(&permit, crate::desk::today()).await?;
        Ok(allowed.into_iter().find(|l| l.no == no).map(|l| l.patient))
    }
}
