//! A hospital's electronic record opens this service, with who works there and who is open (SMART App Launch). Only records that the
//! service trusts; whoever is open there is opened here, and nobody else.

use crate::{
    entrance::{Launches, RecordServer},
    error::PageError,
    pages::PageResult,
    session,
};
use axum::{
    Extension,
    extract::{Query, State},
    response::Redirect,
};
use care::Refusals;
use serde::{Deserialize, Serialize};
use service::{
    Service,
    fault::ForLog,
    people,
    people::relying::{Begun, Opened, Party, Registration, Wish},
};
use std::sync::Arc;
use tower_sessions::Session;

pub(crate) type LaunchesExtension = Extension<Arc<Launches>>;

/// Path to which a record sends the browser back.
pub(crate) const BACK: &str = "/launch/back";
const BEGUN: &str = "record-launch";

/// What is kept while the browser is at the record.
#[derive(Serialize, Deserialize)]
struct BegunLaunch {
    base: String,
    begun: Begun,
}

/// Sends the browser on to the record's sign-in, if the record is trusted.
pub(crate) async fn begin(service: &Service, launches: &Launches, session: &Session, iss: &str, launch: &str) -> PageResult<Redirect> {
    let record = trusted(launches, iss)?;
    let party = party(service, launches, record).await?;
    let capabilities = &party.server().capabilities;
    let has = |name: &str| capabilities.iter().any(|capability| capability == name);
    // Scopes of version 1 unless the record knows those of version 2 alone.
    let reads = if has("permission-v2") && !has("permission-v1") { "patient/Patient.rs" } else { "patient/Patient.read" };
    let opens = if launch.is_empty() { "launch/patient" } else { "launch" };
    let mut further = vec![("aud", iss.trim())];
    if !launch.is_empty() {
        further.push(("launch", launch));
    }
    let (address, begun) = party.begin(&Wish { scope: &format!("openid fhirUser {opens} {reads}"), further: &further });
    session.insert(BEGUN, BegunLaunch { base: record.base.clone(), begun }).await.map_err(PageError::fault)?;
    Ok(Redirect::to(&address))
}

/// What the record sends the browser back with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    code: String,
    state: String,
    error: String,
    error_description: String,
}

/// Signs in who works at the record, and opens whom they have open there.
pub(crate) async fn back(
    State(service): State<Arc<Service>>,
    Extension(launches): LaunchesExtension,
    session: Session,
    Query(answer): Query<Answer>,
) -> PageResult<Redirect> {
    // It counts once, whatever comes of it.
    let Some(begun) = session.remove::<BegunLaunch>(BEGUN).await.map_err(PageError::fault)? else { return Ok(Redirect::to("/sign-in")) };
    if !answer.error.is_empty() {
        let said: String = format!("{} {}", answer.error, answer.error_description).chars().take(300).collect();
        return Err(refused(format!("Your hospital's record did not open this service: {said}")));
    }
    let opened = open(&service, &launches, &begun, &answer).await?;
    let staff = people::launch::sign_in_launched(&service, &opened, &begun.base).await?;
    session::begin_now(&service, &session, staff.id).await?;
    let patient = people::launch::record_of(&service.desk(staff), opened.number, opened.born).await?;
    Ok(Redirect::to(&format!("/patients/{patient}")))
}

async fn open(service: &Service, launches: &Launches, begun: &BegunLaunch, answer: &Answer) -> PageResult<Opened> {
    let record = trusted(launches, &begun.base)?;
    let party = party(service, launches, record).await?;
    let moment = (service.now(), service.new_id());
    party.opened(&record.base, &begun.begun, (&answer.code, &answer.state), moment).await.map_err(|fault| {
        tracing::warn!("a launch from {}: {}", record.base, fault.for_log());
        refused(format!("What your hospital's record answered could not be used, so nobody was opened: {}", fault.root_cause()))
    })
}

fn trusted<'l>(launches: &'l Launches, iss: &str) -> PageResult<&'l RecordServer> {
    let shown: String = iss.chars().filter(|c| !c.is_control()).take(200).collect();
    let message = format!("The record at {shown} may not open this service: whoever runs the service names it with --smart-issuer");
    launches.record(iss).ok_or_else(|| refused(message))
}

async fn party(service: &Service, launches: &Launches, record: &RecordServer) -> PageResult<Party> {
    let registration = Registration {
        client: record.client.clone(),
        credential: record.credential.clone(),
        redirect: format!("{}{BACK}", launches.address),
    };
    Party::of_record(&record.base, registration, &service.folder).await.map_err(|fault| {
        tracing::warn!("the record at {}: {}", record.base, fault.for_log());
        refused(format!("The record at {} does not say how people sign in there; try again later: {}", record.base, fault.root_cause()))
    })
}

fn refused(message: String) -> PageError {
    PageError::Service(Refusals::one("launch", message).into())
}
