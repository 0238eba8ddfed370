//! One worklist: filled by scanning or from the samples that wait, started, and finished with an outcome for each sample.

use super::said;
use crate::{
    form::Form,
    pages::{
        Layout, PageResult, Problem,
        chosen::{Chosen, Why, every},
        id, refusals, show,
    },
    session::At,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Response},
};
use care::{
    OrderId, Refusals, SampleId, WorklistId,
    laboratory::{
        container::Position,
        worklist::{Created, Listed, Outcome, State, Worklist},
    },
};
use serde::Deserialize;
use service::{
    Desk, ServiceError, ServiceResult,
    laboratory::{self, worklists::Shown},
};
use std::collections::{BTreeMap, BTreeSet};
use store::{LotLine, SampleLine, WaitingSample};

#[derive(Template)]
#[template(path = "laboratory/worklists/worklist.html")]
struct Page {
    layout: Layout,
    id: WorklistId,
    /// How many events of it are shown.
    version: u64,
    worklist: Worklist,
    created: Created,
    lines: Vec<SampleLine>,
    /// Samples that nobody may go on with, and why.
    ended: BTreeMap<Position, String>,
    /// Orders that are not open to the reader.
    hidden: BTreeSet<OrderId>,
    waiting: Vec<WaitingSample>,
    are_more: bool,
    /// Lots that can be used.
    lots: Vec<LotLine>,
    done: String,
    problems: Vec<Problem>,
}

impl Page {
    /// State of a sample as it is now, in words.
    fn state_now(&self, listed: &Listed) -> &str {
        self.lines.iter().find(|line| line.id == listed.sample).map_or("not known", |line| line.state.as_str())
    }

    fn outcome(&self, position: &Position) -> Option<&Outcome> {
        self.worklist.outcomes.get(position)
    }

    /// The same in words; empty where there is none yet.
    fn outcome_shown(&self, position: &Position) -> String {
        self.outcome(position).map_or_else(String::new, ToString::to_string)
    }

    /// Why nobody may go on with a sample, or why it was left out.
    fn ended(&self, position: &Position) -> Option<&String> {
        self.ended.get(position).or_else(|| self.worklist.left_out.get(position))
    }

    fn is_hidden(&self, listed: &Listed) -> bool {
        self.hidden.contains(&listed.order)
    }

