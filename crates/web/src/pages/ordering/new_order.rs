//! Ordering a test, step by step. Every step is saved as a draft that colleagues of the organisation can go on with, so that
//! going back, signing in again or a restart of the program loses nothing, and two people never write over each other.

pub(crate) mod check;
pub(crate) mod choices;
pub(crate) mod drafts;
pub(crate) mod eligibility;
pub(crate) mod family;
pub(crate) mod known;
pub(crate) mod phenotype;
pub(crate) mod purpose;
pub(crate) mod test;

use crate::{
    error::PageError,
    pages::{PageResult, ordering::choice::ChoiceForm},
    session::At,
};
use access::{Action, Resource};
use axum::{extract::FromRequestParts, http::request::Parts};
use care::{
    NhsNumber, OrderId,
    directory::{Test, eligibility::Criterion},
};
use serde::{Deserialize, Serialize};
use service::{Desk, Service, ServiceError, directory, ordering};
use std::{collections::BTreeMap, sync::Arc};
use tower_sessions::Session;

/// Answers so far, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub order: Option<OrderId>,
    pub test: String,
    /// The test as the directory had it when it was chosen.
    #[serde(default)]
    pub seen: Option<Test>,
    #[serde(default)]
    pub purpose: purpose::Typed,
    /// Criteria of the test that are met, as the directory writes them.
    #[serde(default)]
    pub met: Vec<String>,
    pub eligibility: String,
    pub history: String,
    pub urgent: bool,
    pub people: Vec<family::Typed>,
    pub observed: Vec<u32>,
    pub excluded: Vec<u32>,
    /// When a feature began.
    #[serde(default)]
    pub onsets: BTreeMap<u32, u32>,
    /// Text of a letter that terms are proposed from; not sent with the order.
    #[serde(default)]
    pub letter: String,
    /// By relationship.
    #[serde(default)]
    pub choices: BTreeMap<String, ChoiceForm>,
    /// How often it had been saved when this session saw it last.
    #[serde(default)]
    pub seen_saves: u64,
}

const KEY: &str = "draft";

/// The desk of somebody who may order. The pages of the form show nothing of anybody, so that asking leaves no line in the audit.
pub(crate) struct Orderer(pub Desk);

impl FromRequestParts<Arc<Service>> for Orderer {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, PageError> {
        let At(desk) = At::from_request_parts(parts, service).await?;
        let resource = Resource { name: "service".into(), ..Resource::default() };
        access::decide(&desk.staff, Action::PlaceOrder, &resource).map_err(ServiceError::Denied)?;
        Ok(Orderer(desk))
    }
}

impl Draft {
    pub(crate) async fn load(session: &Session) -> PageResult<Draft> {
        Ok(session.get(KEY).await.map_err(PageError::fault)?.unwrap_or_default())
    }

    /// Begins an order for the person with an NHS number, in this session alone: following a link writes nothing.
    pub(crate) async fn begin_for(session: &Session, number: NhsNumber) -> PageResult<()> {
        let patient = family::Typed { relationship: "proband".into(), nhs_number: number.to_string(), ..family::Typed::default() };
        Draft { people: vec![patient], ..Draft::default() }.keep(session).await
    }

    /// Begins an order for a relative: the variant that is known in the family filled in, the test that found it proposed.
    pub(crate) async fn begin(desk: &Desk, session: &Session, test: &str, variant: &str, relative: &str, name: &str) -> PageResult<()> {
        let seen = directory::catalogue::current(&desk.service).await?.test(test).cloned();
        let (given_name, family_name) = name.rsplit_once(' ').unwrap_or((name, ""));
        let patient = family::Typed {
            relationship: "proband".into(),
            given_name: given_name.into(),
            family_name: family_name.into(),
            ..family::Typed::default()
        };
        let purpose =
            purpose::Typed { kind: "predictive".into(), variant: variant.into(), relative: relative.into(), ..purpose::Typed::default() };
        let mut draft = Draft {
            order: Some(service::ordering::orders::new_order_id(&desk.service)),
            test: seen.as_ref().map_or_else(String::new, |t| t.code.to_string()),
            purpose,
            people: vec![patient],
            seen,
            ..Draft::default()
        };
        draft.save(desk, session).await
    }

    /// Saves the answers for this session and for colleagues.
    pub(crate) async fn save(&mut self, desk: &Desk, session: &Session) -> PageResult<()> {
        if let Some(order) = self.order {
            let content = serde_json::to_string(&Draft { seen_saves: 0, ..self.clone() }).map_err(PageError::fault)?;
            self.seen_saves = ordering::drafts::save(desk, order, self.seen_saves, self.title(), content).await?;
        }
        self.keep(session).await
    }

    async fn keep(&self, session: &Session) -> PageResult<()> {
        session.insert(KEY, self).await.map_err(PageError::fault)
    }

    /// Whether a criterion was ticked.
    pub(crate) fn has_met(&self, criterion: &Criterion) -> bool {
        self.met.contains(&criterion.to_string())
    }

    /// How the patient is eligible: criteria that are met, then what was said.
    pub(crate) fn eligibility_words(&self) -> String {
        let criteria = self.seen.iter().flat_map(|test| &test.criteria).filter(|c| c.is_asked());
        let (met, unmet): (Vec<&Criterion>, Vec<&Criterion>) = criteria.partition(|c| self.has_met(c));
        let mut sentences: Vec<String> = met.iter().map(|c| c.label()).collect();
        if met.is_empty() && !unmet.is_empty() && !self.eligibility.is_empty() {
            sentences.push("None of the directory's criteria was ticked".into());
        }
        if !self.eligibility.is_empty() {
            sentences.push(self.eligibility.clone());
        }
        sentences.join(". ")
    }

    /// For whom and what, as far as it is known.
    pub(crate) fn title(&self) -> String {
        let patient = self.people.first().map(|p| format!("{} {}", p.given_name, p.family_name)).unwrap_or_default();
        let test = self.seen.as_ref().map_or_else(|| self.test.clone(), |t| format!("{} {}", t.code, t.indication));
        let known = [patient.trim(), test.as_str()];
        known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ")
    }

    /// Takes the test as the directory has it now; false when that is what was seen.
    pub(crate) async fn look_at_test_again(&mut self, desk: &Desk) -> PageResult<bool> {
        let now = directory::catalogue::current(&desk.service).await?.test(&self.test).cloned();
        let changed = now.is_some() && now != self.seen;
        if changed {
            self.seen = now;
        }
        Ok(changed)
    }

    pub(crate) async fn forget(session: &Session) -> PageResult<()> {
        session.remove::<Draft>(KEY).await.map_err(PageError::fault).map(drop)
    }
}
