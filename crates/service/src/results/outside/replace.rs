//! Which result of a laboratory is in the place of which, among those that came under its numbers.

use super::{doubt::is_of, find::Target};
use crate::{Desk, ServiceResult};
use access::Permit;
use care::{
    OrderId, OutsideResultId, Refusals,
    ordering::status::Status,
    results::outside::{
        self, Arrival, Command, Event, FiledBy, OutsideResult, Received, ResultStatus, State, Succession, decide, succession,
    },
};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use store::{Change, Loaded, Store};

/// A result that came before.
pub(super) type Known = (OutsideResultId, Loaded<OutsideResult>);

/// The identifier of a result: the same content of the same system is the same result, however often it is sent. When it was
/// issued and by which message is not what it says.
pub(super) fn id_of(received: &Received) -> OutsideResultId {
    digest(&content(received))
}

/// The identifier of a result that says again what was superseded meanwhile, and was issued later.
pub(super) fn id_of_reissue(received: &Received) -> OutsideResultId {
    digest(&serde_json::json!([content(received), received.version.issued]))
}

fn content(received: &Received) -> serde_json::Value {
    serde_json::json!([
        received.client,
        received.number,
        received.filler,
        received.person,
        received.test,
        received.status,
        received.values,
        received.documents,
    ])
}

fn digest(content: &serde_json::Value) -> OutsideResultId {
    let digest = Sha256::digest(content.to_string());
    let bytes = std::array::from_fn(|index| digest[index]);
    OutsideResultId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Whether a result says again what was superseded meanwhile, and was certainly issued after that: it is another one than it.
pub(super) fn is_reissue(known: &OutsideResult, received: &Received) -> bool {
    let is_superseded = matches!(known.state, State::Superseded { .. });
    let is_later = |before: &Received| received.version.compare_issued(&before.version) == Some(Ordering::Greater);
    is_superseded && known.received.as_deref().is_some_and(is_later)
}

/// The results under the numbers of a result: its own, that of the document whose place it takes, and on an order those that take the
/// place of a document.
pub(super) async fn numbered(
    store: &Store,
    permit: &Permit,
    received: &Received,
    target: Option<&Target>,
) -> ServiceResult<Vec<OutsideResultId>> {
    let mut ids = store.outside_with_filler(permit, received.client, &received.filler).await?;
    if !received.replaces.is_empty() && received.replaces != received.filler {
        ids.extend(store.outside_with_filler(permit, received.client, &received.replaces).await?);
    }
    let further = target.into_iter().flat_map(|target| &target.replacing).filter(|id| !ids.contains(id)).copied().collect::<Vec<_>>();
    ids.extend(further);
    Ok(ids)
}

/// Of the results under the numbers of a laboratory, those of the same work that nobody refused or moved: of the same test; or all
/// where a single one of them is live and came with an earlier message, since a name may be written otherwise.
pub(super) fn of_same_work<'k>(known: &'k [Known], received: &Received, in_this_message: &[OutsideResultId]) -> Vec<&'k Known> {
    let is = |(_, loaded): &Known, test: fn(&Received, &Received) -> bool| {
        loaded.state.received.as_deref().is_some_and(|other| test(other, received))
    };
    let is_current = |(_, loaded): &Known| loaded.state.is_live() || matches!(loaded.state.state, State::Superseded { .. });
    let mut found: Vec<&Known> = known.iter().filter(|one| is_current(one) && is(one, Received::is_numbered_as)).collect();
    let live: Vec<OutsideResultId> = found.iter().filter(|(_, loaded)| loaded.state.is_live()).map(|(id, _)| *id).collect();
    let is_alone = matches!(live[..], [id] if !in_this_message.contains(&id));
    if !is_alone {
        found.retain(|one| is(one, |one, other| one.test == other.test));
    }
    found
}

