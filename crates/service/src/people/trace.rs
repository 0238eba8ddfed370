//! Finding a person by NHS number, so that nothing is typed that is known: first among people known here, then in an
//! extract of the Personal Demographics Service that stands in the service's folder.

use crate::{
    Desk, ServiceResult,
    people::{self, restriction},
};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    NhsNumber, Refusal,
    people::{
        matching::{Change, Fit, fit},
        patient::{Demographics, Identity, Patient, Sex},
    },
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

/// What somebody who is stated differs in from whoever has the same NHS number, in words: names, date of birth and sex, all of it.
pub fn differences(known: &Demographics, stated: &Demographics) -> Vec<&'static str> {
    let is_other_sex = known.sex.is_known() && stated.sex.is_known() && known.sex != stated.sex;
    let mut differs = match fit(known, stated) {
        Fit::Same => vec![],
        Fit::SameBut(changes) if changes.contains(&Change::FamilyName) => vec!["another family name"],
        Fit::SameBut(_) => vec![],
        Fit::Differs(what) => what,
    };
    differs.extend(is_other_sex.then_some("another sex"));
    differs
}

/// How somebody who is stated fits whoever has their NHS number in the extract; nothing where the number is known here, or nowhere.
pub(crate) async fn fit_of_extract(desk: &Desk, permit: &Permit, stated: &Demographics) -> ServiceResult<Option<Fit>> {
    let Identity::NhsNumber(number) = stated.nhs_number else { return Ok(None) };
    if desk.service.store.patient_by_nhs_number(permit, number).await?.is_some() {
        return Ok(None);
    }
    let path = desk.service.folder.join(EXTRACT);
    let traced = tokio::task::spawn_blocking(move || in_extract(&path, number)).await.context("reading the extract")??;
    Ok(traced.map(|traced| fit(&traced, stated)))
}

/// Why an NHS number that is somebody else's by the extract is not taken for this person's.
pub(crate) fn belongs_to_another(what: &[&str]) -> Refusal {
    let message = format!(
        "This NHS number is of somebody with {} in the extract of the Personal Demographics Service. Check it with the patient; nothing \
         was done for either of them",
        what.join(" and ")
    );
    Refusal::new("nhs_number", message)
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
