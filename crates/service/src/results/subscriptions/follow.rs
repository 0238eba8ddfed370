//! What changed since the journal was last looked through, and who is to be told of it. Each change is looked at once, whichever of
//! several programs on one database does it: how far the journal was followed and the messages are written together.

use super::{criteria::Criteria, notify::Notification};
use crate::{
    Desk, Service, ServiceError,
    ordering::clients::desk_of_line,
    results::exchange::{Exchanged, exchanged, resources},
};
use access::{Action, Permit};
use care::{
    Fold, OrderId, StaffId, SubscriptionId,
    ordering::{
        client::{
            self, Client, Event,
            subscription::{State, Subscription, change},
        },
        order::Order,
    },
};
use jiff::Timestamp;
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use store::{Change, CommitError, following::Notified, outbox::Message};

/// Events that are looked through at a time.
const WINDOW: u64 = 10_000;

/// A subscription that is looked after.
struct Followed {
    subscription: Subscription,
    criteria: Criteria,
    /// Its place in the journal: what changed before is not told.
    position: u64,
    /// The state of each resource that it has seen.
    seen: BTreeMap<String, String>,
}

/// What a pass found.
#[derive(Default)]
struct Found {
    seen: Vec<Notified>,
    messages: Vec<Message>,
}

/// Looks through what changed, and writes messages to those who subscribed to it; returns how many.
pub(crate) async fn follow(service: &Arc<Service>, at: Timestamp) -> anyhow::Result<usize> {
    let (from, top) = service.store.followed().await?;
    if from >= top {
        return Ok(0);
    }
    let systems = service.store.subscribers().await?;
    if systems.is_empty() {
        service.store.follow((from, top), &[], &[], at).await?;
        return Ok(0);
    }
    let permit = service.own_permit(Action::SeeWorkList, "subscriptions").await?;
    let mut followed = HashMap::new();
    for system in systems {
        followed.insert(system, subscriptions(service, &permit, system, at).await?);
    }
    let Some(first) = followed.values().flatten().map(|one| one.position).min() else {
        service.store.follow((from, top), &[], &[], at).await?;
        return Ok(0);
    };
    let after = from.max(first);
    let to = top.min(after + WINDOW);
    let mut found = Found::default();
    for (order, last) in service.store.orders_changed(&permit, after, to).await? {
        // One that cannot be looked at keeps no other from being looked at.
        if let Err(fault) = look(service, &permit, (order, last), &mut followed, &mut found).await {
            tracing::error!("looking who is to be told of {order}: {fault:#}");
        }
    }
    let is_first = service.store.follow((from, to), &found.seen, &found.messages, at).await?;
    Ok(if is_first { found.messages.len() } else { 0 })
}

/// What a system subscribed to, as far as it is to be told; what was only requested is active from now on.
async fn subscriptions(service: &Service, permit: &Permit, system: StaffId, at: Timestamp) -> anyhow::Result<Vec<Followed>> {
    let (mut state, mut positions) = (Client::default(), HashMap::<SubscriptionId, u64>::new());
    for entry in service.store.stream(permit, &client::stream(system)).await? {
        let event: Event = entry.read()?;
        if let Event::Subscribed(subscription) = &event {
            positions.insert(subscription.id, entry.position);
        }
        state = state.apply(&event);
    }
    let mut followed = Vec::new();
    for (subscription, state) in state.subscriptions.iter().filter(|_| !state.closed) {
        let is_over = subscription.end.is_some_and(|end| end <= at);
        match state {
            State::Off { .. } => continue,
            _ if is_over => {
                set(service, permit, system, subscription.id, State::Off { why: "Its end has come".into() }).await?;
                continue;
            }
            State::Requested => set(service, permit, system, subscription.id, State::Active).await?,
            State::Active | State::Failing { .. } => {}
        }
        // What was taken on by an earlier program and is not read by this one is said on the way, not dropped.
        match Criteria::read(&subscription.criteria) {
            Ok(criteria) => followed.push(Followed {
                criteria,
                position: positions.get(&subscription.id).copied().unwrap_or_default(),
                seen: service.store.notified(permit, &subscription.id.to_string()).await?,
                subscription: subscription.clone(),
            }),
            Err(why) => set(service, permit, system, subscription.id, State::Off { why }).await?,
        }
    }
    Ok(followed)
}

