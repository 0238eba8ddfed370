//! A VCF in whole-line chunks, in file order.

use super::{Checker, Header, Record, record::LineError};
use crate::{FileError, FileResult, open};
use rayon::prelude::*;
use std::{
    io::{BufRead, Read},
    path::{Path, PathBuf},
};

/// Bytes of text in a chunk, before it is filled up to the end of its line.
const CHUNK_BYTES: usize = 1 << 20;
/// A single line longer than this is refused, so that a file without line ends cannot fill the memory.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// An open VCF, past its header.
pub struct Stream {
    path: PathBuf,
    header: Header,
    reader: Box<dyn BufRead + Send>,
    next_line: u64,
}

/// Some whole lines.
pub struct Chunk {
    /// Number of the first line.
    pub first_line: u64,
    /// The file ends here without a line break.
    pub unterminated: bool,
    text: Vec<u8>,
}

impl Stream {
    /// Opens a file and reads its header.
    pub fn open(path: &Path) -> FileResult<Stream> {
        let mut reader = open::reader(path)?;
        let mut lines = Vec::new();
        let unterminated = loop {
            let mut line = Vec::new();
            let number = lines.len() as u64 + 1;
            let read = (&mut reader)
                .take(LINE_BYTES_MAX)
                .read_until(b'\n', &mut line)
                .map_err(|e| FileError::at(path, number, "header", format!("cannot be read: {e}")))?;
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            if read == 0 || !text.starts_with('#') {
                return Err(missing_columns(path, number, lines.is_empty()));
            }
            let is_last = !text.starts_with("##");
            lines.push(text);
            if is_last {
                break !line.ends_with(b"\n");
            }
        };
        let mut header = Header::parse(path, &lines)?;
        if let Some(fault) = Checker::new(&header).unterminated().filter(|_| unterminated) {
            header.faults.push((header.line_count, fault));
        }
        Ok(Stream { path: path.to_owned(), next_line: header.line_count + 1, header, reader })
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The next lines, or nothing at the end.
    pub fn next_chunk(&mut self) -> FileResult<Option<Chunk>> {
        let fault = |line, e: std::io::Error| {
            FileError::at(&self.path, line, "line", format!("the file breaks off or is damaged near this line: {e}"))
                .remedy("Copy the file again and compare its checksum with the sender's")
        };
        let mut text = Vec::with_capacity(CHUNK_BYTES + 4096);
        let read = (&mut self.reader).take(CHUNK_BYTES as u64).read_to_end(&mut text).map_err(|e| fault(self.next_line, e))?;
        if read == 0 {
            return Ok(None);
        }
        if text.last() != Some(&b'\n') {
            (&mut self.reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut text).map_err(|e| fault(self.next_line, e))?;
        }
        if text.last() != Some(&b'\n') && text.len() as u64 > LINE_BYTES_MAX {
            return Err(FileError::at(&self.path, self.next_line, "line", "is longer than 64 MiB"));
        }
        let chunk = Chunk { first_line: self.next_line, unterminated: text.last() != Some(&b'\n'), text };
        self.next_line += memchr::memchr_iter(b'\n', &chunk.text).count() as u64;
        Ok(Some(chunk))
    }

    /// Maps every chunk on all cores and folds the results in file order.
    pub fn for_each_chunk<T: Send>(
        &mut self,
        map: impl Fn(&Chunk) -> FileResult<T> + Sync,
        mut fold: impl FnMut(T) -> FileResult<()>,
    ) -> FileResult<()> {
        let width = rayon::current_num_threads() * 4;
        loop {
            let mut batch = Vec::with_capacity(width);
            while batch.len() < width {
                match self.next_chunk()? {
                    Some(chunk) => batch.push(chunk),
                    None => break,
                }
            }
            if batch.is_empty() {
                return Ok(());
            }
            let results: Vec<FileResult<T>> = batch.par_iter().map(&map).collect();
            for result in results {
                fold(result?)?;
            }
        }
    }

    /// The error for a fault in a line.
    pub fn line_error(path: &Path, line: u64, (field, rule): LineError) -> FileError {
        FileError::at(path, line, field, rule)
    }
}

fn missing_columns(path: &Path, line: u64, empty: bool) -> FileError {
    let rule = if empty {
        "the first line must be ##fileformat=VCFv4.1 to VCFv4.5"
    } else {
        "the header ends without the column line that starts with #CHROM"
    };
    FileError::at(path, line, "header", rule).remedy("Check that this is a whole VCF file")
}

impl Chunk {
    /// The lines with their numbers, empty ones left out.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        self.text
            .split(|b| *b == b'\n')
            .zip(self.first_line..)
            .map(|(line, number)| (number, line.strip_suffix(b"\r").unwrap_or(line)))
            .filter(|(_, line)| !line.is_empty())
    }

    /// The records with their line numbers; the first bad line ends it with its error.
    pub fn records(&self, samples: usize) -> impl Iterator<Item = (u64, Result<Record<'_>, LineError>)> {
        self.lines().map(move |(number, line)| (number, Record::parse(line, samples)))
    }
}
