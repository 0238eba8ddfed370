//! The Family of the Phenopacket schema: a pedigree like PED beside the packets of the proband and the relatives. Source: Phenopacket
//! schema 2.0, `Family`, `Pedigree`, `Pedigree.Person`.

use super::{Family, field, sex, text};
use care::{
    ordering::{
        family::Affected,
        pedigree::{Individual, Pedigree},
    },
    people::patient::Sex,
};
use serde_json::Value;

/// Reads a family, or the pedigree of one alone.
pub(super) fn family(document: &Value) -> Result<Family, String> {
    let pedigree = field(document, "pedigree").unwrap_or(document);
    let persons = field(pedigree, "persons").and_then(Value::as_array).ok_or("pedigree.persons is no list")?;
    let proband = field(document, "proband").map(subject).unwrap_or_default();
    one_family(persons)?;
    let mut people = Vec::with_capacity(persons.len());
    for (index, person) in persons.iter().enumerate() {
        let mut one = read(person).ok_or_else(|| format!("pedigree.persons[{index}].individualId is missing: name everybody"))?;
        one.proband = one.id == proband;
        for packet in packets(document).filter(|packet| subject(packet) == one.id) {
            one.deceased |= is_deceased(packet);
            one.sex = agreed_sex(&one, packet)?;
        }
        people.push(one);
    }
    if !proband.is_empty() && !people.iter().any(|one| one.proband) {
        return Err(format!("proband.subject.id '{proband}' is nobody of pedigree.persons: name the proband alike in both"));
    }
    Ok((Pedigree { people }, vec![]))
}

/// Everybody is of one family, as far as it is named.
fn one_family(persons: &[Value]) -> Result<(), String> {
    let mut families: Vec<String> = persons.iter().filter_map(|person| field(person, "familyId")).map(text).collect();
    families.retain(|family| !family.is_empty());
    families.dedup();
    match families.as_slice() {
        [one, other, ..] => Err(format!("pedigree.persons are of families '{one}' and '{other}': send one family at a time")),
        _ => Ok(()),
    }
}

/// The sex that the pedigree and somebody's own packet say, where they do not contradict one another.
fn agreed_sex(one: &Individual, packet: &Value) -> Result<Sex, String> {
    match (one.sex, field(packet, "subject").map_or(Sex::Unknown, sex_of)) {
        (known, Sex::Unknown) => Ok(known),
        (known, said) if known == Sex::Unknown || known == said => Ok(said),
        _ => Err(format!("'{}' has one sex in pedigree.persons and another in their own packet: mend the one that is wrong", one.id)),
    }
}

fn read(person: &Value) -> Option<Individual> {
    let get = |name: &str| field(person, name).map(text).unwrap_or_default();
    let parent = |name: &str| Some(get(name)).filter(|id| !["", "0", "."].contains(&id.as_str()));
    let id = Some(get("individualId")).filter(|id| !id.is_empty())?;
    let mut one = Individual::new(id, sex_of(person));
    (one.father, one.mother) = (parent("paternalId"), parent("maternalId"));
    // Numbers are those of the schema's enums.
    one.affected = match get("affectedStatus").to_ascii_uppercase().as_str() {
        "AFFECTED" | "2" => Affected::Yes,
        "UNAFFECTED" | "1" => Affected::No,
        _ => Affected::Unknown,
    };
    Some(one)
}

fn sex_of(person: &Value) -> Sex {
    match person["sex"].as_u64() {
        Some(1) => Sex::Female,
        Some(2) => Sex::Male,
        _ => sex(&person["sex"]),
    }
}

/// The packets of everybody.
fn packets(document: &Value) -> impl Iterator<Item = &Value> {
    let relatives = field(document, "relatives").and_then(Value::as_array).into_iter().flatten();
    field(document, "proband").into_iter().chain(relatives)
}

fn subject(packet: &Value) -> String {
    field(packet, "subject").and_then(|subject| field(subject, "id")).map(text).unwrap_or_default()
}

fn is_deceased(packet: &Value) -> bool {
    let status = field(packet, "subject").and_then(|subject| field(subject, "vitalStatus")).and_then(|status| field(status, "status"));
    status.is_some_and(|status| status == "DECEASED")
}
