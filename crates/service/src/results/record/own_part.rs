//! What other laboratories found of somebody who was tested in the order of a relative: their own part, and nothing else of that
//! order.

use super::outside_line;
use crate::{Desk, ServiceError, ServiceResult, clock::end_of, people};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    Fold, OrderId, OutsideResultId, PatientId,
    event::{StreamKind, StreamName},
    results::outside::{KeptDocument, OutsideResult},
};
use jiff::civil::Date;

/// A released result of a person on the order of somebody else.
pub struct OwnPart {
    /// Which.
    pub id: OutsideResultId,
    /// Number of the order on which it stands.
    pub number: String,
    /// The result.
    pub result: OutsideResult,
}

impl OwnPart {
    /// As a line says it.
    pub fn line(&self) -> String {
        outside_line(&self.result).unwrap_or_default()
    }

    /// Its documents.
    pub fn documents(&self) -> &[KeptDocument] {
        self.result.received.as_ref().map_or(&[], |received| &received.documents)
    }
}

/// The parts of a person, by any of their records, as they stood at the end of a day.
pub(super) async fn own_parts(desk: &Desk, permit: &Permit, records: &[PatientId], on: Date) -> ServiceResult<Vec<OwnPart>> {
    let store = &desk.service.store;
    let mut found: Vec<OwnPart> = Vec::new();
    for record in records {
        let orders = store.orders_with(permit, *record).await?;
        // What is of their own orders stands with those.
        for view in orders.into_iter().filter(|view| !records.contains(&view.patient_id)) {
            for stream in store.order_streams(permit, view.id, StreamKind::OutsideResult).await? {
                let id = StreamName::read(&stream).and_then(|name| name.parse()).context("reading the name of a result")?;
                if found.iter().any(|part| part.id == id) {
                    continue;
                }
                let result = result_on(desk, permit, &stream, on).await?;
                if is_own(&result, records, view.id) {
                    found.push(OwnPart { id, number: view.number.clone(), result });
                }
            }
        }
    }
    Ok(found)
}

/// It was released, stands on that order, and is of that person.
fn is_own(result: &OutsideResult, records: &[PatientId], order: OrderId) -> bool {
    let filed = result.filed.as_ref().filter(|filed| filed.order == order);
    result.is_released() && filed.and_then(|filed| filed.relative).is_some_and(|relative| records.contains(&relative))
}

async fn result_on(desk: &Desk, permit: &Permit, stream: &str, on: Date) -> ServiceResult<OutsideResult> {
    let mut state = OutsideResult::default();
    for entry in desk.service.store.stream(permit, stream).await?.iter().filter(|entry| entry.at < end_of(on)) {
        state = state.apply(&entry.read()?);
    }
    Ok(state)
}

/// A document of a person's part, with its bytes, for whoever may read the person's record.
#[crate::boxed]
pub async fn document(desk: &Desk, patient: PatientId, id: OutsideResultId, sha256: &str) -> ServiceResult<(KeptDocument, Vec<u8>)> {
    let permit = desk.permit_patient(Action::ReadRecord, patient).await?;
    let records = people::patients::records(desk, &permit, patient).await?;
    let parts = own_parts(desk, &permit, &records, desk.today()).await?;
    let part = parts.iter().find(|part| part.id == id).ok_or(ServiceError::NotFound("result"))?;
    let document = part.documents().iter().find(|document| document.sha256 == sha256).ok_or(ServiceError::NotFound("document"))?;
    let bytes = desk.service.store.blobs().get(&document.sha256).await?;
    Ok((document.clone(), bytes))
}
