//! Recording a discussion with one person.

mod recorded;

use crate::{
    address::Address,
    pages::{Banner, Layout, PageResult, Problem, chosen::Chosen, id, refusals, show},
    session::At,
    when,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, PatientId,
    ordering::{
        choice::{self, Answer, Category, Discussion, How, Purpose, Question, WORDING},
        family::Relationship,
    },
};
use recorded::Recorded;
use serde::{Deserialize, Serialize};
use service::{Desk, ServiceResult, ordering, people, results};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "ordering/choice.html")]
struct Page {
    layout: Layout,
    s: Section,
    wording: &'static str,
    /// What is recorded already.
    recorded: Option<Recorded>,
    /// The version of the choices that is shown.
    seen: u64,
    /// What is agreed to now: purpose, its name in a form, the day on which it ends if that is set.
    withdrawable: Vec<(Purpose, String, Option<String>)>,
    /// The person's own link, when it has just been made: address and last day.
    link: Option<(String, String)>,
    problems: Vec<Problem>,
}

/// What one person is asked, with what was answered so far.
pub(crate) struct Section {
    /// Before the name of every field, so that several people fit on one page.
    pub prefix: String,
    pub name: String,
    pub child: bool,
    /// Parents who may choose for a child: value and label.
    pub parents: Vec<(&'static str, String)>,
    pub form: ChoiceForm,
    pub questions: &'static [Question; 5],
}

/// The questions that are asked today.
pub(crate) fn questions() -> &'static [Question; 5] {
    choice::questions(WORDING).expect("the wording in force has questions")
}

/// One person's section as typed: field, value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ChoiceForm(BTreeMap<String, String>);

impl ChoiceForm {
    /// The fields of a form that start with a prefix.
    pub(crate) fn read(fields: &[(String, String)], prefix: &str) -> ChoiceForm {
        ChoiceForm(fields.iter().filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.trim().to_owned()))).collect())
    }

    /// A field, empty when it was not given.
    pub(crate) fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// The version of the choices that the page showed, if its form says so.
    pub(crate) fn seen(&self) -> Option<u64> {
        self.get("seen").parse().ok()
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
            how: How::Spoken,
            interpreter: self.get("interpreter").to_owned(),
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

async fn page(desk: &Desk, order: OrderId, patient: PatientId, form: ChoiceForm, problems: Vec<Problem>) -> PageResult {
    show(&content(desk, order, patient, form, problems).await?)
}

async fn content(desk: &Desk, order: OrderId, patient: PatientId, form: ChoiceForm, problems: Vec<Problem>) -> PageResult<Page> {
    let permit = desk.permit(Action::RecordChoice, order).await?;
    let status = desk.status(&permit, order).await?;
    let banner = Banner::of_member(desk, &permit, &status, patient).await?;
    let (number, people) = status.order.request.map(|r| (r.number, r.people)).unwrap_or_default();
    let demographics = people::patients::demographics(desk, &permit, patient).await?;
    let parents = people
        .iter()
        .filter_map(|p| Some((parent_value(p.relationship)?, format!("{} ({})", p.name, p.relationship.label().to_lowercase()))));
    let s = Section {
        prefix: String::new(),
        child: demographics.is_child(desk.today()),
        name: demographics.full_name(),
        parents: parents.collect(),
        form,
        questions: questions(),
    };
    let choice = ordering::choices::choice(desk, &permit, patient).await?;
    let written = ordering::choices::last_written(desk, &permit, patient).await?;
    let today = desk.today();
    let recorded = recorded::recorded(&choice, written.as_ref(), order, &people, today);
    let agreed = |purpose: &Purpose| match purpose {
        Purpose::Test => choice.agrees_to_test(order),
        other => choice.allows(*other, today),
    };
    let withdrawable = Purpose::ALL.into_iter().filter(agreed);
    let withdrawable = withdrawable.map(|p| (p, format!("{p:?}"), choice.ends(p).map(when::day))).collect();
    Ok(Page {
        recorded,
        seen: choice.version,
        withdrawable,
        link: None,
        layout: Layout::new(format!("Choices of {}", demographics.full_name()), Some(&desk.staff))
            .below_order(&number, order)
            .about(banner),
        s,
        wording: WORDING,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path((order, patient)): Path<(String, String)>) -> PageResult {
    page(&desk, id(&order, "order")?, id(&patient, "patient")?, ChoiceForm::default(), vec![]).await
}

/// What can be done with a choice.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum ChoiceAction {
    Record,
    Withdraw {
        #[serde(default)]
        what: String,
        #[serde(default)]
        from: String,
        #[serde(default)]
        reason: String,
    },
    Link,
}

pub(crate) async fn post(
    At(desk): At,
    Path((order, patient)): Path<(String, String)>,
    Address(address): Address,
    body: String,
) -> PageResult<Response> {
    let (order, patient) = (id(&order, "order")?, id(&patient, "patient")?);
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let form = ChoiceForm::read(&fields, "");
    let Chosen(act) = crate::pages::form(&body)?;
    let done = match act {
        Some(ChoiceAction::Withdraw { what, from, reason }) => {
            withdraw(&desk, order, (patient, form.seen()), [&what, &from, &reason].map(|s| s.trim())).await
        }
        Some(ChoiceAction::Link) => match results::own_page::invite(&desk, order, patient).await {
            Ok((secret, until)) => {
                let mut page = content(&desk, order, patient, ChoiceForm::default(), vec![]).await?;
                page.link = Some((format!("{address}/link/{secret}"), when::day(until)));
                return Ok(show(&page)?.into_response());
            }
            Err(error) => Err(error),
        },
        Some(ChoiceAction::Record) => match form.discussion(order) {
            Some(discussion) => ordering::choices::record_as_seen(&desk, patient, form.seen(), discussion).await,
            None => Err(care::Refusals::one("category", "Say who makes this choice").into()),
        },
        None => Err(care::Refusals::one("action", "Choose what should be done").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
        Err(error) => Ok(page(&desk, order, patient, form, refusals(error)?).await?.into_response()),
    }
}

async fn withdraw(
    desk: &Desk,
    order: OrderId,
    (patient, seen): (PatientId, Option<u64>),
    [what, from, reason]: [&str; 3],
) -> ServiceResult<()> {
    let Some(what) = purpose(what) else {
        return Err(care::Refusals::one("what", "Choose what is withdrawn").into());
    };
    let from = match from {
        "" => desk.today(),
        text => text.parse().map_err(|_| care::Refusals::one("from", "Enter the day as year-month-day, such as 2027-04-01"))?,
    };
    let withdrawal = ordering::choices::Withdrawal { what, from, reason: reason.to_owned() };
    ordering::choices::withdraw_as_seen(desk, order, patient, seen, withdrawal).await
}

/// A purpose by its name in a form.
pub(crate) fn purpose(name: &str) -> Option<Purpose> {
    Purpose::ALL.into_iter().find(|p| format!("{p:?}") == name)
}
