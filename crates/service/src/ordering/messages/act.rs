//! Doing what a message asks for.

use super::{form, order_of};
use crate::{Desk, OrderForm, ServiceError, ServiceResult, directory, intent::Intent, ordering, people};
use access::Action;
use care::{
    OrderId, Role, Staff,
    ordering::{
        client::Client,
        family::Relationship,
        message::Fault,
        order::{Command, Order, Request, State},
    },
    people::patient::Demographics,
};
use interop::incoming_order::{IncomingOrder, OrderAction, OrderDetails};

/// What will be done, once it is committed.
pub(super) struct Done {
    pub intent: Intent,
    pub orders: Vec<OrderId>,
    pub notes: Vec<String>,
}

/// One order of a message, ready to be done.
enum Step {
    Place(Box<OrderForm>, Staff),
    /// It stands already as the message wants it.
    Unchanged(OrderId),
    Amend(OrderId, Box<OrderForm>, String),
    End(OrderId, Command),
}

/// Everything that is asked for as one intent, or why none of it can be done. Nothing is written yet.
pub(super) async fn act(desk: &Desk, incoming: &[IncomingOrder]) -> ServiceResult<Result<Done, Vec<Fault>>> {
    let (steps, notes) = match steps(desk, incoming).await? {
        Ok(steps) => steps,
        Err(faults) => return Ok(Err(faults)),
    };
    let (mut intent, mut orders, mut faults) = (Intent::default(), Vec::new(), Vec::new());
    for (step, order) in steps.into_iter().zip(incoming) {
        match apply(desk, &mut intent, step).await {
            Ok(id) => orders.push(id),
            Err(error) => faults.extend(as_faults(error, order)?),
        }
    }
    Ok(if faults.is_empty() { Ok(Done { intent, orders, notes }) } else { Err(faults) })
}

/// The faults and notes that doing it would have.
pub(super) async fn dry_run(desk: &Desk, incoming: &[IncomingOrder]) -> ServiceResult<(Vec<Fault>, Vec<String>)> {
    Ok(match steps(desk, incoming).await? {
        Ok((_, notes)) => (vec![], notes),
        Err(faults) => (faults, vec![]),
    })
}

