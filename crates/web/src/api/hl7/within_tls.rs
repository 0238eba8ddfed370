//! Lines of HL7 within TLS: a system shows its certificate, of an authority that was named, and is the system of the line alone if the
//! certificate bears one of the names that were registered for it.

use super::converse;
use anyhow::{Context, ensure};
use care::StaffId;
use service::{Service, certificates, fault::ForLog, ordering};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

/// How long two machines may take to agree on TLS.
const AGREED_WITHIN: Duration = Duration::from_secs(10);
/// Agreements at once; whoever comes beside them waits until one has ended, which is soon.
const AGREEING_MAX: usize = 32;
/// Connections of a line at once.
const CONNECTIONS_MAX: usize = 64;
/// How long to rest when no connection can be taken, such as for want of file handles.
const REST: Duration = Duration::from_secs(1);

/// Listens for one system on an address of its own within TLS, for as long as the program runs.
pub async fn listen_within_tls(
    service: Arc<Service>,
    listener: TcpListener,
    client: StaffId,
    config: Arc<ServerConfig>,
) -> anyhow::Result<()> {
    let acceptor = TlsAcceptor::from(config);
    let [agreeing, connected] = [AGREEING_MAX, CONNECTIONS_MAX].map(|most| Arc::new(Semaphore::new(most)));
    loop {
        let place = Arc::clone(&agreeing).acquire_owned().await.context("waiting for a place")?;
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(why) => {
                tracing::warn!("a connection to the line of {client} could not be taken: {why}");
                sleep(REST).await;
                continue;
            }
        };
        let (service, acceptor, connected) = (Arc::clone(&service), acceptor.clone(), Arc::clone(&connected));
        tokio::spawn(async move {
            let served = Box::pin(serve(&service, (acceptor, place), (stream, from), connected, client));
            if let Err(why) = served.await {
                tracing::warn!("MLLP connection from {from} within TLS ended: {}", why.for_log());
            }
        });
    }
}

async fn serve(
    service: &Arc<Service>,
    (acceptor, place): (TlsAcceptor, OwnedSemaphorePermit),
    (stream, from): (TcpStream, SocketAddr),
    connected: Arc<Semaphore>,
    client: StaffId,
) -> anyhow::Result<()> {
    let agreed = timeout(AGREED_WITHIN, acceptor.accept(stream)).await;
    drop(place);
    let stream = agreed.with_context(|| format!("{from} did not agree on TLS within {AGREED_WITHIN:?}"))?.context("agreeing on TLS")?;
    is_of(service, &stream, client).await?;
    let _place = connected.try_acquire().with_context(|| format!("the line has {CONNECTIONS_MAX} connections already"))?;
    converse(service, stream, client).await
}

/// Refuses a certificate that is not the system's.
async fn is_of(service: &Service, stream: &TlsStream<TcpStream>, client: StaffId) -> anyhow::Result<()> {
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let shown = certificates::names(chain.first().context("no certificate was shown")?);
    let registered = ordering::clients::certificates_of(service, client).await?;
    ensure!(
        shown.iter().any(|name| registered.contains(name)),
        "the certificate names {}, and those of the system {client} name {}: gms client --system {client} --certificate NAME says otherwise",
        shown.join(", "),
        if registered.is_empty() { "nothing".to_owned() } else { registered.join(", ") }
    );
    Ok(())
}
