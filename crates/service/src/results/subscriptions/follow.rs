//! What changed since the journal was last looked through, and who is to be told of it. Each change is looked at once, whichever of
//! several programs on one database does it: how far the journal was followed, what each subscription has seen and the messages are
//! written together. An order that cannot be looked at is not passed over: a message of the outbox asks for it until it was.

use super::{criteria::Criteria, notify::Notification};
use crate::{
    Desk, Service, ServiceError,
    fault::ForLog,
    ordering::clients::desk_of_line,
    outgoing::Outgoing,
    results::{
        deliver::again,
        exchange::{Exchanged, exchanged, resources},
    },
};
use access::{Action, Permit};
use anyhow::{anyhow, ensure};
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
use interop::fhir::resource::Resource;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use store::{
    Change, CommitError,
    following::{Found, Notified},
    outbox::{Claim, Postponed},
};

/// Events that are looked through at a time.
const WINDOW: u64 = 10_000;

/// What the outbox carries for an order that could not be looked at.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Look {
    pub order: OrderId,
}

/// A subscription that is looked after.
struct Followed {
    subscription: Subscription,
    criteria: Criteria,
    /// Its place in the journal: what changed before is not told.
    position: u64,
    /// The state of each resource that it has seen.
    seen: BTreeMap<String, String>,
}

/// What systems subscribed to; of one that cannot be read why, so that its orders are looked at later.
type Systems = HashMap<StaffId, anyhow::Result<Vec<Followed>>>;

impl Look {
    /// To whom the messages of an order go: to nobody outside. Each order is one of its own, so that none waits for another.
    pub(crate) fn recipient(self) -> String {
        format!("{LOOK}{}", self.order)
    }
}

/// Begins what is the recipient of an order that is looked at again.
const LOOK: &str = "look/";

/// The order that a recipient stands for, if it stands for one that is looked at again.
pub(super) fn looked_at(recipient: &str) -> Option<OrderId> {
    recipient.strip_prefix(LOOK)?.parse().ok()
}

/// Looks through what changed, and writes messages to those who subscribed to it; returns how many.
pub(crate) async fn follow(service: &Arc<Service>, at: Timestamp) -> anyhow::Result<usize> {
    let (from, top) = service.store.followed().await?;
    if from >= top {
        return Ok(0);
    }
    let subscribers = service.store.subscribers().await?;
    if subscribers.is_empty() {
        service.store.follow((from, top), &Found::default(), at).await?;
        return Ok(0);
    }
    let permit = service.own_permit(Action::SeeWorkList, "subscriptions").await?;
    let mut systems = Systems::new();
    for system in subscribers {
        systems.insert(system, subscriptions(service, &permit, system, at).await);
    }
    let mut found = Found::default();
    let Some(first) = first_place(&systems) else {
        service.store.follow((from, top), &found, at).await?;
        return Ok(0);
    };
    let after = from.max(first);
    let to = top.min(after + WINDOW);
    for (order, last) in service.store.orders_changed(&permit, after, to).await? {
        if let Err(fault) = look(service, &permit, (order, last), &mut systems, &mut found).await {
            tracing::error!("looking who is to be told of {order}: {}", fault.for_log());
            found.postponed.push(postponed(service, order, &fault, at));
        }
    }
    let is_first = service.store.follow((from, to), &found, at).await?;
    Ok(if is_first { found.messages.len() } else { 0 })
}

/// Looks at an order again that could not be looked at; fails while it cannot be, or where another program did so meanwhile.
pub(crate) async fn look_again(service: &Arc<Service>, claim: &Claim, Look { order }: &Look, at: Timestamp) -> anyhow::Result<()> {
    let permit = service.own_permit(Action::SeeWorkList, "subscriptions").await?;
    let (mut systems, mut found) = (Systems::new(), Found::default());
    if let Some(system) = sender(service, &permit, *order).await? {
        systems.insert(system, subscriptions(service, &permit, system, at).await);
    }
    let last = service.store.last_change(&permit, *order).await?;
    look(service, &permit, (*order, last), &mut systems, &mut found).await?;
    ensure!(service.store.looked_again(claim, &found, at).await?, "another program looked at {order} at the same time");
    Ok(())
}

