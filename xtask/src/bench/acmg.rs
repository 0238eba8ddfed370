//! `cargo xtask bench acmg`

use annotation::{
    Knowledge, annotate,
    haplotype::Joints,
    name::{self, NameError},
};
use engine::reference;
use formats::open::Table;
use genome::{Build, Contig, Genotype, Variant, Zygosity, genotype::Call};
use germline::{
    Pathogenicity,
    classify::{self, Criterion, Question, Strength, total},
    identity::Parentage,
    inherit::{Origin, Pattern},
};
use std::{collections::BTreeMap, path::Path};

/// Variants by their class and ours.
type Confusion = BTreeMap<(Pathogenicity, Pathogenicity), usize>;

/// Combines the criteria of ClinGen's expert panels and compares the class with theirs.
pub fn run(sources: &Path) -> anyhow::Result<()> {
    let table = Table::read(&sources.join("variants/clingen_erepo.visible.tsv.gz"), b'\t')?;
    let (asserted, codes) = (table.column("assertion")?, table.column("codes")?);
    let mut found: Confusion = Confusion::new();
    for (_, row) in &table.rows {
        let Some(theirs) = Pathogenicity::ALL.into_iter().find(|c| c.label().eq_ignore_ascii_case(&row[asserted])) else { continue };
        let criteria = row[codes].split('|').filter_map(criterion).collect();
        *found.entry((theirs, total(criteria, vec![]).class)).or_default() += 1;
    }
    print(&found);
    Ok(())
}

/// The confusion of classes, and how many are the same.
fn print(found: &Confusion) {
    let all: usize = found.values().sum();
    let same: usize = found.iter().filter(|((a, b), _)| a == b).map(|(_, n)| n).sum();
    println!("| theirs | {} | exact |", Pathogenicity::ALL.map(Pathogenicity::label).join(" | "));
    println!("|---|---|---|---|---|---|---|");
    for theirs in Pathogenicity::ALL {
        let counts = Pathogenicity::ALL.map(|ours| found.get(&(theirs, ours)).copied().unwrap_or(0));
        let right = found.get(&(theirs, theirs)).copied().unwrap_or(0) as f64 / counts.iter().sum::<usize>().max(1) as f64;
        println!("| {} | {} | {:.1} % |", theirs.label(), counts.map(|n| n.to_string()).join(" | "), right * 100.0);
    }
    let is_pathogenic = |c: Pathogenicity| c >= Pathogenicity::LikelyPathogenic;
    let is_benign = |c: Pathogenicity| c <= Pathogenicity::LikelyBenign;
    let swapped = |a, b| (is_pathogenic(a) && is_benign(b)) || (is_benign(a) && is_pathogenic(b));
    let swaps: usize = found.iter().filter(|((a, b), _)| swapped(*a, *b)).map(|(_, n)| n).sum();
    println!("\n{all} variants, {:.2} % exact, {swaps} swapped between pathogenic and benign", same as f64 * 100.0 / all as f64);
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

/// Classifies the panels' variants ourselves, each alone in an affected person with nothing known of relatives, without its own
/// ClinVar record, and compares the class with theirs.
pub fn end_to_end(sources: &Path) -> anyhow::Result<()> {
    let knowledge = reference::knowledge(&reference::open("demo")?)?;
    let table = Table::read(&sources.join("variants/clingen_erepo.visible.tsv.gz"), b'\t')?;
    let (asserted, names) = (table.column("assertion")?, table.column("hgvs")?);
    let (mut found, mut unread) = (Confusion::default(), BTreeMap::<&str, usize>::new());
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for (_, row) in &table.rows {
        let Some(theirs) = Pathogenicity::ALL.into_iter().find(|c| c.label().eq_ignore_ascii_case(&row[asserted])) else { continue };
        let on_38 = row[names].split(", ").find(|name| is_on_38(name));
        let Some(named) = on_38 else {
            *unread.entry("no GRCh38 description").or_default() += 1;
            continue;
        };
        let variant = match name::variant(named, &knowledge) {
            Ok(named) => named.variant,
            Err(NameError::Resolve(_)) => {
                *unread.entry("outside the pack's sequence, or not a small variant").or_default() += 1;
                continue;
            }
            Err(_) => {
                *unread.entry("a description of another kind").or_default() += 1;
                continue;
            }
        };
        let Some(class) = alone(&variant, &knowledge, &mut codes) else {
            *unread.entry("no coding or splice effect").or_default() += 1;
            continue;
        };
        *found.entry((theirs, class)).or_default() += 1;
    }
    println!("\nend to end, one person, own ClinVar record not used:\n");
    print(&found);
    for (why, count) in unread {
        println!("  not compared: {count} {why}");
    }
    println!("  criteria met: {}", codes.iter().map(|(code, n)| format!("{code} {n}")).collect::<Vec<_>>().join(", "));
    Ok(())
}

fn is_on_38(name: &str) -> bool {
    let accession = name.split(':').next().unwrap_or_default();
    accession.parse::<Contig>().is_ok_and(|c| accession == c.refseq(Build::GRCh38))
}

/// Class of a variant that one affected person has in one copy.
fn alone(variant: &Variant, knowledge: &Knowledge, codes: &mut BTreeMap<String, usize>) -> Option<Pathogenicity> {
    let genotype = Genotype { zygosity: Zygosity::Heterozygous, ploidy: 2, ..Genotype::MISSING };
    let call = Call { variant: variant.clone(), filter_passed: true, genotypes: vec![genotype] };
    let mut annotated = annotate::annotate(&call, 0, &Joints::default(), knowledge).ok()?;
    annotated.sort_by_key(|a| a.effect.worst());
    let question = Question {
        variant: annotated.first()?,
        pattern: Pattern::Heterozygous { origin: Origin::Unknown },
        partner: None,
        phenotype_rank: None,
        parentage: Parentage::default(),
    };
    let classification = classify::classify(&question, knowledge);
    for criterion in &classification.criteria {
        *codes.entry(criterion.to_string()).or_default() += 1;
    }
    Some(classification.class)
}
