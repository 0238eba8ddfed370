//! `cargo xtask bench acmg`

use formats::open::Table;
use interpret::{
    Pathogenicity,
    classify::{Criterion, Strength, total},
};
use std::{collections::BTreeMap, path::Path};

/// Combines the criteria of ClinGen's expert panels and compares the class with theirs.
pub fn run(sources: &Path) -> anyhow::Result<()> {
    let table = Table::read(&sources.join("variants/clingen_erepo.visible.tsv.gz"), b'\t')?;
    let (asserted, codes) = (table.column("assertion")?, table.column("codes")?);
    let mut found: BTreeMap<(Pathogenicity, Pathogenicity), usize> = BTreeMap::new();
    for (_, row) in &table.rows {
        let Some(theirs) = Pathogenicity::ALL.into_iter().find(|c| c.name().eq_ignore_ascii_case(&row[asserted])) else { continue };
        let criteria = row[codes].split('|').filter_map(criterion).collect();
        *found.entry((theirs, total(criteria, vec![]).class)).or_default() += 1;
    }
    let all: usize = found.values().sum();
    let same: usize = found.iter().filter(|((a, b), _)| a == b).map(|(_, n)| n).sum();
    println!("| theirs | {} | exact |", Pathogenicity::ALL.map(Pathogenicity::name).join(" | "));
    println!("|---|---|---|---|---|---|---|");
    for theirs in Pathogenicity::ALL {
        let counts = Pathogenicity::ALL.map(|ours| found.get(&(theirs, ours)).copied().unwrap_or(0));
        let right = found.get(&(theirs, theirs)).copied().unwrap_or(0) as f64 / counts.iter().sum::<usize>().max(1) as f64;
        println!("| {} | {} | {:.1} % |", theirs.name(), counts.map(|n| n.to_string()).join(" | "), right * 100.0);
    }
    let is_pathogenic = |c: Pathogenicity| c >= Pathogenicity::LikelyPathogenic;
    let is_benign = |c: Pathogenicity| c <= Pathogenicity::LikelyBenign;
    let swapped = |a, b| (is_pathogenic(a) && is_benign(b)) || (is_benign(a) && is_pathogenic(b));
    let swaps: usize = found.iter().filter(|((a, b), _)| swapped(*a, *b)).map(|(_, n)| n).sum();
    println!("\n{all} variants, {:.2} % exact, {swaps} swapped between pathogenic and benign", same as f64 * 100.0 / all as f64);
    Ok(())
}

/// `PM2:P` as a criterion.
fn criterion(text: &str) -> Option<Criterion> {
    let (code, strength) = text.split_once(':')?;
    let strength = match strength {
        "P" => Strength::Supporting,
        "M" => Strength::Moderate,
        "S" => Strength::Strong,
        "VS" => Strength::VeryStrong,
        "A" => Strength::StandAlone,
        _ => return None,
    };
    Some(Criterion::new(code, strength, ""))
}
