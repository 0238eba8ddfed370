//! Facts of the National Genomic Test Directory as a pack carries them.

use crate::{FileError, FileResult, open};
use serde::{Deserialize, Serialize};
use std::{io::Read, path::Path};

/// One test of a clinical indication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    /// Test code, such as `R29.4`.
    pub code: String,
    /// Clinical indication that the test answers.
    pub name: String,
    /// Method, in the directory's words.
    pub method: String,
    /// Panels (PanelApp numbers) or genes that are looked at, as the directory lists them.
    pub targets: Vec<String>,
    /// Target in the directory's words.
    pub target_text: String,
}

#[derive(Deserialize)]
struct Wire {
    td_source: String,
    indications: Vec<WireEntry>,
}

#[derive(Deserialize)]
struct WireEntry {
    name: String,
    code: String,
    #[serde(default)]
    test_method: Option<String>,
    #[serde(default)]
    panels: Option<Vec<Option<String>>>,
    #[serde(default)]
    original_targets: Option<String>,
}

/// Reads a directory JSON; returns its version (as `v6`) and its tests.
pub fn read(path: &Path) -> FileResult<(String, Vec<DirectoryEntry>)> {
    let mut text = String::new();
    open::reader(path)?.read_to_string(&mut text).map_err(|e| FileError::whole(path, e))?;
    let wire: Wire = serde_json::from_str(&text).map_err(|e| FileError::on_line(path, e.line() as u64, "JSON", e))?;
    let version = wire
        .td_source
        .split_whitespace()
        .find(|w| w.to_ascii_lowercase().starts_with('v') && w[1..].starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or("unknown")
        .to_lowercase();
    let entries = wire.indications.into_iter().map(|entry| DirectoryEntry {
        code: entry.code,
        name: entry.name,
        method: entry.test_method.unwrap_or_default().trim().to_owned(),
        targets: entry.panels.unwrap_or_default().into_iter().flatten().collect(),
        target_text: entry.original_targets.unwrap_or_default(),
    });
    Ok((version, entries.collect()))
}
