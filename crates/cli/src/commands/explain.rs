//! `gms explain`

use crate::arguments::Explain;
use anyhow::Context;
use interpret::name;
use service::engine::{explain, reference};
use std::process::ExitCode;

/// Says what happened to a variant or gene.
pub fn run(arguments: &Explain) -> anyhow::Result<ExitCode> {
    let knowledge = reference::knowledge(&reference::open(&arguments.reference)?)?;
    let text = match (&arguments.asked.variant, &arguments.asked.gene) {
        (Some(variant), _) => {
            let named = name::variant(variant, &knowledge).context("reading --variant")?;
            named.notes.iter().for_each(|note| eprintln!("note: {note}"));
            explain::variant(&arguments.out, &named.variant, &knowledge)?
        }
        (None, gene) => explain::gene(&arguments.out, gene.as_deref().unwrap_or_default(), &knowledge)?,
    };
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}
