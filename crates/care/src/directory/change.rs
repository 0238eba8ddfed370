//! How a directory changes: proposal, evidence, votes, decision, version.

use super::{Branch, Test, TestCode, Version};
use crate::{Fold, ProposalId, Refusal, Refusals, Staff, StaffId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A directory with everything that was published and proposed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Directory {
    /// Versions, in the order of publication.
    pub versions: Vec<Version>,
    /// Proposals, by identifier, which sorts by time.
    pub proposals: BTreeMap<ProposalId, Proposal>,
}

/// A proposal and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Proposal {
    /// What is proposed.
    pub draft: Draft,
    /// Who proposed it.
    pub by: Staff,
    /// Evidence, with who gave it.
    pub evidence: Vec<(String, String)>,
    /// The last vote of each person: who, for it, why.
    pub votes: Vec<(Staff, bool, String)>,
    /// Where it stands.
    pub state: ProposalState,
}

/// What somebody proposes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// In a few words.
    pub title: String,
    /// Why.
    pub rationale: String,
    /// How it comes to be considered.
    pub route: Route,
    /// What changes.
    pub changes: Vec<Change>,
}

/// How a proposal comes to be considered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Route {
    AnnualReview,
    FastTrack,
    HorizonScan,
}

/// One change of one test.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Change {
    /// A new test.
    Add(Box<Test>),
    /// A test as it will be.
    Amend(Box<Test>),
    /// A test that is no longer offered.
    Withdraw(TestCode),
}

/// Where a proposal stands.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ProposalState {
    Open,
    Accepted { effective: Date, reason: String },
    Declined { reason: String },
    Published { version: String },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Propose { id: ProposalId, draft: Draft },
    AddEvidence { id: ProposalId, text: String },
    Vote { id: ProposalId, in_favour: bool, reason: String },
    Decide { id: ProposalId, accept: bool, reason: String, effective: Date },
    Publish(Version),
}

/// What happened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Proposed {
        id: ProposalId,
        draft: Draft,
        by: Staff,
    },
    EvidenceAdded {
        id: ProposalId,
        #[serde(rename = "words")]
        text: String,
        by: String,
    },
    Voted {
        id: ProposalId,
        by: Staff,
        in_favour: bool,
        reason: String,
    },
    Decided {
        id: ProposalId,
        accepted: bool,
        reason: String,
        effective: Date,
    },
    Published {
        version: Version,
        proposals: Vec<ProposalId>,
    },
}

impl Route {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Route::AnnualReview => "Annual review",
            Route::FastTrack => "Fast track",
            Route::HorizonScan => "Horizon scan",
        }
    }

    /// Members of the working group who must have voted.
    pub fn votes_min(self) -> usize {
        match self {
            Route::FastTrack => 1,
            Route::AnnualReview | Route::HorizonScan => 2,
        }
    }
}

impl Change {
    /// The test.
    pub fn code(&self) -> &TestCode {
        match self {
            Change::Add(test) | Change::Amend(test) => &test.code,
            Change::Withdraw(code) => code,
        }
    }

    /// In words.
    pub fn label(&self) -> String {
        match self {
            Change::Add(test) => format!("Add {} {} ({})", test.code, test.indication, test.method),
            Change::Amend(test) => format!("Amend {} {}", test.code, test.indication),
            Change::Withdraw(code) => format!("Withdraw {code}"),
        }
    }
}

impl Proposal {
    /// Votes for and against.
    pub fn tally(&self) -> (usize, usize) {
        let for_it = self.votes.iter().filter(|(_, in_favour, _)| *in_favour).count();
        (for_it, self.votes.len() - for_it)
    }
}

impl Directory {
    /// The version that orders are placed from on a day.
    pub fn in_force(&self, on: Date) -> Option<&Version> {
        self.versions.iter().filter(|v| v.effective <= on).max_by_key(|v| v.effective)
    }

    /// Accepted proposals that a version effective on a day would bring.
    pub fn due(&self, by: Date) -> impl Iterator<Item = (ProposalId, &Proposal)> {
        self.proposals.iter().filter_map(move |(id, proposal)| {
            matches!(proposal.state, ProposalState::Accepted { effective, .. } if effective <= by).then_some((*id, proposal))
        })
    }
}

impl Fold for Directory {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Directory {
        match event {
            Event::Proposed { id, draft, by } => {
                let proposal =
                    Proposal { draft: draft.clone(), by: by.clone(), evidence: vec![], votes: vec![], state: ProposalState::Open };
                self.proposals.insert(*id, proposal);
            }
            Event::Published { version, proposals } => {
                self.versions.push(version.clone());
                for id in proposals {
                    self.proposals.entry(*id).and_modify(|p| p.state = ProposalState::Published { version: version.to_string() });
                }
            }
            Event::EvidenceAdded { id, text, by } => {
                self.proposals.entry(*id).and_modify(|p| p.evidence.push((text.clone(), by.clone())));
            }
            Event::Voted { id, by, in_favour, reason } => {
                self.proposals.entry(*id).and_modify(|p| {
                    p.votes.retain(|(voter, ..)| voter.id != by.id);
                    p.votes.push((by.clone(), *in_favour, reason.clone()));
                });
            }
            Event::Decided { id, accepted, reason, effective } => {
                let reason = reason.clone();
                let state =
                    if *accepted { ProposalState::Accepted { effective: *effective, reason } } else { ProposalState::Declined { reason } };
                self.proposals.entry(*id).and_modify(|p| p.state = state);
            }
        }
        self
    }
}

