//! Where a search looks: in the orders that one of its parameters names, else in all of the client's own organisation.

use crate::api::fhir::{Refused, orders::order_of};
use care::{NhsNumber, OrderId, PatientId};
use interop::{
    codes::system,
    fhir::{
        order,
        search::{Kind, Narrows, Query, ValueCriterion},
    },
};
use service::{
    Desk,
    results::exchange::{self, Search},
};

/// Where to look.
pub(super) enum Candidates {
    /// In these orders, each of which the client named.
    Named(Vec<OrderId>),
    /// In these orders.
    Orders(Vec<OrderId>),
    /// In every order of the organisation, page by page.
    Everything,
}

/// How much a parameter narrows, the most first.
const ORDER: [Narrows; 5] = [Narrows::Own, Narrows::Request, Narrows::Number, Narrows::PersonNumber, Narrows::Person];

/// Where a search looks. What is compared in another resource narrows by that one, since both are of one order.
pub(super) async fn candidates(desk: &Desk, kind: &'static Kind, query: &Query) -> Result<Candidates, Refused> {
    let innermost: Vec<_> = query.criteria.iter().map(|criterion| criterion.innermost(kind)).collect();
    let narrowing =
        |narrows: &Narrows| innermost.iter().find(|(_, criterion)| says_where(criterion) && criterion.parameter.narrows == *narrows);
    let Some((kind, criterion)) = ORDER.iter().find_map(narrowing) else { return Ok(Candidates::Everything) };
    let mut found: Vec<OrderId> = Vec::new();
    for value in &criterion.values {
        for order in orders(desk, kind, criterion, value).await? {
            if !found.contains(&order) {
                found.push(order);
            }
        }
    }
    if found.is_empty() && is_by_number(criterion) && criterion.values.iter().any(|value| !value.contains('|')) {
        // Ten digits without a system may be a number of a hospital, too.
        return Ok(Candidates::Everything);
    }
    Ok(match criterion.parameter.narrows {
        Narrows::Own | Narrows::Request => Candidates::Named(found),
        _ => Candidates::Orders(found),
    })
}

/// Whether somebody is searched for by a number.
pub(super) fn is_by_number(criterion: &ValueCriterion) -> bool {
    match criterion.parameter.narrows {
        Narrows::PersonNumber => true,
        Narrows::Person => criterion.by_identifier,
        Narrows::Own | Narrows::Request | Narrows::Number | Narrows::Nothing => false,
    }
}

/// Whether orders are found by it. By an identifier of a request that stands in a reference, and by a number of a hospital's own, every
/// order is looked through.
fn says_where(criterion: &ValueCriterion) -> bool {
    let is_known = |value: &String| match value.split_once('|') {
        Some((system, _)) => [system::NHS_NUMBER, system::LOCAL_PATIENT].contains(&system.trim()),
        None => value.parse::<NhsNumber>().is_ok(),
    };
    criterion.narrows()
        && match criterion.parameter.narrows {
            Narrows::Request => !criterion.by_identifier,
            Narrows::Person if !criterion.by_identifier => true,
            Narrows::Person | Narrows::PersonNumber => criterion.values.iter().all(is_known),
            Narrows::Own | Narrows::Number | Narrows::Nothing => true,
        }
}

async fn orders(desk: &Desk, kind: &Kind, criterion: &ValueCriterion, value: &str) -> Result<Vec<OrderId>, Refused> {
    let search = match criterion.parameter.narrows {
        Narrows::Own => return Ok(order_of(desk, kind.name, value).await?.into_iter().collect()),
        Narrows::Request => return by_request(desk, value).await,
        Narrows::Number => {
            let number_system = value.rsplit_once('|').map_or("", |(system, _)| system.trim()).to_owned();
            Search { number: number(value).to_owned(), number_system, ..Search::default() }
        }
        Narrows::PersonNumber => return by_person_number(desk, criterion, value).await,
        Narrows::Person if criterion.by_identifier => return by_person_number(desk, criterion, value).await,
        Narrows::Person => match tail(value).parse() {
            Ok(patient) => Search { patient: Some(patient), ..Search::default() },
            Err(_) => return Ok(vec![]),
        },
        Narrows::Nothing => return Ok(vec![]),
    };
    found(desk, &search).await
}

async fn found(desk: &Desk, search: &Search) -> Result<Vec<OrderId>, Refused> {
    Ok(exchange::search_orders(desk, search).await?.into_iter().map(|view| view.id).collect())
}

/// The order of a request that is referred to; nothing where there is none.
async fn by_request(desk: &Desk, value: &str) -> Result<Vec<OrderId>, Refused> {
    let Some((order, _)) = order::parse_request_id(tail(value)) else { return Ok(vec![]) };
    Ok(desk.service.store.order_view(order).await?.map(|view| view.id).into_iter().collect())
}

/// Orders of the person with a number: an NHS number, or the number of their record here.
async fn by_person_number(desk: &Desk, criterion: &ValueCriterion, value: &str) -> Result<Vec<OrderId>, Refused> {
    let search = match value.split_once('|').map_or("", |(system, _)| system.trim()) {
        system::LOCAL_PATIENT => Search { patient: number(value).parse::<PatientId>().ok(), ..Search::default() },
        "" | system::NHS_NUMBER => {
            let parsed = number(value).parse().map_err(|why| Refused::Query(format!("{}: {why}", criterion.parameter.name)))?;
            Search { nhs_number: Some(parsed), ..Search::default() }
        }
        _ => return Ok(vec![]),
    };
    if search.patient.is_none() && search.nhs_number.is_none() {
        return Ok(vec![]);
    }
    found(desk, &search).await
}

/// The value of a token, without its system.
pub(super) fn number(token: &str) -> &str {
    token.rsplit('|').next().unwrap_or_default().trim()
}

/// The identifier at the end of a reference.
pub(super) fn tail(reference: &str) -> &str {
    reference.split("/_history/").next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}
