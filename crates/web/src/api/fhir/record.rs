//! The genomic record of a person as a document. Source: FHIR R4, documents and Composition-document.

use super::{Fhir, Refused, call::Call, orders::json};
use axum::extract::Path;
use care::PatientId;
use interop::fhir::resource::{Bundle, Resource};
use serde_json::Value;
use service::{
    Desk,
    ordering::clients::Interaction,
    results::{exchange::reader::desk_of_patient, record::document},
};

/// The kinds of resources that a record may hold; what else stands in one is looked at where it is made.
const KINDS: [&str; 5] = ["Composition", "Patient", "ServiceRequest", "DiagnosticReport", "Observation"];

/// Everything of the record: its Composition first, then what that refers to.
pub(crate) async fn get(call: Call, Path((kind, id)): Path<(String, String)>) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "read").await?;
    if kind != "Composition" {
        return Err(Refused::not_found("operation"));
    }
    caller.covers_all(&KINDS, Interaction::Read)?;
    let bundle = bundle(&caller.desk, &id, &call.server()).await?;
    let kinds: Vec<&str> = bundle.entry.iter().filter_map(|entry| Some(entry.resource.as_ref()?.kind())).collect();
    caller.covers_all(&kinds, Interaction::Read)?;
    Ok(Fhir::ok(bundle))
}

/// The Composition alone.
pub(super) async fn composition(desk: &Desk, id: &str, server: &str) -> Result<Value, Refused> {
    let first = bundle(desk, id, server).await?.entry.into_iter().next().and_then(|entry| entry.resource);
    Ok(json(first.ok_or_else(|| Refused::not_found("record"))?, server)?)
}

/// The document of the person whose record here has this identifier, at the addresses of this server.
async fn bundle(desk: &Desk, id: &str, server: &str) -> Result<Bundle, Refused> {
    let patient: PatientId = id.parse().map_err(|_| Refused::not_found("record"))?;
    let desk = desk_of_patient(desk, patient).await?;
    let mut bundle = document::document(&desk, patient, desk.today()).await?;
    for entry in &mut bundle.entry {
        let Some(resource) = entry.resource.take() else { continue };
        entry.full_url = format!("{server}/{}", resource.address());
        entry.resource = Some(Resource::Received(json(resource, server)?));
    }
    Ok(bundle)
}
