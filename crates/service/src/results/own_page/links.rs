//! How the people of an order get to a page on which its result can be read: the links that were made for them, and whether they used them.

use super::progress::whose;
use crate::{Desk, ServiceResult, people};
use access::{Action, Permit};
use care::{
    Fold, OrderId, PatientId,
    event::StreamKind,
    ordering::family::Relationship,
    results::invitation::{Event, Invitation},
};
use jiff::Timestamp;

/// Somebody on whose own page the result of an order can be read once it is released, and their links.
pub struct PersonLinks {
    /// Who.
    pub patient: PatientId,
    /// Name, unless it may not be shown.
    pub name: String,
    /// How they are related to the patient; nothing of the patient.
    pub relationship: Option<Relationship>,
    /// Their links of this order, the latest first.
    pub links: Vec<SentLink>,
}

/// A link that was made. Its secret was shown once, to whoever made it, and is kept nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentLink {
    /// When it was made.
    pub made: Timestamp,
    /// Who made it.
    pub by: String,
    /// Until when it opens.
    pub until: Timestamp,
    /// When it was opened last.
    pub opened: Option<Timestamp>,
    /// Whether it opens now.
    pub state: LinkState,
}

/// Whether a link opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkState {
    /// It opens.
    Open,
    /// Its time is over.
    Ended,
    /// It was closed, after wrong dates of birth.
    Closed,
}

impl PersonLinks {
    /// When any of their links was opened last.
    pub fn opened(&self) -> Option<Timestamp> {
        self.links.iter().filter_map(|link| link.opened).max()
    }
}

/// Everybody on whose page the result of an order can be read, with their links, for whoever may read its report.
#[crate::boxed]
pub async fn links(desk: &Desk, order: OrderId) -> ServiceResult<Vec<PersonLinks>> {
    let permit = desk.permit(Action::ReadReport, order).await?;
    links_by(desk, &permit, order).await
}

/// The same by a permit that opens the order.
pub(crate) async fn links_by(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Vec<PersonLinks>> {
    let status = desk.status(permit, order).await?;
    let sent = sent(desk, permit, order).await?;
    let members = status.order.request.as_ref().map(|request| request.people.clone()).unwrap_or_default();
    let mut found = Vec::new();
    for person in &members {
        let is_reader = whose(desk, permit, person.patient, &status).await?.is_some_and(|whose| whose.is_theirs());
        // A child has no page: a parent reads for it.
        if !is_reader || people::patients::demographics(desk, permit, person.patient).await?.is_child(desk.today()) {
            continue;
        }
        found.push(PersonLinks {
            patient: person.patient,
            name: people::restriction::name_for(desk, person.patient, &person.name).await?,
            relationship: Some(person.relationship).filter(|relationship| *relationship != Relationship::Proband),
            links: sent.iter().rev().filter(|(patient, _)| *patient == person.patient).map(|(_, link)| link.clone()).collect(),
        });
    }
    Ok(found)
}

/// Every link that was made for an order, in the order in which they were made, with whom it is for.
async fn sent(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Vec<(PatientId, SentLink)>> {
    let mut found = Vec::new();
    for stream in desk.service.store.order_streams(permit, order, StreamKind::Invitation).await? {
        let (mut invitation, mut made, mut opened) = (Invitation::default(), None, None);
        for entry in desk.service.store.stream(permit, &stream).await? {
            let event: Event = entry.read()?;
            match event {
                Event::Sent(_) => made = Some(entry.at),
                Event::Opened => opened = Some(entry.at),
                Event::Failed | Event::Closed { .. } => {}
            }
            invitation = invitation.apply(&event);
        }
        let (Some(sent), Some(made)) = (&invitation.sent, made) else { continue };
        let state = match (invitation.closed, invitation.opens(desk.now())) {
            (true, _) => LinkState::Closed,
            (false, Some(_)) => LinkState::Open,
            (false, None) => LinkState::Ended,
        };
        let link = SentLink { made, by: sent.by.name.clone(), until: sent.until, opened, state };
        found.push((sent.patient, link));
    }
    Ok(found)
}
