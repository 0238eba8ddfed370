//! What commands do so that nothing of the journal or of the audit goes missing unseen.

use super::progress;
use crate::arguments::service::Place;
use formats::Pack;
use service::{
    Service, backup,
    evidence::{self, Depth, Keeper},
    fault::ForLog,
    operations,
    people::staff,
};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use store::Store;

/// The command that remedies name.
const ACCEPT: &str = "gms admin accept-loss";

fn places(place: &Place) -> Vec<PathBuf> {
    evidence::places(&place.dir, place.evidence.as_deref())
}

/// Opens a service that is served, and what keeps its ends; one whose database lacks what was signed is not opened.
pub(super) async fn open(place: &Place, pack: &Pack) -> anyhow::Result<(Arc<Service>, Keeper)> {
    let left = backup::clear_with_restores(&place.dir)?;
    if left > 0 {
        tracing::warn!(
            "what {left} backups or restores that were killed had left unencrypted in the folder was removed: look whether they ended"
        );
    }
    let store = super::admin::store(place).await?;
    evidence::compare(&store, &places(place), Depth::Ends).await?;
    let service = Service::with_store(store, &place.dir, pack).await?;
    operations::look_at_last_events(&service).await?;
    let keeper = Keeper::begin(service.store.clone(), &place.dir, places(place), service.new_id())?;
    Ok((service, keeper))
}

/// Signs the ends for as long as some work lasts, and once more when it has ended.
pub(super) async fn keep(service: &Service, keeper: &Keeper, work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let worked = tokio::select! {
        worked = work => worked,
        () = sign_on(service, keeper) => Ok(()),
    };
    let signed = keeper.sign(service.now()).await;
    if let (Err(_), Err(fault)) = (&worked, &signed) {
        report(fault);
    }
    worked.and(signed.map(drop))
}

/// Looks at the journal and signs the ends every few minutes; what fails is tried again.
async fn sign_on(service: &Service, keeper: &Keeper) {
    loop {
        if let Err(fault) = operations::look_at_journal(service).await {
            tracing::error!("looking whether the journal is what was written: {}", fault.for_log());
        }
        if let Err(fault) = keeper.sign(service.now()).await {
            report(&fault);
        }
        tokio::time::sleep(evidence::EVERY).await;
    }
}

fn report(fault: &anyhow::Error) {
    tracing::error!("signing the ends of the journal and the audit: {}", fault.for_log());
}

/// Says whether the journal, the audit and what was signed agree; what follows from a journal that does not hold is worth nothing.
pub(super) async fn holds(store: &Store, place: &Place) -> anyhow::Result<bool> {
    match store.verify_watched(&mut progress::on_standard_error()).await? {
        Ok(sound) => println!("the chain holds: {} events in {} streams", sound.events, sound.streams),
        Err(broken) => {
            println!("the chain is broken: {broken}");
            return Ok(false);
        }
    }
    match store.verify_audit_watched(&mut progress::on_standard_error()).await? {
        Ok(sound) => println!(
            "the audit holds: {} lines in {} chains, and {} from before there were chains",
            sound.lines, sound.chains, sound.unchained
        ),
        Err(broken) => {
            println!("the audit is broken: {broken}");
            return Ok(false);
        }
    }
    match evidence::compare(store, &places(place), Depth::Everything).await {
        Ok(compared) if compared.heads + compared.accepted == 0 => println!("nothing was signed yet: gms serve does so every few minutes"),
        Ok(compared) => {
            println!("{} signed ends agree, the last with {} events", compared.heads, compared.events);
            if compared.accepted > 0 {
                println!("{} are out of force, since somebody accepted a loss: the audit says who and why (AcceptLoss)", compared.accepted);
            }
        }
        Err(fault) => {
            println!("{}", for_place(&format!("{fault:#}"), place));
            return Ok(false);
        }
    }
    Ok(true)
}

/// What to do, as it is typed for a service of another folder and database than those that a command has by itself.
fn for_place(remedy: &str, place: &Place) -> String {
    remedy.replace(ACCEPT, &format!("{ACCEPT} {}", place.again()))
}

/// Puts what was signed out of force for a database that is known to lack some of it; who looks at the audit finds why.
pub(super) fn accept_loss(place: &Place, reason: &str) -> anyhow::Result<ExitCode> {
    super::begun::check(place)?;
    anyhow::ensure!(!reason.trim().is_empty(), "--reason: say why what is missing is accepted, and who decided it");
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let service = Service::with_store(super::admin::store(place).await?, &place.dir, &engine::reference::open("demo")?).await?;
        service.store.note(&staff::system(), "AcceptLoss", "evidence", reason.trim(), true, service.now()).await?;
        let moved = evidence::accept_loss(&service.store, &place.dir, &places(place), service.now()).await?;
        println!("{moved} files of signed ends are out of force and kept beside; the reason stands in the audit");
        Ok(ExitCode::SUCCESS)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_remedy_names_the_service_that_the_command_was_for() {
        let place = Place { database_file: Some("/etc/gms/database".into()), ..Place::of_folder(Path::new("service")) };
        let said = for_place("If it is accepted: gms admin accept-loss --reason", &place);
        assert_eq!(said, "If it is accepted: gms admin accept-loss --dir service --database-file /etc/gms/database --reason");
    }
}