/// Those of the same work that are of an order, as the rule of succession looks at them.
pub(super) fn of_order<'k>(same: &[&'k Known], received: &Received, order: OrderId) -> Vec<outside::Earlier<'k, OutsideResultId>> {
    same.iter().copied().filter(|(_, loaded)| is_of(&loaded.state, order, received)).filter_map(as_earlier).collect()
}

fn as_earlier((id, loaded): &Known) -> Option<outside::Earlier<'_, OutsideResultId>> {
    let received = loaded.state.received.as_deref()?;
    Some(outside::Earlier { key: *id, received, is_live: loaded.state.is_live(), is_filed: loaded.state.filed.is_some() })
}

/// Once a result is filed, nobody has to check or file what it replaces; one that was released stays until the new one is released
/// too. Where a later one is in force, it is superseded itself.
pub(super) fn supersede_unreleased(
    desk: &Desk,
    change: &mut Change,
    id: OutsideResultId,
    arrival: &Arrival<OutsideResultId>,
    known: &[Known],
) -> ServiceResult<()> {
    match arrival {
        Arrival::Superseded { by } => change.more(&id.stream(), &[Event::Superseded { by: *by }]),
        Arrival::Unclear { .. } => {}
        Arrival::InForce { replaces } => {
            for (_, loaded) in known.iter().filter(|(other, loaded)| replaces.contains(other) && !loaded.state.is_released()) {
                change.add(loaded, &decide(&loaded.state, Command::Supersede { by: id }, &desk.staff, desk.now())?);
            }
        }
    }
    Ok(())
}

/// Supersedes what was released before of the same work on the order; says whether any of it answered the order.
pub(super) async fn supersede_released(
    desk: &Desk,
    permit: &Permit,
    change: &mut Change,
    (id, received): (OutsideResultId, &Received),
    status: &Status,
) -> ServiceResult<bool> {
    let is_by_hand = status.outside_results().any(|(other, result)| *other == id && is_by_hand(result));
    let mut known = Vec::new();
    for (other, result) in status.outside_results().filter(|(other, result)| *other != id && result.is_released()) {
        if result.is_live() {
            known.push((*other, desk.service.store.load::<OutsideResult>(permit, other.stream()).await?));
        }
    }
    let mut is_answer = false;
    for (_, loaded) in of_same_work(&known, received, &[]) {
        let is_replaced = match loaded.state.received.as_deref().map(|other| succession(received, other)) {
            Some(Succession::Replaces) => true,
            Some(Succession::Unclear) => is_by_hand,
            Some(Succession::GivesWay | Succession::Beside) | None => false,
        };
        if !is_replaced {
            continue;
        }
        is_answer |= loaded.state.status().is_some_and(ResultStatus::is_answer);
        change.add(loaded, &decide(&loaded.state, Command::Supersede { by: id }, &desk.staff, desk.now())?);
    }
    Ok(is_answer)
}

/// Somebody said that it is in force on its order.
fn is_by_hand(result: &OutsideResult) -> bool {
    result.filed.as_ref().is_some_and(|filed| matches!(filed.how, FiledBy::Hand { .. } | FiledBy::Moved { .. }))
}

/// Refuses to check a result while a later one of the same work is in force on the order: two messages may come at once.
pub(super) fn none_is_later(status: &Status, (id, received): (OutsideResultId, &Received)) -> Result<(), Refusals> {
    let is_later = |other: &Received| {
        other.is_numbered_as(received) && other.test == received.test && succession(received, other) == Succession::GivesWay
    };
    let live = status.outside_results().filter(|(other, result)| *other != id && result.is_live());
    let Some(later) = live.filter_map(|(_, result)| result.received.as_deref()).find(|other| is_later(other)) else { return Ok(()) };
    let (what, when) = (later.status.label().to_lowercase(), later.version.label());
    let message = format!("A later result of the same work is on this order ({what}, {when}), so that this one is not released: refuse it");
    Err(Refusals::one("check", message))
}
