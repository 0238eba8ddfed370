//! Whose reads a header names: by the barcodes of tubes, by the samples of this order's VCF, by words, and by what was registered before.

use crate::{Desk, ServiceError, ServiceResult, Status, laboratory::data::delivered::place_in_family, people};
use access::Permit;
use care::{
    OrderId, PatientId, Refusals,
    interpretation::analysis::State,
    laboratory::alignment::Named,
    ordering::{family::Relationship, order::Request},
};

/// What each name says for a person.
pub(super) async fn names(
    desk: &Desk,
    permit: &Permit,
    status: &Status,
    patient: PatientId,
    samples: &[String],
) -> ServiceResult<Vec<(String, Named)>> {
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let records = people::patients::records(desk, permit, patient).await?;
    let mut named = Vec::new();
    for sample in samples {
        let tube = desk.service.store.sample_by_barcode(sample).await?;
        let says = match tube {
            Some(tube) if records.contains(&tube.patient) => Named::OwnBarcode,
            Some(_) => Named::SomebodyElse(format!("'{sample}' is the barcode of somebody else's tube. Check that this is the right file")),
            None => by_data(status, patient, sample).unwrap_or_else(|| by_words(request, patient, sample)),
        };
        named.push((sample.clone(), says));
    }
    Ok(named)
}

/// What a name says as a sample of the order's VCF. The names of an analysis that was stopped are nobody's.
fn by_data(status: &Status, patient: PatientId, sample: &str) -> Option<Named> {
    let checked = status.analyses.iter().rev().filter(|(_, analysis)| matches!(analysis.state, State::Done { .. }));
    let mut whose = checked.filter_map(|(_, analysis)| analysis.input.as_ref()).flat_map(|input| &input.samples);
    let (owner, _) = whose.find(|(_, name)| name == sample)?;
    Some(if *owner == patient {
        Named::OwnData
    } else {
        Named::SomebodyElse(format!("'{sample}' is the sample of somebody else in this order's VCF. Check that this is the right file"))
    })
}

/// Whether an analysis that was made since says that a name is somebody else's.
pub(super) fn is_contradicted(status: &Status, patient: PatientId, samples: &[String]) -> bool {
    samples.iter().any(|sample| matches!(by_data(status, patient, sample), Some(Named::SomebodyElse(_))))
}

/// What a name says by its words: that of a parent for the other parent or the child is somebody else's.
fn by_words(request: &Request, patient: PatientId, sample: &str) -> Named {
    let own = request.people.iter().find(|person| person.patient == patient).map(|person| person.relationship);
    let is_tested = |place: Relationship| request.people.iter().any(|person| person.relationship == place);
    match (place_in_family(sample), own) {
        (Some(place), Some(own)) if place != own && is_tested(place) => Named::SomebodyElse(format!(
            "The sample '{sample}' reads as that of the {}, and was chosen for the {}. Check who is who; if the name is wrong, have the \
             file delivered with the right one",
            place.label().to_lowercase(),
            own.label().to_lowercase()
        )),
        _ => Named::Unknown,
    }
}

/// Refuses a file that was registered already: for somebody else, or for the same person in this order.
pub(super) async fn refuse_used(desk: &Desk, permit: &Permit, order: OrderId, patient: PatientId, sha256: &str) -> ServiceResult<()> {
    let records = people::patients::records(desk, permit, patient).await?;
    for line in desk.service.store.samples_of_data(sha256).await? {
        if !records.contains(&line.patient) {
            let message = "This file was registered as the reads of somebody else. Check that this is the right file; if it is, the other \
                           registration has to be withdrawn first";
            return Err(Refusals::one("file", message).into());
        }
        if line.order == order {
            return Err(Refusals::one("file", "This file is registered for this person already").into());
        }
    }
    Ok(())
}
