//! `gms explain`

use crate::arguments::Explain;
use annotation::name;
use anyhow::Context;
use engine::{explain, reference};
use genome::Contig;
use std::process::ExitCode;

/// Says what happened to a variant or gene.
pub fn run(arguments: &Explain) -> anyhow::Result<ExitCode> {
    let knowledge = reference::knowledge(&reference::open(&arguments.reference)?)?;
    let text = match (&arguments.subject.variant, &arguments.subject.gene, &arguments.subject.region) {
        (Some(variant), ..) => {
            let named = name::variant(variant, &knowledge).context("reading --variant")?;
            named.notes.iter().for_each(|note| eprintln!("note: {note}"));
            explain::variant(&arguments.out, &named.variant, arguments.coverage.as_deref(), &knowledge)?
        }
        (None, None, Some(region)) => {
            let (contig, start, end) = parsed(region)
                .with_context(|| format!("--region {region} is not of the form contig:start-end, such as 7:117480025-117668665"))?;
            explain::region(&arguments.out, contig, start, end)?
        }
        (None, gene, _) => explain::gene(&arguments.out, gene.as_deref().unwrap_or_default(), &knowledge)?,
    };
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

fn parsed(region: &str) -> Option<(Contig, u32, u32)> {
    let (contig, span) = region.split_once(':')?;
    let (start, end) = span.split_once('-')?;
    let (start, end): (u32, u32) = (start.replace(',', "").parse().ok()?, end.replace(',', "").parse().ok()?);
    (start > 0 && start <= end).then_some((contig.parse().ok()?, start, end))
}
