//! A person's genomic record: as a page, a FHIR document, a Phenopacket, or on paper; as of any day.

use crate::{
    error::PageError,
    pages::{Banner, Layout, PageResult, id, results::outside, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Response},
};
use care::{
    PatientId,
    ordering::choice::policy::{self, Term},
};
use interop::ga4gh::phenopacket;
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    ServiceError,
    results::{self, record::Record},
};

#[derive(Template)]
#[template(path = "results/record.html")]
struct Page {
    layout: Layout,
    patient: PatientId,
    can_change: bool,
    record: Record,
    today: Date,
    terms: Vec<Term>,
}

impl Page {
    fn is_past(&self) -> bool {
        self.record.on < self.today
    }
}

/// Of which day.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RecordQuery {
    on: String,
}

impl RecordQuery {
    fn day(&self, today: Date) -> PageResult<Date> {
        if self.on.is_empty() {
            return Ok(today);
        }
        let message = format!("'{}' is not a date such as 2026-11-22", self.on);
        self.on.parse().map_err(|_| ServiceError::Refused(care::Refusals::one("on", message)).into())
    }
}

pub(crate) async fn get(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult {
    let patient = id(&patient, "patient")?;
    let record = results::record::record_on(&desk, patient, query.day(desk.today())?).await?;
    let terms = policy::data_use(&record.uses);
    let banner = Banner::of_patient(&desk, &record.permit, patient).await?;
    let title = format!("Genomic record of {}", record.demographics.full_name());
    let layout = Layout::new(title, Some(&desk.staff)).below("Work", "/").about(banner);
    let can_change = desk.may(Action::ChangePatient);
    show(&Page { layout, patient, can_change, record, today: desk.today(), terms })
}

/// The record on paper.
pub(crate) async fn pdf(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult<Response> {
    let record = results::record::record_on(&desk, id(&patient, "patient")?, query.day(desk.today())?).await?;
    let name = format!("record-{}.pdf", record.on);
    Ok(crate::pages::document(service::results::record::pdf(&record, desk.now()).await?, &name))
}

/// The record as a FHIR document.
pub(crate) async fn fhir(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult<Response> {
    let patient: PatientId = id(&patient, "patient")?;
    let on = query.day(desk.today())?;
    let document = results::record::document::document(&desk, patient, on).await?;
    let name = format!("attachment; filename=\"record-{on}.json\"");
    let headers = [(header::CONTENT_TYPE, "application/fhir+json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    let document = serde_json::to_vec(&document).map_err(PageError::fault)?;
    Ok((headers, document).into_response())
}

/// A document of a result that the person has in the order of a relative.
pub(crate) async fn own_document(At(desk): At, Path((patient, result, document)): Path<(String, String, String)>) -> PageResult<Response> {
    let (patient, result) = (id(&patient, "patient")?, id(&result, "result")?);
    let (kept, bytes) = results::record::own_part::document(&desk, patient, result, &document).await?;
    Ok(outside::shown_document(&kept, bytes))
}

/// The record as a Phenopacket.
pub(crate) async fn packet(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult<Response> {
    let patient: PatientId = id(&patient, "patient")?;
    let record = results::record::record_on(&desk, patient, query.day(desk.today())?).await?;
    let packet = phenopacket::packet(&phenopacket::PacketContext {
        id: patient,
        who: &record.demographics,
        features: results::record::document::features(&desk, &record),
        reports: record.reports().map(|(_, content)| content).collect(),
        hpo_version: &desk.service.knowledge.hpo.version,
        created: desk.now(),
    });
    let name = format!("attachment; filename=\"phenopacket-{}.json\"", record.on);
    Ok(([(header::CONTENT_DISPOSITION, name)], Json(packet)).into_response())
}
