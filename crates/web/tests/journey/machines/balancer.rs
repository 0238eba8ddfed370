//! A load balancer, as it stands before the servers of a site: each request goes to the next server that is ready. A question that one
//! did not answer whole goes to another; a form never does, since it may have been done.

use super::programs::Programs;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, request::Parts},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, time::sleep};

/// Bytes of an answer, at most.
const BYTES_MAX: usize = 1 << 30;
/// How often a server is looked for before the request is given up.
const ATTEMPTS_MAX: usize = 200;
/// How long to wait where none is ready, or one could not be reached.
const PAUSE: Duration = Duration::from_millis(50);
/// Where a server says whether it can take requests.
const READY: &str = "/health/ready";

/// Headers of a connection, which go no further. Source: RFC 9110, 7.6.1.
const OF_CONNECTION: [&str; 7] = ["connection", "transfer-encoding", "te", "trailer", "upgrade", "expect", "keep-alive"];

type Connections = Client<HttpConnector, Body>;

/// The load balancer.
pub(super) struct Balancer {
    programs: Arc<Programs>,
    connections: Connections,
    requests: AtomicUsize,
}

impl Balancer {
    pub(super) fn new(programs: Arc<Programs>) -> Balancer {
        Balancer { programs, connections: connections(), requests: AtomicUsize::new(0) }
    }

    /// Forwards what comes, for as long as the journey lasts.
    pub(super) async fn serve(self, listener: TcpListener) {
        let routes = Router::new().fallback(forward).with_state(Arc::new(self));
        axum::serve(listener, routes).await.expect("it serves on");
    }
}

async fn forward(State(balancer): State<Arc<Balancer>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(&parts.method) {
        balancer.question(&parts).await
    } else {
        balancer.form(&parts, body).await
    }
}

impl Balancer {
    /// Forwards what changes nothing, until one has answered it whole.
    async fn question(&self, parts: &Parts) -> Response {
        for _ in 0..ATTEMPTS_MAX {
            let Some(server) = self.turn().await else { break };
            match send(&self.connections, server, parts, Body::empty()).await {
                Ok(answer) => return answer,
                Err(_) => sleep(PAUSE).await,
            }
        }
        (StatusCode::SERVICE_UNAVAILABLE, "No server is ready").into_response()
    }

    /// Forwards a form once, as it comes. While it is on its way no server is killed.
    async fn form(&self, parts: &Parts, body: Body) -> Response {
        let _on_its_way = self.programs.forms.read().await;
        let Some(server) = self.turn().await else { return (StatusCode::SERVICE_UNAVAILABLE, "No server is ready").into_response() };
        match send(&self.connections, server, parts, body).await {
            Ok(answer) => answer,
            Err(why) => (StatusCode::BAD_GATEWAY, format!("A form was cut off: {why}")).into_response(),
        }
    }

    /// The server whose turn it is, once one is ready.
    async fn turn(&self) -> Option<SocketAddr> {
        for _ in 0..ATTEMPTS_MAX {
            let server = self.programs.turn(self.requests.fetch_add(1, Ordering::Relaxed));
            if server.is_some() {
                return server;
            }
            sleep(PAUSE).await;
        }
        None
    }
}

/// What a server answers, whole.
async fn send(connections: &Connections, server: SocketAddr, parts: &Parts, body: Body) -> Result<Response, String> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri = Uri::builder().scheme("http").authority(server.to_string()).path_and_query(path).build();
    let mut request = Request::new(body);
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = uri.map_err(|why| why.to_string())?;
    // The name under which the service is reached (Host) is the one that the browser says.
    *request.headers_mut() = further(&parts.headers);
    let (head, body) = connections.request(request).await.map_err(|why| why.to_string())?.into_parts();
    let body = to_bytes(Body::new(body), BYTES_MAX).await.map_err(|why| why.to_string())?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = head.status;
    *response.headers_mut() = further(&head.headers);
    Ok(response)
}

/// What goes further of some headers.
fn further(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in OF_CONNECTION {
        headers.remove(name);
    }
    headers
}

/// Whether a server can take requests; why not, otherwise.
pub(super) async fn is_ready(server: SocketAddr) -> Result<(), String> {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.uri = Uri::from_static(READY);
    let answer = send(&connections(), server, &parts, Body::empty()).await?;
    if answer.status() == StatusCode::OK {
        return Ok(());
    }
    let body = to_bytes(answer.into_body(), BYTES_MAX).await.map_err(|why| why.to_string())?;
    Err(String::from_utf8_lossy(&body).into_owned())
}

/// Each request has a connection of its own, so that one to a server that was killed is never used again.
fn connections() -> Connections {
    Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(HttpConnector::new())
}
