//! Why each dropped allele was dropped: twelve bytes an allele, compressed, kept beside the analysis for `explain`; and, from a
//! gVCF, what was covered.

use super::coverage::{self, Blocks};
use annotation::{Cause, Reason};
use genome::{Contig, Variant};
use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// Name of the file in an output folder.
pub const NAME: &str = "dropped.bin.zst";

/// Rows of one chunk.
#[derive(Default)]
pub struct Rows(Vec<u8>);

impl Rows {
    /// Adds an allele as it stands in the file.
    pub fn push(&mut self, contig: Option<Contig>, position: u32, alleles: (&[u8], &[u8]), cause: Cause) {
        self.0.push(contig.map_or(0, Contig::number));
        self.0.extend(position.to_le_bytes());
        self.0.extend(fingerprint(alleles.0, alleles.1).to_le_bytes());
        self.0.push(cause.reason as u8);
        self.0.extend(cause.value.unwrap_or(f32::NAN).to_le_bytes());
    }
}

/// Sixteen bits of the FNV-1a hash of both alleles: enough to tell the alleles of one site apart.
fn fingerprint(reference: &[u8], alternate: &[u8]) -> u16 {
    let bytes = reference.iter().chain(b">").chain(alternate).map(u8::to_ascii_uppercase);
    let hash = bytes.fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (hash ^ hash >> 16) as u16
}

/// The side files being written. They take their names when they are finished; what is not finished is taken away, so that a
/// refused file leaves an earlier analysis as it was.
pub struct Writer {
    folder: PathBuf,
    open: Option<Open>,
}

struct Open {
    dropped: Encoder,
    covered: Encoder,
}

type Encoder = zstd::stream::write::Encoder<'static, std::io::BufWriter<std::fs::File>>;

fn unfinished(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.part"))
}

fn encoder(path: &Path) -> std::io::Result<Encoder> {
    zstd::stream::write::Encoder::new(std::io::BufWriter::new(std::fs::File::create(path)?), 1)
}

fn ended(encoder: Encoder) -> std::io::Result<()> {
    encoder.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
}

impl Writer {
    /// Starts the side files of an output folder.
    pub fn create(folder: &Path) -> std::io::Result<Writer> {
        let open = Open { dropped: encoder(&unfinished(folder, NAME))?, covered: encoder(&unfinished(folder, coverage::NAME))? };
        Ok(Writer { folder: folder.to_owned(), open: Some(open) })
    }

    /// Adds what a chunk dropped and what it covered.
    pub fn add(&mut self, rows: &Rows, blocks: &Blocks) -> std::io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.dropped.write_all(&rows.0)?;
        open.covered.write_all(blocks.bytes())
    }

    /// Ends the files and gives them their names.
    pub fn finish(mut self) -> std::io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        ended(open.dropped)?;
        ended(open.covered)?;
        for name in [NAME, coverage::NAME] {
            std::fs::rename(unfinished(&self.folder, name), self.folder.join(name))?;
        }
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.open.take().is_some() {
            for name in [NAME, coverage::NAME] {
                // Nothing can be done about a part that cannot be removed, and no name leads to it.
                std::fs::remove_file(unfinished(&self.folder, name)).ok();
            }
        }
    }
}

/// One dropped allele.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropped {
    /// Contig, if of the primary assembly.
    pub contig: Option<Contig>,
    /// Position as it stood in the file.
    pub position: u32,
    /// Why it was dropped, with the value that was judged.
    pub cause: Cause,
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
pub fn find(folder: &Path, matches: impl Fn(&Dropped) -> bool) -> std::io::Result<Vec<Dropped>> {
    let mut reader = zstd::stream::read::Decoder::new(std::fs::File::open(folder.join(NAME))?)?;
    let mut found = Vec::new();
    rows(&mut reader, |row| {
        let value = f32::from_le_bytes([row[8], row[9], row[10], row[11]]);
        let reason = Reason::from_byte(row[7]).ok_or_else(|| std::io::Error::other("an unknown reason stands in the side file"))?;
        let dropped = Dropped {
            contig: Contig::from_number(row[0]),
            position: u32::from_le_bytes([row[1], row[2], row[3], row[4]]),
            fingerprint: u16::from_le_bytes([row[5], row[6]]),
            cause: if value.is_nan() { reason.into() } else { Cause::measured(reason, value) },
        };
        if matches(&dropped) {
            found.push(dropped);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Bytes of a row of either side file.
pub(super) const ROW: usize = 12;

/// Hands out the rows of a side file.
pub(super) fn rows(reader: &mut impl Read, mut visit: impl FnMut(&[u8; ROW]) -> std::io::Result<()>) -> std::io::Result<()> {
    let (mut block, mut filled) = (vec![0; ROW << 16], 0);
    loop {
        let read = reader.read(&mut block[filled..])?;
        filled += read;
        let (whole, _) = block[..filled].as_chunks::<ROW>();
        let used = whole.len() * ROW;
        for row in whole {
            visit(row)?;
        }
        block.copy_within(used..filled, 0);
        filled -= used;
        if read == 0 {
            return Ok(());
        }
    }
}
