//! Proposals: the list, a new one, and one with its evidence, votes, impact and decision.

use super::catalogue::branch;
use crate::pages::{Layout, PageResult, show};
use crate::{
    error::PageError,
    form::Form,
    pages::{Problem, chosen::Chosen, id, refusals},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{
    ProposalId,
    directory::{
        Branch, Change, Proposal, Route, Test, TestCode, Version,
        change::{Command, Draft, ProposalState},
        eligibility,
    },
};
use serde::{Deserialize, Serialize};
use service::{
    Desk, ServiceError,
    directory::{
        self,
        catalogue::{Impact, new_proposal_id},
    },
};

#[derive(Template)]
#[template(path = "directory/proposals.html")]
struct List {
    layout: Layout,
    branch: Branch,
    rows: Vec<(ProposalId, Proposal)>,
    due: usize,
    versions: Vec<Version>,
    curator: bool,
    today: String,
    number: String,
    problems: Vec<Problem>,
}

async fn list(desk: &Desk, branch: Branch, number: String, problems: Vec<Problem>) -> PageResult {
    directory::catalogue::permit(desk, Action::ReadDirectory).await?;
    let directory = directory::catalogue::directory(&desk.service, branch).await.map_err(PageError::fault)?.state;
    let due = directory.due(jiff::civil::Date::MAX).count();
    show(&List {
        layout: Layout::new(format!("Changes proposed: {}", branch.name()), Some(&desk.staff)),
        branch,
        due,
        rows: directory.proposals.into_iter().rev().collect(),
        versions: directory.versions,
        curator: desk.may(Action::DecideDirectory),
        today: desk.today().to_string(),
        number,
        problems,
    })
}

pub(crate) async fn all(At(desk): At, Path(word): Path<String>) -> PageResult {
    list(&desk, branch(&word)?, String::new(), vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ToPublish {
    number: String,
    effective: String,
}

pub(crate) async fn publish(At(desk): At, Path(word): Path<String>, Form(form): Form<ToPublish>) -> PageResult<Response> {
    let branch = branch(&word)?;
    let Ok(effective) = form.effective.parse() else {
        let problem = Problem::new("effective", "Enter the first day as year-month-day, such as 2027-04-01");
        return Ok(list(&desk, branch, form.number, vec![problem]).await?.into_response());
    };
    match directory::catalogue::publish(&desk, branch, form.number.trim().to_owned(), effective).await {
        Ok(_) => Ok(Redirect::to(&format!("/directory/{}/compare", branch.word())).into_response()),
        Err(error) => Ok(list(&desk, branch, form.number, refusals(error)?).await?.into_response()),
    }
}

/// A proposal as typed: one test added, amended or withdrawn.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    title: String,
    rationale: String,
    route: String,
    kind: String,
    code: String,
    indication: String,
    group: String,
    criteria: String,
    scope: String,
    method: String,
    target: String,
    panels: String,
    genes: String,
    days: String,
}

#[derive(Template)]
#[template(path = "directory/new_proposal.html")]
struct New {
    layout: Layout,
    branch: Branch,
    typed: Typed,
    problems: Vec<Problem>,
}

/// Values and labels of the form's choices.
const ROUTES: [(&str, &str); 3] = [("annual", "Annual review"), ("fast", "Fast track"), ("horizon", "Horizon scan")];
const KINDS: [(&str, &str); 3] = [("add", "It is added"), ("amend", "It is amended"), ("withdraw", "It is withdrawn")];

impl Typed {
    /// Name, label and value of each field of the test.
    fn fields(&self) -> [(&'static str, &'static str, &str); 10] {
        [
            ("code", "Test code", &self.code),
            ("indication", "Clinical indication", &self.indication),
            ("group", "Group of indications", &self.group),
            ("criteria", "Who may have it: aid; age < 18; age >= 16; sex F; review: …; treatment: …; finding: …", &self.criteria),
            ("scope", "Scope", &self.scope),
            ("method", "Method", &self.method),
            ("target", "Looks at", &self.target),
            ("panels", "PanelApp numbers, with commas", &self.panels),
            ("genes", "Genes, with commas", &self.genes),
            ("days", "Days to the report", &self.days),
        ]
    }

    /// The present facts of a test, to be amended.
    fn from_test(test: &Test) -> Typed {
        Typed {
            kind: "amend".into(),
            code: test.code.to_string(),
            indication: test.indication.clone(),
            scope: test.scope.clone(),
            method: test.method.clone(),
            target: test.target.clone(),
            group: test.group.clone(),
            criteria: eligibility::line(&test.criteria),
            panels: test.panels.join(", "),
            genes: test.genes.join(", "),
            days: test.turnaround_days_max.to_string(),
            ..Typed::default()
        }
    }

    fn draft(&self) -> Result<Draft, ServiceError> {
        let refuse = |field, message: String| ServiceError::Refused(care::Refusals::one(field, message));
        let code: TestCode = self.code.trim().parse().map_err(|e: care::directory::NotATestCode| refuse("code", e.to_string()))?;
        let list = |text: &str| text.split([',', ';']).map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let test = || -> Result<Box<Test>, ServiceError> {
            Ok(Box::new(Test {
                code: code.clone(),
                indication: self.indication.trim().into(),
                group: self.group.trim().into(),
                scope: self.scope.trim().into(),
                method: self.method.trim().into(),
                target: self.target.trim().into(),
                panels: list(&self.panels),
                genes: list(&self.genes),
                criteria: eligibility::read(&self.criteria).map_err(|e| refuse("criteria", e.to_string()))?,
                turnaround_days_max: self
                    .days
                    .trim()
                    .parse()
                    .map_err(|_| refuse("days", "Enter the days to the report as a number".into()))?,
            }))
        };
        let change = match self.kind.as_str() {
            "add" => Change::Add(test()?),
            "amend" => Change::Amend(test()?),
            "withdraw" => Change::Withdraw(code),
            _ => return Err(refuse("kind", "Say whether the test is added, amended or withdrawn".into())),
        };
        let route = match self.route.as_str() {
            "annual" => Route::AnnualReview,
            "fast" => Route::FastTrack,
            "horizon" => Route::HorizonScan,
            _ => return Err(refuse("route", "Choose the route: annual review, fast track or horizon scan".into())),
        };
        Ok(Draft { title: self.title.trim().into(), rationale: self.rationale.trim().into(), route, changes: vec![change] })
    }
}

#[derive(Deserialize)]
pub(crate) struct About {
    #[serde(default)]
    test: String,
}

fn new_page(desk: &Desk, branch: Branch, typed: Typed, problems: Vec<Problem>) -> PageResult {
    show(&New { layout: Layout::new("Propose a change", Some(&desk.staff)), branch, typed, problems })
}

pub(crate) async fn new(At(desk): At, Path(word): Path<String>, Query(about): Query<About>) -> PageResult {
    directory::catalogue::permit(&desk, Action::ProposeDirectory).await?;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    new_page(&desk, branch(&word)?, catalogue.test(&about.test).map(Typed::from_test).unwrap_or_default(), vec![])
}

pub(crate) async fn propose(At(desk): At, Path(word): Path<String>, Form(typed): Form<Typed>) -> PageResult<Response> {
    let branch = branch(&word)?;
    let id = new_proposal_id(&desk.service);
    let proposed = match typed.draft() {
        Ok(draft) => directory::catalogue::change(&desk, branch, Command::Propose { id, draft }).await,
        Err(error) => Err(error),
    };
    match proposed {
        Ok(()) => Ok(Redirect::to(&format!("/directory/{}/proposals/{id}", branch.word())).into_response()),
        Err(error) => Ok(new_page(&desk, branch, typed, refusals(error)?)?.into_response()),
    }
}

#[derive(Template)]
#[template(path = "directory/proposal.html")]
struct One {
    layout: Layout,
    branch: Branch,
    proposal: Proposal,
    before: Option<Test>,
    impact: Impact,
    curator: bool,
    mine: bool,
    today: String,
    problems: Vec<Problem>,
}

impl One {
    /// Field, as it is, as it will be, for an amended or added test.
    fn fields(&self) -> Vec<(&'static str, String, String)> {
        let Some(Change::Add(after) | Change::Amend(after)) = self.proposal.draft.changes.first() else { return vec![] };
        let before = self.before.clone().unwrap_or_else(|| Test {
            code: after.code.clone(),
            indication: String::new(),
            group: String::new(),
            scope: String::new(),
            method: String::new(),
            target: String::new(),
            panels: vec![],
            genes: vec![],
            criteria: vec![],
            turnaround_days_max: 0,
        });
        match care::directory::compare(&[before], std::slice::from_ref(after)).pop() {
            Some(care::directory::Difference::Amended(_, fields)) => fields,
            _ => vec![],
        }
    }

    fn state_label(&self) -> String {
        state_label(&self.proposal.state)
    }
}

/// Where a proposal stands, in words.
fn state_label(state: &ProposalState) -> String {
    match state {
        ProposalState::Open => "Open for evidence and votes".into(),
        ProposalState::Accepted { effective, reason } => format!("Accepted, to come into force on {effective} ({reason})"),
        ProposalState::Declined { reason } => format!("Declined ({reason})"),
        ProposalState::Published { version } => format!("Published in {version}"),
    }
}

async fn page(desk: &Desk, branch: Branch, id: ProposalId, problems: Vec<Problem>) -> PageResult {
    let impact = directory::catalogue::impact(desk, branch, id).await?;
    let directory = directory::catalogue::directory(&desk.service, branch).await.map_err(PageError::fault)?.state;
    let proposal = directory.proposals.get(&id).ok_or(ServiceError::NotFound("proposal"))?.clone();
    let catalogue = directory::catalogue::current(&desk.service).await?;
    show(&One {
        layout: Layout::new(proposal.draft.title.clone(), Some(&desk.staff)),
        branch,
        before: proposal.draft.changes.first().and_then(|c| catalogue.test(c.code().as_str())).cloned(),
        mine: proposal.by.id == desk.staff.id,
        proposal,
        impact,
        curator: desk.may(Action::DecideDirectory),
        today: desk.today().to_string(),
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path((word, proposal)): Path<(String, String)>) -> PageResult {
    page(&desk, branch(&word)?, id(&proposal, "proposal")?, vec![]).await
}

/// What can be done with a proposal.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum ProposalAction {
    Evidence(Said),
    For(Said),
    Against(Said),
    Accept(Decided),
    Decline(Decided),
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    #[serde(rename = "words")]
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decided {
    #[serde(rename = "words")]
    reason: String,
    effective: String,
}

pub(crate) async fn post(
    At(desk): At,
    Path((word, proposal)): Path<(String, String)>,
    Form(Chosen(act)): Form<Chosen<ProposalAction>>,
) -> PageResult<Response> {
    let (branch, id): (Branch, ProposalId) = (branch(&word)?, id(&proposal, "proposal")?);
    let day = |effective: String| effective.parse().unwrap_or_else(|_| desk.today());
    let command = match act {
        Some(ProposalAction::Evidence(Said { text })) => Command::AddEvidence { id, text },
        Some(ProposalAction::For(Said { text })) => Command::Vote { id, in_favour: true, reason: text },
        Some(ProposalAction::Against(Said { text })) => Command::Vote { id, in_favour: false, reason: text },
        Some(ProposalAction::Accept(Decided { reason, effective })) => {
            Command::Decide { id, accept: true, reason, effective: day(effective) }
        }
        Some(ProposalAction::Decline(Decided { reason, effective })) => {
            Command::Decide { id, accept: false, reason, effective: day(effective) }
        }
        None => return Ok(page(&desk, branch, id, vec!["Choose what to do".into()]).await?.into_response()),
    };
    match directory::catalogue::change(&desk, branch, command).await {
        Ok(()) => Ok(Redirect::to(&format!("/directory/{}/proposals/{id}", branch.word())).into_response()),
        Err(error) => Ok(page(&desk, branch, id, refusals(error)?).await?.into_response()),
    }
}
