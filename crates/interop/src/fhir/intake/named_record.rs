//! Records of this service that a bundle names for people whom it describes or numbers as well: beside an identifier in a reference, or
//! as the address of a Patient. Only the service can say whose record it is. Source: FHIR R4, Reference (reference and identifier mean
//! one resource), Bundle.entry.fullUrl, update.

use super::{
    bundle_index::BundleIndex,
    family::Relations,
    json::{kind, text},
    people,
    reference::{Target, own_record},
};
use crate::incoming_order::NamedRecord;
use care::{PatientId, ordering::family::Relationship};
use serde_json::Value;

/// Elements by which a resource says whom it is about.
const ABOUT: [&str; 2] = ["subject", "patient"];

/// Every record of this service that a bundle names beside somebody, each pair of the two once.
pub(super) fn named_records(index: &BundleIndex, relations: &Relations) -> Vec<NamedRecord> {
    let (mut named, mut seen): (Vec<NamedRecord>, Vec<(PatientId, Target)>) = (Vec::new(), Vec::new());
    for (place, resource) in index.resources() {
        for (element, address, target) in of_resource(index, place, resource) {
            let Some(record) = own_record(&address) else { continue };
            let pair = (record, target);
            if seen.contains(&pair) {
                continue;
            }
            // Whoever cannot be read is refused where they are.
            if let Ok(described) = people::person(index, relations, place, &pair.1, Relationship::Proband) {
                let may_be_elsewhere = may_be_elsewhere(index, place, element, &address);
                named.push(NamedRecord { record, person: described.person, place: index.path(place, element), address, may_be_elsewhere });
            }
            seen.push(pair);
        }
    }
    named
}

/// The addresses of people in a resource, each with the element in which it stands and who is meant beside it.
fn of_resource(index: &BundleIndex, place: usize, resource: &Value) -> Vec<(&'static str, String, Target)> {
    let mut found = Vec::new();
    if kind(resource) == "Patient" && !index.is_contained(place) {
        let entry = index.entry(place);
        let update = if text(entry, "/request/method") == "PUT" { text(entry, "/request/url") } else { "" };
        let id = text(resource, "/id");
        let addresses = [text(entry, "/fullUrl").to_owned(), update.to_owned(), format!("Patient/{id}")];
        found.extend(addresses.map(|address| ("", address, Target::Resource(place))));
    }
    for element in ABOUT {
        let reference = &resource[element];
        let address = text(reference, "/reference");
        if address.is_empty() || !reference["identifier"].is_object() {
            continue;
        }
        if let Ok(target @ (Target::Number(_) | Target::Resource(_))) = index.resolve(place, reference, "Patient") {
            let element = if element == "subject" { ".subject" } else { ".patient" };
            found.push((element, address.to_owned(), target));
        }
    }
    found
}

/// A whole address says its own server, and a part of one means that of the resource beside which it stands, where that has one. The
/// address of a Patient that is sent may be the one that it has at its sender.
fn may_be_elsewhere(index: &BundleIndex, place: usize, element: &str, address: &str) -> bool {
    element.is_empty() || address.contains("://") || text(index.entry(place), "/fullUrl").contains("://")
}