async fn steps(desk: &Desk, incoming: &[IncomingOrder]) -> ServiceResult<Result<(Vec<Step>, Vec<String>), Vec<Fault>>> {
    let client = ordering::messages::client(desk).await?;
    let (mut steps, mut notes, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for order in incoming {
        match step_of(desk, &client, order, &mut notes).await {
            Ok(Ok(step)) => steps.push(step),
            Ok(Err(wrong)) => faults.extend(wrong),
            Err(error) => faults.extend(as_faults(error, order)?),
        }
    }
    faults.dedup();
    Ok(if faults.is_empty() { Ok((steps, notes)) } else { Err(faults) })
}

/// What the rules or the policy refuse, at its place in the message; anything else stays an error.
fn as_faults(error: ServiceError, incoming: &IncomingOrder) -> ServiceResult<Vec<Fault>> {
    match error {
        ServiceError::Refused(refusals) => {
            Ok(refusals.0.into_iter().map(|r| Fault::new(place(&incoming.place, r.field), r.message)).collect())
        }
        ServiceError::Denied(denied) => Ok(vec![Fault::new(&incoming.place, denied.to_string())]),
        other => Err(other),
    }
}

async fn step_of(
    desk: &Desk,
    client: &Client,
    incoming: &IncomingOrder,
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    // A change may name the order by the service's own identifier.
    let own = incoming.number.split('.').next().and_then(|id| id.parse::<OrderId>().ok());
    let own = match own {
        Some(id) if desk.service.store.order_view(id).await?.is_some() => Some(id),
        _ => None,
    };
    let id = own.unwrap_or_else(|| order_of(desk.staff.id, &incoming.number));
    let current = current_order(desk, id).await?;
    let known = |then: &dyn Fn(OrderId) -> Step| {
        let message = format!("No order with the number {} is known here", incoming.number);
        if current.is_some() { Ok(then(id)) } else { Err(vec![Fault::new(&incoming.place, message)]) }
    };
    Ok(match &incoming.action {
        OrderAction::Cancel(reason) => known(&|id| Step::End(id, Command::Cancel { reason: reason.clone() }))
            .and_then(|step| endable(step, current.as_ref(), &incoming.place)),
        OrderAction::EnterInError(reason) => known(&|id| Step::End(id, Command::EnterInError { reason: reason.clone() })),
        OrderAction::Amend(details, reason) => match (&current, form(desk, client, id, incoming, details, notes).await?) {
            (None, _) => known(&Step::Unchanged),
            (_, Err(faults)) => Err(faults),
            (Some(current), Ok(form)) => match differs(current, &form) {
                Some(what) => {
                    Err(vec![Fault::new(&incoming.place, format!("{what}: that is another order. Cancel this one and place it anew"))])
                }
                None => Ok(Step::Amend(id, Box::new(form), reason.clone())),
            },
        },
        OrderAction::Place(details) => match (current, form(desk, client, id, incoming, details, notes).await?) {
            (_, Err(faults)) => Err(faults),
            (Some(current), Ok(form)) => same(&current, &form, id, incoming),
            (None, Ok(form)) => {
                let requester = requester(desk, details);
                ordering::orders::ready(&desk.service.desk(requester.clone()), &Intent::default(), &form).await?;
                Ok(Step::Place(Box::new(form), requester))
            }
        },
    })
}

async fn form(
    desk: &Desk,
    client: &Client,
    id: OrderId,
    incoming: &IncomingOrder,
    details: &OrderDetails,
    notes: &mut Vec<String>,
) -> ServiceResult<Result<OrderForm, Vec<Fault>>> {
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let sources = form::Sources {
        knowledge: &desk.service.knowledge,
        catalogue: &catalogue,
        client,
        by: &desk.staff,
        id,
        incoming,
        today: desk.today(),
    };
    Ok(form::form(&sources, details, notes))
}

/// An order as it stands, and who its patient is.
struct CurrentOrder {
    order: Order,
    proband: Demographics,
}

/// The order as it stands, if there is one.
async fn current_order(desk: &Desk, id: OrderId) -> ServiceResult<Option<CurrentOrder>> {
    let Some(view) = desk.service.store.order_view(id).await? else { return Ok(None) };
    let permit = desk.permit(Action::ReadOrder, id).await?;
    let order = desk.service.store.load::<Order>(&permit, id.stream()).await?.state;
    Ok(Some(CurrentOrder { order, proband: people::patients::demographics(desk, &permit, view.patient_id).await? }))
}

/// Who asks: the person whom the message names, for the organisation whose system it is.
fn requester(desk: &Desk, details: &OrderDetails) -> Staff {
    let named = details.requester.trim();
    let name = if named.is_empty() { desk.staff.name.clone() } else { named.to_owned() };
    Staff { name, role: Role::OrderingSystem, ..desk.staff.clone() }
}

async fn apply(desk: &Desk, intent: &mut Intent, step: Step) -> ServiceResult<OrderId> {
    match step {
        Step::Unchanged(id) => Ok(id),
        Step::Place(form, requester) => ordering::orders::place_in(&desk.service.desk(requester), intent, *form).await,
        Step::End(id, command) => {
            ordering::orders::change_in(desk, intent, id, command).await?;
            Ok(id)
        }
        Step::Amend(id, form, reason) => {
            let change = |request: &mut Request| {
                request.observed.clone_from(&form.observed);
                request.excluded.clone_from(&form.excluded);
                request.history.clone_from(&form.history);
                request.purpose.clone_from(&form.purpose);
                request.urgency = form.urgency;
            };
            ordering::orders::amend_in(desk, intent, id, change, reason).await?;
            Ok(id)
        }
    }
}

/// Where in a message a field of the order stands: what is about a person names the person, the rest the order.
fn place(message_place: &str, field: &str) -> String {
    format!("{message_place} ({field})")
}

fn endable(step: Step, current: Option<&CurrentOrder>, place: &str) -> Result<Step, Vec<Fault>> {
    match current.map(|current| &current.order) {
        Some(order) if order.state.is_final() => {
            let message =
                format!("The order is {} already; a result may have been issued. Ring the laboratory", order.state.label().to_lowercase());
            Err(vec![Fault::new(place, message)])
        }
        _ => Ok(step),
    }
}

/// The same request under the same number was done before; another one is not the same order, and one that has ended is not begun
/// again.
fn same(current: &CurrentOrder, form: &OrderForm, id: OrderId, incoming: &IncomingOrder) -> Result<Step, Vec<Fault>> {
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

/// In what a form is for something else than an order: the test, the patient, or who else is tested. A name is not enough to
/// say that the patient is the same.
fn differs(current: &CurrentOrder, form: &OrderForm) -> Option<&'static str> {
    let request = current.order.request.as_ref()?;
    let proband = form.people.iter().find(|p| p.relationship == Relationship::Proband).map(|p| &p.demographics);
    match () {
        () if request.test != form.test.code => Some("It is for another test"),
        () if !proband.is_some_and(|named| named.is_certainly(&current.proband)) => Some("It is for another person"),
        () if request.people.len() != form.people.len() => Some("Other relatives are tested"),
        () => None,
    }
}
