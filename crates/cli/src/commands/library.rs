//! `gms library`

use crate::arguments::service::{Library, LibraryAction};
use service::{Service, engine::reference};
use std::process::ExitCode;

/// Looks after the research library of a service.
pub fn run(arguments: &Library) -> anyhow::Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let pack = reference::open(&arguments.reference)?;
        let service = Service::over(super::admin::store(&arguments.place).await?, &arguments.place.dir, &pack).await?;
        if let Some(address) = &arguments.address {
            service.library_address.set(address.clone()).expect("nothing has asked for the library yet");
        }
        match arguments.action {
            LibraryAction::Fill => println!("Data of {} people taken in.", service.fill_library().await?),
            LibraryAction::Clear => println!("{} people taken out.", service.clear_library().await?),
            LibraryAction::Release => {
                let release = service.make_release().await?;
                println!("Release {} of {} people.", release.name, release.people.len());
            }
            LibraryAction::Verify => {
                let library = service.library().await?;
                let (wrong, swept) = (library.verify().await?, service.sweep_library().await?);
                for words in &wrong {
                    println!("{words}");
                }
                println!("{swept} files removed that nothing names; {} files are wrong.", wrong.len());
                return Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
