//! What both scientists say to an edit of what they concluded, and that they have read one of its wording.

use crate::{Desk, ServiceError, ServiceResult};
use access::Action;
use care::{
    OrderId,
    interpretation::{
        case::{self, Interpretation},
        edit::Command,
    },
};
use store::Change;
use uuid::Uuid;

/// One of the two scientists agrees with an edit that they were shown; it takes effect once both have.
#[crate::boxed]
pub async fn agree(desk: &Desk, order: OrderId, edit: Uuid) -> ServiceResult<()> {
    answer(desk, order, Command::Agree { edit }, String::new()).await
}

/// One of the two scientists does not agree, or whoever edited the text takes that back: it stays as it was.
#[crate::boxed]
pub async fn decline(desk: &Desk, order: OrderId, edit: Uuid, reason: String) -> ServiceResult<()> {
    answer(desk, order, Command::Decline { edit, reason: reason.clone() }, reason).await
}

/// One of the two scientists has read an edit of the wording of what they signed: it no longer waits for them.
#[crate::boxed]
pub async fn read(desk: &Desk, order: OrderId, edit: Uuid) -> ServiceResult<()> {
    answer(desk, order, Command::Read { edit }, String::new()).await
}

async fn answer(desk: &Desk, order: OrderId, command: Command, reason: String) -> ServiceResult<()> {
    let permit = desk.permit(Action::CheckInterpretation, order).await?;
    let status = desk.status(&permit, order).await?;
    let (id, _) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    let loaded = desk.service.store.load::<Interpretation>(&permit, id.stream()).await?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &case::decide(&loaded.state, case::Command::Text(command), &desk.staff)?);
    desk.commit(&permit, change).await
}
