//! Routes, sessions, files that never change, and headers that keep pages safe.

use crate::{
    api, limit, pages,
    provider::{self, Provider},
    session::Sessions,
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Path, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use rust_embed::RustEmbed;
use service::Service;
use std::sync::Arc;
use tower_http::{
    cors::{Any, CorsLayer},
    limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::time::Duration};

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

/// Forms are small; anything larger than this is no form.
const FORM_BYTES_MAX: usize = 1 << 20;
/// A message of another system may carry a document.
const MESSAGE_BYTES_MAX: usize = 8 << 20;
/// A desk left alone signs itself out; what was typed is kept.
const IDLE_HOURS: i64 = 1;

/// Signing in, the first page, and ordering.
fn ordering() -> Router<Arc<Service>> {
    Router::new()
        .route("/", get(pages::home::get).post(pages::home::post))
        .route("/work.csv", get(pages::home::csv))
        .route("/sign-in", get(pages::people::sign_in::get).post(pages::people::sign_in::post))
        .route("/sign-in/provider", get(pages::people::sign_in::to_provider))
        .route(provider::BACK, get(pages::people::sign_in::from_provider))
        .route("/sign-out", post(pages::people::sign_in::out))
        .route("/order-a-test", get(pages::ordering::new_order::test::get).post(pages::ordering::new_order::test::post))
        .route("/order-a-test/drafts", post(pages::ordering::new_order::drafts::post))
        .route("/order-a-test/purpose", get(pages::ordering::new_order::purpose::get).post(pages::ordering::new_order::purpose::post))
        .route(
            "/order-a-test/eligibility",
            get(pages::ordering::new_order::eligibility::get).post(pages::ordering::new_order::eligibility::post),
        )
        .route("/order-a-test/family", get(pages::ordering::new_order::family::get).post(pages::ordering::new_order::family::post))
        .route("/order-a-test/phenotype", get(pages::ordering::new_order::phenotype::get).post(pages::ordering::new_order::phenotype::post))
        .route("/order-a-test/choices", get(pages::ordering::new_order::choices::get).post(pages::ordering::new_order::choices::post))
        .route("/order-a-test/check", get(pages::ordering::new_order::check::get).post(pages::ordering::new_order::check::post))
}

/// An order, its samples, its case and its report.
fn orders() -> Router<Arc<Service>> {
    Router::new()
        .route("/orders/{order}", get(pages::ordering::order::get).post(pages::ordering::order::post))
        .route("/orders/{order}/documents/{sha256}", get(pages::ordering::order::document))
        .route("/orders/{order}/choice/{patient}", get(pages::ordering::choice::get).post(pages::ordering::choice::post))
        .route("/orders/{order}/pedigree", get(pages::ordering::pedigree::get).post(pages::ordering::pedigree::post))
        .route("/orders/{order}/pedigree/{name}", get(pages::ordering::pedigree::file))
        .route("/bench", get(pages::laboratory::bench::get))
        .route("/discordances", get(pages::interpretation::discordances::get).post(pages::interpretation::discordances::post))
        .route("/unread", get(pages::results::unread::get))
        .route("/outside", get(pages::results::outside::all))
        .route("/outside/{result}", get(pages::results::outside::get).post(pages::results::outside::post))
        .route("/outside/{result}/documents/{document}", get(pages::results::outside::document))
        .route("/containers", get(pages::laboratory::containers::all).post(pages::laboratory::containers::open))
        .route("/containers/{container}", get(pages::laboratory::containers::get).post(pages::laboratory::containers::post))
        .route("/containers/{container}/map.csv", get(pages::laboratory::containers::csv))
        .route("/orders/{order}/samples/{sample}", get(pages::laboratory::bench::sample).post(pages::laboratory::bench::post))
        .route("/orders/{order}/data", get(pages::laboratory::data::get).post(pages::laboratory::data::post))
        .route("/orders/{order}/analyses", get(pages::interpretation::analyses::get))
        .route("/orders/{order}/case", get(pages::interpretation::case::get).post(pages::interpretation::case::post))
        .route("/orders/{order}/share/{with}", get(pages::interpretation::case::share))
        .route("/orders/{order}/case/{variant}", get(pages::interpretation::variant::get))
        .route("/orders/{order}/case/{variant}/region", get(pages::interpretation::region::get))
        .route("/orders/{order}/report", get(pages::results::report::get).post(pages::results::report::post))
        .route("/orders/{order}/reports/{report}", get(pages::results::report::earlier))
        .route("/orders/{order}/reports/{report}/full", get(pages::results::report::full))
        .route("/orders/{order}/reports/{report}/report.pdf", get(pages::results::report::pdf))
        .route("/orders/{order}/reports/{report}/report.json", get(pages::results::report::json))
        .route("/orders/{order}/cascade", get(pages::results::cascade::get).post(pages::results::cascade::post))
        .route("/orders/{order}/letters/{reader}", get(pages::results::cascade::letter))
        .route("/cascades", get(pages::results::cascade::all))
        .route("/launch", get(pages::people::launch::get))
        .route("/messages", get(pages::ordering::messages::all))
        .route("/messages/{message}", get(pages::ordering::messages::get).post(pages::ordering::messages::post))
}

/// People, their records, and who may see them.
fn people() -> Router<Arc<Service>> {
    Router::new()
        .route("/patients/{patient}", get(pages::results::record::get))
        .route("/patients/{patient}/record.json", get(pages::results::record::fhir))
        .route("/patients/{patient}/phenopacket.json", get(pages::results::record::packet))
        .route("/patients/{patient}/medicines", get(pages::results::medicines::get).post(pages::results::medicines::post))
        .route("/patients/{patient}/medicines/{kind}", get(pages::results::medicines::report))
        .route("/patients/{patient}/record.pdf", get(pages::results::record::pdf))
        .route("/patients/{patient}/details", get(pages::people::patient::get).post(pages::people::patient::post))
        .route("/password", get(pages::people::password::get).post(pages::people::password::post))
        .route("/accounts", get(pages::people::accounts::get).post(pages::people::accounts::post))
        .route("/accounts/{staff}", post(pages::people::accounts::change))
        .route("/audit", get(pages::people::emergency::all))
        .route("/audit/patients/{patient}", get(pages::people::emergency::looked))
        .route("/{kind}/{subject}/emergency", get(pages::people::emergency::get).post(pages::people::emergency::post))
}

/// Directory, laboratories, panels, and one's own page.
fn reference() -> Router<Arc<Service>> {
    Router::new()
        .route("/directory", get(pages::directory::catalogue::get))
        .route("/directory/tests/{code}", get(pages::directory::catalogue::test))
        .route("/directory/{branch}/compare", get(pages::directory::compare::get))
        .route("/directory/{branch}/proposals", get(pages::directory::proposal::all))
        .route("/directory/{branch}/proposals/new", get(pages::directory::proposal::new).post(pages::directory::proposal::propose))
        .route("/directory/{branch}/proposals/publish", post(pages::directory::proposal::publish))
        .route("/directory/{branch}/proposals/{proposal}", get(pages::directory::proposal::get).post(pages::directory::proposal::post))
        .route("/link/{secret}", get(pages::results::own_page::link).post(pages::results::own_page::open))
        .route("/my", get(pages::results::own_page::get))
        .route("/my/looked", get(pages::results::own_page::looked))
        .route("/my/choices/{patient}", get(pages::results::own_page::choices).post(pages::results::own_page::choose))
        .route("/laboratories", get(pages::directory::laboratories::get).post(pages::directory::laboratories::post))
        .route("/panels", get(pages::directory::panels::all))
        .route("/panels/{panel}", get(pages::directory::panels::get).post(pages::directory::panels::post))
        .route("/panels/{panel}/{kind}/{name}", get(pages::directory::panels::entity::get).post(pages::directory::panels::entity::post))
}

/// The research library: its register, its projects, and what comes back to care.
fn research() -> Router<Arc<Service>> {
    Router::new()
        .route("/research", get(pages::research::register))
        .route("/research/newsletter", get(pages::research::newsletter))
        .route("/research/declined", get(pages::research::declined::get))
        .route("/research/apply", get(pages::research::apply::get).post(pages::research::apply::post))
        .route("/research/projects", get(pages::research::projects))
        .route("/research/projects/{project}", get(pages::research::project::get).post(pages::research::project::post))
        .route("/research/projects/{project}/outputs/{output}", get(pages::research::project::output))
        .route("/research/outputs", get(pages::research::outputs::get).post(pages::research::outputs::post))
        .route("/findings", get(pages::research::findings::get).post(pages::research::findings::post))
}

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
fn prescribing() -> Router<Arc<Service>> {
    let from_anywhere = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE]);
    Router::new()
        .route("/cds-services", get(api::cds::services))
        .route("/cds-services/{service}", post(api::cds::call))
        .route("/cds-services/{service}/feedback", post(api::cds::feedback))
        .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX))
        .layer(from_anywhere)
}

