//! What an order says of a death: as it was placed, as its family was drawn, and in its list of relatives.

use crate::{
    PatientId,
    ordering::{
        order::{Order, State},
        pedigree::Pedigree,
    },
    results::cascade::{self, Cascade},
};

/// Whether an order says that somebody, by any of their records, has died. What was entered in error says nothing.
pub fn is_said(order: &Order, drawn: Option<&Pedigree>, cascade: &Cascade, records: &[PatientId]) -> bool {
    let Some(request) = order.request.as_ref().filter(|_| !matches!(order.state, State::EnteredInError { .. })) else { return false };
    let as_ordered = || Pedigree::from_participants(&request.people);
    let family = drawn.cloned().unwrap_or_else(as_ordered);
    let has_died = |id: &str| cascade.relatives.iter().any(|r| r.id == id && matches!(r.state, cascade::State::Deceased { .. }));
    let mut individuals = family.people.iter().filter(|one| one.patient.is_some_and(|patient| records.contains(&patient)));
    records.iter().any(|record| request.is_after_death_of(*record)) || individuals.any(|one| one.deceased || has_died(&one.id))
}
