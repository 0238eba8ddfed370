//! Which orders a system's search finds: those of its own organisation, and of those for which it sends.

use super::reader::desks;
use crate::{Desk, ServiceResult, ordering::messages, people};
use access::Action;
use care::{NhsNumber, PatientId, people::identifier::HospitalNumber};
use interop::codes::system;
use jiff::civil::Date;
use std::cmp::Reverse;
use store::{Listing, OrderView};

/// What a search asks for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The service's number of the order, or the asking system's own.
    pub number: String,
    /// Whose number that is, where the search says: two orders may have the same number in two systems.
    pub number_system: String,
    /// NHS number of somebody in the order.
    pub nhs_number: Option<NhsNumber>,
    /// Record of somebody in the order.
    pub patient: Option<PatientId>,
    /// After this line: day and number.
    pub after: Option<(Date, String)>,
    /// Lines at the most.
    pub most: u64,
}

/// The orders that a search finds among those of the organisations for which a system reads.
#[crate::boxed]
pub async fn search_orders(desk: &Desk, search: &Search) -> ServiceResult<Vec<OrderView>> {
    let readers = desks(desk).await?;
    let mut found = match search {
        Search { number, .. } if !number.is_empty() => by_number(desk, search).await?,
        Search { nhs_number: None, patient: None, .. } => return latest(&readers, search).await,
        _ => of_person(desk, search).await?,
    };
    found.retain(|view| readers.iter().any(|reader| reader.staff.organisation == view.requester));
    Ok(found)
}

/// The order with a number of the service, else those for which the system has that number, of further tests under it too: those whose
/// number it may be, as far as the search says that.
async fn by_number(desk: &Desk, search: &Search) -> ServiceResult<Vec<OrderView>> {
    let (store, number) = (&desk.service.store, search.number.as_str());
    if let Some(found) = store.order_by_number(&number.to_uppercase()).await? {
        return Ok(vec![found]);
    }
    let numbered = messages::sender::of_number(desk, desk.staff.id, number).await?;
    Ok(numbered.into_iter().filter(|(_, sender)| sender.may_be_of(&search.number_system)).map(|(view, _)| view).collect())
}

async fn of_person(desk: &Desk, search: &Search) -> ServiceResult<Vec<OrderView>> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let store = &desk.service.store;
    let patient = match search.nhs_number {
        Some(number) => store.patient_by_nhs_number(&permit, number).await?,
        None => search.patient,
    };
    match patient {
        Some(patient) => Ok(store.orders_with(&permit, patient).await?),
        None => Ok(vec![]),
    }
}

/// Every record of somebody, by one of them: an order stays on the record on which it was placed when that is merged into another.
#[crate::boxed]
pub async fn records_of(desk: &Desk, patient: PatientId) -> ServiceResult<Vec<PatientId>> {
    let permit = desk.service.own_permit(Action::ReadOrder, patient.stream()).await?;
    people::patients::records(desk, &permit, patient).await
}

/// The people whom a number with its system means: by NHS number, by their record here, or by a number of a hospital as one of the
/// organisations for which a system reads gives it.
#[crate::boxed]
pub async fn people_with_number(desk: &Desk, (system, value): (&str, &str)) -> ServiceResult<Vec<PatientId>> {
    if system == system::LOCAL_PATIENT {
        return Ok(value.parse::<PatientId>().into_iter().collect());
    }
    let (store, nhs_number) = (&desk.service.store, value.parse::<NhsNumber>().ok().filter(|_| ["", system::NHS_NUMBER].contains(&system)));
    let mut found: Vec<PatientId> = Vec::new();
    for reader in desks(desk).await? {
        let permit = reader.permit_general(Action::SeeWorkList).await?;
        if let Some(number) = nhs_number {
            found.extend(store.patient_by_nhs_number(&permit, number).await?);
        }
        if system != system::NHS_NUMBER {
            let authority = system.strip_prefix("urn:oid:").unwrap_or(system);
            let number = HospitalNumber::new(value, authority, &reader.staff.organisation.to_string());
            found.extend(store.patients_by_hospital_number(&permit, &number).await?);
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The latest orders of all organisations together.
async fn latest(readers: &[Desk], search: &Search) -> ServiceResult<Vec<OrderView>> {
    let mut found: Vec<OrderView> = Vec::new();
    for reader in readers {
        let permit = reader.permit_general(Action::SeeWorkList).await?;
        let listing = Listing { finished: true, latest_first: true, after: search.after.clone(), most: search.most, ..Listing::default() };
        let views = reader.service.store.orders(&permit, &listing).await?;
        found.extend(views.into_iter().filter(|view| found_once(&found, view)).collect::<Vec<_>>());
    }
    found.sort_by(|one, other| Reverse((one.submitted, &one.number)).cmp(&Reverse((other.submitted, &other.number))));
    found.truncate(usize::try_from(search.most).unwrap_or(usize::MAX));
    Ok(found)
}

fn found_once(found: &[OrderView], view: &OrderView) -> bool {
    found.iter().all(|known| known.id != view.id)
}
