//! An order that stands already, and a message that states it again or changes it.

use super::{Amendment, Step, amendment};
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
        order::{State, purpose::Purpose},
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

/// An order that stands already, as it is stated now: changed where the message asks for that. Else it is left, and what differs is
/// refused by HL7, where a change says that it is one, and named by FHIR.
pub(super) async fn stated_again(
    current: &CurrentOrder,
    mut form: OrderForm,
    unchanged: Step,
    (incoming, details): (&IncomingOrder, &OrderDetails),
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    let Some(request) = &current.order.request else { return Ok(Ok(unchanged)) };
    keep_unsaid(current, details, &mut form);
    let differences = restated::differences(request, &form);
    let [what, new] = [0, 1].map(|which| differences.iter().map(|phrases| phrases[which]).collect::<Vec<_>>().join(", "));
    let refused = |message: String| Ok(Err(vec![Fault::new(&incoming.place, message)]));
    match (&details.restated, differences.is_empty()) {
        (None, true) => Ok(Ok(unchanged)),
        (None, false) if details.is_partial => refused(format!(
            "The number {} already stands for order {}: it has {new}. Nothing was changed; send the change as one (XO)",
            incoming.number, request.number
        )),
        (None, false) => {
            let message = "the order stands already, and was not changed by this message, in which other things are said";
            notes.push(format!("{}: {message} ({what}): send them as a change of the order", incoming.place));
            Ok(Ok(unchanged))
        }
        (Some(_), true) if current.order.state.is_final() => Ok(Ok(unchanged)),
        (Some(_), true) => Ok(Ok(renewal(current, &form).await?.unwrap_or(unchanged))),
        (Some(reason), false) if reason.is_empty() => refused(format!(
            "The order stands already, and this would change it ({what}): send a Provenance with the reason in the same bundle"
        )),
        (Some(reason), false) => Ok(Ok(amendment(current, form, reason.clone()).await?)),
    }
}

/// The step that takes over the sender's own addresses and nothing else, if they differ.
async fn renewal(current: &CurrentOrder, form: &OrderForm) -> ServiceResult<Option<Step>> {
    let resources = restated::addresses(current, form).await?;
    Ok(resources.map(|resources| {
        let reason = restated::ADDRESSES.to_owned();
        Step::Amend(Box::new(Amendment { desk: current.desk.clone(), id: current.id, form: None, resources: Some(resources), reason }))
    }))
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
