//! What the request is for, where that is not the diagnosis of the patient.

use super::{Draft, PageResult};
use crate::{
    pages::{Layout, show},
    session::At,
};
use askama::Template;
use axum::{
    Form,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    Refusal,
    order::purpose::{Germline, Prenatal, PrenatalSample, Purpose, Tumour, TumourSample},
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// As typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    pub earlier: String,
    pub reason: String,
}

/// Values and labels of the kinds of request.
const KINDS: [(&str, &str); 9] = [
    ("", "To find why a patient is ill"),
    ("tumour", "A tumour, solid or of the blood"),
    ("fetus", "A fetus, during the pregnancy or after its loss"),
    ("death", "Somebody who has died"),
    ("predictive", "A relative, for a variant that is known in the family"),
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
    /// What it is for, or what is missing; the rest is told when the order is sent.
    pub(crate) fn purpose(&self) -> Result<Purpose, Refusal> {
        let choose = |field, words: &str| Refusal::new(field, words);
        let text = |s: &String| s.trim().to_owned();
        Ok(match self.kind.as_str() {
            "" => Purpose::Diagnosis,
            "tumour" => Purpose::Tumour(Tumour {
                diagnosis: text(&self.diagnosis),
                sample: pick(&TUMOUR_SAMPLES, &self.tumour_sample)
                    .ok_or_else(|| choose("tumour_sample", "Choose what is sent of the tumour"))?,
                pathology: text(&self.pathology),
                germline: GERMLINE
                    .iter()
                    .find(|(value, ..)| *value == self.germline)
                    .map(|(.., germline)| *germline)
                    .ok_or_else(|| choose("germline", "Say whether a germline sample comes with it"))?,
            }),
            "fetus" => Purpose::Prenatal(Prenatal {
                gestation_weeks: number(&self.gestation).ok_or_else(|| choose("gestation", "Enter the gestation in completed weeks"))?,
                fetus: (number(&self.fetus).unwrap_or(1), number(&self.fetuses).unwrap_or(1)),
                lost: !self.lost.is_empty(),
                sample: pick(&FETAL_SAMPLES, &self.fetal_sample)
                    .ok_or_else(|| choose("fetal_sample", "Choose what is sent of the fetus"))?,
            }),
            "death" => Purpose::AfterDeath {
                died: self.died.parse().map_err(|_| choose("died", "Enter the date of death as year-month-day, such as 2026-03-27"))?,
                coroner: text(&self.coroner),
            },
            "predictive" => Purpose::Predictive { variant: text(&self.variant), relative: text(&self.relative) },
            "storage" => Purpose::Storage { reason: text(&self.reason) },
            "follow" => Purpose::FollowUp { order: text(&self.earlier), reason: text(&self.reason) },
            "reanalysis" => Purpose::Reanalysis { order: text(&self.earlier), reason: text(&self.reason) },
            "reinterpretation" => Purpose::Reinterpretation { variant: text(&self.variant), reason: text(&self.reason) },
            _ => return Err(choose("kind", "Choose what the request is for")),
        })
    }

    /// What is missing, as far as this page asks for it.
    fn faults(&self) -> Vec<String> {
        let needed: &[(&String, &str)] = match self.kind.as_str() {
            "tumour" => &[(&self.diagnosis, "Enter the diagnosis of the tumour, confirmed or suspected")],
            "predictive" => &[
                (&self.variant, "Enter the variant that is known in the family, in HGVS"),
                (&self.relative, "Say in which relative it was found, and by which laboratory or report"),
            ],
            "storage" => &[(&self.reason, "Say why the DNA is kept")],
            "follow" | "reanalysis" => {
                &[(&self.earlier, "Enter the number of the earlier order"), (&self.reason, "Say what is new since the earlier order")]
            }
            "reinterpretation" => &[
                (&self.variant, "Enter the variant that is looked at again, in HGVS"),
                (&self.reason, "Say what is new about the variant"),
            ],
            _ => &[],
        };
        let empty = needed.iter().filter(|(value, _)| value.trim().is_empty()).map(|(_, words)| (*words).to_owned());
        empty.chain(self.purpose().err().map(|refusal| refusal.words)).collect()
    }
}

fn pick<T: Copy>(choices: &[(&str, T)], value: &str) -> Option<T> {
    choices.iter().find(|(held, _)| *held == value).map(|(_, choice)| *choice)
}

fn number(text: &str) -> Option<u8> {
    text.trim().parse().ok()
}

#[derive(Template)]
#[template(path = "new_order/purpose.html")]
struct Page {
    layout: Layout,
    t: Typed,
    problems: Vec<String>,
}

pub(crate) async fn get(At(desk): At, session: Session) -> PageResult {
    let t = Draft::load(&session).await?.purpose;
    show(&Page { layout: Layout::of("What is the request for?", Some(&desk.staff)), t, problems: vec![] })
}

pub(crate) async fn post(At(desk): At, session: Session, Form(typed): Form<Typed>) -> PageResult<Response> {
    let mut draft = Draft::load(&session).await?;
    draft.purpose = typed;
    draft.save(&session).await?;
    let problems = draft.purpose.faults();
    if problems.is_empty() {
        return Ok(Redirect::to("/order-a-test/eligibility").into_response());
    }
    Ok(show(&Page { layout: Layout::of("What is the request for?", Some(&desk.staff)), t: draft.purpose, problems })?.into_response())
}
