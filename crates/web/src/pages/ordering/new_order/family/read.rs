//! The people of an order, read from what was typed of them.

use super::{Draft, PATIENT, Typed};
use crate::pages::{Problem, people::patient};
use care::{
    NhsNumber, Refusal,
    ordering::family::{Affected, Relationship},
    people::patient::{Demographics, Identity, Sex},
};
use jiff::civil::Date;
use service::ordering::orders::PersonForm;

/// The people of a draft, or everything that is wrong with what was typed.
pub(crate) fn people(draft: &Draft) -> Result<Vec<PersonForm>, Vec<Refusal>> {
    let (mut people, mut problems) = (Vec::new(), Vec::new());
    for typed in &draft.people {
        match person(typed, draft.purpose.kind == "fetus") {
            Ok(person) => people.push(person),
            Err(mut found) => problems.append(&mut found),
        }
    }
    if people.is_empty() && problems.is_empty() {
        problems.push(Refusal::new("given_name", "Enter the patient"));
    }
    problems.extend(entered_twice(draft));
    if problems.is_empty() { Ok(people) } else { Err(problems) }
}

/// Everything that is wrong with what was typed, each with the field of whoever it is about.
pub(super) fn problems(draft: &Draft) -> Vec<Problem> {
    let wrong = |typed: &Typed| {
        let found = person(typed, draft.purpose.kind == "fetus").err().unwrap_or_default();
        let place = |refusal: Refusal| Problem::new(format!("{}_{}", typed.relationship, refusal.field), refusal.message);
        found.into_iter().map(place).collect::<Vec<_>>()
    };
    draft.people.iter().flat_map(wrong).chain(entered_twice(draft).into_iter().map(Problem::from)).collect()
}

/// NHS numbers that stand on the form for two people. What stands in the field of a fetus is no number of its own.
fn entered_twice(draft: &Draft) -> Vec<Refusal> {
    let is_fetus = |person: &Typed| draft.purpose.kind == "fetus" && person.relationship == PATIENT;
    let mut numbers: Vec<NhsNumber> = draft.people.iter().filter(|person| !is_fetus(person)).filter_map(Typed::number).collect();
    numbers.sort_unstable_by_key(ToString::to_string);
    let repeated = numbers.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    repeated.map(|number| Refusal::new("nhs_number", format!("NHS number {number} is entered for two people"))).collect()
}

/// Somebody as the order has them, or everything that is wrong with what was typed.
pub(super) fn person(typed: &Typed, of_fetus: bool) -> Result<PersonForm, Vec<Refusal>> {
    let mut problems = Vec::new();
    let who = subject(&typed.relationship);
    let is_fetus = of_fetus && typed.relationship == PATIENT;
    // The number comes first: where it is none, what is empty would be filled in from the record of the right one.
    let nhs_number = if is_fetus { Some(Identity::Fetus) } else { number_of(typed, who, &mut problems) };
    let is_mistyped = !is_fetus && !typed.nhs_number.is_empty() && nhs_number.is_none();
    for (field, name, value) in [("given_name", "given name", &typed.given_name), ("family_name", "family name", &typed.family_name)] {
        if value.is_empty() && !is_mistyped {
            problems.push(Refusal::new(field, format!("Enter the {name} of {who}")));
        }
    }
    let date = (typed.year.parse().ok()).zip(typed.month.parse().ok()).zip(typed.day.parse().ok());
    let birth_date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    let is_to_be_filled = is_mistyped && typed.birth() == [""; 3];
    if birth_date.is_none() && !is_to_be_filled {
        let what = if is_fetus { "estimated date of delivery" } else { "date of birth" };
        problems.push(Refusal::new("day", format!("The {what} of {who} must be a real date, such as 27 3 2017")));
    }
    let sex = fixed_sex(typed).unwrap_or_else(|| patient::sex(&typed.sex));
    let relationship = match typed.relationship.as_str() {
        "mother" => Some(Relationship::Mother),
        "father" => Some(Relationship::Father),
        PATIENT => Some(Relationship::Proband),
        _ => others().find(|(value, ..)| *value == typed.relation).map(|(.., relationship)| relationship),
    };
    if relationship.is_none() {
        problems.push(Refusal::new("relation", format!("Say how {} {} is related to the patient", typed.given_name, typed.family_name)));
    }
    let affected = match (relationship, typed.affected.as_str()) {
        (Some(Relationship::Proband), _) | (_, "yes") => Affected::Yes,
        (_, "no") => Affected::No,
        _ => Affected::Unknown,
    };
    match (nhs_number, birth_date, relationship) {
        (Some(nhs_number), Some(birth_date), Some(relationship)) if problems.is_empty() => Ok(PersonForm {
            is_stated: true,
            numbers: vec![],
            demographics: Demographics {
                nhs_number,
                family_name: typed.family_name.clone(),
                given_name: typed.given_name.clone(),
                birth_date,
                sex,
            },
            relationship,
            affected,
            choice: None,
        }),
        _ => Err(problems),
    }
}

/// The NHS number, or why there is none.
fn number_of(typed: &Typed, who: &str, problems: &mut Vec<Refusal>) -> Option<Identity> {
    match (typed.nhs_number.is_empty(), typed.no_number.is_empty()) {
        (true, false) => Some(Identity::Unavailable(typed.no_number.clone())),
        (true, true) => {
            problems.push(Refusal::new("nhs_number", format!("Enter the NHS number of {who}, or say why there is none")));
            None
        }
        _ => match typed.nhs_number.parse() {
            Ok(number) => Some(Identity::NhsNumber(number)),
            Err(error) => {
                problems.push(Refusal::new("nhs_number", format!("NHS number of {who}: {error}")));
                None
            }
        },
    }
}

/// Relationships of another relative: value and label.
pub(super) fn others() -> impl Iterator<Item = (String, &'static str, Relationship)> {
    let named = [Relationship::Proband, Relationship::Mother, Relationship::Father];
    Relationship::ALL.into_iter().filter(move |r| !named.contains(r)).map(|r| (format!("{r:?}"), r.label(), r))
}

/// The sex that a place in the family has.
pub(super) fn fixed_sex(typed: &Typed) -> Option<Sex> {
    match typed.relationship.as_str() {
        "mother" => Some(Sex::Female),
        "father" => Some(Sex::Male),
        _ => None,
    }
}

/// Whom a message speaks of.
pub(super) fn subject(key: &str) -> &'static str {
    match key {
        "mother" => "the mother",
        "father" => "the father",
        PATIENT => "the patient",
        _ => "the other relative",
    }
}
