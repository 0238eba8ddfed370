//! Genes and medicines at the point of prescribing, by CDS Hooks. A hospital's system asks with its secret as bearer token, or with a
//! token that it signs for each request.

mod cards;

use super::token::bearer;
use crate::{
    address::Address,
    error::{status_of, trouble},
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use care::{PatientId, results::medicines::Overridden};
use interop::{
    cds_hooks::{self, Card, Feedback, HOOKS, Indicator, Request},
    fhir::intake,
};
use serde_json::{Value, json};
use service::{Desk, Service, ServiceError, fault::ForLog, ordering, results};
use std::sync::Arc;

pub(crate) async fn services() -> Response {
    Json(cds_hooks::discovery()).into_response()
}

/// Why there are no cards.
enum Refused {
    NoToken,
    NotProven(String),
    NoService,
    NotReadable(String),
    NotAnswerable(String),
    Service(ServiceError),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Refused {
        Refused::Service(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let respond = |status: StatusCode, message: String| (status, Json(json!({ "error": message }))).into_response();
        match self {
            Refused::NoToken => {
                let message = "Send the secret of your system as a bearer token, or a token signed for this request (JWT)".to_owned();
                let mut response = respond(StatusCode::UNAUTHORIZED, message);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
                response
            }
            Refused::NotProven(message) => {
                let mut response = respond(StatusCode::UNAUTHORIZED, message);
                let challenge = header::HeaderValue::from_static("Bearer error=\"invalid_token\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
                response
            }
            Refused::NoService => respond(StatusCode::NOT_FOUND, "There is no such service; GET /cds-services names them".into()),
            Refused::NotReadable(message) => respond(StatusCode::BAD_REQUEST, message),
            // The specification's answer when what was to be sent along is missing.
            Refused::NotAnswerable(message) => respond(StatusCode::PRECONDITION_FAILED, message),
            Refused::Service(error) => {
                let (status, message) = of_service(&error);
                respond(status, message)
            }
        }
    }
}

/// Why the service has no answer, as a client reads it.
fn of_service(error: &ServiceError) -> (StatusCode, String) {
    match error {
        ServiceError::Refused(refusals) => (StatusCode::UNPROCESSABLE_ENTITY, refusals.to_string()),
        ServiceError::Denied(denied) => (StatusCode::FORBIDDEN, denied.to_string()),
        ServiceError::NotFound(what) => (StatusCode::NOT_FOUND, format!("There is no such {what} here")),
        ServiceError::Conflict(message) => (StatusCode::CONFLICT, message.clone()),
        other => {
            tracing::error!("answering CDS Hooks: {}", other.for_log());
            let status = trouble(other).map_or(StatusCode::INTERNAL_SERVER_ERROR, status_of);
            (status, "Something went wrong on our side; nothing was half done. Send it again later".into())
        }
    }
}

/// Where a request arrived, and with what.
struct Arrived<'a> {
    address: &'a str,
    /// The name of the service that was called.
    name: &'a str,
    headers: &'a HeaderMap,
}

impl Arrived<'_> {
    /// The desk of the system that asks: by its secret, or by its signature.
    async fn desk(&self, service: &Arc<Service>) -> Result<Desk, Refused> {
        let token = bearer(self.headers).ok_or(Refused::NoToken)?;
        // Three parts are a token that is signed; a secret of ours has none.
        if token.split('.').count() != 3 {
            return ordering::clients::desk_of(service, token).await?.ok_or(Refused::NoToken);
        }
        let base = format!("{}/cds-services", self.address);
        let audiences = [format!("{base}/{}", self.name), format!("{base}/{}/feedback", self.name), base];
        ordering::clients::desk_by_signature(service, token, &audiences).await?.map_err(|why| Refused::NotProven(why.0))
    }
}

pub(crate) async fn call(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    Address(address): Address,
    headers: HeaderMap,
    body: String,
) -> Result<Json<Value>, impl IntoResponse> {
    let arrived = Arrived { address: &address, name: &name, headers: &headers };
    answer(&service, &arrived, &body).await.map(|cards| Json(json!({ "cards": cards })))
}

async fn answer(service: &Arc<Service>, arrived: &Arrived<'_>, body: &str) -> Result<Vec<Card>, Refused> {
    let hook =
        arrived.name.strip_prefix("medicines-").filter(|hook| HOOKS.iter().any(|(known, _)| known == hook)).ok_or(Refused::NoService)?;
    let desk = arrived.desk(service).await?;
    // Of two doses or two patients under one name it would not be certain which one was meant.
    let sent = intake::json(body.as_bytes()).map_err(|fault| Refused::NotReadable(fault.to_string()))?;
    let request: Request =
        serde_json::from_value(sent).map_err(|why| Refused::NotReadable(format!("This is no request of CDS Hooks: {why}")))?;
    if request.hook != hook {
        return Err(Refused::NotReadable(format!("hook is '{}', but the service answers '{hook}'", request.hook)));
    }
    let desk = desk.on_behalf_of(&request.context.user_id);
    let (number, born) = request.patient(desk.today()).map_err(|why| Refused::NotAnswerable(why.to_string()))?;
    let (patient, _) = match results::medicines::prescribed_for(&desk, number, born).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(vec![]),
        // Never advice for somebody else: said on a card, so that the prescriber sees it.
        Err(ServiceError::Refused(refusals)) => {
            return Ok(vec![Card::new(
                "Genes and medicines: the patient could not be matched",
                refusals.to_string(),
                Indicator::Warning,
                cards::SOURCE,
            )]);
        }
        Err(other) => return Err(other.into()),
    };
    let Some((reading, signature, genes)) = results::medicines::medicines(&desk, patient).await?.signed else { return Ok(vec![]) };
    let page = format!("{}/patients/{patient}/medicines", arrived.address);
    let said_by = format!("Read from data of {}; signed by {}", reading.sample, signature.by.name);
    let cards: Vec<Card> = match hook {
        "patient-view" => cards::overview(&genes).into_iter().collect(),
        _ => cards::advice(&request.prescribed(), &genes, &said_by)
            .into_iter()
            .chain(cards::for_others(&request.prescribed_for_others()))
            .collect(),
    };
    let cards: Vec<Card> = cards.into_iter().map(|card| card.linked("Pharmacogenomics in the genomic record", &page)).collect();
    for card in &cards {
        results::medicines::advised(&desk, card.uuid, patient, &card.summary).await?;
    }
    Ok(cards)
}

