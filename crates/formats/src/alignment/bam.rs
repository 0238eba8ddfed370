//! The header of a BAM: its text, then the contigs that its reads are numbered by. Source: SAM specification, section 4.2.

use super::{
    HEADER_BYTES_MAX, Header, Kind,
    bytes::{Wrong, array, bytes, count, u32},
    text,
};
use std::io::Read;

/// Contigs at the most; GRCh38 with decoys and HLA has 3,366.
const CONTIGS_MAX: usize = 1 << 20;
/// Bytes of a contig's name at the most.
const NAME_BYTES_MAX: usize = 1 << 10;

/// Reads the header from the inflated file.
pub(super) fn header(mut reader: impl Read) -> Result<Header, Wrong> {
    if array::<4>(&mut reader)? != *b"BAM\x01" {
        return Err("is compressed, and is no BAM inside".into());
    }
    let length = count(&mut reader, HEADER_BYTES_MAX, "bytes of header text")?;
    let mut header = text::header(Kind::Bam, &bytes(&mut reader, length)?);
    // Reads are numbered by these contigs; those of the text may be left out.
    let contigs = count(&mut reader, CONTIGS_MAX, "contigs")?;
    header.contigs.clear();
    for _ in 0..contigs {
        let length = count(&mut reader, NAME_BYTES_MAX, "bytes in the name of a contig")?;
        let name = bytes(&mut reader, length)?;
        let name = String::from_utf8_lossy(name.strip_suffix(&[0]).unwrap_or(&name)).into_owned();
        header.contigs.push((name, u64::from(u32(&mut reader)?)));
    }
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, contigs: &[(&str, u32)]) -> Vec<u8> {
        let mut out = b"BAM\x01".to_vec();
        out.extend((text.len() as u32).to_le_bytes());
        out.extend(text.as_bytes());
        out.extend((contigs.len() as u32).to_le_bytes());
        for (name, length) in contigs {
            out.extend((name.len() as u32 + 1).to_le_bytes());
            out.extend(name.as_bytes());
            out.push(0);
            out.extend(length.to_le_bytes());
        }
        out
    }

    #[test]
    fn a_header_is_read_and_every_one_that_is_cut_off_is_refused() {
        let whole = written("@HD\tVN:1.6\tSO:coordinate\n@RG\tID:1\tSM:S1\n", &[("chr1", 248_956_422), ("chrM", 16_569)]);
        let read = header(whole.as_slice()).expect("whole");
        assert_eq!(read.samples, ["S1"]);
        assert_eq!(read.contigs, [("chr1".to_owned(), 248_956_422), ("chrM".to_owned(), 16_569)]);
        for length in 0..whole.len() {
            assert!(header(&whole[..length]).is_err(), "{length} bytes were taken for a header");
        }
    }

    #[test]
    fn a_count_that_no_header_has_is_refused_before_anything_is_read_for_it() {
        let mut huge = b"BAM\x01".to_vec();
        huge.extend(i32::MAX.to_le_bytes());
        assert!(header(huge.as_slice()).expect_err("refused").contains("bytes of header text"));
        let mut negative = b"BAM\x01".to_vec();
        negative.extend((-1_i32).to_le_bytes());
        assert!(header(negative.as_slice()).is_err());
    }
}
