//! What the machine says of this program: memory, files, space. A machine that does not say it gives nothing.

use crate::{Service, fault::ForLog};
use anyhow::Context;
use std::{path::Path, time::Duration};
use tokio::time::timeout;

/// How long whoever looks at figures waits for the disk.
const WITHIN: Duration = Duration::from_secs(2);

/// Bytes that this program may still write where a folder lies.
pub(super) fn free_bytes(folder: &Path) -> anyhow::Result<u64> {
    let disk = rustix::fs::statvfs(folder).context("asking how much room the disk has")?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The same of a service's folder, or nothing where its disk does not say it: asked on a thread beside, and one that hangs once.
pub(super) async fn free(service: &Service) -> Option<u64> {
    let mut disk = service.operations.disk.lock().await;
    let folder = service.folder.clone();
    let said = disk.get_or_insert_with(|| tokio::task::spawn_blocking(move || free_bytes(&folder)));
    let said = timeout(WITHIN, said).await.map_err(anyhow::Error::from);
    if said.is_ok() {
        *disk = None;
    }
    match said.and_then(|ended| ended?) {
        Ok(free) => Some(free),
        Err(fault) => {
            tracing::warn!("asking how much room the disk has: {}", fault.for_log());
            None
        }
    }
}

/// Bytes of memory that this program has (Linux: proc(5), VmRSS).
pub(super) fn resident_bytes() -> Option<u64> {
    resident(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Files and connections that this program has open.
pub(super) fn open_files() -> Option<u64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_the_machine_says_it() {
        assert_eq!(resident("VmPeak:\t   99 kB\nVmRSS:\t   20480 kB\nThreads:\t9\n"), Some(20_971_520));
        assert_eq!(resident("Name:\tgms\n"), None);
        assert!(free_bytes(Path::new("/nowhere/at/all")).is_err());
    }
}
