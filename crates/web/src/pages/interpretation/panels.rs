//! The panels of a case: the order's own, and further ones that a scientist applies to the same analysis with a reason.

use crate::{
    pages::{Banner, Layout, PageResult, Problem, chosen::Chosen, id, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, Refusals};
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    interpretation::further::{self, Applied, Panelled, Seen, Tiered},
};

#[derive(Template)]
#[template(path = "interpretation/panels.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    panelled: Panelled,
    form: PanelForm,
    problems: Vec<Problem>,
}

impl Page {
    fn tiered(&self, applied: &Applied) -> (Vec<Tiered<'_>>, usize) {
        applied.tiered(&self.panelled.analysis)
    }

    fn can_change(&self) -> bool {
        self.panelled.is_open && self.layout.may(Action::Interpret)
    }

    /// The analysis that the page shows, to say so with the form.
    fn analysis(&self) -> String {
        self.panelled.analysis_id.map_or_else(String::new, |id| id.to_string())
    }

    fn is_chosen(&self, panel: &str) -> bool {
        self.form.panel == panel
    }
}

/// A panel that is applied or removed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct PanelForm {
    panel: String,
    version: String,
    reason: String,
    /// What the page showed.
    analysis: String,
    changes: String,
}

/// What can be done with the panels of a case.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum PanelAction {
    Apply(PanelForm),
    Remove(PanelForm),
}

impl PanelForm {
    fn seen(&self) -> Result<Seen, Refusals> {
        let seen = self.analysis.parse().ok().zip(self.changes.parse().ok());
        let (analysis, changes) =
            seen.ok_or_else(|| Refusals::one("panel", "The form does not say what the page showed: open it again"))?;
        Ok(Seen { analysis, changes })
    }
}

async fn page(desk: &Desk, order: OrderId, form: PanelForm, problems: Vec<Problem>) -> PageResult {
    let panelled = further::panelled(desk, order).await?;
    let banner = Banner::for_action(desk, Action::ReadCase, order).await?;
    let layout = Layout::new("Panels of this case", Some(&desk.staff)).about(banner).for_work();
    show(&Page { layout, order, panelled, form, problems })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    page(&desk, id(&order, "order")?, PanelForm::default(), vec![]).await
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, body: String) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let Chosen(chosen) = crate::pages::form(&body)?;
    let form = match &chosen {
        Some(PanelAction::Apply(form)) => form.clone(),
        // Its reason belongs beside another button.
        Some(PanelAction::Remove(_)) | None => PanelForm::default(),
    };
    match act(&desk, order, chosen).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/panels")).into_response()),
        Err(error) => Ok(page(&desk, order, form, refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, order: OrderId, chosen: Option<PanelAction>) -> ServiceResult<()> {
    match chosen {
        Some(PanelAction::Apply(form)) => further::apply(desk, order, form.seen()?, &form.panel, &form.version, &form.reason).await,
        Some(PanelAction::Remove(form)) => further::remove(desk, order, form.seen()?, &form.panel, &form.reason).await,
        None => Err(Refusals::one("action", "Choose what should be done").into()),
    }
}
