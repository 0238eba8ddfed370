//! One page of what a search finds.

use super::candidates::{Candidates, candidates};
use crate::api::fhir::{
    Refused, independent,
    orders::{json, of_kind},
};
use care::OrderId;
use interop::fhir::{
    resource::Resource,
    search::{Include, Kind, Query, Sort, Total},
};
use serde_json::Value;
use service::{
    Desk, ServiceError,
    ordering::clients::{Interaction, Scopes},
    results::exchange::{self, Exchanged},
};
use std::collections::HashMap;
use store::OrderView;

/// What is searched for, by whom.
pub(super) struct Search<'s> {
    /// The client's desk.
    pub desk: &'s Desk,
    /// What its token covers.
    pub scopes: &'s Scopes,
    /// The kind of resources.
    pub kind: &'static Kind,
    /// What they must have.
    pub query: &'s Query,
    /// Address of the API as the client sees it.
    pub server: &'s str,
}

/// One page.
#[derive(Default)]
pub(super) struct Page {
    /// What fits.
    pub matches: Vec<Value>,
    /// What it refers to and what refers to it, as far as that was asked for.
    pub included: Vec<Value>,
    /// How many fit, where that is known.
    pub total: Option<usize>,
    /// There are too many orders to read all of them, for which a count or an order was asked.
    pub is_too_much: bool,
    /// Where the next page begins: after an order, and how many of the one after that were given out.
    pub next: Option<(String, usize)>,
}

/// A resource that fits, with the places of the orders in which it was found.
struct Match {
    resource: Value,
    orders: Vec<usize>,
}

/// Orders that are read at once to count, to sort or to find what fits, at the most.
const ORDERS_MAX: usize = 500;

/// Lines of the list of all orders that are fetched at once.
const ORDERS_LISTED: usize = 50;

/// One page of what a search finds.
pub(super) async fn page(search: &Search<'_>) -> Result<Page, Refused> {
    let mut page = page_with_total(search).await?;
    if search.query.total == Total::None && search.query.count > 0 {
        page.total = None;
    }
    Ok(page)
}

async fn page_with_total(search: &Search<'_>) -> Result<Page, Refused> {
    let query = search.query;
    if let Some(found) = independent::resources(search.desk, search.kind.name).await? {
        return page_of_resources(search, found);
    }
    let needs_all = query.count == 0 || !query.sort.is_empty() || query.total == Total::Accurate;
    match candidates(search.desk, search.kind, query).await? {
        Candidates::Named(orders) => {
            let mut read = Vec::new();
            for id in orders {
                // Of one that the client names and may not read it is told so.
                read.push(exchange::exchanged(search.desk, id).await?);
            }
            page_of_read(search, read)
        }
        Candidates::Orders(orders) => page_of_orders(search, &orders).await,
        Candidates::Everything if needs_all => whole(search).await,
        Candidates::Everything => page_of_everything(search).await,
    }
}

/// A page of resources that belong to no order.
fn page_of_resources(search: &Search, resources: Vec<Resource>) -> Result<Page, Refused> {
    let query = search.query;
    let mut found = resources.into_iter().map(|resource| json(resource, search.server)).collect::<Result<Vec<Value>, _>>()?;
    found.retain(|resource| search.takes(resource, &[]));
    found.sort_by(|one, other| Sort::compare(&query.sort, one, other));
    let (total, end) = (found.len(), query.skip.saturating_add(query.count));
    let next = (query.count > 0 && total > end).then(|| (String::new(), end));
    Ok(Page { matches: found.into_iter().skip(query.skip).take(query.count).collect(), total: Some(total), next, ..Page::default() })
}

/// A page of every order, where they are not too many to be read at once.
async fn whole(search: &Search<'_>) -> Result<Page, Refused> {
    let wish = exchange::Search { most: ORDERS_MAX as u64 + 1, ..exchange::Search::default() };
    let views = exchange::search_orders(search.desk, &wish).await?;
    if views.len() <= ORDERS_MAX {
        return page_of_orders(search, &views.iter().map(|view| view.id).collect::<Vec<_>>()).await;
    }
    let page = if search.query.count == 0 { Page::default() } else { page_of_everything(search).await? };
    Ok(Page { is_too_much: true, ..page })
}

/// A page of the resources of some orders, as far as the client may read them.
async fn page_of_orders(search: &Search<'_>, orders: &[OrderId]) -> Result<Page, Refused> {
    let mut found = Found::default();
    for id in orders {
        if let Some(order) = readable(search, *id).await? {
            found.add(search, order)?;
        }
    }
    found.page(search)
}

/// A page of the resources of orders that were read.
fn page_of_read(search: &Search, orders: Vec<Exchanged>) -> Result<Page, Refused> {
    let mut found = Found::default();
    for order in orders {
        found.add(search, order)?;
    }
    found.page(search)
}

/// Everything that fits, each resource once, with the orders in which it was found as far as they are needed again.
#[derive(Default)]
struct Found {
    matches: Vec<Match>,
    places: HashMap<String, usize>,
    orders: Vec<Exchanged>,
}

impl Found {
    fn add(&mut self, search: &Search, order: Exchanged) -> Result<(), Refused> {
        for resource in search.fitting(&order)? {
            let place = *self.places.entry(resource.to_string()).or_insert(self.matches.len());
            match self.matches.get_mut(place) {
                Some(known) => known.orders.push(self.orders.len()),
                None => self.matches.push(Match { resource, orders: vec![self.orders.len()] }),
            }
        }
        let is_needed_again = !(search.query.includes.is_empty() && search.query.rev_includes.is_empty());
        self.orders.extend(is_needed_again.then_some(order));
        Ok(())
    }

