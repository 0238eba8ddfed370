//! Doing what a message asks for.

use super::{form, order_of};
use crate::{Desk, OrderForm, ServiceError, ServiceResult};
use access::Action;
use care::{
    OrderId, Role, Staff,
    client::Client,
    family::Relationship,
    message::Fault,
    order::{Command, Order, Request, State},
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

impl Desk {
    /// Does everything, or nothing and says why.
    pub(super) async fn act(&self, incoming: &[IncomingOrder]) -> ServiceResult<Result<Done, Vec<Fault>>> {
        let (steps, notes) = match self.steps(incoming).await? {
            Ok(steps) => steps,
            Err(faults) => return Ok(Err(faults)),
        };
        let mut orders = Vec::new();
        for step in steps {
            orders.push(self.step(step).await?);
        }
        Ok(Ok(Done { orders, notes }))
    }

    /// The faults and notes that doing it would have.
    pub(super) async fn dry_run(&self, incoming: &[IncomingOrder]) -> ServiceResult<(Vec<Fault>, Vec<String>)> {
        Ok(match self.steps(incoming).await? {
            Ok((_, notes)) => (vec![], notes),
            Err(faults) => (faults, vec![]),
        })
    }

    async fn steps(&self, incoming: &[IncomingOrder]) -> ServiceResult<Result<(Vec<Step>, Vec<String>), Vec<Fault>>> {
        let client = self.client().await?;
        let (mut steps, mut notes, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for order in incoming {
            match self.step_of(&client, order, &mut notes).await {
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

    async fn step_of(&self, client: &Client, incoming: &IncomingOrder, notes: &mut Vec<String>) -> ServiceResult<Result<Step, Vec<Fault>>> {
        // A change may name the order by the service's own identifier.
        let own = incoming.number.split('.').next().and_then(|id| id.parse::<OrderId>().ok());
        let own = match own {
            Some(id) if self.service.store.order_view(id).await?.is_some() => Some(id),
            _ => None,
        };
        let id = own.unwrap_or_else(|| order_of(self.staff.id, &incoming.number));
        let stands = self.standing(id).await?;
        let known = |then: &dyn Fn(OrderId) -> Step| {
            let words = format!("No order with the number {} is known here", incoming.number);
            if stands.is_some() { Ok(then(id)) } else { Err(vec![Fault::new(&incoming.place, words)]) }
        };
        Ok(match &incoming.action {
            OrderAction::Cancel(reason) => known(&|id| Step::End(id, Command::Cancel { reason: reason.clone() }))
                .and_then(|step| endable(step, stands.as_ref(), &incoming.place)),
            OrderAction::EnterInError(reason) => known(&|id| Step::End(id, Command::EnterInError { reason: reason.clone() })),
            OrderAction::Amend(details, reason) => match (&stands, self.form(client, id, incoming, details, notes).await?) {
                (None, _) => known(&Step::Stands),
                (_, Err(faults)) => Err(faults),
                (Some(order), Ok(form)) => match differs(order, &form) {
                    Some(what) => {
                        Err(vec![Fault::new(&incoming.place, format!("{what}: that is another order. Cancel this one and place it anew"))])
                    }
                    None => Ok(Step::Amend(id, Box::new(form), reason.clone())),
                },
            },
            OrderAction::Place(details) => match (stands, self.form(client, id, incoming, details, notes).await?) {
                (_, Err(faults)) => Err(faults),
                (Some(order), Ok(form)) => same(&order, &form, id, incoming),
                (None, Ok(form)) => {
                    let requester = self.requester(details);
                    self.service.desk(requester.clone()).ready(&form).await?;
                    Ok(Step::Place(Box::new(form), requester))
                }
            },
        })
    }

    async fn form(
        &self,
        client: &Client,
        id: OrderId,
        incoming: &IncomingOrder,
        details: &OrderDetails,
        notes: &mut Vec<String>,
    ) -> ServiceResult<Result<OrderForm, Vec<Fault>>> {
        let catalogue = self.service.catalogue().await?;
        let sources = form::Sources { knowledge: &self.service.knowledge, catalogue: &catalogue, client, by: &self.staff, id, incoming };
        Ok(form::form(&sources, details, notes))
    }

    /// The order as it stands, if there is one.
    async fn standing(&self, id: OrderId) -> ServiceResult<Option<Order>> {
        if self.service.store.order_view(id).await?.is_none() {
            return Ok(None);
        }
        let permit = self.permit(Action::ReadOrder, id).await?;
        Ok(Some(self.service.store.load::<Order>(&permit, id.stream()).await?.state))
    }

    /// Who asks: the person whom the message names, for the organisation whose system it is.
    fn requester(&self, details: &OrderDetails) -> Staff {
        let named = details.requester.trim();
        let name = if named.is_empty() { self.staff.name.clone() } else { named.to_owned() };
        Staff { name, role: Role::OrderingSystem, ..self.staff.clone() }
    }

    async fn step(&self, step: Step) -> ServiceResult<OrderId> {
        match step {
            Step::Stands(id) => Ok(id),
            Step::Place(form, requester) => self.service.desk(requester).place_order(*form).await,
            Step::End(id, command) => {
                self.change_order(id, command).await?;
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
                self.amend_order(id, change, reason).await?;
                Ok(id)
            }
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
