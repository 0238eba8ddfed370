//! One connection: TLS where it is set up, the first request soon, then requests until it is idle, old, or the program ends.

use super::{Bounds, places::Place, stalled::Unstalled};
use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{future::pending, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tower::ServiceExt;

/// What a connection within TLS begins with: a record of the kind handshake. Source: RFC 8446, section 5.1.
const HANDSHAKE: u8 = 22;
/// Bytes of a connection that wait to be read or written.
const BUFFER_BYTES: usize = 64 << 10;
/// How long an old connection may be open beyond what its last request may take.
const BEYOND: Duration = Duration::from_secs(5);

/// The request came within TLS that ends here.
#[derive(Clone, Copy)]
pub(crate) struct WithinTls;

/// What every connection needs.
pub(super) struct Shared {
    routes: Router,
    bounds: Bounds,
    tls: Option<TlsAcceptor>,
    http: http1::Builder,
    stopped: watch::Receiver<bool>,
}

impl Shared {
    pub(super) fn new(routes: Router, bounds: Bounds, tls: Option<TlsAcceptor>, stopped: watch::Receiver<bool>) -> Shared {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(bounds.idle).max_header_size(bounds.head_bytes).max_buf_size(BUFFER_BYTES);
        Shared { routes, bounds, tls, http, stopped }
    }
}

/// Answers what comes on a connection, until it ends.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream, from: SocketAddr, place: Place) {
    // Answers are short: none waits for more of it.
    let _ = stream.set_nodelay(true);
    let Some(acceptor) = &shared.tls else { return Box::pin(speak(&shared, stream, (from, false), place)).await };
    let agreed = tokio::select! {
        agreed = timeout(shared.bounds.first_request, agree(acceptor, stream)) => agreed,
        () = stop(shared.stopped.clone()) => return,
    };
    match agreed {
        Ok(Ok(Some(stream))) => Box::pin(speak(&shared, stream, (from, true), place)).await,
        Ok(Ok(None)) => {}
        Ok(Err(why)) => tracing::debug!("no agreement on TLS with {from}: {why}"),
        Err(_) => tracing::debug!("{from} did not agree on TLS in time"),
    }
}

/// Agrees on TLS; nothing where whoever came does not speak it, and was answered so.
async fn agree(acceptor: &TlsAcceptor, mut stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0];
    match stream.peek(&mut first).await? {
        0 => return Ok(None),
        _ if first == [HANDSHAKE] => return acceptor.accept(stream).await.map(Some),
        _ => {}
    }
    // What was sent is read first: closing a connection with something unread would take the answer away.
    let _ = stream.try_read(&mut [0; 8 << 10]);
    let body = "This address is reached by https alone: write https:// in place of http://. Nothing was done.\n";
    let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close";
    stream.write_all(format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    stream.shutdown().await?;
    Ok(None)
}

async fn speak(shared: &Shared, io: impl AsyncRead + AsyncWrite + Unpin, (from, is_tls): (SocketAddr, bool), place: Place) {
    let place = Arc::new(place);
    let (routes, speaker) = (shared.routes.clone(), Arc::clone(&place));
    let service = service_fn(move |mut request: Request<Incoming>| {
        speaker.spoke();
        request.extensions_mut().insert(ConnectInfo(from));
        if is_tls {
            request.extensions_mut().insert(WithinTls);
        }
        routes.clone().oneshot(request)
    });
    let mut connection = pin!(shared.http.serve_connection(TokioIo::new(Unstalled::new(io, shared.bounds.idle)), service));
    tokio::select! {
        ended = connection.as_mut() => return log(from, ended),
        () = silence(&place, shared.bounds.first_request) => return tracing::debug!("{from} sent no whole request in time"),
        () = sleep(shared.bounds.age) => {}
        () = stop(shared.stopped.clone()) => {}
    }
    // Nothing is under way on a connection on which nothing was sent.
    if place.is_silent() {
        return;
    }
    connection.as_mut().graceful_shutdown();
    if let Ok(ended) = timeout(shared.bounds.request + BEYOND, connection).await {
        log(from, ended);
    } else {
        tracing::debug!("the connection of {from} was old, and was cut off");
    }
}

/// Ends when the service stops.
async fn stop(mut stopped: watch::Receiver<bool>) {
    // Whoever would say so being gone is the same.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Ends when nothing was sent for so long; never, where something was.
async fn silence(place: &Place, longest: Duration) {
    sleep(longest).await;
    if !place.is_silent() {
        pending::<()>().await;
    }
}

fn log(from: SocketAddr, ended: hyper::Result<()>) {
    if let Err(why) = ended {
        tracing::debug!("the connection of {from} ended: {why}");
    }
}
