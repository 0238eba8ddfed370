//! A few aligned reads as a BAM with its index, for people who have none. Source: SAM specification, sections 4.1 (BGZF), 4.2 (BAM),
//! 5.2 (BAI), 5.3 (bins).

use genome::{Build, Contig};
use std::{
    fs,
    io::{Error, Result},
    path::{Path, PathBuf},
};

/// A read that matches the reference for all its length.
#[derive(Clone, Debug)]
pub struct SimulatedRead {
    /// First base, 1-based.
    pub position: u32,
    /// Its bases.
    pub bases: Vec<u8>,
}

/// Bytes that a block holds at the most, so that it has room for what is around them.
const BLOCK_BYTES_MAX: usize = 60_000;
/// The empty block at the end.
const END: [u8; 28] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Writes the reads of a contig, in the order of their places, as a BAM of a build with these samples in its header, and its index beside
/// it. Gives the path of the index.
pub fn write_bam(path: &Path, samples: &[&str], build: Build, contig: Contig, reads: &[SimulatedRead]) -> Result<PathBuf> {
    let header = block(&header(samples, build))?;
    let records: Vec<u8> = reads.iter().zip(1..).flat_map(|(read, number)| record(contig, read, number)).collect();
    let records = block(&records)?;
    let (from, to) = ((header.len() as u64) << 16, ((header.len() + records.len()) as u64) << 16);
    fs::write(path, [header, records, END.to_vec()].concat())?;
    let index = PathBuf::from(format!("{}.bai", path.display()));
    fs::write(&index, bai(contig, reads, from, to))?;
    Ok(index)
}

fn header(samples: &[&str], build: Build) -> Vec<u8> {
    let named = |contig: Contig| if contig == Contig::MT { "chrM".to_owned() } else { format!("chr{contig}") };
    let mut text = "@HD\tVN:1.6\tSO:coordinate\n".to_owned();
    for contig in Contig::all() {
        text += &format!("@SQ\tSN:{}\tLN:{}\n", named(contig), contig.length(build));
    }
    for (number, sample) in samples.iter().enumerate() {
        text += &format!("@RG\tID:{number}\tSM:{sample}\n");
    }
    let mut out = b"BAM\x01".to_vec();
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
    out.extend((Contig::all().count() as u32).to_le_bytes());
    for contig in Contig::all() {
        let name = named(contig);
        out.extend((name.len() as u32 + 1).to_le_bytes());
        out.extend(name.as_bytes());
        out.push(0);
        out.extend(contig.length(build).to_le_bytes());
    }
    out
}

/// A mapped read: every base a match, quality 40, mapping quality 60.
fn record(contig: Contig, read: &SimulatedRead, number: u32) -> Vec<u8> {
    let (start, length) = (read.position - 1, read.bases.len() as u32);
    let name = format!("read{number}\0");
    let mut out = Vec::new();
    out.extend(i32::from(contig.number() - 1).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([name.len() as u8, 60]);
    out.extend((bin(start, start + length) as u16).to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend((-1_i32).to_le_bytes());
    out.extend((-1_i32).to_le_bytes());
    out.extend(0_i32.to_le_bytes());
    out.extend(name.as_bytes());
    out.extend((length << 4).to_le_bytes());
    let code = |base: u8| b"=ACMGRSVTWYHKDBN".iter().position(|known| *known == base.to_ascii_uppercase()).unwrap_or(15) as u8;
    out.extend(read.bases.chunks(2).map(|pair| code(pair[0]) << 4 | pair.get(1).map_or(0, |base| code(*base))));
    out.extend(vec![40; read.bases.len()]);
    [(out.len() as u32).to_le_bytes().to_vec(), out].concat()
}

/// The smallest bin that holds a stretch, from 0, its end not included.
fn bin(start: u32, end: u32) -> u32 {
    let last = end - 1;
    let levels = [(14, 4681), (17, 585), (20, 73), (23, 9), (26, 1)];
    levels.into_iter().find(|(shift, _)| start >> shift == last >> shift).map_or(0, |(shift, first)| first + (start >> shift))
}

/// An index in which every read is found through the one bin that holds all of them.
fn bai(contig: Contig, reads: &[SimulatedRead], from: u64, to: u64) -> Vec<u8> {
    let number = |out: &mut Vec<u8>, n: u32| out.extend(n.to_le_bytes());
    let mut out = b"BAI\x01".to_vec();
    number(&mut out, Contig::all().count() as u32);
    for other in Contig::all() {
        let ends = reads.iter().map(|read| read.position + read.bases.len() as u32).max();
        let Some(end) = ends.filter(|_| other == contig) else {
            out.extend([0; 8]);
            continue;
        };
        number(&mut out, 1);
        let start = reads.iter().map(|read| read.position - 1).min().unwrap_or(0);
        number(&mut out, bin(start, end));
        number(&mut out, 1);
        out.extend(from.to_le_bytes());
        out.extend(to.to_le_bytes());
        let stretches = (end >> 14) + 1;
        number(&mut out, stretches);
        for _ in 0..stretches {
            out.extend(from.to_le_bytes());
        }
    }
    out
}

/// A block of BGZF that is not compressed.
fn block(content: &[u8]) -> Result<Vec<u8>> {
    if content.len() > BLOCK_BYTES_MAX {
        return Err(Error::other(format!("{} bytes do not fit into one block", content.len())));
    }
    let length = content.len() as u16;
    let mut out = vec![0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0];
    // Before: what is written so far, and these two bytes; then five of the stored block, its content, checksum and length.
    let size = out.len() + 2 + 5 + content.len() + 8;
    out.extend((size as u16 - 1).to_le_bytes());
    out.push(1);
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(content);
    out.extend(crc32(content).to_le_bytes());
    out.extend(u32::from(length).to_le_bytes());
    Ok(out)
}

/// The checksum of gzip (RFC 1952, section 8).
fn crc32(content: &[u8]) -> u32 {
    !content.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::alignment;

    /// Source of the checksum: the check value of CRC-32 (RFC 1952), of the text 123456789.
    #[test]
    fn a_file_that_is_written_is_read_as_a_whole_bam_with_its_index() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("S1.bam");
        let read = |position| SimulatedRead { position, bases: b"ACGTACGTAC".to_vec() };
        let index = write_bam(&path, &["S1"], Build::GRCh38, Contig::X, &[read(1_000), read(70_000)]).expect("written");
        let header = alignment::header(&path).expect("a header");
        assert_eq!((header.samples.as_slice(), header.is_sorted, header.contigs.len()), (&["S1".to_owned()][..], true, 25));
        assert_eq!(alignment::reference::faults(&header), Vec::<String>::new());
        alignment::is_whole(&path, header.kind).expect("whole");
        let bytes = fs::metadata(&path).expect("there").len();
        assert_eq!(alignment::index::check(&index, &header, bytes).expect("its index"), alignment::index::IndexKind::Bai);
        fs::write(&path, &fs::read(&path).expect("read")[..900]).expect("cut off");
        assert!(alignment::is_whole(&path, header.kind).is_err());
    }

    #[test]
    fn a_stretch_lies_in_the_smallest_bin_that_holds_it() {
        for (start, end, expected) in [(0, 1, 4681), (16_383, 16_385, 585), (0, 1 << 29, 0), (1 << 26, (1 << 26) + 1, 4681 + (1 << 12))] {
            assert_eq!(bin(start, end), expected, "{start}-{end}");
        }
    }
}
