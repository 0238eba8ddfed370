//! The header of a CRAM: a definition of the file, then a container whose first block is the text. Source: CRAM specification 3.1,
//! sections 2.3 (numbers of variable length), 6 (file definition), 7 (containers), 8 (blocks).

use super::{
    HEADER_BYTES_MAX, Header, Kind,
    bytes::{Wrong, array, bytes, count},
    text,
};
use std::io::Read;

/// Bytes of the checksum that ends the head of a container.
const CHECKSUM_BYTES: usize = 4;
/// Landmarks of the header's container at the most: it has one for each block.
const LANDMARKS_MAX: i32 = 1 << 10;

/// Reads the header.
pub(super) fn header(mut reader: impl Read) -> Result<Header, Wrong> {
    let magic: [u8; 4] = array(&mut reader)?;
    let [major, minor] = array(&mut reader)?;
    if magic != *b"CRAM" || major != 3 {
        return Err(format!("is CRAM {major}.{minor}, and only version 3 is read"));
    }
    // What names the file says nothing.
    array::<20>(&mut reader)?;
    skip_container(&mut reader)?;
    let text = block(&mut reader)?;
    let mut inner = text.as_slice();
    let length = count(&mut inner, HEADER_BYTES_MAX, "bytes of header text")?;
    Ok(text::header(Kind::Cram, &bytes(&mut inner, length)?))
}

/// The head of a container, up to its first block.
fn skip_container(reader: &mut impl Read) -> Result<(), Wrong> {
    array::<4>(reader)?;
    // Contig, start, span, number of records.
    for _ in 0..4 {
        itf8(reader)?;
    }
    // Records before it, and bases.
    for _ in 0..2 {
        skip_ltf8(reader)?;
    }
    itf8(reader)?;
    let landmarks = itf8(reader)?;
    if !(0..=LANDMARKS_MAX).contains(&landmarks) {
        return Err(format!("says that its header has {landmarks} landmarks"));
    }
    for _ in 0..landmarks {
        itf8(reader)?;
    }
    array::<CHECKSUM_BYTES>(reader).map(drop)
}

/// What stands in the first block, inflated.
fn block(reader: &mut impl Read) -> Result<Vec<u8>, Wrong> {
    let [method, _content] = array(reader)?;
    itf8(reader)?;
    let size = |reader: &mut _| -> Result<usize, Wrong> {
        let size = itf8(reader)?;
        usize::try_from(size).ok().filter(|size| *size <= HEADER_BYTES_MAX).ok_or_else(|| format!("says that its header has {size} bytes"))
    };
    let (compressed, raw) = (size(reader)?, size(reader)?);
    let data = bytes(reader, compressed)?;
    match method {
        0 => Ok(data),
        1 => bytes(&mut flate2::read::GzDecoder::new(data.as_slice()), raw),
        other => Err(format!("has a header that is compressed by a method ({other}) that headers do not have")),
    }
}

/// A number of one to five bytes.
fn itf8(reader: &mut impl Read) -> Result<i32, Wrong> {
    let [first] = array(reader)?;
    let more = (first.leading_ones() as usize).min(4);
    let rest = bytes(reader, more)?;
    let kept = if more == 4 { u32::from(first & 0x0f) } else { u32::from(first & (0xff >> (more + 1))) };
    let value = match more {
        4 => {
            let wide = rest[..3].iter().fold(kept, |value, byte| value << 8 | u32::from(*byte));
            wide << 4 | u32::from(rest[3] & 0x0f)
        }
        _ => rest.iter().fold(kept, |value, byte| value << 8 | u32::from(*byte)),
    };
    Ok(value as i32)
}

/// A number of one to nine bytes, of which nothing is needed.
fn skip_ltf8(reader: &mut impl Read) -> Result<(), Wrong> {
    let [first] = array(reader)?;
    bytes(reader, first.leading_ones() as usize).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of version 3.0 as htslib writes one, the text as it is.
    fn written(text: &str) -> Vec<u8> {
        let mut block = (text.len() as u32).to_le_bytes().to_vec();
        block.extend(text.as_bytes());
        let size = [0x80 | (block.len() >> 8) as u8, block.len() as u8];
        let mut out = b"CRAM\x03\x00".to_vec();
        out.extend([0; 20]);
        out.extend([0; 4]);
        // No contig, start, span, records, records before, bases, one block, one landmark at nothing; a checksum.
        out.extend([0, 0, 0, 0, 0, 0, 1, 1, 0]);
        out.extend([0; 4]);
        out.extend([0, 0, 0]);
        out.extend(size);
        out.extend(size);
        out.extend(block);
        out
    }

    #[test]
    fn a_header_is_read_and_every_one_that_is_cut_off_is_refused() {
        let whole = written("@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:248956422\n@RG\tID:1\tSM:S1\n");
        let read = header(whole.as_slice()).expect("whole");
        assert_eq!((read.samples, read.contigs), (vec!["S1".to_owned()], vec![("chr1".to_owned(), 248_956_422)]));
        for length in 0..whole.len() {
            assert!(header(&whole[..length]).is_err(), "{length} bytes were taken for a header");
        }
        let mut old = whole;
        old[4] = 2;
        assert!(header(old.as_slice()).expect_err("refused").contains("is CRAM 2.0"));
    }

    /// Source of the forms: CRAM specification, section 2.3, ITF8.
    #[test]
    fn numbers_of_variable_length_are_read() {
        for (written, value) in [
            (vec![0x00], 0),
            (vec![0x7f], 127),
            (vec![0x80, 0x80], 128),
            (vec![0xc0, 0x40, 0x00], 16_384),
            (vec![0xe0, 0x20, 0x00, 0x00], 2_097_152),
            (vec![0xff, 0xff, 0xff, 0xff, 0x0f], -1),
        ] {
            assert_eq!(itf8(&mut written.as_slice()), Ok(value), "{written:?}");
        }
    }
}
