//! Signing in: by name and password, or in a demonstration by choosing a person.

use crate::{
    afterwards,
    cookies::Cookies,
    error::PageError,
    form::Form,
    pages::{Layout, PageResult, Problem, refusals, show, tour},
    provider::Provider,
    session,
};
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use care::{Staff, StaffId};
use serde::Deserialize;
use service::{Service, fault::ForLog, people, people::relying::Begun};
use std::sync::Arc;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct Page {
    layout: Layout,
    people: Vec<Staff>,
    login: String,
    /// People sign in with their organisation's accounts too.
    provider: bool,
    /// Another page than the first follows: the one that was opened before.
    goes_on: bool,
    problems: Vec<Problem>,
}

type ProviderExtension = Extension<Option<Arc<Provider>>>;

/// What the page goes by beside what was typed.
#[derive(Clone, Copy)]
struct Around {
    has_provider: bool,
    goes_on: bool,
}

impl Around {
    fn new(provider: Option<&Arc<Provider>>, cookies: Cookies, headers: &HeaderMap) -> Around {
        Around { has_provider: provider.is_some(), goes_on: afterwards::is_kept(cookies, headers) }
    }
}

async fn page(service: &Service, around: Around, login: String, problems: Vec<Problem>) -> PageResult {
    let Around { has_provider, goes_on } = around;
    let people = chosen_from(service, has_provider).await?;
    show(&Page { layout: Layout::new("Sign in", None), people, login, provider: has_provider, goes_on, problems })
}

/// The page again, with why nobody was signed in.
async fn refused(service: &Service, around: Around, login: String, problems: Vec<Problem>) -> PageResult<Response> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(service, around, login, problems).await?).into_response())
}

pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    Extension(provider): ProviderExtension,
    Extension(cookies): Extension<Cookies>,
    headers: HeaderMap,
) -> PageResult {
    page(&service, Around::new(provider.as_ref(), cookies, &headers), String::new(), vec![]).await
}

/// People of a demonstration, who are chosen from a list: none where an organisation vouches for its own.
async fn chosen_from(service: &Service, has_provider: bool) -> PageResult<Vec<Staff>> {
    if has_provider {
        return Ok(vec![]);
    }
    people::accounts::demonstration_staff(service).await.map_err(PageError::fault)
}

/// For how long a browser is known by which somebody signed in.
const KNOWN_SECONDS: i64 = people::accounts::BROWSER_DAYS * 86_400;
/// The cookie by which it is.
const KNOWN: &str = "gms-known";

/// Sends the browser to the organisation's provider.
pub(crate) async fn to_provider(Extension(provider): ProviderExtension, session: Session) -> PageResult<Redirect> {
    let Some(provider) = provider else { return Ok(Redirect::to("/sign-in")) };
    let (address, begun) = provider.begin();
    session.insert(BEGUN, begun).await.map_err(PageError::fault)?;
    Ok(Redirect::to(&address))
}

/// What the provider sends the browser back with.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct Answer {
    code: String,
    state: String,
    error: String,
    error_description: String,
}

const BEGUN: &str = "provider";

/// Signs in whom the provider vouches for.
pub(crate) async fn from_provider(
    State(service): State<Arc<Service>>,
    Extension(provider): ProviderExtension,
    Extension(cookies): Extension<Cookies>,
    headers: HeaderMap,
    session: Session,
    Query(answer): Query<Answer>,
) -> PageResult<Response> {
    let around = Around::new(provider.as_ref(), cookies, &headers);
    let begun = session.remove::<Begun>(BEGUN).await.map_err(PageError::fault)?;
    let (Some(provider), Some(begun)) = (provider, begun) else { return Ok(Redirect::to("/sign-in").into_response()) };
    let again = async |problems: Vec<Problem>| refused(&service, around, String::new(), problems).await;
    if !answer.error.is_empty() {
        let problem = format!("Your organisation did not sign you in: {} {}", answer.error, answer.error_description);
        return again(vec![problem.into()]).await;
    }
    let vouched = match provider.finish(&begun, &answer.code, &answer.state, (service.now(), service.new_id())).await {
        Ok(vouched) => vouched,
        Err(fault) => {
            tracing::warn!("signing in with the provider: {}", fault.for_log());
            let problem = "Your organisation's answer could not be checked, so you were not signed in. Try again";
            return again(vec![problem.into()]).await;
        }
    };
    match people::accounts::sign_in_vouched(&service, &vouched.subject, vouched.verified_email.as_deref(), &vouched.assurance).await {
        Ok(staff) => {
            session::begin_now(&service, &session, staff.id).await?;
            Ok(Redirect::to("/").into_response())
        }
        Err(error) => again(refusals(error)?).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct SignInForm {
    staff: Option<String>,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
}

pub(crate) async fn post(
    State(service): State<Arc<Service>>,
    Extension(provider): ProviderExtension,
    Extension(cookies): Extension<Cookies>,
    headers: HeaderMap,
    session: Session,
    Form(form): Form<SignInForm>,
) -> PageResult<Response> {
    let browser = cookies.read(&headers, KNOWN);
    let around = Around::new(provider.as_ref(), cookies, &headers);
    let chosen = match form.staff.as_deref().and_then(|s| s.parse::<StaffId>().ok()) {
        // Only people of a demonstration are chosen from a list.
        Some(id) => chosen_from(&service, around.has_provider).await?.into_iter().find(|s| s.id == id).map(|s| s.id),
        None if form.password.is_empty() => None,
        None => match people::accounts::sign_in_from(&service, &form.login, form.password, browser.as_deref()).await {
            Ok((staff, since)) => {
                session::begin(&service, &session, staff.id, since).await?;
                let mut response = Redirect::to("/").into_response();
                let known = people::accounts::know_browser(&service, staff.id).await?;
                if let Some(cookie) = cookies.set(KNOWN, &known, KNOWN_SECONDS) {
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                }
                return Ok(response);
            }
            Err(error) => return refused(&service, around, form.login, refusals(error)?).await,
        },
    };
    let Some(id) = chosen else {
        return refused(&service, around, form.login, vec![Problem::new("staff", "Say who you are")]).await;
    };
    session::begin_now(&service, &session, id).await?;
    tour::offer(&session).await?;
    Ok(Redirect::to("/").into_response())
}

pub(crate) async fn out(session: Session) -> PageResult<Redirect> {
    session.flush().await.map_err(PageError::fault)?;
    Ok(Redirect::to("/sign-in"))
}
