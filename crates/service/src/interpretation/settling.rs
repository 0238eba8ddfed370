//! Settling a conflict of classes on a page: only as it was shown.

use super::cases::{discordant, settle_class};
use crate::{Desk, ServiceResult, secret, shown::as_shown};
use access::Action;
use care::interpretation::discordance::{self, Settled};
use store::Classified;

/// What tells the classes of a variant, and how they are settled, from others, so that a page can say which ones it showed.
pub fn shown(classes: &[Classified], settled: Option<&Settled>) -> String {
    let lines: Vec<String> = classes.iter().map(|line| format!("{} {} {}", line.order, line.class, line.at)).collect();
    secret::digest(format!("{} {settled:?}", lines.join("; ")))
}

/// Settles which class of a variant counts, on a page that showed what [`shown`] tells from others.
#[crate::boxed]
pub async fn settle_as_seen(desk: &Desk, variant: &str, class: &str, reason: &str, seen: &str) -> ServiceResult<()> {
    desk.permit_named(Action::CheckInterpretation, discordance::stream(variant), desk.staff.organisation.clone()).await?;
    let conflicts = discordant(desk).await?;
    let now = conflicts.iter().find(|(classes, _)| classes.first().is_some_and(|line| line.variant == variant));
    let is_as_shown = now.is_some_and(|(classes, settled)| shown(classes, settled.as_ref()) == seen);
    as_shown("The classes of this variant", (!seen.is_empty()).then_some(u64::from(is_as_shown)), 1)?;
    settle_class(desk, variant, class, reason).await
}
