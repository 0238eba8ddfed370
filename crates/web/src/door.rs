//! Through which every request comes before any page sees it: who asks, by which name, how long it may take.

mod body;
mod desktops;
mod hosts;
mod proxies;

pub use {desktops::Desktops, hosts::Hosts, proxies::Proxies};
pub(crate) use {desktops::Seat, proxies::Reached};

use crate::{Entrance, serving::WithinTls};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::time::timeout;

/// What machines that watch the service ask for, by its address on the network and not by its name.
const WATCHED: [&str; 2] = ["/health", "/metrics"];

/// What is asked of every request.
pub(crate) struct Door {
    proxies: Proxies,
    hosts: Hosts,
    desktops: Desktops,
    body: Duration,
    request: Duration,
}

impl Door {
    pub(crate) fn new(entrance: &Entrance) -> Arc<Door> {
        let address = entrance.said_address();
        Arc::new(Door {
            proxies: entrance.proxies.clone(),
            hosts: entrance.hosts.clone().with_address(address.as_deref()),
            desktops: entrance.desktops.clone(),
            body: entrance.bounds.body,
            request: entrance.bounds.request,
        })
    }

    /// The answer, if it and what was sent are there in time.
    async fn answer(&self, request: Request, next: Next) -> Response {
        let (request, late) = body::within(request, self.body);
        let answered = timeout(self.request, next.run(request)).await;
        if late.is_so() {
            let seconds = self.body.as_secs();
            let why = format!("What was to be sent did not arrive within {seconds} seconds, so nothing was done. Send it again.\n");
            return (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")], why).into_response();
        }
        answered.unwrap_or_else(|_| {
            tracing::error!("a request was ended after {:?}", self.request);
            let why = "This took too long and was ended. Nothing was half done, but a step may be whole: look before you repeat it.\n";
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        })
    }
}

/// Lets a request in, or says why not.
pub(crate) async fn enter(State(door): State<Arc<Door>>, mut request: Request, next: Next) -> Response {
    let reached = match door.proxies.reached(&request) {
        Ok(reached) => reached,
        Err(why) => return (StatusCode::BAD_REQUEST, format!("{why}; nothing was done.\n")).into_response(),
    };
    let is_watched = WATCHED.iter().any(|path| request.uri().path().starts_with(path));
    if !is_watched && let Err((status, why)) = door.hosts.check(reached.host.as_deref()) {
        return (status, format!("{why}\n")).into_response();
    }
    let seat = door.desktops.seat(reached.client);
    if let Some(parent) = door.proxies.part_of(&request) {
        request.extensions_mut().insert(parent);
    }
    dress(&mut request, reached, seat);
    door.answer(request, next).await
}

/// From here on a request bears what is believed of it, and nothing else.
fn dress(request: &mut Request, reached: Reached, seat: Seat) {
    for name in proxies::SAID_BY_PROXIES {
        request.headers_mut().remove(name);
    }
    if let Some(host) = reached.host.as_deref().and_then(|host| HeaderValue::from_str(host).ok()) {
        request.headers_mut().insert(header::HOST, host);
    }
    if let Some(client) = reached.client {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, reached.port)));
    }
    request.extensions_mut().insert(seat);
    request.extensions_mut().insert(reached);
}

/// The other end of the connection on which a request came, and whether that is within TLS.
fn connection(request: &Request) -> (Option<SocketAddr>, bool) {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|from| from.0);
    (from, request.extensions().get::<WithinTls>().is_some())
}
