//! Notes on the variants of a case: comments, pins, dismissals, confirmations. They outlive an interpretation: those of every
//! interpretation of an order count.

use crate::{Desk, ServiceError, ServiceResult, Status};
use access::Action;
use care::{
    OrderId, Refusals,
    interpretation::{
        case::{self, Command, Conclusion, Interpretation, State},
        note::{Note, Noted, Notes},
    },
};
use store::Change;

/// Every note on a variant of an order, oldest first.
pub fn every(status: &Status) -> Vec<Note> {
    status.interpretations.iter().flat_map(|(_, interpretation)| &interpretation.notes).cloned().collect()
}

/// What stands of the notes on a variant of an order.
pub fn notes_on(status: &Status, variant: &str) -> Notes {
    Notes::on(variant, status.interpretations.iter().flat_map(|(_, interpretation)| &interpretation.notes))
}

/// Notes something on a variant.
#[crate::boxed]
pub async fn note(desk: &Desk, order: OrderId, variant: &str, what: Noted) -> ServiceResult<()> {
    let permit = desk.permit(Action::Interpret, order).await?;
    let status = desk.status(&permit, order).await?;
    let (id, _) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    notes_on(&status, variant).check(&what, desk.today())?;
    let loaded = desk.service.store.load::<Interpretation>(&permit, id.stream()).await?;
    if matches!(what, Noted::Dismissed { .. }) {
        is_unsigned(&loaded.state, variant)?;
    }
    let mut change = Change { reason: reason(&what), ..Change::default() };
    let note = Note { variant: variant.into(), what, by: desk.staff.clone(), at: desk.now() };
    change.add(&loaded, &case::decide(&loaded.state, Command::Note(Box::new(note)), &desk.staff)?);
    desk.commit(&permit, change).await
}

/// Refuses to dismiss what somebody has signed.
fn is_unsigned(interpretation: &Interpretation, variant: &str) -> Result<(), Refusals> {
    let (State::Proposed { conclusion, .. } | State::Checked { conclusion, .. }) = &interpretation.state else { return Ok(()) };
    if conclusion.variants.iter().any(|v| v.variant == variant) {
        return Err(Refusals::one("action", "It is in the conclusion that was signed: return the case, or open it again, to dismiss it"));
    }
    Ok(())
}

/// Refuses a conclusion with what is dismissed.
pub(crate) fn refuse_dismissed(status: &Status, conclusion: &Conclusion) -> Result<(), Refusals> {
    let dismissed = conclusion.variants.iter().filter_map(|v| Some((v, notes_on(status, &v.variant).reason_dismissed()?)));
    let message = |(v, why): (&case::Selected, String)| {
        care::Refusal::new("variants", format!("{} {} is dismissed ({why}): restore it before it is reported", v.symbol, v.variant))
    };
    Refusals::check(dismissed.map(message).collect())
}

/// The reason that the journal keeps beside a note.
fn reason(what: &Noted) -> String {
    match what {
        Noted::CommentWithdrawn { reason, .. } | Noted::Restored { reason } | Noted::ConfirmationWithdrawn { reason } => {
            reason.trim().into()
        }
        Noted::Dismissed { why, .. } => why.label().into(),
        Noted::Commented { .. } | Noted::Pinned | Noted::Unpinned | Noted::Confirmed { .. } => String::new(),
    }
}
