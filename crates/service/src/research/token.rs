//! Tokens with which programs ask for a project.

use crate::{
    Desk, Service, ServiceError, ServiceResult,
    desk::{now, today},
    ordering::clients::random,
    results::own_page::digest,
};
use access::Action;
use care::{ProjectId, Refusals, Staff};
use library::Answer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a token stands for.
#[derive(Serialize, Deserialize)]
struct ProjectToken {
    project: ProjectId,
    researcher: Staff,
}

/// Days that a token lasts.
const TOKEN_DAYS: i64 = 30;

impl Desk {
    /// Makes a token for programs of a project; it is given back once and kept nowhere.
    pub async fn project_token(&self, project: ProjectId) -> ServiceResult<String> {
        self.permit_general(Action::UseWorkspace).await?;
        let held = self.project(project).await?;
        if !held.is_open(today()) {
            return Err(Refusals::one("project", "The project has no access to data").into());
        }
        let token = random("gmp_");
        let data = serde_json::to_string(&ProjectToken { project, researcher: self.staff.clone() }).map_err(anyhow::Error::from)?;
        let until = now().as_second() + TOKEN_DAYS * 86_400;
        self.service.store.save_session(&digest(&token), &data, until).await?;
        Ok(token)
    }
}

impl Service {
    /// Asks a question for the project of a token, as its researcher would on the page.
    pub async fn ask_with(self: &Arc<Self>, token: &str, question: &str) -> ServiceResult<Answer> {
        let held = self.store.session(&digest(token), now().as_second()).await?;
        let held: Option<ProjectToken> = held.and_then(|(data, _)| serde_json::from_str(&data).ok());
        let Some(ProjectToken { project, researcher }) = held else { return Err(ServiceError::NotFound("project for this token")) };
        self.desk(researcher).ask_library(project, question).await
    }
}
