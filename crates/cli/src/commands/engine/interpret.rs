//! `gms interpret`

use super::{counter, phenotype};
use crate::arguments::Interpret;
use anyhow::Context;
use engine::{page, reference, run, table};
use formats::panelapp;
use ontology::Panel;
use std::{path::Path, process::ExitCode};

/// Runs the engine on files and writes `candidates.tsv`, `candidates.json`, `report.html`.
pub fn run(arguments: &Interpret) -> anyhow::Result<ExitCode> {
    if let Some(threads) = arguments.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().context("starting the threads")?;
    }
    let pack = reference::open(&arguments.reference)?;
    let knowledge = reference::knowledge(&pack)?;
    let phenotype = phenotype::read(&knowledge.hpo, &arguments.hpo, &arguments.exclude_hpo)?;
    let panel = arguments.panel.as_deref().map(|p| panel(&pack, p)).transpose()?;
    for missing in &knowledge.missing {
        eprintln!("note: the reference pack lacks {missing}");
    }
    if phenotype.observed.is_empty() {
        eprintln!("note: no HPO terms were given, so candidates are ranked without phenotype");
    }
    std::fs::create_dir_all(&arguments.out).with_context(|| format!("making the folder {}", arguments.out.display()))?;
    let bar = counter("reading");
    let request = run::Request {
        vcf: arguments.vcf.clone(),
        structural: arguments.structural.clone(),
        ped: arguments.ped.clone(),
        proband: arguments.proband.clone(),
        phenotype,
        panel,
        lenient: arguments.lenient,
        papers_left_out: arguments.leave_out_paper.iter().copied().collect(),
    };
    let analysis = run::run(&request, &knowledge, Some(&arguments.out), &mut |records| bar.set_position(records))?;
    bar.finish_and_clear();
    let write = |name: &str, text: &[u8]| {
        let path = arguments.out.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
    };
    write("candidates.tsv", table::tsv(&analysis).as_bytes())?;
    write("candidates.json", &serde_json::to_vec_pretty(&analysis)?)?;
    write("report.html", page::html(&analysis, &knowledge).as_bytes())?;
    for finding in &analysis.findings {
        eprintln!("note: {}", finding.message);
    }
    for check in analysis.identity.iter().filter(|c| c.outcome == germline::identity::Outcome::Contradicts) {
        eprintln!(
            "warning: identity: {}: {:.1} % of {} sites. The sample may be swapped; do not report before this is cleared",
            check.what,
            check.value * 100.0,
            check.sites
        );
    }
    let top =
        analysis.candidates.first().map_or_else(|| "no candidate".to_owned(), |c| format!("best candidate {} ({})", c.symbol, c.pattern));
    eprintln!(
        "{} records, {} candidate{}, {top}; results in {}",
        analysis.counts.records,
        analysis.candidates.len(),
        if analysis.candidates.len() == 1 { "" } else { "s" },
        arguments.out.display()
    );
    Ok(ExitCode::SUCCESS)
}

pub fn panel(pack: &formats::Pack, name: &str) -> anyhow::Result<Panel> {
    let path = Path::new(name);
    if !path.is_file() {
        return reference::panel(pack, name);
    }
    panelapp::read(path)?.first().map(Panel::from).with_context(|| format!("{name} holds no panel"))
}
