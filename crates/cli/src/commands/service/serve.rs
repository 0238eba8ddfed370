//! `gms serve`

mod entrance;
mod lines;
mod network;
mod settings;

pub(super) use {lines::within_tls, network::check_plain, settings::refused};

use super::{folder, watching, worker};
use crate::arguments::service::Serve;
use anyhow::Context;
use engine::reference;
use service::{Service, directory, fault::ForLog, work};
use std::{process::ExitCode, sync::Arc};
use store::Kind;

/// Serves the pages of a service.
pub fn run(arguments: &Serve) -> anyhow::Result<ExitCode> {
    if let Some(file) = &arguments.config {
        println!("Settings of {}.", file.display());
    }
    settings::check(arguments)?;
    if !arguments.begins_new {
        super::begun::check(&arguments.place)?;
    }
    folder::report(&arguments.place.dir);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let pack = reference::open(&arguments.reference)?;
        // A provider that does not answer begins no service either.
        let entrance = network::with_network(entrance::entrance(arguments).await?, &arguments.network)?;
        let (service, keeper) = super::evidence::open(&arguments.place, &pack).await?;
        super::library::place(&service, arguments.library.as_deref(), arguments.machines, arguments.query_program.as_deref())?;
        watching::begin(&service, &arguments.watching).await?;
        lines::open(&service, arguments).await?;
        if service.store.accounts().await?.is_empty() {
            let (service, again) = (service.store.database_place(), arguments.place.again());
            tracing::warn!("Nobody can sign in yet: is {service} that of your service? gms account {again} … opens the first account.");
        }
        let served = serve(Arc::clone(&service), entrance, &arguments.listen, !arguments.no_work);
        let ended = super::evidence::keep(&service, &keeper, served).await;
        worker::close(&service).await;
        ended
    })?;
    // An analysis that still runs was given back, and is not waited for.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// Serves until interrupted; does the work of the service as well, where that is not left to other programs.
pub async fn serve(service: Arc<Service>, entrance: web::Entrance, listen: &str, works: bool) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("listening on {listen}; is another program there? --listen takes another address"))?;
    let entrance = network::that_fits(entrance);
    network::check(&entrance, listener.local_addr()?)?;
    entrance.check(&service, listener.local_addr()?).await?;
    let scheme = if entrance.tls.is_some() { "https" } else { "http" };
    println!("Open {scheme}://{} in a browser. Ctrl-C ends it.", listener.local_addr()?);
    let catalogue = directory::catalogue::current(&service).await?;
    // The first who searches for a test does not wait for its index.
    tokio::task::spawn_blocking(move || {
        catalogue.index();
    });
    if works {
        worker::begin(&service, &Kind::ALL, 1);
    } else {
        work::leave(&service).await?;
    }
    let leaving = Arc::clone(&service);
    let ended = async move {
        worker::ended().await;
        println!("Ends: takes nothing new, and lets what is under way end.");
        // Others go on with the work at once, while requests that are open here end.
        if let Err(fault) = work::leave(&leaving).await {
            tracing::error!("giving work back: {}", fault.for_log());
        }
    };
    web::serve(Arc::clone(&service), entrance, listener, ended).await?;
    work::leave(&service).await
}
