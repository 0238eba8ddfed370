//! Whether an index belongs to a file of reads: its kind, as many contigs as the header has, and no place beyond the file's end.
//! Source: SAM specification, section 5.2 (BAI); CSI specification; CRAM specification, section 12 (CRAI).

use super::{
    Header, Kind,
    bytes::{Wrong, array, bytes, count, fault, u32, u64},
};
use crate::{FileError, FileResult};
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// How an index is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IndexKind {
    /// Of a BAM.
    Bai,
    /// Of a BAM, coordinate-sorted index.
    Csi,
    /// Of a CRAM.
    Crai,
}

/// Bytes of an index at the most, inflated; that of a genome read 100 times over has less than a tenth.
const INDEX_BYTES_MAX: u64 = 1 << 29;
/// Bins of a contig, parts of a bin, and stretches of a contig at the most.
const PARTS_MAX: usize = 1 << 24;
/// Bytes of what a CSI says beside its bins, at the most.
const AUXILIARY_BYTES_MAX: usize = 1 << 20;
/// Levels of bins at the most (CSI specification: more do not fit into the number of a bin).
const LEVELS_MAX: usize = 9;
/// Levels of bins of a BAI.
const BAI_LEVELS: usize = 5;

/// What an index says.
struct Said {
    contigs: usize,
    /// The furthest byte of the file that it points to.
    furthest: u64,
}

/// Refuses an index that does not belong to a file of reads with this header and so many bytes.
pub fn check(path: &Path, header: &Header, reads_bytes: u64) -> FileResult<IndexKind> {
    let wrong = |rule: String| {
        FileError::whole(path, rule).remedy("Make the index anew from the file that is delivered (samtools index), and deliver both")
    };
    let (kind, said) = read(path).map_err(wrong)?;
    let fits = match kind {
        IndexKind::Bai | IndexKind::Csi => header.kind == Kind::Bam,
        IndexKind::Crai => header.kind == Kind::Cram,
    };
    if !fits {
        return Err(wrong("is an index of the other kind of file".into()));
    }
    let has_contigs = match kind {
        IndexKind::Bai | IndexKind::Csi => said.contigs == header.contigs.len(),
        IndexKind::Crai => said.contigs <= header.contigs.len(),
    };
    if !has_contigs {
        return Err(wrong(format!("is of a file with {} contigs, and the header has {}", said.contigs, header.contigs.len())));
    }
    if said.furthest > reads_bytes {
        return Err(wrong(format!("points to byte {} of a file that has {reads_bytes}", said.furthest)));
    }
    Ok(kind)
}

fn read(path: &Path) -> Result<(IndexKind, Said), Wrong> {
    let mut file = File::open(path).map_err(fault)?;
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic).map_err(fault)?;
    file.seek(SeekFrom::Start(0)).map_err(fault)?;
    let plain = BufReader::new(file);
    if magic == *b"BAI\x01" {
        return Ok((IndexKind::Bai, bai(plain.take(INDEX_BYTES_MAX))?));
    }
    if !magic.starts_with(&[0x1f, 0x8b]) {
        return Err("is no index: it begins as neither a BAI, a CSI nor a CRAI".into());
    }
    let mut inflated = BufReader::new(MultiGzDecoder::new(plain).take(INDEX_BYTES_MAX));
    let is_csi = inflated.fill_buf().map_err(fault)?.starts_with(b"CSI\x01");
    if is_csi { Ok((IndexKind::Csi, csi(inflated)?)) } else { Ok((IndexKind::Crai, crai(inflated)?)) }
}

fn bai(mut reader: impl Read) -> Result<Said, Wrong> {
    array::<4>(&mut reader)?;
    let contigs = count(&mut reader, PARTS_MAX, "contigs")?;
    let mut furthest = 0;
    for _ in 0..contigs {
        furthest = furthest.max(bins(&mut reader, BAI_LEVELS, false)?);
        for _ in 0..count(&mut reader, PARTS_MAX, "stretches")? {
            furthest = furthest.max(u64(&mut reader)?);
        }
    }
    Ok(Said { contigs, furthest: furthest >> 16 })
}

fn csi(mut reader: impl Read) -> Result<Said, Wrong> {
    array::<8>(&mut reader)?;
    let levels = count(&mut reader, LEVELS_MAX, "levels of bins")?;
    let auxiliary = count(&mut reader, AUXILIARY_BYTES_MAX, "bytes beside its bins")?;
    bytes(&mut reader, auxiliary)?;
    let contigs = count(&mut reader, PARTS_MAX, "contigs")?;
    let mut furthest = 0;
    for _ in 0..contigs {
        furthest = furthest.max(bins(&mut reader, levels, true)?);
    }
    Ok(Said { contigs, furthest: furthest >> 16 })
}

