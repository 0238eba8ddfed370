//! What systems could not be told, for the people who look after them.

use super::{follow, notify::Notification};
use crate::{Desk, ServiceError, ServiceResult, fault::ForLog, results};
use access::{Action, Permit};
use care::{
    Fold, OrderId, Staff, StaffId, SubscriptionId,
    ordering::client::{
        self, Client, Event,
        subscription::{State, Subscription},
    },
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use store::outbox::Waiting;

/// What could not be told.
#[derive(Default)]
pub struct NotTold {
    /// Subscriptions of the organisation's systems that are not reached, or not called any more.
    pub subscriptions: Vec<Failing>,
    /// Orders of the organisation that could not be looked at, to see who is to be told of them.
    pub orders: Vec<NotLookedAt>,
}

/// A subscription that fails.
pub struct Failing {
    /// Whose.
    pub system: Staff,
    /// Which.
    pub subscription: Subscription,
    /// How it is.
    pub state: State,
    /// Since when it is so.
    pub since: Timestamp,
    /// What waits to be told, oldest first.
    pub waiting: Vec<Waiting>,
}

/// An order that could not be looked at.
pub struct NotLookedAt {
    /// Which.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// What asks for it again.
    pub waiting: Waiting,
}

/// After so many attempts an order that cannot be looked at is said to need somebody: within a quarter of an hour or so.
const ATTEMPTS_ALONE: u32 = 4;

impl NotTold {
    /// Nothing is to be seen to.
    pub fn is_empty(&self) -> bool {
        self.subscriptions.is_empty() && self.orders.is_empty()
    }

    /// How many things are to be seen to.
    pub fn len(&self) -> usize {
        self.subscriptions.len() + self.orders.len()
    }
}

impl Failing {
    /// The last answer, or why there was none.
    pub fn answer(&self) -> &str {
        self.waiting.iter().map(|waiting| waiting.failure.as_str()).find(|failure| !failure.is_empty()).unwrap_or(self.state.why())
    }

    /// It is not reached. One whose end has come is off as it was meant to be.
    fn fails(&self, at: Timestamp) -> bool {
        match self.state {
            State::Failing { .. } => true,
            State::Off { .. } => self.subscription.end.is_none_or(|end| end > at),
            State::Requested | State::Active => self.waiting.iter().any(|one| !one.failure.is_empty()),
        }
    }

    /// It is not called any more.
    pub fn is_off(&self) -> bool {
        matches!(self.state, State::Off { .. })
    }
}

impl NotLookedAt {
    /// It will hardly get better alone.
    pub fn needs_somebody(&self) -> bool {
        self.waiting.attempts >= ATTEMPTS_ALONE
    }
}

/// What systems of this organisation could not be told.
#[crate::boxed]
pub async fn not_told(desk: &Desk) -> ServiceResult<NotTold> {
    let permit = desk.permit_general(Action::MendMessage).await?;
    let undelivered = desk.service.store.undelivered().await?;
    let mut found = NotTold::default();
    for Subscriber { system, client, changed } in systems(desk, &permit).await? {
        for (subscription, state) in client.subscriptions {
            let recipient = Notification::recipient(subscription.id);
            let waiting: Vec<Waiting> = undelivered.iter().filter(|one| one.message.recipient == recipient).cloned().collect();
            let since = changed.get(&subscription.id).copied().unwrap_or(subscription.since);
            let one = Failing { system: system.clone(), subscription, state, since, waiting };
            found.subscriptions.extend(Some(one).filter(|one| one.fails(desk.now())));
        }
    }
    for waiting in undelivered {
        let Some(order) = follow::looked_at(&waiting.message.recipient) else { continue };
        if is_own(desk, order).await? {
            let view = desk.service.store.order_view(order).await?;
            let number = view.map_or_else(|| order.to_string(), |view| view.number);
            found.orders.push(NotLookedAt { order, number, waiting });
        }
    }
    Ok(found)
}

/// Has a subscription called at once with what waits for it.
#[crate::boxed]
pub async fn try_again(desk: &Desk, id: SubscriptionId) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::MendMessage).await?;
    let own = systems(desk, &permit).await?;
    if !own.iter().any(|one| one.client.subscription(id).is_some()) {
        return Err(ServiceError::NotFound("subscription"));
    }
    again(desk, &permit, &Notification::recipient(id)).await
}

/// Looks at an order at once that could not be looked at.
#[crate::boxed]
pub async fn look_again(desk: &Desk, order: OrderId) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::MendMessage).await?;
    if !is_own(desk, order).await? {
        return Err(ServiceError::NotFound("order"));
    }
    again(desk, &permit, &follow::Look { order }.recipient()).await
}

async fn again(desk: &Desk, permit: &Permit, recipient: &str) -> ServiceResult<()> {
    desk.service.store.try_at_once(permit, recipient).await?;
    Box::pin(results::deliver::deliver(&desk.service)).await?;
    Ok(())
}

/// A system that ever subscribed to something.
struct Subscriber {
    system: Staff,
    client: Client,
    /// When each of its subscriptions last became what it is.
    changed: BTreeMap<SubscriptionId, Timestamp>,
}

/// The systems of this organisation that ever subscribed to something, and may still ask. One that cannot be read hides no other; why
/// it cannot stands with its orders, which could not be looked at either.
async fn systems(desk: &Desk, permit: &Permit) -> ServiceResult<Vec<Subscriber>> {
    let mut found = Vec::new();
    for id in desk.service.store.subscribers().await? {
        match subscriber(desk, permit, id).await {
            Ok(one) => found.extend(one.filter(|one| one.system.organisation == desk.staff.organisation && !one.client.closed)),
            Err(fault) => tracing::error!("reading what the system {id} subscribed to: {}", fault.for_log()),
        }
    }
    Ok(found)
}

async fn subscriber(desk: &Desk, permit: &Permit, id: StaffId) -> anyhow::Result<Option<Subscriber>> {
    let (mut client, mut changed) = (Client::default(), BTreeMap::new());
    for entry in desk.service.store.stream(permit, &client::stream(id)).await? {
        let event: Event = entry.read()?;
        if let Event::SubscriptionChanged { id, .. } = &event {
            changed.insert(*id, entry.at);
        }
        client = client.apply(&event);
    }
    Ok(client.staff.clone().map(|system| Subscriber { system, client, changed }))
}

/// This organisation has to do with the order.
async fn is_own(desk: &Desk, order: OrderId) -> ServiceResult<bool> {
    let organisations = desk.service.store.organisations_of_order(order).await?;
    Ok(organisations.contains(&desk.staff.organisation.to_string()))
}
