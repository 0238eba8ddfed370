//! A person's genomic record.

use super::{Layout, PageResult, id, show};
use crate::session::At;
use askama::Template;
use axum::extract::Path;
use care::{
    PatientId, Role,
    choice::policy::{self, Receipt, Term, Use},
    patient::Identity,
};
use service::record::Record;

#[derive(Template)]
#[template(path = "record.html")]
struct Page {
    layout: Layout,
    patient: PatientId,
    can_change: bool,
    record: Record,
    nhs_number: String,
    /// What the data may be used for: use, whether, why.
    choices: Vec<(&'static str, (&'static str, String))>,
    terms: Vec<Term>,
}

pub(crate) async fn get(At(desk): At, Path(patient): Path<String>) -> PageResult {
    let patient = id(&patient, "patient")?;
    let record = desk.record(patient).await?;
    let nhs_number = match &record.demographics.nhs_number {
        Identity::NhsNumber(number) => number.to_string(),
        Identity::Fetus => "none before birth".into(),
        Identity::Unavailable(reason) => format!("not available ({reason})"),
    };
    let word = |asked| match asked {
        Use::Test(_) => None,
        Use::Library => Some("Research library"),
        Use::Recontact => Some("Contacting them again"),
        Use::SecondaryFindings => Some("Telling other findings"),
        Use::FamilyCare => Some("Care of relatives"),
    };
    let line = |receipt: &Receipt| {
        let allowed = if receipt.allowed { "Allowed" } else { "Not allowed" };
        Some((word(receipt.asked)?, (allowed, receipt.why.clone())))
    };
    let choices = record.uses.iter().filter_map(line).collect();
    let terms = policy::data_use(&record.uses);
    let layout = Layout::of(format!("Genomic record of {}", record.demographics.full_name()), Some(&desk.staff));
    let can_change = matches!(desk.staff.role, Role::Clinician | Role::GenomicAssociate);
    show(&Page { layout, patient, can_change, record, nhs_number, choices, terms })
}
