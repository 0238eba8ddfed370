//! The people of a bundle.

use super::{
    bundle_index::BundleIndex,
    family::Relations,
    json::{first_of, kind, list, text},
    name::names,
    number::{Number, authority, is_in_use, written_as_numbers},
    reference::Target,
    shape::has_modifier,
    uncertain,
};
use crate::{
    codes::{sex, system},
    incoming_order::{Faults, Located, Person, SentNumber, is_called_otherwise},
};
use care::{
    ordering::{family::Relationship, message::Fault},
    people::patient::Sex,
};
use serde_json::Value;

/// Elements of a Patient that are read.
pub(super) const READ: [&str; 8] =
    ["active", "link", "name", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime", "multipleBirthBoolean"];

/// A person with what was read of them and is not used.
pub(super) struct Described {
    /// Who.
    pub person: Person,
    /// What was not used.
    pub not_used: Vec<String>,
}

/// Whom a resource is about, by its `subject`.
pub(super) fn subject(index: &BundleIndex, place: usize) -> Result<Target, Fault> {
    let target = index.resolve(place, &index.resource(place)["subject"], "Patient");
    let target = target.map_err(|why| {
        let message = format!("{}: send the Patient along, or name the person by NHS number", capital(&why));
        Fault::new(index.path(place, ".subject"), message)
    })?;
    match target {
        Target::Resource(patient) if kind(index.resource(patient)) != "Patient" => {
            Err(Fault::new(index.path(place, ".subject"), "The subject is no Patient"))
        }
        target => Ok(target),
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A person by what a reference means; `from` is the place of the resource that refers to them.
pub(super) fn person(
    index: &BundleIndex,
    relations: &Relations,
    from: usize,
    target: &Target,
    relationship: Relationship,
) -> Result<Described, Faults> {
    let place = index.path(from, ".subject");
    let display = text(index.resource(from), "/subject/display");
    let display = (!display.is_empty()).then(|| Located { value: display.to_owned(), place: index.path(from, ".subject.display") });
    let known = Person { entries: vec![index.entry_number(from)], display, ..Person::known_only(place.clone(), relationship) };
    let person = match target {
        Target::Resource(patient) => return patient_as_person(index, relations, from, *patient, relationship),
        Target::Record(id) => Person { record: Some(*id), ..known },
        Target::Number(number) if number.is_nhs() => Person { nhs_number: Some(Located { value: number.value.clone(), place }), ..known },
        Target::Number(Number { system, value }) => {
            Person { hospital_numbers: vec![SentNumber { value: value.clone(), authority: system.clone(), place }], ..known }
        }
    };
    Ok(Described { person, not_used: vec![] })
}

fn patient_as_person(
    index: &BundleIndex,
    relations: &Relations,
    from: usize,
    place: usize,
    relationship: Relationship,
) -> Result<Described, Faults> {
    let patient = index.resource(place);
    let mut faults = unusable(index, place);
    let names = names(patient, index.today).map_err(|why| faults.push(Fault::new(index.path(place, ".name"), why))).unwrap_or_default();
    let nhs_number = nhs_number(index, place).map_err(|fault| faults.push(fault)).unwrap_or_default();
    faults.extend(nhs_number.as_ref().and_then(|number| described_twice(index, place, number)));
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut entries = vec![index.entry_number(place), index.entry_number(from)];
    entries.dedup();
    let is_fetus = is_fetus(index, relations, place);
    let person = Person {
        place: index.path(place, ""),
        nhs_number,
        hospital_numbers: hospital_numbers(index, place),
        family_name: names.family,
        given_name: names.given_name,
        former_names: names.former,
        birth_date: Located { value: text(patient, "/birthDate").to_owned(), place: index.path(place, ".birthDate") },
        death_date: death_date(patient),
        sex: sex_at_birth(patient),
        is_fetus,
        entries,
        known_only: false,
        ..Person::known_only(String::new(), relationship)
    };
    let mut not_used = not_used(index, place);
    not_used.extend(other_display(index, from, &person));
    not_used
        .extend(names.not_used.iter().map(|(nth, what)| format!("{}: {what} is not used", index.path(place, &format!(".name[{nth}]")))));
    Ok(Described { person, not_used })
}

/// What a reference is displayed as, where that is the name of somebody else than the Patient to whom it leads.
fn other_display(index: &BundleIndex, from: usize, person: &Person) -> Option<String> {
    let display = text(index.resource(from), "/subject/display");
    is_called_otherwise(display, &person.given_name, &person.family_name).then(|| {
        let called = format!("{} {}", person.given_name, person.family_name);
        format!("{}: '{display}' is not called as the Patient is ({called}): check whose order it is", index.path(from, ".subject.display"))
    })
}

/// Why a Patient cannot be used at all: it is not the record that counts, or it says something that is not understood.
fn unusable(index: &BundleIndex, place: usize) -> Faults {
    let patient = index.resource(place);
    let mut faults = Vec::new();
    let mut fault = |path: &str, message: String| faults.push(Fault::new(index.path(place, path), message));
    if patient["active"] == Value::Bool(false) {
        fault(".active", "This Patient is not in use any more: send the record that counts today".into());
    }
    if let Some(link) = list(patient, "/link").iter().find(|link| text(link, "/type") == "replaced-by") {
        let other = first_of([text(link, "/other/reference"), text(link, "/other/identifier/value"), text(link, "/other/display")]);
        fault(".link", format!("This Patient was replaced by another record ({other}): send that one"));
    }
    if has_modifier(patient) {
        fault(
            ".modifierExtension",
            "It may turn the meaning of the Patient round and is not known here: send the Patient without it".into(),
        );
    }
    let day = text(patient, "/birthDate");
    if !day.is_empty() && (day.len() != 10 || day.parse::<jiff::civil::Date>().is_err()) {
        fault(".birthDate", format!("'{day}' is no whole date of birth: send year, month and day, such as 2018-03-04"));
    }
    if patient.get("birthDate").is_some_and(|day| !day.is_string() && !day.is_null()) {
        fault(".birthDate", "The date of birth is text, such as \"2018-03-04\"".into());
    }
    faults
}

/// The NHS number in use. Two that differ are two people.
fn nhs_number(index: &BundleIndex, place: usize) -> Result<Option<Located>, Fault> {
    let path = |nth: usize| index.path(place, &format!(".identifier[{nth}]"));
    let mut found = in_use(index, place).filter(|(_, _, number)| number.is_nhs());
    let Some((nth, _, number)) = found.next() else { return Ok(None) };
    if let Some((other, _, _)) = found.find(|(_, _, other)| *other != number) {
        let message = "This is another NHS number than the one before: send one, and the others with the use 'old'";
        return Err(Fault::new(path(other), message));
    }
    Ok(Some(Located { value: number.value, place: path(nth) }))
}

/// Two Patients of the bundle have one NHS number and are not described alike: which of them is the person is not certain.
fn described_twice(index: &BundleIndex, place: usize, nhs_number: &Located) -> Option<Fault> {
    let number = Number::new(system::NHS_NUMBER, &nhs_number.value)?;
    let described = |place: usize| {
        let patient = index.resource(place);
        let names = names(patient, index.today).unwrap_or_default();
        let first = names.given_name.split_whitespace().next().unwrap_or_default().to_lowercase();
        [text(patient, "/birthDate").to_owned(), names.family.to_lowercase(), first]
    };
    let one = described(place);
    let is_other = |(one, other): (&String, &String)| !one.is_empty() && !other.is_empty() && one != other;
    let differs = |other: &&usize| one.iter().zip(&described(**other)).any(is_other);
    let other = index.numbered("Patient", &number).iter().filter(|other| **other != place).find(differs)?;
    let message = "Another Patient of the bundle has the same NHS number and another name or date of birth: send the one that counts";
    Some(Fault::new(index.path(*other, ""), message))
}

fn hospital_numbers(index: &BundleIndex, place: usize) -> Vec<SentNumber> {
    let others = in_use(index, place).filter(|(_, _, number)| !number.is_nhs());
    let sent = |(nth, identifier, number): (usize, &Value, Number)| SentNumber {
        value: number.value,
        authority: authority(identifier),
        place: index.path(place, &format!(".identifier[{nth}]")),
    };
    others.map(sent).collect()
}

/// The identifiers of a person that are in use, with their places in the list.
fn in_use<'v>(index: &BundleIndex<'v>, place: usize) -> impl Iterator<Item = (usize, &'v Value, Number)> {
    let today = index.today;
    let identifiers = list(index.resource(place), "/identifier").iter().enumerate();
    identifiers.filter(move |(_, i)| is_in_use(i, today)).filter_map(|(nth, i)| Some((nth, i, Number::read(i)?)))
}

/// What of a Patient is read and not used, by its places.
fn not_used(index: &BundleIndex, place: usize) -> Vec<String> {
    let patient = index.resource(place);
    let path = |nth: usize| index.path(place, &format!(".identifier[{nth}]"));
    let today = index.today;
    let old = list(patient, "/identifier").iter().enumerate().filter(|(_, i)| !is_in_use(i, today));
    let mut notes: Vec<String> = old.map(|(nth, _)| format!("{}: a number that is not in use any more is not used", path(nth))).collect();
    notes.extend(
        written_as_numbers(patient)
            .map(|nth| format!("{}.value was sent as a number and read as text; send it as text, or leading zeros are lost", path(nth))),
    );
    notes.extend(unverified(index, place));
    notes.extend(uncertain::notes(index, place));
    let died = text(patient, "/deceasedDateTime");
    if !died.is_empty() && died.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok()).is_none() {
        let path = index.path(place, ".deceasedDateTime");
        notes.push(format!("{path}: '{died}' is no whole day, so the order says nothing of a death: send year, month and day"));
    }
    match text(patient, "/gender") {
        "" | "male" | "female" | "unknown" => {}
        other => notes.push(format!("{}: '{other}' is kept as not known; send the sex registered at birth", index.path(place, ".gender"))),
    }
    notes
}

/// An NHS number that the sender has not verified. Source: UK Core, NHSNumberVerificationStatus.
fn unverified(index: &BundleIndex, place: usize) -> Option<String> {
    let (nth, identifier, _) = in_use(index, place).find(|(_, _, number)| number.is_nhs())?;
    let of_status = |extension: &&Value| text(extension, "/url").ends_with("NHSNumberVerificationStatus");
    let extension = list(identifier, "/extension").iter().find(of_status)?;
    let code = text(extension, "/valueCodeableConcept/coding/0/code");
    let path = index.path(place, &format!(".identifier[{nth}]"));
    let message = || format!("{path}: the sender has not verified this NHS number ({code}): check it with the patient");
    (!["", "01", "number-present-and-verified"].contains(&code)).then(message)
}

/// The day of death; empty where it is said without a day.
fn death_date(patient: &Value) -> Option<String> {
    match (text(patient, "/deceasedDateTime"), &patient["deceasedBoolean"]) {
        ("", Value::Bool(true)) => Some(String::new()),
        ("", _) => None,
        (day, _) => Some(day.get(..10).unwrap_or(day).to_owned()),
    }
}

/// Not born: no NHS number and no date of birth, and somebody in the bundle is a relative, such as the mother.
fn is_fetus(index: &BundleIndex, relations: &Relations, place: usize) -> bool {
    let is_numbered = in_use(index, place).any(|(_, _, number)| number.is_nhs());
    !is_numbered && text(index.resource(place), "/birthDate").is_empty() && relations.has_relative(&Target::Resource(place))
}

/// Places of the patients who are not born.
pub(super) fn fetuses(index: &BundleIndex, relations: &Relations) -> Vec<usize> {
    let patients = index.resources_of_kind("Patient").map(|(place, _)| place);
    patients.filter(|place| is_fetus(index, relations, *place)).collect()
}

/// The sex registered at birth, else the gender.
fn sex_at_birth(patient: &Value) -> Sex {
    let birth = list(patient, "/extension").iter().find(|e| text(e, "/url").ends_with("BirthSex"));
    match birth.map_or_else(String::new, |e| first_of([text(e, "/valueCodeableConcept/coding/0/code"), text(e, "/valueCode")])).as_str() {
        "" => sex::read_fhir(text(patient, "/gender")),
        code => sex::read_hl7(code),
    }
}
