//! People: who somebody is, signing in, accounts, emergency access.

pub(crate) mod accounts;
pub(crate) mod emergency;
pub(crate) mod launch;
pub(crate) mod password;
pub(crate) mod patient;
pub(crate) mod record_launch;
pub(crate) mod sign_in;

use crate::provider;
use axum::{
    Router,
    routing::{get, post},
};
use service::Service;
use std::sync::Arc;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/sign-in/provider", get(sign_in::to_provider))
        .route(provider::BACK, get(sign_in::from_provider))
        .route("/sign-out", post(sign_in::out))
        .route("/launch", get(launch::get))
        .route("/launch/back", get(record_launch::back))
        .route("/patients/{patient}/details", get(patient::get).post(patient::post))
        .route("/password", get(password::get).post(password::post))
        .route("/accounts", get(accounts::get).post(accounts::post))
        .route("/accounts/{staff}", post(accounts::change))
        .route("/audit", get(emergency::all))
        .route("/audit/patients/{patient}", get(emergency::looked))
        .route("/{kind}/{subject}/emergency", get(emergency::get).post(emergency::post))
}
