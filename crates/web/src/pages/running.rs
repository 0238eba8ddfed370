//! Running the service: what it does in the background.

pub(crate) mod jobs;

use axum::{Router, routing::get};
use service::Service;
use std::sync::Arc;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new().route("/background", get(jobs::get).post(jobs::post))
}
