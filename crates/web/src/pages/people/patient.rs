//! Who somebody is: correcting it, and merging two records of one person or separating them again.

use crate::{
    form::Form,
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, refusals, show,
    },
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    PatientId, Refusals,
    people::patient::{Demographics, Identity, Sex},
};
use serde::Deserialize;
use service::{Desk, ServiceError, ServiceResult, people};

#[derive(Template)]
#[template(path = "people/patient.html")]
struct Page {
    layout: Layout,
    typed: Typed,
    /// Sign-in names as typed.
    logins: String,
    /// Other records of the person.
    others: Vec<(PatientId, Demographics)>,
    /// Names of those who alone may open it, while it is restricted.
    named: Option<Vec<String>>,
    may_restrict: bool,
    problems: Vec<Problem>,
}

/// What can be done with a record.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum PatientAction {
    Correct(Box<Typed>),
    Merge {
        /// Number of an order of the other record.
        #[serde(default)]
        order: String,
        #[serde(default)]
        reason: String,
    },
    Separate {
        /// The record that is separated.
        #[serde(default)]
        record: String,
        #[serde(default)]
        reason: String,
    },
    Restrict {
        /// Sign-in names of those who may open it.
        #[serde(default)]
        logins: String,
        #[serde(default)]
        reason: String,
    },
    Lift(Why),
}

/// Who somebody is, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    nhs_number: String,
    no_number: String,
    family_name: String,
    given_name: String,
    birth_date: String,
    sex: String,
    reason: String,
}

/// A sex by its name in a form.
pub(crate) fn sex(name: &str) -> Sex {
    match name {
        "female" => Sex::Female,
        "male" => Sex::Male,
        _ => Sex::Unknown,
    }
}

/// The name of a sex in a form.
pub(crate) fn sex_name(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Unknown => "",
    }
}

impl Typed {
    fn from_demographics(who: &Demographics) -> Typed {
        let (nhs_number, no_number) = match &who.nhs_number {
            Identity::NhsNumber(number) => (number.to_string(), String::new()),
            Identity::Unavailable(reason) => (String::new(), reason.clone()),
            Identity::Fetus => (String::new(), "before birth".into()),
        };
        Typed {
            nhs_number,
            no_number,
            family_name: who.family_name.clone(),
            given_name: who.given_name.clone(),
            birth_date: who.birth_date.to_string(),
            sex: sex_name(who.sex).into(),
            reason: String::new(),
        }
    }

    /// Fields of text: name, label, value.
    fn fields(&self) -> [(&'static str, &'static str, &str); 4] {
        [
            ("nhs_number", "NHS number", &self.nhs_number),
            ("no_number", "Or why there is none", &self.no_number),
            ("given_name", "Given name", &self.given_name),
            ("family_name", "Family name", &self.family_name),
        ]
    }

    fn demographics(&self, before: &Demographics) -> Result<Demographics, Refusals> {
        let number = self.nhs_number.trim();
        let nhs_number = match (number.is_empty(), &before.nhs_number) {
            (false, _) => Identity::NhsNumber(number.parse().map_err(|e| Refusals::one("nhs_number", format!("NHS number: {e}")))?),
            (true, Identity::Fetus) => Identity::Fetus,
            (true, _) => Identity::Unavailable(self.no_number.trim().to_owned()),
        };
        let birth_date = self.birth_date.parse();
        Ok(Demographics {
            nhs_number,
            family_name: self.family_name.trim().to_owned(),
            given_name: self.given_name.trim().to_owned(),
            birth_date: birth_date
                .map_err(|_| Refusals::one("birth_date", "Enter the date of birth as year-month-day, such as 2017-03-27"))?,
            sex: sex(&self.sex),
        })
    }
}

async fn page(desk: &Desk, patient: PatientId, act: Option<PatientAction>, problems: Vec<Problem>) -> PageResult {
    let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
    let who = people::patients::demographics(desk, &permit, patient).await?;
    let mut others = Vec::new();
    for record in people::patients::records(desk, &permit, patient).await?.into_iter().filter(|record| *record != patient) {
        others.push((record, people::patients::demographics(desk, &permit, record).await?));
    }
    let (typed, logins) = match act {
        Some(PatientAction::Correct(typed)) => (*typed, String::new()),
        Some(PatientAction::Restrict { logins, .. }) => (Typed::from_demographics(&who), logins),
        _ => (Typed::from_demographics(&who), String::new()),
    };
    let banner = Banner::of_patient(desk, &permit, patient).await?;
    let mut layout = Layout::new(format!("Details of {}", who.full_name()), Some(&desk.staff)).about(banner);
    if desk.may(Action::ReadRecord) {
        layout = layout.below("Genomic record", format!("/patients/{patient}"));
    }
    show(&Page {
        layout,
        typed,
        logins,
        others,
        named: people::restriction::named_on(desk, &permit, patient).await?,
        may_restrict: desk.may(Action::RestrictRecord),
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(patient): Path<String>) -> PageResult {
    page(&desk, id(&patient, "patient")?, None, vec![]).await
}

pub(crate) async fn post(
    At(desk): At,
    Path(patient): Path<String>,
    Form(Chosen(chosen)): Form<Chosen<PatientAction>>,
) -> PageResult<Response> {
    let patient = id(&patient, "patient")?;
    match act(&desk, patient, chosen.as_ref()).await {
        Ok(()) => Ok(Redirect::to(&format!("/patients/{patient}/details")).into_response()),
        Err(error) => Ok(page(&desk, patient, chosen, refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, patient: PatientId, chosen: Option<&PatientAction>) -> ServiceResult<()> {
    match chosen {
        Some(PatientAction::Correct(typed)) => {
            let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
            let before = people::patients::demographics(desk, &permit, patient).await?;
            people::patients::correct(desk, patient, typed.demographics(&before)?, typed.reason.trim().to_owned()).await
        }
        Some(PatientAction::Merge { order, reason }) => {
            let number = order.trim().to_uppercase();
            let found = desk.service.store.order_by_number(&number).await?;
            let Some(other) = found else { return Err(Refusals::one("order", format!("No order has the number {number}")).into()) };
            people::patients::merge(desk, other.patient_id, patient, false, reason).await
        }
        Some(PatientAction::Restrict { logins, reason }) => {
            let logins: Vec<String> = logins.split([',', ' ', '\n', '\r']).filter(|l| !l.is_empty()).map(str::to_owned).collect();
            people::restriction::restrict(desk, patient, &logins, true, reason).await
        }
        Some(PatientAction::Lift(Why { reason })) => people::restriction::restrict(desk, patient, &[], false, reason).await,
        Some(PatientAction::Separate { record, reason }) => {
            let record: PatientId = record.parse().map_err(|_| ServiceError::NotFound("record"))?;
            let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
            // Whichever of the two is asked from, the record goes from the one that stands for both.
            let first = people::patients::records(desk, &permit, patient).await?[0];
            let apart = if first == record { patient } else { record };
            people::patients::merge(desk, apart, first, true, reason).await
        }
        None => Err(Refusals::one("action", "Choose what to do").into()),
    }
}
