//! The resources of an order in FHIR, by kind, as other systems read them.

use super::{Exchanged, Version, stages};
use care::{OrderId, PatientId, results::report::Content};
use interop::fhir::{
    consent::consent,
    order::OrderContext,
    patient, provenance,
    report::{self, ReportContext},
    resource::{Provenance, Resource},
};
use serde_json::Value;

/// An order as it was at a version, counted from 1.
pub fn at_version(order: &Exchanged, number: usize) -> OrderContext<'_> {
    let Version { order: state, at, .. } = &order.versions[number - 1];
    OrderContext {
        id: order.id,
        order: state,
        placed: order.placed(),
        updated: *at,
        version: number as u64,
        laboratory_name: &order.laboratory_name,
    }
}

/// An order as it is.
pub fn latest(order: &Exchanged) -> OrderContext<'_> {
    at_version(order, order.versions.len())
}

/// Resources of any kind as resources.
pub fn resources<R: Into<Resource>>(resources: impl IntoIterator<Item = R>) -> Vec<Resource> {
    resources.into_iter().map(Into::into).collect()
}

/// The resources of a kind that an order gives.
pub fn of_kind(order: &Exchanged, kind: &str) -> Vec<Resource> {
    let context = latest(order);
    match kind {
        "ServiceRequest" => resources(context.requests()),
        "Task" => resources(context.tasks(&stages(&order.status))),
        "Specimen" => resources(context.specimens(&order.status.samples)),
        "Patient" => resources(order.status.people.iter().filter_map(|(id, record)| patient::of_record(*id, record))),
        "Consent" => resources(order.status.choices.iter().filter_map(|(patient, choice)| consent(order.id, *patient, choice))),
        "Provenance" => resources(provenances(order)),
        "DocumentReference" => {
            reports(order).map(|(content, context)| report::document_reference(content, &context.context()).into()).collect()
        }
        "DiagnosticReport" | "Observation" => {
            let all = reports(order).flat_map(|(content, context)| report::resources(content, &context.context()));
            all.filter(|resource| resource.kind() == kind).collect()
        }
        _ => vec![],
    }
}

/// The kinds in which an order is read.
pub const KINDS_OF_AN_ORDER: [&str; 9] =
    ["ServiceRequest", "Patient", "Specimen", "Task", "DiagnosticReport", "Observation", "DocumentReference", "Consent", "Provenance"];

/// Everything of an order, in the kinds in which it is read.
pub fn everything(order: &Exchanged) -> Vec<Resource> {
    KINDS_OF_AN_ORDER.into_iter().flat_map(|kind| of_kind(order, kind)).collect()
}

/// What a report's resources say beside its content.
struct ReportParts {
    order: OrderId,
    patient: PatientId,
    laboratory: String,
    samples: Vec<String>,
}

impl ReportParts {
    fn context(&self) -> ReportContext<'_> {
        ReportContext { order: self.order, patient: self.patient, laboratory: &self.laboratory, samples: &self.samples, pdf: None }
    }
}

/// The signed reports of an order that are released to the reader.
fn reports(order: &Exchanged) -> impl Iterator<Item = (&Content, ReportParts)> {
    let request = order.status.order.request.as_ref();
    let proband = request.and_then(|request| Some((request.proband()?.patient, request.laboratory.to_string())));
    let samples: Vec<String> = order.status.samples.iter().map(|(id, _)| id.to_string()).collect();
    order.reports.iter().filter_map(move |(_, _, content)| {
        let (patient, laboratory) = proband.clone()?;
        Some((content, ReportParts { order: order.id, patient, laboratory, samples: samples.clone() }))
    })
}

/// Who made each version, when and why.
fn provenances(order: &Exchanged) -> Vec<Provenance> {
    let change = |(version, v): (u64, &Version)| {
        let change = provenance::OrderChange { version, recorded: v.at, kind: &v.kind, by: (&v.by[0], &v.by[1]), reason: &v.reason };
        provenance::provenance(order.id, &change)
    };
    (1..).zip(&order.versions).map(change).collect()
}

/// A resource as JSON, with the addresses of documents as the client reaches them.
pub fn json(resource: Resource, server: &str) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(resource)?;
    let forms = value.get_mut("presentedForm").and_then(Value::as_array_mut).into_iter().flatten();
    forms.for_each(|attachment| at_server(attachment, server));
    let contents = value.get_mut("content").and_then(Value::as_array_mut).into_iter().flatten();
    contents.filter_map(|content| content.get_mut("attachment")).for_each(|attachment| at_server(attachment, server));
    Ok(value)
}

fn at_server(attachment: &mut Value, server: &str) {
    let local = attachment["url"].as_str().and_then(|url| url.strip_prefix("/fhir/")).map(str::to_owned);
    if let Some(local) = local {
        attachment["url"] = Value::String(format!("{server}/{local}"));
    }
}
