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
pub(crate) mod usual;
mod who;

use crate::{
    error::PageError,
    pages::{Layout, PageResult, ordering::choice::ChoiceForm},
    session::{At, STAFF},
};
use access::{Action, Resource};
use axum::{extract::FromRequestParts, http::request::Parts};
use care::{
    NhsNumber, OrderId, StaffId,
    directory::{Branch, Test, eligibility::Criterion},
    ordering::{family::Relationship, order::Responsible},
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
    /// What the name of the test says and the patient is not, and that was considered.
    #[serde(default)]
    pub considered: Vec<String>,
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
    /// Responsible consultant, and for whom the report is.
    #[serde(default)]
    pub responsible: Responsible,
    /// The template that it was begun from.
    #[serde(default)]
    pub template: Option<usual::Origin>,
    /// It was begun when another patient's number was entered in the draft of somebody else.
    #[serde(default)]
    pub is_for_another: bool,
    /// How often it had been saved when this session saw it last.
    #[serde(default)]
    pub seen_saves: u64,
    /// In whose session it is; the draft that colleagues find is nobody's.
    #[serde(default)]
    pub staff: Option<StaffId>,
}

const KEY: &str = "draft";

/// Whose session it is.
async fn signed_in(session: &Session) -> PageResult<Option<StaffId>> {
    session.get(STAFF).await.map_err(PageError::fault)
}

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
    /// The draft of this session; an empty one where there is none, or where it is of somebody else.
    pub(crate) async fn load(session: &Session) -> PageResult<Draft> {
        let staff = signed_in(session).await?;
        let kept: Option<Draft> = session.get(KEY).await.map_err(PageError::fault)?;
        Ok(kept.filter(|draft| draft.staff.is_some() && draft.staff == staff).unwrap_or_default())
    }

    /// The draft that a page goes on with; where none is begun, the first page is shown instead.
    pub(crate) async fn begun(session: &Session) -> PageResult<Draft> {
        let draft = Draft::load(session).await?;
        if draft.order.is_some() { Ok(draft) } else { Err(PageError::NoOrder) }
    }

    /// The draft that a page was filled in for. What was typed for one order never reaches another that was begun in the same browser:
    /// a page that names no draft is of none.
    pub(crate) async fn load_shown(session: &Session, shown: &str) -> PageResult<Draft> {
        let draft = Draft::load(session).await?;
        if shown == draft.key() {
            return if draft.order.is_some() { Ok(draft) } else { Err(PageError::NoOrder) };
        }
        if draft.order.is_none() {
            let message = "This order was sent or left after this page was opened, and nothing was saved. Your first page lists what was \
                           sent, and every draft";
            return Err(ServiceError::Conflict(message.into()).into());
        }
        let message = "Another order was begun in this browser after this page was opened, and nothing was saved. Your first page lists both \
                       orders: go on with the one that you mean";
        Err(ServiceError::Conflict(message.into()).into())
    }

    /// What is around a step: the test that was chosen, by which the title of each names it, and the way back to choose another.
    pub(crate) fn layout(&self, title: &str, desk: &Desk) -> Layout {
        let layout = Layout::new(title, Some(&desk.staff));
        match &self.seen {
            Some(test) => layout.below(format!("{} {}", test.code, test.indication), format!("/order-a-test?draft={}", self.key())),
            None => layout,
        }
    }

    /// What names the draft in its pages.
    pub(crate) fn key(&self) -> String {
        self.order.map_or_else(String::new, |order| order.to_string())
    }

    /// Nothing was said yet but which test it is.
    pub(crate) fn is_blank(&self) -> bool {
        let said = [&self.eligibility, &self.history, &self.letter].iter().any(|text| !text.is_empty());
        let has_ticks = self.urgent || !self.met.is_empty() || !self.considered.is_empty();
        let has_terms = !self.observed.is_empty() || !self.excluded.is_empty() || !self.onsets.is_empty();
        // A test of a tumour sets the kind of request itself.
        let of_test = purpose::Typed { kind: self.purpose.kind.clone(), ..purpose::Typed::default() };
        let has_purpose = self.purpose != of_test || !["", "tumour"].contains(&self.purpose.kind.as_str());
        let is_begun_from = self.template.is_some() || !self.responsible.is_empty();
        self.people.is_empty() && self.choices.is_empty() && !(is_begun_from || said || has_ticks || has_terms || has_purpose)
    }

    /// A draft for a test, with nobody and nothing in it.
    pub(crate) fn new(desk: &Desk, test: Test) -> Draft {
        let order = Some(service::ordering::orders::new_order_id(&desk.service));
        Draft { order, ..Draft::default() }.for_test(test)
    }

    /// The same draft for another test: what was said of the criteria of the one before is forgotten.
    pub(crate) fn for_test(mut self, test: Test) -> Draft {
        let is_cancer = test.code.branch() == Branch::Cancer;
        if is_cancer != (self.purpose.kind == "tumour") {
            self.purpose = purpose::Typed { kind: if is_cancer { "tumour" } else { "" }.into(), ..purpose::Typed::default() };
        }
        if self.test != test.code.as_str() {
            (self.met, self.considered, self.eligibility) = (vec![], vec![], String::new());
        }
        self.test = test.code.to_string();
        self.seen = Some(test);
        self
    }

    /// A new draft of the same test for another patient. What was said of the one before stays in theirs, and a page of theirs that is
    /// still open reaches this one no more.
    pub(crate) fn for_another_patient(self, desk: &Desk) -> Draft {
        let order = Some(service::ordering::orders::new_order_id(&desk.service));
        let purpose = purpose::Typed { kind: self.purpose.kind, ..purpose::Typed::default() };
        // What the template proposes is to be confirmed for the other patient too.
        let (responsible, template) = (self.responsible, self.template);
        Draft { order, test: self.test, seen: self.seen, purpose, responsible, template, is_for_another: true, ..Draft::default() }
    }

    /// The patient as typed.
    pub(crate) fn patient(&self) -> Option<&family::Typed> {
        self.people.iter().find(|person| person.relationship == family::PATIENT)
    }

    /// The patient as far as what was typed is enough.
    pub(crate) fn patient_form(&self) -> Option<ordering::orders::PersonForm> {
        let people = family::people(self).ok()?;
        people.into_iter().find(|person| person.relationship == Relationship::Proband)
    }

    /// Begins an order for the person with an NHS number, in this session alone: following a link writes nothing.
    pub(crate) async fn begin_for(desk: &Desk, session: &Session, number: NhsNumber) -> PageResult<()> {
        let patient = family::Typed { relationship: family::PATIENT.into(), nhs_number: number.to_string(), ..family::Typed::default() };
        let order = Some(service::ordering::orders::new_order_id(&desk.service));
        Draft { order, people: vec![patient], ..Draft::default() }.keep(session).await
    }

    /// Begins an order for a relative: the variant that is known in the family filled in, and the test for a known variant.
    pub(crate) async fn begin(desk: &Desk, session: &Session, test: &str, purpose: purpose::Typed, name: &str) -> PageResult<()> {
        let seen = directory::catalogue::current(&desk.service).await?.test(test).cloned();
        let (given_name, family_name) = name.rsplit_once(' ').unwrap_or((name, ""));
        let patient = family::Typed {
            relationship: family::PATIENT.into(),
            given_name: given_name.into(),
            family_name: family_name.into(),
            ..family::Typed::default()
        };
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
            let content = serde_json::to_string(&Draft { seen_saves: 0, staff: None, ..self.clone() }).map_err(PageError::fault)?;
            self.seen_saves = ordering::drafts::save(desk, order, self.seen_saves, self.title(), content).await?;
        }
        self.keep(session).await
    }

    async fn keep(&self, session: &Session) -> PageResult<()> {
        let kept = Draft { staff: signed_in(session).await?, ..self.clone() };
        session.insert(KEY, kept).await.map_err(PageError::fault)
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
        sentences.extend(self.considered.iter().map(|caution| format!("Considered: {caution}")));
        if !self.eligibility.is_empty() {
            sentences.push(self.eligibility.clone());
        }
        sentences.join(". ")
    }

    /// What the order is for, or what is still to be said of it.
    pub(crate) fn purpose_label(&self) -> String {
        self.purpose.purpose().map_or_else(|refusals| refusals.to_string(), |purpose| purpose.label())
    }

    /// For whom and what, as far as it is known.
    pub(crate) fn title(&self) -> String {
        let patient = self.patient().map_or_else(String::new, |p| match format!("{} {}", p.given_name, p.family_name) {
            name if name.trim().is_empty() && !p.nhs_number.is_empty() => format!("NHS number {}", p.nhs_number),
            name => name,
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_of_which_anything_was_said_is_never_another_orders() {
        let order = Some(OrderId(uuid::Uuid::from_u128(7)));
        let draft = || Draft { order, test: "M1.1".into(), ..Draft::default() };
        let of_kind = |kind: &str| purpose::Typed { kind: kind.into(), ..purpose::Typed::default() };
        assert!(draft().is_blank());
        assert!(Draft { purpose: of_kind("tumour"), ..draft() }.is_blank());
        let pathology = purpose::Typed { pathology: "H26-1234".into(), ..of_kind("tumour") };
        for said in [
            Draft { purpose: pathology, ..draft() },
            Draft { purpose: of_kind("storage"), ..draft() },
            Draft { met: vec!["criterion".into()], ..draft() },
            Draft { urgent: true, ..draft() },
            Draft { onsets: BTreeMap::from([(1259, 3_623)]), ..draft() },
            Draft { people: vec![family::Typed::default()], ..draft() },
        ] {
            assert!(!said.is_blank(), "{said:?}");
        }
    }
}
