//! The mother of a fetus, named as a relative.

use crate::bundle::{bundle, details, entry, patient, related, request, to};
use serde_json::{Value, json};

/// A fetus with a request, and whatever else.
fn fetus_with(more: &[Value]) -> Value {
    let fetus = json!({
        "identifier": [{ "system": "https://epr.example/fetus", "value": "Fetus-A" }],
        "name": [{ "family": "MUM", "given": ["FETUS A"] }],
        "gender": "unknown",
    });
    let mut entries = vec![entry("Patient", "f", fetus), request("r", to("Patient", "f"))];
    entries.extend_from_slice(more);
    bundle(&entries)
}

#[test]
fn a_mother_who_is_no_person_of_the_order_is_seen_with_what_she_lacks() {
    let mother = related("m", "9990000026", to("Patient", "f"), "NMTHF");
    for (more, says) in [
        (vec![mother.clone()], "as RelatedPerson alone, and is nobody of the order yet: she lacks a Patient with her name"),
        (
            vec![mother.clone(), patient("mum", "9990000026")],
            "with her Patient, and is nobody of the order yet: she lacks a ServiceRequest",
        ),
    ] {
        let details = details(&fetus_with(&more));
        let seen = details.mother_seen.as_ref().expect("she was read");
        assert!(seen.value.contains(says) && seen.place.ends_with("ofType(RelatedPerson)"), "{seen:?}");
        assert!(details.people[0].is_fetus);
    }
}

#[test]
fn a_mother_who_is_part_of_the_order_and_a_father_are_not_named_so() {
    let father = related("d", "9990000034", to("Patient", "f"), "NFTH");
    assert_eq!(details(&fetus_with(&[father])).mother_seen, None);
    let mother = related("m", "9990000026", to("Patient", "f"), "NMTHF");
    let with_request = fetus_with(&[mother, patient("mum", "9990000026"), request("mum", to("Patient", "mum"))]);
    let read = details(&with_request);
    assert_eq!((read.people.len(), read.mother_seen), (2, None));
}
