//! Why each dropped allele was dropped: eight bytes an allele, compressed, kept beside the analysis for `explain`.

use genome::{Contig, Variant};
use interpret::Reason;
use std::{
    io::{Read, Write},
    path::Path,
};

/// Name of the file in an output folder.
pub const NAME: &str = "dropped.bin.zst";

/// Rows of one chunk.
#[derive(Default)]
pub struct Rows(Vec<u8>);

impl Rows {
    /// Adds an allele as it stands in the file.
    pub fn push(&mut self, contig: Option<Contig>, position: u32, alleles: (&[u8], &[u8]), reason: Reason) {
        self.0.push(contig.map_or(0, Contig::number));
        self.0.extend(position.to_le_bytes());
        self.0.extend(fingerprint(alleles.0, alleles.1).to_le_bytes());
        self.0.push(reason as u8);
    }
}

/// Sixteen bits of the FNV-1a hash of both alleles: enough to tell the alleles of one site apart.
fn fingerprint(reference: &[u8], alternate: &[u8]) -> u16 {
    let bytes = reference.iter().chain(b">").chain(alternate).map(u8::to_ascii_uppercase);
    let hash = bytes.fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (hash ^ hash >> 16) as u16
}

/// A side file being written.
pub struct Writer(zstd::stream::write::Encoder<'static, std::io::BufWriter<std::fs::File>>);

impl Writer {
    /// Starts the side file of an output folder.
    pub fn create(folder: &Path) -> std::io::Result<Writer> {
        let file = std::io::BufWriter::new(std::fs::File::create(folder.join(NAME))?);
        Ok(Writer(zstd::stream::write::Encoder::new(file, 1)?))
    }

    /// Adds the rows of a chunk.
    pub fn add(&mut self, rows: &Rows) -> std::io::Result<()> {
        self.0.write_all(&rows.0)
    }

    /// Ends the file.
    pub fn finish(self) -> std::io::Result<()> {
        self.0.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
    }
}

/// One dropped allele.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Contig, if of the primary assembly.
    pub contig: Option<Contig>,
    /// Position as it stood in the file.
    pub position: u32,
    /// Why.
    pub reason: Reason,
    fingerprint: u16,
}

impl Dropped {
    /// Whether this is the given variant as it stood in the file.
    pub fn is(&self, variant: &Variant) -> bool {
        self.contig == Some(variant.contig)
            && self.position == variant.position.get()
            && self.fingerprint == fingerprint(variant.reference.as_bytes(), variant.alternate.as_bytes())
    }
}

/// All dropped alleles of an output folder that a question asks for.
pub fn find(folder: &Path, wanted: impl Fn(&Dropped) -> bool) -> std::io::Result<Vec<Dropped>> {
    let mut reader = zstd::stream::read::Decoder::new(std::fs::File::open(folder.join(NAME))?)?;
    let (mut found, mut block, mut held) = (Vec::new(), vec![0; 8 << 16], 0);
    loop {
        let read = reader.read(&mut block[held..])?;
        held += read;
        let whole = held / 8 * 8;
        for row in block[..whole].chunks_exact(8) {
            let dropped = Dropped {
                contig: Contig::from_number(row[0]),
                position: u32::from_le_bytes([row[1], row[2], row[3], row[4]]),
                fingerprint: u16::from_le_bytes([row[5], row[6]]),
                reason: Reason::from_byte(row[7]).ok_or_else(|| std::io::Error::other("an unknown reason stands in the side file"))?,
            };
            if wanted(&dropped) {
                found.push(dropped);
            }
        }
        block.copy_within(whole..held, 0);
        held -= whole;
        if read == 0 {
            return Ok(found);
        }
    }
}
