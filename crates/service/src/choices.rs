//! Recording what each person chose.

use crate::{Desk, ServiceResult, desk::today};
use access::Action;
use care::{
    OrderId, PatientId, Refusals,
    choice::{self, Choice, Discussion, Purpose, Standing},
    family::Relationship,
};
use jiff::civil::Date;
use store::Change;

impl Desk {
    /// Records a discussion with a person of an order.
    pub async fn record_choice(&self, patient: PatientId, discussion: Discussion) -> ServiceResult<()> {
        let order = discussion.order;
        let permit = self.permit(Action::RecordChoice, order).await?;
        let status = self.status(&permit, order).await?;
        let people = status.order.request.iter().flat_map(|r| &r.people).collect::<Vec<_>>();
        let Some(person) = people.iter().find(|p| p.patient == patient) else {
            return Err(Refusals::one("person", "This person is not part of the order").into());
        };
        let is_parent = |r: Relationship| matches!(r, Relationship::Mother | Relationship::Father);
        let of_parents = matches!(person.relationship, Relationship::Proband | Relationship::Sibling);
        let parents: Vec<PatientId> = people.iter().filter(|p| of_parents && is_parent(p.relationship)).map(|p| p.patient).collect();
        let demographics = self.demographics(&permit, patient).await?;
        let loaded = self.service.store.load::<Choice>(&permit, stream(patient)).await?;
        let standing = Standing { person: &demographics, parents: &parents, today: today() };
        let mut change = Change::default();
        change.add(&loaded, &choice::record(&loaded.state, discussion, &standing)?);
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

/// Stream of a person's choices.
pub(crate) fn stream(patient: PatientId) -> String {
    format!("choice/{patient}")
}
