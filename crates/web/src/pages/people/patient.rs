//! Who somebody is: correcting it, and merging two records of one person or separating them again.

use crate::{
    form::Form,
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, refusals, show,
    },
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
    PatientId, Refusals,
    people::{
        death::{Death, Found},
        patient::{Demographics, Identity, Sex},
    },
};
use serde::Deserialize;
use service::{Desk, ServiceError, ServiceResult, people};

#[derive(Template)]
#[template(path = "people/patient.html")]
struct Page {
    layout: Layout,
    /// How many events of the record are shown.
    seen: u64,
    typed: Typed,
    /// Sign-in names as typed.
    logins: String,
    /// Other records of the person.
    others: Vec<(PatientId, Demographics)>,
    /// Names of those who alone may open it, while it is restricted.
    named: Option<Vec<String>>,
    may_restrict: bool,
    /// A death to check, or one that was confirmed.
    death: Option<ShownDeath>,
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
    ConfirmDeath {
        /// The day that was shown.
        #[serde(default)]
        said: String,
        #[serde(default)]
        died: String,
        #[serde(default)]
        reason: String,
    },
    DenyDeath {
        /// The day that was shown.
        #[serde(default)]
        said: String,
        #[serde(default)]
        reason: String,
    },
}

/// A death that a hospital's system says, or that was confirmed.
struct ShownDeath {
    /// What is known of it, in words.
    text: String,
    /// The day that is said, as a form has it.
    said: String,
    /// The day as it was typed.
    died: String,
    is_confirmed: bool,
    /// It is said under a record and nobody has checked it, which may be another than where it was confirmed.
    is_to_check: bool,
}

impl ShownDeath {
    fn new(death: &Death, is_to_check: bool, act: Option<&PatientAction>) -> ShownDeath {
        let on = death.day().map_or_else(String::new, |day| format!(" on {}", when::day(day)));
        let said = death.day().map_or_else(String::new, |day| day.to_string());
        let text = match death {
            Death::Said { by, .. } => format!("{by} says that this person has died{on}. Nobody has checked it yet."),
            Death::Confirmed { .. } | Death::Mistaken { .. } => format!("It was confirmed that this person has died{on}."),
        };
        let died = match act {
            Some(PatientAction::ConfirmDeath { died, .. }) => died.clone(),
            _ => said.clone(),
        };
        ShownDeath { text, said, died, is_confirmed: matches!(death, Death::Confirmed { .. }), is_to_check }
    }
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
    let seen = people::patients::version(desk, &permit, patient).await?;
    let who = people::patients::demographics(desk, &permit, patient).await?;
    let mut others = Vec::new();
    for record in people::patients::records(desk, &permit, patient).await?.into_iter().filter(|record| *record != patient) {
        others.push((record, people::patients::demographics(desk, &permit, record).await?));
    }
    let is_to_check = people::deaths::is_to_check(desk, &permit, patient).await?;
    let death = people::deaths::death(desk, &permit, patient).await?;
    let death = death.map(|death| ShownDeath::new(&death, is_to_check, act.as_ref()));
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
        seen,
        typed,
        logins,
        others,
        named: people::restriction::named_on(desk, &permit, patient).await?,
        may_restrict: desk.may(Action::RestrictRecord),
        death,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(patient): Path<String>) -> PageResult {
    page(&desk, id(&patient, "patient")?, None, vec![]).await
}

/// A form of the page: how much of the record was shown, and what is to be done.
#[derive(Deserialize)]
pub(crate) struct Posted {
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    act: Chosen<PatientAction>,
}

pub(crate) async fn post(At(desk): At, Path(patient): Path<String>, Form(posted): Form<Posted>) -> PageResult<Response> {
    let patient = id(&patient, "patient")?;
    let Chosen(chosen) = posted.act;
    match act(&desk, (patient, posted.seen.parse().ok()), chosen.as_ref()).await {
        Ok(()) => Ok(Redirect::to(&format!("/patients/{patient}/details")).into_response()),
        Err(error) => Ok(page(&desk, patient, chosen, refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, (patient, seen): (PatientId, Option<u64>), chosen: Option<&PatientAction>) -> ServiceResult<()> {
    // A correction says itself what changed meanwhile.
    if chosen.is_some_and(|act| !matches!(act, PatientAction::Correct(_))) {
        people::patients::check_seen(desk, patient, seen).await?;
    }
    match chosen {
        Some(PatientAction::Correct(typed)) => {
            let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
            let before = people::patients::demographics(desk, &permit, patient).await?;
            people::patients::correct_as_seen(desk, patient, seen, typed.demographics(&before)?, typed.reason.trim().to_owned()).await
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
        Some(PatientAction::ConfirmDeath { said, died, reason }) => {
            let died = match died.trim() {
                "" => None,
                typed => Some(typed.parse().map_err(|_| Refusals::one("died", DAY_OF_DEATH))?),
            };
            people::deaths::check(desk, patient, said.parse().ok(), Found::Died(died), reason).await
        }
        Some(PatientAction::DenyDeath { said, reason }) => {
            people::deaths::check(desk, patient, said.parse().ok(), Found::Lives, reason).await
        }
        None => Err(Refusals::one("action", "Choose what to do").into()),
    }
}

const DAY_OF_DEATH: &str = "Enter the day of death as year-month-day, such as 2026-03-27, or leave it empty where it is not known";
