//! Opening a text file, plain, gzip or BGZF, by what it contains and not by its name.

use crate::{FileError, FileResult};
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    num::NonZero,
    path::Path,
};

/// How a file is compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip, one stream.
    Gzip,
    /// Blocked gzip (SAM specification, section 4.1).
    Bgzf,
}

/// The empty block that ends every whole BGZF file (SAM specification, section 4.1.2).
const BGZF_END: [u8; 28] =
    [0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// How a file is compressed. A BGZF file without its end marker is reported as truncated.
pub fn compression(path: &Path) -> FileResult<Compression> {
    let fault = |e: std::io::Error| FileError::whole(path, format!("cannot be read: {e}"));
    let mut file = File::open(path).map_err(fault)?;
    let mut start = [0; 18];
    let read = read_up_to(&mut file, &mut start).map_err(fault)?;
    if read < 2 || start[..2] != [0x1f, 0x8b] {
        return Ok(Compression::Plain);
    }
    let is_bgzf = read == 18 && start[3] & 4 != 0 && &start[12..14] == b"BC";
    if !is_bgzf {
        return Ok(Compression::Gzip);
    }
    let mut end = [0; 28];
    let whole = file.seek(SeekFrom::End(-28)).is_ok() && file.read_exact(&mut end).is_ok() && end == BGZF_END;
    if !whole {
        return Err(FileError::whole(path, "is truncated: the BGZF end marker is missing")
            .remedy("Copy the file again and compare its checksum with the sender's"));
    }
    Ok(Compression::Bgzf)
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

/// A reader of the file's text; BGZF is inflated on all cores.
pub fn reader(path: &Path) -> FileResult<Box<dyn BufRead + Send>> {
    let kind = compression(path)?;
    let file = File::open(path).map_err(|e| FileError::whole(path, format!("cannot be read: {e}")))?;
    Ok(match kind {
        Compression::Plain => Box::new(BufReader::with_capacity(1 << 18, file)),
        Compression::Gzip => Box::new(BufReader::with_capacity(1 << 18, flate2::read::MultiGzDecoder::new(BufReader::new(file)))),
        Compression::Bgzf => {
            let workers = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
            Box::new(noodles_bgzf::io::MultithreadedReader::with_worker_count(workers, file))
        }
    })
}

/// All lines of a text file with their numbers, without line ends.
pub fn lines(path: &Path) -> FileResult<impl Iterator<Item = FileResult<(u64, String)>>> {
    let path = path.to_owned();
    let lines = reader(&path)?.lines();
    Ok(lines.zip(1u64..).map(move |(line, number)| match line {
        Ok(text) => Ok((number, text)),
        Err(e) => Err(FileError::on_line(&path, number, "line", format!("cannot be read: {e}"))),
    }))
}

/// Rows of a table with named columns: the first line that is not `##` gives the names.
pub struct Table {
    /// Names of the columns, in their order.
    pub columns: Vec<String>,
    /// Rows with their line numbers.
    pub rows: Vec<(u64, Vec<String>)>,
    path: std::path::PathBuf,
}

impl Table {
    /// Reads a delimited table with quoted fields.
    pub fn read(path: &Path, delimiter: u8) -> FileResult<Table> {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).comment(None).from_reader(reader(path)?);
        let mut table = Table { columns: vec![], rows: vec![], path: path.to_owned() };
        for record in reader.records() {
            let record = record.map_err(|e| FileError::whole(path, e))?;
            let line = record.position().map_or(0, csv::Position::line);
            let fields: Vec<String> = record.iter().map(str::to_owned).collect();
            if table.columns.is_empty() {
                if !fields.first().is_some_and(|f| f.starts_with("##")) {
                    table.columns = fields.iter().map(|f| f.trim_start_matches('#').to_owned()).collect();
                }
            } else if !fields.first().is_some_and(|f| f.starts_with('#')) {
                table.rows.push((line, fields));
            }
        }
        Ok(table)
    }

    /// Where a column stands; an error that lists the columns there are.
    pub fn column(&self, name: &'static str) -> FileResult<usize> {
        self.columns
            .iter()
            .position(|c| c == name)
            .ok_or_else(|| FileError::whole(&self.path, format!("has no column '{name}'; it has: {}", self.columns.join(", "))))
    }
}
