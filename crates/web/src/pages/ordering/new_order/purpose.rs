//! What the request is for, where that is not the diagnosis of the patient.

use super::{Draft, Orderer, PageResult, who::Banner};
use crate::{
    form::Form,
    pages::{Layout, Problem, show},
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{
    Refusal, Refusals,
    ordering::order::purpose::{Germline, Prenatal, PrenatalSample, Purpose, Tumour, TumourSample},
};
use serde::{Deserialize, Serialize};
use service::Desk;
use tower_sessions::Session;

/// As typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub kind: String,
    pub diagnosis: String,
    pub tumour_sample: String,
    pub pathology: String,
    pub germline: String,
    pub gestation: String,
    pub fetus: String,
    pub fetuses: String,
    pub lost: String,
    pub fetal_sample: String,
    pub died: String,
    pub coroner: String,
    pub variant: String,
    pub relative: String,
    pub condition: String,
    pub earlier: String,
    pub reason: String,
}

/// Values and labels of the kinds of request.
pub(super) const KINDS: [(&str, &str); 10] = [
    ("", "To find why a patient is ill"),
    ("tumour", "A tumour, solid or of the blood"),
    ("fetus", "A fetus, during the pregnancy or after its loss"),
    ("death", "Somebody who has died"),
    ("predictive", "A relative, for a variant that is known in the family"),
    ("carrier", "Carrier test"),
    ("storage", "To keep DNA; nothing is tested yet"),
    ("follow", "To follow or confirm an earlier order"),
    ("reanalysis", "To look at earlier data again"),
    ("reinterpretation", "To classify a reported variant again"),
];
const TUMOUR_SAMPLES: [(&str, TumourSample); 5] = [
    ("frozen", TumourSample::FreshFrozen),
    ("block", TumourSample::Block),
    ("marrow", TumourSample::BoneMarrow),
    ("blood", TumourSample::Blood),
    ("fluid", TumourSample::Fluid),
];
const FETAL_SAMPLES: [(&str, PrenatalSample); 4] = [
    ("fluid", PrenatalSample::AmnioticFluid),
    ("villus", PrenatalSample::ChorionicVillus),
    ("cord", PrenatalSample::CordBlood),
    ("tissue", PrenatalSample::Tissue),
];
const GERMLINE: [(&str, &str, Germline); 3] = [
    ("now", "With the tumour", Germline::Now),
    ("later", "Later; the tumour is started first", Germline::Later),
    ("none", "The test needs none", Germline::NotNeeded),
];

impl Typed {
    /// What it is for; or what was not chosen. What the purpose itself lacks is the domain's to say.
    pub(crate) fn purpose(&self) -> Result<Purpose, Refusals> {
        let (purpose, refusals) = self.read();
        Refusals::check(refusals)?;
        Ok(purpose)
    }

    /// Nothing is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.faults().is_empty()
    }

    /// What is missing, all of it.
    fn faults(&self) -> Vec<Problem> {
        let (purpose, refusals) = self.read();
        refusals.into_iter().chain(purpose.faults()).map(Problem::from).collect()
    }

    /// The purpose as far as it was told, and what was not chosen or does not read.
    fn read(&self) -> (Purpose, Vec<Refusal>) {
        let mut refusals = Vec::new();
        let mut lacks = |field, message: &str| refusals.push(Refusal::new(field, message));
        let text = |s: &String| s.trim().to_owned();
        let purpose = match self.kind.as_str() {
            "" => Purpose::Diagnosis,
            "tumour" => Purpose::Tumour(Tumour {
                diagnosis: text(&self.diagnosis),
                sample: pick(&TUMOUR_SAMPLES, &self.tumour_sample).unwrap_or_else(|| {
                    lacks("tumour_sample", "Choose what is sent of the tumour");
                    TumourSample::Fluid
                }),
                pathology: text(&self.pathology),
                germline: GERMLINE.iter().find(|(value, ..)| *value == self.germline).map_or_else(
                    || {
                        lacks("germline", "Say whether a germline sample comes with it");
                        Germline::NotNeeded
                    },
                    |(.., germline)| *germline,
                ),
            }),
            "fetus" => Purpose::Prenatal(Prenatal {
                // None is no number of weeks, which the domain tells.
                gestation_weeks: number(&self.gestation).unwrap_or(0),
                fetus: (number(&self.fetus).unwrap_or(1), number(&self.fetuses).unwrap_or(1)),
                lost: !self.lost.is_empty(),
                sample: pick(&FETAL_SAMPLES, &self.fetal_sample).unwrap_or_else(|| {
                    lacks("fetal_sample", "Choose what is sent of the fetus");
                    PrenatalSample::Tissue
                }),
            }),
            "death" => Purpose::AfterDeath {
                died: self.died.parse().unwrap_or_else(|_| {
                    lacks("died", "Enter the date of death as year-month-day, such as 2026-03-27");
                    // Refused just now, so that no order carries it.
                    jiff::civil::Date::MIN
                }),
                coroner: text(&self.coroner),
            },
            "predictive" => Purpose::Predictive { variant: text(&self.variant), relative: text(&self.relative) },
            "carrier" => Purpose::Carrier { condition: text(&self.condition), reason: text(&self.reason) },
            "storage" => Purpose::Storage { reason: text(&self.reason) },
            "follow" => Purpose::FollowUp { order: text(&self.earlier), reason: text(&self.reason) },
            "reanalysis" => Purpose::Reanalysis { order: text(&self.earlier), reason: text(&self.reason) },
            "reinterpretation" => Purpose::Reinterpretation { variant: text(&self.variant), reason: text(&self.reason) },
            _ => {
                lacks("kind", "Choose what the request is for");
                Purpose::Diagnosis
            }
        };
        (purpose, refusals)
    }
}

fn pick<T: Copy>(choices: &[(&str, T)], value: &str) -> Option<T> {
    choices.iter().find(|(name, _)| *name == value).map(|(_, choice)| *choice)
}

fn number(text: &str) -> Option<u8> {
    text.trim().parse().ok()
}

#[derive(Template)]
#[template(path = "ordering/new_order/purpose.html")]
struct Page {
    layout: Layout,
    /// What names the draft.
    key: String,
    banner: Option<Banner>,
    t: Typed,
    problems: Vec<Problem>,
}

fn page(desk: &Desk, draft: Draft, problems: Vec<Problem>) -> PageResult {
    let (key, banner) = (draft.key(), draft.banner(desk.today()));
    show(&Page { layout: draft.layout("Reason for test", desk), key, banner, t: draft.purpose, problems })
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult {
    page(&desk, Draft::begun(&session).await?, vec![])
}

/// The form, with the draft that it was filled in for.
#[derive(Deserialize)]
pub(crate) struct PurposeForm {
    #[serde(default)]
    draft: String,
    #[serde(flatten)]
    typed: Typed,
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(form): Form<PurposeForm>) -> PageResult<Response> {
    let mut draft = Draft::load_shown(&session, &form.draft).await?;
    draft.purpose = form.typed;
    draft.save(&desk, &session).await?;
    let problems = draft.purpose.faults();
    // Who is tested is looked at again: of a fetus the date is another.
    if problems.is_empty() {
        return Ok(Redirect::to("/order-a-test/family").into_response());
    }
    Ok(page(&desk, draft, problems)?.into_response())
}
