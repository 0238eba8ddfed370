//! Doing what a message asks for.

mod again;
pub(super) mod early;
mod ending;
mod not_done;
mod other_numbers;
mod parts;
mod refused;
mod repeats;
mod written;

pub(crate) use self::written::can_be;
use self::{
    ending::{Ending, endable, ending},
    not_done::with_consents,
    parts::Chosen,
};
use super::{
    current::{CurrentOrder, differs, find, not_meant},
    form, person, records, restated, sender,
};
use crate::{
    Desk, OrderForm, ServiceError, ServiceResult, directory,
    intent::Intent,
    ordering,
    results::{self, outside::NotTaken},
};
use care::{
    MessageId, OrderId, PatientId, Role, Staff,
    ordering::{
        choice::restated::Statement,
        client::Client,
        message::Fault,
        order::{Command, Request, SenderResources},
    },
};
use interop::{
    incoming_message::{IncomingResult, MessageContent},
    incoming_order::{IncomingOrder, OrderAction, OrderDetails},
};
use ontology::TermId;

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
    Amend(Box<Amendment>),
    End(Box<Ending>),
}

/// A change of an order.
struct Amendment {
    /// The desk of the organisation for which it was placed.
    desk: Desk,
    id: OrderId,
    patient: PatientId,
    /// What is asked for now; nothing where only the addresses differ.
    form: Option<OrderForm>,
    /// How the sender names its resources from now on; nothing where that stays.
    resources: Option<SenderResources>,
    /// Whose choice changes, and what is stated of it.
    consents: Vec<(PatientId, Statement)>,
    reason: String,
}

/// Everything that is asked for as one intent, or why none of it can be done. Nothing is written yet.
#[crate::boxed]
pub(super) async fn act(desk: &Desk, message: MessageId, content: &MessageContent) -> ServiceResult<Result<Done, Vec<Fault>>> {
    let mut intent = Intent::default();
    match content {
        MessageContent::Orders(incoming) => Box::pin(act_on_orders(desk, incoming)).await,
        MessageContent::Results(results) => act_on_results(desk, message, results).await,
        MessageContent::Demographics(person, stated_at) => {
            let client = ordering::messages::client(desk).await?;
            let done = super::people::update(desk, &client, &mut intent, (person, *stated_at)).await;
            people_done(done, intent, &person.place)
        }
        MessageContent::Merge(merge) => {
            let client = ordering::messages::client(desk).await?;
            let done = super::people::merge(desk, &client, &mut intent, merge).await;
            people_done(done, intent, &merge.place)
        }
    }
}

async fn act_on_orders(desk: &Desk, incoming: &[IncomingOrder]) -> ServiceResult<Result<Done, Vec<Fault>>> {
    if let Some(fault) = may_not_order(desk, incoming) {
        return Ok(Err(with_consents(vec![fault], incoming)));
    }
    let Chosen { orders: incoming, notes: of_parts } = match parts::chosen(desk, incoming).await? {
        Ok(chosen) => chosen,
        Err(faults) => return Ok(Err(with_consents(faults, incoming))),
    };
    let (steps, mut notes) = match Box::pin(steps(desk, &incoming)).await? {
        Ok(steps) => steps,
        Err(faults) => return Ok(Err(with_consents(faults, &incoming))),
    };
    notes.extend(of_parts);
    let client = ordering::messages::client(desk).await?;
    let (mut intent, mut orders, mut faults) = (Intent::default(), Vec::new(), Vec::new());
    for (mut step, order) in steps.into_iter().zip(&incoming) {
        if let Some(fault) = early::overtaken(desk, &mut intent, &mut step, (order, &mut notes)).await? {
            faults.push(fault);
            continue;
        }
        repeats::warn(desk, &intent, &mut step, &mut notes).await?;
        let stated_at = order.stated_at.filter(|_| !matches!(step, Step::End(_)));
        let is_placed = matches!(step, Step::Place(..));
        match apply(desk, &mut intent, step).await {
            Ok(id) => {
                written::remember(desk, &client, &mut intent, (id, stated_at)).await?;
                orders.push(id);
            }
            Err(error) if is_placed => faults.extend(refused::of_order(unless_placed(desk, &client, order, error).await?, order)?),
            Err(error) => faults.extend(refused::of_order(error, order)?),
        }
    }
    Ok(if faults.is_empty() { Ok(Done { intent, orders, notes }) } else { Err(with_consents(faults, &incoming)) })
}

