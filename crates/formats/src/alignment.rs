//! Aligned reads, BAM and CRAM: what the header of a file says, whether it is whole, and whether an index belongs to it. Reads
//! themselves are never looked at. Source: SAM/BAM specification (SAMv1), CRAM specification 3.1, CSI specification (CSIv1).

mod bam;
mod bytes;
mod cram;
pub mod index;
pub mod reference;
mod text;

use crate::{FileError, FileResult};
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// How reads are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Binary alignment map.
    Bam,
    /// Compressed against the reference.
    Cram,
}

/// What the header of a file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// How the reads are kept.
    pub kind: Kind,
    /// Contigs with their lengths in bases, in their order.
    pub contigs: Vec<(String, u64)>,
    /// Names of the samples of its read groups (`SM`), each once.
    pub samples: Vec<String>,
    /// What else its read groups name, each once: themselves, their libraries and their units (`ID`, `LB`, `PU`).
    pub groups: Vec<String>,
    /// It says that its reads are sorted by their places.
    pub is_sorted: bool,
}

/// Bytes of a header at the most: one with every contig of GRCh38 with decoys and HLA has half a megabyte.
const HEADER_BYTES_MAX: usize = 32 << 20;

/// The empty block that ends every whole BAM (SAM specification, section 4.1.2).
const BAM_END: [u8; 28] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// The container that ends every whole CRAM of version 3 (CRAM specification, section 9).
const CRAM_END: [u8; 38] = [
    0x0f, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xe0, 0x45, 0x4f, 0x46, 0, 0, 0, 0, 1, 0, 5, 0xbd, 0xd9, 0x4f, 0, 1, 0, 6, 6, 1, 0, 1, 0,
    1, 0, 0xee, 0x63, 1, 0x4b,
];

/// Reads the header of a file, by what it contains and not by its name.
pub fn header(path: &Path) -> FileResult<Header> {
    let fault = |fault: std::io::Error| FileError::whole(path, format!("cannot be read: {fault}"));
    let mut file = File::open(path).map_err(fault)?;
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic).map_err(fault)?;
    file.seek(SeekFrom::Start(0)).map_err(fault)?;
    let read = match magic.as_slice() {
        b"CRAM" => cram::header(BufReader::new(file)),
        [0x1f, 0x8b, ..] => bam::header(noodles_bgzf::io::Reader::new(file)),
        _ => Err("is neither a BAM nor a CRAM: it does not begin as one".to_owned()),
    };
    read.map_err(|rule| {
        FileError::whole(path, rule).remedy("Have the file delivered as BAM or CRAM 3, as the aligner or samtools writes it")
    })
}

/// Refuses a file that does not end as a whole one does.
pub fn is_whole(path: &Path, kind: Kind) -> FileResult<()> {
    let fault = |fault: std::io::Error| FileError::whole(path, format!("cannot be read: {fault}"));
    let end: &[u8] = match kind {
        Kind::Bam => &BAM_END,
        Kind::Cram => &CRAM_END,
    };
    let mut file = File::open(path).map_err(fault)?;
    let mut found = vec![0; end.len()];
    let is_there = file.seek(SeekFrom::End(-(end.len() as i64))).is_ok() && file.read_exact(&mut found).is_ok();
    if is_there && found == end {
        return Ok(());
    }
    Err(FileError::whole(path, "is truncated: what ends a whole file is missing")
        .remedy("Copy the file again and compare its checksum with the sender's"))
}
