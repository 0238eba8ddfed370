//! The conformance files of hts-specs: every sound file is accepted, every faulty one refused with its line and rule.

use formats::vcf::inspect::inspect;
use std::path::{Path, PathBuf};

/// The files, where they are at hand.
fn files(kind: &str) -> Option<Vec<PathBuf>> {
    let root = Path::new("../../../shared/conformance/vcf/hts-specs");
    if !root.is_dir() {
        eprintln!("skipped: the hts-specs conformance files are not beside the project");
        return None;
    }
    let versions = std::fs::read_dir(root).expect("a folder").filter_map(|v| Some(v.ok()?.path().join(kind)));
    let files = versions.filter(|folder| folder.is_dir()).flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    Some(files.map(|f| f.expect("a file").path()).filter(|f| f.extension().is_some_and(|e| e == "vcf")).collect())
}

#[test]
fn every_sound_file_is_accepted() {
    let Some(files) = files("passed") else { return };
    assert!(files.len() >= 76, "{} files", files.len());
    let refused: Vec<String> = files.iter().filter_map(|f| Some(inspect(f, 1).faults.first()?.to_string())).collect();
    assert!(refused.is_empty(), "{} of {} refused:\n{}", refused.len(), files.len(), refused.join("\n"));
}

#[test]
fn every_faulty_file_is_refused_with_its_line_and_rule() {
    let Some(files) = files("failed") else { return };
    assert!(files.len() >= 607, "{} files", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        match inspect(file, 1).faults.first() {
            None => wrong.push(format!("{} is accepted", file.display())),
            Some(fault) if fault.line.is_none() => wrong.push(format!("no line: {fault}")),
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}
