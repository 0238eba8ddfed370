//! The order-management API in FHIR R4: orders in as transactions, orders, people, tasks, samples, choices and reports out. Source: NHS
//! England Genomics FHIR guide and the order-management OpenAPI; FHIR R4, RESTful API.

mod answer;
mod call;
mod capability;
mod conditions;
mod independent;
mod negotiation;
mod orders;
mod read;
mod record;
mod search;
mod subscription;
mod write;

pub(crate) use answer::{Fhir, Refused};

use super::smart;
use crate::origins::Origins;
use axum::{
    Extension, Router,
    http::{HeaderName, Method, header},
    middleware::from_fn,
    routing::{get, post},
};
use call::Base;
use service::Service;
use std::sync::Arc;
use tower_http::cors::CorsLayer;

/// Where the API is found: by its short name, and where clients of FHIR servers look for release 4.
pub(crate) const BASES: [&str; 2] = ["/fhir", "/FHIR/R4"];

/// The API at every one of its bases.
pub(crate) fn router(origins: &Origins) -> Router<Arc<Service>> {
    let at_base = |router: Router<Arc<Service>>, base: &'static str| {
        // The base with a stroke at its end is the base.
        let with_stroke = Router::new().route(&format!("{base}/"), post(write::transaction));
        router.merge(dressed(with_stroke, base, origins)).nest(base, dressed(addresses(), base, origins))
    };
    BASES.into_iter().fold(Router::new(), at_base)
}

/// Every address below a base.
fn addresses() -> Router<Arc<Service>> {
    Router::new()
        .route("/", post(write::transaction))
        .route("/metadata", get(capability::get))
        .route("/.well-known/smart-configuration", get(smart::configuration))
        .route("/$validate", post(write::validate))
        .route("/{kind}", get(search::get).post(subscription::create))
        .route("/{kind}/_search", post(search::post))
        .route("/{kind}/$validate", post(write::validate_kind))
        .route("/{kind}/{id}", get(read::get).put(write::put).patch(write::patch).delete(subscription::delete))
        .route("/{kind}/{id}/_history", get(read::history))
        .route("/{kind}/{id}/_history/{version}", get(read::version))
        .route("/{kind}/{id}/$graph", get(read::graph))
        .route("/{kind}/{id}/$document", get(record::get))
        .route("/{kind}/{id}/pdf", get(read::pdf))
        .fallback(answer::no_such_address)
}

/// Addresses with what every one of them needs: where they are, forms of answers and of bodies, pages of other sites.
fn dressed(router: Router<Arc<Service>>, base: &'static str, origins: &Origins) -> Router<Arc<Service>> {
    router.layer(from_fn(negotiation::negotiate)).layer(Extension(Base(base))).layer(from_pages(origins))
}

/// Applications in browsers ask from pages of their own: by their token, never by a cookie.
fn from_pages(origins: &Origins) -> CorsLayer {
    let named = |name: &'static str| HeaderName::from_static(name);
    CorsLayer::new()
        .allow_origin(origins.allowed())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            named("prefer"),
            named("x-provenance"),
            named("x-request-id"),
        ])
        .expose_headers([header::ETAG, header::LAST_MODIFIED, header::LOCATION])
}
