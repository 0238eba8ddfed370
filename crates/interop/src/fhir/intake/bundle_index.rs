//! The resources of a bundle and those contained in them, each with its place, found by reference.

use super::{
    json::{kind, list, text},
    number::{Number, numbers},
    period::Day,
    reference::names,
    shape,
};
use crate::incoming_order::Faults;
use care::ordering::message::Fault;
use serde_json::Value;
use std::collections::HashMap;

/// Resources of a bundle at the most, with those that they contain.
const RESOURCES_MAX: usize = 1_000;

/// A bundle with its resources found by reference.
pub(super) struct BundleIndex<'v> {
    /// The day on which it is read.
    pub today: Day,
    /// When it was assembled, as it says itself.
    pub timestamp: &'v str,
    entries: Vec<&'v Value>,
    resources: Vec<Indexed<'v>>,
    by_name: HashMap<String, Vec<usize>>,
    by_number: HashMap<(&'v str, Number), Vec<usize>>,
}

/// A resource with its place.
struct Indexed<'v> {
    resource: &'v Value,
    path: String,
    entry: usize,
    is_contained: bool,
}

impl<'v> BundleIndex<'v> {
    /// Indexes a bundle of which every entry has a resource.
    pub fn new(bundle: &'v Value, today: Day) -> Result<BundleIndex<'v>, Faults> {
        if bundle.get("entry").is_some_and(|entry| !entry.is_array()) {
            return Err(vec![Fault::new("Bundle.entry", "It is a list in FHIR: send it so")]);
        }
        if let Some(fault) = shape::rules(bundle, "Bundle") {
            return Err(vec![fault]);
        }
        let entries: Vec<&Value> = list(bundle, "/entry").iter().collect();
        let resources = resources(&entries)?;
        let mut index = BundleIndex {
            today,
            timestamp: text(bundle, "/timestamp"),
            entries,
            resources,
            by_name: HashMap::new(),
            by_number: HashMap::new(),
        };
        for place in 0..index.resources.len() {
            index.add(place);
        }
        Ok(index)
    }

    fn add(&mut self, place: usize) {
        let Indexed { resource, entry, is_contained, .. } = self.resources[place];
        for number in numbers(resource, self.today) {
            let known = self.by_number.entry((kind(resource), number)).or_default();
            if !known.contains(&place) {
                known.push(place);
            }
        }
        // What is contained is found from its container alone.
        if !is_contained {
            for name in names(text(self.entries[entry], "/fullUrl"), resource) {
                self.by_name.entry(name).or_default().push(place);
            }
        }
    }

    /// Places of the resources with a name, in the spelling of [`names`].
    pub fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Places of the resources of a kind with a number in use.
    pub fn numbered(&self, kind: &'v str, number: &Number) -> &[usize] {
        self.by_number.get(&(kind, number.clone())).map_or(&[], Vec::as_slice)
    }

    /// The resource that another contains under an identifier.
    pub fn contained(&self, from: usize, id: &str) -> Option<usize> {
        let entry = self.resources[from].entry;
        let fits = |r: &Indexed| r.is_contained && r.entry == entry && text(r.resource, "/id") == id;
        self.resources.iter().position(fits)
    }

    /// Resources with their places.
    pub fn resources(&self) -> impl Iterator<Item = (usize, &'v Value)> {
        self.resources.iter().map(|r| r.resource).enumerate()
    }

    /// Resources of a kind with their places.
    pub fn resources_of_kind(&self, name: &str) -> impl Iterator<Item = (usize, &'v Value)> {
        self.resources().filter(move |(_, resource)| kind(resource) == name)
    }

    /// The kind of each entry's resource.
    pub fn kinds(&self) -> Vec<String> {
        self.entries.iter().map(|entry| text(entry, "/resource/resourceType").to_owned()).collect()
    }

    /// Path of a fault.
    pub fn path(&self, place: usize, path: &str) -> String {
        format!("{}{path}", self.resources[place].path)
    }

    /// The resource of a place.
    pub fn resource(&self, place: usize) -> &'v Value {
        self.resources[place].resource
    }

    /// The number of the entry that holds a resource.
    pub fn entry_number(&self, place: usize) -> usize {
        self.resources[place].entry
    }

    /// The entry that holds a resource.
    pub fn entry(&self, place: usize) -> &'v Value {
        self.entries[self.resources[place].entry]
    }

    /// It stands inside another resource.
    pub fn is_contained(&self, place: usize) -> bool {
        self.resources[place].is_contained
    }

    /// The resource of an entry itself.
    pub fn container(&self, place: usize) -> usize {
        let entry = self.resources[place].entry;
        self.resources.iter().position(|r| r.entry == entry && !r.is_contained).unwrap_or(place)
    }
}

/// Every resource of a bundle, the contained ones after the one that contains them.
fn resources<'v>(entries: &[&'v Value]) -> Result<Vec<Indexed<'v>>, Faults> {
    let (mut resources, mut faults) = (Vec::new(), Vec::new());
    for (number, entry) in entries.iter().enumerate() {
        let Some(resource) = entry.get("resource").filter(|resource| resource.is_object()) else {
            faults.push(Fault::new(format!("Bundle.entry[{number}]"), "The entry has no resource"));
            continue;
        };
        if kind(resource).is_empty() {
            let message = "The resource has no resourceType, so it is not known what it is: send it";
            faults.push(Fault::new(format!("Bundle.entry[{number}].resource"), message));
            continue;
        }
        let path = format!("Bundle.entry[{number}].resource.ofType({})", kind(resource));
        let contained = |(nth, inner): (usize, &'v Value)| {
            let path = format!("{path}.contained[{nth}].ofType({})", kind(inner));
            Indexed { resource: inner, path, entry: number, is_contained: true }
        };
        let contained: Vec<Indexed> = list(resource, "/contained").iter().enumerate().map(contained).collect();
        resources.push(Indexed { resource, path, entry: number, is_contained: false });
        resources.extend(contained);
    }
    if entries.is_empty() {
        faults.push(Fault::new("Bundle.entry", "The bundle is empty"));
    }
    if resources.len() > RESOURCES_MAX {
        let message = format!("The bundle has {} resources, {RESOURCES_MAX} at the most are read: send each order apart", resources.len());
        faults.push(Fault::new("Bundle.entry", message));
    }
    if faults.is_empty() {
        faults.extend(resources.iter().flat_map(|r: &Indexed| shape::faults(r.resource, &r.path)));
    }
    if faults.is_empty() { Ok(resources) } else { Err(faults) }
}
