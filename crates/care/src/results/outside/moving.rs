//! A result that stands on a wrong order is moved by two people: it ends there, with everything that was done with it, and begins
//! anew on the right one, where two check it again. Nothing is overwritten.

use super::{Candidate, Command, Event, Filed, FiledBy, HandFiling, OutsideResult, Placement, decide, fit, stated};
use crate::{OrderId, OutsideResultId, Refusals, Staff};
use jiff::Timestamp;

/// Says on which other order a result belongs: somebody compared its person with the patient there.
pub fn propose_move(
    result: &OutsideResult,
    order: OrderId,
    candidate: &Candidate,
    filing: &HandFiling,
    by: &Staff,
) -> Result<Vec<Event>, Refusals> {
    let (Some(filed), Some(received)) = (&result.filed, &result.received) else {
        return Err(Refusals::one("result", "This result is on no order yet: file it instead"));
    };
    if !result.is_live() {
        let message = format!("This cannot be done now: the result is {}", result.state.label().to_lowercase());
        return Err(Refusals::one("result", message));
    }
    if let Some(first) = &result.moving {
        let message = format!("It waits already to be moved to {}; confirm that, or withdraw it first", first.number);
        return Err(Refusals::one("result", message));
    }
    if filed.order == order && filed.relative == candidate.relative {
        return Err(Refusals::one("number", format!("The result stands there already: {}", filed.number)));
    }
    let reason = stated(&filing.reason, "Say why the result belongs on the other order")?;
    let differs = fit::by_hand(candidate, received, filing.is_person_confirmed)?;
    let how = FiledBy::Hand { by: Box::new(by.clone()), reason, differs };
    Ok(vec![Event::MoveProposed(Box::new(candidate.filed(order, how)))])
}

/// Somebody else agrees: the result ends where it stood. Its copy is received on the other order by [`moved_from`].
pub fn confirm_move(
    result: &OutsideResult,
    candidate: &Candidate,
    to: OutsideResultId,
    by: &Staff,
    at: Timestamp,
) -> Result<Vec<Event>, Refusals> {
    let (Some(moving), Some(received), true) = (&result.moving, &result.received, result.is_live()) else {
        return Err(Refusals::one("result", "Nobody has asked to move this result"));
    };
    let FiledBy::Hand { by: first, reason, differs } = &moving.how else {
        return Err(Refusals::one("result", "Nobody has asked to move this result"));
    };
    if first.id == by.id {
        return Err(Refusals::one("confirm", "You asked for this move; somebody else must compare both and confirm it"));
    }
    // The order may have changed since: the person is compared again.
    if fit::by_hand(candidate, received, true)? != *differs {
        return Err(Refusals::one(
            "confirm",
            "The patient of the other order has changed since; withdraw the move, and compare both again",
        ));
    }
    Ok(vec![Event::Moved { to, by: by.clone(), at, reason: reason.clone() }])
}

/// The result as it begins on the order that it was moved to.
pub fn moved_from(result: &OutsideResult, from: OutsideResultId, confirmed: &Staff, at: Timestamp) -> Result<Vec<Event>, Refusals> {
    let (Some(moving), Some(received)) = (&result.moving, &result.received) else {
        return Err(Refusals::one("result", "Nobody has asked to move this result"));
    };
    let FiledBy::Hand { by, reason, .. } = &moving.how else {
        return Err(Refusals::one("result", "Nobody has asked to move this result"));
    };
    let how = FiledBy::Moved { from, by: by.clone(), confirmed: Box::new(confirmed.clone()), reason: reason.clone() };
    let placement = Placement::On(Filed { how, ..(**moving).clone() });
    decide(&OutsideResult::default(), Command::Receive { received: received.clone(), placement }, confirmed, at)
}
