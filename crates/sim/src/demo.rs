//! stub
use std::{path::Path, sync::Arc};
/// Steps.
pub const STEPS: u64 = 60;
/// Run.
pub async fn run(dir: &Path, _step: &mut dyn FnMut(&str)) -> anyhow::Result<(Arc<service::Service>, Vec<String>)> {
    let pack = service::engine::reference::open("demo")?;
    Ok((service::Service::open(dir, &pack).await?, vec![]))
}
