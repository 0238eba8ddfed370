//! Panels in the shape of PanelApp's API (v1), so that its clients read them unchanged.

use ontology::panel::published::{Entity, PanelType, Published, SIGNED_OFF};
use serde::Serialize;
use serde_json::Value;

/// Lines of a page.
pub const PAGE_SIZE: usize = 100;

/// A page of a list.
#[derive(Serialize)]
pub struct Page {
    count: usize,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Value>,
}

impl Page {
    /// A page of a list, from 1; nothing beyond the last. `address` is that of the list with its filters, without its page.
    pub fn new(all: Vec<Value>, page: usize, address: &str) -> Option<Page> {
        Page::rendered(all, page, address, |line| line)
    }

    /// A page of a list of which only the lines of that page are rendered, since a client reads long lists page by page.
    pub fn rendered<T>(all: Vec<T>, page: usize, address: &str, render: impl Fn(T) -> Value) -> Option<Page> {
        let (count, pages) = (all.len(), all.len().div_ceil(PAGE_SIZE).max(1));
        if !(1..=pages).contains(&page) {
            return None;
        }
        let sign = if address.contains('?') { '&' } else { '?' };
        let address_of = |page: usize| format!("{address}{sign}page={page}");
        Some(Page {
            count,
            next: (page < pages).then(|| address_of(page + 1)),
            previous: (page > 1).then(|| address_of(page - 1)),
            results: all.into_iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).map(render).collect(),
        })
    }
}

/// How much is on a panel.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are PanelApp's")]
struct Stats {
    number_of_genes: usize,
    number_of_strs: usize,
    number_of_regions: usize,
}

/// A panel with its entities. `signed_off` is the day of sign-off, if it was.
pub fn panel(published: &Published, signed_off: Option<&str>) -> Value {
    let mut value = header(published, signed_off);
    for (key, entities) in [("genes", &published.genes), ("strs", &published.strs), ("regions", &published.regions)] {
        value[key] = serde_json::to_value(entities).expect("entities are plain data");
    }
    value
}

/// A panel as lists name it: without its entities.
pub fn header(published: &Published, signed_off: Option<&str>) -> Value {
    let mut bare = published.without_entities();
    if signed_off.is_some() && !published.is_signed_off() {
        bare.types.push(PanelType { name: "GMS signed-off".into(), slug: SIGNED_OFF.into(), description: String::new() });
    }
    let mut value = serde_json::to_value(&bare).expect("a panel is plain data");
    if let Value::Object(fields) = &mut value {
        fields.retain(|key, _| !["genes", "strs", "regions"].contains(&key.as_str()));
    }
    let stats =
        Stats { number_of_genes: published.genes.len(), number_of_strs: published.strs.len(), number_of_regions: published.regions.len() };
    value["stats"] = serde_json::to_value(stats).expect("numbers are plain data");
    if let Some(day) = signed_off {
        value["signed_off"] = day.into();
    }
    value
}

/// An entity with the panel that it is on.
pub fn entity(entity: &Entity, header: &Value) -> Value {
    let mut value = serde_json::to_value(entity).expect("an entity is plain data");
    value["panel"] = header.clone();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_paged_and_ends() {
        let all = || (0..250).map(Value::from).collect();
        let page = |n| Page::new(all(), n, "http://x/panels/").map(|p| (p.results.len(), p.next, p.previous));
        let address = |n: usize| Some(format!("http://x/panels/?page={n}"));
        assert_eq!(page(1), Some((100, address(2), None)));
        assert_eq!(page(3), Some((50, None, address(2))));
        assert_eq!((page(4), page(0)), (None, None));
        let filtered = Page::new(all(), 1, "http://x/genes/?confidence_level=3").and_then(|p| p.next);
        assert_eq!(filtered.as_deref(), Some("http://x/genes/?confidence_level=3&page=2"), "a filter holds on every page");
        assert!(Page::new(vec![], 1, "").is_some(), "an empty list has one page");
    }
}
