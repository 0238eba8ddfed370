//! Gene panels as PanelApp's API gives them, and the Test Directory's lists.

use crate::{FileError, FileResult, open};
use genome::HgncId;
use ontology::{
    Panel,
    panel::{self, PanelGene, Rating},
};
use serde::Deserialize;
use std::{collections::BTreeMap, io::Read, path::Path};

#[derive(Deserialize)]
struct WirePanel {
    id: u32,
    name: String,
    version: String,
    #[serde(default)]
    relevant_disorders: Vec<String>,
    #[serde(default)]
    types: Vec<WireType>,
    #[serde(default)]
    genes: Vec<WireGene>,
}

#[derive(Deserialize)]
struct WireType {
    slug: String,
}

#[derive(Deserialize)]
struct WireGene {
    gene_data: Option<WireGeneData>,
    #[serde(default)]
    entity_name: String,
    #[serde(default)]
    confidence_level: String,
    #[serde(default)]
    mode_of_inheritance: Option<String>,
}

#[derive(Deserialize)]
struct WireGeneData {
    #[serde(default)]
    hgnc_id: Option<String>,
}

#[derive(Deserialize)]
struct WireList {
    results: Vec<WirePanel>,
}

/// Reads one JSON file: a panel with its genes, or a page of the list of panels.
pub fn read(path: &Path) -> FileResult<Vec<Panel>> {
    let mut text = String::new();
    open::reader(path)?.read_to_string(&mut text).map_err(|e| FileError::whole(path, e))?;
    let fault = |e: serde_json::Error| FileError::at(path, e.line() as u64, "JSON", e).remedy("A panel of PanelApp's API (v1) is needed");
    let value: serde_json::Value = serde_json::from_str(&text).map_err(fault)?;
    let wires = if value.get("results").is_some() {
        serde_json::from_value::<WireList>(value).map_err(fault)?.results
    } else {
        vec![serde_json::from_value::<WirePanel>(value).map_err(fault)?]
    };
    Ok(wires.into_iter().map(panel).collect())
}

fn panel(wire: WirePanel) -> Panel {
    let is_code = |d: &&String| d.starts_with('R') && d[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let mut genes: Vec<PanelGene> = wire.genes.into_iter().filter_map(gene).collect();
    genes.sort_by_key(|g| g.gene);
    genes.dedup_by_key(|g| g.gene);
    Panel {
        id: wire.id.to_string(),
        name: wire.name,
        version: wire.version,
        signed_off: wire.types.iter().any(|t| t.slug == "gms-signed-off"),
        indications: wire.relevant_disorders.iter().filter(is_code).cloned().collect(),
        genes,
    }
}

fn gene(wire: WireGene) -> Option<PanelGene> {
    Some(PanelGene {
        gene: wire.gene_data?.hgnc_id?.parse().ok()?,
        symbol: wire.entity_name,
        rating: match wire.confidence_level.as_str() {
            "3" | "4" => Rating::Green,
            "2" => Rating::Amber,
            _ => Rating::Red,
        },
        modes: panel::modes(wire.mode_of_inheritance.as_deref().unwrap_or("")),
    })
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
            return Err(FileError::at(path, number, "columns", "three are needed: indication, panel, gene"));
        };
        let code = indication.split('_').next().unwrap_or(indication);
        let (name, version) = panel.rsplit_once('_').unwrap_or((panel, ""));
        let Ok(gene) = gene.parse() else { continue };
        let entry = lists.entry(code.into()).or_insert_with(|| (name.into(), version.into(), vec![]));
        entry.2.push(gene);
    }
    Ok(lists)
}
