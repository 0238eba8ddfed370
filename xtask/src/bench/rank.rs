//! `cargo xtask bench rank`

use super::cases;
use annotation::Knowledge;
use engine::reference;
use ontology::likelihood;
use rand::{Rng, SeedableRng};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

/// Draws for a bootstrap interval.
const DRAWS: usize = 1000;

/// Ranks the causal gene of every case by phenotype alone, with all annotations and without those of the case's own paper.
pub fn run(sources: &Path, sample: Option<usize>) -> anyhow::Result<()> {
    let pack = reference::open("demo")?;
    let knowledge = reference::knowledge(&pack)?;
    let mut all = cases::published(sources)?;
    all.retain(|c| !c.gene.is_empty() && !c.phenotype.observed.is_empty());
    if let Some(most) = sample {
        let step = (all.len() / most).max(1);
        all = all.into_iter().step_by(step).collect();
    }
    println!("pack {} {}; {}", pack.manifest().name, pack.digest(), pack.version_of("HPO annotations"));
    println!("\n| cases | n | top-1 (95 %) | top-3 | top-10 (95 %) | top-50 | MRR | top-1 by gene | top-10 by gene |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for (mode, own) in [("all annotations", true), ("own paper left out", false)] {
        let ranked: Vec<(&cases::Published, Option<usize>)> = all.par_iter().map(|case| (case, rank(case, own, &knowledge))).collect();
        print(&format!("all, {mode}"), &ranked);
        let answerable: Vec<_> = ranked.into_iter().filter(|(case, _)| case.answerable).collect();
        print(&format!("answerable, {mode}"), &answerable);
    }
    Ok(())
}

fn rank(case: &cases::Published, own: bool, knowledge: &Knowledge) -> Option<usize> {
    let papers = if own { HashSet::new() } else { case.pmids.iter().copied().collect() };
    let left_out = knowledge.diseases.left_out(&papers, &knowledge.hpo);
    let scores = likelihood::diseases(&case.phenotype, &knowledge.hpo, &knowledge.diseases, &left_out);
    let causal = knowledge.gene_by_symbol(&case.gene)?.id;
    likelihood::genes(&scores, &knowledge.diseases).iter().position(|g| g.gene == causal).map(|index| index + 1)
}

fn print(name: &str, ranked: &[(&cases::Published, Option<usize>)]) {
    let within = |rank: Option<usize>, n: usize| f64::from(u8::from(rank.is_some_and(|r| r <= n)));
    let top = |n: usize| ranked.iter().map(|(_, r)| within(*r, n)).sum::<f64>() / ranked.len() as f64 * 100.0;
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let mut interval = |n: usize| {
        let mut draw = || (0..ranked.len()).map(|_| within(ranked[random.random_range(0..ranked.len())].1, n)).sum::<f64>();
        let mut shares: Vec<f64> = (0..DRAWS).map(|_| draw() / ranked.len() as f64 * 100.0).collect();
        shares.sort_by(f64::total_cmp);
        format!("{:.1}–{:.1}", shares[DRAWS / 40], shares[DRAWS - DRAWS / 40])
    };
    let mut genes: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
    for (case, rank) in ranked {
        genes.entry(&case.gene).or_default().push(*rank);
    }
    let by_gene = |n: usize| {
        let share_of = |ranks: &Vec<Option<usize>>| ranks.iter().map(|r| within(*r, n)).sum::<f64>() / ranks.len() as f64;
        genes.values().map(share_of).sum::<f64>() / genes.len() as f64 * 100.0
    };
    let reciprocal = ranked.iter().map(|(_, r)| r.map_or(0.0, |r| 1.0 / r as f64)).sum::<f64>() / ranked.len() as f64;
    println!(
        "| {name} | {} | {:.1} ({}) | {:.1} | {:.1} ({}) | {:.1} | {reciprocal:.3} | {:.1} | {:.1} |",
        ranked.len(),
        top(1),
        interval(1),
        top(3),
        top(10),
        interval(10),
        top(50),
        by_gene(1),
        by_gene(10)
    );
}
