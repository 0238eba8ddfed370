//! What the outbox carries: one of a few kinds, each of which says so itself.

use crate::{
    ordering::work::Reminder,
    results::{
        deliver::Delivery,
        outside::OutsideDelivery,
        subscriptions::{follow::Look, notify::Notification},
    },
};
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::outbox::Message;
use uuid::Uuid;

/// What a message is about.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Outgoing {
    /// A signed report.
    Report(Delivery),
    /// A released result of another laboratory.
    OutsideResult(OutsideDelivery),
    /// A reminder of an order that waits.
    Reminder(Reminder),
    /// Something that a system subscribed to.
    Notification(Notification),
    /// An order that is to be looked at again, to see who is to be told of it.
    Look(Look),
}

impl Outgoing {
    /// As a message to somebody.
    pub(crate) fn to(self, id: Uuid, recipient: String) -> Message {
        let payload = serde_json::to_string(&self).expect("what is sent is plain data and always serialises");
        Message { id, recipient, payload }
    }

    /// Reads what a message carries.
    pub(crate) fn read(payload: &str) -> anyhow::Result<Outgoing> {
        let value: Value = serde_json::from_str(payload).context("reading a message of the outbox")?;
        if value.get("kind").is_some() {
            return read(value);
        }
        Outgoing::untagged(value)
    }

    /// A message as it was written before messages said their kind: each has a field that no other kind has.
    fn untagged(value: Value) -> anyhow::Result<Outgoing> {
        let has = |name: &str| value.get(name).is_some();
        if has("subscription") {
            read(value).map(Outgoing::Notification)
        } else if has("reminder_of") {
            read(value).map(Outgoing::Reminder)
        } else if has("outside_result") {
            read(value).map(Outgoing::OutsideResult)
        } else if has("report") {
            read(value).map(Outgoing::Report)
        } else {
            bail!("a message of the outbox is of no kind that this program knows; a later one may have written it")
        }
    }
}

fn read<T: DeserializeOwned>(value: Value) -> anyhow::Result<T> {
    serde_json::from_value(value).context("reading a message of the outbox")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190a1b2-c3d4-7000-8000-000000000001";

    fn kind(payload: &str) -> String {
        match Outgoing::read(payload) {
            Ok(outgoing) => serde_json::to_value(&outgoing).expect("plain data")["kind"].as_str().expect("a kind").to_owned(),
            Err(fault) => format!("{fault:#}"),
        }
    }

    /// Rows as the program wrote them before kinds were said (schema version 16).
    #[test]
    fn what_an_earlier_program_wrote_is_read_as_what_it_is() {
        let sender = format!(r#"{{"client":"{ID}","number":"F-30","resources":{{"patient":{{"value":"7"}}}}}}"#);
        for (payload, expected) in [
            (format!(r#"{{"order":"{ID}","report":"{ID}","number":"OG-1","sender":{sender}}}"#), "report"),
            (format!(r#"{{"order":"{ID}","report":"{ID}","number":"OG-1"}}"#), "report"),
            (format!(r#"{{"outside_result":"{ID}","order":"{ID}","number":"OG-1","sender":null,"is_moved":true}}"#), "outside_result"),
            (r#"{"reminder_of":"OG-1","words":"Waiting for samples."}"#.to_owned(), "reminder"),
            (format!(r#"{{"subscription":"{ID}","client":"{ID}","order":"{ID}","resource":"Task/1"}}"#), "notification"),
        ] {
            assert_eq!(kind(&payload), expected, "{payload}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let id: Uuid = ID.parse().expect("an identifier");
        let reminder = Outgoing::Reminder(Reminder { reminder_of: "OG-1".into(), message: "Waiting for samples".into() });
        let message = reminder.to(id, "RP4".into());
        assert_eq!(message.payload, r#"{"kind":"reminder","reminder_of":"OG-1","words":"Waiting for samples"}"#);
        assert_eq!(kind(&message.payload), "reminder");
        let look = Outgoing::Look(Look { order: care::OrderId(id) }).to(id, String::new());
        assert_eq!(kind(&look.payload), "look");
    }

    #[test]
    fn what_nobody_knows_is_no_message() {
        for (payload, says) in [
            (r#"{"kind":"fax","order":"1"}"#, "unknown variant `fax`"),
            (r#"{"order":"1"}"#, "no kind that this program knows"),
            ("[]", "no kind that this program knows"),
            ("{", "reading a message of the outbox"),
            (r#"{"kind":"report","order":"x"}"#, "reading a message of the outbox"),
        ] {
            assert!(kind(payload).contains(says), "{payload}: {}", kind(payload));
        }
    }
}
