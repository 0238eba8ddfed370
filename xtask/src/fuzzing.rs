//! Every fuzz target is declared, and begins with something sound.

use std::{fs, path::Path};

/// Targets whose sound files are too large to lie in the repository: what was found from them is in the corpus.
const CORPUS_ALONE: &[&str] = &["pack"];

/// What is missing of fuzz targets.
pub fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let folder = root.join("fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
    let mut broken = Vec::new();
    for path in crate::tidy::sources(&folder.join("fuzz_targets"))? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !fs::read_to_string(&path)?.contains("fuzz_target!(") {
            continue;
        }
        if !manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")) {
            broken.push(format!("fuzz/Cargo.toml has no [[bin]] for the target {name}"));
        }
        let has_seed = fs::read_dir(folder.join("seeds").join(&name)).is_ok_and(|mut seeds| seeds.next().is_some());
        if !has_seed && !CORPUS_ALONE.contains(&name.as_str()) {
            broken.push(format!("fuzz/seeds/{name} holds nothing sound to begin with"));
        }
    }
    Ok(broken)
}
