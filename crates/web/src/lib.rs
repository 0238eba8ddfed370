//! The pages: server-rendered, working without script, every one behind a permit. The only user of HTTP and HTML.

mod api;
mod app;
mod error;
mod limit;
mod pages;
mod provider;
mod session;

use service::Service;
use std::{future::Future, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

pub use api::hl7::listen as hl7_line;
pub use app::router;
pub use provider::{Provider, Settings};

/// Serves until told to stop, then lets open requests end. With a provider, people sign in with their organisation's accounts too.
pub async fn serve(
    service: Arc<Service>,
    provider: Option<Provider>,
    listener: TcpListener,
    until: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let routes = router(service, provider).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes).with_graceful_shutdown(until).await?;
    Ok(())
}
