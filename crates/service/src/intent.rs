//! One intent that takes several steps: everything that they write stands in one transaction, or none of it does.

use crate::{Desk, ServiceResult};
use access::Permit;
use care::{
    Fold, NhsNumber, PatientId,
    people::{
        identifier::HospitalNumber,
        patient::{Demographics, Identity},
    },
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use store::{Change, Loaded};

/// What the steps so far will write, each by whoever takes it.
#[derive(Default)]
pub(crate) struct Intent {
    changes: Vec<(Permit, Change, Timestamp)>,
    registered: Vec<(PatientId, Demographics)>,
    numbered: Vec<(PatientId, HospitalNumber)>,
}

impl Intent {
    /// A stream as it will stand after the steps so far.
    pub(crate) async fn load<T: Fold>(&self, desk: &Desk, permit: &Permit, stream: String) -> ServiceResult<Loaded<T>>
    where
        T::Event: DeserializeOwned,
    {
        let mut loaded = desk.service.store.load::<T>(permit, stream).await?;
        for event in self.changes.iter().flat_map(|(_, change, _)| &change.events).filter(|event| event.stream == loaded.stream) {
            loaded.state = loaded.state.apply(&event.read()?);
            loaded.sequence += 1;
        }
        Ok(loaded)
    }

    /// What the steps so far will write to a stream.
    pub(crate) fn written<E: DeserializeOwned>(&self, stream: &str) -> ServiceResult<Vec<E>> {
        let events = self.changes.iter().flat_map(|(_, change, _)| &change.events).filter(|event| event.stream == stream);
        events.map(|event| Ok(event.read()?)).collect()
    }

    /// Adds a step.
    pub(crate) fn add(&mut self, desk: &Desk, permit: Permit, change: Change) {
        self.changes.push((permit, change, desk.now()));
    }

    /// Writes nothing of it unless a stream has so many events before the first step.
    pub(crate) fn require(&mut self, desk: &Desk, permit: Permit, (stream, sequence): (String, u64)) {
        let change = Change { expected: vec![(stream, sequence)], ..Change::default() };
        self.changes.insert(0, (permit, change, desk.now()));
    }

    /// Remembers that a step registers a person.
    pub(crate) fn register(&mut self, patient: PatientId, demographics: Demographics) {
        self.registered.push((patient, demographics));
    }

    /// Somebody whom an earlier step registers with this NHS number.
    pub(crate) fn registered(&self, number: NhsNumber) -> Option<&(PatientId, Demographics)> {
        self.registered.iter().find(|(_, known)| known.nhs_number == Identity::NhsNumber(number))
    }

    /// Remembers that a step gives a person numbers of hospitals.
    pub(crate) fn number(&mut self, patient: PatientId, numbers: &[HospitalNumber]) {
        self.numbered.extend(numbers.iter().map(|number| (patient, number.clone())));
    }

    /// People to whom an earlier step gives this number.
    pub(crate) fn numbered(&self, number: &HospitalNumber) -> impl Iterator<Item = PatientId> {
        self.numbered.iter().filter(move |(_, known)| known.is_same(number)).map(|(patient, _)| *patient)
    }

    /// Writes all of it.
    pub(crate) async fn commit(self, desk: &Desk) -> ServiceResult<()> {
        if self.changes.is_empty() {
            return Ok(());
        }
        Ok(desk.service.store.commit_all(&self.changes).await?)
    }
}
