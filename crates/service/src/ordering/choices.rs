//! Recording what each person chose, and deciding from it what their data may be used for.

use crate::clock::end_of;
use crate::{
    Desk, ServiceError, ServiceResult,
    ordering::orders::PersonForm,
    people,
    shown::{as_shown, version},
};
use access::{Action, Permit};
use care::{
    Fold, OrderId, PatientId, Refusal, Refusals,
    ordering::{
        choice::{
            self, Choice, ChoiceContext, Discussion, Event, Purpose,
            policy::{self, Receipt, Use},
            stream,
        },
        family::{Participant, Relationship},
        order::purpose,
    },
    people::{
        matching::{self, Named},
        patient::Demographics,
    },
};
use jiff::{Timestamp, civil::Date};
use store::Change;

/// When a person's choices were last recorded, and who wrote them down.
pub struct Written {
    /// When.
    pub at: Timestamp,
    /// Their name.
    pub by: String,
}

/// Records a discussion with a person of an order; a parent who chooses is named by relationship to the proband.
#[crate::boxed]
pub async fn record(desk: &Desk, patient: PatientId, discussion: Discussion<Relationship>) -> ServiceResult<()> {
    let permit = desk.permit(Action::RecordChoice, discussion.order).await?;
    let seen = version(desk, &stream(patient)).await?;
    record_as(desk, &permit, (patient, Some(seen)), discussion).await
}

/// Records a discussion on a page that showed a version of the person's choices: what was recorded or withdrawn since stops it.
#[crate::boxed]
pub async fn record_as_seen(desk: &Desk, patient: PatientId, seen: Option<u64>, discussion: Discussion<Relationship>) -> ServiceResult<()> {
    let permit = desk.permit(Action::RecordChoice, discussion.order).await?;
    record_as(desk, &permit, (patient, seen), discussion).await
}

pub(crate) async fn record_as(
    desk: &Desk,
    permit: &Permit,
    (patient, seen): (PatientId, Option<u64>),
    discussion: Discussion<Relationship>,
) -> ServiceResult<()> {
    let order = discussion.order;
    let people = desk.status(permit, order).await?.order.request.map(|r| r.people).unwrap_or_default();
    let Some(person) = people.iter().find(|p| p.patient == patient) else {
        return Err(Refusals::one("person", "This person is not part of the order").into());
    };
    let demographics = people::patients::demographics(desk, permit, patient).await?;
    let events = decide(discussion, person, &people, &demographics, desk.today())?;
    let loaded = desk.service.store.load::<Choice>(permit, stream(patient)).await?;
    as_shown(&of_whom(&demographics), seen, loaded.sequence)?;
    let mut change = Change::default();
    change.add(&loaded, &events);
    change.links.push((order, stream(patient)));
    desk.commit(permit, change).await
}

/// Withdraws an agreement.
#[crate::boxed]
pub async fn withdraw(desk: &Desk, order: OrderId, patient: PatientId, what: Purpose, from: Date, reason: String) -> ServiceResult<()> {
    let permit = desk.permit(Action::RecordChoice, order).await?;
    let seen = version(desk, &stream(patient)).await?;
    withdraw_as(desk, &permit, order, (patient, Some(seen)), Withdrawal { what, from, reason }).await
}

/// What is withdrawn, and from which day.
pub struct Withdrawal {
    /// The agreement that ends.
    pub what: Purpose,
    /// The day on which it ends.
    pub from: Date,
    /// Why, if the person said.
    pub reason: String,
}

/// Withdraws an agreement on a page that showed a version of the person's choices: what was recorded or withdrawn since stops it.
#[crate::boxed]
pub async fn withdraw_as_seen(
    desk: &Desk,
    order: OrderId,
    patient: PatientId,
    seen: Option<u64>,
    withdrawal: Withdrawal,
) -> ServiceResult<()> {
    let permit = desk.permit(Action::RecordChoice, order).await?;
    withdraw_as(desk, &permit, order, (patient, seen), withdrawal).await
}

/// Whose choices changed since they were shown.
fn of_whom(demographics: &Demographics) -> String {
    format!("The choices of {}", demographics.full_name())
}

pub(crate) async fn withdraw_as(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    (patient, seen): (PatientId, Option<u64>),
    Withdrawal { what, from, reason }: Withdrawal,
) -> ServiceResult<()> {
    let loaded = desk.service.store.load::<Choice>(permit, stream(patient)).await?;
    as_shown(&of_whom(&people::patients::demographics(desk, permit, patient).await?), seen, loaded.sequence)?;
    let mut change = Change { reason: reason.clone(), ..Change::default() };
    change.add(&loaded, &choice::withdraw(&loaded.state, order, what, from, reason, desk.today())?);
    change.links.push((order, stream(patient)));
    desk.commit(permit, change).await
}

