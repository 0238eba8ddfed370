//! The files of the package, in a folder, as they will lie on a machine.

use super::{
    Built,
    recipe::{Asset, Recipe},
};
use anyhow::{Context, bail};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Where assets lie that cargo builds, for cargo-deb.
const BUILT: &str = "target/release/";

/// Puts every file to its place.
pub fn stage(root: &Path, recipe: &Recipe, built: &Built, to: &Path) -> anyhow::Result<()> {
    for Asset(from, place, mode) in &recipe.deb.assets {
        let mode = u32::from_str_radix(mode, 8).with_context(|| format!("{mode} is no mode"))?;
        for file in files(root, built, from)? {
            let name = file.file_name().context("a file has a name")?;
            let path = if place.ends_with('/') { to.join(place).join(name) } else { to.join(place) };
            put(&file, &path, mode)?;
        }
    }
    let licence = fs::read_to_string(root.join("LICENSE")).context("LICENSE")?;
    let copyright = to.join("usr/share/doc").join(&recipe.deb.name).join("copyright");
    fs::write(&copyright, format!("Copyright: {}\n\n{licence}", recipe.deb.copyright))?;
    fs::set_permissions(&copyright, fs::Permissions::from_mode(0o644))?;
    open_folders(to)
}

/// Copies a file with its mode, whatever the mode of new files is here.
fn put(from: &Path, to: &Path, mode: u32) -> anyhow::Result<()> {
    fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode))?;
    Ok(())
}

/// The files that an asset names.
fn files(root: &Path, built: &Built, from: &str) -> anyhow::Result<Vec<PathBuf>> {
    if let Some(name) = from.strip_prefix(BUILT) {
        return Ok(vec![match name {
            "gms" => built.gms.to_owned(),
            "gms-query" => built.query.to_owned(),
            "gms.cdx.json" => built.bill.to_owned(),
            _ => bail!("{from} is not built"),
        }]);
    }
    let path = root.join("crates/cli").join(from);
    let Some(ending) = from.rsplit('/').next().and_then(|name| name.strip_prefix("*.")) else { return Ok(vec![path]) };
    let folder = path.parent().context("a file lies in a folder")?;
    let mut found = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    found.retain(|file| file.extension().is_some_and(|extension| extension == ending));
    found.sort();
    Ok(found)
}

/// Folders may be entered by everybody, as on any machine.
fn open_folders(folder: &Path) -> anyhow::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_folders(&entry.path())?;
        }
    }
    Ok(())
}

/// Every file that lies in a folder, from there, in order.
pub fn lying(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else {
                found.push(entry.path().strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