/// The furthest place that the bins of a contig point to. The bin after the last holds counts beside places.
fn bins(reader: &mut impl Read, levels: usize, has_offset: bool) -> Result<u64, Wrong> {
    let of_counts = ((1_u64 << (levels * 3 + 3)) - 1) / 7 + 1;
    let mut furthest = 0;
    for _ in 0..count(reader, PARTS_MAX, "bins")? {
        let bin = u64::from(u32(reader)?);
        if has_offset {
            array::<8>(reader)?;
        }
        for _ in 0..count(reader, PARTS_MAX, "parts of a bin")? {
            let (_, end) = (u64(reader)?, u64(reader)?);
            if bin != of_counts {
                furthest = furthest.max(end);
            }
        }
    }
    Ok(furthest)
}

/// A line for each slice: contig, first base, bases, place of its container, place and bytes of the slice in it.
fn crai(reader: impl BufRead) -> Result<Said, Wrong> {
    let mut said = Said { contigs: 0, furthest: 0 };
    for line in reader.lines() {
        let line = line.map_err(fault)?;
        let numbers: Option<Vec<i64>> = line.split('\t').map(|number| number.parse().ok()).collect();
        let Some(&[contig, _, _, container, slice, bytes]) = numbers.as_deref() else {
            return Err("is no index: a line has not the six numbers of a CRAI".into());
        };
        let end = u64::try_from(container.max(0).saturating_add(slice.max(0)).saturating_add(bytes.max(0))).unwrap_or(u64::MAX);
        said.furthest = said.furthest.max(end);
        said.contigs = said.contigs.max(usize::try_from(contig.saturating_add(1)).unwrap_or(0));
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn header(kind: Kind, contigs: usize) -> Header {
        let contigs = (0..contigs).map(|n| (format!("c{n}"), 1000)).collect();
        Header { kind, contigs, samples: vec![], groups: vec![], is_sorted: true }
    }

    /// A BAI of two contigs; the first has a bin that ends at a byte, and the bin of counts.
    fn two_contigs(end: u64) -> Vec<u8> {
        let mut out = b"BAI\x01".to_vec();
        let number = |out: &mut Vec<u8>, n: u32| out.extend(n.to_le_bytes());
        number(&mut out, 2);
        number(&mut out, 2);
        for (bin, chunks) in [(4681, vec![(0_u64, end << 16)]), (37_450, vec![(0, 9), (7, u64::MAX)])] {
            number(&mut out, bin);
            number(&mut out, chunks.len() as u32);
            for (from, to) in chunks {
                out.extend(from.to_le_bytes());
                out.extend(to.to_le_bytes());
            }
        }
        number(&mut out, 1);
        out.extend(0_u64.to_le_bytes());
        number(&mut out, 0);
        number(&mut out, 0);
        out
    }

    fn checked(content: &[u8], header: &Header, bytes: u64) -> Result<IndexKind, String> {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(content).expect("written");
        check(file.path(), header, bytes).map_err(|error| error.rule)
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(content).expect("written");
        writer.finish().expect("written")
    }

    #[test]
    fn an_index_belongs_to_a_file_of_its_kind_and_contigs_that_it_does_not_point_beyond() {
        let bam = header(Kind::Bam, 2);
        assert_eq!(checked(&two_contigs(500), &bam, 500), Ok(IndexKind::Bai));
        assert_eq!(checked(&two_contigs(501), &bam, 500), Err("points to byte 501 of a file that has 500".into()));
        assert_eq!(checked(&two_contigs(1), &header(Kind::Bam, 3), 500), Err("is of a file with 2 contigs, and the header has 3".into()));
        assert_eq!(checked(&two_contigs(1), &header(Kind::Cram, 2), 500), Err("is an index of the other kind of file".into()));
        assert!(checked(&two_contigs(1)[..30], &bam, 500).is_err());
        assert!(checked(b"nothing of the kind", &bam, 500).is_err());
    }

    #[test]
    fn an_index_of_a_cram_has_six_numbers_a_line() {
        let cram = header(Kind::Cram, 2);
        assert_eq!(checked(&gzip(b"0\t1\t100\t26\t10\t64\n1\t1\t9\t100\t10\t64\n"), &cram, 174), Ok(IndexKind::Crai));
        assert!(checked(&gzip(b"1\t1\t9\t100\t10\t64\n"), &cram, 173).is_err());
        assert!(checked(&gzip(b"2\t1\t9\t100\t10\t64\n"), &cram, 900).is_err(), "a contig that the header lacks");
        assert!(checked(&gzip(b"9223372036854775807\t1\t9\t100\t10\t64\n"), &cram, 900).is_err(), "a contig beyond counting");
        assert!(checked(&gzip(b"0\t1\t100\n"), &cram, 900).is_err());
        assert!(checked(&gzip(b"0\t1\t100\t26\t10\t64\n"), &header(Kind::Bam, 2), 900).is_err());
    }
}
