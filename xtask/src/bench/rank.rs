//! `cargo xtask bench rank`

use super::cases;
use ontology::likelihood;
use rayon::prelude::*;
use service::engine::reference;
use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

/// Ranks the causal gene of every case by phenotype alone, with and without the annotations of the cases' own papers.
pub fn run(sources: &Path, sample: Option<usize>) -> anyhow::Result<()> {
    let pack = reference::open("demo")?;
    let mut all = cases::published(sources)?;
    all.retain(|c| !c.gene.is_empty() && !c.phenotype.observed.is_empty());
    if let Some(most) = sample {
        let step = (all.len() / most).max(1);
        all = all.into_iter().step_by(step).collect();
    }
    let papers: HashSet<u32> = all.iter().flat_map(|c| c.pmids.iter().copied()).collect();
    for (mode, papers) in [("with all annotations", HashSet::new()), ("without annotations from the cases' own papers", papers)] {
        let knowledge = reference::knowledge_without_papers(&pack, &papers)?;
        let ranks: Vec<(String, Option<usize>)> = all
            .par_iter()
            .map(|case| {
                let wanted = knowledge.gene_by_symbol(&case.gene).map(|g| g.id);
                let genes = likelihood::genes(&case.phenotype, &knowledge.hpo, &knowledge.diseases);
                (case.gene.clone(), genes.iter().position(|g| Some(g.gene) == wanted).map(|at| at + 1))
            })
            .collect();
        println!("{mode}: {} cases", ranks.len());
        print("per case", ranks.iter().map(|(_, r)| vec![*r]).collect());
        let mut by_gene: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
        for (gene, rank) in &ranks {
            by_gene.entry(gene).or_default().push(*rank);
        }
        print("macro by gene", by_gene.into_values().collect());
    }
    Ok(())
}

fn print(name: &str, groups: Vec<Vec<Option<usize>>>) {
    let mean = |value: &dyn Fn(usize) -> f64| {
        let of = |group: &Vec<Option<usize>>| group.iter().map(|r| r.map_or(0.0, value)).sum::<f64>() / group.len() as f64;
        groups.iter().map(of).sum::<f64>() / groups.len().max(1) as f64
    };
    let top = |n: usize| mean(&|rank| f64::from(u8::from(rank <= n))) * 100.0;
    println!(
        "  {name:14} top-1 {:.1} %  top-3 {:.1} %  top-10 {:.1} %  top-50 {:.1} %  MRR {:.3}",
        top(1),
        top(3),
        top(10),
        top(50),
        mean(&|rank| 1.0 / rank as f64)
    );
}
