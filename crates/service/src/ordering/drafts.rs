//! Drafts: saved with every step, found by colleagues, never written over by two people at once.

use crate::{Desk, ServiceError, ServiceResult, people::restriction};
use access::{Action, Permit};
use care::{
    NhsNumber, OrderId,
    ordering::draft::{self, Draft, Event},
};
use serde::Deserialize;
use store::{Change, DraftLine, Loaded, Paged, projection::RESTRICTED};

/// Saves the answers so far. `seen` is how often the draft had been saved when these answers were begun from; returns how
/// often it has been now. Somebody else's later answers are never written over.
#[crate::boxed]
pub async fn save(desk: &Desk, order: OrderId, seen: u64, title: String, content: String) -> ServiceResult<u64> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let loaded = desk.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
    if loaded.state.ended {
        return Err(ServiceError::Conflict("This order has been sent or discarded meanwhile. Your list shows what was sent".into()));
    }
    if loaded.sequence != seen {
        let who = loaded.state.by.map_or_else(String::new, |staff| staff.name);
        return Err(ServiceError::Conflict(format!(
            "{who} saved this draft after you opened it, so your last page was not saved. Go on from theirs: it stands among the drafts on your first page"
        )));
    }
    if loaded.state.content == content {
        return Ok(seen);
    }
    let mut change = Change::default();
    change.add(&loaded, &[Event::Saved { title, content, by: desk.staff.clone() }]);
    desk.service.store.commit(&permit, change, desk.now()).await?;
    Ok(seen + 1)
}

/// A page of the drafts of the organisation, latest first. A draft for somebody whose record is restricted to others says nothing of them.
#[crate::boxed]
pub async fn list(desk: &Desk, page: u64) -> ServiceResult<Paged<DraftLine>> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let store = &desk.service.store;
    let mut drafts = store.drafts(&permit, page).await?;
    let streams: Vec<String> = drafts.lines.iter().map(|line| draft::stream(line.order)).collect();
    let saved = store.load_all::<Draft>(&permit, &streams).await?;
    for line in &mut drafts.lines {
        if let Some(draft) = saved.get(&draft::stream(line.order))
            && is_hidden(desk, &permit, draft).await?
        {
            RESTRICTED.clone_into(&mut line.title);
        }
    }
    Ok(drafts)
}

/// What is read of the answers of a draft: by which NHS numbers its people are known.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answers {
    people: Vec<Typed>,
}

/// Somebody in a draft, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    nhs_number: String,
}

/// Whether a draft is kept from this desk: the record of somebody in it is restricted to others.
async fn is_hidden(desk: &Desk, permit: &Permit, draft: &Draft) -> ServiceResult<bool> {
    let answers: Answers = serde_json::from_str(&draft.content).unwrap_or_default();
    let numbers: Vec<NhsNumber> = answers.people.iter().filter_map(|person| person.nhs_number.parse().ok()).collect();
    for number in numbers {
        if let Some(patient) = desk.service.store.patient_by_nhs_number(permit, number).await?
            && restriction::is_name_hidden(desk, patient).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A draft of the organisation, and how often it has been saved. One for somebody whose record is restricted to others is refused.
#[crate::boxed]
pub async fn find(desk: &Desk, order: OrderId) -> ServiceResult<(Draft, u64)> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let loaded = load_own(desk, &permit, order).await?;
    Ok((loaded.state, loaded.sequence))
}

/// A draft of the organisation, that was neither sent nor discarded, and that this desk may see.
async fn load_own(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Loaded<Draft>> {
    if !desk.service.store.is_own_draft(permit, order).await? {
        return Err(ServiceError::NotFound("draft"));
    }
    let loaded = desk.service.store.load::<Draft>(permit, draft::stream(order)).await?;
    if is_hidden(desk, permit, &loaded.state).await? {
        return Err(restriction::refusal().into());
    }
    Ok(loaded)
}

/// Discards a draft as it was shown, when it had been saved so often: what somebody saved since is never thrown away unseen.
#[crate::boxed]
pub async fn discard(desk: &Desk, order: OrderId, seen: u64) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let loaded = load_own(desk, &permit, order).await?;
    if loaded.sequence != seen {
        let who = loaded.state.by.map_or_else(|| "Somebody".into(), |staff| staff.name);
        let message = format!("{who} saved this draft after you opened it, so it was not discarded. Look at it again on your first page");
        return Err(ServiceError::Conflict(message));
    }
    let mut change = Change::default();
    change.add(&loaded, &[Event::Ended { sent: false }]);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Ends a draft that was sent.
#[crate::boxed]
pub async fn end(desk: &Desk, order: OrderId) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let loaded = desk.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
    if loaded.sequence == 0 || loaded.state.ended {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &[Event::Ended { sent: true }]);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}
