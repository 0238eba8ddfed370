//! An order that stands already, and a message that states it again or changes it.

use super::{Step, amendment};
use crate::{
    OrderForm, ServiceResult,
    ordering::messages::{
        current::{CurrentOrder, differs},
        restated,
    },
};
use care::{
    OrderId,
    ordering::{
        message::Fault,
        order::{Request, State, Urgency, purpose::Purpose},
    },
};
use interop::incoming_order::{IncomingOrder, OrderDetails};

/// What a change that names only what changes says nothing of stays as it is.
pub(super) fn keep_unsaid(current: &CurrentOrder, details: &OrderDetails, form: &mut OrderForm) {
    let Some(request) = current.order.request.as_ref().filter(|_| details.is_partial) else { return };
    if form.history.trim().is_empty() {
        form.history.clone_from(&request.history);
    }
    if details.urgent.is_none() {
        form.urgency = request.urgency;
    }
    if form.purpose == Purpose::default() {
        form.purpose.clone_from(&request.purpose);
    }
}

/// An order that stands already, as it is stated now: changed where the message asks for that, else left, with a word on what differs.
pub(super) async fn stated_again(
    current: &CurrentOrder,
    form: OrderForm,
    unchanged: Step,
    (incoming, details): (&IncomingOrder, &OrderDetails),
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    let Some(request) = &current.order.request else { return Ok(Ok(unchanged)) };
    if let (true, Some(what)) = (details.is_partial, says_otherwise(request, &form)) {
        let message = format!(
            "The number {} already stands for order {}: it has {what}. Nothing was changed; send the change as one (XO)",
            incoming.number, request.number
        );
        return Ok(Err(vec![Fault::new(&incoming.place, message)]));
    }
    let differences = restated::differences(request, &form);
    let what = differences.join(", ");
    Ok(match (&details.restated, differences.is_empty()) {
        (None, true) => Ok(unchanged),
        (None, false) => {
            let message = "the order stands already, and was not changed by this message, in which other things are said";
            notes.push(format!("{}: {message} ({what}): send them as a change of the order", incoming.place));
            Ok(unchanged)
        }
        (Some(_), true) if restated::addresses(current, &form).await?.is_none() || current.order.state.is_final() => Ok(unchanged),
        (Some(_), true) => Ok(amendment(current, form, restated::ADDRESSES.to_owned()).await?),
        (Some(reason), false) if reason.is_empty() => {
            let message = format!(
                "The order stands already, and this would change it ({what}): send a Provenance with the reason in the same bundle"
            );
            Err(vec![Fault::new(&incoming.place, message)])
        }
        (Some(reason), false) => Ok(amendment(current, form, reason.clone()).await?),
    })
}

/// The same request under the same number was done before; another one is not the same order, and one that has ended is not begun
/// again.
pub(super) fn same(current: &CurrentOrder, form: &OrderForm, id: OrderId, incoming: &IncomingOrder) -> Result<Step, Vec<Fault>> {
    let order = &current.order;
    let number = order.request.as_ref().map_or_else(String::new, |r| r.number.clone());
    let refuse = |why: String| {
        let message =
            format!("The number {} already stands for order {number}: {why}. Nothing was changed; send a new number", incoming.number);
        Err(vec![Fault::new(&incoming.place, message)])
    };
    match (&order.state, differs(current, form)) {
        (_, Some(what)) => refuse(what.to_lowercase()),
        (State::Rejected { .. } | State::Cancelled { .. } | State::EnteredInError { .. }, None) => {
            refuse(format!("it is {}", order.state.label().to_lowercase()))
        }
        (_, None) => Ok(Step::Unchanged(id)),
    }
}

/// What a form says that the order does not: a request that is sent again by HL7 says nothing new, and a change says that it is one.
fn says_otherwise(request: &Request, form: &OrderForm) -> Option<&'static str> {
    match () {
        () if form.observed.iter().any(|term| !request.observed.contains(term)) => Some("other features"),
        () if form.excluded.iter().any(|term| !request.excluded.contains(term)) => Some("other absent features"),
        () if !request.history.contains(form.history.trim()) => Some("another history"),
        () if form.urgency == Urgency::Urgent && request.urgency != Urgency::Urgent => Some("another urgency"),
        () => None,
    }
}
