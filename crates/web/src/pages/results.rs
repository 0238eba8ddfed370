//! Results: reports, results of other laboratories, the record, relatives at risk, medicines, a person's own page.

pub(crate) mod cascade;
pub(crate) mod medicines;
pub(crate) mod next_steps;
pub(crate) mod outside;
pub(crate) mod own_page;
pub(crate) mod preread;
pub(crate) mod questions;
pub(crate) mod record;
pub(crate) mod release;
pub(crate) mod report;
pub(crate) mod subscriptions;
pub(crate) mod unread;

use axum::{Router, routing::get};
use service::Service;
use std::sync::Arc;

/// The pages of this wing.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/unread", get(unread::get))
        .route("/questions", get(questions::get).post(questions::post))
        .route("/subscriptions", get(subscriptions::get).post(subscriptions::post))
        .route("/outside", get(outside::all))
        .route("/outside/{result}", get(outside::get).post(outside::post))
        .route("/outside/{result}/documents/{document}", get(outside::document))
        .route("/orders/{order}/preread", get(preread::get).post(preread::post))
        .route("/orders/{order}/report", get(report::get).post(report::post))
        .route("/orders/{order}/release", get(release::get).post(release::post))
        .route("/orders/{order}/reports/{report}", get(report::earlier))
        .route("/orders/{order}/reports/{report}/full", get(report::full))
        .route("/orders/{order}/reports/{report}/report.pdf", get(report::pdf))
        .route("/orders/{order}/reports/{report}/report.json", get(report::json))
        .route("/orders/{order}/cascade", get(cascade::get).post(cascade::post))
        .route("/orders/{order}/letters/{reader}", get(cascade::letter))
        .route("/cascades", get(cascade::all))
        .route("/patients/{patient}", get(record::get))
        .route("/patients/{patient}/record.json", get(record::fhir))
        .route("/patients/{patient}/phenopacket.json", get(record::packet))
        .route("/patients/{patient}/outside/{result}/documents/{document}", get(record::own_document))
        .route("/patients/{patient}/medicines", get(medicines::get).post(medicines::post))
        .route("/patients/{patient}/medicines/{kind}", get(medicines::report))
        .route("/patients/{patient}/record.pdf", get(record::pdf))
        .route("/link/{secret}", get(own_page::link).post(own_page::open))
        .route("/my", get(own_page::get))
        .route("/my/looked", get(own_page::looked))
        .route("/my/questions", get(own_page::questions).post(own_page::ask))
        .route("/my/letters/{report}", get(own_page::letter))
        .route("/my/letters/{report}/letter.pdf", get(own_page::pdf))
        .route("/my/choices/{patient}", get(own_page::choices).post(own_page::choose))
}
