//! The laboratory: the bench, plates and racks, sequence data, aligned reads.

pub(crate) mod alignments;
pub(crate) mod bench;
pub(crate) mod containers;
pub(crate) mod data;
pub(crate) mod labels;
pub(crate) mod lots;
pub(crate) mod quality;
pub(crate) mod reception;
pub(crate) mod worklists;

use axum::{Router, routing::get};
use service::Service;
use std::sync::Arc;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/bench", get(bench::get))
        .route("/bench/receipt", get(reception::get).post(reception::post))
        .route("/bench/worklists", get(worklists::get).post(worklists::post))
        .route("/bench/worklists/{worklist}", get(worklists::worklist::get).post(worklists::worklist::post))
        .route("/bench/worklists/{worklist}/sheet", get(worklists::sheet::get))
        .route("/bench/lots", get(lots::all).post(lots::register))
        .route("/bench/lots/{lot}", get(lots::get).post(lots::post))
        .route("/containers", get(containers::all).post(containers::open))
        .route("/containers/{container}", get(containers::get).post(containers::post))
        .route("/containers/{container}/map.csv", get(containers::csv))
        .route("/orders/{order}/samples/{sample}", get(bench::sample).post(bench::post))
        .route("/orders/{order}/labels", get(labels::get))
        .route("/orders/{order}/quality", get(quality::get).post(quality::post))
        .route("/orders/{order}/alignments", get(alignments::get).post(alignments::post))
        .route("/orders/{order}/data", get(data::get).post(data::post))
}
