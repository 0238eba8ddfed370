//! What a system is told of, as Subscription: as it was kept, without the values of its headers.

use super::resource::{Subscription, SubscriptionChannel};
use care::ordering::client::subscription::{self, State};

/// The media type in which a resource is sent.
pub const PAYLOAD: &str = "application/fhir+json";

/// A subscription and how it is.
pub fn subscription(kept: &subscription::Subscription, state: &State) -> Subscription {
    Subscription {
        id: kept.id.to_string(),
        status: state.code(),
        end: kept.end.map(|end| end.to_string()).unwrap_or_default(),
        reason: if kept.reason.is_empty() { "Not said".into() } else { kept.reason.clone() },
        criteria: kept.criteria.clone(),
        error: state.why().to_owned(),
        channel: SubscriptionChannel {
            kind: "rest-hook",
            endpoint: kept.endpoint.clone(),
            payload: if kept.with_resource { PAYLOAD } else { "" },
            header: kept.headers.iter().map(|name| format!("{name}: (kept)")).collect(),
        },
    }
}
