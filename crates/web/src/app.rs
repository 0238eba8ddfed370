//! Routes, sessions, files that never change, and headers that keep pages safe.

use crate::{
    address::SaidAddress, afterwards, api, compression, cookies::Cookies, entrance::Entrance, error, files, form, limit, operations,
    origins::Origins, pages, session::Sessions, watch,
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::Response,
    routing::{get, post},
};
use service::Service;
use std::sync::Arc;
use tower_http::{cors::CorsLayer, limit::RequestBodyLimitLayer, set_header::SetResponseHeaderLayer};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

/// Forms are small; anything larger than this is no form.
const FORM_BYTES_MAX: usize = 1 << 20;
/// A message of another system may carry a document.
const MESSAGE_BYTES_MAX: usize = 8 << 20;
/// How long a session is kept whose content does not change; who is signed in is signed out sooner (`session::lasting`). What was typed
/// is kept.
const KEPT_HOURS: i64 = 13;
/// Seconds for which browsers ask for this service over TLS alone: a year, as NCSC's and OWASP's guidance on transport have it (RFC 6797).
const OVER_TLS: &str = "max-age=31536000; includeSubDomains";

/// The research library as a beacon.
fn beacon() -> Router<Arc<Service>> {
    Router::new()
        .route("/beacon", get(api::beacon::root))
        .route("/beacon/", get(api::beacon::root))
        .route("/research/ask", post(api::beacon::ask))
        .route("/beacon/{page}", get(api::beacon::get).post(api::beacon::post))
        .route("/beacon/{page}/{*record}", get(api::beacon::record).post(api::beacon::record))
        .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX))
}

/// What prescribing systems ask, also from pages of their own: by their secret, never by a cookie.
fn prescribing(origins: &Origins) -> Router<Arc<Service>> {
    let from_pages = CorsLayer::new()
        .allow_origin(origins.allowed())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE]);
    Router::new()
        .route("/cds-services", get(api::cds::services))
        .route("/cds-services/{service}", post(api::cds::call))
        .route("/cds-services/{service}/feedback", post(api::cds::feedback))
        .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX))
        .layer(from_pages)
}

/// What other systems send and ask: by their secret or token, never by a cookie.
fn interfaces(origins: &Origins) -> Router<Arc<Service>> {
    Router::new()
        .merge(api::fhir::router(origins).layer(DefaultBodyLimit::max(MESSAGE_BYTES_MAX)))
        .route("/hl7", post(api::hl7::post).layer(DefaultBodyLimit::max(MESSAGE_BYTES_MAX)))
        .route("/match", post(api::matches::post).layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX)))
        .merge(prescribing(origins))
}

/// Every page of a service.
pub fn router(service: Arc<Service>, entrance: Entrance) -> Router {
    let said_address = entrance.said_address();
    let cookies = entrance.cookies();
    let (launches, key_set) = (Arc::new(entrance.launches()), entrance.key_set());
    let sessions = SessionManagerLayer::new(Sessions(Arc::clone(&service)))
        .with_secure(cookies.is_secure)
        .with_name(cookies.name("gms"))
        // A page of another site may lead here, as a hospital's record and a provider do, and whoever follows is still signed in;
        // what another site sends is refused (`same_origin`).
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(Duration::hours(KEPT_HOURS)));
    let policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    let limits = limit::Limits::new(&entrance.bounds);
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    pages::router()
        .fallback(pages::missing)
        .layer(map_response(form::as_page))
        .layer(from_fn(same_origin))
        .layer(from_fn_with_state(Arc::clone(&limits), limit::limit))
        .layer(sessions)
        .layer(from_fn(error::said))
        .layer(from_fn_with_state(cookies, afterwards::lead))
        .layer(Extension(cookies))
        .layer(Extension(entrance.provider.map(Arc::new)))
        .layer(Extension(launches))
        .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX))
        .route("/static/{file}", get(files::get))
        .route("/api/v1/{*path}", get(api::panelapp::get).layer(from_fn_with_state(Arc::clone(&limits), limit::limit)))
        .merge(interfaces(&entrance.origins).layer(from_fn_with_state(Arc::clone(&limits), limit::interface)))
        .route("/heartbeat", get(api::matches::heartbeat))
        .route("/metrics", get(api::matches::metrics))
        .merge(beacon().layer(from_fn_with_state(Arc::clone(&limits), limit::limit)))
        .layer(compression::layer())
        .layer(from_fn(compression::negotiate))
        .route("/.well-known/jwks.json", get(move || async move { axum::Json(key_set) }))
        .route(
            "/oauth2/token",
            post(api::token::post).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)).layer(from_fn_with_state(limits, limit::limit)),
        )
        .route("/health", get(|| async { "ok" }))
        .route("/health/live", get(operations::live))
        .route("/health/ready", get(operations::ready))
        .layer(Extension(SaidAddress(said_address)))
        .layer(header(header::CONTENT_SECURITY_POLICY, policy))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, over_tls(cookies)))
        .layer(from_fn_with_state(Arc::clone(&service), watch::watch))
        .with_state(service)
}

/// What tells browsers to come over TLS alone, where the service is reached so.
fn over_tls(cookies: Cookies) -> Option<HeaderValue> {
    cookies.is_secure.then(|| HeaderValue::from_static(OVER_TLS))
}

/// Refuses a form that another site sent: beside the cookie, which is never sent along (`SameSite=Lax`), the browser says
/// where a request comes from.
async fn same_origin(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && is_from_elsewhere(request.headers()) {
        let message = "Nothing was done. Open the page in this service, and send the form from there.".into();
        return error::refused(StatusCode::FORBIDDEN, "This form was not sent from a page of the service", message);
    }
    next.run(request).await
}

/// Whether a page of another site began a request, as far as the browser says.
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header("host").unwrap_or_default();
    header("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site))
        || header("origin").is_some_and(|origin| origin.split("://").nth(1) != Some(host))
}
