//! How much of a result a page showed. That it was opened changes nothing of what is shown.

use super::open;
use crate::{Desk, ServiceResult, shown::as_shown};
use care::{OutsideResultId, results::outside::Event};

/// How many events of a result there are but its opening: what a page says that it showed.
#[crate::boxed]
pub async fn version(desk: &Desk, id: OutsideResultId) -> ServiceResult<u64> {
    let opened = open(desk, id).await?;
    let mut count = 0;
    for entry in desk.service.store.stream(&opened.permit, &id.stream()).await? {
        count += u64::from(!matches!(entry.read::<Event>()?, Event::Opened { .. }));
    }
    Ok(count)
}

/// Refuses what was chosen on a page that showed a result as it was before: another move of it may wait by now.
#[crate::boxed]
pub async fn check_seen(desk: &Desk, id: OutsideResultId, seen: Option<u64>) -> ServiceResult<()> {
    Ok(as_shown("This result", seen, version(desk, id).await?)?)
}
