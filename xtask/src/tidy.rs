//! The house's rules that no compiler knows.

use anyhow::{Context, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Which of our crates each may use. Tests may use more (`testkit`, `sim`).
const EDGES: &[(&str, &[&str])] = &[
    ("genome", &[]),
    ("ontology", &["genome"]),
    ("care", &["genome", "ontology"]),
    ("access", &["care"]),
    ("annotation", &["genome", "ontology"]),
    ("germline", &["annotation", "genome", "ontology"]),
    ("engine", &["annotation", "formats", "genome", "germline", "ontology", "pharmacogenomics"]),
    ("pharmacogenomics", &["genome"]),
    ("formats", &["genome", "ontology"]),
    ("interop", &["care", "genome", "ontology"]),
    ("store", &["access", "care"]),
    ("library", &["care", "genome", "ontology"]),
    ("query", &["library"]),
    ("render", &["access", "care"]),
    (
        "service",
        &[
            "access",
            "annotation",
            "care",
            "engine",
            "formats",
            "genome",
            "germline",
            "interop",
            "library",
            "ontology",
            "pharmacogenomics",
            "render",
            "store",
        ],
    ),
    (
        "web",
        &["access", "annotation", "care", "engine", "genome", "germline", "interop", "ontology", "pharmacogenomics", "service", "store"],
    ),
    ("sim", &["access", "annotation", "care", "engine", "formats", "genome", "germline", "ontology", "service", "store"]),
    (
        "cli",
        &[
            "annotation",
            "care",
            "engine",
            "formats",
            "genome",
            "germline",
            "library",
            "ontology",
            "pharmacogenomics",
            "service",
            "sim",
            "store",
            "web",
        ],
    ),
    ("testkit", &[]),
];

/// Only these crates may use these outside parts.
const OWNERS: &[(&str, &str)] = &[
    ("noodles-bgzf", "formats"),
    ("noodles-bcf", "formats"),
    ("noodles-vcf", "formats"),
    ("sqlx", "store"),
    ("object_store", "library, store"),
    ("parquet", "library"),
    ("datafusion", "query"),
    ("datafusion-proto", "query"),
    ("ballista-core", "query"),
    ("ballista-executor", "query"),
    ("ballista-scheduler", "query"),
    ("typst", "render"),
    ("axum", "web"),
];

/// Lines of a file without its tests.
const LINES_MAX: usize = 400;

/// Characters of a line of a template.
const TEMPLATE_CHARACTERS_MAX: usize = 200;

/// The workspace, where it lies now: not where the program was built, which may have been another clone.
pub fn root() -> anyhow::Result<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").context("run it by cargo")?;
    Ok(Path::new(&package).parent().context("xtask lies in the workspace")?.to_owned())
}

/// Runs every rule; everything that is broken is told at once.
pub fn run() -> anyhow::Result<()> {
    let root = &root()?;
    let mut broken = edges(root)?;
    broken.extend(lengths(root)?);
    broken.extend(crate::wings::broken(root)?);
    broken.extend(crate::names::broken(root)?);
    broken.extend(crate::evidence::broken(root)?);
    broken.extend(crate::fuzzing::broken(root)?);
    broken.extend(templates(root)?);
    broken.extend(format(root)?);
    if broken.is_empty() {
        return Ok(());
    }
    bail!("{}", broken.join("\n"))
}

fn edges(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut broken = Vec::new();
    for (name, allowed) in EDGES {
        let manifest = fs::read_to_string(root.join("crates").join(name).join("Cargo.toml")).with_context(|| (*name).to_owned())?;
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or("").split("\n[").next().unwrap_or("");
        for line in dependencies.lines() {
            let used = line.split(['.', ' ']).next().unwrap_or("").trim();
            if EDGES.iter().any(|(ours, _)| *ours == used) && !allowed.contains(&used) {
                broken.push(format!("{name} may not use {used}"));
            }
            if let Some((_, owner)) = OWNERS.iter().find(|(part, owners)| *part == used && !owners.split(", ").any(|o| o == *name)) {
                broken.push(format!("{name} uses {used}, which belongs to {owner} alone"));
            }
        }
    }
    for entry in fs::read_dir(root.join("crates"))? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        if !EDGES.iter().any(|(ours, _)| *ours == name) {
            broken.push(format!("{name} is not in the list of edges"));
        }
    }
    Ok(broken)
}

fn lengths(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut broken = Vec::new();
    for path in sources(&root.join("crates"))?.into_iter().chain(sources(&root.join("xtask"))?) {
        let text = fs::read_to_string(&path)?;
        let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        if lines > LINES_MAX && !path.components().any(|c| c.as_os_str() == "tests") {
            broken.push(format!("{} has {lines} lines, {LINES_MAX} at the most", path.display()));
        }
    }
    Ok(broken)
}

/// Files of Rust in a folder and all below it.
pub fn sources(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    files(folder, "rs")
}

fn files(folder: &Path, extension: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Templates are read line by line.
fn templates(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut broken = Vec::new();
    for folder in ["crates/web/templates", "crates/render/templates", "crates/engine/templates"] {
        for path in files(&root.join(folder), "html")? {
            let text = fs::read_to_string(&path)?;
            let long = text.lines().zip(1..).filter(|(line, _)| line.chars().count() > TEMPLATE_CHARACTERS_MAX);
            broken
                .extend(long.map(|(_, number)| format!("{}:{number} has more than {TEMPLATE_CHARACTERS_MAX} characters", path.display())));
        }
    }
    Ok(broken)
}

fn format(root: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new("cargo").args(["fmt", "--all", "--check", "--", "-l"]).current_dir(root).output()?;
    let listed = String::from_utf8_lossy(&output.stdout).lines().map(|l| format!("not formatted: {l}")).collect();
    Ok(if output.status.success() { vec![] } else { listed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        run().expect("tidy");
    }

    #[test]
    fn the_demo_pack_is_rebuilt_byte_for_byte() {
        let root = root().expect("the workspace");
        let sources = root.join("../shared/data");
        if !sources.is_dir() {
            eprintln!("skipped: the sources of the demo pack are not at hand in {}", sources.display());
            return;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let built = folder.path().join("demo.gmspack");
        crate::data::demo_pack(&sources, &built).expect("built");
        assert!(
            fs::read(&built).expect("bytes") == fs::read(root.join("data/demo.gmspack")).expect("bytes"),
            "data/demo.gmspack differs from its sources: run cargo xtask data"
        );
    }
}
