//! Pictures of the pages, by the browser that the journeys drive.

use anyhow::{Context, ensure};
use std::{path::Path, process::Command};

/// Runs the journeys, which keep a picture of each page that they come to, and says how many there are.
///
/// # Errors
/// The folder cannot be made, or a journey fails.
pub fn run(to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    let folder = to.canonicalize()?;
    let journeys = ["test", "--release", "--locked", "--package", "web", "--test", "journey"];
    // In CI a machine without a browser fails; here too, since there would be no pictures.
    let status = Command::new(env!("CARGO")).args(journeys).env("GMS_SCREENSHOTS", &folder).env("CI", "true").status()?;
    let pictures = std::fs::read_dir(&folder)?.count();
    println!("{pictures} pictures in {}", folder.display());
    ensure!(status.success(), "A journey failed: what it did not come to has no picture of this run");
    Ok(())
}
