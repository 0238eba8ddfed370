//! How far what was signed was compared with the database: a start goes on from there, and `gms admin check` begins anew. It lies with the
//! signed ends, and whoever can change it can change those too.

use super::{head::Stretch, read::Signed};
use crate::secret::random_text;
use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// Name of the file.
pub(crate) const FILE: &str = "compared.json";
/// Chains of the audit whose ends are compared at each start: those that were signed last.
const CHAINS_MAX: usize = 5_000;

/// How far it was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Bytes that were read of each file.
    pub files: BTreeMap<PathBuf, u64>,
    /// When the last head was signed that the store of files had.
    pub kept: Option<Timestamp>,
    /// The furthest stretch of the journal, and when it was signed.
    pub journal: Option<(Stretch, Timestamp)>,
    /// Ends of chains of the audit.
    pub chains: Vec<(Uuid, u64, String, Timestamp)>,
}

impl Mark {
    /// What a comparison that found everything as it was signed has read.
    pub fn of_signed(signed: &Signed) -> Mark {
        let last = signed.journal.last_key_value().and_then(|(_, stretches)| stretches.first().cloned());
        let mut chains: Vec<_> = signed.chains.iter().map(|(chain, (number, hash, at))| (*chain, *number, hash.clone(), *at)).collect();
        chains.sort_by_key(|(.., at)| std::cmp::Reverse(*at));
        chains.truncate(CHAINS_MAX);
        Mark { files: signed.files.clone(), kept: signed.kept, journal: last, chains }
    }

    /// The mark of a place; nothing where there is none, or none that can be read: then everything is compared.
    pub fn read(places: &[PathBuf]) -> Option<Mark> {
        let text = fs::read(file(places)?).ok()?;
        serde_json::from_slice(&text).inspect_err(|fault| tracing::warn!("{FILE}: {fault}; every signed end is read again")).ok()
    }

    /// Keeps it; that it cannot be kept makes the next start slower.
    pub fn keep(&self, places: &[PathBuf]) {
        let Some(file) = file(places).filter(|file| file.parent().is_some_and(Path::is_dir)) else { return };
        if let Err(fault) = self.write(&file) {
            tracing::warn!("keeping how far the signed ends were compared: {fault:#}");
        }
    }

    fn write(&self, file: &Path) -> anyhow::Result<()> {
        let whole = file.with_file_name(format!("{FILE}-{}", random_text()?));
        let written = fs::write(&whole, serde_json::to_vec(self)?).and_then(|()| fs::rename(&whole, file));
        if written.is_err() {
            let _ = fs::remove_file(&whole);
        }
        written.with_context(|| format!("writing {}", file.display()))
    }
}

/// Ends that are out of force were compared with nothing.
pub(super) fn forget(places: &[PathBuf]) -> anyhow::Result<()> {
    let Some(file) = file(places) else { return Ok(()) };
    match fs::remove_file(&file) {
        Err(fault) if fault.kind() != ErrorKind::NotFound => Err(fault).with_context(|| format!("removing {}", file.display())),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// It lies in the first place, the service's own.
fn file(places: &[PathBuf]) -> Option<PathBuf> {
    places.first().map(|place| place.join(FILE))
}
