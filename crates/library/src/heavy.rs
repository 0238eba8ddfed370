//! Work that computes much.

use anyhow::Context;
use tokio::{runtime::Handle, task::spawn_blocking};

/// Does what computes much on a thread of its own: whoever waits for a page waits for nothing of it.
pub(crate) async fn on_own_thread<T: Send + 'static>(work: impl Future<Output = anyhow::Result<T>> + Send + 'static) -> anyhow::Result<T> {
    let handle = Handle::current();
    spawn_blocking(move || handle.block_on(work)).await.context("working on files of the library")?
}
