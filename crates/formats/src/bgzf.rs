//! BGZF read block by block, so that the blocks can be inflated side by side. Source: SAM specification, section 4.1.

use std::{
    fs::File,
    io::{BufReader, Error, ErrorKind, Read, Result},
};

/// A BGZF file's compressed blocks, in order.
pub struct Blocks(BufReader<File>);

/// Consecutive blocks as they stand in the file.
#[derive(Default)]
pub struct Group {
    compressed: Vec<u8>,
    /// Where each block begins and ends, and its inflated size.
    blocks: Vec<(usize, usize, usize)>,
    inflated_bytes: usize,
}

/// Bytes of a block's fixed header, up to the subfield that tells its size.
const HEADER_BYTES: usize = 12;
/// Inflated bytes of a block are at most this many.
const BLOCK_BYTES_MAX: usize = 1 << 16;

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("a BGZF block {what}"))
}

impl Blocks {
    /// The blocks of a file from its start.
    pub fn new(file: File) -> Blocks {
        Blocks(BufReader::with_capacity(1 << 20, file))
    }

    /// The next blocks that inflate to at least so many bytes together; nothing at the end of the file.
    pub fn next_group(&mut self, bytes: usize) -> Result<Option<Group>> {
        let mut group = Group::default();
        while group.inflated_bytes < bytes && self.next_block(&mut group)? {}
        Ok((!group.blocks.is_empty()).then_some(group))
    }

    fn next_block(&mut self, group: &mut Group) -> Result<bool> {
        let start = group.compressed.len();
        let mut header = [0; HEADER_BYTES];
        match self.0.read(&mut header[..1])? {
            0 => return Ok(false),
            _ => self.0.read_exact(&mut header[1..])?,
        }
        if header[..2] != [0x1f, 0x8b] || header[3] & 4 == 0 {
            return Err(broken("does not begin as one"));
        }
        let mut extra = vec![0; usize::from(u16::from_le_bytes([header[10], header[11]]))];
        self.0.read_exact(&mut extra)?;
        let size = block_size(&extra).ok_or_else(|| broken("does not tell its size"))?;
        let rest = (size + 1).checked_sub(HEADER_BYTES + extra.len()).filter(|rest| *rest > 8).ok_or_else(|| broken("is too short"))?;
        group.compressed.extend(header);
        group.compressed.extend(extra);
        let from = group.compressed.len();
        group.compressed.resize(from + rest, 0);
        self.0.read_exact(&mut group.compressed[from..])?;
        let end = group.compressed.len();
        let inflated = u32::from_le_bytes([
            group.compressed[end - 4],
            group.compressed[end - 3],
            group.compressed[end - 2],
            group.compressed[end - 1],
        ]) as usize;
        if inflated > BLOCK_BYTES_MAX {
            return Err(broken("says that it holds more than 64 KiB"));
        }
        group.blocks.push((start, end, inflated));
        group.inflated_bytes += inflated;
        Ok(true)
    }
}

/// The value of subfield `BC`: the block's size less one.
fn block_size(mut extra: &[u8]) -> Option<usize> {
    while let [a, b, low, high, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        if (a, b) == (&b'B', &b'C') && length == 2 {
            return Some(usize::from(u16::from_le_bytes([*rest.first()?, *rest.get(1)?])));
        }
        extra = rest.get(length..)?;
    }
    None
}

impl Group {
    /// The blocks' text, each block's checksum compared.
    pub fn inflate(&self) -> Result<Vec<u8>> {
        let mut text = vec![0; self.inflated_bytes];
        let mut inflater = libdeflater::Decompressor::new();
        let mut offset = 0;
        for (start, end, size) in &self.blocks {
            let written = inflater
                .gzip_decompress(&self.compressed[*start..*end], &mut text[offset..offset + size])
                .map_err(|e| broken(&format!("cannot be inflated: {e}")))?;
            if written != *size {
                return Err(broken("holds less than it says"));
            }
            offset += size;
        }
        Ok(text)
    }
}
