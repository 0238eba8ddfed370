//! A person's genomic record.

use super::{Layout, PageResult, id, show};
use crate::session::At;
use askama::Template;
use axum::extract::Path;
use care::{
    choice::{Choice, Purpose},
    patient::Identity,
};
use service::record::Record;

#[derive(Template)]
#[template(path = "record.html")]
struct Page {
    layout: Layout,
    record: Record,
    nhs_number: String,
    choices: Vec<(&'static str, &'static str)>,
}

pub(crate) async fn get(At(desk): At, Path(patient): Path<String>) -> PageResult {
    let record = desk.record(id(&patient, "patient")?).await?;
    let nhs_number = match &record.demographics.nhs_number {
        Identity::NhsNumber(number) => number.to_string(),
        Identity::Fetus => "none before birth".into(),
        Identity::Unavailable(reason) => format!("not available ({reason})"),
    };
    let word = |purpose| match &record.choice {
        Choice::None => "Not recorded",
        choice if choice.allows(purpose) => "Agreed",
        Choice::Recorded(_) => "Not agreed",
    };
    let choices = vec![
        ("Test", word(Purpose::Test)),
        ("Research library", word(Purpose::Research)),
        ("Being contacted again", word(Purpose::Recontact)),
        ("Other findings", word(Purpose::SecondaryFindings)),
        ("Sharing with family care", word(Purpose::FamilySharing)),
    ];
    let layout = Layout::of(format!("Genomic record of {}", record.demographics.full_name()), Some(&desk.staff));
    show(&Page { layout, record, nhs_number, choices })
}
