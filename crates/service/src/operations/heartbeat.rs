//! Signs of life of a program that does the work of the service.

use crate::{Service, fault::ForLog};
use std::{sync::Arc, time::Duration};

/// How often one is given.
const EVERY: Duration = Duration::from_secs(15);

/// Gives signs of life for as long as the program runs: beside the work, which may take long.
pub async fn beat(service: Arc<Service>) {
    loop {
        if let Err(fault) = service.store.beat(service.now()).await {
            tracing::error!("giving a sign of life: {}", fault.for_log());
        }
        tokio::time::sleep(EVERY).await;
    }
}
