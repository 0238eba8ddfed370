//! The pages: server-rendered, working without script, every one behind a permit. The only user of HTTP and HTML.

mod address;
mod afterwards;
mod api;
mod app;
mod background;
pub mod chart;
#[cfg(test)]
mod colours;
mod compression;
mod cookies;
mod door;
mod entrance;
mod error;
mod files;
mod flash;
mod form;
mod language;
mod limit;
pub mod operations;
mod origins;
mod pages;
mod provider;
mod range;
mod serving;
mod session;
mod watch;
mod when;

use axum::middleware::from_fn_with_state;
use door::Door;
use service::Service;
use serving::Serving;
use std::{future::Future, sync::Arc};
use tokio::net::TcpListener;

pub use api::hl7::{listen as hl7_line, listen_within_tls as hl7_line_within_tls};
pub use app::router;
pub use door::{Desktops, Hosts, Proxies};
pub use entrance::{Entrance, RecordServer};
pub use interop::jose::Signer;
pub use origins::Origins;
pub use provider::{Provider, Settings};
pub use service::people::relying::Credential;
pub use serving::Bounds;
pub use tokio_rustls::rustls::ServerConfig;

/// Serves until told to stop, then lets open requests end. People come in by their passwords, and by what is set up beside them.
pub async fn serve(
    service: Arc<Service>,
    entrance: impl Into<Entrance>,
    listener: TcpListener,
    until: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let entrance = entrance.into();
    entrance.check(&service, listener.local_addr()?).await?;
    let (serving, door) = (Serving::new(&entrance), Door::new(&entrance));
    let routes = router(service, entrance).layer(from_fn_with_state(door, door::enter));
    serving::serve(routes, serving, listener, until).await;
    Ok(())
}
