//! What the machine says of this program: memory, files, space. A machine that does not say it gives nothing.

use anyhow::Context;
use std::path::Path;

/// Bytes that this program may still write where a folder lies.
pub(super) fn free_bytes(folder: &Path) -> anyhow::Result<u64> {
    let disk = rustix::fs::statvfs(folder).context("asking how much room the disk has")?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
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
