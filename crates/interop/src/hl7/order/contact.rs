//! Next of kin (`NK1`): contacts, who are named and not tested. Source: HL7 2.5.1, chapter 3.4.5.
//!
//! The published examples of the North West send the parents of a fetus in `NK1`, each with a number in NK1-33, beside the question
//! "What Type of Referral Do You Require?" answered "Prenatal Referral". Every hospital's system sends `NK1` for whom to ring. So a
//! parent is tested along only if both hold: NK1-33 names them by a number, and the order asks for relatives, by a prenatal referral,
//! by a question about the structure of the family answered "Duo" or "Trio", or by such a word in the name of the test.

use super::super::{
    person::{self, ReadPerson, identifier::Identifiers},
    segment::Segment,
};
use crate::{
    codes::{relationship, sex},
    incoming_order::{Located, Person},
};
use care::ordering::family::{Affected, Relationship};

/// Reads the contacts of a patient: parents who are tested along, and notes about the others.
pub(super) fn read(contacts: &[&Segment], asks_for_relatives: bool) -> (Vec<ReadPerson>, Vec<String>) {
    let (mut relatives, mut notes) = (Vec::new(), Vec::new());
    for contact in contacts {
        match relationship::parent(&contact.get(3, 1)) {
            Some(relationship) if asks_for_relatives && !contact.first(33).component(1).is_empty() => {
                relatives.push(relative(contact, relationship));
            }
            _ => notes.extend(kept_as_contact(contact)),
        }
    }
    (relatives, notes)
}

fn relative(contact: &Segment, relationship: Relationship) -> ReadPerson {
    let numbers = Identifiers::of_field(contact, 33);
    let names = person::Names::read(contact.repeats(2));
    let mut notes = numbers.notes;
    notes.extend(person::sex_note(contact, 15));
    let person = Person {
        place: contact.place(),
        nhs_number: numbers.nhs_number,
        hospital_numbers: numbers.hospital,
        family_name: names.family,
        given_name: names.given_name,
        former_names: names.former,
        birth_date: Located { value: person::day(&contact.get(16, 1)), place: contact.place_of_field(16) },
        death_date: None,
        sex: sex::read_hl7(&contact.get(15, 1)),
        relationship,
        affected: Affected::Unknown,
        is_fetus: false,
        entries: vec![],
        discussion: None,
        ended: vec![],
        known_only: false,
        record: None,
        display: None,
    };
    ReadPerson { person, notes, faults: numbers.faults }
}

fn kept_as_contact(contact: &Segment) -> Option<String> {
    let name = [person::given_names(contact.first(2)), contact.get(2, 1)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let role = [contact.get(3, 2), contact.get(3, 1)].into_iter().find(|text| !text.is_empty());
    let label = match (name.is_empty(), role) {
        (true, None) => return None,
        (true, Some(role)) => role,
        (false, None) => name,
        (false, Some(role)) => format!("{name} ({role})"),
    };
    let how = "a parent who is tested has a number in NK1-33, and the order says Duo or Trio";
    Some(format!("{}: {label} is a contact and is not tested; {how}", contact.place()))
}
