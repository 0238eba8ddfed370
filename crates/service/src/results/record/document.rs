//! The genomic record as a FHIR document: every request, every report with its observations, every feature, and what other laboratories
//! found.

use super::{Record, own_part::OwnPart, record_on};
use crate::{Desk, ServiceResult};
use care::PatientId;
use interop::{
    fhir::{order, record as composition, report, resource::Bundle},
    ga4gh::phenopacket::Feature,
};
use jiff::civil::Date;
use ontology::TermId;

/// The record of a person as it stood at the end of a day, as a document.
#[crate::boxed]
pub async fn document(desk: &Desk, patient: PatientId, on: Date) -> ServiceResult<Bundle> {
    let record = record_on(desk, patient, on).await?;
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
            let context = report::ReportContext { order: test.view.id, patient, laboratory: &laboratory, samples: &samples, pdf: None };
            results.extend(report::resources(content, &context));
        }
    }
    let numbered = features(desk, &record).into_iter().enumerate();
    let features = numbered.map(|(nth, (f, _))| composition::feature(nth, patient, &f.term.to_string(), &f.label, f.absent)).collect();
    Ok(composition::document(composition::RecordContext {
        patient,
        who: &record.demographics,
        organisation: &desk.staff.organisation.to_string(),
        written: desk.now(),
        requests,
        results,
        features,
        outside: record.tests.iter().flat_map(super::Test::outside_lines).chain(record.own_parts.iter().map(OwnPart::line)).collect(),
    }))
}

/// Features of every order, each once, with the name of its onset.
pub fn features(desk: &Desk, record: &Record) -> Vec<(Feature, String)> {
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