/// The place in the journal from which on somebody is to be told; nothing where nobody is. Of a system that cannot be read it is not
/// known, and everything counts.
fn first_place(systems: &Systems) -> Option<u64> {
    let places = systems.values().flat_map(|followed| match followed {
        Ok(followed) => followed.iter().map(|one| one.position).collect::<Vec<u64>>(),
        Err(_) => vec![0],
    });
    places.min()
}

/// An order that could not be looked at, to be looked at again.
fn postponed(service: &Service, order: OrderId, fault: &anyhow::Error, at: Timestamp) -> Postponed {
    let look = Look { order };
    let message = Outgoing::Look(look).to(service.new_id(), look.recipient());
    Postponed { message, failure: format!("{fault:#}"), due: at + again(0) }
}

/// The system that sent an order, if one did.
async fn sender(service: &Service, permit: &Permit, order: OrderId) -> anyhow::Result<Option<StaffId>> {
    let request = service.store.load::<Order>(permit, order.stream()).await?.state.request;
    Ok(request.and_then(|request| request.sender).map(|sender| sender.client))
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
        match Criteria::read(&subscription.criteria, at) {
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
    systems: &mut Systems,
    found: &mut Found,
) -> anyhow::Result<()> {
    let Some(system) = sender(service, permit, order).await? else { return Ok(()) };
    let subscriptions = match systems.get_mut(&system) {
        None => return Ok(()),
        Some(Ok(subscriptions)) => subscriptions,
        Some(Err(fault)) => return Err(anyhow!("what the system {system} subscribed to could not be read: {}", fault.for_log())),
    };
    let mut later: Vec<&mut Followed> = subscriptions.iter_mut().filter(|one| one.position < last).collect();
    if later.is_empty() {
        return Ok(());
    }
    let Some(desk) = desk_of_line(service, system).await? else { return Ok(()) };
    let Some(order) = readable(&desk, order).await? else { return Ok(()) };
    for one in &mut later {
        compare(service, one, system, &order, found)?;
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

/// The resources that criteria are about, as a system reads them, and those of the order at which the criteria look beside them.
pub(super) fn resources_of(order: &Exchanged, criteria: &Criteria, server: &str) -> anyhow::Result<[Vec<Value>; 2]> {
    let of_kind = |kind: &str| resources::of_kind(order, kind);
    let json = |all: Vec<Resource>| all.into_iter().map(|resource| resources::json(resource, server)).collect::<anyhow::Result<_>>();
    let others = criteria.kinds_compared().into_iter().flat_map(of_kind).collect();
    Ok([json(of_kind(criteria.kind.name))?, json(others)?])
}

/// Compares every resource of an order with what the subscription has seen of it.
fn compare(service: &Service, one: &mut Followed, client: StaffId, order: &Exchanged, found: &mut Found) -> anyhow::Result<()> {
    let [resources, others] = resources_of(order, &one.criteria, &one.subscription.server)?;
    for resource in &resources {
        let (address, state) = (address(resource), state(resource));
        let before = one.seen.insert(address.clone(), state.clone());
        if before.as_ref() == Some(&state) {
            continue;
        }
        let is_old = before.is_none() && is_from_before(resource, one.subscription.since);
        found.seen.push(Notified { subscription: one.subscription.id.to_string(), resource: address.clone(), state, before });
        if !is_old && one.criteria.fit(resource, &others) {
            let notification = Notification { subscription: one.subscription.id, client, order: order.id, resource: address };
            let recipient = Notification::recipient(one.subscription.id);
            found.messages.push(Outgoing::Notification(notification).to(service.new_id(), recipient));
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
