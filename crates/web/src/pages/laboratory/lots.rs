//! Lots of reagents: registered, opened and withdrawn, and the samples that were treated with one.

use super::worklists::said;
use crate::{
    form::Form,
    pages::{
        Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, page_number, refusals, show,
    },
    session::At,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Response},
};
use care::{
    LotId, Refusals,
    laboratory::lot::{Command, Lot, Registered, State},
};
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    Desk, ServiceError, ServiceResult,
    laboratory::{
        self,
        lots::{NewLot, Treated},
    },
};
use store::{LotLine, Paged};

#[derive(Template)]
#[template(path = "laboratory/lots/list.html")]
struct List {
    layout: Layout,
    lots: Paged<LotLine>,
    is_withdrawn: bool,
    today: Date,
    new: New,
    done: String,
    problems: Vec<Problem>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    withdrawn: String,
    page: String,
    done: String,
}

impl List {
    /// What the address of another page of this list begins with.
    fn address(&self) -> &'static str {
        if self.is_withdrawn { "/bench/lots?withdrawn=1&" } else { "/bench/lots?" }
    }
}

/// A lot as it is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct New {
    name: String,
    maker: String,
    number: String,
    expires: String,
}

pub(crate) async fn all(At(desk): At, Query(which): Query<Which>) -> PageResult {
    list(&desk, which, New::default(), vec![]).await
}

async fn list(desk: &Desk, which: Which, new: New, problems: Vec<Problem>) -> PageResult {
    let is_withdrawn = !which.withdrawn.is_empty();
    let lots = laboratory::lots::list(desk, is_withdrawn, page_number(&which.page)).await?;
    let layout = Layout::new("Reagents and lots", Some(&desk.staff)).for_work();
    show(&List { layout, lots, is_withdrawn, today: desk.today(), new, done: which.done, problems })
}

pub(crate) async fn register(At(desk): At, Form(new): Form<New>) -> PageResult<Response> {
    match registered(&desk, &new).await {
        Ok(lot) => said(&format!("/bench/lots/{lot}"), "The lot is registered"),
        Err(error) => Ok(list(&desk, Which::default(), new, refusals(error)?).await?.into_response()),
    }
}

async fn registered(desk: &Desk, new: &New) -> ServiceResult<LotId> {
    let wrong = || Refusals::one("expires", "Enter the expiry date as on the pack, such as 2027-06-30");
    let expires = new.expires.trim().parse().map_err(|_| wrong())?;
    let lot = NewLot { name: new.name.clone(), maker: new.maker.clone(), number: new.number.clone(), expires };
    laboratory::lots::register(desk, lot).await
}

#[derive(Template)]
#[template(path = "laboratory/lots/lot.html")]
struct Page {
    layout: Layout,
    /// How many events of the lot are shown.
    seen: u64,
    lot: Lot,
    registered: Registered,
    treated: Vec<Treated>,
    today: Date,
    done: String,
    problems: Vec<Problem>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

pub(crate) async fn get(At(desk): At, Path(lot): Path<String>, Query(query): Query<Done>) -> PageResult {
    page(&desk, id(&lot, "lot")?, query.done, vec![]).await
}

async fn page(desk: &Desk, id: LotId, done: String, problems: Vec<Problem>) -> PageResult {
    let seen = service::shown::version(desk, &id.stream()).await?;
    let (lot, treated) = laboratory::lots::treated(desk, id).await?;
    let registered = lot.registered.clone().ok_or(ServiceError::NotFound("lot"))?;
    let layout = Layout::new(registered.label(), Some(&desk.staff)).below("Reagents and lots", "/bench/lots").for_work();
    show(&Page { layout, seen, lot, registered, treated, today: desk.today(), done, problems })
}

/// What can be done with a lot.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub(crate) enum LotAction {
    Open,
    Withdraw(Why),
}

/// A form of the page: how much of the lot was shown, and what is to be done.
#[derive(Deserialize)]
pub(crate) struct Posted {
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    act: Chosen<LotAction>,
}

/// Does what was chosen with the lot as it was shown; says what was done.
async fn act_on(desk: &Desk, id: LotId, seen: Option<u64>, act: Option<LotAction>) -> ServiceResult<&'static str> {
    let (command, message) = match act {
        Some(LotAction::Open) => (Command::Open, "The lot is open"),
        Some(LotAction::Withdraw(Why { reason })) => {
            (Command::Withdraw { reason }, "The lot is withdrawn; look at the samples that were processed with it")
        }
        None => return Err(Refusals::one("action", "Choose what was done").into()),
    };
    service::shown::check(desk, &id.stream(), "This lot", seen).await?;
    laboratory::lots::change(desk, id, command).await?;
    Ok(message)
}

pub(crate) async fn post(At(desk): At, Path(lot): Path<String>, Form(posted): Form<Posted>) -> PageResult<Response> {
    let id: LotId = id(&lot, "lot")?;
    match act_on(&desk, id, posted.seen.parse().ok(), posted.act.0).await {
        Ok(message) => said(&format!("/bench/lots/{id}"), message),
        Err(error) => Ok(page(&desk, id, String::new(), refusals(error)?).await?.into_response()),
    }
}