/// A system that was opened to send results orders nothing.
fn may_not_order(desk: &Desk, incoming: &[IncomingOrder]) -> Option<Fault> {
    let place = incoming.first().map_or("", |order| order.place.as_str());
    let message = format!("{} is here to send results, and may not order, change or cancel", desk.staff.name);
    (desk.staff.role != Role::OrderingSystem).then(|| Fault::new(place, message))
}

async fn act_on_results(desk: &Desk, message: MessageId, incoming: &[IncomingResult]) -> ServiceResult<Result<Done, Vec<Fault>>> {
    let mut intent = Intent::default();
    Ok(match results::outside::receive(desk, &mut intent, message, incoming).await {
        Ok(received) => Ok(Done { intent, orders: received.orders, notes: received.notes }),
        Err(NotTaken { place, error }) => {
            let first = incoming.first().map_or("", |result| result.place.as_str());
            Err(refused::of_result(error, if place.is_empty() { first } else { &place })?)
        }
    })
}

/// What was done with people, or what stands against it.
fn people_done(done: ServiceResult<Vec<String>>, intent: Intent, place: &str) -> ServiceResult<Result<Done, Vec<Fault>>> {
    Ok(match done {
        Ok(notes) => Ok(Done { intent, orders: vec![], notes }),
        Err(error) => Err(refused::of_person(error, place)?),
    })
}

/// The faults and notes that doing it would have.
#[crate::boxed]
pub(super) async fn dry_run(desk: &Desk, content: &MessageContent) -> ServiceResult<(Vec<Fault>, Vec<String>)> {
    let MessageContent::Orders(incoming) = content else {
        let message = MessageId(desk.new_id());
        return Ok(act(desk, message, content).await?.map_or_else(|faults| (faults, vec![]), |done| (vec![], done.notes)));
    };
    if let Some(fault) = may_not_order(desk, incoming) {
        return Ok((vec![fault], vec![]));
    }
    let Chosen { orders, notes: of_parts } = match parts::chosen(desk, incoming).await? {
        Ok(chosen) => chosen,
        Err(faults) => return Ok((with_consents(faults, incoming), vec![])),
    };
    Ok(match Box::pin(steps(desk, &orders)).await? {
        Ok((steps, mut notes)) => {
            notes.extend(of_parts);
            let mut faults = Vec::new();
            for (mut step, order) in steps.into_iter().zip(&orders) {
                faults.extend(early::overtaken(desk, &mut Intent::default(), &mut step, (order, &mut notes)).await?);
                repeats::warn(desk, &Intent::default(), &mut step, &mut notes).await?;
            }
            if faults.is_empty() { (vec![], notes) } else { (with_consents(faults, incoming), vec![]) }
        }
        Err(faults) => (with_consents(faults, incoming), vec![]),
    })
}

