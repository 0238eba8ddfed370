//! The pages: server-rendered, working without script, every one behind a permit. The only user of HTTP and HTML.

mod address;
mod afterwards;
mod api;
mod app;
pub mod chart;
#[cfg(test)]
mod colours;
mod cookies;
mod entrance;
mod error;
mod flash;
mod language;
mod limit;
mod origins;
mod pages;
mod provider;
mod range;
mod session;
mod when;

use service::Service;
use std::{future::Future, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

pub use api::hl7::{listen as hl7_line, listen_within_tls as hl7_line_within_tls};
pub use app::router;
pub use entrance::{Entrance, RecordServer};
pub use interop::jose::Signer;
pub use origins::Origins;
pub use provider::{Provider, Settings};
pub use service::people::relying::Credential;
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
    let routes = router(service, entrance).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes).with_graceful_shutdown(until).await?;
    Ok(())
}
