//! Ordering: a new order, an order, its family, choices and messages.

pub(crate) mod choice;
pub(crate) mod families;
pub(crate) mod messages;
pub(crate) mod new_order;
pub(crate) mod order;
pub(crate) mod pedigree;
pub(crate) mod templates;
pub(crate) mod turnaround;

use axum::{Router, routing::get};
use service::Service;
use std::sync::Arc;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/order-a-test", get(new_order::test::get).post(new_order::test::post))
        .route("/order-a-test/drafts", get(new_order::drafts::get).post(new_order::drafts::post))
        .route("/order-a-test/purpose", get(new_order::purpose::get).post(new_order::purpose::post))
        .route("/order-a-test/eligibility", get(new_order::eligibility::get).post(new_order::eligibility::post))
        .route("/order-a-test/family", get(new_order::family::get).post(new_order::family::post))
        .route("/order-a-test/phenotype", get(new_order::phenotype::get).post(new_order::phenotype::post))
        .route("/order-a-test/choices", get(new_order::choices::get).post(new_order::choices::post))
        .route("/order-a-test/check", get(new_order::check::get).post(new_order::check::post))
        .route("/order-templates", get(templates::get).post(templates::post))
        .route("/order-templates/new", get(templates::save::get).post(templates::save::post))
        .route("/orders/{order}", get(order::get).post(order::post))
        .route("/orders/{order}/documents/{sha256}", get(order::document))
        .route("/orders/{order}/choice/{patient}", get(choice::get).post(choice::post))
        .route("/orders/{order}/pedigree", get(pedigree::get).post(pedigree::post))
        .route("/orders/{order}/pedigree/{name}", get(pedigree::file))
        .route("/turnaround", get(turnaround::get))
        .route("/orders/{order}/missing", get(families::missing::get).post(families::missing::post))
        .route("/families", get(families::get))
        .route("/messages", get(messages::all))
        .route("/messages/{message}", get(messages::get).post(messages::post))
}
