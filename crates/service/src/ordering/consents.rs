//! Consents that a hospital keeps and states with an order: what ends by them, what is recorded, and what a person is told of it.

use crate::{Desk, OrderForm, ServiceResult, intent::Intent};
use access::{Action, Permit};
use care::{
    OrderId, PatientId, Role,
    ordering::choice::{
        Choice, Event, Purpose,
        restated::{Refused, Restated, Statement, restate},
        stream,
    },
};
use jiff::{civil::Date, tz::TimeZone};
use store::{Change, Loaded};

/// What a message states of somebody's consent, beside what they chose.
#[derive(Clone, Debug, Default)]
pub struct StatedConsent {
    /// The day of the form, if it has one.
    pub dated: Option<Date>,
    /// What does not hold any more, each with the reason.
    pub ended: Vec<(Purpose, String)>,
}

impl OrderForm {
    /// What a message states of the consent of a person of the form, by their place; nothing where none is stated.
    pub(crate) fn statement(&self, nth: usize) -> Option<Statement> {
        let person = self.people.get(nth)?;
        let stated = self.enclosed.consents.get(nth).cloned().unwrap_or_default();
        // A form that another organisation keeps names no parent.
        let discussion = person.choice.clone().and_then(|choice| choice.with_parent(|_| None));
        let statement = Statement { order: self.id, discussion, dated: stated.dated, ended: stated.ended };
        (statement.discussion.is_some() || !statement.ended.is_empty()).then_some(statement)
    }
}

/// What a statement about somebody comes to, as their choice stands after the steps of an intent.
pub(crate) async fn restated(
    desk: &Desk,
    permit: &Permit,
    intent: &Intent,
    (patient, statement): (PatientId, Statement),
) -> ServiceResult<(Loaded<Choice>, Restated)> {
    let stream = stream(patient);
    let loaded = intent.load::<Choice>(desk, permit, stream.clone()).await?;
    let mut refused = Refused::none(statement.order);
    for entry in desk.service.store.stream(permit, &stream).await? {
        refused = refused.after(&entry.read()?, entry.at.to_zoned(TimeZone::UTC).date());
    }
    // Who says no in one order of a message is not agreed for in the next one.
    for event in intent.written::<Event>(&stream)? {
        refused = refused.after(&event, desk.today());
    }
    let restated = restate(&loaded.state, statement, &refused, desk.today());
    Ok((loaded, restated))
}

/// Writes what a statement about somebody of an order comes to, as a step of an intent.
pub(crate) async fn restate_in(
    desk: &Desk,
    intent: &mut Intent,
    order: OrderId,
    (patient, statement): (PatientId, Statement),
) -> ServiceResult<()> {
    let permit = desk.permit(Action::RecordChoice, order).await?;
    let (loaded, restated) = restated(desk, &permit, intent, (patient, statement)).await?;
    if restated.events.is_empty() {
        return Ok(());
    }
    let reason = format!("Stated by the hospital's system ({})", desk.staff.name);
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &restated.events);
    change.links.push((order, stream(patient)));
    intent.add(desk, permit, change);
    Ok(())
}

/// Where somebody last withdrew or refused something, in words for another organisation: who of the staff wrote it down is not said.
pub(crate) async fn refused_by(
    desk: &Desk,
    permit: &Permit,
    patient: PatientId,
    (order, what): (OrderId, Purpose),
) -> ServiceResult<Option<String>> {
    let (mut refused, mut by) = (Refused::none(order), None);
    for entry in desk.service.store.stream(permit, &stream(patient)).await? {
        let before = refused.since(what);
        refused = refused.after(&entry.read()?, entry.at.to_zoned(TimeZone::UTC).date());
        let [_, role, _, organisation] = &entry.actor;
        match refused.since(what) {
            None => by = None,
            since if since == before => {}
            Some(_) if role == Role::Patient.as_str() => by = Some("by themselves, on their own page".to_owned()),
            Some(_) => by = Some(format!("by the organisation {organisation}")),
        }
    }
    Ok(by)
}

/// What a sender is told of the consent of one person.
pub(crate) fn notes(who: &str, restated: &Restated) -> Vec<String> {
    let ended = restated.ended.iter().map(|(what, why)| format!("{who}: agreement to {} ends today: {why}", what.label()));
    let kept = restated.kept.iter().map(|(what, day)| {
        format!(
            "{who}: {} was refused or withdrawn here on {day}, and the consent that you sent is not dated after that. It is not agreed to \
             again: record the discussion on the order",
            what.label()
        )
    });
    ended.chain(kept).collect()
}