pub(crate) async fn feedback(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    Address(address): Address,
    headers: HeaderMap,
    body: String,
) -> Result<StatusCode, impl IntoResponse> {
    let arrived = Arrived { address: &address, name: &name, headers: &headers };
    take(&service, &arrived, &body).await.map(|()| StatusCode::OK)
}

async fn take(service: &Arc<Service>, arrived: &Arrived<'_>, body: &str) -> Result<(), Refused> {
    if !arrived.name.strip_prefix("medicines-").is_some_and(|hook| HOOKS.iter().any(|(known, _)| *known == hook)) {
        return Err(Refused::NoService);
    }
    let desk = arrived.desk(service).await?;
    let feedback: Feedback =
        serde_json::from_str(body).map_err(|why| Refused::NotReadable(format!("This is no feedback of CDS Hooks: {why}")))?;
    let mut cards: Vec<(PatientId, Overridden)> = Vec::new();
    for outcome in &feedback.feedback {
        let Some((patient, advice)) = results::medicines::card(&desk, outcome.card).await? else {
            return Err(Refused::NotReadable(format!("No card {} was shown to your system; nothing was written", outcome.card)));
        };
        if outcome.outcome == "overridden" {
            cards.push((patient, Overridden { advice, reason: outcome.reason(), by: desk.staff.name.clone() }));
        }
    }
    for (patient, overridden) in cards {
        results::medicines::override_advice(&desk, patient, overridden).await?;
    }
    Ok(())
}
