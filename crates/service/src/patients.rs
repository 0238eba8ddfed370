//! Registering people.

use crate::{
    Desk, ServiceResult,
    desk::{new_id, now, today},
};
use access::Action;
use care::{
    PatientId, Refusals,
    patient::{self, Demographics, Identity, Patient},
};
use store::Change;

impl Desk {
    /// Registers a person; somebody who is already known by NHS number is found, not made twice.
    pub async fn register_patient(&self, demographics: Demographics) -> ServiceResult<PatientId> {
        let permit = self.permit_general(Action::RegisterPatient).await?;
        let store = &self.service.store;
        if let Identity::NhsNumber(number) = &demographics.nhs_number
            && let Some(known) = store.patient_by_nhs_number(&permit, *number).await?
        {
            let held = store.load::<Patient>(&permit, known.stream()).await?.state;
            let same = matches!(&held, Patient::Registered(d) if d.birth_date == demographics.birth_date && d.family_name.eq_ignore_ascii_case(&demographics.family_name));
            if same {
                return Ok(known);
            }
            return Err(Refusals::one(
                "nhs_number",
                "This NHS number belongs to somebody with another name or date of birth. Check it with the patient",
            )
            .into());
        }
        let id = PatientId(new_id());
        let loaded = store.load::<Patient>(&permit, id.stream()).await?;
        let events = patient::register(&loaded.state, demographics.clone(), today())?;
        let mut change = Change { patient: Some((id, demographics)), ..Change::default() };
        change.add(&loaded, &events);
        store.commit(&permit, change, now()).await?;
        Ok(id)
    }

    /// Who somebody is.
    pub async fn demographics(&self, permit: &access::Permit, patient: PatientId) -> ServiceResult<Demographics> {
        match self.service.store.load::<Patient>(permit, patient.stream()).await?.state {
            Patient::Registered(demographics) => Ok(demographics),
            Patient::Unknown => Err(crate::ServiceError::NotFound("patient")),
        }
    }
}
