//! Twins: born together, and of one sex where they are identical. What contradicts that is the wrong person, the wrong date or the wrong
//! relationship. Source: HL7 v3 RoleCode, TWIN and what is below it.

use super::{bundle_index::BundleIndex, details::Member, family::Relations};
use crate::incoming_order::{Faults, Person};
use care::{ordering::message::Fault, people::patient::Sex};
use jiff::civil::Date;

/// Twins may be born before and after midnight. Unconfirmed: few are born further apart.
const DAYS_MAX: i32 = 1;

/// Twins of the first person of an order who cannot be that; people in the order of the members.
pub(super) fn unlike(index: &BundleIndex, relations: &Relations, members: &[Member], people: &[Person]) -> Faults {
    let (Some(first), Some(proband)) = (members.first(), people.first()) else { return vec![] };
    let relatives = members.iter().zip(people).skip(1);
    let faults = relatives.filter_map(|(member, person)| {
        let of_proband = relations.relations_of(&member.target).filter(|relation| relation.patient.as_ref() == Some(&first.target));
        let (place, code) =
            of_proband.map(|relation| (relation.place, relation.twin_code(index))).find_map(|(place, code)| Some((place, code?)))?;
        let why = contradiction(proband, person, code.starts_with('I'))?;
        let name = format!("{} {}", person.given_name, person.family_name);
        let message = format!("{name} is a twin by this code and {why}: correct who it is, the date, or how they are related");
        Some(Fault::new(index.path(place, ".relationship"), message))
    });
    faults.collect()
}

fn contradiction(one: &Person, other: &Person, is_identical: bool) -> Option<String> {
    let [born, beside] = [one, other].map(|person| person.birth_date.value.parse::<Date>().ok());
    let days = born.zip(beside).and_then(|(born, beside)| born.until(beside).ok()).map_or(0, |apart| apart.get_days().abs());
    let sexes = [one.sex, other.sex];
    let is_other_sex = is_identical && sexes[0] != sexes[1] && !sexes.contains(&Sex::Unknown);
    match (days > DAYS_MAX, is_other_sex) {
        (true, _) => Some(format!("was born on another day ({} and {})", one.birth_date.value, other.birth_date.value)),
        (false, true) => Some("an identical one, of another sex".into()),
        (false, false) => None,
    }
}
