//! The Test Directory as the service offers it: versions from the journal, the tests in force, and changing them.

use super::{
    builtin::{self, Builtin},
    lookup::{self, Withdrawal},
    search::Index,
};
use crate::{
    Desk, Service, ServiceError, ServiceResult,
    directory::{self, panels::Book},
    people::staff,
};
use access::{Action, Permit};
use annotation::Knowledge;
use anyhow::Context;
use care::{
    ProposalId, Refusals,
    directory::{
        Branch, Change as TestChange, Directory, Test, TestCode, Version,
        change::{self, Command},
    },
};
use jiff::civil::Date;
use ontology::Panel;
use std::sync::{Arc, OnceLock};
use store::{Change, Loaded};

/// The tests in force, ready to be searched.
pub struct Catalogue {
    /// Versions in force.
    pub versions: Vec<Version>,
    /// Their tests, in order of code.
    pub tests: Vec<Test>,
    /// Tests of earlier versions that are no longer there, in order of code.
    pub withdrawn: Vec<Withdrawal>,
    /// For searching, once somebody does.
    index: OnceLock<Index>,
    knowledge: Arc<Knowledge>,
    /// Panels that they use.
    pub book: Arc<Book>,
    /// What it was made of: events of each directory and of the panels, and the day.
    made_of: (Vec<u64>, Date),
}

impl Catalogue {
    /// A test in force; small letters and blanks in its code do not matter.
    pub fn test(&self, code: &str) -> Option<&Test> {
        let code: TestCode = code.parse().ok()?;
        let position = self.tests.binary_search_by(|t| t.code.cmp(&code)).ok()?;
        self.tests.get(position)
    }

    /// What leads to every test; made at the first search.
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.tests, &self.book.in_use, &self.knowledge))
    }

    /// The version that a test is ordered from, as orders name it.
    pub fn version_of(&self, code: &TestCode) -> String {
        self.versions.iter().find(|v| v.branch == code.branch()).map_or_else(|| "unknown".into(), ToString::to_string)
    }

    /// The panel that a test uses: by its number, else by the indication.
    pub fn panel_of(&self, test: &Test) -> Option<&Panel> {
        panel_of(test, &self.book.in_use)
    }

    /// Both versions, in words.
    pub fn label(&self) -> String {
        self.versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
    }
}

/// What publishing would touch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Impact {
    /// Of each test that changes: its code, open orders, orders placed in the last 365 days.
    pub tests: Vec<(TestCode, usize, usize)>,
}

/// The panel that a test uses, if it is held.
pub(super) fn panel_of<'p>(test: &Test, panels: &'p [Panel]) -> Option<&'p Panel> {
    let by_number = panels.iter().find(|p| test.panels.contains(&p.id));
    // A microarray or a karyotype of the same indication reads no panel.
    let by_indication = || panels.iter().find(|p| p.indications.iter().any(|i| i == test.code.as_str() || i == test.code.indication()));
    by_number.or_else(|| by_indication().filter(|_| test.is_sequencing()))
}

/// The tests in force today; made anew when the directory has moved on.
#[crate::boxed]
pub async fn current(service: &Service) -> anyhow::Result<Arc<Catalogue>> {
    let mut events = Vec::new();
    for branch in Branch::ALL {
        events.push(service.store.sequence(&branch.stream()).await?);
    }
    let book = directory::panels::book(service).await?;
    events.push(book.sequence);
    let made_of = (events, service.today());
    let cached = service.catalogue.read().expect("nobody panics with the lock held").clone();
    if let Some(cached) = cached.filter(|c| c.made_of == made_of) {
        return Ok(cached);
    }
    let (mut versions, mut tests, mut withdrawn) = (Vec::new(), Vec::new(), Vec::new());
    for branch in Branch::ALL {
        let directory = directory(service, branch).await?.state;
        if let Some(version) = directory.in_force(made_of.1) {
            let in_force = tests_of(service, version).await?;
            withdrawn.extend(lookup::withdrawals(service, &directory.versions, version, &in_force).await?);
            tests.extend(in_force);
            versions.push(version.clone());
        }
    }
    tests.sort_by(|a, b| a.code.cmp(&b.code));
    withdrawn.sort_by(|a, b| a.code.cmp(&b.code));
    let (index, knowledge) = (OnceLock::new(), Arc::clone(&service.knowledge));
    let made = Arc::new(Catalogue { versions, tests, withdrawn, index, knowledge, book, made_of });
    *service.catalogue.write().expect("nobody panics with the lock held") = Some(Arc::clone(&made));
    Ok(made)
}

/// A directory with its versions and proposals.
#[crate::boxed]
pub async fn directory(service: &Service, branch: Branch) -> anyhow::Result<Loaded<Directory>> {
    service.store.load(&Service::directory_permit("directory")?, branch.stream()).await
}

/// The tests of a version.
#[crate::boxed]
pub async fn tests_of(service: &Service, version: &Version) -> anyhow::Result<Vec<Test>> {
    let bytes = service.store.blobs().get(&version.tests_sha256).await?;
    serde_json::from_slice(&bytes).with_context(|| format!("reading the tests of directory {version}"))
}

