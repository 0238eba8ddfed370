//! A report before it is signed: what changed since it was proposed, what it will say, its text edited with a reason, and the signature.

use crate::{
    pages::{Banner, Layout, PageResult, Problem, chosen::Chosen, id, refusals, show},
    session::At,
    when,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, Refusals, interpretation::edit::Part};
use serde::Deserialize;
use service::{
    Desk, ServiceResult, interpretation,
    results::{
        self,
        draft::Kind,
        preread::{Preread, Rewriting, Seen},
    },
};

#[derive(Template)]
#[template(path = "results/preread.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    kind: Kind,
    read: Preread,
    /// An edit that was refused, as it was typed.
    typed: Typed,
    problems: Vec<Problem>,
}

/// A text as the page offers it to be edited.
struct Editable {
    name: &'static str,
    label: &'static str,
    text: String,
    reason: String,
    extent: String,
    is_open: bool,
}

/// What may stand behind the address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    kind: String,
}

/// An edit as it was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    part: String,
    text: String,
    reason: String,
    /// `wording` or `conclusion`.
    extent: String,
    kind: String,
    seen: String,
}

/// What can be done with a report before it is signed.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum PrereadAction {
    Authorise {
        #[serde(default)]
        kind: String,
        #[serde(default)]
        seen: String,
    },
    Edit(Typed),
    Keep {
        #[serde(default)]
        kind: String,
        #[serde(default)]
        seen: String,
        #[serde(default)]
        reason: String,
    },
    Withdraw {
        #[serde(default)]
        kind: String,
        #[serde(default)]
        edit: String,
        #[serde(default)]
        reason: String,
    },
}

impl Page {
    fn is_interim(&self) -> bool {
        self.kind == Kind::Interim
    }

    /// Which report it is, as the address and the forms name it.
    fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Final => "final",
            Kind::Interim => "interim",
        }
    }

    /// Who proposed it, and when.
    fn proposed(&self) -> String {
        match &self.read.since.proposed {
            Some((first, at)) => format!("{} proposed it on {}.", first.name, when::moment(at)),
            None => "It is not known here who proposed it.".into(),
        }
    }

    /// What became of the conclusion that was signed before, and when.
    fn earlier(&self) -> Option<String> {
        let earlier = self.read.since.earlier.as_ref()?;
        let day = when::moment(earlier.at);
        Some(match &earlier.seen {
            Seen::SentBack { by } => format!("Two scientists had signed a conclusion before, and {by} sent it back on {day}."),
            Seen::Reported => format!("A conclusion of this case was reported on {day}, and the case opened again since."),
        })
    }

    /// How much happened since it was proposed.
    fn happened(&self) -> String {
        format!("What happened since ({})", self.read.since.events.len() + self.read.since.unlisted)
    }

    fn may_sign(&self) -> bool {
        self.read.obstacles.is_empty()
    }

    /// Who edited a text may take that back.
    fn may_withdraw(&self) -> bool {
        let me = self.layout.me.as_ref().map(|me| me.id);
        self.read.waiting.as_ref().is_some_and(|(edit, _)| Some(edit.by.id) == me)
    }

    /// Both texts, with what was typed of one that was refused.
    fn editable(&self) -> Vec<Editable> {
        let text = |(name, part): (&'static str, Part)| {
            let typed = Some(&self.typed).filter(|typed| typed.part == name);
            let present = match part {
                Part::Summary => &self.read.content.summary,
                Part::Plain => &self.read.content.plain,
            };
            Editable {
                name,
                label: part.label(),
                text: typed.map_or(present, |typed| &typed.text).clone(),
                reason: typed.map_or_else(String::new, |typed| typed.reason.clone()),
                extent: typed.map_or_else(String::new, |typed| typed.extent.clone()),
                is_open: typed.is_some(),
            }
        };
        Part::ALL.map(text).into()
    }
}

fn kind(name: &str) -> Kind {
    if name == "interim" { Kind::Interim } else { Kind::Final }
}

async fn page(desk: &Desk, order: OrderId, kind: Kind, typed: Typed, problems: Vec<Problem>) -> PageResult {
    let read = results::preread::preread(desk, order, kind).await?;
    let banner = Banner::for_action(desk, Action::AuthoriseReport, order).await?;
    let layout = Layout::new("Read before signing", Some(&desk.staff)).below_order(&read.content.order_number, order).for_work();
    let layout = layout.below("Case", format!("/orders/{order}/case")).about(banner);
    show(&Page { layout, order, kind, read, typed, problems })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>, Query(shown): Query<Shown>) -> PageResult {
    page(&desk, id(&order, "order")?, kind(&shown.kind), Typed::default(), vec![]).await
}

pub(crate) async fn post(At(desk): At, Path(order): Path<String>, body: String) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let Chosen(chosen) = crate::pages::form(&body)?;
    let (shown, typed, done) = match chosen {
        Some(PrereadAction::Authorise { kind: name, seen }) => {
            let done = authorise(&desk, order, kind(&name), &seen).await;
            (kind(&name), Typed::default(), done.map(|()| "case"))
        }
        Some(PrereadAction::Edit(typed)) => {
            let done = edit(&desk, order, &typed).await;
            (kind(&typed.kind), typed, done.map(|()| "preread"))
        }
        Some(PrereadAction::Keep { kind: name, seen, reason }) => {
            let done = results::preread::keep(&desk, order, (kind(&name), seen), reason).await;
            (kind(&name), Typed::default(), done.map(|()| "preread"))
        }
        Some(PrereadAction::Withdraw { kind: name, edit, reason }) => {
            let done = withdraw(&desk, order, &edit, reason).await;
            (kind(&name), Typed::default(), done.map(|()| "preread"))
        }
        None => (Kind::Final, Typed::default(), Err(Refusals::one("action", "Choose what should be done").into())),
    };
    match done {
        Ok(next) => {
            let which = if next == "preread" && shown == Kind::Interim { "?kind=interim" } else { "" };
            Ok(Redirect::to(&format!("/orders/{order}/{next}{which}")).into_response())
        }
        Err(error) => Ok(page(&desk, order, shown, typed, refusals(error)?).await?.into_response()),
    }
}

/// Signs the report that was shown, and sends it.
async fn authorise(desk: &Desk, order: OrderId, kind: Kind, seen: &str) -> ServiceResult<()> {
    results::reports::authorise_as_read(desk, order, kind, seen).await?;
    results::deliver::deliver(&desk.service).await?;
    Ok(())
}

async fn edit(desk: &Desk, order: OrderId, typed: &Typed) -> ServiceResult<()> {
    let part = Part::ALL.into_iter().find(|(name, _)| *name == typed.part).map(|(_, part)| part);
    let part = part.ok_or_else(|| Refusals::one("part", "Choose which text to edit"))?;
    let is_conclusion_changed = match typed.extent.as_str() {
        "wording" => false,
        "conclusion" => true,
        _ => return Err(Refusals::one("extent", "Say whether your edit changes what is concluded, or the wording alone").into()),
    };
    let shown = (kind(&typed.kind), typed.seen.clone());
    let (text, reason) = (typed.text.clone(), typed.reason.clone());
    results::preread::edit(desk, order, Rewriting { part, text, reason, is_conclusion_changed, shown }).await
}

async fn withdraw(desk: &Desk, order: OrderId, edit: &str, reason: String) -> ServiceResult<()> {
    let edit = edit.parse().map_err(|_| Refusals::one("text", "Open this page again, and read the edit that waits"))?;
    interpretation::edits::decline(desk, order, edit, reason).await
}
