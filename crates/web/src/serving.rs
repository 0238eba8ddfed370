//! Connections to the pages: taken while there is a place, ended when they are silent, slow or old, and let end before the program does.
//! HTTP/1.1 alone is spoken, within TLS or not, so that nobody opens streams within a connection.

mod bounds;
mod connection;
mod places;
mod stalled;

pub use bounds::Bounds;
pub(crate) use connection::WithinTls;
pub(crate) use places::{Places, network};

use crate::{Entrance, door::Proxies};
use axum::Router;
use connection::Shared;
use places::Full;
use std::{future::Future, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// How long to rest when no connection can be taken, such as for want of file handles.
const REST: Duration = Duration::from_secs(1);

/// How connections are taken.
pub(crate) struct Serving {
    bounds: Bounds,
    proxies: Proxies,
    tls: Option<Arc<ServerConfig>>,
}

impl Serving {
    pub(crate) fn new(entrance: &Entrance) -> Serving {
        Serving { bounds: entrance.bounds.clone(), proxies: entrance.proxies.clone(), tls: entrance.tls.clone() }
    }
}

/// Takes connections until told to stop; then lets open requests end, for so long as the bounds say.
pub(crate) async fn serve(routes: Router, serving: Serving, listener: TcpListener, until: impl Future<Output = ()>) {
    let Serving { bounds, proxies, tls } = serving;
    let places = Places::new(&bounds, proxies);
    let (stop, stopped) = watch::channel(false);
    let ends_within = bounds.end;
    let shared = Arc::new(Shared::new(routes, bounds, tls.map(TlsAcceptor::from), stopped));
    let mut open = JoinSet::new();
    let mut until = pin!(until);
    loop {
        let accepted = tokio::select! {
            () = until.as_mut() => break,
            Some(_) = open.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, from)) => match places.take(from.ip()) {
                Ok(place) => {
                    open.spawn(connection::serve(Arc::clone(&shared), stream, from, place));
                }
                Err(full) => refuse(&stream, full),
            },
            Err(why) => {
                tracing::warn!("a connection could not be taken: {why}");
                sleep(REST).await;
            }
        }
    }
    drop(listener);
    stop.send_replace(true);
    let ended = timeout(ends_within, async { while open.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!("{} connections still had a request open after {ends_within:?}, and were cut off", open.len());
    }
}

/// Says why there is no place, as far as that goes without waiting for whoever came.
fn refuse(stream: &TcpStream, full: Full) {
    let (status, who) = match full {
        Full::OfAddress => ("429 Too Many Requests", "Your address has too many connections open"),
        Full::All => ("503 Service Unavailable", "The service has too many connections open"),
    };
    tracing::debug!("a connection was refused: {who}");
    let body = format!("{who}; nothing was done. Close some, or try again in a few seconds.\n");
    let head = "Content-Type: text/plain; charset=utf-8\r\nRetry-After: 5\r\nConnection: close";
    let answer = format!("HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    // Whoever does not read it is none the worse.
    let _ = stream.try_write(answer.as_bytes());
}