/// Puts the published versions that come with the program into a journal that has none.
pub(crate) async fn seed_directory(service: &Service) -> anyhow::Result<()> {
    let system = staff::system();
    let permit = service.own_permit(Action::PublishDirectory, "directory").await?;
    for branch in Branch::ALL {
        let mut directory = directory(service, branch).await?;
        if directory.sequence > 0 {
            continue;
        }
        let (mut change, loaded) =
            (Change { reason: "published versions that come with the program".into(), ..Change::default() }, directory.clone());
        let mut events = Vec::new();
        for Builtin { number, effective, source, tests } in builtin::versions(branch)? {
            let version = keep(service, branch, number.into(), effective, source, &tests).await?;
            let made = change::decide(&directory.state, branch, &tests, Command::Publish(version), &system, effective)?;
            directory.state = made.iter().fold(directory.state, <Directory as care::Fold>::apply);
            events.extend(made);
        }
        change.add(&loaded, &events);
        service.store.commit(&permit, change, service.now()).await?;
    }
    Ok(())
}

/// Keeps the tests of a version by their digest.
async fn keep(
    service: &Service,
    branch: Branch,
    number: String,
    effective: Date,
    source: String,
    tests: &[Test],
) -> anyhow::Result<Version> {
    let tests_sha256 = service.store.blobs().put(serde_json::to_vec(tests)?).await?;
    Ok(Version { branch, number, effective, source, tests_sha256, tests: tests.len() })
}

/// A permit for the directory.
#[crate::boxed]
pub async fn permit(desk: &Desk, action: Action) -> ServiceResult<Permit> {
    desk.permit_named(action, "directory", desk.staff.organisation.clone()).await
}

/// Proposes, adds evidence, votes or decides.
#[crate::boxed]
pub async fn change(desk: &Desk, branch: Branch, command: Command) -> ServiceResult<()> {
    let action = match &command {
        Command::Propose { .. } | Command::AddEvidence { .. } => Action::ProposeDirectory,
        Command::Vote { .. } | Command::Decide { .. } => Action::DecideDirectory,
        Command::Publish(_) => return Err(ServiceError::NotFound("way to publish without the accepted changes")),
    };
    let permit = permit(desk, action).await?;
    let directory = directory(&desk.service, branch).await?;
    let tests = tests_in_force(desk, &directory.state).await?;
    let mut change = Change::default();
    change.add(&directory, &change::decide(&directory.state, branch, &tests, command, &desk.staff, desk.today())?);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Publishes a version: the tests of the last one with every accepted change that is due by its first day.
#[crate::boxed]
pub async fn publish(desk: &Desk, branch: Branch, number: String, effective: Date) -> ServiceResult<Version> {
    let permit = permit(desk, Action::PublishDirectory).await?;
    if effective < desk.today() {
        return Err(Refusals::one("effective", "A version cannot come into force before today").into());
    }
    let directory = directory(&desk.service, branch).await?;
    let before = match directory.state.versions.last() {
        Some(version) => tests_of(&desk.service, version).await?,
        None => vec![],
    };
    let changes: Vec<TestChange> = directory.state.due(effective).flat_map(|(_, p)| p.draft.changes.clone()).collect();
    if changes.is_empty() {
        return Err(Refusals::one("number", "No accepted change is due by that day, so there is nothing to publish").into());
    }
    let after = change::changed(&before, &changes)?;
    let source = format!("{} of {}", desk.staff.name, desk.staff.organisation_name);
    let version = keep(&desk.service, branch, number, effective, source, &after).await?;
    let mut change = Change::default();
    change
        .add(&directory, &change::decide(&directory.state, branch, &before, Command::Publish(version.clone()), &desk.staff, desk.today())?);
    desk.service.store.commit(&permit, change, desk.now()).await?;
    Ok(version)
}

/// What the changes of a proposal would touch: open orders, and those of the last year.
#[crate::boxed]
pub async fn impact(desk: &Desk, branch: Branch, id: ProposalId) -> ServiceResult<Impact> {
    permit(desk, Action::ReadDirectory).await?;
    let directory = directory(&desk.service, branch).await?.state;
    let proposal = directory.proposals.get(&id).ok_or(ServiceError::NotFound("proposal"))?;
    let since = desk.today().saturating_sub(jiff::Span::new().days(365));
    let mut impact = Impact::default();
    for code in proposal.draft.changes.iter().map(TestChange::code) {
        let (open, year) = desk.service.store.orders_of_test(code, since).await?;
        impact.tests.push((code.clone(), open, year));
    }
    Ok(impact)
}

async fn tests_in_force(desk: &Desk, directory: &Directory) -> anyhow::Result<Vec<Test>> {
    match directory.in_force(desk.today()) {
        Some(version) => tests_of(&desk.service, version).await,
        None => Ok(vec![]),
    }
}

/// A new identifier of a proposal.
pub fn new_proposal_id(service: &Service) -> ProposalId {
    ProposalId(service.new_id())
}
