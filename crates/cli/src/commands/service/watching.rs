//! Figures and health on an address of their own, while a program runs on.

use super::worker;
use crate::arguments::service::Watching;
use anyhow::Context;
use service::{Service, fault::ForLog};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Begins to give them, if an address is named.
pub async fn begin(service: &Arc<Service>, arguments: &Watching) -> anyhow::Result<()> {
    let Some(address) = arguments.metrics else { return Ok(()) };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("giving figures on {address}; is another program there? --metrics takes another address"))?;
    println!("Figures for monitoring: http://{}/metrics.", listener.local_addr()?);
    if !address.ip().is_loopback() {
        tracing::warn!("figures are given on {address} to whoever reaches it: let nobody but the monitoring do so");
    }
    let service = Arc::clone(service);
    tokio::spawn(async move {
        if let Err(fault) = web::operations::serve(service, listener, worker::ended()).await {
            tracing::error!("giving figures: {}", fault.for_log());
        }
    });
    Ok(())
}
