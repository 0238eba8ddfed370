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

    /// Pages that people judge the service by; each is kept wide, narrow, dark and as it is printed, those of a phone by their width.
    const NEEDED: &[&str] = &[
        "first-page-{}",
        "home",
        "inbox",
        "order-1-test",
        "order-2-family",
        "order-3-eligibility",
        "order-4-phenotype",
        "order-5-choices",
        "order-6-check",
        "order-7-sent",
        "templates",
        "case",
        "variant",
        "gene-in-case",
        "preread",
        "report",
        "worklist-open",
        "worklist-sheet",
        "families",
        "turnaround",
        "manager-days",
        "my-2-page",
        "my-easy",
        "my-easy-welsh",
        "research-answer",
        "accounts",
        "tour",
    ];

    #[test]
    fn every_page_that_people_judge_by_has_its_picture_in_a_journey() {
        let journeys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/web/tests/journey");
        let mut all = String::new();
        for entry in std::fs::read_dir(journeys).expect("the journeys") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                all += &std::fs::read_to_string(path).expect("a journey");
            }
        }
        // In one line, as rustfmt may break a call.
        let all: String = all.split_whitespace().collect();
        let is_kept = |name: &&&str| {
            let formatted = format!("picture(&format!(\"{name}\"");
            [format!("picture(\"{name}\""), format!("picture_on_phone(\"{name}\""), formatted]
                .iter()
                .any(|call| all.contains(call.as_str()))
        };
        let missing: Vec<&&str> = NEEDED.iter().filter(|name| !is_kept(name)).collect();
        assert!(missing.is_empty(), "no journey keeps {missing:?}");
    }

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
