//! Comparing the lists with the journal, and writing them anew from it.

use crate::Service;
use std::sync::Arc;
use store::Watch;

/// Writes every list anew from the journal; returns how many orders and streams were gone through.
#[crate::boxed]
pub async fn rebuild_views(service: &Arc<Service>) -> anyhow::Result<usize> {
    service.store.rebuild_lists().await
}

/// Compares every list with the journal; what differs is named by its order's number, its barcode or its stream.
#[crate::boxed]
pub async fn check_views(service: &Arc<Service>) -> anyhow::Result<Vec<String>> {
    service.store.check_lists().await
}

/// The same, and says after each page how far it has come.
pub async fn check_views_watched(service: &Service, watch: Watch<'_>) -> anyhow::Result<Vec<String>> {
    service.store.check_lists_watched(watch).await
}
