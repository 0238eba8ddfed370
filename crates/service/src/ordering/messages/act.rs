//! Doing what a message asks for.

use super::{form, order_of};
use crate::{Desk, OrderForm, ServiceError, ServiceResult, directory, ordering};
use access::Action;
use care::{
    OrderId, Role, Staff,
    ordering::{
        client::Client,
        family::Relationship,
        message::Fault,
        order::{Command, Order, Request, State},
    },
};
use interop::incoming_order::{IncomingOrder, OrderAction, OrderDetails};

/// What was done.
pub(super) struct Done {
    pub orders: Vec<OrderId>,
    pub notes: Vec<String>,
}

/// One order of a message, ready to be done.
enum Step {
    Place(Box<OrderForm>, Staff),
    /// It stands already as the message wants it.
    Stands(OrderId),
    Amend(OrderId, Box<OrderForm>, String),
    End(OrderId, Command),
}

/// Does everything, or nothing and says why.
pub(super) async fn act(desk: &Desk, incoming: &[IncomingOrder]) -> ServiceResult<Result<Done, Vec<Fault>>> {
    let (steps, notes) = match steps(desk, incoming).await? {
        Ok(steps) => steps,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut orders = Vec::new();
    for step in steps {
        orders.push(take(desk, step).await?);
    }
    Ok(Ok(Done { orders, notes }))
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
            Err(ServiceError::Refused(refusals)) => {
                faults.extend(refusals.0.into_iter().map(|r| Fault::new(place(&order.place, r.field), r.words)));
            }
            Err(ServiceError::Denied(denied)) => faults.push(Fault::new(&order.place, denied.to_string())),
            Err(other) => return Err(other),
        }
    }
    faults.dedup();
    Ok(if faults.is_empty() { Ok((steps, notes)) } else { Err(faults) })
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
    let stands = standing(desk, id).await?;
    let known = |then: &dyn Fn(OrderId) -> Step| {
        let words = format!("No order with the number {} is known here", incoming.number);
        if stands.is_some() { Ok(then(id)) } else { Err(vec![Fault::new(&incoming.place, words)]) }
    };
    Ok(match &incoming.action {
        OrderAction::Cancel(reason) => known(&|id| Step::End(id, Command::Cancel { reason: reason.clone() }))
            .and_then(|step| endable(step, stands.as_ref(), &incoming.place)),
        OrderAction::EnterInError(reason) => known(&|id| Step::End(id, Command::EnterInError { reason: reason.clone() })),
        OrderAction::Amend(details, reason) => match (&stands, form(desk, client, id, incoming, details, notes).await?) {
            (None, _) => known(&Step::Stands),
            (_, Err(faults)) => Err(faults),
            (Some(order), Ok(form)) => match differs(order, &form) {
                Some(what) => {
                    Err(vec![Fault::new(&incoming.place, format!("{what}: that is another order. Cancel this one and place it anew"))])
                }
                None => Ok(Step::Amend(id, Box::new(form), reason.clone())),
            },
        },
        OrderAction::Place(details) => match (stands, form(desk, client, id, incoming, details, notes).await?) {
            (_, Err(faults)) => Err(faults),
            (Some(order), Ok(form)) => same(&order, &form, id, incoming),
            (None, Ok(form)) => {
                let requester = requester(desk, details);
                ordering::orders::ready(&desk.service.desk(requester.clone()), &form).await?;
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

/// The order as it stands, if there is one.
async fn standing(desk: &Desk, id: OrderId) -> ServiceResult<Option<Order>> {
    if desk.service.store.order_view(id).await?.is_none() {
        return Ok(None);
    }
    let permit = desk.permit(Action::ReadOrder, id).await?;
    Ok(Some(desk.service.store.load::<Order>(&permit, id.stream()).await?.state))
}

/// Who asks: the person whom the message names, for the organisation whose system it is.
fn requester(desk: &Desk, details: &OrderDetails) -> Staff {
    let named = details.requester.trim();
    let name = if named.is_empty() { desk.staff.name.clone() } else { named.to_owned() };
    Staff { name, role: Role::OrderingSystem, ..desk.staff.clone() }
}

async fn take(desk: &Desk, step: Step) -> ServiceResult<OrderId> {
    match step {
        Step::Stands(id) => Ok(id),
        Step::Place(form, requester) => ordering::orders::place(&desk.service.desk(requester), *form).await,
        Step::End(id, command) => {
            ordering::orders::change(desk, id, command).await?;
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
            ordering::orders::amend(desk, id, change, reason).await?;
            Ok(id)
        }
    }
}

/// Where in a message a field of the order stands: what is about a person names the person, the rest the order.
fn place(at: &str, field: &str) -> String {
    format!("{at} ({field})")
}

fn endable(step: Step, order: Option<&Order>, at: &str) -> Result<Step, Vec<Fault>> {
    match order {
        Some(order) if order.state.is_final() => {
            let words =
                format!("The order is {} already; a result may have been issued. Ring the laboratory", order.state.words().to_lowercase());
            Err(vec![Fault::new(at, words)])
        }
        _ => Ok(step),
    }
}

/// The same request under the same number was done before; another one is not the same order, and one that has ended is not begun
/// again.
fn same(order: &Order, form: &OrderForm, id: OrderId, incoming: &IncomingOrder) -> Result<Step, Vec<Fault>> {
    let number = order.request.as_ref().map_or_else(String::new, |r| r.number.clone());
    let refuse = |why: String| {
        let words =
            format!("The number {} already stands for order {number}: {why}. Nothing was changed; send a new number", incoming.number);
        Err(vec![Fault::new(&incoming.place, words)])
    };
    match (&order.state, differs(order, form)) {
        (_, Some(what)) => refuse(what.to_lowercase()),
        (State::Rejected { .. } | State::Cancelled { .. } | State::EnteredInError { .. }, None) => {
            refuse(format!("it is {}", order.state.words().to_lowercase()))
        }
        (_, None) => Ok(Step::Stands(id)),
    }
}

/// In what a form is for something else than an order: the test, the patient, or who else is tested.
fn differs(order: &Order, form: &OrderForm) -> Option<&'static str> {
    let request = order.request.as_ref()?;
    let patient = request.proband().map_or("", |p| &p.name);
    let named = form.people.iter().find(|p| p.relationship == Relationship::Proband).map(|p| p.demographics.full_name());
    match () {
        () if request.test != form.test.code => Some("It is for another test"),
        () if !named.is_some_and(|name| name.eq_ignore_ascii_case(patient)) => Some("It is for another person"),
        () if request.people.len() != form.people.len() => Some("Other relatives are tested"),
        () => None,
    }
}