async fn steps(desk: &Desk, incoming: &[IncomingOrder]) -> ServiceResult<Result<(Vec<Step>, Vec<String>), Vec<Fault>>> {
    let client = ordering::messages::client(desk).await?;
    let (mut steps, mut notes, mut faults) = (Vec::new(), Vec::new(), ordering::specimens::shared_within(incoming));
    faults.extend(records::contradicted(desk, &client, incoming).await?);
    for order in incoming {
        match Box::pin(step_of(desk, &client, order, &mut notes)).await {
            Ok(Ok(step)) => steps.push(step),
            Ok(Err(wrong)) => faults.extend(wrong),
            Err(error) => faults.extend(refused::of_order(error, order)?),
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
    let found = match find(desk, client, incoming).await? {
        Ok(found) => found,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let not_meant = found.as_ref().map_or_else(|| other_numbers::not_new(incoming), |current| not_meant(current, incoming));
    let not_meant = match not_meant {
        None => other_numbers::of_another_order(desk, client, incoming, found.as_ref()).await?,
        fault => fault,
    };
    if let Some(fault) = not_meant {
        return Ok(Err(vec![fault]));
    }
    let unknown = || {
        let whose = if incoming.number_system.is_empty() { String::new() } else { format!(" of {}", incoming.number_system) };
        let further = incoming.part.map_or_else(String::new, |part| format!(" and {part} tests"));
        vec![Fault::new(&incoming.place, format!("No order with the number {}{whose}{further} is known here", incoming.number))]
    };
    Ok(match &incoming.action {
        OrderAction::Cancel(reason) => {
            let Some(current) = &found else { return Ok(Err(unknown())) };
            match ending((current, client), incoming, Command::Cancel { reason: reason.clone() }, notes).await? {
                Ok(step) => endable(step, found.as_ref(), &incoming.place),
                refused => refused,
            }
        }
        OrderAction::EnterInError(reason) => {
            let Some(current) = &found else { return Ok(Err(unknown())) };
            ending((current, client), incoming, Command::EnterInError { reason: reason.clone() }, notes).await?
        }
        OrderAction::Amend(details, reason) => {
            let Some(current) = &found else { return Ok(Err(unknown())) };
            match form(&current.desk, client, current.id, incoming, details, notes).await? {
                Err(faults) => Err(faults),
                Ok(mut form) => {
                    if let Some(what) = differs(current, &form) {
                        let message = format!("{what}: that is another order. Cancel this one and place it anew");
                        return Ok(Err(vec![Fault::new(&incoming.place, message)]));
                    }
                    again::keep_unsaid(current, details, &mut form);
                    notes.extend(again::kept(current, &form, (incoming, details), true).await?);
                    match again::consents(current, &form, incoming, notes).await? {
                        Ok(consents) => Ok(amendment(current, form, consents, reason.clone()).await?),
                        Err(fault) => Err(vec![fault]),
                    }
                }
            }
        }
        OrderAction::Place(details) => Box::pin(place_step(desk, client, incoming, details, found, notes)).await?,
    })
}

async fn amendment(current: &CurrentOrder, form: OrderForm, consents: Vec<(PatientId, Statement)>, reason: String) -> ServiceResult<Step> {
    let resources = restated::addresses(current, &form).await?;
    let (desk, id, patient) = (current.desk.clone(), current.id, current.patient);
    Ok(Step::Amend(Box::new(Amendment { desk, id, patient, form: Some(form), resources, consents, reason })))
}

async fn place_step(
    desk: &Desk,
    client: &Client,
    incoming: &IncomingOrder,
    details: &OrderDetails,
    found: Option<CurrentOrder>,
    notes: &mut Vec<String>,
) -> ServiceResult<Result<Step, Vec<Fault>>> {
    let (sender, id) = match &found {
        Some(current) => (current.desk.clone(), current.id),
        None => match sender::for_organisation(desk, client, details.organisation.as_deref()) {
            Ok(sender) => {
                let id = sender::vacant_id(desk, &sender, incoming).await?;
                // Another message may have placed it since it was looked for: a second identifier would be a second order.
                if matches!(find(desk, client, incoming).await?, Ok(Some(_))) {
                    return Err(ServiceError::Conflict(PLACED_BY_NOW.into()));
                }
                (sender, id)
            }
            Err(why) => return Ok(Err(vec![Fault::new(incoming.place_of("organisation", &why), why)])),
        },
    };
    Ok(match (found, form(&sender, client, id, incoming, details, notes).await?) {
        (_, Err(faults)) => Err(faults),
        (Some(current), Ok(form)) => match again::same(&current, &form, id, incoming).await? {
            Ok(step) => again::stated_again(&current, form, step, (incoming, details), notes).await?,
            refused => refused,
        },
        (None, Ok(form)) => {
            let requester = requester(&sender, details);
            match ordering::orders::ready(&desk.service.desk(requester.clone()), &Intent::default(), &form).await {
                Ok(ready) => notes.extend(ready.notes),
                Err(error) => return Err(unless_placed(desk, client, incoming, error).await?),
            }
            Ok(Step::Place(Box::new(form), requester))
        }
    })
}

/// Why a new order cannot be placed; a conflict where another message has placed it since it was looked for: this one is then decided
/// with what stands by now.
async fn unless_placed(desk: &Desk, client: &Client, incoming: &IncomingOrder, error: ServiceError) -> ServiceResult<ServiceError> {
    if !matches!(error, ServiceError::Refused(_)) {
        return Ok(error);
    }
    let by_now = find(desk, client, incoming).await?;
    Ok(if matches!(by_now, Ok(Some(_))) { ServiceError::Conflict(PLACED_BY_NOW.into()) } else { error })
}

const PLACED_BY_NOW: &str = "The same order was placed at the same time. Send it again";

async fn form(
    desk: &Desk,
    client: &Client,
    id: OrderId,
    incoming: &IncomingOrder,
    details: &OrderDetails,
    notes: &mut Vec<String>,
) -> ServiceResult<Result<OrderForm, Vec<Fault>>> {
    let mut details = details.clone();
    for person in &mut details.people {
        match person::known(desk, person).await? {
            Ok(known) => {
                notes.extend(records::displayed_otherwise(&known));
                *person = known;
            }
            Err(fault) => return Ok(Err(vec![fault])),
        }
    }
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let sources = form::Sources::for_order(desk, &catalogue, client, (id, incoming));
    Ok(form::form(&sources, &details, notes))
}

/// Who asks: the person whom the message names, for the organisation whose system it is.
fn requester(desk: &Desk, details: &OrderDetails) -> Staff {
    let named = details.requester.trim();
    let name = if named.is_empty() { desk.staff.name.clone() } else { named.to_owned() };
    // What the system itself may not do it may not do in somebody's name either.
    Staff { name, ..desk.staff.clone() }
}

async fn apply(desk: &Desk, intent: &mut Intent, step: Step) -> ServiceResult<OrderId> {
    match step {
        Step::Unchanged(id) => Ok(id),
        Step::Place(form, requester) => ordering::orders::place_in(&desk.service.desk(requester), intent, *form).await,
        Step::End(ending) => {
            let Ending { desk, id, command, consents } = *ending;
            restate(&desk, intent, id, consents).await?;
            ordering::orders::change_in(&desk, intent, id, command).await?;
            Ok(id)
        }
        Step::Amend(amendment) => {
            let Amendment { desk, id, patient, form, resources, consents, reason } = *amendment;
            restate(&desk, intent, id, consents).await?;
            if let Some((day, by)) = form.as_ref().and_then(|form| Some((form.enclosed.died.as_deref()?, &form.enclosed.by_system))) {
                crate::people::deaths::say_in(&desk, intent, patient, (day, by)).await?;
            }
            if form.is_none() && resources.is_none() {
                return Ok(id);
            }
            let change = |request: &mut Request| {
                if let (Some(sender), Some(resources)) = (&mut request.sender, resources) {
                    sender.resources = resources;
                }
                let Some(form) = form else { return };
                // A change that says nothing of features takes none away that were added here.
                if !(form.observed.is_empty() && form.excluded.is_empty()) {
                    request.observed.clone_from(&form.observed);
                    request.excluded.clone_from(&form.excluded);
                    request.onsets = onsets(request, &form);
                }
                request.history.clone_from(&form.history);
                request.purpose.clone_from(&form.purpose);
                request.urgency = form.urgency;
                if let (Some(known), Some(stated)) = (&mut request.sender, &form.sender) {
                    known.stated_at = known.stated_at.max(stated.stated_at);
                }
            };
            ordering::orders::amend_in(&desk, intent, id, change, reason).await?;
            Ok(id)
        }
    }
}

async fn restate(desk: &Desk, intent: &mut Intent, id: OrderId, consents: Vec<(PatientId, Statement)>) -> ServiceResult<()> {
    for statement in consents {
        ordering::consents::restate_in(desk, intent, id, statement).await?;
    }
    Ok(())
}

/// When features began, as a form says it; of a feature of which it says nothing, and that stays, as the order has it.
fn onsets(request: &Request, form: &OrderForm) -> Vec<(TermId, TermId)> {
    let is_kept = |feature: TermId| form.observed.contains(&feature) && form.onsets.iter().all(|(stated, _)| *stated != feature);
    let kept = request.onsets.iter().copied().filter(|(feature, _)| is_kept(*feature));
    form.onsets.iter().copied().chain(kept).collect()
}
