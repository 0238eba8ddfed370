//! A person's genomic record.

use super::{Layout, PageResult, id, show};
use crate::session::At;
use askama::Template;
use axum::extract::Path;
use care::{
    PatientId, Role,
    choice::policy::{self, Term, Use},
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
    let decided = |asked: Use| {
        let receipt = policy::evaluate(&record.choice, asked, service::desk::today());
        (if receipt.allowed { "Allowed" } else { "Not allowed" }, receipt.why)
    };
    let uses = [
        ("Research library", Use::Library),
        ("Contacting them again", Use::Recontact),
        ("Telling other findings", Use::SecondaryFindings),
        ("Care of relatives", Use::FamilyCare),
    ];
    let choices = uses.map(|(words, asked)| (words, decided(asked))).to_vec();
    let newest = record.tests.last().map(|(view, _)| view.id);
    let terms = newest.map(|order| policy::data_use(&record.choice, order, service::desk::today())).unwrap_or_default();
    let layout = Layout::of(format!("Genomic record of {}", record.demographics.full_name()), Some(&desk.staff));
    let can_change = matches!(desk.staff.role, Role::Clinician | Role::GenomicAssociate);
    show(&Page { layout, patient, can_change, record, nhs_number, choices, terms })
}
