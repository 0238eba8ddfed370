//! Results of other laboratories: filed where they certainly belong, else by a person; checked by two, released, read.

mod check;
mod deliver;
mod doubt;
mod file;
mod find;
mod moving;
mod read;
mod receive;
mod replace;
mod seen;
mod unreadable;

pub use check::{check, refuse};
pub(crate) use deliver::{OutsideDelivery, deliver};
pub use file::{Comparison, compare, file};
pub use moving::{confirm_move, propose_move, withdraw_move};
pub(crate) use read::escalate;
pub use read::{acknowledge, opened};
pub use receive::ResultsReceived;
pub(crate) use receive::{NotTaken, receive};
pub use seen::{check_seen, version};
pub use unreadable::{Unreadable, unreadable};

use crate::{Desk, ServiceError, ServiceResult, intent::Intent};
use access::{Action, Permit};
use care::{
    MessageId, OrderId, OutsideResultId,
    results::outside::{KeptDocument, OutsideResult, Received, StateKind, StatedPerson},
};
use interop::incoming_message::IncomingResult;
use std::cmp::Ordering;
use store::{Loaded, OrderView, OutsideLine, Paged};

/// Takes results alone, without a message that waits for what becomes of them: for a dry run of a laboratory, and for tests.
#[crate::boxed]
pub async fn take_in(desk: &Desk, message: MessageId, results: &[IncomingResult]) -> ServiceResult<ResultsReceived> {
    let mut intent = Intent::default();
    let received = receive(desk, &mut intent, message, results).await.map_err(|not_taken| not_taken.error)?;
    intent.commit(desk).await?;
    Ok(received)
}

/// A page of the results that wait for this laboratory in some states, oldest first.
#[crate::boxed]
pub async fn waiting(desk: &Desk, states: &[StateKind], page: u64) -> ServiceResult<Paged<(OutsideLine, OutsideResult)>> {
    let permit = desk.permit_general(Action::FileResult).await?;
    let Paged { lines, number, total } = desk.service.store.outside_results(&permit, states, page).await?;
    let streams: Vec<String> = lines.iter().map(|line| line.id.stream()).collect();
    let mut results = desk.service.store.load_all::<OutsideResult>(&permit, &streams).await?;
    let mut found = Vec::new();
    for line in lines {
        let result = results.remove(&line.id.stream()).unwrap_or_default();
        found.push((line, result));
    }
    Ok(Paged { lines: found, number, total })
}

/// A result with the order that it is filed on.
pub struct Shown {
    /// Which.
    pub id: OutsideResultId,
    /// The result.
    pub result: OutsideResult,
    /// Its order, and who the patient of that is.
    pub filed_on: Option<Comparison>,
    /// A later one under the same number of the laboratory, which is not released yet.
    pub later: Option<OutsideResultId>,
    /// The others of the same work on the order, in the order in which they came.
    pub same_work: Vec<(OutsideResultId, OutsideResult)>,
}

/// One result, to whom it is open: in the laboratory always, outside once it is released.
#[crate::boxed]
pub async fn result(desk: &Desk, id: OutsideResultId) -> ServiceResult<Shown> {
    let opened = open(desk, id).await?;
    let mut result = opened.loaded.state;
    if result.is_moved() && !desk.may(Action::FileResult) {
        // What nobody outside had seen concerns nobody outside.
        result.released.ok_or(ServiceError::NotFound("result"))?;
        result.received = result.received.map(|received| Box::new(notice(&received)));
    }
    let Some(order) = opened.order else {
        return Ok(Shown { id, result, filed_on: None, later: None, same_work: vec![] });
    };
    let view = desk.service.store.order_view(order).await?.ok_or(ServiceError::NotFound("order"))?;
    let status = desk.status(&opened.permit, order).await?;
    let others = status.outside_results().filter(|(other, one)| *other != id && is_of_same_work(&result, one));
    let same_work: Vec<(OutsideResultId, OutsideResult)> = others.cloned().collect();
    let is_later = |(_, one): &&(OutsideResultId, OutsideResult)| one.is_to_check() && !is_earlier(one, &result);
    let later = same_work.iter().find(is_later).map(|(other, _)| *other);
    let filed_on = file::comparison(desk, &opened.permit, view, &result).await?;
    Ok(Shown { id, filed_on: Some(filed_on), later, same_work, result })
}

