//! A test is made a favourite of whoever looks, or is none any more.

use crate::{
    flash,
    form::Form,
    pages::{PageResult, chosen::Chosen},
    session::At,
};
use axum::{extract::Path, response::Redirect};
use care::{Refusals, directory::TestCode};
use serde::Deserialize;
use service::{ServiceError, directory::favourites};
use tower_sessions::Session;

/// What can be done with a test.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum TestAction {
    Star,
    Unstar,
}

pub(crate) async fn post(
    At(desk): At,
    session: Session,
    Path(code): Path<String>,
    Form(Chosen(act)): Form<Chosen<TestAction>>,
) -> PageResult<Redirect> {
    favourites::permit(&desk).await?;
    let code: TestCode = code.parse().map_err(|_| ServiceError::NotFound("test in the directory"))?;
    let sentence = match act {
        Some(TestAction::Star) => {
            favourites::star(&desk, &code).await?;
            format!("{code} is one of your favourite tests.")
        }
        Some(TestAction::Unstar) => {
            favourites::unstar(&desk, &code).await?;
            format!("{code} is no longer one of your favourite tests.")
        }
        None => return Err(Refusals::one("action", "Choose what should be done").into()),
    };
    flash::say(&session, &sentence).await?;
    Ok(Redirect::to(&format!("/directory/tests/{code}")))
}
