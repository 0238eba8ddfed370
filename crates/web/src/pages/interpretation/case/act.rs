//! What is done with a case: a conclusion signed, checked, contested or decided, its report authorised, variants noted on.

use super::{CaseQuery, page, views};
use crate::{
    pages::{
        PageResult,
        chosen::{Chosen, Why, every},
        id, refusals,
    },
    session::At,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, Refusals,
    interpretation::{
        case::{Conclusion, Outcome, Selected, Side},
        note::{Dismissal, Noted},
    },
};
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    interpretation::{
        self, assessments,
        candidates::{self, Ticked},
        cases::{self, Signature},
    },
};
use uuid::Uuid;

/// What can be done with a case.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum CaseAction {
    Propose(Written),
    Check {
        /// The conclusion that the page showed.
        #[serde(default)]
        proposed: String,
    },
    Return {
        /// The conclusion that the page showed.
        #[serde(default)]
        proposed: String,
        #[serde(default)]
        reason: String,
    },
    Differ {
        #[serde(flatten)]
        written: Written,
        #[serde(default)]
        proposed: String,
        #[serde(default)]
        reason: String,
    },
    First(Decision),
    Second(Decision),
    AgreeText {
        #[serde(default)]
        edit: String,
    },
    ReadText {
        #[serde(default)]
        edit: String,
    },
    DeclineText {
        #[serde(default)]
        edit: String,
        #[serde(default)]
        reason: String,
    },
    Reopen(Why),
    PinTicked(TickedForm),
    UnpinTicked(TickedForm),
    DismissTicked(TickedForm),
}

/// A decision between two conclusions.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Decision {
    /// The two that the page showed.
    difference: String,
    reason: String,
}

/// What was ticked to be noted on.
#[derive(Default, Deserialize)]
#[serde(default)]
struct TickedForm {
    #[serde(deserialize_with = "every")]
    variant: Vec<String>,
    /// How many notes the order had when the list was opened.
    seen: String,
    why: String,
    text: String,
}

/// What was ticked and typed, so that it stands there again after a refusal.
#[derive(Default)]
pub(crate) struct Typed {
    pub variant: Vec<String>,
    pub secondary: Vec<String>,
    pub outcome: String,
    pub summary: String,
    pub reason: String,
    pub why: String,
    pub text: String,
}

impl Typed {
    fn read(fields: Vec<(String, String)>) -> Typed {
        let mut typed = Typed::default();
        for (name, value) in fields {
            match name.as_str() {
                "variant" => typed.variant.push(value),
                "secondary" => typed.secondary.push(value),
                "outcome" => typed.outcome = value,
                "summary" => typed.summary = value,
                "reason" => typed.reason = value,
                "why" => typed.why = value,
                "text" => typed.text = value,
                _ => {}
            }
        }
        typed
    }
}

/// What was ticked and written.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    /// Variants that answer the question.
    #[serde(deserialize_with = "every")]
    variant: Vec<String>,
    /// Additional findings.
    #[serde(deserialize_with = "every")]
    secondary: Vec<String>,
    outcome: String,
    summary: String,
    /// How often further panels had been changed when the list was opened.
    panels: String,
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, Query(query): Query<CaseQuery>, body: String) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let mut query = CaseQuery { why: String::new(), ..query };
    views::resolve(&desk, &mut query).await?;
    if let Chosen(Some(viewing)) = crate::pages::form(&body)? {
        return match views::act(&desk, &query, viewing).await {
            Ok(view) => Ok(Redirect::to(&format!("/orders/{order}/case?view={view}")).into_response()),
            Err(error) => Ok(page(&desk, order, query, Typed::default(), refusals(error)?).await?.into_response()),
        };
    }
    let Chosen(chosen) = crate::pages::form(&body)?;
    match act(&desk, order, &query, chosen).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/case{}", query.suffix())).into_response()),
        Err(error) => {
            let typed = Typed::read(crate::pages::form(&body)?);
            Ok(page(&desk, order, query, typed, refusals(error)?).await?.into_response())
        }
    }
}

