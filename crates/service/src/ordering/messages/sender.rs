//! For whom a system asks: for its own organisation, or for one of those that a regional integration engine sends for.

use crate::{Desk, ServiceResult};
use access::Action;
use care::{
    OdsCode, OrderId, Staff,
    ordering::{
        client::Client,
        order::{Order, Sender},
    },
};
use interop::incoming_order::IncomingOrder;
use store::OrderView;

/// The desk of the organisation that a message names: a site's code begins with that of its trust (ODS). Why not, where it is none
/// for which the system asks.
pub(super) fn for_organisation(desk: &Desk, client: &Client, named: Option<&str>) -> Result<Desk, String> {
    let own = desk.staff.organisation.to_string();
    let named = named.map(str::trim).filter(|named| named.parse::<OdsCode>().is_ok());
    let Some(named) = named else {
        if client.represents.is_empty() {
            return Ok(desk.clone());
        }
        return Err("The system sends for several organisations, and the order does not say for which: name it in ORC-21, or as the \
                    requester's organisation"
            .to_owned());
    };
    let fits = |sender: &Desk| named.to_uppercase().starts_with(&sender.staff.organisation.to_string());
    all(desk, client)
        .into_iter()
        .filter(fits)
        // Of two that fit, the one that is named more closely.
        .max_by_key(|sender| sender.staff.organisation.to_string().len())
        .ok_or_else(|| format!("The order is requested for {named}, but the system that sent it is of {own}"))
}

/// The desks of all organisations for which a system asks.
pub(crate) fn all(desk: &Desk, client: &Client) -> Vec<Desk> {
    let represented = client.represents.iter().map(|organisation| at(desk, organisation.code.clone(), &organisation.name));
    std::iter::once(desk.clone()).chain(represented).collect()
}

/// The desk of the organisation that placed an order; its own where it was placed for another.
pub(super) fn of_order(desk: &Desk, client: &Client, requester: &OdsCode) -> Desk {
    all(desk, client).into_iter().find(|sender| sender.staff.organisation == *requester).unwrap_or_else(|| desk.clone())
}

fn at(desk: &Desk, organisation: OdsCode, name: &str) -> Desk {
    desk.service.desk(Staff { organisation, organisation_name: name.to_owned(), ..desk.staff.clone() })
}

/// The order that a number of a sender stands for: of its own organisation, or of one for which it asks.
pub(super) fn order_id(desk: &Desk, sender: &Desk, incoming: &IncomingOrder) -> OrderId {
    order_of_number(desk, sender, &incoming.number)
}

/// The same by the number alone.
pub(crate) fn order_of_number(desk: &Desk, sender: &Desk, number: &str) -> OrderId {
    if sender.staff.organisation == desk.staff.organisation {
        return super::order_of(desk.staff.id, number);
    }
    super::order_of(desk.staff.id, &format!("{}\n{number}", sender.staff.organisation))
}

/// The same, where the number is another order's in another system of the sender.
pub(super) fn order_id_in_system(desk: &Desk, sender: &Desk, incoming: &IncomingOrder) -> OrderId {
    order_of_number_in_system(desk, sender, (&incoming.number_system, &incoming.number))
}

/// The same by the system and the number alone.
pub(crate) fn order_of_number_in_system(desk: &Desk, sender: &Desk, (system, number): (&str, &str)) -> OrderId {
    super::order_of(desk.staff.id, &format!("{}\n{system}\n{number}", sender.staff.organisation))
}

/// Every order that has a number of a system, in whichever namespace and of whichever person, each with how its sender names it.
#[crate::boxed]
pub(crate) async fn numbered_alike(desk: &Desk, own: &Sender) -> ServiceResult<Vec<(OrderView, Sender)>> {
    let store = &desk.service.store;
    let listing = desk.service.own_permit(Action::ReadOrder, care::ordering::client::stream(own.client)).await?;
    let mut alike = Vec::new();
    for view in store.orders_of_placer(&listing, own.client, &own.number).await? {
        alike.extend(sender_of(desk, view.id).await?.map(|sender| (view, sender)));
    }
    Ok(alike)
}

/// How the system that sent an order names it; nothing where a person ordered it here.
pub(crate) async fn sender_of(desk: &Desk, order: OrderId) -> ServiceResult<Option<Sender>> {
    let permit = desk.service.own_permit(Action::ReadOrder, order.stream()).await?;
    let order = desk.service.store.load::<Order>(&permit, order.stream()).await?.state;
    Ok(order.request.and_then(|request| request.sender))
}
