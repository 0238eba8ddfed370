//! Tokens with which programs ask for a project.

use crate::{
    Desk, Service, ServiceError, ServiceResult,
    ordering::clients::random,
    people::accounts::{self, AccountVersion},
    research,
    secret::digest,
};
use access::Action;
use care::{ProjectId, Refusals, StaffId};
use library::Answer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a token stands for.
#[derive(Serialize, Deserialize)]
struct ProjectToken {
    project: ProjectId,
    researcher: StaffId,
    /// How the researcher's account stood: the token ends with it.
    since: AccountVersion,
}

/// Days that a token lasts.
const TOKEN_DAYS: i64 = 30;

/// Makes a token for programs of a project; it is given back once and kept nowhere.
#[crate::boxed]
pub async fn project_token(desk: &Desk, project: ProjectId) -> ServiceResult<String> {
    desk.permit_general(Action::UseWorkspace).await?;
    let project_state = research::projects::project(desk, project).await?;
    if !project_state.is_open(desk.today()) {
        return Err(Refusals::one("project", "The project has no access to data").into());
    }
    let token = random("gmp_");
    let (researcher, since) = (desk.staff.id, accounts::version_of(&desk.service, desk.staff.id).await?);
    let data = serde_json::to_string(&ProjectToken { project, researcher, since }).map_err(anyhow::Error::from)?;
    let until = desk.now().as_second() + TOKEN_DAYS * 86_400;
    desk.service.store.save_session(&digest(&token), &data, until).await?;
    Ok(token)
}

/// Asks a question for the project of a token, as its researcher would on the page.
#[crate::boxed]
pub async fn ask_with(service: &Arc<Service>, token: &str, question: &str) -> ServiceResult<Answer> {
    let session = service.store.session(&digest(token), service.now().as_second()).await?;
    let session: Option<ProjectToken> = session.and_then(|(data, _)| serde_json::from_str(&data).ok());
    let Some(ProjectToken { project, researcher, since }) = session else { return Err(ServiceError::NotFound("project for this token")) };
    let researcher = accounts::still_signed_in(service, researcher, since).await?;
    let researcher = researcher.ok_or(ServiceError::NotFound("project for this token"))?;
    research::asking::ask(&service.desk(researcher), project, question).await
}
