//! Recording a discussion with one person.

use super::{Layout, PageResult, id, refusals, show};
use crate::{error::PageError, session::At};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, PatientId,
    choice::{Answer, Category, Discussion, WORDING},
    family::Relationship,
};
use serde::{Deserialize, Serialize};
use service::Desk;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "choice.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    s: Section,
    wording: &'static str,
    problems: Vec<String>,
}

/// What one person is asked, with what was answered so far.
pub(crate) struct Section {
    /// Before the name of every field, so that several people fit on one page.
    pub prefix: String,
    pub name: String,
    pub child: bool,
    /// Parents who may choose for a child: value and label.
    pub parents: Vec<(&'static str, String)>,
    pub given: Given,
    pub questions: [(&'static str, &'static str, &'static str); 5],
}

/// The questions in our own words, after the national record of discussion form.
pub(crate) const QUESTIONS: [(&str, &str, &str); 5] = [
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

/// One person's section as typed: field, value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Given(BTreeMap<String, String>);

impl Given {
    /// The fields of a form that start with a prefix.
    pub(crate) fn read(fields: &[(String, String)], prefix: &str) -> Given {
        Given(fields.iter().filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.trim().to_owned()))).collect())
    }

    /// A field, empty when it was not given.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// Whether a radio button stood at a value.
    pub(crate) fn is(&self, field: &str, value: &str) -> bool {
        self.get(field) == value
    }

    /// Nothing was answered.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|(key, value)| key == "wording" || value.is_empty())
    }

    fn answer(&self, question: &str) -> Answer {
        match self.get(question) {
            "yes" => Answer::Yes,
            "no" => Answer::No,
            _ => Answer::NotDiscussed,
        }
    }

    fn category(&self) -> Option<Category<Relationship>> {
        let by = self.get("by").to_owned();
        let parent = |by| Category::Child { by, assent: self.is("assent", "yes") };
        Some(match self.get("category") {
            "adult" => Category::AdultOwn,
            "consultee" => Category::AdultLackingCapacity { consultee: by },
            "best" => Category::BestInterest { clinician: by },
            "deceased" => Category::Deceased { by },
            "mother" => parent(Relationship::Mother),
            "father" => parent(Relationship::Father),
            _ => return None,
        })
    }

    /// The discussion, unless nobody was named who makes the choice.
    pub(crate) fn discussion(&self, order: OrderId) -> Option<Discussion<Relationship>> {
        Some(Discussion {
            order,
            category: self.category()?,
            wording: self.get("wording").to_owned(),
            test: self.answer("test"),
            research: self.answer("research"),
            recontact: self.answer("recontact"),
            secondary_findings: self.answer("secondary_findings"),
            family_sharing: self.answer("family_sharing"),
            comment: self.get("comment").to_owned(),
        })
    }
}

/// Name of a parent in a form.
pub(crate) fn parent_value(relationship: Relationship) -> Option<&'static str> {
    match relationship {
        Relationship::Mother => Some("mother"),
        Relationship::Father => Some("father"),
        _ => None,
    }
}

async fn page(desk: &Desk, order: OrderId, patient: PatientId, given: Given, problems: Vec<String>) -> PageResult {
    let permit = desk.permit(Action::RecordChoice, order).await?;
    let status = desk.status(&permit, order).await?;
    let people = status.order.request.map(|r| r.people).unwrap_or_default();
    let demographics = desk.demographics(&permit, patient).await?;
    let parents = people
        .iter()
        .filter_map(|p| Some((parent_value(p.relationship)?, format!("{} ({})", p.name, p.relationship.words().to_lowercase()))));
    let s = Section {
        prefix: String::new(),
        child: demographics.is_child(service::desk::today()),
        name: demographics.full_name(),
        parents: parents.collect(),
        given,
        questions: QUESTIONS,
    };
    show(&Page {
        layout: Layout::of(format!("Choices of {}", demographics.full_name()), Some(&desk.staff)),
        order,
        s,
        wording: WORDING,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path((order, patient)): Path<(String, String)>) -> PageResult {
    page(&desk, id(&order, "order")?, id(&patient, "patient")?, Given::default(), vec![]).await
}

pub(crate) async fn post(At(desk): At, Path((order, patient)): Path<(String, String)>, body: String) -> PageResult<Response> {
    let (order, patient) = (id(&order, "order")?, id(&patient, "patient")?);
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(&body).map_err(PageError::fault)?;
    let given = Given::read(&fields, "");
    let Some(discussion) = given.discussion(order) else {
        return Ok(page(&desk, order, patient, given, vec!["Say who makes this choice".into()]).await?.into_response());
    };
    match desk.record_choice(patient, discussion).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
        Err(error) => Ok(page(&desk, order, patient, given, refusals(error)?).await?.into_response()),
    }
}
