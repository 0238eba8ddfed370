//! The family of an order: drawn, changed person by person, taken from and given to other programs.

use crate::{
    error::PageError,
    form::Form,
    pages::{Banner, Layout, PageResult, Problem, chosen::Chosen, id, people::patient, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, Refusals,
    ordering::{
        family::Affected,
        pedigree::{Adopted, Edit, Individual, Pedigree, Twin, years::Years},
    },
    people::patient::Sex,
};
use serde::Deserialize;
use service::{
    Desk, ServiceError, ServiceResult,
    ordering::{self, pedigrees},
};

#[derive(Template)]
#[template(path = "ordering/pedigree.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    drawing: String,
    pedigree: Pedigree,
    related: Vec<(String, String)>,
    /// Who is being changed.
    one: Option<Individual>,
    seen: u64,
    file: String,
    problems: Vec<Problem>,
}

impl Page {
    fn sex(person: &Individual) -> &'static str {
        match person.sex {
            Sex::Female => "Female",
            Sex::Male => "Male",
            Sex::Unknown => "Not known",
        }
    }

    fn affected(person: &Individual) -> &'static str {
        match person.affected {
            Affected::Yes => "Yes",
            Affected::No => "No",
            Affected::Unknown => "Not known",
        }
    }

    fn parent<'p>(person: &'p Individual, field: &str) -> &'p str {
        let parent = if field == "father" { &person.father } else { &person.mother };
        parent.as_deref().unwrap_or_default()
    }

    /// Boxes of the form: name, label, ticked.
    fn ticks(person: &Individual) -> [(&'static str, &'static str, bool); 4] {
        [
            ("identical", "Identical twin", person.twin.as_ref().is_some_and(|twin| twin.identical)),
            ("deceased", "Has died", person.deceased),
            ("fetus", "A pregnancy", person.fetus),
            ("proband", "The person whom the question is about", person.proband),
        ]
    }

    /// What else is known, in words.
    fn notes(person: &Individual) -> String {
        let adopted = match person.adopted {
            Adopted::No => "",
            Adopted::In => "adopted into the family",
            Adopted::Out => "adopted out of the family",
        };
        let twin = person.twin.as_ref().map_or("", |t| if t.identical { "identical twin" } else { "twin" });
        let notes = [
            if person.proband { "proband" } else { "" },
            if person.fetus { "pregnancy" } else { "" },
            if person.deceased { "has died" } else { "" },
            adopted,
            twin,
        ];
        notes.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

async fn page(desk: &Desk, order: OrderId, person: &str, file: String, problems: Vec<Problem>) -> PageResult {
    let (pedigree, seen) = ordering::pedigrees::pedigree(desk, order).await?;
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let status = desk.status(&permit, order).await?;
    let number = status.order.request.as_ref().map_or("", |request| request.number.as_str());
    let banner = Banner::of_status(desk, &permit, &status).await?;
    show(&Page {
        layout: Layout::new("Family", Some(&desk.staff)).below_order(number, order).about(banner).for_work(),
        order,
        drawing: pedigrees::drawing(&pedigree),
        related: pedigree.consanguineous().into_iter().collect(),
        one: pedigree.get(person).cloned(),
        pedigree,
        seen,
        file,
        problems,
    })
}

#[derive(Deserialize)]
pub(crate) struct PedigreeQuery {
    #[serde(default)]
    person: String,
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(query): Query<PedigreeQuery>) -> PageResult {
    page(&desk, id(&order, "order")?, &query.person, String::new(), vec![]).await
}

/// What the page's forms send.
#[derive(Deserialize)]
pub(crate) struct PedigreeForm {
    #[serde(default)]
    seen: u64,
    /// Of whom the page was, if of anybody.
    #[serde(default)]
    person: String,
    #[serde(flatten)]
    act: Chosen<PedigreeAction>,
}

/// What can be done with a family, and with the person of the page.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum PedigreeAction {
    Parents,
    Sibling,
    Child {
        #[serde(default)]
        with: String,
    },
    Remove,
    Set(Box<Typed>),
    Take {
        #[serde(default)]
        file: String,
    },
}

/// What is said of a person.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    sex: String,
    affected: String,
    adopted: String,
    mother: String,
    father: String,
    birth: String,
    identical: String,
    deceased: String,
    fetus: String,
    proband: String,
}

impl Typed {
    fn individual(&self, person: String) -> Individual {
        let named = |text: &String| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Individual {
            id: person,
            name: self.name.trim().to_owned(),
            sex: patient::sex(&self.sex),
            affected: match self.affected.as_str() {
                "yes" => Affected::Yes,
                "no" => Affected::No,
                _ => Affected::Unknown,
            },
            deceased: !self.deceased.is_empty(),
            fetus: !self.fetus.is_empty(),
            adopted: match self.adopted.as_str() {
                "in" => Adopted::In,
                "out" => Adopted::Out,
                _ => Adopted::No,
            },
            mother: named(&self.mother),
            father: named(&self.father),
            years: Years::default(),
            twin: named(&self.birth).map(|birth| Twin { birth, identical: !self.identical.is_empty() }),
            proband: !self.proband.is_empty(),
            patient: None,
        }
    }
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(form): Form<PedigreeForm>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    match act(&desk, order, &form).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/pedigree")).into_response()),
        Err(error) => {
            let file = if let Some(PedigreeAction::Take { file }) = form.act.0 { file } else { String::new() };
            Ok(page(&desk, order, &form.person, file, refusals(error)?).await?.into_response())
        }
    }
}

async fn act(desk: &Desk, order: OrderId, form: &PedigreeForm) -> ServiceResult<()> {
    let person = form.person.clone();
    if let Some(PedigreeAction::Take { file }) = &form.act.0 {
        return pedigrees::take(desk, order, form.seen, file).await;
    }
    let edit = match &form.act.0 {
        Some(PedigreeAction::Parents) => Edit::AddParents(person),
        Some(PedigreeAction::Sibling) => Edit::AddSibling(person),
        Some(PedigreeAction::Child { with }) => Edit::AddChild(person, (!with.is_empty()).then(|| with.clone())),
        Some(PedigreeAction::Remove) => Edit::Remove(person),
        Some(PedigreeAction::Set(typed)) => Edit::Set(Box::new(typed.individual(person))),
        Some(PedigreeAction::Take { .. }) | None => return Err(Refusals::one("action", "Choose what to do").into()),
    };
    ordering::pedigrees::edit(desk, order, form.seen, edit).await
}

/// The family for other programs: `pedigree.ped`, `pedigree.json`, `pedigree.svg`.
pub(crate) async fn file(At(desk): At, Path((order, name)): Path<(String, String)>) -> PageResult<Response> {
    let order: OrderId = id(&order, "order")?;
    let (pedigree, _) = ordering::pedigrees::pedigree(&desk, order).await?;
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let number = desk.status(&permit, order).await?.order.request.map(|r| r.number).unwrap_or_default();
    let (kind, text) = match name.as_str() {
        "family.ped" => ("text/plain; charset=utf-8", pedigrees::to_ped(&pedigree, &number)),
        "family.json" => {
            let document = interop::ga4gh::pedigree::document(&pedigree, &number, &desk.now().to_string(), true);
            ("application/json", serde_json::to_string_pretty(&document).map_err(PageError::fault)?)
        }
        "family.svg" => ("image/svg+xml", pedigrees::drawing(&pedigree)),
        _ => return Err(PageError::Service(ServiceError::NotFound("file of the family"))),
    };
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
