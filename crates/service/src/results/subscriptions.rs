//! Telling a system of its own orders as it subscribed to: taken on, looked after, ended. Source: FHIR R4, Subscription (rest-hook).

mod criteria;
mod endpoint;
mod failing;
pub(crate) mod follow;
pub(crate) mod notify;
mod secrets;

use crate::{Desk, ServiceError, ServiceResult};
use access::{Action, Permit};
use care::{
    Refusal, Refusals, SubscriptionId,
    ordering::client::{
        self, Client,
        subscription::{self, State, Subscription},
    },
};
use jiff::Timestamp;
use store::{Change, Loaded};

pub use criteria::KINDS;
pub use failing::{Failing, NotLookedAt, NotTold, look_again, not_told, try_again};

/// What a system asks to be told.
#[derive(Clone, Debug, Default)]
pub struct NewSubscription {
    /// The search that a resource must fit.
    pub criteria: String,
    /// The address that is called.
    pub endpoint: String,
    /// The resource itself is to be sent.
    pub with_resource: bool,
    /// Headers that are sent along: name and value.
    pub headers: Vec<(String, String)>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub end: Option<Timestamp>,
    /// Address of the service as the system reaches it.
    pub server: String,
}

async fn load(desk: &Desk) -> ServiceResult<(Permit, Loaded<Client>)> {
    let permit = desk.permit_general(Action::SendMessage).await?;
    let loaded = desk.service.store.load::<Client>(&permit, client::stream(desk.staff.id)).await?;
    Ok((permit, loaded))
}

/// Everything that this desk's system subscribed to, and how that is.
#[crate::boxed]
pub async fn list(desk: &Desk) -> ServiceResult<Vec<(Subscription, State)>> {
    Ok(load(desk).await?.1.state.subscriptions)
}

/// Kinds of the resources that criteria are about or look at; none of criteria that cannot be read.
pub fn kinds_read(criteria: &str, now: Timestamp) -> Vec<&'static str> {
    let read = criteria::Criteria::read(criteria, now);
    read.map_or_else(|_| vec![], |read| [read.kind.name].into_iter().chain(read.kinds_compared()).collect())
}

/// Takes on what this desk's system wants to be told from now on.
#[crate::boxed]
pub async fn subscribe(desk: &Desk, new: NewSubscription) -> ServiceResult<SubscriptionId> {
    let (permit, loaded) = load(desk).await?;
    let mut refusals = Vec::new();
    if let Err(why) = criteria::Criteria::read(&new.criteria, desk.now()) {
        refusals.push(Refusal::new("Subscription.criteria", why));
    }
    if let Err(why) = endpoint::check(&new.endpoint, &loaded.state.address) {
        refusals.push(Refusal::new("Subscription.channel.endpoint", why));
    }
    if let Err(why) = secrets::check(&new.headers) {
        refusals.push(Refusal::new("Subscription.channel.header", why));
    }
    Refusals::check(refusals)?;
    let id = SubscriptionId(desk.new_id());
    let subscription = Subscription {
        id,
        criteria: new.criteria,
        endpoint: new.endpoint,
        with_resource: new.with_resource,
        headers: new.headers.iter().map(|(name, _)| name.clone()).collect(),
        reason: new.reason,
        end: new.end,
        server: new.server,
        since: desk.now(),
    };
    let mut change = Change::default();
    change.add(&loaded, &subscription::subscribe(&loaded.state, subscription)?);
    change.secrets.extend(secrets::sealed(&desk.service, id, &new.headers).await?);
    desk.commit(&permit, change).await?;
    Ok(id)
}

/// Ends it; what is on its way is not sent any more.
#[crate::boxed]
pub async fn unsubscribe(desk: &Desk, id: SubscriptionId) -> ServiceResult<()> {
    let (permit, loaded) = load(desk).await?;
    if loaded.state.subscription(id).is_none() {
        return Err(ServiceError::NotFound("subscription"));
    }
    let mut change = Change { reason: "Deleted by the system".into(), ..Change::default() };
    change.add(&loaded, &subscription::unsubscribe(&loaded.state, id)?);
    change.secrets.push(secrets::forgotten(id));
    desk.commit(&permit, change).await
}
