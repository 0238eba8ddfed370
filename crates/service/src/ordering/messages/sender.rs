//! For whom a system asks: for its own organisation, or for one of those that a regional integration engine sends for.

use crate::{Desk, ServiceResult};
use access::Action;
use care::{
    MessageId, OdsCode, OrderId, Staff, StaffId,
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

/// The identifiers that the order of a number of a sender may have: of its own organisation, or of one for which it asks. The first is
/// that of an order that is placed, unless an order in another system of the sender has it. Numbers of senders may be anything, so that
/// an identifier alone says nothing of whose order it is: what has it has to be compared with the number.
pub(super) fn order_ids(desk: &Desk, sender: &Desk, incoming: &IncomingOrder) -> Vec<OrderId> {
    let IncomingOrder { number, number_system: system, part, .. } = incoming;
    let of_client = |key: &str| super::order_of(desk.staff.id, key);
    let organisation = &sender.staff.organisation;
    let is_own = *organisation == desk.staff.organisation;
    let ids = |key: &String| {
        let plain = if is_own { of_client(key) } else { of_client(&format!("{organisation}\n{key}")) };
        [plain, of_client(&format!("{organisation}\n{system}\n{key}"))]
    };
    keys(number, *part).iter().flat_map(ids).collect()
}

/// By what the order of a number is found: of further tests under it as they were kept before, too, and of a number that is written as
/// those were another one.
fn keys(number: &str, part: Option<u32>) -> [String; 2] {
    let apart = |part: u32| format!("{part}{APART}{number}");
    match part {
        None => [number.to_owned(), apart(1)],
        Some(part) => [apart(part), Sender::kept_number(number, Some(part))],
    }
}

/// Where it is kept what messages said of the order of a number before it came: one place for all systems of the sender, and for all tests
/// under the number.
pub(super) fn before_order(client: StaffId, organisation: &OdsCode, number: &str) -> MessageId {
    // No number is written with this mark (ASCII, unit separator).
    MessageId(super::order_of(client, &format!("before{APART}{organisation}{APART}{number}")).0)
}

/// Between the part of a number and the number: no number is written with it (ASCII, unit separator).
const APART: char = '\u{1f}';

/// The identifier of an order that is placed: the first of its number that no order has.
pub(super) async fn vacant_id(desk: &Desk, sender: &Desk, incoming: &IncomingOrder) -> ServiceResult<OrderId> {
    let ids = order_ids(desk, sender, incoming);
    for id in &ids {
        if desk.service.store.order_view(*id).await?.is_none() {
            return Ok(*id);
        }
    }
    Ok(ids[0])
}

/// Every order that has a number of a system, in whichever namespace and of whichever person, each with how its sender names it.
pub(crate) async fn numbered_alike(desk: &Desk, own: &Sender) -> ServiceResult<Vec<(OrderView, Sender)>> {
    numbered(desk, own.client, (own.placer_number(), own.part)).await
}

/// The same with the orders of further tests under the number.
#[crate::boxed]
pub(crate) async fn of_number(desk: &Desk, client: StaffId, number: &str) -> ServiceResult<Vec<(OrderView, Sender)>> {
    let mut all = numbered(desk, client, (number, None)).await?;
    for part in 2.. {
        let further = numbered(desk, client, (number, Some(part))).await?;
        if further.is_empty() {
            break;
        }
        all.extend(further);
    }
    Ok(all)
}

/// The orders of one part of a number. The list has what is kept of a number, which another number may be written as: the order says
/// which of them it is.
#[crate::boxed]
async fn numbered(desk: &Desk, client: StaffId, (number, part): (&str, Option<u32>)) -> ServiceResult<Vec<(OrderView, Sender)>> {
    let store = &desk.service.store;
    let listing = desk.service.own_permit(Action::ReadOrder, care::ordering::client::stream(client)).await?;
    let mut found = Vec::new();
    for view in store.orders_of_placer(&listing, client, &Sender::kept_number(number, part)).await? {
        let sender = sender_of(desk, view.id).await?.filter(|sender| sender.is_numbered(number, part));
        found.extend(sender.map(|sender| (view, sender)));
    }
    Ok(found)
}

/// How the system that sent an order names it; nothing where a person ordered it here.
async fn sender_of(desk: &Desk, order: OrderId) -> ServiceResult<Option<Sender>> {
    let permit = desk.service.own_permit(Action::ReadOrder, order.stream()).await?;
    let order = desk.service.store.load::<Order>(&permit, order.stream()).await?.state;
    Ok(order.request.and_then(|request| request.sender))
}
