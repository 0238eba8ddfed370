//! What was told of the library: of each release to all projects together, so that no two of them learn more than one may.

use crate::{Service, fault::ForLog, work::Work};
use library::{Library, PersonNo, Scope, disclosure::DisclosureLedger};
use std::{sync::Arc, time::Duration};
use tokio::runtime::Handle;

/// Where it is kept: of each release the numbers, of each project how many of them and which variants.
const FOLDER: &str = "told";
/// The work that one program does at a time.
const SUBJECT: &str = "research/told";
/// How often a program looks whether another has answered its question.
const LOOKED_EVERY: Duration = Duration::from_millis(20);

/// What was told before a question, and what is told with it.
pub(super) struct Memory {
    /// Numbers of the release; how many of them and which variants is the project's.
    pub(super) ledger: DisclosureLedger,
    release: String,
    project: String,
}

impl Memory {
    /// What was told of a release, and to a project, with what was told of other releases beside it.
    pub(super) async fn read(library: &Library, release: &str, project: &str, scope: &Scope) -> anyhow::Result<Memory> {
        let (release, project) = (format!("{FOLDER}/{release}"), format!("{FOLDER}/{project}"));
        let mut ledger = read(library, &release).await?;
        for name in library.list(FOLDER).await?.into_iter().map(|name| format!("{FOLDER}/{name}")).filter(|name| *name != release) {
            ledger.set_beside(read(library, &name).await?);
        }
        ledger.set_counts_of(&read(library, &project).await?);
        ledger.within(scope);
        Ok(Memory { ledger, release, project })
    }

    /// Keeps it, before anything is shown.
    pub(super) async fn keep(self, library: &Library) -> anyhow::Result<()> {
        let mut own = read(library, &self.project).await?;
        own.set_counts_of(&self.ledger);
        library.keep(&self.project, own.to_bytes()?).await?;
        let mut numbers = self.ledger;
        numbers.set_counts_of(&DisclosureLedger::default());
        library.keep(&self.release, numbers.to_bytes()?).await
    }
}

async fn read(library: &Library, name: &str) -> anyhow::Result<DisclosureLedger> {
    DisclosureLedger::from_bytes(&library.kept(name).await?.unwrap_or_default())
}

/// Takes people out of everything that was told.
pub(super) async fn forget(service: &Arc<Service>, library: &Library, people: &[PersonNo]) -> anyhow::Result<()> {
    let _turn = Turn::wait(service).await?;
    for name in library.list(FOLDER).await? {
        let name = format!("{FOLDER}/{name}");
        let mut ledger = read(library, &name).await?;
        if ledger.forget(people) {
            library.keep(&name, ledger.to_bytes()?).await?;
        }
    }
    Ok(())
}

/// The turn of one question, of this program and of every other: what was told before decides what may be told now. It ends with this
/// value, also where somebody went away before the answer, or something failed.
pub(super) struct Turn(Option<Work>);

impl Turn {
    /// Waits until no other question is answered.
    pub(super) async fn wait(service: &Arc<Service>) -> anyhow::Result<Turn> {
        loop {
            if let Some(work) = Work::take(service, SUBJECT).await? {
                return Ok(Turn(Some(work)));
            }
            tokio::time::sleep(LOOKED_EVERY).await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) else { return };
        runtime.spawn(async move {
            if let Err(fault) = work.give_back().await {
                tracing::warn!("ending the turn of a question, which then ends by itself: {}", fault.for_log());
            }
        });
    }
}
