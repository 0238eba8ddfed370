//! What was told of the library: of each release to all projects together, so that no two of them learn more than one may.

use crate::{Service, fault::ForLog, work::Work};
use anyhow::ensure;
use library::{Library, PersonNo, Scope, disclosure::DisclosureLedger};
use std::{collections::BTreeMap, mem, sync::Arc, time::Duration};
use tokio::runtime::Handle;

/// Where it is kept: of each release the numbers, of each project how many of them and which variants.
const FOLDER: &str = "told";
/// The work that one program does at a time.
const SUBJECT: &str = "research/told";
/// How often a program looks whether another has answered its question.
const LOOKED_EVERY: Duration = Duration::from_millis(20);

/// Bytes of ledgers that a program keeps in memory; what is beyond is read with each question.
const KNOWN_BYTES_MAX: usize = 64 << 20;

/// What was told before a question, and what is told with it.
pub(super) struct Memory {
    /// Numbers of the release; how many of them and which variants is the project's.
    pub(super) ledger: DisclosureLedger,
    release: String,
    project: String,
}

/// Ledgers as they were last read by this program. One that was written since, by whichever program, has another mark and is read anew.
#[derive(Default)]
pub(crate) struct Ledgers(BTreeMap<String, Known>);

/// A ledger that was read.
struct Known {
    mark: Option<String>,
    bytes: usize,
    ledger: Arc<DisclosureLedger>,
}

impl Ledgers {
    /// Every ledger of every release and project, as it is now.
    async fn read(&mut self, library: &Library) -> anyhow::Result<BTreeMap<String, Arc<DisclosureLedger>>> {
        let (mut before, mut all, mut bytes) = (mem::take(&mut self.0), BTreeMap::new(), 0);
        for (name, mark) in library.list_marked(FOLDER).await? {
            let known = match before.remove(&name).filter(|known| known.mark.is_some() && known.mark == mark) {
                Some(known) => known,
                None => read_known(library, &name, mark).await?,
            };
            all.insert(name.clone(), Arc::clone(&known.ledger));
            bytes += known.bytes;
            if bytes <= KNOWN_BYTES_MAX {
                self.0.insert(name, known);
            }
        }
        Ok(all)
    }
}

async fn read_known(library: &Library, name: &str, mark: Option<String>) -> anyhow::Result<Known> {
    let bytes = library.kept(&format!("{FOLDER}/{name}")).await?.unwrap_or_default();
    Ok(Known { mark, bytes: bytes.len(), ledger: Arc::new(DisclosureLedger::from_bytes(&bytes)?) })
}

impl Memory {
    /// What was told of a release, and to a project, with what was told of other releases beside it: to whichever project, by whichever
    /// program.
    pub(super) async fn read(
        library: &Library,
        ledgers: &mut Ledgers,
        (release, project): (&str, &str),
        scope: &Scope,
    ) -> anyhow::Result<Memory> {
        let all = ledgers.read(library).await?;
        let (release_file, project_file) = (format!("{FOLDER}/{release}"), format!("{FOLDER}/{project}"));
        let mut ledger = match all.get(release) {
            Some(ledger) => DisclosureLedger::clone(ledger),
            // There is none yet, or its name is written otherwise in a list.
            None => read(library, &release_file).await?,
        };
        for (_, other) in all.iter().filter(|(name, _)| *name != release) {
            ledger.set_beside(other);
        }
        match all.get(project) {
            Some(own) => ledger.set_counts_of(own),
            None => ledger.set_counts_of(&read(library, &project_file).await?),
        }
        ledger.within(scope);
        Ok(Memory { ledger, release: release_file, project: project_file })
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
    let turn = Turn::wait(service).await?;
    for name in library.list(FOLDER).await? {
        let name = format!("{FOLDER}/{name}");
        let mut ledger = read(library, &name).await?;
        if ledger.forget(people) {
            turn.check().await?;
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
            // Apart, so that whoever goes away while the database answers leaves no turn that nobody ends.
            let own = Arc::clone(service);
            let found = tokio::spawn(async move { anyhow::Ok(Work::take(&own, SUBJECT).await?.map(|work| Turn(Some(work)))) });
            if let Some(turn) = found.await?? {
                return Ok(turn);
            }
            tokio::time::sleep(LOOKED_EVERY).await;
        }
    }

    /// Refuses to go on where another program has had its turn since: this one stood still, and what it would keep forgets what that told.
    pub(super) async fn check(&self) -> anyhow::Result<()> {
        let is_own = match &self.0 {
            Some(work) => work.is_own().await?,
            None => false,
        };
        ensure!(is_own, "another question was answered while this one was: nothing of it is kept or told, ask it again");
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_another_program_told_is_read_with_the_next_question_and_what_stayed_is_not_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(&folder.path().display().to_string()).expect("a library");
        let (mut one, mut other) = (Ledgers::default(), Ledgers::default());
        let scope = Scope::new(0..9);
        for (number, ledgers) in [&mut one, &mut other, &mut Ledgers::default()].into_iter().enumerate() {
            let mut memory = Memory::read(&library, ledgers, ("1", "project"), &scope).await.expect("read");
            let told_before = String::from_utf8_lossy(&memory.ledger.to_bytes().expect("bytes")).matches("2-100").count();
            assert_eq!(told_before, number, "each program knows what the others told");
            memory.ledger.disclose_variant(&format!("2-100{number}-A-T")).expect("room");
            memory.keep(&library).await.expect("kept");
        }
        let before = one.read(&library).await.expect("read");
        let again = one.read(&library).await.expect("read");
        assert!(before.iter().all(|(name, ledger)| Arc::ptr_eq(ledger, &again[name])) && before.len() == 2, "as it was read");
        let mut own = DisclosureLedger::clone(&again["project"]);
        own.disclose_variant("2-2000-A-T").expect("room");
        library.keep("told/project", own.to_bytes().expect("bytes")).await.expect("kept");
        let last = one.read(&library).await.expect("read");
        assert_eq!(*last["project"], own, "written by another");
        assert!(Arc::ptr_eq(&last["1"], &again["1"]), "and nobody wrote this one");
    }

    #[tokio::test]
    async fn whoever_stood_still_while_another_answered_keeps_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let pack = engine::reference::open("demo").expect("a pack");
        let service = Service::open(folder.path(), &pack).await.expect("a service");
        let turn = Turn::wait(&service).await.expect("a turn");
        turn.check().await.expect("it is this program's");
        let later = service.now() + jiff::SignedDuration::from_mins(5);
        let other = service.store.take_lease(SUBJECT, later, later + jiff::SignedDuration::from_mins(1)).await;
        assert!(other.expect("written").is_some(), "it has run out by then");
        let refused = turn.check().await.expect_err("another program has it").to_string();
        assert!(refused.contains("ask it again"), "{refused}");
    }
}
