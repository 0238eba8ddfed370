//! Gene panels as PanelApp's API gives them, and the Test Directory's lists.

use crate::{FileError, FileResult, open};
use genome::HgncId;
use ontology::panel::published::Published;
use serde::Deserialize;
use std::{collections::BTreeMap, io::Read, path::Path};

#[derive(Deserialize)]
struct WireList {
    results: Vec<Published>,
}

/// Reads one JSON file: a panel with its entities, or a page of the list of panels.
pub fn read(path: &Path) -> FileResult<Vec<Published>> {
    let mut text = String::new();
    open::reader(path)?.read_to_string(&mut text).map_err(|e| FileError::whole(path, e))?;
    let fault =
        |e: serde_json::Error| FileError::on_line(path, e.line() as u64, "JSON", e).remedy("A panel of PanelApp's API (v1) is needed");
    let value: serde_json::Value = serde_json::from_str(&text).map_err(fault)?;
    if value.get("results").is_some() {
        Ok(serde_json::from_value::<WireList>(value).map_err(fault)?.results)
    } else {
        Ok(vec![serde_json::from_value(value).map_err(fault)?])
    }
}

/// By test code: panel name, its version, its green genes.
pub type SignedOff = BTreeMap<String, (String, String, Vec<HgncId>)>;

/// A clinical indication's panel as signed off: rows `R67.1_Name <tab> Panel name_4.0 <tab> HGNC:…`.
pub fn signed_off_lists(path: &Path) -> FileResult<SignedOff> {
    let mut lists = SignedOff::new();
    for line in open::lines(path)? {
        let (number, line) = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let [indication, panel, gene] = fields[..] else {
            return Err(FileError::on_line(path, number, "columns", "three are needed: indication, panel, gene"));
        };
        let code = indication.split('_').next().unwrap_or(indication);
        let (name, version) = panel.rsplit_once('_').unwrap_or((panel, ""));
        let Ok(gene) = gene.parse() else { continue };
        let entry = lists.entry(code.into()).or_insert_with(|| (name.into(), version.into(), vec![]));
        entry.2.push(gene);
    }
    Ok(lists)
}
