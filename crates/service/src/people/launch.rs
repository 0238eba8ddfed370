//! Somebody works at a hospital's electronic record and opens the genomic record from there: who they are here, and whose record it is.

use crate::{
    Desk, Service, ServiceError, ServiceResult,
    people::{self, relying::Opened},
};
use access::Action;
use care::{NhsNumber, PatientId, Refusals, Staff, people::account};
use jiff::civil::Date;
use store::AccountLine;
use uuid::Uuid;

/// Signs in whom a hospital's record vouches for. Their account is found by their number in the NHS's directory, by the record's own
/// name for them, or by an address that it has verified; names that lead to two accounts lead to none.
#[crate::boxed]
pub async fn sign_in_launched(service: &Service, opened: &Opened, from: &str) -> ServiceResult<Staff> {
    let user = &opened.user;
    let mut found: Option<AccountLine> = None;
    for name in [opened.user_number.as_deref(), Some(user.subject.as_str()), user.verified_email.as_deref()].into_iter().flatten() {
        let account = service.store.account_by_login(&name.trim().to_lowercase()).await?.filter(|a| !a.demonstration);
        if let (Some(one), Some(other)) = (&found, &account)
            && one.staff.id != other.staff.id
        {
            service.store.note_failed_sign_in(&user.subject, service.now()).await?;
            let message = "Your hospital's record gives names of two accounts, so that you were not signed in. Tell an administrator";
            return Err(Refusals::one("login", message).into());
        }
        found = found.or(account);
    }
    let Some(account) = found.filter(|a| !a.closed) else {
        service.store.note_failed_sign_in(&user.subject, service.now()).await?;
        let message = "Your hospital's record says who you are, but you have no account here. Ask an administrator to open one for you";
        return Err(Refusals::one("login", message).into());
    };
    let how = format!("{from} {}", user.assurance);
    service.store.note(&account.staff, "SignIn", &account::stream(account.staff.id), how.trim(), true, service.now()).await?;
    Ok(account.staff)
}

/// What is said of a number whose record may not be opened, and of one that has none: no answer tells the one from the other.
const NOBODY: &str = "Nothing that you may open is known here of a person with this NHS number";

/// Whose record a link of a hospital's own system names by an NHS number. That it was looked for stands in the audit. Whoever may not
/// read it is answered as if there were none, but for those who may break the glass: they are led to where that is done.
#[crate::boxed]
pub async fn linked(desk: &Desk, number: NhsNumber) -> ServiceResult<PatientId> {
    let permit = desk.permit_named(Action::SeeWorkList, format!("nhs-number/{number}"), desk.staff.organisation.clone()).await?;
    let known = desk.service.store.patient_by_nhs_number(&permit, number).await?;
    // Of a number without a record as much is looked for as of one with a record.
    let patient = known.unwrap_or(PatientId(Uuid::nil()));
    match desk.permit_patient(Action::ReadRecord, patient).await {
        Err(ServiceError::Denied(denied)) if known.is_some() && denied.may_break_glass() => Err(ServiceError::Denied(denied)),
        Ok(_) if known.is_some() => Ok(patient),
        Ok(_) | Err(ServiceError::Denied(_)) => Err(Refusals::one("patient", NOBODY).into()),
        Err(other) => Err(other),
    }
}

/// The record of the person with an NHS number and a date of birth, if somebody may read it.
#[crate::boxed]
pub async fn record_of(desk: &Desk, number: NhsNumber, born: Date) -> ServiceResult<PatientId> {
    let patient = linked(desk, number).await?;
    let permit = desk.permit_patient(Action::ReadRecord, patient).await?;
    let who = people::patients::demographics(desk, &permit, patient).await?;
    if who.birth_date != born {
        let message =
            "The NHS number belongs to somebody with another date of birth: nobody's record is opened. Check who is open at your hospital";
        return Err(Refusals::one("patient", message).into());
    }
    Ok(patient)
}
