//! Numbers and stretches of bytes, each no longer than it may be.

use std::io::{ErrorKind, Read};

/// What is wrong, in words that follow the name of a file.
pub(super) type Wrong = String;

pub(super) fn fault(fault: std::io::Error) -> Wrong {
    match fault.kind() {
        ErrorKind::UnexpectedEof => "ends too early".into(),
        _ => format!("cannot be read: {fault}"),
    }
}

pub(super) fn array<const N: usize>(reader: &mut impl Read) -> Result<[u8; N], Wrong> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

pub(super) fn u32(reader: &mut impl Read) -> Result<u32, Wrong> {
    array(reader).map(u32::from_le_bytes)
}

pub(super) fn u64(reader: &mut impl Read) -> Result<u64, Wrong> {
    array(reader).map(u64::from_le_bytes)
}

/// A count, signed in the file, no greater than it may be.
pub(super) fn count(reader: &mut impl Read, most: usize, what: &str) -> Result<usize, Wrong> {
    let count = i32::from_le_bytes(array(reader)?);
    usize::try_from(count).ok().filter(|count| *count <= most).ok_or_else(|| format!("says that it has {count} {what}"))
}

/// So many bytes, which were found to be no more than may be.
pub(super) fn bytes(reader: &mut impl Read, count: usize) -> Result<Vec<u8>, Wrong> {
    let mut bytes = Vec::new();
    reader.take(count as u64).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() == count { Ok(bytes) } else { Err("ends too early".into()) }
}
