//! Specimens: what is sent, what stands on the label, when it was collected. Source: FHIR R4, Specimen.

mod pool;

pub(super) use pool::of_two_people;

use super::{
    details::Reading,
    json::{concept_text, first_of, list, remarks, scalar, text},
    sender_resource,
};
use crate::incoming_order::SentSpecimen;
use serde_json::Value;

/// Reads a specimen of a member of the order: the proband's is one that is sent, a relative's is named with whose it is.
pub(super) fn read(reading: &mut Reading, place: usize, member: usize) {
    let resource = reading.index.resource(place);
    let specimen = specimen(resource);
    reading.name_unread(
        place,
        &["type", "condition", "container", "accessionIdentifier", "collection", "subject", "request", "note", "receivedTime", "parent"],
    );
    let unknown = pool::unknown_sources(reading.index, place);
    if !unknown.is_empty() {
        let message = "which the bundle does not hold: whose that is is not known here, and the specimen is read as that of its subject";
        reading.leave(place, &format!("is made of {}, {message}", unknown.join(" and ")));
    }
    if member == 0 {
        reading.details.specimens.push(specimen);
        let own = sender_resource::specimen(reading.index, place);
        if !own.is_empty() {
            reading.details.resources.specimens.push(own);
        }
    } else {
        reading.note(member, &format!("specimen {}", specimen.label()));
    }
    reading.note(member, &remarks(resource).map(|remark| format!("Specimen: {remark}")).collect::<Vec<_>>().join("; "));
}

fn specimen(resource: &Value) -> SentSpecimen {
    let material = [concept_text(&resource["type"]), concept_text(&resource["condition"][0])];
    let containers = list(resource, "/container").iter().flat_map(|container| list(container, "/identifier"));
    let numbers = list(resource, "/identifier").iter().chain(containers).map(|identifier| scalar(identifier, "/value"));
    let mut labels: Vec<String> = Vec::new();
    for label in numbers.chain([scalar(resource, "/accessionIdentifier/value")]) {
        if !label.is_empty() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    SentSpecimen {
        material: material.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        labels,
        collected: first_of([text(resource, "/collection/collectedDateTime"), text(resource, "/collection/collectedPeriod/start")]),
    }
}
