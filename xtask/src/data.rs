//! The demo reference pack, byte for byte from its sources.

pub mod genomes;
mod transcripts;

use anyhow::Context;
use formats::pack::build::{self, Sources};
use genome::Build;
use genomes::{GROUPS, Genomes, counted};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Builds `data/demo.gmspack`.
pub fn demo_pack(sources: &Path, to: &Path) -> anyhow::Result<()> {
    let source = |name: &str| sources.join(name);
    let frequencies = std::env::temp_dir().join(format!("gms-demo-frequency-{}.vcf", std::process::id()));
    fs::write(&frequencies, frequency_vcf(sources)?)?;
    let models = std::env::temp_dir().join(format!("gms-demo-transcripts-{}.tsv", std::process::id()));
    fs::write(&models, transcripts::genepred(&source("genes"))?)?;
    let mut panels: Vec<PathBuf> = Vec::new();
    for folder in ["panels/panelapp_api", "panels/panelapp_api/ge_panel_details"] {
        for entry in fs::read_dir(source(folder)).with_context(|| folder.to_owned())? {
            panels.extend(Some(entry?.path()).filter(|p| p.is_file()));
        }
    }
    panels.sort();
    let sources = Sources {
        fasta: vec![source("reference/grch38_lrg_regions.fa.gz")],
        mane: Some(source("genes/MANE.GRCh38.v1.5.summary.txt.gz")),
        genepred: Some(models.clone()),
        gff3: None,
        hgnc: Some(source("genes/hgnc_complete_set.txt.gz")),
        constraint: Some(source("variants/gnomad.v2.1.1.lof_metrics.by_gene.txt.gz")),
        haploinsufficiency: Some(source("variants/collins2022_phaplo_ptriplo.tsv.gz")),
        dosage: Some(source("variants/clingen_dosage_hi_ts.csv")),
        hpo: Some(source("ontology/hp.2025-05-06.obo.gz")),
        hpoa: Some(source("ontology/phenotype.2025-01-16.hpoa.gz")),
        genes_to_phenotype: Some(source("ontology/genes_to_phenotype.2025-01-16.txt.gz")),
        clinvar: Some(source("variants/ideogram_clinvar_20241215_PLP_2star_grch38.tsv.gz")),
        frequency: vec![frequencies.clone()],
        scores: vec![],
        structural_frequency: vec![source("structural/gnomad_v4_sv_del_dup.bed.gz")],
        structural_within_sequence: true,
        repeats: Some(source("structural/STRchive-loci.json.gz")),
        frequency_complete: vec![],
        panels,
        panel_lists: Some(source("panels/test_code_to_panel_genes_2023-07.tsv.gz")),
        directory: Some(source("directory/231219_RD_TD_v6.json")),
        versions: [
            ("ClinVar", "2024-12-15, pathogenic and likely pathogenic, two stars or more"),
            ("MANE", "1.5"),
            ("Population frequencies", "1000 Genomes phase 3, 23,770 common exonic sites"),
            ("Reference sequence", "GRCh38, 563 clinical gene regions"),
            ("Gene constraint", "gnomAD 2.1.1"),
            ("Repeats", "STRchive"),
            ("Structural variants", "gnomAD 4, deletions and duplications"),
            ("PanelApp", "Genomics England, API of 2026-02; signed-off lists of 2023-07"),
        ]
        .map(|(what, version)| (what.to_owned(), version.to_owned()))
        .to_vec(),
    };
    let built = build::build(to, "demo", Build::GRCh38, &sources, &mut |step| eprintln!("  {step}"));
    fs::remove_file(&frequencies)?;
    fs::remove_file(&models)?;
    built?;
    let pack = formats::Pack::open(to)?;
    pack.verify()?;
    println!("{} {} {} bytes", to.display(), pack.digest(), fs::metadata(to)?.len());
    for section in &pack.manifest().sections {
        println!("  {:22} {:>10}", section.name, section.length);
    }
    Ok(())
}

/// Allele frequencies of the sites that peddy ships, counted from its genotypes, all people together and by group, in gnomAD's VCF
/// layout.
fn frequency_vcf(folder: &Path) -> anyhow::Result<String> {
    let genomes = Genomes::read(folder)?;
    let mut vcf = String::from("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    for (site, row) in genomes.sites() {
        let fields: Vec<&str> = site.split(':').collect();
        let [contig, position, reference, alternate] = fields[..] else { anyhow::bail!("'{site}' is no site") };
        let (copies, called) = counted(row, |_| true);
        let homozygotes = row.iter().filter(|c| **c == 2).count();
        if called == 0 {
            continue;
        }
        let share = copies as f64 / called as f64;
        write!(
            vcf,
            "{contig}\t{position}\t.\t{reference}\t{alternate}\t.\tPASS\tAC={copies};AN={called};AF={share:.6};nhomalt={homozygotes}"
        )?;
        for group in GROUPS {
            let (copies, called) = counted(row, |person| genomes.groups[person] == group);
            if called > 0 {
                write!(vcf, ";AF_{group}={:.6}", copies as f64 / called as f64)?;
            }
        }
        vcf.push('\n');
    }
    Ok(vcf)
}
