//! Releasing a result to the patient, and recalling it: each with a confirmation that names the patient.

use crate::{
    form::Form,
    pages::{Banner, Layout, PageResult, Problem, chosen::Chosen, id, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, ReportId,
    results::report::{
        State,
        release::{Disclosure, Plan, Release},
    },
};
use serde::Deserialize;
use service::{
    Desk,
    results::{
        self,
        letters::{self, Reader},
        own_page::PersonLinks,
        releases::{Releasing, Seen},
    },
};

#[derive(Template)]
#[template(path = "results/release.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    r: Releasing,
    /// The patient as the report prints them.
    name: String,
    number: String,
    born: String,
    /// What the patient would read.
    letter: Vec<String>,
    /// On whose pages it can be read, with their links.
    readers: Vec<PersonLinks>,
    form: ReleaseForm,
    problems: Vec<Problem>,
}

impl Page {
    /// The release under which the patient sees it now.
    fn shown(&self) -> Option<&Release> {
        self.r.report.shown(&self.r.circumstances)
    }

    fn is_read(&self) -> bool {
        matches!(self.r.report.state, State::Acknowledged { .. })
    }

    /// It may be released now, if the form is filled in.
    fn can_release(&self) -> bool {
        self.shown().is_none() && self.is_read() && self.r.circumstances.obstacles.is_empty()
    }

    /// It was released, whether or not something hides it now.
    fn can_recall(&self) -> bool {
        self.r.report.release.is_some()
    }

    /// Every way of talking about a result: value, label, whether it is chosen.
    fn ways(&self) -> impl Iterator<Item = (String, &'static str, bool)> + '_ {
        Disclosure::ALL.into_iter().map(|way| (format!("{way:?}"), way.label(), self.form.how == format!("{way:?}")))
    }

    /// A line without a full stop is a heading.
    fn is_heading(paragraph: &str) -> bool {
        letters::is_heading(paragraph)
    }
}

async fn page(desk: &Desk, order: OrderId, form: ReleaseForm, problems: Vec<Problem>) -> PageResult {
    let r = results::releases::releasing(desk, order).await?;
    let [name, number, born, _] = results::content::printed(&r.content.patient);
    let banner = Banner::for_action(desk, Action::ReleaseResult, order).await?;
    show(&Page {
        layout: Layout::new("Release to the patient", Some(&desk.staff))
            .below_order(&r.content.order_number, order)
            .below("Report", format!("/orders/{order}/report"))
            .about(banner),
        order,
        name,
        number,
        born,
        letter: letters::letter(&r.content, Reader::Patient),
        readers: results::own_page::links(desk, order).await?,
        r,
        form,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    page(&desk, id(&order, "order")?, ReleaseForm::default(), vec![]).await
}

/// A form of the page: what was seen of the report, and what is to be done.
#[derive(Deserialize)]
pub(crate) struct Posted {
    /// The report that was shown.
    #[serde(default)]
    report: String,
    /// How many events of it were.
    #[serde(default)]
    events: String,
    #[serde(flatten)]
    act: Chosen<ReleaseAction>,
}

/// What can be done with a result that the patient may see, or does.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum ReleaseAction {
    Release(ReleaseForm),
    Recall {
        #[serde(default)]
        reason: String,
        #[serde(default)]
        names_patient: String,
    },
}

/// What is typed to release a result.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct ReleaseForm {
    discussed: String,
    how: String,
    names_patient: String,
    after_death: String,
}

impl ReleaseForm {
    fn plan(&self) -> Plan {
        Plan {
            discussed: self.discussed.trim().parse().ok(),
            how: Disclosure::ALL.into_iter().find(|way| format!("{way:?}") == self.how),
            names_patient: self.names_patient == "yes",
            after_death: self.after_death == "yes",
        }
    }
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Form(posted): Form<Posted>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    // A form without what was seen is refused as one of before a change.
    let seen =
        Seen { report: posted.report.parse().unwrap_or(ReportId(uuid::Uuid::nil())), events: posted.events.parse().unwrap_or_default() };
    let (form, done) = match posted.act.0 {
        Some(ReleaseAction::Release(form)) => {
            let done = results::releases::release(&desk, order, seen, form.plan()).await;
            (form, done)
        }
        Some(ReleaseAction::Recall { names_patient, .. }) if names_patient != "yes" => {
            let message = "Read the name, and tick that the result of this patient is to be recalled";
            (ReleaseForm::default(), Err(care::Refusals::one("names_patient", message).into()))
        }
        Some(ReleaseAction::Recall { reason, .. }) => {
            (ReleaseForm::default(), results::releases::recall(&desk, order, seen, &reason).await)
        }
        None => (ReleaseForm::default(), Err(care::Refusals::one("action", "Choose what should be done").into())),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/release")).into_response()),
        Err(error) => Ok(page(&desk, order, form, refusals(error)?).await?.into_response()),
    }
}
