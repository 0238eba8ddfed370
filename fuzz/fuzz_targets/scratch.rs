//! The bytes as a file, in memory where the system has such a place.

use std::{path::Path, sync::LazyLock};

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
});

pub fn with(name: &str, bytes: &[u8], read: impl Fn(&Path)) {
    let path = FOLDER.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    read(&path);
}
