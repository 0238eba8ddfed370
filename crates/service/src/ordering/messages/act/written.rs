//! When messages were written: they overtake one another, and an older one ends or changes nothing that a newer one stated.

use crate::{
    Desk, ServiceResult,
    intent::Intent,
    ordering::{self, messages::sender},
};
use access::Action;
use care::{
    OrderId,
    ordering::{
        client::Client,
        order::{Command, Order},
    },
};
use jiff::{SignedDuration, Timestamp};

/// How far ahead a time may be that says no zone: local time is at the most so far ahead of UTC. Source: IANA time zone database,
/// Pacific/Kiritimati.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(14);

/// Whether a message can have been written at a time. A clock that goes wrong by more says nothing of what came first.
pub(crate) fn can_be(stated_at: Timestamp, now: Timestamp) -> bool {
    stated_at.duration_since(now) <= AHEAD_MAX
}

/// Remembers when a message was written that stated or changed an order, if the order does not say it yet.
pub(super) async fn remember(
    desk: &Desk,
    client: &Client,
    intent: &mut Intent,
    (id, stated_at): (OrderId, Option<Timestamp>),
) -> ServiceResult<()> {
    // An order that is placed just now has it from its request.
    let (Some(stated_at), Some(view)) = (stated_at, desk.service.store.order_view(id).await?) else { return Ok(()) };
    let desk = sender::of_order(desk, client, &view.requester);
    let permit = desk.permit(Action::ReadOrder, id).await?;
    let order = intent.load::<Order>(&desk, &permit, id.stream()).await?.state;
    if order.stated_at >= Some(stated_at) {
        return Ok(());
    }
    ordering::orders::change_in(&desk, intent, id, Command::Restate { stated_at }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_no_clock_of_the_world_shows_yet_says_nothing() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().expect("a time");
        for (stated_at, expected) in [("1999-01-01T00:00:00Z", true), ("2026-12-01T02:00:00Z", true), ("2026-12-01T02:00:01Z", false)] {
            assert_eq!(can_be(stated_at.parse().expect("a time"), now), expected, "{stated_at}");
        }
    }
}
