//! What messages end or change that is not here yet. Messages overtake one another: an end that came before its order is kept, so that the
//! older order, when it comes, is not placed as though nothing had been said.

use super::{Step, parts::named, written};
use crate::{
    Desk, ServiceResult,
    intent::Intent,
    ordering::{
        self,
        generations::{self, CHECK},
        messages::{
            current::{find, moment},
            sender,
        },
    },
};
use access::Action;
use care::{
    MessageId, Role,
    ordering::{
        client::Client,
        message::{Early, Event, Fault, Message},
    },
};
use interop::{
    incoming_message::MessageContent,
    incoming_order::{IncomingOrder, OrderAction},
};
use std::collections::BTreeMap;
use store::Change;

/// Adds to what is written of a message that was refused what it ends or changes and nobody knows here.
pub(in crate::ordering::messages) async fn keep(
    desk: &Desk,
    message: MessageId,
    content: &MessageContent,
    change: &mut Change,
) -> ServiceResult<()> {
    let MessageContent::Orders(incoming) = content else { return Ok(()) };
    if desk.staff.role != Role::OrderingSystem {
        return Ok(());
    }
    let client = ordering::messages::client(desk).await?;
    let mut kept: BTreeMap<MessageId, Vec<Early>> = BTreeMap::new();
    for order in incoming {
        let Some(early) = early(desk, message, order) else { continue };
        if !matches!(find(desk, &client, &named(order, None)).await?, Ok(None)) {
            continue;
        }
        for sender in senders(desk, &client, order) {
            let place = sender::before_order(desk.staff.id, &sender.staff.organisation, &order.number);
            kept.entry(place).or_default().push(early.clone());
        }
    }
    let permit = desk.permit_general(Action::SendMessage).await?;
    for (place, early) in kept {
        let loaded = desk.service.store.load::<Message>(&permit, place.stream()).await?;
        let is_new = |early: &Early| !loaded.state.early.contains(early);
        let events: Vec<Event> = early.into_iter().filter(is_new).map(Event::CameFirst).collect();
        change.add(&loaded, &events);
    }
    Ok(())
}

/// What a message says of an order that it ends or changes, where it says when it was written.
fn early(desk: &Desk, message: MessageId, order: &IncomingOrder) -> Option<Early> {
    let is_end = match &order.action {
        OrderAction::Cancel(_) | OrderAction::EnterInError(_) => true,
        OrderAction::Amend(..) => false,
        OrderAction::Place(_) => return None,
    };
    let stated_at = order.stated_at.filter(|at| written::can_be(*at, desk.now()))?;
    Some(Early { message, system: order.number_system.clone(), stated_at, is_end })
}

/// For whom the order may be placed: for the organisation that is named, else for any for which the system asks.
fn senders(desk: &Desk, client: &Client, order: &IncomingOrder) -> Vec<Desk> {
    match order.organisation.as_deref() {
        None => sender::all(desk, client),
        named => sender::for_organisation(desk, client, named).into_iter().collect(),
    }
}

/// Why an order is not placed: a message that was written later ended it and came first. One that changed it and came first is named in
/// the answer and on the order. Whatever comes before this is written makes it be read again.
pub(super) async fn overtaken(
    desk: &Desk,
    intent: &mut Intent,
    step: &mut Step,
    (order, notes): (&IncomingOrder, &mut Vec<String>),
) -> ServiceResult<Option<Fault>> {
    let Step::Place(form, requester) = step else { return Ok(None) };
    let Some(own) = &form.sender else { return Ok(None) };
    let permit = desk.permit_general(Action::SendMessage).await?;
    let place = sender::before_order(own.client, &requester.organisation, own.placer_number());
    let loaded = desk.service.store.load::<Message>(&permit, place.stream()).await?;
    let mut change = Change::default();
    change.add(&loaded, &[]);
    intent.add(desk, permit, change);
    let Some(own_time) = own.stated_at else { return Ok(None) };
    let newest = |is_end: bool| {
        let later = loaded.state.early.iter().filter(|early| early.is_end == is_end && early.stated_at > own_time);
        later.filter(|early| own.may_be_of(&early.system)).map(|early| early.stated_at).max()
    };
    let times = |at| format!("was written later ({}) than this one ({})", moment(at), moment(own_time));
    if let Some(ended) = newest(true) {
        let message = format!(
            "A message that {} ended the order {}, and came before it: nothing was placed; send the order anew if it is still meant",
            times(ended),
            order.number
        );
        return Ok(Some(Fault::new(&order.place, message)));
    }
    let Some(changed) = newest(false) else { return Ok(None) };
    let check = format!(
        "{CHECK}A message that {} changed the order {}, came before it and was refused: the order is placed without that change, which \
         has to be sent anew",
        times(changed),
        order.number
    );
    form.history = generations::with_checks(&form.history, std::slice::from_ref(&check));
    notes.push(check);
    Ok(None)
}
