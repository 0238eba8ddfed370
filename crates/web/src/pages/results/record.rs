//! A person's genomic record: as a page, a FHIR document, a Phenopacket, or on paper; as of any day.

use crate::{
    error::PageError,
    pages::{Layout, PageResult, id, show},
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
use interop::{
    fhir::{order, record as document, report},
    ga4gh::phenopacket::{self, Feature},
};
use jiff::civil::Date;
use ontology::TermId;
use serde::Deserialize;
use service::{
    Desk, ServiceError,
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
        let message = format!("'{}' is no day, such as 2026-11-22", self.on);
        self.on.parse().map_err(|_| ServiceError::Refused(care::Refusals::one("on", message)).into())
    }
}

pub(crate) async fn get(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult {
    let patient = id(&patient, "patient")?;
    let record = results::record::record_on(&desk, patient, query.day(desk.today())?).await?;
    let terms = policy::data_use(&record.uses);
    let layout = Layout::new(format!("Genomic record of {}", record.demographics.full_name()), Some(&desk.staff));
    let can_change = desk.may(Action::ChangePatient);
    show(&Page { layout, patient, can_change, record, today: desk.today(), terms })
}

/// The record on paper.
pub(crate) async fn pdf(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult<Response> {
    let record = results::record::record_on(&desk, id(&patient, "patient")?, query.day(desk.today())?).await?;
    let name = format!("record-{}.pdf", record.on);
    Ok(crate::pages::document(service::results::record::pdf(&record, desk.now()).await?, &name))
}

/// Features of every order, each once, with the name of its onset.
fn features(desk: &Desk, record: &Record) -> Vec<(Feature, String)> {
    let hpo = &desk.service.knowledge.hpo;
    let name = |term: TermId| hpo.name(term).unwrap_or("unknown term").to_owned();
    let mut found: Vec<(Feature, String)> = Vec::new();
    for request in record.tests.iter().rev().filter_map(|t| t.status.order.request.as_ref()) {
        let began = |term: &TermId| request.onsets.iter().find(|(feature, _)| feature == term).map(|(_, onset)| *onset);
        let observed = request.observed.iter().map(|term| (*term, false, began(term)));
        for (term, absent, onset) in observed.chain(request.excluded.iter().map(|term| (*term, true, None))) {
            // What was seen later counts.
            if found.iter().all(|(feature, _)| feature.term != term) {
                found.push((Feature { term, label: name(term), absent, onset }, onset.map_or_else(String::new, name)));
            }
        }
    }
    found
}

/// The record as a FHIR document.
pub(crate) async fn fhir(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult<Response> {
    let patient: PatientId = id(&patient, "patient")?;
    let record = results::record::record_on(&desk, patient, query.day(desk.today())?).await?;
    let (mut requests, mut results) = (Vec::new(), Vec::new());
    for test in &record.tests {
        let Some(request) = &test.status.order.request else { continue };
        let context = order::OrderContext {
            id: test.view.id,
            order: &test.status.order,
            placed: test.view.submitted,
            updated: desk.now(),
            version: 1,
            laboratory_name: "",
        };
        requests.extend(context.requests().into_iter().take(1));
        if let Some((_, content)) = &test.report {
            let samples: Vec<String> = test.status.samples.iter().map(|(id, _)| id.to_string()).collect();
            let laboratory = request.laboratory.to_string();
            results.extend(report::resources(
                content,
                &report::ReportContext { order: test.view.id, patient, laboratory: &laboratory, samples: &samples, pdf: None },
            ));
        }
    }
    let features = features(&desk, &record)
        .iter()
        .enumerate()
        .map(|(index, (f, _))| document::feature(index, patient, &f.term.to_string(), &f.label, f.absent))
        .collect();
    let organisation = desk.staff.organisation.to_string();
    let context = document::RecordContext {
        patient,
        who: &record.demographics,
        organisation: &organisation,
        written: desk.now(),
        requests,
        results,
        features,
    };
    let name = format!("attachment; filename=\"record-{}.json\"", record.on);
    let headers = [(header::CONTENT_TYPE, "application/fhir+json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    let document = serde_json::to_vec(&document::document(context)).map_err(PageError::fault)?;
    Ok((headers, document).into_response())
}

/// The record as a Phenopacket.
pub(crate) async fn packet(At(desk): At, Path(patient): Path<String>, Query(query): Query<RecordQuery>) -> PageResult<Response> {
    let patient: PatientId = id(&patient, "patient")?;
    let record = results::record::record_on(&desk, patient, query.day(desk.today())?).await?;
    let packet = phenopacket::packet(&phenopacket::PacketContext {
        id: patient,
        who: &record.demographics,
        features: features(&desk, &record),
        reports: record.reports().map(|(_, content)| content).collect(),
        hpo_version: &desk.service.knowledge.hpo.version,
        created: desk.now(),
    });
    let name = format!("attachment; filename=\"phenopacket-{}.json\"", record.on);
    Ok(([(header::CONTENT_DISPOSITION, name)], Json(packet)).into_response())
}
