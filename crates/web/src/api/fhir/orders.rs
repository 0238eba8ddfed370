//! The order that a resource belongs to.

use super::Refused;
use care::{OrderId, ReportId, SampleId};
use interop::fhir::order;
use service::{
    Desk, ServiceError,
    results::exchange::{self, Exchanged},
};

pub(crate) use exchange::resources::{KINDS_OF_AN_ORDER, at_version, everything, json, of_kind, resources};

/// The order that a resource of a kind belongs to, by the resource's identifier; nothing where there is none.
pub(crate) async fn order_of(desk: &Desk, kind: &str, id: &str) -> Result<Option<OrderId>, Refused> {
    let first = id.split('.').next().unwrap_or_default();
    let store = &desk.service.store;
    let stream = match kind {
        "ServiceRequest" | "Task" | "Consent" | "Provenance" => {
            let Ok(order) = first.parse::<OrderId>() else { return Ok(None) };
            return Ok(store.order_view(order).await?.map(|view| view.id));
        }
        "DiagnosticReport" | "Observation" | "DocumentReference" => first.parse::<ReportId>().ok().map(ReportId::stream),
        "Specimen" => first.parse::<SampleId>().ok().map(SampleId::stream),
        _ => None,
    };
    Ok(match stream {
        Some(stream) => store.order_of_stream(&stream).await?,
        None => None,
    })
}

/// An order by the identifier of one of its requests.
pub(crate) async fn order_of_request(desk: &Desk, id: &str) -> Result<Exchanged, Refused> {
    let (order, _) = order::parse_request_id(id).ok_or(ServiceError::NotFound("order"))?;
    Ok(exchange::exchanged(desk, order).await?)
}
