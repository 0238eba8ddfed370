//! Earlier orders of a patient that a new one would repeat.

use super::{
    generations::CHECK,
    orders::{OrderForm, PersonForm, TEST_MESSAGE},
};
use crate::{Desk, ServiceError, ServiceResult, intent::Intent, people};
use access::Action;
use care::{
    PatientId,
    directory::TestCode,
    ordering::{
        family::Relationship,
        order::{Order, purpose::Purpose},
        repeated::{Repeat, repeat},
    },
    people::patient::{Demographics, Identity},
};
use store::OrderView;

/// Orders of the desk's organisation for the same patient and the same test, or another of the same indication, latest first. Of somebody
/// who is not known to this organisation, or whose record is restricted to others, nothing is said.
#[crate::boxed]
pub async fn repeated(desk: &Desk, who: &Demographics, test: &TestCode, purpose: &Purpose) -> ServiceResult<Vec<(OrderView, Repeat)>> {
    let Identity::NhsNumber(number) = &who.nhs_number else { return Ok(vec![]) };
    let listing = desk.permit_general(Action::PlaceOrder).await?;
    match desk.service.store.patient_by_nhs_number(&listing, *number).await? {
        Some(patient) => of_person(desk, patient, test, purpose).await,
        None => Ok(vec![]),
    }
}

/// The same of somebody whose record is known.
async fn of_person(desk: &Desk, patient: PatientId, test: &TestCode, purpose: &Purpose) -> ServiceResult<Vec<(OrderView, Repeat)>> {
    let (store, own) = (&desk.service.store, desk.staff.organisation.to_string());
    if !store.organisations_of(patient).await?.contains(&own) || !people::restriction::may_open(desk, patient).await? {
        return Ok(vec![]);
    }
    let permit = desk.permit_patient(Action::ReadOrder, patient).await?;
    let mut found = Vec::new();
    for record in people::patients::records(desk, &permit, patient).await? {
        for view in store.orders_of(&permit, record).await? {
            // What was sent to try the exchange is nobody's request.
            if !view.indication.starts_with(TEST_MESSAGE)
                && let Some(repeat) = repeat((&view.test, view.state), test, purpose)
                && store.organisations_of_order(view.id).await?.contains(&own)
            {
                found.push((view, repeat));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| b.submitted.cmp(&a.submitted).then_with(|| b.number.cmp(&a.number)));
    Ok(found)
}

/// What is said of an earlier order that a new one would repeat.
pub fn sentence(view: &OrderView, repeat: Repeat) -> String {
    let what = match repeat {
        Repeat::Test => "this test".to_owned(),
        Repeat::Indication => format!("the same indication ({} {})", view.test, view.indication),
    };
    let (day, state) = (view.submitted.strftime("%-d %B %Y"), view.state.label().to_lowercase());
    format!("The patient has an order of {what} already: {} of {day}, {state}", view.number)
}

/// Earlier orders that are named; of more it is said how many they are.
const NAMED_MAX: usize = 5;

/// Lines of the history about earlier orders that an order of another system would repeat, as they will stand after the steps of an
/// intent: no page names them to whoever sends it. A message that only tries the exchange repeats nothing.
#[crate::boxed]
pub(crate) async fn checks(desk: &Desk, intent: &Intent, form: &OrderForm) -> ServiceResult<Vec<String>> {
    let proband = form.people.iter().find(|person| person.relationship == Relationship::Proband);
    let Some(proband) = proband.filter(|_| !form.enclosed.is_test) else { return Ok(vec![]) };
    let Some(patient) = known(desk, intent, proband).await? else { return Ok(vec![]) };
    let mut earlier = Vec::new();
    for (view, _) in of_person(desk, patient, &form.test.code, &form.purpose).await? {
        let permit = desk.service.own_permit(Action::ReadOrder, view.id.stream()).await?;
        let state = intent.load::<Order>(desk, &permit, view.id.stream()).await?.state.state.kind();
        // What the same message ends or replaces is repeated by nothing.
        earlier.extend(repeat((&view.test, state), &form.test.code, &form.purpose).map(|repeat| sentence(&view, repeat)));
    }
    let more = earlier.len().saturating_sub(NAMED_MAX);
    earlier.truncate(NAMED_MAX);
    if more > 0 {
        earlier.push(format!("The patient has {more} earlier orders of this test or indication beside those"));
    }
    Ok(earlier.into_iter().map(|line| format!("{CHECK}{line}")).collect())
}

/// The record of somebody of a form, by any of their numbers. Who is not certain is refused in another place.
async fn known(desk: &Desk, intent: &Intent, person: &PersonForm) -> ServiceResult<Option<PatientId>> {
    let listing = desk.permit_general(Action::PlaceOrder).await?;
    match people::identify::identify(desk, &listing, intent, &person.demographics, &person.numbers).await {
        Ok(found) => Ok(found.map(|found| found.patient)),
        Err(ServiceError::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
