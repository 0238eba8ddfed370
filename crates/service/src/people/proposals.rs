//! Roles that a second person has to agree to: proposed by one administrator of an organisation, agreed to by another.

use super::accounts::another;
use crate::{Desk, ServiceResult};
use care::{
    Refusals, Role, StaffId,
    people::account::{self, Account, Event, stream},
};
use store::Change;

/// Writes what was decided about the account of somebody else of the own organisation, which ends its sessions.
async fn decided(
    desk: &Desk,
    id: StaffId,
    reason: String,
    decide: impl FnOnce(&Account) -> Result<Vec<Event>, Refusals> + Send,
) -> ServiceResult<()> {
    let (_, permit) = another(desk, id).await?;
    let loaded = desk.service.store.load::<Account>(&permit, stream(id)).await?;
    let events = decide(&loaded.state)?;
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &events);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Changes the role of an account, or proposes it where a second person has to agree.
#[crate::boxed]
pub async fn change_role(desk: &Desk, id: StaffId, role: Role, reason: String) -> ServiceResult<()> {
    if role.is_program() || role == Role::Patient {
        return Err(Refusals::one("role", "Choose a role of the staff").into());
    }
    let by = desk.staff.id;
    decided(desk, id, reason.clone(), move |account| account::change_role(account, role, by, reason)).await
}

/// Agrees to the role that another administrator proposed, and that was shown.
#[crate::boxed]
pub async fn agree(desk: &Desk, id: StaffId, role: Role) -> ServiceResult<()> {
    let by = desk.staff.id;
    decided(desk, id, String::new(), move |account| account::agree(account, role, by)).await
}

/// Declines what was proposed, or takes back what one proposed oneself.
#[crate::boxed]
pub async fn decline(desk: &Desk, id: StaffId, reason: String) -> ServiceResult<()> {
    decided(desk, id, reason.clone(), move |account| account::decline(account, reason)).await
}
