//! What happened to a system that asks and sends, in plain words.

use super::Describe;
use crate::ordering::client;

impl Describe for client::Event {
    fn sentence(&self) -> String {
        match self {
            client::Event::Opened { staff, .. } => format!("The system {} of {} may ask and send", staff.name, staff.organisation),
            client::Event::Addressed { .. } => "Where its results are sent was set".into(),
            client::Event::Mapped { code, means, by } => format!("{} said that its code {code} means {means}", by.name),
            client::Event::ResultsIn { laboratories, .. } => {
                let codes: Vec<String> = laboratories.iter().map(ToString::to_string).collect();
                format!("Its results are taken by {}", codes.join(", "))
            }
            client::Event::Represents { organisations, .. } if organisations.is_empty() => "It asks for its own organisation alone".into(),
            client::Event::Represents { organisations, .. } => {
                let codes: Vec<String> = organisations.iter().map(|organisation| organisation.code.to_string()).collect();
                format!("It asks for {} too", codes.join(", "))
            }
            client::Event::Subscribed(subscription) => format!("It is told of {} at {}", subscription.criteria, subscription.endpoint),
            client::Event::SubscriptionChanged { id, state } if state.why().is_empty() => format!("Subscription {id} is {}", state.code()),
            client::Event::SubscriptionChanged { id, state } => format!("Subscription {id} is {}: {}", state.code(), state.why()),
            client::Event::Unsubscribed { id } => format!("Subscription {id} was deleted"),
            client::Event::KeysRegistered { keys: client::KeySource::Set { .. }, by } => format!("{} registered its public keys", by.name),
            client::Event::KeysRegistered { keys: client::KeySource::Address { url }, by } => {
                format!("{} said that its public keys are at {url}", by.name)
            }
            client::Event::IssuerRegistered { issuer, by } => format!("{} said that it signs requests as {issuer}", by.name),
            client::Event::CertificatesNamed { names, by } => format!("{} said that its certificates name {}", by.name, names.join(", ")),
            client::Event::Closed { reason } => format!("The system may no longer ask: {reason}"),
        }
    }
}
