//! Reference packs by name, and the engine's knowledge from them.

use annotation::Knowledge;
use anyhow::Context;
use formats::{FileError, FileResult, Pack};
use ontology::{Diseases, Hpo, Panel};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// The demo pack, part of the program: 563 clinical gene regions.
static DEMO: &[u8] = include_bytes!("../../../data/demo.gmspack");

/// Where packs are looked for by name: `GMS_PACKS`, or `packs` in the current folder.
pub fn folder() -> PathBuf {
    std::env::var_os("GMS_PACKS").map_or_else(|| PathBuf::from("packs"), PathBuf::from)
}

/// Opens a pack by path or by name; `demo` is always there.
pub fn open(name: &str) -> FileResult<Pack> {
    if name == "demo" {
        return Pack::from_static("demo", DEMO);
    }
    let path = Path::new(name);
    if path.is_file() {
        return Pack::open(path);
    }
    let named = folder().join(format!("{name}.gmspack"));
    if named.is_file() {
        return Pack::open(&named);
    }
    Err(FileError::whole(path, format!("is neither a reference pack nor the name of one in {}", folder().display()))
        .remedy("'gms reference list' shows the packs there are; 'gms reference build' makes one"))
}

/// Names of the packs that can be opened by name.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".gmspack").map(str::to_owned))
        .collect();
    names.push("demo".into());
    names.sort();
    names.dedup();
    names
}

/// The engine's knowledge from a pack.
pub fn knowledge(pack: &Pack) -> anyhow::Result<Knowledge> {
    let read = |what: &str| format!("reading {what} of the reference pack");
    let hpo = Hpo::new(pack.version_of("HPO").into(), pack.terms().with_context(|| read("terms"))?);
    let diseases = Diseases::new(pack.version_of("HPO annotations").into(), pack.diseases().with_context(|| read("diseases"))?, &hpo);
    let (transcripts, genes) = (pack.transcripts().with_context(|| read("transcripts"))?, pack.genes().with_context(|| read("genes"))?);
    let mut knowledge = Knowledge::new(Box::new(pack.clone()), transcripts, genes, hpo, diseases);
    knowledge.provenance =
        vec![("reference pack".into(), format!("{} {}", pack.manifest().name, pack.digest())), ("build".into(), pack.build().to_string())];
    knowledge.provenance.extend(pack.manifest().versions.iter().cloned());
    knowledge.dosage_regions = pack.dosage_regions().with_context(|| read("dosage regions"))?;
    knowledge.repeats = pack.repeats().with_context(|| read("repeats"))?;
    knowledge.missing.clone_from(&pack.manifest().missing);
    Ok(knowledge)
}

/// The pack that was read last, by its digest, and the knowledge from it.
static LAST: Mutex<Option<(String, Arc<Knowledge>)>> = Mutex::new(None);

/// The same for a program that opens a pack more than once: it is read the first time.
pub fn shared_knowledge(pack: &Pack) -> anyhow::Result<Arc<Knowledge>> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((digest, known)) = last.as_ref()
        && digest == pack.digest()
    {
        return Ok(known.clone());
    }
    let read = Arc::new(knowledge(pack)?);
    *last = Some((pack.digest().into(), read.clone()));
    Ok(read)
}

/// The panel of an indication code (`R29` or `R29.4`), a panel number or a name.
pub fn panel(pack: &Pack, name: &str) -> anyhow::Result<Panel> {
    let panels = pack.panels()?;
    let indication = name.split('.').next().unwrap_or(name);
    let by_code = |p: &&Panel| p.indications.iter().any(|i| i == name);
    let by_indication = |p: &&Panel| p.indications.iter().any(|i| i.split('.').next() == Some(indication));
    let by_name = |p: &&Panel| p.id == name || p.name.eq_ignore_ascii_case(name);
    panels.iter().find(by_code).or_else(|| panels.iter().find(by_name)).or_else(|| panels.iter().find(by_indication)).cloned().with_context(
        || format!("the reference pack has no panel '{name}'; give an R code, a PanelApp number, a panel name, or a JSON file"),
    )
}
