//! What a system wants to be told of its own orders, and whether that reaches it. Source: FHIR R4, Subscription.

use super::{Client, Event};
use crate::{Refusal, Refusals, Role, SubscriptionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What a system wants to be told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Subscription {
    /// Which.
    pub id: SubscriptionId,
    /// The search that a resource must fit, such as `Task?status=completed`.
    pub criteria: String,
    /// The address that is called.
    pub endpoint: String,
    /// The resource itself is sent, not only that there is one.
    pub with_resource: bool,
    /// Names of headers that are sent along; their values are kept apart, since the journal keeps no secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// Why it is wanted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// Address of the service as the system reaches it.
    pub server: String,
    /// Since when: what changed before is not told.
    pub since: Timestamp,
}

/// Whether it is told, and reached. Source: FHIR R4, `http://hl7.org/fhir/subscription-status`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum State {
    /// Wanted, and not told yet.
    Requested,
    /// It is told.
    Active,
    /// It is not reached, and is tried again.
    Failing {
        /// Why.
        why: String,
        /// Since when.
        since: Timestamp,
    },
    /// It is not told any more.
    Off {
        /// Why.
        why: String,
    },
}

/// Subscriptions of one system at the most.
pub const SUBSCRIPTIONS_MAX: usize = 20;
/// How long an address is tried that does not answer.
pub const TRIED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Characters of a text at the most.
const LENGTH_MAX: usize = 500;

impl State {
    /// The code of FHIR.
    pub fn code(&self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Active => "active",
            State::Failing { .. } => "error",
            State::Off { .. } => "off",
        }
    }

    /// Why it is not told, where it is not.
    pub fn why(&self) -> &str {
        match self {
            State::Requested | State::Active => "",
            State::Failing { why, .. } | State::Off { why } => why,
        }
    }
}

/// Takes it on.
pub fn subscribe(client: &Client, subscription: Subscription) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    let mut refusals = Vec::new();
    let mut refuse = |field, message: String| refusals.push(Refusal::new(field, message));
    if client.staff.as_ref().is_some_and(|staff| staff.role != Role::OrderingSystem) {
        refuse("Subscription", "Only a system that orders is told of its orders".into());
    }
    let kept = client.subscriptions.iter().filter(|(_, state)| !matches!(state, State::Off { .. })).count();
    if kept >= SUBSCRIPTIONS_MAX {
        refuse(
            "Subscription",
            format!("The system has {kept} subscriptions, {SUBSCRIPTIONS_MAX} at the most: delete one that is not needed"),
        );
    }
    for (field, text) in [
        ("Subscription.criteria", &subscription.criteria),
        ("Subscription.channel.endpoint", &subscription.endpoint),
        ("Subscription.reason", &subscription.reason),
    ] {
        if text.len() > LENGTH_MAX {
            refuse(field, format!("It has {} characters, {LENGTH_MAX} at the most", text.len()));
        }
    }
    if subscription.end.is_some_and(|end| end <= subscription.since) {
        refuse("Subscription.end", "The end is past: send one that is to come, or none".into());
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Subscribed(Box::new(subscription))])
}

/// Ends it.
pub fn unsubscribe(client: &Client, id: SubscriptionId) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    Ok(if client.subscription(id).is_some() { vec![Event::Unsubscribed { id }] } else { vec![] })
}

/// Says whether it is reached.
pub fn change(client: &Client, id: SubscriptionId, state: State) -> Vec<Event> {
    match client.subscription(id) {
        Some((_, known)) if *known != state && !matches!(known, State::Off { .. }) => vec![Event::SubscriptionChanged { id, state }],
        _ => vec![],
    }
}

/// The state after an attempt that failed.
pub fn failed(state: &State, why: &str, at: Timestamp) -> State {
    let why: String = why.chars().take(LENGTH_MAX).collect();
    match state {
        State::Failing { since, .. } if at.duration_since(*since) >= TRIED_FOR => {
            State::Off { why: format!("Nobody could be reached for {} days: {why}", TRIED_FOR.as_hours() / 24) }
        }
        // What was said first stands: each attempt would be an event.
        State::Failing { .. } | State::Off { .. } => state.clone(),
        State::Requested | State::Active => State::Failing { why, since: at },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fold, Staff, StaffId};
    use uuid::Uuid;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hours * 3600).expect("a time")
    }

    fn client(role: Role) -> Client {
        let organisation = "RP4".parse().expect("a code");
        let staff = Staff { id: StaffId(Uuid::nil()), name: "EPR".into(), role, organisation, organisation_name: "Hospital".into() };
        Client::default().apply(&Event::Opened { staff, secret_sha256: String::new() })
    }

    fn numbered(number: u128) -> Subscription {
        Subscription {
            id: SubscriptionId(Uuid::from_u128(number)),
            criteria: "Task?status=completed".into(),
            endpoint: "https://epr.example/told".into(),
            with_resource: false,
            headers: vec![],
            reason: String::new(),
            end: None,
            server: "https://gms.example/fhir".into(),
            since: at(0),
        }
    }

    #[test]
    fn so_many_are_taken_of_a_system_that_orders_and_none_of_another() {
        let mut system = client(Role::OrderingSystem);
        for number in 0..SUBSCRIPTIONS_MAX as u128 {
            system = system.clone().apply(&subscribe(&system, numbered(number)).expect("taken")[0]);
        }
        assert!(subscribe(&system, numbered(99)).is_err());
        system = system.clone().apply(&unsubscribe(&system, numbered(3).id).expect("ended")[0]);
        assert!(subscribe(&system, numbered(99)).is_ok());
        assert!(unsubscribe(&system, numbered(3).id).expect("ended before").is_empty());
        assert!(subscribe(&client(Role::LaboratorySystem), numbered(1)).is_err());
        let past = Subscription { end: Some(at(-1)), ..numbered(1) };
        assert!(subscribe(&client(Role::OrderingSystem), past).is_err());
        let long = Subscription { criteria: "x".repeat(501), ..numbered(1) };
        assert!(subscribe(&client(Role::OrderingSystem), long).is_err());
    }

    #[test]
    fn an_address_that_does_not_answer_is_tried_for_a_week() {
        let failing = failed(&State::Active, "refused", at(1));
        assert_eq!((failing.code(), failing.why()), ("error", "refused"));
        assert_eq!(failed(&failing, "another reason", at(100)), failing, "one event, however often it is tried");
        let off = failed(&failing, "refused", at(1 + 7 * 24));
        assert_eq!(off.code(), "off");
        let system = client(Role::OrderingSystem);
        let system = system.clone().apply(&subscribe(&system, numbered(1)).expect("taken")[0]);
        let system = system.clone().apply(&change(&system, numbered(1).id, off)[0]);
        assert!(change(&system, numbered(1).id, State::Active).is_empty(), "what is off stays off");
    }
}
