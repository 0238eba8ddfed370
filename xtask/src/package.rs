//! The Debian package of programs that are built, of what `[package.metadata.deb]` of the command line says: `cargo xtask package`.

mod control;
mod recipe;
mod stage;

use anyhow::{Context, ensure};
use recipe::Recipe;
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

/// What the package is made of that is built.
pub struct Built<'a> {
    pub gms: &'a Path,
    pub query: &'a Path,
    pub bill: &'a Path,
}

/// Builds the package of the programs of a folder, with their bill of materials.
pub fn run(programs: &Path, to: &Path) -> anyhow::Result<()> {
    let root = crate::tidy::root()?;
    let to = &std::path::absolute(to)?;
    let bill = to.join("gms.cdx.json");
    crate::sbom::run(&root, &bill)?;
    let built = Built { gms: &programs.join("gms"), query: &programs.join("gms-query"), bill: &bill };
    println!("{}", build(&root, &built, to)?.display());
    Ok(())
}

/// Builds the package, and gives its file.
pub fn build(root: &Path, built: &Built, to: &Path) -> anyhow::Result<PathBuf> {
    let recipe = Recipe::read(root)?;
    let folder = tempfile::tempdir()?;
    stage::stage(root, &recipe, built, folder.path())?;
    let architecture = said("dpkg", ["--print-architecture"], root)?.trim().to_owned();
    let file = to.join(format!("{}_{}_{architecture}.deb", recipe.deb.name, recipe.package_version()));
    control::write(root, &recipe, &architecture, built, folder.path())?;
    // Every Debian that has the C library of a program built on Debian 12 reads zstd.
    let arguments: [&OsStr; 5] =
        ["--root-owner-group".as_ref(), "-Zzstd".as_ref(), "-z3".as_ref(), "--build".as_ref(), folder.path().as_ref()];
    said("dpkg-deb", arguments.into_iter().chain([file.as_os_str()]), root)?;
    Ok(file)
}

/// What a program writes, which has to end well.
fn said<A: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = A>, folder: &Path) -> anyhow::Result<String> {
    let output = Command::new(program).args(arguments).current_dir(folder).output().with_context(|| format!("running {program}"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests;
