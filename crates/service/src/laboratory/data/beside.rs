//! What a run of the engine writes beside its result: kept like every file of the service, and laid into a folder where it is read.

use crate::{Desk, ServiceError, ServiceResult, Status};
use anyhow::Context;
use care::{
    AnalysisId,
    interpretation::analysis::{Beside, State},
};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The folder that a run of an analysis writes into, by the fence of whoever runs it: no run writes into another's, or removes it while
/// that goes on. What earlier ones left that were cut off is removed.
pub(super) fn scratch(folder: &Path, analysis: AnalysisId, fence: u64) -> anyhow::Result<PathBuf> {
    let of_run = |fence: u64| folder.join("scratch").join(format!("{analysis}-{fence}"));
    for earlier in 1..fence {
        clear(&of_run(earlier))?;
    }
    Ok(of_run(fence))
}

/// Keeps every file of a folder.
pub(super) async fn keep(desk: &Desk, folder: &Path) -> anyhow::Result<Vec<Beside>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        kept.push(Beside { name, sha256: desk.service.store.blobs().put_file(&path).await? });
    }
    kept.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(kept)
}

/// The folder with what an analysis wrote beside its result: laid there when it is first asked for, on whichever machine.
pub(crate) async fn folder(desk: &Desk, status: &Status, analysis: AnalysisId) -> ServiceResult<PathBuf> {
    let number = status.order.request.as_ref().map_or("order", |request| request.number.as_str());
    let place = desk.service.folder.join("cases").join(number).join(analysis.to_string());
    if place.exists() {
        return Ok(place);
    }
    let state = status.analyses.iter().find(|(id, _)| *id == analysis).map(|(_, analysis)| &analysis.state);
    let Some(State::Done { beside, .. }) = state else { return Err(ServiceError::NotFound("finished analysis")) };
    let fetched = desk.service.folder.join("scratch").join(format!("{analysis}-{}", desk.new_id()));
    fs::create_dir_all(&fetched).with_context(|| format!("making {}", fetched.display()))?;
    for file in beside {
        let from = desk.service.store.blobs().file(&file.sha256).await?;
        fs::copy(&from, fetched.join(&file.name)).with_context(|| format!("laying {} beside the analysis", file.name))?;
    }
    fs::create_dir_all(place.parent().context("a place within the service's folder")?).context("making the folder of a case")?;
    match fs::rename(&fetched, &place) {
        // Somebody else asked in the same moment.
        Err(_) if place.exists() => clear(&fetched)?,
        laid => laid.with_context(|| format!("moving {} to {}", fetched.display(), place.display()))?,
    }
    Ok(place)
}

/// Removes a folder with what is in it, if it is there.
pub(super) fn clear(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(fault) if fault.kind() != ErrorKind::NotFound => Err(fault).with_context(|| format!("removing {}", folder.display())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// A program that stood still while another took its analysis over finds its own folder gone, and the other's whole.
    #[test]
    fn a_run_removes_what_earlier_ones_left_and_never_what_a_later_one_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let id = AnalysisId(Uuid::from_u128(7));
        let begin = |fence| {
            let own = scratch(folder.path(), id, fence).expect("a place");
            fs::create_dir_all(&own).expect("made");
            own
        };
        let (late, later) = (begin(2), begin(3));
        assert!(!late.exists() && later.exists());
        clear(&late).expect("nothing to remove");
        assert!(later.exists());
    }
}
