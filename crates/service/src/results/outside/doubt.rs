//! Why a result that fits an order is not filed there by itself: what it takes back never came, or it is not certain which result of
//! the same work is the later one.

use super::replace::Known;
use care::{
    OrderId, OutsideResultId,
    results::outside::{Arrival, Earlier, FiledBy, OutsideResult, Received, ResultStatus, Succession, succession},
};

/// Whether an earlier result is of the same order. One that is on none is of the person whom it names: two systems of one laboratory
/// may give the same number to the work of two people.
pub(super) fn is_of(earlier: &OutsideResult, order: OrderId, received: &Received) -> bool {
    match (&earlier.filed, &earlier.received) {
        (Some(filed), _) => filed.order == order,
        (None, Some(other)) => other.person.is_same(&received.person),
        (None, None) => false,
    }
}

/// Why a person has to say what a result on an order with a number is.
pub(super) fn why(
    received: &Received,
    (order, number): (OrderId, &str),
    known: &[Known],
    arrival: &Arrival<OutsideResultId>,
) -> Option<String> {
    if !received.replaces.is_empty() && !known.iter().any(|(_, loaded)| is_replaced(&loaded.state, order, received)) {
        let what = if received.status == ResultStatus::Cancelled { "takes back" } else { "takes the place of" };
        return Some(format!("It {what} {}, of which nothing came for this person and {number}", received.replaces));
    }
    if let Some(other) = known.iter().find_map(|(_, loaded)| moved_to(&loaded.state, order, received)) {
        return Some(format!("The result before it was moved to {other}: it may belong there, too"));
    }
    let Arrival::Unclear { beside } = arrival else { return None };
    let (_, loaded) = known.iter().find(|(id, _)| id == beside)?;
    let other = loaded.state.received.as_deref()?;
    let what = other.status.label().to_lowercase();
    let (own, others) = (received.version.label(), other.version.label());
    Some(format!("Another result of the same work is {what} ({others}), and whether this one ({own}) is in force beside it is not certain"))
}

/// It is the document whose place is taken, or that is taken back, and not itself a withdrawal of what never came.
fn is_replaced(known: &OutsideResult, order: OrderId, received: &Received) -> bool {
    let is_there = known.filed.is_some() || known.status().is_some_and(|status| status != ResultStatus::Cancelled);
    let is_named = known.received.as_ref().is_some_and(|other| other.client == received.client && other.filler == received.replaces);
    is_there && is_named && !known.is_moved() && is_of(known, order, received)
}

/// The other order to which two people moved a result of the same work and person.
fn moved_to<'k>(known: &'k OutsideResult, order: OrderId, received: &Received) -> Option<&'k str> {
    let other = known.received.as_deref().filter(|other| other.is_numbered_as(received) && other.test == received.test)?;
    let filed = known.filed.as_ref().filter(|filed| filed.order != order && matches!(filed.how, FiledBy::Moved { .. }))?;
    (known.is_live() && other.person.is_same(&received.person)).then_some(filed.number.as_str())
}

/// What the sender should know of a result that is in force beside another one: a preliminary result takes the place of no other.
pub(super) fn beside(received: &Received, of_order: &[Earlier<OutsideResultId>]) -> Option<String> {
    let is_beside = |one: &&Earlier<OutsideResultId>| one.is_live && succession(received, one.received) == Succession::Beside;
    let other = of_order.iter().find(is_beside)?.received;
    let (what, when) = (other.status.label().to_lowercase(), other.version.label());
    let (filler, own) = (&received.filler, received.version.label());
    Some(format!("The result {filler} ({own}) is in force beside one of the same work that is {what} ({when}): people see both"))
}

/// What the sender should know of a result that another one of the same work makes superseded.
pub(super) fn superseded(received: &Received, by: &OutsideResult, number: &str) -> String {
    let other = by.received.as_deref();
    let (what, when) = other.map_or_else(Default::default, |other| (other.status.label().to_lowercase(), other.version.label()));
    let (filler, own) = (&received.filler, received.version.label());
    let kept = "so that this one is kept as superseded, and nobody acts on it";
    format!(
        "The result {filler} ({own}) came after a result of the same work that is {what} ({when}) and stays in force on {number}, {kept}"
    )
}
