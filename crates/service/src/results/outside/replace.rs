//! Which result of a laboratory stands in the place of which.

use crate::{Desk, ServiceResult};
use access::Permit;
use care::{
    OrderId, OutsideResultId,
    ordering::status::Status,
    results::outside::{Command, Event, OutsideResult, Received, ResultStatus, decide},
};
use sha2::{Digest, Sha256};
use store::{Change, Loaded};

/// An earlier result of the same work.
pub(super) type Earlier = (OutsideResultId, Loaded<OutsideResult>);

/// The identifier of a result: the same content of the same system is the same result, however often it is sent. When it was
/// issued and by which message is not what it says.
pub(super) fn id_of(received: &Received) -> OutsideResultId {
    let content = serde_json::json!([
        received.client,
        received.number,
        received.filler,
        received.person,
        received.test,
        received.status,
        received.values,
        received.documents,
    ]);
    let digest = Sha256::digest(content.to_string());
    let bytes = std::array::from_fn(|index| digest[index]);
    OutsideResultId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Of the results under one number of a laboratory, those of the same work that still stand: of the same test; or the only one
/// there is, if it came with an earlier message, since a name may be written otherwise.
pub(super) fn of_same_work(mut earlier: Vec<Earlier>, received: &Received, in_this_message: &[OutsideResultId]) -> Vec<Earlier> {
    let is = |loaded: &Loaded<OutsideResult>, test: fn(&Received, &Received) -> bool| {
        loaded.state.received.as_ref().is_some_and(|other| test(other, received))
    };
    let is_numbered =
        |one: &Received, other: &Received| one.filler == other.filler || (one.filler == other.replaces && !one.filler.is_empty());
    earlier.retain(|(_, loaded)| {
        loaded.state.received.as_ref().is_some_and(|other| other.client == received.client && is_numbered(other, received))
    });
    earlier.retain(|(_, loaded)| loaded.state.is_live());
    let is_alone = earlier.len() == 1 && !in_this_message.contains(&earlier[0].0);
    if !is_alone {
        earlier.retain(|(_, loaded)| is(loaded, |one, other| one.test == other.test));
    }
    earlier
}

/// Once a result is filed, nobody has to check or file an earlier one of the same work; one that was released stands until the
/// new one is released too. What comes late and is only preliminary is superseded itself.
pub(super) fn supersede_unreleased(
    desk: &Desk,
    change: &mut Change,
    (id, received): (OutsideResultId, &Received),
    order: OrderId,
    earlier: &[Earlier],
) -> ServiceResult<()> {
    let of_order: Vec<&Earlier> = earlier.iter().filter(|(_, loaded)| is_of(loaded, order, received)).collect();
    let is_later = |(_, loaded): &&&Earlier| loaded.state.status().is_some_and(|status| status != ResultStatus::Preliminary);
    if received.status == ResultStatus::Preliminary
        && let Some((by, _)) = of_order.iter().find(is_later)
    {
        change.more(&id.stream(), &[Event::Superseded { by: *by }]);
        return Ok(());
    }
    for (_, loaded) in of_order {
        if !loaded.state.is_released() {
            change.add(loaded, &decide(&loaded.state, Command::Supersede { by: id }, &desk.staff, desk.now())?);
        }
    }
    Ok(())
}

/// Whether an earlier result is of the same order. One that is on none is of the person whom it names: two systems of one laboratory
/// may give the same number to the work of two people.
fn is_of(earlier: &Loaded<OutsideResult>, order: OrderId, received: &Received) -> bool {
    match (&earlier.state.filed, &earlier.state.received) {
        (Some(filed), _) => filed.order == order,
        (None, Some(other)) => other.person.is_same(&received.person),
        (None, None) => false,
    }
}

/// Supersedes what was released before of the same work on the order; says whether any of it answered the order.
pub(super) async fn supersede_released(
    desk: &Desk,
    permit: &Permit,
    change: &mut Change,
    (id, received): (OutsideResultId, &Received),
    status: &Status,
) -> ServiceResult<bool> {
    let mut earlier = Vec::new();
    for (other, result) in status.outside_results().filter(|(other, result)| *other != id && result.is_released()) {
        if result.is_live() {
            earlier.push((*other, desk.service.store.load::<OutsideResult>(permit, other.stream()).await?));
        }
    }
    let mut is_answer = false;
    for (_, loaded) in of_same_work(earlier, received, &[]) {
        is_answer |= loaded.state.status().is_some_and(ResultStatus::is_answer);
        change.add(&loaded, &decide(&loaded.state, Command::Supersede { by: id }, &desk.staff, desk.now())?);
    }
    Ok(is_answer)
}
