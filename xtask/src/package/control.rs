//! What the package says of itself: its fields, sums of its files, which of them a site changes, and what runs as it is installed.

use super::{Built, recipe::Recipe, said, stage};
use anyhow::Context;
use std::{
    fs, iter,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Where our scripts of the package lie.
const SCRIPTS: &str = "packaging/debian";

/// Writes it beside files that lie at their places.
pub fn write(root: &Path, recipe: &Recipe, architecture: &str, built: &Built, folder: &Path) -> anyhow::Result<()> {
    let files = stage::lying(folder)?;
    let sums = said("md5sum", iter::once(Path::new("--")).chain(files.iter().map(PathBuf::as_path)), folder)?;
    let mut bytes: u64 = 0;
    for file in &files {
        bytes += fs::metadata(folder.join(file))?.len();
    }
    let fields = fields(recipe, architecture, &needs(built)?, bytes.div_ceil(1024));
    let to = folder.join("DEBIAN");
    fs::create_dir(&to)?;
    fs::set_permissions(&to, fs::Permissions::from_mode(0o755))?;
    for (name, text, mode) in [
        ("control", fields, 0o644),
        ("md5sums", sums, 0o644),
        ("conffiles", recipe.deb.conf_files.iter().map(|file| format!("{file}\n")).collect(), 0o644),
        ("postinst", script(root, "postinst")?, 0o755),
        ("prerm", script(root, "prerm")?, 0o755),
    ] {
        fs::write(to.join(name), text)?;
        fs::set_permissions(to.join(name), fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

fn script(root: &Path, name: &str) -> anyhow::Result<String> {
    fs::read_to_string(root.join(SCRIPTS).join(name)).with_context(|| format!("{SCRIPTS}/{name}"))
}

/// Fields of the package (Debian Policy 5.3).
fn fields(recipe: &Recipe, architecture: &str, needs: &str, kilobytes: u64) -> String {
    let deb = &recipe.deb;
    let summary = deb.extended_description.split(':').next().unwrap_or_default();
    format!(
        "Package: {}\nVersion: {}\nArchitecture: {architecture}\nMaintainer: {}\nInstalled-Size: {kilobytes}\nDepends: {}\n\
         Recommends: {}\nSection: {}\nPriority: {}\nDescription: {summary}\n {}\n",
        deb.name,
        recipe.package_version(),
        deb.maintainer,
        deb.depends.replace("$auto", needs),
        deb.recommends,
        deb.section,
        deb.priority,
        deb.extended_description,
    )
}

/// Packages with the libraries that the programs need, in the versions whose names they use.
fn needs(built: &Built) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("debian"))?;
    fs::write(folder.path().join("debian/control"), "Source: gms\n\nPackage: gms\nArchitecture: any\n")?;
    let programs = [built.gms.canonicalize()?, built.query.canonicalize()?];
    let text = said("dpkg-shlibdeps", iter::once(Path::new("-O")).chain(programs.iter().map(PathBuf::as_path)), folder.path())?;
    let needs = text.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    Ok(needs.context("dpkg-shlibdeps says nothing")?.to_owned())
}
