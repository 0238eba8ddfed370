//! `gms worker`, and the work that `gms serve` does beside its pages: analyses, deliveries, the research library.

use super::{serve, watching};
use crate::arguments::service::Worker;
use engine::reference;
use service::{
    Service,
    fault::ForLog,
    laboratory,
    operations::{self, traces::TARGET},
    research, results, work,
};
use std::{process::ExitCode, sync::Arc, time::Duration};
use store::Kind;
use tokio::signal::unix::{SignalKind, signal};
use tracing::Instrument;

/// Does the work of a service until interrupted. Several programs share it: none does what another does.
pub fn run(arguments: &Worker) -> anyhow::Result<ExitCode> {
    if let Some(file) = &arguments.config {
        println!("Settings of {}.", file.display());
    }
    super::begun::check(&arguments.place)?;
    super::folder::report(&arguments.place.dir);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let pack = reference::open(&arguments.reference)?;
        let (service, keeper) = super::evidence::open(&arguments.place, &pack).await?;
        super::library::place(&service, arguments.library.as_deref(), None, None)?;
        serve::within_tls(&service, &arguments.within_tls)?;
        if let Some(name) = &arguments.name {
            work::name(&service, name);
        }
        watching::begin(&service, &arguments.watching).await?;
        begin(&service, &arguments.kinds, usize::from(arguments.slots));
        println!("Works for the service in {}. Ctrl-C ends it.", arguments.place.dir.display());
        let worked = async {
            ended().await;
            work::leave(&service).await
        };
        let ended = super::evidence::keep(&service, &keeper, worked).await;
        close(&service).await;
        ended
    })?;
    // An analysis that still runs was given back, and is not waited for.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// How long what is under way may take to let go of the database.
const CLOSED_WITHIN: Duration = Duration::from_secs(10);

/// Ends every connection to the database; what is still under way after a while was given back, and is not waited for.
pub(super) async fn close(service: &Service) {
    if tokio::time::timeout(CLOSED_WITHIN, service.store.close()).await.is_err() {
        tracing::warn!("something still uses the database; it was given back, and is not waited for");
    }
}

/// Begins what is done for as long as the program runs: work of some kinds, so many analyses at once.
pub(super) fn begin(service: &Arc<Service>, kinds: &[Kind], slots: usize) {
    let does = |kind: Kind| kinds.contains(&kind);
    let own = || Arc::clone(service);
    tokio::spawn(operations::beat(own()));
    if does(Kind::Analysis) {
        work::widen(service, slots);
        for _ in 0..slots {
            let service = own();
            tokio::spawn(async move { run_analyses(&service).await });
        }
    }
    // What is told to one recipient goes out in order, whatever it is.
    if does(Kind::Delivery) || does(Kind::Notice) {
        let service = own();
        tokio::spawn(async move { deliver(&service).await });
    }
    if does(Kind::Sweep) {
        let service = own();
        tokio::spawn(async move { look_after(&service).await });
    }
    if does(Kind::Library) {
        let [kept, filled] = [own(), own()];
        tokio::spawn(async move { look_after_library(&kept).await });
        tokio::spawn(async move { fill_library(&filled).await });
    }
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
/// How often what is due is delivered.
const DELIVERED_EVERY: Duration = Duration::from_secs(30);
/// How often it is looked whether a round is due that no program does.
const LOOKED_EVERY: Duration = Duration::from_secs(30);
/// How often what nobody reads is made somebody's work, and what has expired is forgotten.
const SWEPT_EVERY: Duration = Duration::from_hours(1);

/// Runs what is queued, for as long as the program runs.
async fn run_analyses(service: &Arc<Service>) {
    loop {
        log("looking for queued analyses", laboratory::analyses::run_waiting(service).await);
        tokio::time::sleep(ANALYSED_EVERY).await;
    }
}

/// Delivers what is due, for as long as the program runs. Each message is claimed by one program: several share them.
async fn deliver(service: &Arc<Service>) {
    while !work::is_left(service) {
        let span = tracing::trace_span!(target: TARGET, "work", kind = "delivery");
        log("delivering", results::deliver::deliver(service).instrument(span).await);
        tokio::time::sleep(DELIVERED_EVERY).await;
    }
}

/// Makes what nobody reads somebody's work, and forgets what has expired, for as long as the program runs.
async fn look_after(service: &Arc<Service>) {
    loop {
        let unread =
            work::round(service, "sweep/unread", SWEPT_EVERY, async |_| results::deliver::escalate_at(service, service.now()).await);
        log("looking for reports that nobody reads", unread.await);
        let expired = work::round(service, "sweep/sessions", SWEPT_EVERY, async |_| {
            service.store.forget_expired_sessions(service.now().as_second()).await
        });
        log("forgetting sessions that have expired", expired.await);
        tokio::time::sleep(LOOKED_EVERY).await;
    }
}

/// Takes people out of the library, for as long as the program runs.
async fn look_after_library(service: &Arc<Service>) {
    loop {
        let kept = work::round(service, "library/kept", research::EVERY, async |round| {
            research::keeping::look_after_library(service, round).await;
            Ok(())
        });
        log("looking after the research library", kept.await);
        tokio::time::sleep(LOOKED_EVERY).await;
    }
}

/// Takes people into the library, beside everything else: a first filling may take long.
async fn fill_library(service: &Arc<Service>) {
    loop {
        let filled = work::round(service, "library/filled", research::EVERY, async |_| research::fill_library(service).await);
        log("filling the research library", filled.await);
        tokio::time::sleep(LOOKED_EVERY).await;
    }
}

/// Says what failed; it is tried again.
fn log<T>(what: &str, done: anyhow::Result<T>) {
    if let Err(fault) = done {
        tracing::error!("{what}: {}", fault.for_log());
    }
}
