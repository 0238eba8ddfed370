//! The people of a bundle.

use super::bundle_index::{BundleIndex, list, text};
use crate::{
    codes::{relationship, sex, system::NHS_NUMBER},
    incoming_order::{Located, Person},
};
use care::{
    ordering::{
        family::{Affected, Relationship},
        message::Fault,
    },
    people::patient::Sex,
};
use serde_json::Value;

/// The person whom a ServiceRequest is about.
pub(super) fn person(index: &BundleIndex, request: usize, is_relative: bool) -> Result<Person, Fault> {
    let subject = &index.resource(request)["subject"];
    let Some(place) = index.resolve(subject) else {
        let message = format!("'{}' is not in the bundle: send the Patient along", text(subject, "/reference"));
        return Err(Fault::new(index.path(request, ".subject"), message));
    };
    let patient = index.resource(place);
    if text(patient, "/resourceType") != "Patient" {
        return Err(Fault::new(index.path(request, ".subject"), "The subject is no Patient"));
    }
    let relationship = if is_relative { related(index, request)? } else { Relationship::Proband };
    let number = list(patient, "/identifier").iter().position(|i| text(i, "/system") == NHS_NUMBER);
    let nhs_number = |nth: usize| {
        let value = text(&patient["identifier"][nth], "/value");
        (!value.is_empty()).then(|| Located { value: value.into(), place: index.path(place, &format!(".identifier[{nth}]")) })
    };
    let local = list(patient, "/identifier").iter().find(|i| text(i, "/system") != NHS_NUMBER);
    let name = &patient["name"][0];
    let given_names = list(name, "/given").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    let death_date = match (text(patient, "/deceasedDateTime"), &patient["deceasedBoolean"]) {
        ("", Value::Bool(true)) => Some(String::new()),
        ("", _) => None,
        (day, _) => Some(day.get(..10).unwrap_or(day).to_owned()),
    };
    Ok(Person {
        place: index.path(place, ""),
        nhs_number: number.and_then(nhs_number),
        hospital_number: local.map_or("", |i| text(i, "/value")).to_owned(),
        family_name: text(name, "/family").to_owned(),
        given_name: given_names,
        birth_date: Located { value: text(patient, "/birthDate").to_owned(), place: index.path(place, ".birthDate") },
        death_date,
        sex: sex_at_birth(patient),
        relationship,
        affected: if is_relative { Affected::Unknown } else { Affected::Yes },
        is_fetus: fetuses(index).contains(&place),
        entries: vec![place, request],
        discussion: None,
    })
}

/// Places of the patients who are not born: they have neither an NHS number nor a date of birth, and somebody in the bundle is
/// their parent.
pub(super) fn fetuses(index: &BundleIndex) -> Vec<usize> {
    let unborn = |(place, patient): &(usize, &Value)| {
        let numbered = list(patient, "/identifier").iter().any(|i| text(i, "/system") == NHS_NUMBER);
        let child = index.resources_of_kind("RelatedPerson").any(|(_, r)| r.get("patient").and_then(|p| index.resolve(p)) == Some(*place));
        !numbered && text(patient, "/birthDate").is_empty() && child
    };
    index.resources_of_kind("Patient").filter(unborn).map(|(place, _)| place).collect()
}

/// How a relative is related, from the RelatedPerson with one of their numbers.
fn related(index: &BundleIndex, request: usize) -> Result<Relationship, Fault> {
    let Some(&(place, person)) = index.relations(index.resource(request)).first() else {
        return Err(Fault::new(
            index.path(request, ""),
            "This request is for a relative; send a RelatedPerson with the same identifier that says how they are related",
        ));
    };
    let codes = list(person, "/relationship").iter().flat_map(|c| list(c, "/coding"));
    codes.map(|c| text(c, "/code")).find_map(relationship::role_code).ok_or_else(|| {
        Fault::new(
            index.path(place, ".relationship"),
            "This relationship is not known here; use a code of HL7 v3 RoleCode such as NMTH, NFTH or NSIB",
        )
    })
}

/// The sex registered at birth, else the gender.
fn sex_at_birth(patient: &Value) -> Sex {
    let birth = list(patient, "/extension").iter().find(|e| text(e, "/url").ends_with("BirthSex"));
    match birth.map_or("", |e| text(e, "/valueCodeableConcept/coding/0/code")) {
        "" => sex::read_fhir(text(patient, "/gender")),
        code => sex::read_hl7(code),
    }
}