    /// Samples that need an outcome and have none.
    fn unsettled(&self) -> usize {
        self.worklist.unsettled().iter().filter(|position| !self.ended.contains_key(position)).count()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

pub(crate) async fn get(At(desk): At, Path(worklist): Path<String>, Query(query): Query<Done>) -> PageResult {
    page(&desk, id(&worklist, "worklist")?, query.done, vec![]).await
}

async fn page(desk: &Desk, id: WorklistId, done: String, problems: Vec<Problem>) -> PageResult {
    let version = service::shown::version(desk, &id.stream()).await?;
    let Shown { worklist, lines, ended, hidden } = laboratory::worklists::worklist(desk, id).await?;
    let created = worklist.created.clone().ok_or(ServiceError::NotFound("worklist"))?;
    let waiting = async {
        if worklist.state == State::Open { laboratory::worklists::waiting(desk, created.step).await } else { Ok((vec![], false)) }
    };
    let lots = async { if worklist.state.is_open() { laboratory::lots::usable(desk).await } else { Ok(vec![]) } };
    let ((waiting, are_more), mut lots) = tokio::try_join!(waiting, lots)?;
    lots.retain(|lot| !worklist.lots.iter().any(|used| used.lot == lot.id));
    let title = format!("Worklist {}: {}", created.number, created.step.label());
    let layout = Layout::new(title, Some(&desk.staff)).below("Worklists", "/bench/worklists").for_work();
    show(&Page { layout, id, version, worklist, created, lines, ended, hidden, waiting, are_more, lots, done, problems })
}

/// What can be done with a worklist.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub(crate) enum WorklistAction {
    Add {
        #[serde(default)]
        barcode: String,
        #[serde(default)]
        position: String,
    },
    Pick {
        #[serde(default, deserialize_with = "every")]
        picked: Vec<String>,
    },
    Remove {
        #[serde(default)]
        sample: String,
        #[serde(default)]
        reason: String,
    },
    UseLot {
        #[serde(default)]
        lot: String,
    },
    Start,
    Settle {
        #[serde(default)]
        sample: String,
        /// The outcome that the page showed.
        #[serde(default)]
        seen: String,
        #[serde(default)]
        outcome: String,
        #[serde(default)]
        reason: String,
    },
    PassOthers {
        #[serde(default)]
        seen: String,
    },
    Finish,
    Abandon(Why),
}

/// A form of the page: how much of the worklist was shown, and what is to be done.
#[derive(Deserialize)]
pub(crate) struct Posted {
    #[serde(default)]
    version: String,
    #[serde(flatten)]
    act: Chosen<WorklistAction>,
}

impl WorklistAction {
    /// Names itself what it acts on: a tube that is scanned or picked, and an outcome beside the one that was shown.
    fn says_what_it_saw(&self) -> bool {
        match self {
            WorklistAction::Add { .. }
            | WorklistAction::Pick { .. }
            | WorklistAction::Settle { .. }
            | WorklistAction::PassOthers { .. } => true,
            WorklistAction::Remove { .. }
            | WorklistAction::UseLot { .. }
            | WorklistAction::Start
            | WorklistAction::Finish
            | WorklistAction::Abandon(_) => false,
        }
    }
}

pub(crate) async fn post(At(desk): At, Path(worklist): Path<String>, Form(posted): Form<Posted>) -> PageResult<Response> {
    let id: WorklistId = id(&worklist, "worklist")?;
    match done(&desk, (id, posted.version.parse().ok()), posted.act.0).await {
        Ok(message) => said(&format!("/bench/worklists/{id}"), &message),
        Err(error) => Ok(page(&desk, id, String::new(), refusals(error)?).await?.into_response()),
    }
}

/// Does what was asked; says what was done.
async fn done(desk: &Desk, (id, seen): (WorklistId, Option<u64>), act: Option<WorklistAction>) -> ServiceResult<String> {
    if act.as_ref().is_some_and(|act| !act.says_what_it_saw()) {
        service::shown::check(desk, &id.stream(), "This worklist", seen).await?;
    }
    let sample = |text: &str| text.parse::<SampleId>().map_err(|_| ServiceError::NotFound("sample on this worklist"));
    Ok(match act {
        Some(WorklistAction::Add { barcode, position }) => {
            let position = match position.trim() {
                "" => None,
                text => Some(text.parse::<Position>().map_err(|wrong| Refusals::one("position", wrong.to_string()))?),
            };
            let positions = laboratory::worklists::add(desk, id, position, &[barcode]).await?;
            positions.first().map_or_else(String::new, |position| format!("The tube is in {position}"))
        }
        Some(WorklistAction::Pick { picked }) => {
            let count = laboratory::worklists::add(desk, id, None, &picked).await?.len();
            if count == 1 { "1 sample was added".into() } else { format!("{count} samples were added") }
        }
        Some(WorklistAction::Remove { sample: text, reason }) => {
            laboratory::worklists::remove(desk, id, sample(&text)?, reason).await?;
            "The sample was removed and is waiting again".into()
        }
        Some(WorklistAction::UseLot { lot }) => {
            let lot = lot.parse().map_err(|_| Refusals::one("lot", "Choose the lot that is used"))?;
            laboratory::worklists::use_lot(desk, id, lot).await?;
            "The lot is on this worklist".into()
        }
        Some(WorklistAction::Start) => {
            laboratory::worklists::start(desk, id).await?;
            "The work is started".into()
        }
        Some(WorklistAction::Settle { sample: text, seen, outcome, reason }) => {
            laboratory::worklists::settle(desk, id, sample(&text)?, &seen, read_outcome(&outcome, reason)?).await?;
            "The outcome is recorded".into()
        }
        Some(WorklistAction::PassOthers { seen }) => {
            // What is no number is nothing that anybody saw.
            let count = laboratory::worklists::pass_others(desk, id, seen.parse().unwrap_or(usize::MAX)).await?;
            if count == 1 { "1 sample passed".into() } else { format!("{count} samples passed") }
        }
        Some(WorklistAction::Finish) => match laboratory::worklists::finish(desk, id).await?.len() {
            0 => "The worklist is finished".into(),
            1 => "The worklist is finished. 1 sample was left out: the table says why".into(),
            count => format!("The worklist is finished. {count} samples were left out: the table says why"),
        },
        Some(WorklistAction::Abandon(Why { reason })) => {
            laboratory::worklists::abandon(desk, id, reason).await?;
            "The worklist is abandoned; its samples are waiting again".into()
        }
        None => return Err(Refusals::one("action", "Choose what was done").into()),
    })
}

fn read_outcome(name: &str, reason: String) -> Result<Outcome, Refusals> {
    match name {
        "passed" => Ok(Outcome::Passed),
        "failed" => Ok(Outcome::Failed { reason }),
        "repeat" => Ok(Outcome::Repeat { reason }),
        _ => Err(Refusals::one("outcome", "Choose the outcome of the sample")),
    }
}
