//! A link of a hospital's own system, with the patient who is open there: to the genomic record, or to ordering a test. One that says
//! who it is (`iss`) opens by SMART App Launch instead, and whoever works there need not be signed in here.

use crate::{
    error::PageError,
    pages::{
        PageResult,
        ordering::new_order::Draft,
        people::record_launch::{self, LaunchesExtension},
    },
    session::At,
};
use access::Action;
use axum::{
    Extension,
    extract::{Query, State},
    response::Redirect,
};
use care::{NhsNumber, Refusal, Refusals};
use serde::Deserialize;
use service::{Desk, Service, ServiceError, people};
use std::sync::Arc;
use tower_sessions::Session;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LaunchQuery {
    /// NHS number.
    patient: String,
    /// `record`, or `order`.
    to: String,
    /// Base address of the FHIR server of the record that launches.
    iss: String,
    /// What stands there for who is open, and for who works.
    launch: String,
}

pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    Extension(launches): LaunchesExtension,
    desk: Result<At, PageError>,
    session: Session,
    Query(query): Query<LaunchQuery>,
) -> PageResult<Redirect> {
    if !query.iss.is_empty() {
        return record_launch::begin(&service, &launches, &session, &query.iss, &query.launch).await;
    }
    linked(&desk?.0, &session, &query).await
}

/// Opens whom a link names.
async fn linked(desk: &Desk, session: &Session, query: &LaunchQuery) -> PageResult<Redirect> {
    let refused = |message: String| ServiceError::Refused(Refusals(vec![Refusal::new("patient", message)]));
    let number: NhsNumber = query.patient.parse().map_err(|why| refused(format!("The link names no patient: {why}")))?;
    if query.to == "order" {
        desk.permit_general(Action::PlaceOrder).await?;
        Draft::begin_for(desk, session, number).await?;
        return Ok(Redirect::to("/order-a-test"));
    }
    let patient = people::launch::linked(desk, number).await?;
    Ok(Redirect::to(&format!("/patients/{patient}")))
}
