//! Records of this service that a message names for people whom it describes or numbers as well: a record of somebody else means that
//! one of the two is mistaken, and it is not certain whose order it is.

use super::{person, sender};
use crate::{Desk, ServiceResult, people};
use access::{Action, Permit};
use care::{
    ordering::{client::Client, message::Fault},
    people::{
        matching,
        patient::{Demographics, Patient},
    },
};
use interop::incoming_order::{IncomingOrder, NamedRecord, Person, is_called_otherwise};

/// Every record that a message names and that is not of whom it names beside it.
pub(super) async fn contradicted(desk: &Desk, client: &Client, incoming: &[IncomingOrder]) -> ServiceResult<Vec<Fault>> {
    let mut faults = Vec::new();
    if incoming.iter().all(|order| order.records.is_empty()) {
        return Ok(faults);
    }
    let permit = desk.permit_general(Action::RegisterPatient).await?;
    for named in incoming.iter().flat_map(|order| &order.records) {
        faults.extend(contradiction((desk, &permit), client, named).await?);
    }
    Ok(faults)
}

async fn contradiction((desk, permit): (&Desk, &Permit), client: &Client, named: &NamedRecord) -> ServiceResult<Option<Fault>> {
    let NamedRecord { record, person, place, address, may_be_elsewhere } = named;
    let known = desk.service.store.load::<Patient>(permit, record.stream()).await?.state;
    if known.demographics.is_none() {
        let message = format!("'{address}' is no record of this service: leave the reference out, or send the Patient along");
        return Ok((!may_be_elsewhere).then(|| Fault::new(place, message)));
    }
    let numbers = people::patients::numbers(desk, permit, *record).await?;
    // A record that was merged says who somebody was taken for, and so does the one that counts since.
    let mut is_of_another = true;
    for one in people::patients::records(desk, permit, *record).await? {
        let state = desk.service.store.load::<Patient>(permit, one.stream()).await?.state;
        let differs = |sender: &Desk, who: &Demographics| matching::contradicts(who, &numbers, &person::named(&sender.staff, person));
        let is_theirs = |who: &Demographics| sender::all(desk, client).iter().any(|sender| !differs(sender, who));
        is_of_another &= !state.demographics.as_ref().is_some_and(is_theirs);
    }
    let message = format!(
        "'{address}' is the record of somebody else here than whom the message names beside it, so it is not certain who is meant: nothing \
         was done; send the address or the number of the one who is"
    );
    Ok(is_of_another.then(|| Fault::new(place, message)))
}

/// What somebody whom a message names by a number or a record is displayed as, where that is the name of somebody else; the person with
/// what their record says.
pub(super) fn displayed_otherwise(person: &Person) -> Option<String> {
    let display = person.display.as_ref()?;
    let message = "is not the name of the person whom the number or the record means: check whose order it is";
    is_called_otherwise(&display.value, &person.given_name, &person.family_name)
        .then(|| format!("{}: '{}' {message}", display.place, display.value))
}
