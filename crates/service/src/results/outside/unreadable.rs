//! Messages of laboratories that could not be acted on, for the people of the laboratory that takes their results: a result that was
//! refused is one that nobody waits for but them.

use crate::{Desk, ServiceResult};
use access::Action;
use care::ordering::{
    client::{self, Client},
    message::{Message, State},
};
use store::MessageLine;

/// Messages of one system at most.
const SHOWN: u64 = 50;

/// What could not be read.
#[derive(Default)]
pub struct Unreadable {
    /// Messages, latest first.
    pub messages: Vec<(MessageLine, Message)>,
    /// Some system sent more of them than are listed.
    pub is_more: bool,
}

impl Unreadable {
    /// Messages of one system at the most.
    pub fn most() -> u64 {
        SHOWN
    }
}

/// Refused messages of the systems whose results this laboratory takes.
#[crate::boxed]
pub async fn unreadable(desk: &Desk) -> ServiceResult<Unreadable> {
    let permit = desk.permit_general(Action::FileResult).await?;
    let (store, refused) = (&desk.service.store, State::Refused { faults: vec![] });
    let (mut found, mut is_more) = (Vec::new(), false);
    for system in store.senders_of_messages(&permit, refused.label()).await? {
        let sender = store.load::<Client>(&permit, client::stream(system)).await?.state;
        if !sender.results_in.contains(&desk.staff.organisation) {
            continue;
        }
        let mut lines = store.messages_of(&permit, system, refused.label(), SHOWN + 1).await?;
        is_more |= lines.len() as u64 > SHOWN;
        lines.truncate(SHOWN as usize);
        for line in lines {
            let message = store.load::<Message>(&permit, line.id.stream()).await?.state;
            found.push((line, message));
        }
    }
    found.sort_by(|(one, _), (other, _)| other.received.cmp(&one.received));
    Ok(Unreadable { messages: found, is_more })
}
