//! Excerpts of the rare disease directory: of versions 4, 5, 5.1 and 6 the tests of some methods, as the East Genomic Laboratory Hub
//! keeps them (eastgenomics/test_directory_parser). Its settings choose tests by method: sequencing, and with version 6 the dosage
//! of exons; microarrays, karyotypes, methylation, repeats, single variants and stored samples are left out.

use super::{
    plain,
    rare::{Line, method},
};
use anyhow::Context;
use serde::Deserialize;
use std::{fs, path::Path};

#[derive(Deserialize)]
struct Wire {
    indications: Vec<WireLine>,
}

#[derive(Deserialize)]
struct WireLine {
    code: String,
    name: String,
    test_method: String,
    original_targets: String,
    /// Nothing where the target names no panel.
    panels: Option<Vec<Option<String>>>,
    changes: String,
}

/// The lines of an excerpt.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Line>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let wire: Wire = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let line = |line: WireLine| Line {
        code: plain(&line.code),
        indication: plain(&line.name),
        target: plain(&line.original_targets),
        method: method(&line.test_method),
        panels: line.panels.into_iter().flatten().flatten().map(|panel| plain(&panel)).collect(),
        group: String::new(),
        note: plain(&line.changes),
    };
    Ok(wire.indications.into_iter().map(line).collect())
}
