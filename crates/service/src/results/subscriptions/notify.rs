//! Telling a system that something it subscribed to changed: its address is called until it acknowledges. Source: FHIR R4, Subscription,
//! rest-hook: an empty POST, or the resource as an update below the address.

use super::{endpoint, follow, secrets};
use crate::{Service, certificates, fault::ForLog, ordering::clients::desk_of_line, results::send};
use access::Action;
use anyhow::ensure;
use care::{
    OrderId, StaffId, SubscriptionId,
    ordering::client::{
        self, Address, Client,
        subscription::{State, Subscription, failed},
    },
};
use jiff::Timestamp;
use reqwest::redirect;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::outbox::Message;

/// What the outbox carries for a subscription: what changed, not how it is. That is read when it is told, as the system may read it then.
#[derive(Serialize, Deserialize)]
pub(crate) struct Notification {
    pub subscription: SubscriptionId,
    pub client: StaffId,
    pub order: OrderId,
    /// Kind and identifier.
    pub resource: String,
}

impl Notification {
    /// To whom the messages of a subscription go: each is one of its own, so that none waits for another.
    pub(crate) fn recipient(subscription: SubscriptionId) -> String {
        format!("subscription/{subscription}")
    }
}

/// Tells a system; nothing is told where it is not wanted any more, or may not be read any more.
pub(crate) async fn notify(service: &Arc<Service>, message: &Message, notification: &Notification, at: Timestamp) -> anyhow::Result<()> {
    let permit = service.own_permit(Action::SeeWorkList, "subscriptions").await?;
    let system = service.store.load::<Client>(&permit, client::stream(notification.client)).await?.state;
    let Some((subscription, state)) = system.subscription(notification.subscription).filter(|_| !system.closed) else { return Ok(()) };
    let is_over = subscription.end.is_some_and(|end| end <= at);
    if is_over || matches!(state, State::Off { .. }) {
        return Ok(());
    }
    let Some(resource) = current(service, subscription, notification).await? else { return Ok(()) };
    let sent = send(service, message, (subscription, &system.address), &resource).await;
    let set = async |state: State| follow::set(service, &permit, notification.client, subscription.id, state).await;
    match (sent, state) {
        (Ok(()), State::Active) => Ok(()),
        (Ok(()), _) => set(State::Active).await,
        (Err(fault), _) => {
            let next = failed(state, &format!("{fault:#}"), at);
            set(next.clone()).await?;
            if matches!(next, State::Off { .. }) {
                tracing::warn!("subscription {} is off: {}", subscription.id, fault.for_log());
                return Ok(());
            }
            Err(fault)
        }
    }
}

/// The resource as the system may read it now. One that is sent must still fit; of one that is not, the system is told in any case: it
/// did fit, and the call may have waited.
async fn current(service: &Arc<Service>, subscription: &Subscription, notification: &Notification) -> anyhow::Result<Option<Value>> {
    let Some(desk) = desk_of_line(service, notification.client).await? else { return Ok(None) };
    let Some(order) = follow::readable(&desk, notification.order).await? else { return Ok(None) };
    let criteria = super::criteria::Criteria::read(&subscription.criteria, service.now()).map_err(anyhow::Error::msg)?;
    let [resources, others] = follow::resources_of(&order, &criteria, &subscription.server)?;
    let found = resources.into_iter().find(|resource| follow::address(resource) == notification.resource);
    Ok(found.filter(|resource| !subscription.with_resource || criteria.fit(resource, &others)))
}

async fn send(
    service: &Service,
    message: &Message,
    (subscription, results): (&Subscription, &Address),
    resource: &Value,
) -> anyhow::Result<()> {
    // Looked at again: the system's results may go elsewhere since, and a name may stand for another address.
    let url = endpoint::check(&subscription.endpoint, results).map_err(anyhow::Error::msg)?;
    // An address that leads on to another could lead inside.
    let mut client = certificates::http(&service.folder)?.timeout(send::ANSWER_WITHIN).redirect(redirect::Policy::none());
    if !endpoint::is_of_results(&url, results) {
        let host = url.host_str().unwrap_or_default().to_owned();
        client = client.resolve_to_addrs(&host, &endpoint::resolve(&url).await?);
    }
    let client = client.build()?;
    let request = if subscription.with_resource {
        let address = follow::address(resource);
        let mut below = url.clone();
        below.path_segments_mut().map_err(|()| anyhow::anyhow!("{url} has no path"))?.pop_if_empty().extend(address.split('/'));
        client.put(below).header("content-type", "application/fhir+json").body(serde_json::to_vec(resource)?)
    } else {
        client.post(url.clone())
    };
    let headers = secrets::headers(service, subscription.id, &subscription.headers).await?;
    // The same identifier when it is sent again (X-Request-ID of the NHS API standards).
    let answer = request.headers(headers).header("x-request-id", message.id.to_string()).send().await?;
    ensure!(answer.status().is_success(), "{} answered {}", subscription.endpoint, answer.status());
    Ok(())
}
