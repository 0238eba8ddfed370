//! Recording a discussion with one person.

use super::{Layout, PageResult, id, refusals, show};
use crate::session::At;
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, PatientId,
    choice::{Answer, Category, Discussion, WORDING},
    family::Relationship,
};
use serde::Deserialize;
use service::Desk;

#[derive(Template)]
#[template(path = "choice.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    name: String,
    child: bool,
    parents: Vec<(PatientId, String)>,
    wording: &'static str,
    questions: [(&'static str, &'static str, &'static str); 5],
    problems: Vec<String>,
}

/// The questions in our own words, after the national record of discussion form.
const QUESTIONS: [(&str, &str, &str); 5] = [
    ("test", "The test", "I have talked about what the test may and may not find, and I agree that it is done."),
    ("research", "Research", "My coded data and samples may be kept in the research library and used for approved health research."),
    ("recontact", "Being contacted again", "I may be contacted if new knowledge changes the result, or about research that fits me."),
    (
        "secondary_findings",
        "Other findings",
        "I want to know about health findings that have nothing to do with the reason for the test, where they are looked for.",
    ),
    ("family_sharing", "Sharing with family care", "My result may be used in the care of my relatives."),
];

async fn page(desk: &Desk, order: OrderId, patient: PatientId, problems: Vec<String>) -> PageResult {
    let permit = desk.permit(Action::RecordChoice, order).await?;
    let status = desk.status(&permit, order).await?;
    let people = status.order.request.map(|r| r.people).unwrap_or_default();
    let demographics = desk.demographics(&permit, patient).await?;
    let is_parent = |r: Relationship| matches!(r, Relationship::Mother | Relationship::Father);
    let parents = people
        .iter()
        .filter(|p| is_parent(p.relationship))
        .map(|p| (p.patient, format!("{} ({})", p.name, p.relationship.words().to_lowercase())));
    show(&Page {
        layout: Layout::of(format!("Choices of {}", demographics.full_name()), Some(&desk.staff)),
        order,
        child: demographics.is_child(service::desk::today()),
        name: demographics.full_name(),
        parents: parents.collect(),
        wording: WORDING,
        questions: QUESTIONS,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path((order, patient)): Path<(String, String)>) -> PageResult {
    page(&desk, id(&order, "order")?, id(&patient, "patient")?, vec![]).await
}

#[derive(Deserialize)]
pub(crate) struct Given {
    category: Option<String>,
    #[serde(default)]
    by: String,
    assent: Option<String>,
    wording: String,
    test: Option<String>,
    research: Option<String>,
    recontact: Option<String>,
    secondary_findings: Option<String>,
    family_sharing: Option<String>,
    #[serde(default)]
    comment: String,
}

fn answer(given: Option<&str>) -> Answer {
    match given {
        Some("yes") => Answer::Yes,
        Some("no") => Answer::No,
        _ => Answer::NotDiscussed,
    }
}

fn category(given: &Given) -> Option<Category> {
    let by = given.by.trim().to_owned();
    Some(match given.category.as_deref()? {
        "adult" => Category::AdultOwn,
        "consultee" => Category::AdultLackingCapacity { consultee: by },
        "best" => Category::BestInterest { clinician: by },
        "deceased" => Category::Deceased { by },
        parent => Category::Child { by: parent.parse().ok()?, assent: given.assent.is_some() },
    })
}

pub(crate) async fn post(At(desk): At, Path((order, patient)): Path<(String, String)>, Form(given): Form<Given>) -> PageResult<Response> {
    let (order, patient) = (id(&order, "order")?, id(&patient, "patient")?);
    let Some(category) = category(&given) else {
        return Ok(page(&desk, order, patient, vec!["Say who makes this choice".into()]).await?.into_response());
    };
    let discussion = Discussion {
        order,
        category,
        wording: given.wording,
        test: answer(given.test.as_deref()),
        research: answer(given.research.as_deref()),
        recontact: answer(given.recontact.as_deref()),
        secondary_findings: answer(given.secondary_findings.as_deref()),
        family_sharing: answer(given.family_sharing.as_deref()),
        comment: given.comment,
    };
    match desk.record_choice(patient, discussion).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
        Err(error) => Ok(page(&desk, order, patient, refusals(error)?).await?.into_response()),
    }
}
