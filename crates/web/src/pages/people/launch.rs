//! A link of a hospital's own system, with the patient who is open there: to the genomic record, or to ordering a test.

use crate::pages::{PageResult, ordering::new_order::Draft};
use crate::session::At;
use access::Action;
use axum::{extract::Query, response::Redirect};
use care::{NhsNumber, Refusal, Refusals};
use serde::Deserialize;
use service::ServiceError;
use tower_sessions::Session;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LaunchQuery {
    /// NHS number.
    patient: String,
    /// `record`, or `order`.
    to: String,
}

pub(crate) async fn get(At(desk): At, session: Session, Query(query): Query<LaunchQuery>) -> PageResult<Redirect> {
    let refused = |message: String| ServiceError::Refused(Refusals(vec![Refusal::new("patient", message)]));
    let number: NhsNumber = query.patient.parse().map_err(|why| refused(format!("The link names no patient: {why}")))?;
    if query.to == "order" {
        desk.permit_general(Action::PlaceOrder).await?;
        Draft::begin_for(&session, number).await?;
        return Ok(Redirect::to("/order-a-test"));
    }
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let known = desk.service.store.patient_by_nhs_number(&permit, number).await?;
    let patient =
        known.ok_or_else(|| refused("Nothing is known here of a person with this NHS number: no test was ordered for them".into()))?;
    Ok(Redirect::to(&format!("/patients/{patient}")))
}
