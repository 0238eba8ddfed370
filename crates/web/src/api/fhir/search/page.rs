//! One page of what a search finds.

use super::candidates::{Candidates, candidates};
use crate::api::fhir::{
    Refused, independent,
    orders::{json, of_kind},
};
use care::OrderId;
use interop::fhir::{
    resource::Resource,
    search::{Kind, Query, Sort},
};
use serde_json::Value;
use service::{
    Desk, ServiceError,
    results::exchange::{self, Exchanged, Search},
};
use std::collections::HashSet;
use store::OrderView;

/// One page.
#[derive(Default)]
pub(super) struct Page {
    /// What fits.
    pub matches: Vec<Value>,
    /// What it refers to, as far as that was asked for.
    pub included: Vec<Value>,
    /// How many fit, where that is known.
    pub total: Option<usize>,
    /// The order that was asked for could not be made of so many.
    pub is_unsorted: bool,
    /// Where the next page begins: after an order, and how many of the one after that were given out.
    pub next: Option<(String, usize)>,
}

/// One page of what a search finds.
pub(super) async fn page(desk: &Desk, kind: &Kind, query: &Query, server: &str) -> Result<Page, Refused> {
    if let Some(found) = independent::resources(desk, kind.name).await? {
        return page_of_resources(found, query, server);
    }
    match candidates(desk, kind, query).await? {
        Candidates::Orders(orders) if !query.sort.is_empty() && query.count > 0 => sorted(desk, kind, query, server, &orders).await,
        Candidates::Everything if !query.sort.is_empty() && query.count > 0 => sorted_everything(desk, kind, query, server).await,
        Candidates::Orders(orders) => page_of_orders(desk, kind, query, server, &orders).await,
        Candidates::Everything if query.count == 0 => counted(desk, kind, query, server).await,
        Candidates::Everything => page_of_everything(desk, kind, query, server).await,
    }
}

/// A page of resources that belong to no order.
fn page_of_resources(resources: Vec<Resource>, query: &Query, server: &str) -> Result<Page, Refused> {
    let mut found = resources.into_iter().map(|resource| json(resource, server)).collect::<Result<Vec<Value>, _>>()?;
    found.retain(|resource| query.criteria.iter().all(|criterion| criterion.fits(resource, &[])));
    found.sort_by(|one, other| Sort::compare(&query.sort, one, other));
    let (total, end) = (found.len(), query.skip.saturating_add(query.count));
    let next = (query.count > 0 && total > end).then(|| (String::new(), end));
    Ok(Page { matches: found.into_iter().skip(query.skip).take(query.count).collect(), total: Some(total), next, ..Page::default() })
}

