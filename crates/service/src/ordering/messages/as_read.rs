//! A change of an order as its sender had read it: what was changed since by somebody else is overwritten by nothing.

use super::{Read, Receipt, read, receive_read};
use crate::{Desk, ServiceError, ServiceResult, secret::digest};
use access::Permit;
use care::{
    MessageId, OrderId,
    ordering::message::{self, Language, Message, State},
};
use store::{Change, Loaded};

/// A version of an order.
#[derive(Clone, Copy, Debug)]
pub struct AsRead {
    /// The order.
    pub order: OrderId,
    /// How many events it had.
    pub version: u64,
}

impl AsRead {
    /// Whether nobody has changed the order since.
    pub(super) async fn is_so(self, desk: &Desk) -> ServiceResult<bool> {
        Ok(desk.service.store.sequence(&self.order.stream()).await? == self.version)
    }

    /// How many events the order has before anything is written.
    pub(super) fn expected(self) -> (String, u64) {
        (self.order.stream(), self.version)
    }

    /// The number of a message: the same bytes for another version are another message.
    fn control(self, body: &[u8]) -> String {
        let version = format!("{} {} ", self.order, self.version);
        digest([version.as_bytes(), body].concat())
    }
}

const OVERTAKEN: &str = "Somebody else changed this order at the same time, so nothing of this change was done. The sender was told, and \
                         has to read the order again before it is changed";

/// Takes a FHIR message that changes an order, as `receive` does, but only while the order is as it was read: a conflict otherwise.
#[crate::boxed]
pub async fn receive_as_read(desk: &Desk, body: &[u8], version: AsRead) -> ServiceResult<Receipt> {
    let read = Read { control: version.control(body), expected: Some(version), ..read(Language::Fhir, body, desk.today()) };
    let receipt = receive_read(desk, Language::Fhir, body, read).await?;
    match receipt.state {
        State::SetAside { reason } => Err(ServiceError::Conflict(reason)),
        State::Waiting | State::Done { .. } | State::Refused { .. } | State::Mended { .. } => Ok(receipt),
    }
}

/// Says of a message that the order was changed since: it needs nobody, for its sender is answered so.
pub(super) async fn overtaken(desk: &Desk, permit: &Permit, (id, loaded): (MessageId, &Loaded<Message>)) -> ServiceResult<Receipt> {
    let mut change = Change { reason: OVERTAKEN.to_owned(), ..Change::default() };
    change.add(loaded, &message::set_aside(&loaded.state, OVERTAKEN, &desk.staff)?);
    desk.service.store.commit(permit, change, desk.now()).await?;
    Ok(Receipt { id, state: State::SetAside { reason: OVERTAKEN.to_owned() }, repeated: false })
}
