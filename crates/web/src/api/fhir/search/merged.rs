//! Somebody of whom two records were merged: an order stays on the record on which it was placed, and a search for the person finds it on
//! whichever.

use super::candidates::{is_by_number, number, tail};
use crate::api::fhir::Refused;
use care::PatientId;
use interop::fhir::{
    patient,
    search::{Criterion, Narrows, ParameterType, Query, ValueCriterion},
};
use service::{
    Desk, ServiceError, people,
    results::exchange::{self, reader},
};

/// Widens what refers to a person by the other records of the same person.
pub(super) async fn with_other_records(desk: &Desk, query: &mut Query) -> Result<(), Refused> {
    for criterion in &mut query.criteria {
        let is_of_itself = matches!(criterion, Criterion::Value(_));
        let innermost = criterion.innermost_mut();
        // Each record is a Patient of its own, with a link to the other.
        if is_of_itself && innermost.parameter.kind != ParameterType::Reference {
            continue;
        }
        let mut more = Vec::new();
        for value in &innermost.values {
            more.extend(others(desk, innermost, value).await?);
        }
        innermost.values.extend(more);
    }
    Ok(())
}

/// How the other records of whoever a value names are named in its place.
async fn others(desk: &Desk, criterion: &ValueCriterion, value: &str) -> Result<Vec<String>, Refused> {
    let named = if is_by_number(criterion) {
        let system = value.rsplit_once('|').map_or("", |(system, _)| system.trim());
        exchange::people_with_number(desk, (system, number(value))).await?
    } else if criterion.parameter.narrows == Narrows::Person {
        tail(value).parse::<PatientId>().into_iter().collect()
    } else {
        vec![]
    };
    let mut others = Vec::new();
    for patient in named {
        for record in exchange::records_of(desk, patient).await?.into_iter().filter(|record| *record != patient) {
            match (is_by_number(criterion), criterion.parameter.kind) {
                (true, _) => others.extend(own_number(desk, record).await?),
                (false, ParameterType::Reference) => others.push(format!("Patient/{record}")),
                (false, _) => others.push(record.to_string()),
            }
        }
    }
    Ok(others)
}

/// The number by which a record is given out; nothing where the client may not read it.
async fn own_number(desk: &Desk, record: PatientId) -> Result<Option<String>, Refused> {
    let desk = reader::desk_of_patient(desk, record).await?;
    let permit = match desk.permit_patient(access::Action::ReadOrder, record).await {
        Ok(permit) => permit,
        Err(ServiceError::Denied(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let known = people::patients::record(&desk, &permit, record).await?;
    let patient = patient::of_record(record, &known);
    Ok(patient.and_then(|patient| patient.identifier.into_iter().next()).map(|number| format!("{}|{}", number.system, number.value)))
}
