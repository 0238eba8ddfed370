//! Finding a person by NHS number, so that nothing is typed that is known: first among people known here, then in an
//! extract of the Personal Demographics Service that stands in the service's folder.

use crate::{
    Desk, ServiceResult,
    people::{self, restriction},
};
use access::Action;
use anyhow::Context;
use care::{
    NhsNumber,
    people::patient::{Demographics, Identity, Patient, Sex},
};
use std::path::Path;

/// Name of the extract: NHS number, family name, given name, date of birth, sex (`F`, `M` or `U`), separated by tabs.
pub const EXTRACT: &str = "demographics.tsv";

/// Who has an NHS number; nothing when nobody here or in the extract has.
#[crate::boxed]
pub async fn trace(desk: &Desk, number: NhsNumber) -> ServiceResult<Option<Demographics>> {
    let permit = desk.permit_general(Action::RegisterPatient).await?;
    let store = &desk.service.store;
    if let Some(known) = store.patient_by_nhs_number(&permit, number).await? {
        if !people::restriction::may_open(desk, known).await? {
            return Err(restriction::refusal().into());
        }
        return Ok(store.load::<Patient>(&permit, known.stream()).await?.state.demographics);
    }
    let path = desk.service.folder.join(EXTRACT);
    Ok(tokio::task::spawn_blocking(move || in_extract(&path, number)).await.context("reading the extract")??)
}

fn in_extract(path: &Path, number: NhsNumber) -> anyhow::Result<Option<Demographics>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(fault).with_context(|| path.display().to_string()),
    };
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = || format!("{} line {}", path.display(), index + 1);
        let fields: Vec<&str> = line.split('\t').collect();
        let [traced, family_name, given_name, birth_date, sex] = fields[..] else { anyhow::bail!("{}: 5 fields are needed", wrong()) };
        if traced.parse::<NhsNumber>().with_context(wrong)? == number {
            let sex = match sex {
                "F" => Sex::Female,
                "M" => Sex::Male,
                _ => Sex::Unknown,
            };
            return Ok(Some(Demographics {
                nhs_number: Identity::NhsNumber(number),
                family_name: family_name.into(),
                given_name: given_name.into(),
                birth_date: birth_date.parse().with_context(wrong)?,
                sex,
            }));
        }
    }
    Ok(None)
}
