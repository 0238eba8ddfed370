//! Step 3: who is tested.

use super::{Draft, Orderer, PageResult};
use crate::pages::{Layout, people::patient, show};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{
    Refusal,
    ordering::family::{Affected, Relationship},
    people::patient::{Demographics, Identity, Sex},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use service::{Desk, ordering::orders::PersonForm, people};
use tower_sessions::Session;

/// One person as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Typed {
    pub relationship: String,
    pub given_name: String,
    pub family_name: String,
    pub nhs_number: String,
    pub no_number: String,
    pub day: String,
    pub month: String,
    pub year: String,
    pub sex: String,
    pub affected: String,
    /// Of another relative.
    #[serde(default)]
    pub relation: String,
}

/// The people that the form asks for; a parent without a name is not part of the order.
const FIELDS_ASKED: [(&str, &str); 5] = [
    ("proband", "Patient"),
    ("mother", "Mother (leave empty if not tested)"),
    ("father", "Father (leave empty if not tested)"),
    ("relative1", "Another relative (leave empty if nobody else)"),
    ("relative2", "Another relative (leave empty if nobody else)"),
];

/// Relationships of another relative: value and label.
fn others() -> impl Iterator<Item = (String, &'static str, Relationship)> {
    let named = [Relationship::Proband, Relationship::Mother, Relationship::Father];
    Relationship::ALL.into_iter().filter(move |r| !named.contains(r)).map(|r| (format!("{r:?}"), r.label(), r))
}

#[derive(Template)]
#[template(path = "ordering/new_order/family.html")]
struct Page {
    layout: Layout,
    people: Vec<(&'static str, &'static str, Typed)>,
    others: Vec<(String, &'static str)>,
    is_fetus: bool,
    problems: Vec<Refusal>,
}

fn page(desk: &Desk, draft: &Draft, problems: Vec<Refusal>) -> PageResult {
    let typed = |key: &str| draft.people.iter().find(|p| p.relationship == key).cloned().unwrap_or_default();
    let people = FIELDS_ASKED.map(|(key, title)| (key, title, typed(key))).to_vec();
    let others = others().map(|(value, label, _)| (value, label)).collect();
    let is_fetus = draft.purpose.kind == "fetus";
    show(&Page { layout: Layout::new("Who is tested?", Some(&desk.staff)), people, others, is_fetus, problems })
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult {
    page(&desk, &Draft::load(&session).await?, vec![])
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, body: String) -> PageResult<Response> {
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let field = |key: &str, name: &str| {
        let field_name = format!("{key}_{name}");
        fields.iter().find(|(k, _)| *k == field_name).map_or_else(String::new, |(_, v)| v.trim().to_owned())
    };
    let typed = FIELDS_ASKED.map(|(key, _)| Typed {
        relationship: key.into(),
        given_name: field(key, "given_name"),
        family_name: field(key, "family_name"),
        nhs_number: field(key, "nhs_number"),
        no_number: field(key, "no_number"),
        day: field(key, "day"),
        month: field(key, "month"),
        year: field(key, "year"),
        sex: field(key, "sex"),
        affected: field(key, "affected"),
        relation: field(key, "relation"),
    });
    let mut draft = Draft::load(&session).await?;
    draft.people = typed
        .into_iter()
        .filter(|p| p.relationship == "proband" || !format!("{}{}{}", p.given_name, p.family_name, p.nhs_number).is_empty())
        .collect();
    for typed in &mut draft.people {
        trace(&desk, typed).await?;
    }
    draft.save(&desk, &session).await?;
    match people(&draft) {
        Ok(_) => Ok(Redirect::to("/order-a-test/phenotype").into_response()),
        Err(problems) => Ok(page(&desk, &draft, problems)?.into_response()),
    }
}

/// Fills in what is known of somebody of whom only the NHS number was typed.
async fn trace(desk: &Desk, typed: &mut Typed) -> PageResult<()> {
    let empty = format!("{}{}{}{}{}", typed.given_name, typed.family_name, typed.day, typed.month, typed.year).is_empty();
    let Some(number) = typed.nhs_number.parse().ok().filter(|_| empty) else { return Ok(()) };
    if let Some(found) = people::trace::trace(desk, number).await? {
        typed.given_name = found.given_name;
        typed.family_name = found.family_name;
        let date = found.birth_date;
        (typed.day, typed.month, typed.year) = (date.day().to_string(), date.month().to_string(), date.year().to_string());
        typed.sex = patient::sex_name(found.sex).into();
    }
    Ok(())
}

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
    if problems.is_empty() { Ok(people) } else { Err(problems) }
}

fn person(typed: &Typed, of_fetus: bool) -> Result<PersonForm, Vec<Refusal>> {
    let mut problems = Vec::new();
    let who = match typed.relationship.as_str() {
        "mother" => "the mother",
        "father" => "the father",
        "proband" => "the patient",
        _ => "the other relative",
    };
    let is_fetus = of_fetus && typed.relationship == "proband";
    for (name, value) in [("given name", &typed.given_name), ("family name", &typed.family_name)] {
        if value.is_empty() {
            problems.push(Refusal::new("name", format!("Enter the {name} of {who}")));
        }
    }
    let nhs_number = if is_fetus { Some(Identity::Fetus) } else { number_of(typed, who, &mut problems) };
    let date = (typed.year.parse().ok()).zip(typed.month.parse().ok()).zip(typed.day.parse().ok());
    let birth_date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    if birth_date.is_none() {
        let what = if is_fetus { "estimated date of delivery" } else { "date of birth" };
        problems.push(Refusal::new("birth_date", format!("The {what} of {who} must be a real date, such as 27 3 2017")));
    }
    let sex = patient::sex(&typed.sex);
    let (relationship, sex) = match typed.relationship.as_str() {
        "mother" => (Some(Relationship::Mother), Sex::Female),
        "father" => (Some(Relationship::Father), Sex::Male),
        "proband" => (Some(Relationship::Proband), sex),
        _ => (others().find(|(value, ..)| *value == typed.relation).map(|(.., relationship)| relationship), sex),
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