/// A person's choices as they stand.
#[crate::boxed]
pub async fn choice(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<Choice> {
    Ok(desk.service.store.load::<Choice>(permit, stream(patient)).await?.state)
}

/// When a person's choices were last recorded, if they were.
#[crate::boxed]
pub async fn last_written(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<Option<Written>> {
    for entry in desk.service.store.stream(permit, &stream(patient)).await?.iter().rev() {
        if matches!(entry.read::<Event>()?, Event::Recorded(_)) {
            return Ok(Some(Written { at: entry.at, by: entry.actor[2].clone() }));
        }
    }
    Ok(None)
}

/// Whether a person's choices allow a use today, over all records of the person.
pub(crate) async fn receipt(desk: &Desk, permit: &Permit, patient: PatientId, requested: Use) -> ServiceResult<Receipt> {
    receipt_on(desk, permit, patient, requested, desk.today()).await
}

/// The same from the choices as they stood at the end of a day.
pub(crate) async fn receipt_on(desk: &Desk, permit: &Permit, patient: PatientId, requested: Use, on: Date) -> ServiceResult<Receipt> {
    let (mut receipts, before) = (Vec::new(), end_of(on));
    for record in people::patients::records(desk, permit, patient).await? {
        let mut choice = Choice::default();
        for entry in desk.service.store.stream(permit, &stream(record)).await?.iter().filter(|e| e.at < before) {
            choice = choice.apply(&entry.read()?);
        }
        receipts.push(policy::evaluate(&choice, requested, on));
    }
    Ok(policy::strictest(receipts, requested, on))
}

/// The same, for a use that is about to be made: the decision is written to the audit.
#[crate::boxed]
pub async fn decide_use(desk: &Desk, permit: &Permit, patient: PatientId, requested: Use) -> ServiceResult<Receipt> {
    let receipt = receipt(desk, permit, patient, requested).await?;
    let wording = receipt.wording.as_deref().unwrap_or("none");
    let message =
        format!("{}: {} (wording {wording}, version {} of the choice)", requested.purpose().label(), receipt.why, receipt.version);
    desk.service.store.note(&desk.staff, "Use", &patient.stream(), &message, receipt.allowed, desk.now()).await?;
    Ok(receipt)
}

/// What stands against an order that works on what an earlier one left: that order must be the patient's own, and everybody's
/// agreement to it must still stand.
pub(crate) async fn earlier_faults(desk: &Desk, purpose: &purpose::Purpose, proband: &PersonForm) -> ServiceResult<Vec<Refusal>> {
    let Some(number) = purpose.earlier_order() else { return Ok(vec![]) };
    let refuse = |message: String| Ok(vec![Refusal::new("earlier_order", message)]);
    let Some(view) = desk.service.store.order_by_number(&number.trim().to_uppercase()).await? else {
        return refuse(format!("No order has the number {number}; it looks like OG-1A2B3-C4D5E"));
    };
    let permit = match desk.permit(Action::ReadOrder, view.id).await {
        Ok(permit) => permit,
        Err(ServiceError::Denied(_)) => {
            return refuse(format!("{number} was placed by another organisation; ask it to place this order"));
        }
        Err(other) => return Err(other),
    };
    let before = people::patients::demographics(desk, &permit, view.patient_id).await?;
    let known = people::patients::numbers(desk, &permit, view.patient_id).await?;
    if !matching::is_named(&before, &known, &Named::new(&proband.demographics, &proband.numbers)) {
        return refuse(format!("{number} is not an order of {}; check the number", proband.demographics.full_name()));
    }
    let mut refusals = Vec::new();
    if purpose.uses_earlier_data() {
        for person in desk.status(&permit, view.id).await?.order.request.map(|r| r.people).unwrap_or_default() {
            let receipt = decide_use(desk, &permit, person.patient, Use::Test(view.id)).await?;
            if !receipt.allowed {
                let message = format!("The data of {} cannot be looked at again: {}", person.name, receipt.why.to_lowercase());
                refusals.push(Refusal::new("earlier_order", message));
            }
        }
    }
    Ok(refusals)
}

/// What recording a discussion with a person of a family comes to.
pub(crate) fn decide(
    discussion: Discussion<Relationship>,
    person: &Participant,
    people: &[Participant],
    demographics: &Demographics,
    today: Date,
) -> Result<Vec<Event>, Refusals> {
    let parents = parents(person, people);
    let discussion = discussion.with_parent(|by| people.iter().find(|p| p.relationship == by).map(|p| p.patient)).ok_or_else(|| {
        Refusals::one("category", "The parent who is said to choose is not part of this order; add them, or say who else chooses")
    })?;
    choice::record(discussion, &ChoiceContext { person: demographics, parents: &parents, today })
}

/// Parents of a person of an order, as far as the order tells.
pub(crate) fn parents(person: &Participant, people: &[Participant]) -> Vec<PatientId> {
    let of_parents = matches!(person.relationship, Relationship::Proband | Relationship::Sibling);
    people.iter().filter(|p| of_parents && p.relationship.is_parent()).map(|p| p.patient).collect()
}