/// The same in the order that was asked for: everything that fits is read, then one page of it.
async fn sorted(desk: &Desk, kind: &Kind, query: &Query, server: &str, orders: &[OrderId]) -> Result<Page, Refused> {
    let (mut found, mut read): (Vec<(Value, usize)>, Vec<Exchanged>) = (Vec::new(), Vec::new());
    for id in orders {
        let order = match exchange::exchanged(desk, *id).await {
            Ok(order) => order,
            Err(ServiceError::Denied(_) | ServiceError::NotFound(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        for resource in fitting(&order, kind, query, server)? {
            if found.iter().all(|(known, _)| *known != resource) {
                found.push((resource, read.len()));
            }
        }
        read.push(order);
    }
    found.sort_by(|(one, _), (other, _)| Sort::compare(&query.sort, one, other));
    let end = query.skip.saturating_add(query.count);
    let next = (found.len() > end).then(|| (String::new(), end));
    let mut page = Page { total: Some(found.len()), next, ..Page::default() };
    for (resource, order) in found.into_iter().skip(query.skip).take(query.count) {
        include(&mut page, &read[order], &resource, query, server)?;
        page.matches.push(resource);
    }
    Ok(page)
}

/// The same of every order, where they are not too many to be read at once.
async fn sorted_everything(desk: &Desk, kind: &Kind, query: &Query, server: &str) -> Result<Page, Refused> {
    let views = exchange::search_orders(desk, &Search { most: COUNTED_ORDERS_MAX as u64 + 1, ..Search::default() }).await?;
    if views.len() > COUNTED_ORDERS_MAX {
        return Ok(Page { is_unsorted: true, ..page_of_everything(desk, kind, query, server).await? });
    }
    sorted(desk, kind, query, server, &views.iter().map(|view| view.id).collect::<Vec<_>>()).await
}

/// A page of the resources of some orders.
async fn page_of_orders(desk: &Desk, kind: &Kind, query: &Query, server: &str, orders: &[OrderId]) -> Result<Page, Refused> {
    let mut page = Page::default();
    let mut number = 0;
    for order in orders {
        let order = exchange::exchanged(desk, *order).await?;
        for resource in fitting(&order, kind, query, server)? {
            if page.matches.contains(&resource) {
                continue;
            }
            if number >= query.skip && page.matches.len() < query.count {
                include(&mut page, &order, &resource, query, server)?;
                page.matches.push(resource);
            }
            number += 1;
        }
    }
    page.total = Some(number);
    let end = query.skip.saturating_add(query.count);
    page.next = (query.count > 0 && number > end).then(|| (String::new(), end));
    Ok(page)
}

/// Orders that are looked through to count what fits, at the most: more are not counted.
const COUNTED_ORDERS_MAX: usize = 500;

/// How many resources of every order fit, without any of them.
async fn counted(desk: &Desk, kind: &Kind, query: &Query, server: &str) -> Result<Page, Refused> {
    let views = exchange::search_orders(desk, &Search { most: COUNTED_ORDERS_MAX as u64 + 1, ..Search::default() }).await?;
    if views.len() > COUNTED_ORDERS_MAX {
        return Ok(Page::default());
    }
    let mut found = HashSet::new();
    for view in &views {
        match exchange::exchanged(desk, view.id).await {
            Ok(order) => found.extend(fitting(&order, kind, query, server)?.iter().map(Value::to_string)),
            Err(ServiceError::Denied(_) | ServiceError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Page { total: Some(found.len()), ..Page::default() })
}

/// A page of the resources of every order of the organisation, latest order first.
async fn page_of_everything(desk: &Desk, kind: &Kind, query: &Query, server: &str) -> Result<Page, Refused> {
    let after = query.after.split_once('|').and_then(|(day, number)| Some((day.parse().ok()?, number.to_owned())));
    let views = exchange::search_orders(desk, &Search { after, most: query.count as u64, ..Search::default() }).await?;
    let (mut page, mut place, mut skip) = (Page::default(), query.after.clone(), query.skip);
    for view in &views {
        let fitting = match exchange::exchanged(desk, view.id).await {
            Ok(order) => add(&mut page, &order, kind, query, server, skip)?,
            // Somebody in it has a record that this client may not see.
            Err(ServiceError::Denied(_) | ServiceError::NotFound(_)) => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(done) = fitting {
            page.next = Some((place, done));
            return Ok(page);
        }
        (place, skip) = (key(view), 0);
    }
    if views.len() == query.count {
        page.next = Some((place, 0));
    }
    let is_whole = page.next.is_none() && query.after.is_empty() && query.skip == 0;
    page.total = is_whole.then_some(page.matches.len());
    Ok(page)
}

/// The name of an order in the list of all.
fn key(view: &OrderView) -> String {
    format!("{}|{}", view.submitted, view.number)
}

/// Adds the resources of an order to a page, from some on; says how many of them are on pages, if the page is full before the end.
fn add(page: &mut Page, order: &Exchanged, kind: &Kind, query: &Query, server: &str, skip: usize) -> Result<Option<usize>, Refused> {
    for (nth, resource) in fitting(order, kind, query, server)?.into_iter().enumerate().skip(skip) {
        if page.matches.contains(&resource) {
            continue;
        }
        if page.matches.len() == query.count {
            return Ok(Some(nth));
        }
        include(page, order, &resource, query, server)?;
        page.matches.push(resource);
    }
    Ok(None)
}

/// The resources of an order that fit.
fn fitting(order: &Exchanged, kind: &Kind, query: &Query, server: &str) -> Result<Vec<Value>, Refused> {
    let of_kind_json = |name: &str| of_kind(order, name).into_iter().map(|resource| json(resource, server)).collect::<Result<Vec<_>, _>>();
    let people = if query.criteria.iter().any(|criterion| criterion.by_identifier) { of_kind_json("Patient")? } else { vec![] };
    let mut found = of_kind_json(kind.name)?;
    found.retain(|resource| query.criteria.iter().all(|criterion| criterion.fits(resource, &people)));
    Ok(found)
}

/// Adds what a resource refers to, once.
fn include(page: &mut Page, order: &Exchanged, resource: &Value, query: &Query, server: &str) -> Result<(), Refused> {
    for include in &query.includes {
        let references = include.references(resource);
        for found in of_kind(order, include.target).into_iter().filter(|found| references.contains(&found.address())) {
            let found = json(found, server)?;
            if !page.included.contains(&found) {
                page.included.push(found);
            }
        }
    }
    Ok(())
}
