//! The Test Directory, gene panels and laboratories.

pub(crate) mod catalogue;
pub(crate) mod compare;
pub(crate) mod favourite;
pub(crate) mod gene;
pub(crate) mod laboratories;
pub(crate) mod panels;
pub(crate) mod proposal;

use axum::{
    Router,
    routing::{get, post},
};
use service::Service;
use std::sync::Arc;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/directory", get(catalogue::get))
        .route("/directory/tests/{code}", get(catalogue::test).post(favourite::post))
        .route("/directory/{branch}/compare", get(compare::get))
        .route("/directory/{branch}/proposals", get(proposal::all))
        .route("/directory/{branch}/proposals/new", get(proposal::new).post(proposal::propose))
        .route("/directory/{branch}/proposals/publish", post(proposal::publish))
        .route("/directory/{branch}/proposals/{proposal}", get(proposal::get).post(proposal::post))
        .route("/genes/{gene}", get(gene::get))
        .route("/laboratories", get(laboratories::get).post(laboratories::post))
        .route("/panels", get(panels::all))
        .route("/panels/compare", get(panels::compare::get))
        .route("/panels/{panel}", get(panels::get))
        .route("/panels/{panel}/bulk", get(panels::bulk::get).post(panels::bulk::post))
        .route("/panels/{panel}/sign-off", get(panels::sign_off::get).post(panels::sign_off::post))
        .route("/panels/{panel}/{kind}/{name}", get(panels::entity::get).post(panels::entity::post))
}