/// Says how a subscription is; where somebody else says something of the system at the same time, it is said the next time.
pub(super) async fn set(
    service: &Service,
    permit: &Permit,
    system: StaffId,
    subscription: SubscriptionId,
    state: State,
) -> anyhow::Result<()> {
    let loaded = service.store.load::<Client>(permit, client::stream(system)).await?;
    let events = change(&loaded.state, subscription, state);
    if events.is_empty() {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    match service.store.commit(permit, change, service.now()).await {
        Ok(()) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(fault) => Err(fault.into()),
    }
}

/// Looks at an order that changed, as the system that sent it may read it.
async fn look(
    service: &Arc<Service>,
    permit: &Permit,
    (order, last): (OrderId, u64),
    followed: &mut HashMap<StaffId, Vec<Followed>>,
    found: &mut Found,
) -> anyhow::Result<()> {
    let request = service.store.load::<Order>(permit, order.stream()).await?.state.request;
    let Some(sender) = request.and_then(|request| request.sender) else { return Ok(()) };
    let Some(subscriptions) = followed.get_mut(&sender.client) else { return Ok(()) };
    let mut later: Vec<&mut Followed> = subscriptions.iter_mut().filter(|one| one.position < last).collect();
    if later.is_empty() {
        return Ok(());
    }
    let Some(desk) = desk_of_line(service, sender.client).await? else { return Ok(()) };
    let Some(order) = readable(&desk, order).await? else { return Ok(()) };
    for one in &mut later {
        compare(service, one, sender.client, &order, found)?;
    }
    Ok(())
}

/// An order as a system may read it; nothing where it may not.
pub(super) async fn readable(desk: &Desk, order: OrderId) -> anyhow::Result<Option<Exchanged>> {
    match exchanged(desk, order).await {
        Ok(order) => Ok(Some(order)),
        Err(ServiceError::Denied(_) | ServiceError::NotFound(_)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// The resources of a kind as a system reads them, and the people of the order.
pub(super) fn resources_of(order: &Exchanged, kind: &str, server: &str) -> anyhow::Result<[Vec<Value>; 2]> {
    let of_kind = |kind: &str| resources::of_kind(order, kind).into_iter().map(|resource| resources::json(resource, server)).collect();
    let [found, people]: [anyhow::Result<Vec<Value>>; 2] = [of_kind(kind), of_kind("Patient")];
    Ok([found?, people?])
}

/// Compares every resource of an order with what the subscription has seen of it.
fn compare(service: &Service, one: &mut Followed, client: StaffId, order: &Exchanged, found: &mut Found) -> anyhow::Result<()> {
    let [resources, people] = resources_of(order, one.criteria.kind.name, &one.subscription.server)?;
    for resource in &resources {
        let (address, state) = (address(resource), state(resource));
        let before = one.seen.insert(address.clone(), state.clone());
        if before.as_ref() == Some(&state) {
            continue;
        }
        found.seen.push(Notified { subscription: one.subscription.id.to_string(), resource: address.clone(), state });
        let is_old = before.is_none() && is_from_before(resource, one.subscription.since);
        if !is_old && one.criteria.fit(resource, &people) {
            let notification = Notification { subscription: one.subscription.id, client, order: order.id, resource: address };
            found.messages.push(Message {
                id: service.new_id(),
                recipient: format!("subscription/{}", one.subscription.id),
                payload: serde_json::to_string(&notification)?,
            });
        }
    }
    Ok(())
}

/// Kind and identifier.
pub(super) fn address(resource: &Value) -> String {
    let text = |name: &str| resource[name].as_str().unwrap_or_default();
    format!("{}/{}", text("resourceType"), text("id"))
}

/// What of a resource is a change when it differs: a request by its version, a task by its status and why, a report by its status.
fn state(resource: &Value) -> String {
    let text = |path: &str| resource.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let more = match text("/resourceType") {
        "ServiceRequest" => text("/meta/versionId"),
        _ => text("/statusReason/coding/0/code"),
    };
    format!("{} {more}", text("/status")).trim_end().to_owned()
}

/// It is as it was before the subscription. Of a task that is not known, since it changes with the work on the order.
fn is_from_before(resource: &Value, since: Timestamp) -> bool {
    let time = match resource["resourceType"].as_str() {
        Some("ServiceRequest") => resource.pointer("/meta/lastUpdated"),
        Some("DiagnosticReport") => resource.get("issued"),
        _ => None,
    };
    time.and_then(Value::as_str).and_then(|time| time.parse::<Timestamp>().ok()).is_some_and(|time| time < since)
}
