//! Numbers of a request beside the one that its order has: one that stands for another order means that one of the two is mistaken.

use super::parts::named;
use crate::{
    Desk, ServiceResult,
    ordering::messages::current::{CurrentOrder, find},
};
use care::ordering::{client::Client, message::Fault};
use interop::incoming_order::{IncomingOrder, OrderAction};

/// Why a message does nothing that places an order under a new number, and names an order of this service beside it. The order that is
/// meant may be of anybody.
pub(super) fn not_new(incoming: &IncomingOrder) -> Option<Fault> {
    let is_placed = matches!(incoming.action, OrderAction::Place(_));
    let is_number = || is_number_of_service(&incoming.number).then_some(&incoming.number);
    let other = incoming.own_numbers.first().or_else(is_number).filter(|_| is_placed)?;
    let message = format!(
        "The message names the order {other} of this service, and this is to be a new one: nothing was placed; send a new order with a \
         number of your own alone, and a change under the number that the order has"
    );
    Some(Fault::new(&incoming.place, message))
}

/// A number as this service gives it to orders: `OG-` and twice five letters or digits.
fn is_number_of_service(number: &str) -> bool {
    let parts: Vec<&str> = number.split('-').collect();
    let is_part = |part: &str| part.len() == 5 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    matches!(parts[..], [begin, one, other] if begin.eq_ignore_ascii_case("OG") && is_part(one) && is_part(other))
}

/// Of which other order of the sender a further number of the request is.
pub(super) async fn of_another_order(
    desk: &Desk,
    client: &Client,
    incoming: &IncomingOrder,
    found: Option<&CurrentOrder>,
) -> ServiceResult<Option<Fault>> {
    for other in &incoming.other_numbers {
        let alone = IncomingOrder {
            number: other.value.clone(),
            number_system: other.authority.clone(),
            own_numbers: vec![],
            ..named(incoming, None)
        };
        let order = match find(desk, client, &alone).await? {
            Ok(Some(current)) if found.is_none_or(|found| found.id != current.id) => current.order,
            Ok(_) => continue,
            Err(several) => return Ok(Some(Fault::new(&other.place, several.message))),
        };
        let number = order.request.map_or_else(String::new, |request| format!(" ({})", request.number));
        let message = format!(
            "The number {} stands for another order{number} than {} does: nothing was done; send the number of the order that is meant, \
             alone",
            other.value, incoming.number
        );
        return Ok(Some(Fault::new(&other.place, message)));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_as_this_service_numbers_orders_is_taken_for_such_a_number() {
        for (number, expected) in
            [("OG-PE89A-PYDF5", true), ("og-pe89a-pydf5", true), ("OG-1", false), ("OG-PE89A-PYDF5-2", false), ("W-3", false)]
        {
            assert_eq!(is_number_of_service(number), expected, "{number}");
        }
    }
}
