//! Emergency access, and who looked at a record.

use crate::{
    error::PageError,
    form::Form,
    pages::{Layout, PageResult, Problem, id, page_number, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, PatientId, people::emergency::HOURS};
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    people::{self, emergency::Looks},
};
use store::Looked;

#[derive(Template)]
#[template(path = "people/emergency.html")]
struct Page {
    layout: Layout,
    /// Where the form is sent: the page that was refused, and `/emergency`.
    back: String,
    reason: String,
    hours: i64,
    problems: Vec<Problem>,
}

/// The person of a page, without a word of who it is: nothing is shown before the glass is broken.
async fn person(desk: &Desk, kind: &str, subject: &str) -> PageResult<PatientId> {
    match kind {
        "orders" => {
            let order: OrderId = id(subject, "order")?;
            let view = desk.service.store.order_view(order).await.map_err(PageError::fault)?;
            if view.is_none() {
                // Refused like an order that may not be read, and noted.
                desk.permit(Action::ReadOrder, order).await?;
            }
            Ok(view.ok_or(ServiceError::NotFound("order"))?.patient_id)
        }
        "patients" => id(subject, "patient"),
        _ => Err(PageError::Service(ServiceError::NotFound("page"))),
    }
}

fn page(desk: &Desk, back: String, reason: String, problems: Vec<Problem>) -> PageResult {
    show(&Page { layout: Layout::new("Emergency access", Some(&desk.staff)), back, reason, hours: HOURS, problems })
}

pub(crate) async fn get(At(desk): At, Path((kind, subject)): Path<(String, String)>) -> PageResult {
    desk.permit_general(Action::BreakGlass).await?;
    // Nothing is looked for before there is a reason: the page would tell which orders there are.
    match kind.as_str() {
        "orders" => id::<OrderId>(&subject, "order").map(|_| ()),
        "patients" => id::<PatientId>(&subject, "patient").map(|_| ()),
        _ => Err(PageError::Service(ServiceError::NotFound("page"))),
    }?;
    page(&desk, format!("/{kind}/{subject}"), String::new(), vec![])
}

#[derive(Deserialize)]
pub(crate) struct EmergencyForm {
    #[serde(default)]
    reason: String,
}

pub(crate) async fn post(
    At(desk): At,
    Path((kind, subject)): Path<(String, String)>,
    Form(form): Form<EmergencyForm>,
) -> PageResult<Response> {
    let patient = person(&desk, &kind, &subject).await?;
    let back = format!("/{kind}/{subject}");
    match people::emergency::break_glass(&desk, patient, &form.reason).await {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(error) => Ok(page(&desk, back, form.reason, refusals(error)?)?.into_response()),
    }
}

#[derive(Template)]
#[template(path = "people/looked.html")]
struct List {
    layout: Layout,
    looks: Looks,
    patient: Option<PatientId>,
    /// The number by which a record was looked for, as typed.
    number: String,
    problems: Vec<Problem>,
}

/// Which page of the audit; or whose record is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    page: String,
    number: String,
}

/// What somebody did or wanted, as the audit names it, in words.
pub(crate) fn action_label(name: &str) -> String {
    match name {
        "Use" => "ask whether a choice allows a use".into(),
        "SignIn" => "sign in".into(),
        _ => Action::ALL.iter().find(|action| format!("{action:?}") == name).map_or_else(|| name.to_owned(), ToString::to_string),
    }
}

pub(crate) async fn looked(At(desk): At, Path(patient): Path<String>, Query(which): Query<Which>) -> PageResult<Response> {
    let number = page_number(&which.page);
    if let Some(patient) = patient.strip_suffix(".json") {
        let looks = people::emergency::who_looked(&desk, id(patient, "patient")?, number).await?;
        let lines = looks.lines.iter().map(|l| interop::fhir::audit::AuditLine {
            recorded: l.at.to_string(),
            who: &l.who,
            action: &l.action,
            resource: &l.resource,
            allowed: l.allowed,
            reason: &l.reason,
        });
        let bundle = Json(interop::fhir::audit::bundle(lines));
        // Where there are earlier lines, whoever reads them by program is told where (RFC 8288).
        let next = looks.earlier().map(|page| [(header::LINK, format!("</audit/patients/{patient}.json?page={page}>; rel=\"next\""))]);
        let kind = [(header::CONTENT_TYPE, "application/fhir+json")];
        return Ok(match next {
            Some(next) => (kind, next, bundle).into_response(),
            None => (kind, bundle).into_response(),
        });
    }
    let patient = id(&patient, "patient")?;
    let looks = people::emergency::who_looked(&desk, patient, number).await?;
    let page = List {
        layout: Layout::new("Who looked at this record", Some(&desk.staff)).below("Emergency access", "/audit").for_work(),
        looks,
        patient: Some(patient),
        number: String::new(),
        problems: vec![],
    };
    Ok(show(&page)?.into_response())
}

pub(crate) async fn all(At(desk): At, Query(which): Query<Which>) -> PageResult<Response> {
    let problems = match which.number.trim() {
        "" => vec![],
        number => match people::emergency::record_to_audit(&desk, number).await {
            Ok(patient) => return Ok(Redirect::to(&format!("/audit/patients/{patient}")).into_response()),
            Err(error) => refusals(error)?,
        },
    };
    let looks = people::emergency::emergencies(&desk, page_number(&which.page)).await?;
    let layout = Layout::new("Emergency access", Some(&desk.staff)).for_work();
    Ok(show(&List { layout, looks, patient: None, number: which.number, problems })?.into_response())
}

impl List {
    /// Address of what was looked at, as far as it is a page.
    fn subject(row: &Looked) -> Option<String> {
        row.resource.strip_prefix("patient/").map(|patient| format!("/audit/patients/{patient}"))
    }
}
