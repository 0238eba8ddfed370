//! `gms journal`

use crate::arguments::service::{Journal, JournalAction};
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
    match Store::open(dir).await?.verify().await? {
        Ok(sound) => {
            println!("the chain holds: {} events in {} streams", sound.events, sound.streams);
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) => {
            println!("the chain is broken: {broken}");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn rebuild(dir: &Path) -> anyhow::Result<ExitCode> {
    check_folder(dir)?;
    let service = Service::open(dir, &reference::open("demo")?).await?;
    println!("{} orders written anew from the journal", lines::rebuild_views(&service).await?);
    Ok(ExitCode::SUCCESS)
}
