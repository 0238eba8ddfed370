//! That nothing of the journal or of the audit was removed: their ends are signed while the service runs, and kept outside the database.
//! A service whose database does not reach what was signed does not start.

mod head;
mod keeper;
mod kept;
mod key;
pub(crate) mod mark;
mod read;

pub use keeper::Keeper;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use key::Signing;
use mark::Mark;
use read::Signed;
pub(crate) use read::reach;
use std::{
    fs,
    path::{Path, PathBuf},
};
use store::{Link, Store};

/// How often the ends are signed.
pub const EVERY: std::time::Duration = std::time::Duration::from_mins(5);
/// Name of the folder in which signed ends lie, in a service's own and wherever else they are kept.
pub const FOLDER: &str = "evidence";

/// How much is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// That the ends are still there that were signed since all were last compared, and the furthest before: fast, however many there are.
    Ends,
    /// Every end that was ever signed, that none of them was removed, and that no event between them was written anew.
    Everything,
}

/// What was compared with the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compared {
    /// Signed ends that were read, each once.
    pub heads: usize,
    /// Those that are out of force, since a loss was accepted.
    pub accepted: usize,
    /// The last event that one of them names.
    pub events: u64,
    /// Stretches of the journal of which every event was compared.
    pub stretches: usize,
    /// Chains of the audit that they name.
    pub chains: usize,
}

/// Where the signed ends of a service lie: in its folder, and in another that may belong to another machine.
pub fn places(folder: &Path, further: Option<&Path>) -> Vec<PathBuf> {
    [Some(folder.join(FOLDER)), further.map(Path::to_owned)].into_iter().flatten().collect()
}

/// Compares a database with what was signed, at some places and in its store of files. What is missing or was changed is an error, which
/// says what to do.
#[crate::boxed]
pub async fn compare(store: &Store, places: &[PathBuf], depth: Depth) -> anyhow::Result<Compared> {
    let signed = match depth {
        Depth::Ends => read::ends(store, places).await?,
        Depth::Everything => read::everything(store, places).await?,
    };
    compare_journal(store, &signed).await?;
    compare_audit(store, &signed).await?;
    let stretches = if depth == Depth::Everything { compare_stretches(store, &signed).await? } else { 0 };
    Mark::of_signed(&signed).keep(places);
    let events = signed.journal.keys().next_back().copied().unwrap_or_default();
    Ok(Compared { heads: signed.heads, accepted: signed.accepted, events, stretches, chains: signed.chains.len() })
}

async fn compare_journal(store: &Store, signed: &Signed) -> anyhow::Result<()> {
    let positions: Vec<u64> = signed.journal.keys().copied().collect();
    let found = store.event_hashes(&positions).await?;
    for (position, stretches) in signed.journal.iter().rev() {
        for (stretch, at) in stretches {
            let hash = found.get(position);
            ensure!(hash.is_some(), missing_events(store, *position, *at).await?);
            ensure!(
                hash == Some(&stretch.hash),
                "event {position} of the journal is not the one that was signed on {at}: the journal was changed. {REMEDY}"
            );
        }
    }
    Ok(())
}

async fn compare_audit(store: &Store, signed: &Signed) -> anyhow::Result<()> {
    let chains = signed.chains.iter();
    let links: Vec<Link> = chains.map(|(chain, (number, hash, _))| Link { chain: *chain, number: *number, hash: hash.clone() }).collect();
    let Some(missing) = store.missing_link(&links).await? else { return Ok(()) };
    let at = signed.chains.get(&missing.chain).map_or_else(String::new, |(_, _, at)| at.to_string());
    bail!(
        "line {} of the chain {} of the audit, which was signed on {at}, is missing or was changed. {REMEDY}",
        missing.number,
        missing.chain
    )
}

async fn compare_stretches(store: &Store, signed: &Signed) -> anyhow::Result<usize> {
    let mut compared = 0;
    for (position, stretches) in &signed.journal {
        for (stretch, at) in stretches {
            let after = stretch.after;
            let is_same = store.digest_of_events(after, *position).await? == stretch.digest;
            ensure!(
                is_same,
                "an event after number {after} and up to {position} was written anew since {at}, when they were signed. {REMEDY}"
            );
            compared += 1;
        }
    }
    Ok(compared)
}

const REMEDY: &str = "Keep the database as it is for whoever looks into it, and restore a backup that reaches further. If what is missing is known and accepted, as after a disaster, say so with: gms admin accept-loss --reason";

async fn missing_events(store: &Store, signed: u64, at: Timestamp) -> anyhow::Result<String> {
    let end = store.journal_end().await?.map_or(0, |(position, _)| position);
    let missing = signed.saturating_sub(end);
    Ok(format!("the journal ends at event {end}, and event {signed} was signed on {at}: {missing} events are missing at its end. {REMEDY}"))
}

/// Puts what was signed out of force, for a database that is known to lack some of it; says how many files were. All of it is kept, in the
/// store of files with a signed line that says so.
pub async fn accept_loss(store: &Store, folder: &Path, places: &[PathBuf], at: Timestamp) -> anyhow::Result<usize> {
    kept::accept(store, &Signing::of_folder(folder)?, at).await?;
    let mut moved = 0;
    for place in places.iter().filter(|place| place.is_dir()) {
        let kept = place.join(format!("accepted-{}", at.as_second()));
        for file in read::files(place)? {
            fs::create_dir_all(&kept).with_context(|| format!("making {}", kept.display()))?;
            let to = kept.join(file.file_name().context("a file has a name")?);
            fs::rename(&file, &to).with_context(|| format!("moving {}", file.display()))?;
            moved += 1;
        }
    }
    mark::forget(places)?;
    Ok(moved)
}
