//! Pictures of the pages, by the browser that the journeys drive.

use anyhow::{Context, ensure};
use std::{path::Path, process::Command};

/// Runs the journeys, which keep a picture of each page that they come to, and says how many there are.
///
/// # Errors
/// The folder cannot be made or has something in it, or a journey fails.
pub fn run(to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    let folder = to.canonicalize()?;
    check_empty(&folder)?;
    let journeys = ["test", "--release", "--locked", "--package", "web", "--test", "journey"];
    // In CI a machine without a browser fails; here too, since there would be no pictures.
    let status = Command::new(env!("CARGO")).args(journeys).env("GMS_SCREENSHOTS", &folder).env("CI", "true").status()?;
    println!("{} pictures in {}", pictures(&folder)?, folder.display());
    ensure!(status.success(), "A journey failed: what it did not come to has no picture of this run");
    Ok(())
}

/// Pictures of an earlier run would be taken for those of this one.
fn check_empty(folder: &Path) -> anyhow::Result<()> {
    let is_empty = std::fs::read_dir(folder)?.next().is_none();
    ensure!(is_empty, "{} is not empty: remove what is in it, or name another folder with --to", folder.display());
    Ok(())
}

/// How many pictures a folder has.
fn pictures(folder: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        count += usize::from(entry?.path().extension().is_some_and(|extension| extension == "png"));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_counted_and_kept_out_of_a_folder_with_others() {
        let folder = tempfile::tempdir().expect("a folder");
        check_empty(folder.path()).expect("empty");
        for name in ["order.png", "order-narrow.png", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").expect("written");
        }
        assert_eq!(pictures(folder.path()).expect("counted"), 2);
        let refused = check_empty(folder.path()).expect_err("not empty").to_string();
        assert!(refused.contains("is not empty: remove what is in it"), "{refused}");
    }
}
