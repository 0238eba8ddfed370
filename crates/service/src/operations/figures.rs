//! Figures out of the database: read now and then, however often they are looked at.

use crate::Service;
use anyhow::Context;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::Figures;
use tokio::time::timeout;

/// How long figures are given again before they are read anew.
const KEPT_FOR: Duration = Duration::from_secs(15);
/// How long reading them may take.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// Figures, and when they were read.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) figures: Arc<Figures>,
    pub(super) read: Instant,
}

/// The figures of this moment or of shortly before. Those that are older are never given for new ones.
pub(super) async fn recent(service: &Service) -> anyhow::Result<Snapshot> {
    let mut kept = service.operations.figures.lock().await;
    if let Some(snapshot) = kept.as_ref().filter(|snapshot| snapshot.read.elapsed() < KEPT_FOR) {
        return Ok(snapshot.clone());
    }
    *kept = None;
    let read = timeout(READ_WITHIN, service.store.figures(service.now())).await;
    let figures = read.with_context(|| format!("figures were not read within {READ_WITHIN:?}"))??;
    let snapshot = Snapshot { figures: Arc::new(figures), read: Instant::now() };
    *kept = Some(snapshot.clone());
    Ok(snapshot)
}
