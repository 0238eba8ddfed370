//! `gms serve`

mod entrance;
mod network;

pub(super) use network::{check_listen, check_plain};

use super::{folder, watching, worker};
use crate::arguments::service::{Place, Serve, WithinTls};
use anyhow::{Context, bail};
use engine::reference;
use service::{
    Service,
    certificates::{self, OwnCertificate},
    directory,
    fault::ForLog,
    ordering, work,
};
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use store::Kind;

/// Serves the pages of a service.
pub fn run(arguments: &Serve) -> anyhow::Result<ExitCode> {
    if let Some(file) = &arguments.config {
        println!("Settings of {}.", file.display());
    }
    if !arguments.begins_new {
        super::begun::check(&arguments.place)?;
    }
    check_plain(arguments.plain_loopback, &arguments.listen)?;
    folder::report(&arguments.place.dir);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let pack = reference::open(&arguments.reference)?;
        let (service, keeper) = super::evidence::open(&arguments.place, &pack).await?;
        super::library::place(&service, arguments.library.as_deref(), arguments.machines, arguments.query_program.as_deref())?;
        watching::begin(&service, &arguments.watching).await?;
        let entrance = network::with_network(entrance::entrance(arguments).await?, &arguments.network)?;
        for line in &arguments.lines {
            listen(&service, &arguments.place, line, None).await?;
        }
        let config = within_tls(&service, &arguments.within_tls)?;
        for line in &arguments.within_tls.mllp_tls {
            let config = config.as_ref().context("a line within TLS needs --mllp-certificate, --mllp-key and --mllp-clients")?;
            listen(&service, &arguments.place, line, Some(Arc::clone(config))).await?;
        }
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

/// How lines within TLS are opened, and what this service shows on those that it makes; nothing where no certificate is named.
pub(super) fn within_tls(service: &Service, arguments: &WithinTls) -> anyhow::Result<Option<Arc<web::ServerConfig>>> {
    let (Some(certificate), Some(key)) = (&arguments.mllp_certificate, &arguments.mllp_key) else { return Ok(None) };
    folder::check_secret(key)?;
    let own = service.show_certificate(OwnCertificate::read(certificate, key)?);
    let config = |clients: &PathBuf| certificates::server_with_lists(own, clients, (&arguments.mllp_revoked, Some(&service.folder)));
    arguments.mllp_clients.as_ref().map(config).transpose()
}

/// Opens a line for a system's messages.
async fn listen(service: &Arc<Service>, place: &Place, line: &str, within_tls: Option<Arc<web::ServerConfig>>) -> anyhow::Result<()> {
    let (address, client) = line.split_once('=').context("a line is an address and a system, such as 0.0.0.0:2575=0190…")?;
    let client = client.parse()?;
    let system = ordering::clients::desk_of_line(service, client)
        .await?
        .with_context(|| format!("no system {client} may ask; gms client {} --orders … opens one", place.again()))?;
    if within_tls.is_some() && ordering::clients::certificates_of(service, client).await?.is_empty() {
        let again = place.again();
        bail!("nobody has said what the certificates of {client} name: gms client {again} --system {client} --certificate NAME");
    }
    let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("listening for HL7 on {address}"))?;
    let how = if within_tls.is_some() { " within TLS" } else { "" };
    println!("{} sends HL7 to {}{how}.", system.staff.name, listener.local_addr()?);
    let service = Arc::clone(service);
    tokio::spawn(async move {
        let ended = match within_tls {
            Some(config) => web::hl7_line_within_tls(service, listener, client, config).await,
            None => web::hl7_line(service, listener, client).await,
        };
        if let Err(fault) = ended {
            tracing::error!("the line of {client}: {}", fault.for_log());
        }
    });
    Ok(())
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