async fn act(desk: &Desk, order: OrderId, query: &CaseQuery, chosen: Option<CaseAction>) -> ServiceResult<()> {
    match chosen {
        Some(CaseAction::Propose(written)) => {
            let panels_seen = panels_seen(&written)?;
            let conclusion = conclusion(desk, order, written).await?;
            cases::sign(desk, order, Signature::Proposed { conclusion, panels_seen }).await
        }
        Some(CaseAction::Check { proposed }) => cases::sign(desk, order, Signature::Agreed { proposal: proposed }).await,
        Some(CaseAction::Return { proposed, reason }) => interpretation::cases::send_back_read(desk, order, reason, proposed).await,
        Some(CaseAction::Differ { written, proposed, reason }) => {
            let conclusion = conclusion(desk, order, written).await?;
            cases::sign(desk, order, Signature::Differs { proposal: proposed, conclusion, reason }).await
        }
        Some(CaseAction::First(decision)) => cases::resolve_read(desk, order, Side::First, decision.reason, decision.difference).await,
        Some(CaseAction::Second(decision)) => cases::resolve_read(desk, order, Side::Second, decision.reason, decision.difference).await,
        Some(CaseAction::AgreeText { edit }) => interpretation::edits::agree(desk, order, shown_edit(&edit)?).await,
        Some(CaseAction::ReadText { edit }) => interpretation::edits::read(desk, order, shown_edit(&edit)?).await,
        Some(CaseAction::DeclineText { edit, reason }) => interpretation::edits::decline(desk, order, shown_edit(&edit)?, reason).await,
        Some(CaseAction::Reopen(Why { reason })) => interpretation::cases::reopen(desk, order, reason).await,
        Some(CaseAction::PinTicked(form)) => note_ticked(desk, order, query, form, Noted::Pinned).await,
        Some(CaseAction::UnpinTicked(form)) => note_ticked(desk, order, query, form, Noted::Unpinned).await,
        Some(CaseAction::DismissTicked(form)) => {
            let dismissed = form.dismissed()?;
            note_ticked(desk, order, query, form, dismissed).await
        }
        None => Err(Refusals::one("action", "Choose what should be done").into()),
    }
}

/// The edit that somebody was shown.
fn shown_edit(edit: &str) -> Result<Uuid, Refusals> {
    edit.parse().map_err(|_| Refusals::one("text", "Open the page of the case again, and read the edit that waits"))
}

/// A conclusion is signed over the panels that the list showed.
fn panels_seen(written: &Written) -> Result<usize, Refusals> {
    written.panels.parse().map_err(|_| Refusals::one("panel", "The list does not say which panels it showed: open it again"))
}

async fn conclusion(desk: &Desk, order: OrderId, written: Written) -> ServiceResult<Conclusion> {
    let mut variants = assessments::selected(desk, order, &written.variant).await?;
    let additional = assessments::selected(desk, order, &written.secondary).await?;
    variants.extend(additional.into_iter().map(|v| Selected { secondary: true, ..v }));
    let Some((_, outcome)) = Outcome::ALL.into_iter().find(|(name, _)| *name == written.outcome) else {
        return Err(Refusals::one("outcome", "Choose the result").into());
    };
    if let Some(twice) = variants.iter().find(|v| variants.iter().filter(|w| w.variant == v.variant).count() > 1) {
        let message = format!("{} is ticked as an answer and as an additional finding: choose one", twice.variant);
        return Err(Refusals::one("variants", message).into());
    }
    Ok(Conclusion { variants, outcome, summary: written.summary })
}

impl TickedForm {
    fn dismissed(&self) -> Result<Noted, Refusals> {
        let why = Dismissal::ALL.iter().find(|(name, _)| *name == self.why).map(|(_, why)| *why);
        let why = why.ok_or_else(|| Refusals::one("why", "Choose why the ticked variants are dismissed"))?;
        Ok(Noted::Dismissed { why, text: self.text.trim().into() })
    }
}

async fn note_ticked(desk: &Desk, order: OrderId, query: &CaseQuery, form: TickedForm, what: Noted) -> ServiceResult<()> {
    let again = || Refusals::one("variants", "The list does not say what it showed: open it again, and tick anew");
    let notes_seen = form.seen.parse().map_err(|_| again())?;
    let ticked = Ticked { filter: query.filter.clone(), is_all: query.is_all(), notes_seen, variants: form.variant };
    candidates::note_ticked(desk, order, ticked, what).await
}
