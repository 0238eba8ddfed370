//! `gms medicines`

use crate::arguments::Medicines;
use anyhow::{Context, bail, ensure};
use engine::medicines::{ReadOptions, read};
use formats::vcf::Stream;
use pharmacogenomics::{
    Call, Definitions, Meaning,
    guidance::{self, Level},
    outside, phenotype,
};
use std::process::ExitCode;

/// Calls the genes of a VCF and says what they mean.
pub fn run(arguments: &Medicines) -> anyhow::Result<ExitCode> {
    let names = Stream::open(&arguments.vcf)?.header().samples.clone();
    let sample = match (&arguments.sample, names.as_slice()) {
        (Some(sample), _) => sample.clone(),
        (None, [only]) => only.clone(),
        (None, many) => bail!("--sample: choose one of {}", many.join(", ")),
    };
    let options = ReadOptions { sample: &sample, single_x: arguments.male, absent_is_reference: arguments.absent_is_reference };
    let mut genes = read(&arguments.vcf, &options)?;
    if let Some(path) = &arguments.outside {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        take_outside(&mut genes, &text).with_context(|| path.display().to_string())?;
    }
    if let Some(medicine) = &arguments.medicine {
        return print_advice(medicine, &genes, arguments.json);
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&genes)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("##definitions={}", Definitions::built_in().version);
    println!("gene\tfound\tphenotype\tactivity_score\tif_phased_otherwise\tpositions_not_read\tnot_excluded");
    for (call, meaning) in &genes {
        let score = meaning.score.map_or_else(|| "-".into(), |score| score.to_string());
        let list_or_dash = |list: &[String]| if list.is_empty() { "-".into() } else { list.join(" or ") };
        let (phenotypes, otherwise) = (list_or_dash(&meaning.phenotypes), list_or_dash(&meaning.otherwise));
        let (missing, open) = (call.missing.len(), call.not_excluded.len());
        println!("{}\t{}\t{phenotypes}\t{score}\t{otherwise}\t{missing}\t{open}", call.gene, call.label());
    }
    Ok(ExitCode::SUCCESS)
}

/// Diplotypes from outside stand for what the file told of the same gene.
fn take_outside(genes: &mut Vec<(Call, Meaning)>, text: &str) -> anyhow::Result<()> {
    let definitions = Definitions::built_in();
    for call in outside::read(definitions, text).map_err(anyhow::Error::msg)? {
        let meaning = definitions.gene(&call.gene).map_or_else(Meaning::default, |gene| phenotype::interpret(gene, &call));
        genes.retain(|(other, _)| other.gene != call.gene);
        genes.push((call, meaning));
    }
    Ok(())
}

fn print_advice(medicine: &str, genes: &[(Call, Meaning)], json: bool) -> anyhow::Result<ExitCode> {
    let medicine_found = guidance::medicine(medicine).or_else(|| guidance::named_in(medicine));
    let names = || guidance::medicines().iter().map(|m| m.name).collect::<Vec<_>>().join(", ");
    let medicine_found =
        medicine_found.with_context(|| format!("--medicine: there is no guidance on {medicine}; there is on {}", names()))?;
    let advice = guidance::advise(medicine_found.name, genes);
    if json {
        println!("{}", serde_json::to_string_pretty(&advice)?);
        return Ok(ExitCode::SUCCESS);
    }
    for a in &advice {
        let doubt = if a.uncertain { " Not certain: the data leave other genotypes open." } else { "" };
        println!("{:?}: {} ({} {}; {}; {}){doubt}", a.level, a.advice, a.gene, a.phenotype, a.basis, a.source);
    }
    let unknown = guidance::unknown(medicine_found.name, genes);
    ensure!(!advice.is_empty() || !unknown.is_empty(), "nothing is known of the genes of {}", medicine_found.name);
    if !unknown.is_empty() {
        println!("Not known from this data: {}.", unknown.join(", "));
    }
    let strongest = advice.first().map_or(Level::Usual, |a| a.level);
    Ok(if strongest >= Level::Change { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
