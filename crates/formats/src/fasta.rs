//! FASTA sequence: whole contigs, or named regions (`>chr1:1015123-1058112`).

use crate::{FileError, FileResult, open};
use genome::Contig;
use std::{io::BufRead, path::Path};

/// Where a FASTA entry lies on the assembly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Contig on which it lies.
    pub contig: Contig,
    /// First base, 1-based.
    pub start: u32,
}

/// Streams a FASTA: `visit` is given each entry, then its bases line by line, upper-cased.
/// Entries on contigs outside the primary assembly are passed over.
pub fn stream(path: &Path, mut visit: impl FnMut(Entry, &[u8]) -> FileResult<()>) -> FileResult<()> {
    let mut reader = open::reader(path)?;
    let (mut entry, mut seen, mut line, mut number) = (None, false, Vec::new(), 0);
    loop {
        line.clear();
        number += 1;
        let read = reader.read_until(b'\n', &mut line).map_err(|e| FileError::on_line(path, number, "line", e))?;
        if read == 0 {
            break;
        }
        let text = line.trim_ascii_end();
        if let Some(name) = text.strip_prefix(b">") {
            entry = parse_name(&String::from_utf8_lossy(name));
            seen = true;
        } else if !seen && !text.is_empty() {
            return Err(FileError::on_line(path, number, "header", "a FASTA file starts with a line '>name'"));
        } else if let Some(place) = entry {
            visit(place, &text.to_ascii_uppercase())?;
        }
    }
    Ok(())
}

fn parse_name(name: &str) -> Option<Entry> {
    let first = name.split_whitespace().next()?;
    match first.split_once(':') {
        Some((contig, range)) => Some(Entry { contig: contig.parse().ok()?, start: range.split('-').next()?.parse().ok()? }),
        None => Some(Entry { contig: first.parse().ok()?, start: 1 }),
    }
}