/// What is left to see of a result that belonged to another order, for those who read it there.
fn notice(received: &Received) -> Received {
    let nobody = StatedPerson {
        nhs_number: String::new(),
        numbers: vec![],
        family_name: String::new(),
        given_name: String::new(),
        birth_date: String::new(),
        sex: care::people::patient::Sex::Unknown,
    };
    Received { person: nobody, values: vec![], documents: vec![], not_used: vec![], number: String::new(), ..received.clone() }
}

/// A document of a result, with its bytes.
#[crate::boxed]
pub async fn document(desk: &Desk, id: OutsideResultId, sha256: &str) -> ServiceResult<(KeptDocument, Vec<u8>)> {
    let result = open(desk, id).await?.loaded.state;
    if result.is_moved() && !desk.may(Action::FileResult) {
        return Err(ServiceError::NotFound("document"));
    }
    let documents = result.received.map_or_else(Vec::new, |received| received.documents);
    let document = documents.into_iter().find(|document| document.sha256 == sha256).ok_or(ServiceError::NotFound("document"))?;
    let bytes = desk.service.store.blobs().get(&document.sha256).await?;
    Ok((document, bytes))
}

/// A result that this desk may see.
struct OpenResult {
    loaded: Loaded<OutsideResult>,
    permit: Permit,
    order: Option<OrderId>,
}

async fn open(desk: &Desk, id: OutsideResultId) -> ServiceResult<OpenResult> {
    let lines = lines(desk, id).await?;
    let order = lines.iter().find_map(|line| line.order);
    // Whoever read it has to see that it was moved.
    let is_released = lines.iter().any(|line| line.is_released || line.state == StateKind::Moved);
    let permit = match order {
        None => permit_unmatched(desk, id, &lines).await?,
        Some(order) if is_released && !desk.may(Action::FileResult) => desk.permit_released(Action::ReadReport, order).await?,
        Some(order) => desk.permit(Action::FileResult, order).await?,
    };
    let loaded = desk.service.store.load(&permit, id.stream()).await?;
    Ok(OpenResult { loaded, permit, order })
}

async fn lines(desk: &Desk, id: OutsideResultId) -> ServiceResult<Vec<OutsideLine>> {
    let lines = desk.service.store.outside_lines(id).await?;
    if lines.is_empty() { Err(ServiceError::NotFound("result")) } else { Ok(lines) }
}

/// The permit of a laboratory that looks after a result of no order.
async fn permit_unmatched(desk: &Desk, id: OutsideResultId, lines: &[OutsideLine]) -> ServiceResult<Permit> {
    let own = lines.iter().find(|line| line.organisation == desk.staff.organisation).or(lines.first());
    let organisation = own.map(|line| line.organisation.clone()).ok_or(ServiceError::NotFound("result"))?;
    desk.permit_named(Action::FileResult, id.stream(), organisation).await
}

/// The order on which a result is filed.
async fn order_of(desk: &Desk, id: OutsideResultId) -> ServiceResult<OrderId> {
    let order = lines(desk, id).await?.into_iter().find_map(|line| line.order);
    order.ok_or_else(|| care::Refusals::one("result", "This result is on no order yet: file it first").into())
}

/// Two results of the same work of another laboratory: under one number, of one test.
fn is_of_same_work(one: &OutsideResult, other: &OutsideResult) -> bool {
    match (&one.received, &other.received) {
        (Some(one), Some(other)) => one.is_numbered_as(other) && one.test == other.test,
        _ => false,
    }
}

/// The one is certainly the earlier of two results.
fn is_earlier(one: &OutsideResult, other: &OutsideResult) -> bool {
    let both = one.received.as_deref().zip(other.received.as_deref());
    both.is_some_and(|(one, other)| one.compare(other) == Some(Ordering::Less))
}

/// An order by the number that people read out.
async fn order_by_number(desk: &Desk, number: &str) -> ServiceResult<OrderView> {
    let number = number.trim().to_uppercase();
    let unknown = || care::Refusals::one("number", format!("No order has the number {number}"));
    if number.is_empty() {
        return Err(care::Refusals::one("number", "Enter the number of the order, such as OG-1A2B3C4D5E").into());
    }
    Ok(desk.service.store.order_by_number(&number).await?.ok_or_else(unknown)?)
}
