//! The people of a bundle.

use super::{Held, list, relations, relationship, text};
use crate::{asked::Person, fhir::system::NHS_NUMBER};
use care::{
    ordering::{
        family::{Affected, Relationship},
        message::Fault,
    },
    people::patient::Sex,
};
use serde_json::Value;

/// The person whom a ServiceRequest is about.
pub(super) fn person(held: &Held, request: usize, is_relative: bool) -> Result<Person, Fault> {
    let subject = &held.resource(request)["subject"];
    let Some(place) = held.place(subject) else {
        let words = format!("'{}' is not in the bundle: send the Patient along", text(subject, "/reference"));
        return Err(Fault::new(held.at(request, ".subject"), words));
    };
    let patient = held.resource(place);
    if text(patient, "/resourceType") != "Patient" {
        return Err(Fault::new(held.at(request, ".subject"), "The subject is no Patient"));
    }
    let relationship = if is_relative { related(held, request)? } else { Relationship::Proband };
    let number = list(patient, "/identifier").iter().position(|i| text(i, "/system") == NHS_NUMBER);
    let numbered = |at: usize| {
        let value = text(&patient["identifier"][at], "/value");
        (!value.is_empty()).then(|| (value.to_owned(), held.at(place, &format!(".identifier[{at}]"))))
    };
    let local = list(patient, "/identifier").iter().find(|i| text(i, "/system") != NHS_NUMBER);
    let name = &patient["name"][0];
    let given = list(name, "/given").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    let died = match (text(patient, "/deceasedDateTime"), &patient["deceasedBoolean"]) {
        ("", Value::Bool(true)) => Some(String::new()),
        ("", _) => None,
        (day, _) => Some(day.get(..10).unwrap_or(day).to_owned()),
    };
    Ok(Person {
        at: held.at(place, ""),
        nhs_number: number.and_then(numbered),
        local: local.map_or("", |i| text(i, "/value")).to_owned(),
        family: text(name, "/family").to_owned(),
        given,
        born: (text(patient, "/birthDate").to_owned(), held.at(place, ".birthDate")),
        died,
        sex: sex(patient),
        relationship,
        affected: if is_relative { Affected::Unknown } else { Affected::Yes },
        fetus: fetuses(held).contains(&place),
        parts: vec![place, request],
        consent: None,
    })
}

/// Places of the patients who are not born: they have neither an NHS number nor a date of birth, and somebody in the bundle is
/// their parent.
pub(super) fn fetuses(held: &Held) -> Vec<usize> {
    let unborn = |(place, patient): &(usize, &Value)| {
        let numbered = list(patient, "/identifier").iter().any(|i| text(i, "/system") == NHS_NUMBER);
        let child = held.of_kind("RelatedPerson").any(|(_, r)| r.get("patient").and_then(|p| held.place(p)) == Some(*place));
        !numbered && text(patient, "/birthDate").is_empty() && child
    };
    held.of_kind("Patient").filter(unborn).map(|(place, _)| place).collect()
}

/// How a relative is related, from the RelatedPerson with one of their numbers.
fn related(held: &Held, request: usize) -> Result<Relationship, Fault> {
    let Some(&(place, person)) = relations(held, held.resource(request)).first() else {
        return Err(Fault::new(
            held.at(request, ""),
            "This request is for a relative; send a RelatedPerson with the same identifier that says how they are related",
        ));
    };
    let codes = list(person, "/relationship").iter().flat_map(|c| list(c, "/coding"));
    codes.map(|c| text(c, "/code")).find_map(relationship).ok_or_else(|| {
        Fault::new(
            held.at(place, ".relationship"),
            "This relationship is not known here; use a code of HL7 v3 RoleCode such as NMTH, NFTH or NSIB",
        )
    })
}

/// The sex registered at birth, else the gender.
fn sex(patient: &Value) -> Sex {
    let birth = list(patient, "/extension").iter().find(|e| text(e, "/url").ends_with("BirthSex"));
    let code = birth.map_or("", |e| text(e, "/valueCodeableConcept/coding/0/code"));
    match (code, text(patient, "/gender")) {
        ("F", _) | ("", "female") => Sex::Female,
        ("M", _) | ("", "male") => Sex::Male,
        _ => Sex::Unknown,
    }
}