    /// The page that is asked for.
    fn page(mut self, search: &Search) -> Result<Page, Refused> {
        let query = search.query;
        self.matches.sort_by(|one, other| Sort::compare(&query.sort, &one.resource, &other.resource));
        let (total, end) = (self.matches.len(), query.skip.saturating_add(query.count));
        let next = (query.count > 0 && total > end).then(|| (String::new(), end));
        let mut page = Page { total: Some(total), next, ..Page::default() };
        for Match { resource, orders } in self.matches.into_iter().skip(query.skip).take(query.count) {
            for order in orders.into_iter().filter_map(|place| self.orders.get(place)) {
                search.include(&mut page, order, &resource)?;
            }
            page.matches.push(resource);
        }
        Ok(page)
    }
}

/// An order as the client may read it; nothing where somebody in it has a record that it may not see.
async fn readable(search: &Search<'_>, order: OrderId) -> Result<Option<Exchanged>, Refused> {
    match exchange::exchanged(search.desk, order).await {
        Ok(order) => Ok(Some(order)),
        Err(ServiceError::Denied(_) | ServiceError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A page of the resources of every order of the organisation, latest order first. Orders are read until the page is full and it is
/// known whether more fits, and no more of them than some: a page that ends before it is full says where the next one goes on.
async fn page_of_everything(search: &Search<'_>) -> Result<Page, Refused> {
    let query = search.query;
    let (mut page, mut place, mut skip) = (Page::default(), query.after.clone(), query.skip);
    for _ in 0..ORDERS_MAX / ORDERS_LISTED {
        let views = orders_after(search.desk, &place, ORDERS_LISTED).await?;
        for view in &views {
            let done = match readable(search, view.id).await? {
                Some(order) => search.add(&mut page, &order, skip)?,
                None => None,
            };
            if let Some(done) = done {
                page.next = Some((place, done));
                return Ok(page);
            }
            (place, skip) = (key(view), 0);
        }
        if views.len() < ORDERS_LISTED {
            let is_whole = query.after.is_empty() && query.skip == 0;
            page.total = is_whole.then_some(page.matches.len());
            return Ok(page);
        }
    }
    page.next = (!orders_after(search.desk, &place, 1).await?.is_empty()).then_some((place, 0));
    Ok(page)
}

/// The orders of the list of all after one of them, as many as are listed at once.
async fn orders_after(desk: &Desk, place: &str, most: usize) -> Result<Vec<OrderView>, Refused> {
    let after = place.split_once('|').and_then(|(day, number)| Some((day.parse().ok()?, number.to_owned())));
    let wish = exchange::Search { after, most: most as u64, ..exchange::Search::default() };
    Ok(exchange::search_orders(desk, &wish).await?)
}

/// The name of an order in the list of all.
fn key(view: &OrderView) -> String {
    format!("{}|{}", view.submitted, view.number)
}

impl Search<'_> {
    /// Whether a resource fits and the token covers it.
    fn takes(&self, resource: &Value, others: &[Value]) -> bool {
        self.query.criteria.iter().all(|criterion| criterion.fits(resource, others))
            && self.scopes.cover_resource(resource, Interaction::Search)
    }

    /// The resources of a kind that an order gives.
    fn resources(&self, order: &Exchanged, kind: &str) -> Result<Vec<Value>, Refused> {
        Ok(of_kind(order, kind).into_iter().map(|resource| json(resource, self.server)).collect::<Result<_, _>>()?)
    }

    /// The resources of an order that fit.
    fn fitting(&self, order: &Exchanged) -> Result<Vec<Value>, Refused> {
        let mut others = Vec::new();
        for kind in self.query.kinds_compared() {
            others.extend(self.resources(order, kind)?);
        }
        let mut found = self.resources(order, self.kind.name)?;
        found.retain(|resource| self.takes(resource, &others));
        Ok(found)
    }

    /// Adds the resources of an order to a page, from some on; says how many of them are on pages, if the page is full before the end.
    fn add(&self, page: &mut Page, order: &Exchanged, skip: usize) -> Result<Option<usize>, Refused> {
        for (nth, resource) in self.fitting(order)?.into_iter().enumerate().skip(skip) {
            let is_known = page.matches.contains(&resource);
            if !is_known && page.matches.len() == self.query.count {
                return Ok(Some(nth));
            }
            // Of somebody in several orders what belongs to each of them is included.
            self.include(page, order, &resource)?;
            if !is_known {
                page.matches.push(resource);
            }
        }
        Ok(None)
    }

    /// Adds what a resource refers to and what refers to it, once, as far as the token covers it.
    fn include(&self, page: &mut Page, order: &Exchanged, resource: &Value) -> Result<(), Refused> {
        for include in &self.query.includes {
            let references = include.references(resource);
            let found = self.resources(order, include.target)?;
            self.add_included(page, found, |found| references.contains(&address(found)));
        }
        let own = address(resource);
        for rev_include in &self.query.rev_includes {
            let include: &Include = rev_include.include;
            let found = self.resources(order, rev_include.kind.name)?;
            self.add_included(page, found, |found| include.references(found).contains(&own));
        }
        Ok(())
    }

    fn add_included(&self, page: &mut Page, found: Vec<Value>, is_meant: impl Fn(&Value) -> bool) {
        for resource in found {
            let is_new = !page.included.contains(&resource);
            if is_new && is_meant(&resource) && self.scopes.cover_resource(&resource, Interaction::Read) {
                page.included.push(resource);
            }
        }
    }
}

/// Kind and identifier.
fn address(resource: &Value) -> String {
    let text = |name: &str| resource[name].as_str().unwrap_or_default();
    format!("{}/{}", text("resourceType"), text("id"))
}