/// Every page of a service.
pub fn router(service: Arc<Service>, provider: Option<Provider>) -> Router {
    let over_https = provider.as_ref().is_some_and(Provider::is_over_https);
    let sessions = SessionManagerLayer::new(Sessions(Arc::clone(&service)))
        .with_secure(over_https)
        .with_name("gms")
        .with_expiry(Expiry::OnInactivity(Duration::hours(IDLE_HOURS)));
    let policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; form-action 'self'";
    let limits = limit::Limits::new();
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    ordering()
        .merge(orders())
        .merge(people())
        .merge(reference())
        .merge(research())
        .fallback(pages::missing)
        .layer(from_fn(same_origin))
        .layer(from_fn_with_state(Arc::clone(&limits), limit::limit))
        .layer(sessions)
        .layer(Extension(provider.map(Arc::new)))
        .layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX))
        .route("/static/{file}", get(file))
        .route("/api/v1/{*path}", get(api::panelapp::get).layer(from_fn_with_state(Arc::clone(&limits), limit::limit)))
        .merge(api::fhir::router().layer(DefaultBodyLimit::max(MESSAGE_BYTES_MAX)))
        .route("/hl7", post(api::hl7::post).layer(DefaultBodyLimit::max(MESSAGE_BYTES_MAX)))
        .route("/match", post(api::matches::post).layer(RequestBodyLimitLayer::new(FORM_BYTES_MAX)))
        .route("/heartbeat", get(api::matches::heartbeat))
        .route("/metrics", get(api::matches::metrics))
        .merge(beacon().layer(from_fn_with_state(Arc::clone(&limits), limit::limit)))
        .route("/oauth2/token", post(api::token::post).layer(from_fn_with_state(limits, limit::limit)))
        .merge(prescribing())
        .route("/health", get(|| async { "ok" }))
        .layer(header(header::CONTENT_SECURITY_POLICY, policy))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .with_state(service)
}

/// Refuses a form that another site sent: beside the cookie, which is never sent along (`SameSite=Strict`), the browser says
/// where a request comes from.
async fn same_origin(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && is_from_elsewhere(request.headers()) {
        return (StatusCode::FORBIDDEN, "This form was not sent from a page of the service, so nothing was done.").into_response();
    }
    next.run(request).await
}

fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header("host").unwrap_or_default();
    header("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site))
        || header("origin").is_some_and(|origin| origin.split("://").nth(1) != Some(host))
}

/// Where the service was asked for, as its links must say it to somebody elsewhere.
pub(crate) fn address(headers: &HeaderMap) -> String {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    format!("{}://{}", said("x-forwarded-proto").unwrap_or("http"), said("host").unwrap_or("localhost"))
}

async fn file(Path(name): Path<String>) -> Response {
    let Some(file) = Files::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400")], file.data.into_owned()).into_response()
}
