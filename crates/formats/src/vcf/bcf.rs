//! BCF (binary VCF, HTS specifications) read as the text of the same VCF, so that every rule and every line number is the text's.

use crate::{FileError, FileResult};
use noodles_vcf::variant::io::Write as _;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// The first bytes of an inflated BCF.
const MAGIC: &[u8; 3] = b"BCF";
/// Text made at once, in bytes, more or less.
const TEXT_BYTES: usize = 1 << 18;

/// A BCF as VCF text.
pub(super) struct Text {
    records: noodles_bcf::io::Reader<noodles_bgzf::io::Reader<File>>,
    header: noodles_vcf::Header,
    record: noodles_bcf::Record,
    made: Vec<u8>,
    offset: usize,
    ended: bool,
}

/// Whether a BGZF file holds BCF.
pub(super) fn is_bcf(path: &Path) -> FileResult<bool> {
    let file = File::open(path).map_err(|e| FileError::whole(path, format!("cannot be read: {e}")))?;
    let mut start = [0; 3];
    Ok(noodles_bgzf::io::Reader::new(file).read_exact(&mut start).is_ok() && start == *MAGIC)
}

impl Text {
    /// Opens a BCF and makes the text of its header.
    pub(super) fn open(path: &Path) -> FileResult<Text> {
        let fault = |e: io::Error| FileError::whole(path, format!("is a BCF whose header does not read: {e}"));
        let file = File::open(path).map_err(|e| FileError::whole(path, format!("cannot be read: {e}")))?;
        let mut records = noodles_bcf::io::Reader::new(file);
        let header = records.read_header().map_err(fault)?;
        let mut writer = noodles_vcf::io::Writer::new(Vec::new());
        writer.write_header(&header).map_err(fault)?;
        let made = writer.into_inner();
        Ok(Text { records, header, record: noodles_bcf::Record::default(), made, offset: 0, ended: false })
    }

    fn fill(&mut self) -> io::Result<()> {
        self.offset = 0;
        self.made.clear();
        let mut writer = noodles_vcf::io::Writer::new(std::mem::take(&mut self.made));
        while writer.get_ref().len() < TEXT_BYTES {
            if self.records.read_record(&mut self.record)? == 0 {
                self.ended = true;
                break;
            }
            writer.write_variant_record(&self.header, &self.record)?;
        }
        self.made = writer.into_inner();
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.offset == self.made.len() && !self.ended {
            self.fill()?;
        }
        let length = buffer.len().min(self.made.len() - self.offset);
        buffer[..length].copy_from_slice(&self.made[self.offset..self.offset + length]);
        self.offset += length;
        Ok(length)
    }
}
