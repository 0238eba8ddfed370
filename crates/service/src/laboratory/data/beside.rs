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

/// Where it is laid.
pub(super) fn place(desk: &Desk, status: &Status, analysis: AnalysisId) -> PathBuf {
    let number = status.order.request.as_ref().map_or("order", |request| request.number.as_str());
    desk.service.folder.join("cases").join(number).join(analysis.to_string())
}

/// The folder with what an analysis wrote beside its result: fetched, where it ran on another machine.
pub(crate) async fn folder(desk: &Desk, status: &Status, analysis: AnalysisId) -> ServiceResult<PathBuf> {
    let place = place(desk, status, analysis);
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
    lay(&fetched, &place)?;
    Ok(place)
}

/// Puts a folder where it is looked for, in the place of what was left there.
pub(super) fn lay(from: &Path, place: &Path) -> anyhow::Result<()> {
    clear(place)?;
    fs::create_dir_all(place.parent().context("a place within the service's folder")?)?;
    fs::rename(from, place).with_context(|| format!("moving {} to {}", from.display(), place.display()))
}

/// Removes a folder with what is in it, if it is there.
pub(super) fn clear(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(fault) if fault.kind() != ErrorKind::NotFound => Err(fault).with_context(|| format!("removing {}", folder.display())),
        _ => Ok(()),
    }
}
