//! Findings of research that go back to care: the service finds whose they are, never the researcher.

use crate::{Desk, Service, ServiceError, ServiceResult, research};
use access::Action;
use care::{
    FindingId, OrderId, PatientId, ProjectId, Refusals,
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

/// Flags a finding on somebody of the project's release.
#[crate::boxed]
pub async fn flag(desk: &Desk, id: ProjectId, pseudonym: &str, variant: &str, evidence: &str) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::UseWorkspace).await?;
    let project_state = research::projects::project(desk, id).await?;
    if variant.parse::<genome::Variant>().is_err() {
        return Err(Refusals::one("variant", "Write the variant as contig-position-reference-alternative, such as 1-119757272-C-T").into());
    }
    let release = project_state.release().ok_or_else(|| Refusals::one("project", "The project has no access to data"))?;
    if whose(&desk.service, id, release, pseudonym.trim()).await?.is_none() {
        return Err(
            Refusals::one("pseudonym", "Nobody in the project's release has this pseudonym, or they are no longer part of it").into()
        );
    }
    let finding = Finding {
        id: FindingId(desk.new_id()),
        pseudonym: pseudonym.trim().to_owned(),
        variant: variant.trim().to_owned(),
        evidence: evidence.trim().to_owned(),
        by: desk.staff.clone(),
        outcome: String::new(),
    };
    research::projects::change_project(desk, &permit, id, Command::Flag(Box::new(finding))).await
}

/// Findings that wait for this laboratory.
#[crate::boxed]
pub async fn returned(desk: &Desk) -> ServiceResult<Vec<Returned>> {
    desk.permit_named(Action::ReadCase, "findings of research", desk.staff.organisation.clone()).await?;
    let mut found = Vec::new();
    for (id, project) in research::projects::register(&desk.service).await? {
        let Some(release) = project.release().map(str::to_owned) else { continue };
        for finding in project.findings.iter().filter(|f| f.outcome.is_empty()) {
            let Some(patient) = whose(&desk.service, id, &release, &finding.pseudonym).await? else { continue };
            if let Some(order) = own_order(desk, patient).await? {
                let title = project.application.as_ref().map_or_else(String::new, |a| a.title.clone());
                found.push(Returned { project: (id, title), finding: finding.clone(), order });
            }
        }
    }
    Ok(found)
}

/// The latest order of a person that this desk's laboratory tests.
async fn own_order(desk: &Desk, patient: PatientId) -> ServiceResult<Option<(OrderId, String)>> {
    let permit = research::library_permit(&desk.service).await?;
    let views = desk.service.store.orders_with(&permit, patient).await?;
    let own = views.into_iter().rev().find(|v| v.laboratory == desk.staff.organisation);
    Ok(own.map(|v| (v.id, v.number)))
}

/// Says what became of a finding; whose it is stays here.
#[crate::boxed]
pub async fn answer_finding(desk: &Desk, id: ProjectId, finding: FindingId, outcome: &str) -> ServiceResult<()> {
    let waiting = returned(desk).await?;
    let item = waiting.iter().find(|r| r.project.0 == id && r.finding.id == finding).ok_or(ServiceError::NotFound("finding"))?;
    let permit = desk.permit(Action::CheckInterpretation, item.order.0).await?;
    if outcome.contains(&item.order.1) {
        return Err(Refusals::one("outcome", "The answer goes to the researcher: leave the order number out").into());
    }
    research::projects::change_project(desk, &permit, id, Command::Answer { finding, outcome: outcome.to_owned() }).await
}

/// Whose a pseudonym of a release for a project is, while their choice allows it.
async fn whose(service: &Arc<Service>, project: ProjectId, release: &str, pseudonym: &str) -> ServiceResult<Option<PatientId>> {
    let Some(release) = research::library(service).await?.released(release).await? else { return Ok(None) };
    let Some(PersonNo(no)) = release.person(&project.to_string(), pseudonym) else { return Ok(None) };
    let permit = research::library_permit(service).await?;
    let allowed = research::participants_allowed(service, &permit, service.today()).await?;
    Ok(allowed.into_iter().find(|l| l.no == no).map(|l| l.patient))
}
