//! `gms serve`

mod entrance;

use crate::arguments::service::{Serve, WithinTls};
use anyhow::{Context, bail};
use engine::reference;
use service::{
    Service,
    certificates::{self, OwnCertificate},
    laboratory, ordering, research, results,
};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use store::Store;

/// Serves the pages of a service, after taking up what was left undone.
pub fn run(arguments: &Serve) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let pack = reference::open(&arguments.reference)?;
        let store = match &arguments.database {
            Some(url) => Store::connect(url, &arguments.dir.join("blobs")).await?,
            None => Store::open(&arguments.dir).await?,
        };
        let service = Service::with_store(store, &arguments.dir, &pack).await?;
        super::library::place(&service, arguments.library.as_deref(), arguments.machines, arguments.query_program.as_deref())?;
        let entrance = entrance::entrance(arguments).await?;
        for line in &arguments.lines {
            listen(&service, line, None).await?;
        }
        let config = within_tls(&service, &arguments.within_tls)?;
        for line in &arguments.within_tls.mllp_tls {
            let config = config.as_ref().context("a line within TLS needs --mllp-certificate, --mllp-key and --mllp-clients")?;
            listen(&service, line, Some(Arc::clone(config))).await?;
        }
        serve(service, entrance, &arguments.listen).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// How lines within TLS are opened, and what this service shows on those that it makes; nothing where no certificate is named.
fn within_tls(service: &Service, arguments: &WithinTls) -> anyhow::Result<Option<Arc<web::ServerConfig>>> {
    let (Some(certificate), Some(key)) = (&arguments.mllp_certificate, &arguments.mllp_key) else { return Ok(None) };
    let own = service.show_certificate(OwnCertificate::read(certificate, key)?);
    let config = |clients: &PathBuf| certificates::server_with_lists(own, clients, &arguments.mllp_revoked);
    arguments.mllp_clients.as_ref().map(config).transpose()
}

/// Opens a line for a system's messages.
async fn listen(service: &Arc<Service>, line: &str, within_tls: Option<Arc<web::ServerConfig>>) -> anyhow::Result<()> {
    let (address, client) = line.split_once('=').context("a line is an address and a system, such as 0.0.0.0:2575=0190…")?;
    let client = client.parse()?;
    let system = ordering::clients::desk_of_line(service, client)
        .await?
        .with_context(|| format!("no system {client} may ask; gms client --orders opens one"))?;
    if within_tls.is_some() && ordering::clients::certificates_of(service, client).await?.is_empty() {
        bail!("nobody has said what the certificates of {client} name: gms client --dir … --system {client} --certificate NAME");
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
            tracing::error!("the line of {client}: {fault:#}");
        }
    });
    Ok(())
}

/// Serves until interrupted.
pub async fn serve(service: Arc<Service>, entrance: web::Entrance, listen: &str) -> anyhow::Result<()> {
    let resumed = laboratory::data::resume_work(&service).await?;
    let delivered = results::deliver::deliver(&service).await?;
    if resumed + delivered > 0 {
        println!("Taken up where the program last ended: {resumed} analyses, {delivered} deliveries.");
    }
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("listening on {listen}; is another program there? --listen takes another address"))?;
    println!("Open http://{} in a browser. Ctrl-C ends it.", listener.local_addr()?);
    let looked_after = Arc::clone(&service);
    tokio::spawn(async move { look_after(&looked_after).await });
    let [library, filled] = [(); 2].map(|()| Arc::clone(&service));
    tokio::spawn(async move { look_after_library(&library).await });
    tokio::spawn(async move { fill_library(&filled).await });
    web::serve(service, entrance, listener, async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!("waiting for Ctrl-C: {error}");
        }
    })
    .await
}

/// How often what is due is delivered.
const DELIVERED_EVERY: Duration = Duration::from_secs(30);
/// After how many deliveries reports that nobody reads are looked for: every hour.
const LOOKED_EVERY: u64 = 120;

/// Takes people out of the library, for as long as the program runs.
async fn look_after_library(service: &Arc<Service>) {
    for round in 0.. {
        research::keeping::look_after_library(service, round).await;
        tokio::time::sleep(research::EVERY).await;
    }
}

/// Takes people into the library, beside everything else: a first filling may take long.
async fn fill_library(service: &Arc<Service>) {
    loop {
        if let Err(fault) = research::fill_library(service).await {
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
