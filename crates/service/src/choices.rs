//! Recording what each person chose.

use crate::{Desk, ServiceResult, desk::today};
use access::Action;
use care::{
    OrderId, PatientId, Refusals,
    choice::{self, Choice, Discussion, Event, Purpose, Standing},
    family::{Participant, Relationship},
    patient::Demographics,
};
use jiff::civil::Date;
use store::Change;

impl Desk {
    /// Records a discussion with a person of an order; a parent who chooses is named by relationship to the proband.
    pub async fn record_choice(&self, patient: PatientId, discussion: Discussion<Relationship>) -> ServiceResult<()> {
        let order = discussion.order;
        let permit = self.permit(Action::RecordChoice, order).await?;
        let people = self.status(&permit, order).await?.order.request.map(|r| r.people).unwrap_or_default();
        let Some(person) = people.iter().find(|p| p.patient == patient) else {
            return Err(Refusals::one("person", "This person is not part of the order").into());
        };
        let demographics = self.demographics(&permit, patient).await?;
        let events = decide(discussion, person, &people, &demographics)?;
        let loaded = self.service.store.load::<Choice>(&permit, stream(patient)).await?;
        let mut change = Change::default();
        change.add(&loaded, &events);
        change.links.push((order, stream(patient)));
        self.commit(&permit, order, change).await
    }

    /// Withdraws an agreement.
    pub async fn withdraw_choice(
        &self,
        order: OrderId,
        patient: PatientId,
        what: Purpose,
        from: Date,
        reason: String,
    ) -> ServiceResult<()> {
        let permit = self.permit(Action::RecordChoice, order).await?;
        let loaded = self.service.store.load::<Choice>(&permit, stream(patient)).await?;
        let mut change = Change { reason: reason.clone(), ..Change::default() };
        change.add(&loaded, &choice::withdraw(&loaded.state, what, from, reason)?);
        self.commit(&permit, order, change).await
    }
}

/// What recording a discussion with a person of a family comes to.
pub(crate) fn decide(
    discussion: Discussion<Relationship>,
    person: &Participant,
    people: &[Participant],
    demographics: &Demographics,
) -> Result<Vec<Event>, Refusals> {
    let of_parents = matches!(person.relationship, Relationship::Proband | Relationship::Sibling);
    let parents: Vec<PatientId> = people.iter().filter(|p| of_parents && p.relationship.is_parent()).map(|p| p.patient).collect();
    let discussion = discussion.with_parent(|by| people.iter().find(|p| p.relationship == by).map(|p| p.patient)).ok_or_else(|| {
        Refusals::one("category", "The parent who is said to choose is not part of this order; add them, or say who else chooses")
    })?;
    choice::record(discussion, &Standing { person: demographics, parents: &parents, today: today() })
}

/// Stream of a person's choices.
pub(crate) fn stream(patient: PatientId) -> String {
    format!("choice/{patient}")
}
