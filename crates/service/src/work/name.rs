//! The name under which a program works.

use std::fs;

/// The machine's name, the program's number on it, and its version.
pub(super) fn own_name() -> String {
    let machine = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let machine = Some(machine.trim()).filter(|machine| !machine.is_empty()).unwrap_or("this machine");
    format!("{machine}/{} (gms {})", std::process::id(), env!("CARGO_PKG_VERSION"))
}
