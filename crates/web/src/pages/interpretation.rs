//! Interpretation: a case, its variants, analyses, and where laboratories differ.

pub(crate) mod analyses;
pub(crate) mod case;
pub(crate) mod discordances;
pub(crate) mod gene;
pub(crate) mod panels;
pub(crate) mod reads;
pub(crate) mod region;
pub(crate) mod variant;

use axum::{Router, routing::get};
use service::Service;
use std::sync::Arc;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/discordances", get(discordances::get).post(discordances::post))
        .route("/orders/{order}/analyses", get(analyses::get))
        .route("/orders/{order}/case", get(case::get).post(case::post))
        .route("/orders/{order}/panels", get(panels::get).post(panels::post))
        .route("/orders/{order}/share/{with}", get(case::share))
        .route("/orders/{order}/case/{variant}", get(variant::get).post(variant::post))
        .route("/orders/{order}/case/{variant}/region", get(region::get))
        .route("/orders/{order}/reads/{alignment}", get(reads::get))
        .route("/orders/{order}/igv.xml", get(reads::session))
        .route("/orders/{order}/genes/{gene}", get(gene::get))
}
