//! A pass by which a program on somebody's own machine, such as IGV, reads the reads of one order for them: it has no session. It names
//! who and until when, is kept as its digest alone, and opens nothing that the person may not open at that moment. It ends with the
//! session in which it was issued, as when they sign out; with that of their account, as when their password is changed; and after an
//! hour.

use crate::{
    Desk, Service, ServiceResult,
    ordering::clients,
    people::accounts::{self, AccountVersion},
    secret,
};
use access::Action;
use anyhow::Context;
use care::{OrderId, StaffId};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Minutes for which a pass counts at the most: as long as a session in which nothing is done. This service's own choice, confirmed by no
/// published source.
const MINUTES_MAX: i64 = 60;

/// For whom and for what a pass counts.
#[derive(Serialize, Deserialize)]
struct Holder {
    staff: StaffId,
    /// How their account stood when it was issued.
    since: AccountVersion,
    /// The session in which it was issued; none where an earlier program issued it, and then it counts no longer.
    #[serde(default)]
    session: String,
    order: OrderId,
}

/// A pass for the reads of an order, for whoever may read the case, as long as a session of theirs lasts.
#[crate::boxed]
pub async fn issue(desk: &Desk, order: OrderId, session: &str) -> ServiceResult<String> {
    desk.permit(Action::ReadCase, order).await?;
    let pass = clients::random("reads_");
    let until = desk.now() + SignedDuration::from_mins(MINUTES_MAX);
    let since = accounts::version_of(&desk.service, desk.staff.id).await?;
    let holder =
        serde_json::to_string(&Holder { staff: desk.staff.id, since, session: session.to_owned(), order }).context("writing a pass")?;
    desk.service.store.save_session(&name(&pass), &holder, until.as_second()).await?;
    Ok(pass)
}

/// The desk of whoever has a pass for the reads of an order; nothing where it is none, is of another order or has run out, where its
/// session ended, or where the account was closed or changed since.
#[crate::boxed]
pub async fn desk(service: &Arc<Service>, order: OrderId, pass: &str) -> ServiceResult<Option<Desk>> {
    let (store, now) = (&service.store, service.now().as_second());
    let Some((holder, _)) = store.session(&name(pass), now).await? else { return Ok(None) };
    let holder: Holder = serde_json::from_str(&holder).context("reading a pass")?;
    if holder.order != order || store.session(&holder.session, now).await?.is_none() {
        return Ok(None);
    }
    Ok(accounts::still_signed_in(service, holder.staff, holder.since).await?.map(|staff| service.desk(staff)))
}

/// What a pass is kept under: no session of a browser has such a name.
fn name(pass: &str) -> String {
    format!("pass {}", secret::digest(pass))
}
