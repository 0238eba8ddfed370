//! `gms worker`, and the work that `gms serve` does beside its pages: analyses, deliveries, the research library.

use super::serve;
use crate::arguments::service::Worker;
use engine::reference;
use service::{Service, laboratory, research, results, work};
use std::{process::ExitCode, sync::Arc, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

/// Does the work of a service until interrupted. Several programs share it: none does what another does.
pub fn run(arguments: &Worker) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let pack = reference::open(&arguments.reference)?;
        let (service, keeper) = super::evidence::open(&arguments.place, &pack).await?;
        super::library::place(&service, arguments.library.as_deref(), None, None)?;
        serve::within_tls(&service, &arguments.within_tls)?;
        begin(&service);
        println!("Works for the service in {}. Ctrl-C ends it.", arguments.place.dir.display());
        let worked = async {
            ended().await;
            work::leave(&service).await
        };
        super::evidence::keep(&service, &keeper, worked).await
    })?;
    // An analysis that still runs was given back, and is not waited for.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// Begins what is done for as long as the program runs.
pub(super) fn begin(service: &Arc<Service>) {
    let [analysed, looked_after, library, filled] = [(); 4].map(|()| Arc::clone(service));
    tokio::spawn(async move { run_analyses(&analysed).await });
    tokio::spawn(async move { look_after(&looked_after).await });
    tokio::spawn(async move { look_after_library(&library).await });
    tokio::spawn(async move { fill_library(&filled).await });
}

/// Waits for Ctrl-C, or for the signal by which a machine ends its services.
pub(super) async fn ended() {
    let ended = async {
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    };
    if let Err(error) = ended.await {
        tracing::error!("waiting for the end: {error}");
    }
}

/// How often queued analyses are looked for that another program left, or that were queued on one that leaves them to others.
const ANALYSED_EVERY: Duration = Duration::from_secs(5);

/// Runs what is queued, for as long as the program runs.
async fn run_analyses(service: &Arc<Service>) {
    loop {
        if let Err(fault) = laboratory::analyses::run_waiting(service).await {
            tracing::error!("looking for queued analyses: {fault:#}");
        }
        tokio::time::sleep(ANALYSED_EVERY).await;
    }
}

/// How often what is due is delivered.
const DELIVERED_EVERY: Duration = Duration::from_secs(30);
/// After how many deliveries reports that nobody reads are looked for: every hour.
const LOOKED_EVERY: u64 = 120;

/// Takes people out of the library, for as long as the program runs.
async fn look_after_library(service: &Arc<Service>) {
    for round in 0.. {
        let looked = work::alone(service, "library/kept", async || {
            research::keeping::look_after_library(service, round).await;
            Ok(())
        });
        if let Err(fault) = looked.await {
            tracing::error!("looking after the research library: {fault:#}");
        }
        tokio::time::sleep(research::EVERY).await;
    }
}

/// Takes people into the library, beside everything else: a first filling may take long.
async fn fill_library(service: &Arc<Service>) {
    loop {
        if let Err(fault) = work::alone(service, "library/filled", async || research::fill_library(service).await).await {
            tracing::error!("filling the research library: {fault:#}");
        }
        tokio::time::sleep(research::EVERY).await;
    }
}

/// Delivers what is due, and makes what nobody reads somebody's work, for as long as the program runs.
async fn look_after(service: &Arc<Service>) {
    for round in 0_u64.. {
        if let Err(fault) = results::deliver::deliver(service).await {
            tracing::error!("delivering: {fault:#}");
        }
        if round.is_multiple_of(LOOKED_EVERY) {
            if let Err(fault) = results::deliver::escalate_at(service, service.now()).await {
                tracing::error!("looking for reports that nobody reads: {fault:#}");
            }
            if let Err(fault) = service.store.forget_expired_sessions(service.now().as_second()).await {
                tracing::error!("forgetting sessions that have expired: {fault:#}");
            }
        }
        tokio::time::sleep(DELIVERED_EVERY).await;
    }
}
