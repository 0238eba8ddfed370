//! `gms journal`

use super::evidence;
use crate::arguments::service::{Journal, JournalAction, Place};
use anyhow::ensure;
use engine::reference;
use service::{Service, lines};
use std::{path::Path, process::ExitCode};
use store::{JOURNAL, Store};

/// Verifies the chain, or writes the lists anew.
pub fn run(arguments: &Journal) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    match &arguments.action {
        JournalAction::Verify { dir } => runtime.block_on(verify(dir)),
        JournalAction::Rebuild { dir } => runtime.block_on(rebuild(dir)),
    }
}

fn check_folder(dir: &Path) -> anyhow::Result<()> {
    ensure!(dir.join(JOURNAL).is_file(), "{} holds no journal ({JOURNAL}); is it the folder of a service?", dir.display());
    Ok(())
}

async fn verify(dir: &Path) -> anyhow::Result<ExitCode> {
    check_folder(dir)?;
    let holds = evidence::holds(&Store::open(dir).await?, &Place::of_folder(dir)).await?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn rebuild(dir: &Path) -> anyhow::Result<ExitCode> {
    check_folder(dir)?;
    let store = Store::open(dir).await?;
    if !evidence::holds(&store, &Place::of_folder(dir)).await? {
        return Ok(ExitCode::FAILURE);
    }
    let service = Service::with_store(store, dir, &reference::open("demo")?).await?;
    println!("{} orders written anew from the journal", lines::rebuild_views(&service).await?);
    Ok(ExitCode::SUCCESS)
}
