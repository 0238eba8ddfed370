//! The resources of a bundle, found by reference.

use crate::incoming_order::Faults;
use care::ordering::message::Fault;
use serde_json::Value;
use std::collections::HashMap;

/// A bundle with its entries found by reference.
pub(super) struct BundleIndex<'v> {
    entries: Vec<&'v Value>,
    resources: Vec<&'v Value>,
    by_reference: HashMap<String, usize>,
}

/// The text of a path such as `/code/coding/0/code`; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().trim()
}

/// The items of a list; none where there is none.
pub(super) fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

impl<'v> BundleIndex<'v> {
    /// Indexes a bundle of which every entry has a resource.
    pub fn new(bundle: &'v Value) -> Result<BundleIndex<'v>, Faults> {
        let entries: Vec<&Value> = list(bundle, "/entry").iter().collect();
        let (mut resources, mut by_reference, mut faults) = (Vec::new(), HashMap::new(), Vec::new());
        for (place, entry) in entries.iter().enumerate() {
            let Some(resource) = entry.get("resource") else {
                faults.push(Fault::new(format!("Bundle.entry[{place}]"), "The entry has no resource"));
                continue;
            };
            for name in names(entry, resource) {
                by_reference.entry(name).or_insert(place);
            }
            resources.push(resource);
        }
        if resources.is_empty() {
            faults.push(Fault::new("Bundle.entry", "The bundle is empty"));
        }
        if faults.is_empty() { Ok(BundleIndex { entries, resources, by_reference }) } else { Err(faults) }
    }

    /// The place of what a reference means: by its text, else by the identifier in it.
    pub fn resolve(&self, reference: &Value) -> Option<usize> {
        let by_text = self.by_reference.get(text(reference, "/reference")).copied();
        let number = text(reference, "/identifier/value");
        by_text.or_else(|| {
            let has = |r: &Value| list(r, "/identifier").iter().any(|i| text(i, "/value") == number);
            if number.is_empty() { None } else { self.resources.iter().position(|r| text(r, "/resourceType") == "Patient" && has(r)) }
        })
    }

    /// Resources with their places.
    pub fn resources(&self) -> impl Iterator<Item = (usize, &'v Value)> {
        self.resources.iter().copied().enumerate()
    }

    /// Resources of a kind with their places.
    pub fn resources_of_kind(&self, kind: &str) -> impl Iterator<Item = (usize, &'v Value)> {
        self.resources().filter(move |(_, r)| text(r, "/resourceType") == kind)
    }

    /// The kind of each resource.
    pub fn kinds(&self) -> Vec<String> {
        self.resources.iter().map(|r| text(r, "/resourceType").to_owned()).collect()
    }

    /// Path of a fault.
    pub fn path(&self, place: usize, path: &str) -> String {
        format!("Bundle.entry[{place}].resource.ofType({}){path}", text(self.resources[place], "/resourceType"))
    }

    /// The resource of a place.
    pub fn resource(&self, place: usize) -> &'v Value {
        self.resources[place]
    }

    /// The entry of a place.
    pub fn entry(&self, place: usize) -> &'v Value {
        self.entries[place]
    }

    /// The RelatedPersons with a number of the person whom a request is for, with their places.
    pub fn relations(&self, request: &Value) -> Vec<(usize, &'v Value)> {
        let Some(subject) = self.resolve(&request["subject"]) else { return vec![] };
        let numbers: Vec<&str> =
            list(self.resource(subject), "/identifier").iter().map(|i| text(i, "/value")).filter(|n| !n.is_empty()).collect();
        let own = |(_, r): &(usize, &Value)| list(r, "/identifier").iter().any(|i| numbers.contains(&text(i, "/value")));
        self.resources_of_kind("RelatedPerson").filter(own).collect()
    }
}

/// What a resource may be referred to by: its whole address, its kind and identifier, and the end of its address.
fn names(entry: &Value, resource: &Value) -> Vec<String> {
    let (kind, id, full) = (text(resource, "/resourceType"), text(resource, "/id"), text(entry, "/fullUrl"));
    let mut names = vec![full.to_owned(), format!("{kind}/{id}")];
    if let [.., kind, id] = full.split('/').collect::<Vec<_>>()[..] {
        names.push(format!("{kind}/{id}"));
    }
    names
}