/// The tests after changes; every change that does not fit is told.
pub fn changed<'c>(tests: &[Test], changes: impl IntoIterator<Item = &'c Change>) -> Result<Vec<Test>, Refusals> {
    let mut tests_after: BTreeMap<TestCode, Test> = tests.iter().map(|t| (t.code.clone(), t.clone())).collect();
    let mut refusals = Vec::new();
    for change in changes {
        let code = change.code().clone();
        let there = tests_after.contains_key(&code);
        match change {
            Change::Add(_) if there => refusals.push(Refusal::new("changes", format!("{code} is in the directory already: amend it"))),
            Change::Amend(_) | Change::Withdraw(_) if !there => {
                refusals.push(Refusal::new("changes", format!("{code} is not in the directory")));
            }
            Change::Add(test) | Change::Amend(test) => {
                refusals.extend(incomplete(test));
                tests_after.insert(code, (**test).clone());
            }
            Change::Withdraw(_) => drop(tests_after.remove(&code)),
        }
    }
    Refusals::check(refusals)?;
    Ok(tests_after.into_values().collect())
}

fn incomplete(test: &Test) -> Vec<Refusal> {
    let needed = [("indication", &test.indication), ("method", &test.method), ("target", &test.target)];
    let mut refusals: Vec<Refusal> = needed
        .into_iter()
        .filter(|(_, value)| value.trim().is_empty())
        .map(|(field, _)| Refusal::new(field, format!("Enter the {field} of {}", test.code)))
        .collect();
    if test.turnaround_days_max == 0 {
        refusals.push(Refusal::new("days", format!("Enter in how many days {} is reported", test.code)));
    }
    refusals
}

/// Decides a command. `tests` are those of the version in force, `today` the day of the decision.
pub fn decide(
    directory: &Directory,
    branch: Branch,
    tests: &[Test],
    command: Command,
    by: &Staff,
    today: Date,
) -> Result<Vec<Event>, Refusals> {
    let event = match command {
        Command::Propose { id, draft } => {
            Refusals::check(draft_faults(&draft, branch))?;
            changed(tests, &draft.changes)?;
            Event::Proposed { id, draft, by: by.clone() }
        }
        Command::AddEvidence { id, text } => {
            open(directory, id)?;
            Event::EvidenceAdded {
                id,
                text: stated(text, "evidence", "Say what the evidence is and where it is published")?,
                by: by.name.clone(),
            }
        }
        Command::Vote { id, in_favour, reason } => {
            if open(directory, id)?.by.id == by.id {
                return Err(Refusals::one("vote", "You proposed this; others vote on it"));
            }
            Event::Voted {
                id,
                by: by.clone(),
                in_favour,
                reason: stated(reason, "reason", "Say why, so that the decision can be followed")?,
            }
        }
        Command::Decide { id, accept, reason, effective } => {
            let proposal = open(directory, id)?;
            Refusals::check(decision_faults(proposal, accept, effective, by.id, today))?;
            Event::Decided { id, accepted: accept, reason: stated(reason, "reason", "Give the reason for the decision")?, effective }
        }
        Command::Publish(version) => {
            Refusals::check(version_faults(directory, &version))?;
            let proposals = directory.due(version.effective).map(|(id, _)| id).collect();
            Event::Published { version, proposals }
        }
    };
    Ok(vec![event])
}

fn open(directory: &Directory, id: ProposalId) -> Result<&Proposal, Refusals> {
    match directory.proposals.get(&id) {
        Some(proposal) if proposal.state == ProposalState::Open => Ok(proposal),
        Some(_) => Err(Refusals::one("proposal", "This proposal has been decided; nothing was changed")),
        None => Err(Refusals::one("proposal", "There is no such proposal")),
    }
}

fn stated(message: String, field: &'static str, ask: &str) -> Result<String, Refusals> {
    if message.trim().is_empty() { Err(Refusals::one(field, ask)) } else { Ok(message.trim().to_owned()) }
}

fn draft_faults(draft: &Draft, branch: Branch) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if draft.title.trim().is_empty() {
        refusals.push(Refusal::new("title", "Give the proposal a title"));
    }
    if draft.rationale.trim().is_empty() {
        refusals.push(Refusal::new("rationale", "Say why the directory should change"));
    }
    if draft.changes.is_empty() {
        refusals.push(Refusal::new("changes", "Name at least one test that is added, amended or withdrawn"));
    }
    for code in draft.changes.iter().map(Change::code).filter(|code| code.branch() != branch) {
        refusals.push(Refusal::new("changes", format!("{code} does not belong to the directory of {}", branch.name().to_lowercase())));
    }
    refusals
}

fn decision_faults(proposal: &Proposal, accept: bool, effective: Date, by: StaffId, today: Date) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let (for_it, against) = proposal.tally();
    let needed = proposal.draft.route.votes_min();
    if proposal.by.id == by {
        refusals.push(Refusal::new("decision", "You proposed this; somebody else decides"));
    }
    if for_it + against < needed {
        let message = format!("{} of {needed} votes of the working group are in; wait for the others", for_it + against);
        refusals.push(Refusal::new("decision", message));
    }
    if accept && for_it <= against {
        refusals.push(Refusal::new("decision", format!("{for_it} are for it and {against} against, so it cannot be accepted")));
    }
    if accept && effective < today {
        refusals.push(Refusal::new("effective", "The effective date cannot lie in the past"));
    }
    refusals
}

fn version_faults(directory: &Directory, version: &Version) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if version.number.trim().is_empty() {
        refusals.push(Refusal::new("number", "Give the version a number"));
    }
    if directory.versions.iter().any(|v| v.number == version.number) {
        refusals.push(Refusal::new("number", format!("Version {version} is published already; nothing was overwritten")));
    }
    if directory.versions.last().is_some_and(|last| last.effective > version.effective) {
        refusals.push(Refusal::new("effective", "A later version is published already; choose a later day"));
    }
    refusals
}

#[cfg(test)]
mod tests;
