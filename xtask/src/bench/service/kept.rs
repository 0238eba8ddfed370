//! A filled service that is kept, so that a year which takes long to fill is filled once and measured often.

use super::person;
use anyhow::{Context, ensure};
use care::{OrderId, Role};
use service::Service;
use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{JOURNAL, Listing};

/// Lines of the list that are read at once.
const LINES_AT_ONCE: u64 = 500;
/// Lines that are read at the most: more than the orders of any year that is filled.
const LINES_MAX: usize = 1_000_000;

/// Where the service lies that is measured.
pub enum Place {
    /// In a folder of its own, which is removed afterwards.
    Passing,
    /// In this folder, which stays once it is filled.
    Keep(PathBuf),
    /// In this folder, which was kept: nothing is filled.
    From(PathBuf),
}

impl Place {
    /// As the options say it; both together are refused when they are read.
    pub fn new(keep: Option<PathBuf>, from: Option<PathBuf>) -> Place {
        match (keep, from) {
            (_, Some(folder)) => Place::From(folder),
            (Some(folder), None) => Place::Keep(folder),
            (None, None) => Place::Passing,
        }
    }

    /// The folder, made where a service is to begin in it.
    pub(super) fn folder(&self, database: Option<&str>) -> anyhow::Result<PathBuf> {
        match self {
            Place::Passing => {
                let folder = std::env::temp_dir().join(format!("gms-bench-{}", std::process::id()));
                make(&folder)?;
                Ok(folder)
            }
            Place::Keep(folder) => {
                ensure!(!folder.exists(), "{} is there already: measure it with --from, or name a new folder", folder.display());
                make(folder)?;
                Ok(folder.clone())
            }
            Place::From(folder) => {
                check_kept(folder, database)?;
                Ok(folder.clone())
            }
        }
    }

    /// Removes what is not to stay.
    pub(super) fn clear(&self, folder: &Path) -> anyhow::Result<()> {
        match self {
            Place::Passing => std::fs::remove_dir_all(folder).context("clearing the folder of the benchmark"),
            Place::Keep(_) | Place::From(_) => {
                println!("The service stays in {}, with what was measured on it; its database stays with it.", folder.display());
                Ok(())
            }
        }
    }
}

/// Refuses a folder in which no service was kept, before one is begun there.
pub fn check_kept(folder: &Path, database: Option<&str>) -> anyhow::Result<()> {
    let is_there = folder.is_dir() && (database.is_some() || folder.join(JOURNAL).is_file());
    ensure!(is_there, "no service was kept in {}: fill one with bench service --keep, or name its --database", folder.display());
    Ok(())
}

/// A folder for a service: for nobody else on the machine.
fn make(folder: &Path) -> anyhow::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(|| format!("making {}", folder.display()))
}

/// The orders that both the clinician and the laboratory of the demonstration may open, from the clinician's list, soonest due first.
pub async fn orders(service: &Arc<Service>) -> anyhow::Result<Vec<OrderId>> {
    let desk = service.desk(person(Role::Clinician)?);
    let permit = desk.permit_general(access::Action::SeeWorkList).await?;
    let (ours, theirs) = (person(Role::LaboratoryScientist)?.organisation, person(Role::Clinician)?.organisation);
    let (mut found, mut read, mut after) = (Vec::new(), 0, None);
    while read < LINES_MAX {
        let listing = Listing { finished: true, after, most: LINES_AT_ONCE, ..Listing::default() };
        let lines = service.store.orders(&permit, &listing).await?;
        let Some(last) = lines.last() else { break };
        read += lines.len();
        after = Some((last.due, last.number.clone()));
        found.extend(lines.iter().filter(|line| line.laboratory == ours && line.requester == theirs).map(|line| line.id));
    }
    ensure!(!found.is_empty(), "the service holds no order of the demonstration's people: fill one with --keep first");
    Ok(found)
}
