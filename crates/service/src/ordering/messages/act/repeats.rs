//! Earlier orders that an order of a message asks for again: it is placed, and a person is to look at both.

use super::Step;
use crate::{
    Desk, ServiceResult,
    intent::Intent,
    ordering::{generations, repeated},
};

/// Names in the answer and on the order what an order that is placed would repeat, as it will stand after the steps before it.
pub(super) async fn warn(desk: &Desk, intent: &Intent, step: &mut Step, notes: &mut Vec<String>) -> ServiceResult<()> {
    let Step::Place(form, requester) = step else { return Ok(()) };
    let checks = repeated::checks(&desk.service.desk(requester.clone()), intent, form).await?;
    form.history = generations::with_checks(&form.history, &checks);
    notes.extend(checks);
    Ok(())
}
