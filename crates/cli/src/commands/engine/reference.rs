//! `gms reference`

use crate::arguments::{Build, Reference, ReferenceAction};
use anyhow::Context;
use engine::reference;
use formats::{
    Pack,
    pack::build::{self, Sources},
};
use std::process::ExitCode;

/// Builds, lists, verifies and shows packs.
pub fn run(arguments: Reference) -> anyhow::Result<ExitCode> {
    match arguments.action {
        ReferenceAction::List => {
            for name in reference::names() {
                let pack = reference::open(&name)?;
                println!("{name}\t{}\t{}", pack.build(), pack.digest());
            }
        }
        ReferenceAction::Verify { pack } => {
            let opened = reference::open(&pack)?;
            opened.verify()?;
            println!("{pack} is whole: {} sections, {}", opened.manifest().sections.len(), opened.digest());
        }
        ReferenceAction::Show { pack } => show(&reference::open(&pack)?)?,
        ReferenceAction::Build(arguments) => build_pack(*arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(pack: &Pack) -> anyhow::Result<()> {
    let manifest = pack.manifest();
    println!("{} on {}, {}", manifest.name, manifest.build, pack.digest());
    for (what, version) in &manifest.versions {
        println!("  {what}: {version}");
    }
    let (frequencies, assertions) = pack.evidence_counts();
    let bases: u64 = pack.sequence_stretches().iter().map(|s| u64::from(s.2 - s.1) + 1).sum();
    println!("holds {bases} bases of sequence, {} transcripts, {} genes", pack.transcripts()?.len(), pack.genes()?.len());
    println!(
        "      {} HPO terms, {} diseases, {} panels, {} tests",
        pack.terms()?.len(),
        pack.diseases()?.len(),
        pack.panels()?.len(),
        pack.directory()?.len()
    );
    println!("      {frequencies} population frequencies, {assertions} ClinVar classifications");
    println!("      {} structural variants with frequency", pack.structural_count());
    for (score, count) in pack.score_counts() {
        println!("      {score} at {count} positions and other alleles");
    }
    for missing in &manifest.missing {
        println!("lacks {missing}");
    }
    Ok(())
}

fn build_pack(a: Build) -> anyhow::Result<()> {
    let to = a.to.unwrap_or_else(|| reference::folder().join(format!("{}.gmspack", a.name)));
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    }
    anyhow::ensure!(!to.exists(), "{} is already there; packs are never overwritten, so choose another name", to.display());
    let mut scores = Vec::new();
    for argument in &a.score {
        let (kind, file) = argument.split_once('=').with_context(|| format!("--score {argument} is not of the form KIND=FILE"))?;
        scores.push((kind.parse().with_context(|| format!("reading --score {argument}"))?, file.into()));
    }
    let sources = Sources {
        scores,
        structural_frequency: a.structural_frequency,
        structural_within_sequence: false,
        repeats: a.repeats,
        fasta: a.fasta,
        mane: a.mane,
        genepred: a.genepred,
        gff3: a.gff3,
        hgnc: a.hgnc,
        constraint: a.constraint,
        haploinsufficiency: a.haploinsufficiency,
        dosage: a.dosage,
        hpo: a.hpo,
        hpoa: a.hpoa,
        genes_to_phenotype: a.genes_to_phenotype,
        clinvar: a.clinvar,
        frequency: a.frequency,
        frequency_complete: a.frequency_complete,
        panels: a.panel,
        panel_lists: None,
        directory: a.directory,
        versions: vec![],
    };
    build::build(&to, &a.name, genome::Build::GRCh38, &sources, &mut |step| eprintln!("  {step}"))?;
    let pack = Pack::open(&to)?;
    println!("{} {}", to.display(), pack.digest());
    Ok(())
}
