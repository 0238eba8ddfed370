//! A person of a message: who they are, and whom a message names.

use crate::{Desk, ServiceResult};
use access::Action;
use care::{
    PatientId, Staff,
    ordering::message::Fault,
    people::{
        identifier::HospitalNumber,
        matching::Named,
        name::{is_unknown, too_long},
        patient::{Demographics, Identity, Patient},
    },
};
use interop::incoming_order::{Located, Person, SentNumber};
use jiff::civil::Date;

/// The person with what their record says, where the message names them by a number or a record alone; as they were sent otherwise.
pub(super) async fn known(desk: &Desk, sent: &Person) -> ServiceResult<Result<Person, Fault>> {
    if !sent.known_only {
        return Ok(Ok(sent.clone()));
    }
    let permit = desk.permit_general(Action::RegisterPatient).await?;
    let named = named(&desk.staff, sent);
    let mut records: Vec<PatientId> = sent.record.into_iter().collect();
    if let Some(number) = named.nhs_number {
        records.extend(desk.service.store.patient_by_nhs_number(&permit, number).await?);
    }
    for number in &named.numbers {
        records.extend(desk.service.store.patients_by_hospital_number(&permit, number).await?);
    }
    records.sort();
    records.dedup();
    let record = match records[..] {
        [one] => desk.service.store.load::<Patient>(&permit, one.stream()).await?.state,
        _ => Patient::default(),
    };
    let Some(who) = record.demographics else {
        let message = "Nobody is known here by this number, or several people are: send the Patient along";
        return Ok(Err(Fault::new(&sent.place, message)));
    };
    let mut person = sent.clone();
    if let Identity::NhsNumber(number) = who.nhs_number {
        person.nhs_number.get_or_insert(Located { value: String::from(number), place: sent.place.clone() });
    }
    (person.family_name, person.given_name, person.sex) = (who.family_name, who.given_name, who.sex);
    person.birth_date.value = who.birth_date.to_string();
    Ok(Ok(person))
}

/// Who a person is, or everything that is wrong; a fetus by the day of delivery.
pub(super) fn demographics(sent: &Person, delivery: Option<Date>) -> Result<Demographics, Vec<Fault>> {
    let mut faults = Vec::new();
    let nhs_number = identity(sent).map_err(|fault| faults.push(fault)).ok();
    let birth_date = birth_date(sent, delivery).map_err(|fault| faults.push(fault)).ok();
    let stand_in = |name: &str| if sent.is_fetus && name.is_empty() { "Fetus".to_owned() } else { name.to_owned() };
    let (family_name, given_name) = (stand_in(&sent.family_name), stand_in(&sent.given_name));
    if family_name.is_empty() || given_name.is_empty() {
        faults.push(Fault::new(&sent.place, "A given name and a family name are needed"));
    }
    for (field, name) in [("family name", &family_name), ("given name", &given_name)] {
        faults.extend(too_long(field, name).map(|message| Fault::new(&sent.place, message)));
    }
    let is_nameless = is_unknown(&family_name) || is_unknown(&given_name);
    if is_nameless && sent.nhs_number.is_none() && sent.hospital_numbers.is_empty() {
        let message = "Neither a name nor a number says who it is: send a number of the hospital's, by which they can be found again";
        faults.push(Fault::new(&sent.place, message));
    }
    match (nhs_number, birth_date) {
        (Some(nhs_number), Some(birth_date)) if faults.is_empty() => {
            Ok(Demographics { nhs_number, family_name, given_name, birth_date, sex: sent.sex })
        }
        _ => Err(faults),
    }
}

fn identity(sent: &Person) -> Result<Identity, Fault> {
    if sent.is_fetus {
        return Ok(Identity::Fetus);
    }
    if let Some(number) = &sent.nhs_number {
        let parsed = number.value.parse().map(Identity::NhsNumber);
        return parsed.map_err(|why| Fault::new(&number.place, format!("{}: {why}", number.value)));
    }
    Ok(Identity::Unavailable(match sent.hospital_numbers.first() {
        None => "not sent by the requesting system".into(),
        Some(number) => format!("not sent by the requesting system, which knows them as {}", number.value),
    }))
}

const NO_GESTATION: &str = "This was read as a fetus, who needs a gestation, and none was read: send the gestational age as an observation \
                            of the pregnancy (words in a note are not read), or the date of birth of a person who is born";

fn birth_date(sent: &Person, delivery: Option<Date>) -> Result<Date, Fault> {
    if let Some(day) = delivery.filter(|_| sent.is_fetus) {
        return Ok(day);
    }
    let value = &sent.birth_date.value;
    value.parse().map_err(|_| match (sent.is_fetus, value.is_empty()) {
        (true, _) => Fault::new(&sent.place, NO_GESTATION),
        (_, true) => Fault::new(&sent.birth_date.place, "The date of birth is missing"),
        _ => Fault::new(&sent.birth_date.place, format!("'{value}' is no whole date of birth")),
    })
}

/// Numbers of a person as the sender's organisation knows them.
pub(crate) fn numbers(by: &Staff, sent: &[SentNumber]) -> Vec<HospitalNumber> {
    let organisation = by.organisation.to_string();
    sent.iter().map(|number| HospitalNumber::new(&number.value, &number.authority, &organisation)).collect()
}

/// Whom a message names, as far as it can be read.
pub(super) fn named(by: &Staff, sent: &Person) -> Named {
    Named {
        nhs_number: sent.nhs_number.as_ref().and_then(|number| number.value.parse().ok()),
        numbers: numbers(by, &sent.hospital_numbers),
        birth_date: sent.birth_date.value.parse().ok(),
        family_name: sent.family_name.clone(),
        given_name: sent.given_name.clone(),
    }
}
