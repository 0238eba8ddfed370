//! `gms tiers`

use crate::arguments::Tiers;
use engine::{explain, reference};
use germline::tier;
use std::process::ExitCode;

/// Prints the candidates of a finished analysis by their tier under a panel.
pub fn run(arguments: &Tiers) -> anyhow::Result<ExitCode> {
    let analysis = explain::analysis(&arguments.out)?;
    let panel = super::interpret::panel(&reference::open(&arguments.reference)?, &arguments.panel)?;
    println!("##panel={} {}", panel.name, panel.version);
    println!("tier\trank\tgene\thgnc_id\tvariant\thgvs_c\tconsequence\tinheritance\tacmg_class\tscore");
    for (tier, candidate, v) in tier::under(&analysis, &panel) {
        println!(
            "{tier}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.3}",
            candidate.rank,
            candidate.symbol,
            candidate.gene,
            v.variant,
            v.effect.hgvs_c.as_deref().unwrap_or("-"),
            v.effect.term_names(),
            candidate.pattern,
            v.classification.class.label(),
            candidate.score
        );
    }
    Ok(ExitCode::SUCCESS)
}
