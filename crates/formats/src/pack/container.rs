//! The file behind a pack: sections, then a manifest that lists them.
//!
//! Layout: `GMSPACK1`, sections each padded to eight bytes, the manifest as JSON, its offset and length as
//! two little-endian u64, `GMSPACK1` again. The last bytes are written last, so a cut file is seen at once.

use crate::{FileError, FileResult};
use genome::Build;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{BufWriter, Read, Write},
    ops::Range,
    path::{Path, PathBuf},
};

const MAGIC: &[u8; 8] = b"GMSPACK1";

/// What a pack says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name given by whoever built it.
    pub name: String,
    /// Build of its positions.
    pub build: Build,
    /// Release of each source: what, version.
    pub versions: Vec<(String, String)>,
    /// What is not in this pack, in words.
    pub missing: Vec<String>,
    /// Sections of the pack, in the order in which they lie in the file.
    pub sections: Vec<Section>,
}

/// One section of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Name of the section.
    pub name: String,
    /// Offset of its first byte.
    pub offset: u64,
    /// Length of the section, in bytes.
    pub length: u64,
    /// SHA-256 of the section, in hexadecimal digits.
    pub sha256: String,
    /// Compressed with zstd.
    pub zstd: bool,
}

enum Bytes {
    Mapped(memmap2::Mmap),
    Static(&'static [u8]),
}

/// A pack file, read in place.
pub struct Container {
    path: PathBuf,
    bytes: Bytes,
    manifest: Manifest,
    digest: String,
}

impl Container {
    /// Maps a file and reads its manifest.
    pub fn open(path: &Path) -> FileResult<Container> {
        let fault = |e: std::io::Error| FileError::whole(path, format!("cannot be read: {e}"));
        let file = File::open(path).map_err(fault)?;
        #[expect(unsafe_code, reason = "packs are immutable; reading 1 GB in place instead of copying it is what makes start-up instant")]
        // SAFETY: a pack is written once under a temporary name and never changed after its rename.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(fault)?;
        Self::from_bytes(path, Bytes::Mapped(map))
    }

    /// Reads a pack that is part of the program.
    pub fn from_static(path: &Path, bytes: &'static [u8]) -> FileResult<Container> {
        Self::from_bytes(path, Bytes::Static(bytes))
    }

    fn from_bytes(path: &Path, bytes: Bytes) -> FileResult<Container> {
        let all = match &bytes {
            Bytes::Mapped(map) => &map[..],
            Bytes::Static(bytes) => bytes,
        };
        let broken =
            || FileError::whole(path, "is not a whole reference pack").remedy("Copy it again, or build it with 'gms reference build'");
        let length = all.len();
        if length < 32 || &all[..8] != MAGIC || &all[length - 8..] != MAGIC {
            return Err(broken());
        }
        let word = |index: usize| all[index..index + 8].try_into().map(u64::from_le_bytes).map_err(|_| broken());
        let (offset, size) = (word(length - 24)? as usize, word(length - 16)? as usize);
        let manifest = offset.checked_add(size).and_then(|end| all.get(offset..end)).ok_or_else(broken)?;
        let manifest: Manifest = serde_json::from_slice(manifest).map_err(|_| broken())?;
        let inside = |s: &Section| s.offset.checked_add(s.length).is_some_and(|end| end <= offset as u64);
        if !manifest.sections.iter().all(inside) {
            return Err(broken());
        }
        // Sections are named by their own checksums in the manifest, so the manifest's digest names the content.
        let digest = hex::encode(Sha256::digest(serde_json::to_vec(&manifest).map_err(|_| broken())?));
        Ok(Container { path: path.to_owned(), bytes, manifest, digest })
    }

    /// Where it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 over the manifest, which holds the SHA-256 of every section.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// A section as it stands in the file.
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        self.range(name).map(|range| self.slice(range))
    }

    /// Where a section lies.
    pub fn range(&self, name: &str) -> Option<Range<usize>> {
        let section = self.manifest.sections.iter().find(|s| s.name == name)?;
        Some(section.offset as usize..(section.offset + section.length) as usize)
    }

    /// Bytes of the file.
    pub fn slice(&self, range: Range<usize>) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => &map[range],
            Bytes::Static(bytes) => &bytes[range],
        }
    }

    /// A compressed section, inflated.
    pub fn text(&self, name: &str) -> FileResult<Option<Vec<u8>>> {
        let Some(bytes) = self.section(name) else { return Ok(None) };
        zstd::stream::decode_all(bytes).map(Some).map_err(|e| FileError::whole(&self.path, format!("section {name} is damaged: {e}")))
    }

    /// Compares every section with its checksum; the first that differs is named.
    pub fn verify(&self) -> FileResult<()> {
        for section in &self.manifest.sections {
            let bytes = self.section(&section.name).unwrap_or_default();
            if hex::encode(Sha256::digest(bytes)) != section.sha256 {
                return Err(FileError::whole(&self.path, format!("section {} differs from its checksum", section.name))
                    .remedy("Do not use this pack; copy or build it again"));
            }
        }
        Ok(())
    }
}

/// Writes a pack section by section.
pub struct Writer {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
    offset: u64,
    manifest: Manifest,
}

impl Writer {
    /// Starts a pack; nothing stands at `path` until `finish`.
    pub fn create(path: &Path, name: &str, build: Build) -> FileResult<Writer> {
        let temporary = path.with_extension("partial");
        let fault = |e: std::io::Error| FileError::whole(path, format!("cannot be written: {e}"));
        let mut file = BufWriter::new(File::create(&temporary).map_err(fault)?);
        file.write_all(MAGIC).map_err(fault)?;
        let manifest = Manifest { name: name.into(), build, versions: vec![], missing: vec![], sections: vec![] };
        Ok(Writer { path: path.to_owned(), temporary, file, offset: 8, manifest })
    }

    /// The manifest, for versions and what is missing.
    pub fn manifest(&mut self) -> &mut Manifest {
        &mut self.manifest
    }

    /// Adds a section that is read in place.
    pub fn section(&mut self, name: &str, bytes: &[u8]) -> FileResult<()> {
        self.add(name, bytes, false)
    }

    /// Adds a section of lines, compressed.
    pub fn rows<T: Serialize>(&mut self, name: &str, rows: &[T]) -> FileResult<()> {
        let mut text = Vec::new();
        for row in rows {
            serde_json::to_writer(&mut text, row).map_err(|e| FileError::whole(&self.path, e))?;
            text.push(b'\n');
        }
        let packed = zstd::bulk::compress(&text, 19).map_err(|e| FileError::whole(&self.path, e))?;
        self.add(name, &packed, true)
    }

    fn add(&mut self, name: &str, bytes: &[u8], zstd: bool) -> FileResult<()> {
        let fault = |e: std::io::Error| FileError::whole(&self.path, format!("cannot be written: {e}"));
        let padding = self.offset.next_multiple_of(8) - self.offset;
        self.file.write_all(&[0; 8][..padding as usize]).map_err(fault)?;
        self.offset += padding;
        self.file.write_all(bytes).map_err(fault)?;
        self.manifest.sections.push(Section {
            name: name.into(),
            offset: self.offset,
            length: bytes.len() as u64,
            sha256: hex::encode(Sha256::digest(bytes)),
            zstd,
        });
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Writes the manifest and puts the pack in its place.
    pub fn finish(mut self) -> FileResult<()> {
        let path = self.path.clone();
        let fault = |e: std::io::Error| FileError::whole(&path, format!("cannot be written: {e}"));
        let manifest = serde_json::to_vec(&self.manifest).map_err(|e| FileError::whole(&path, e))?;
        self.file.write_all(&manifest).map_err(fault)?;
        self.file.write_all(&self.offset.to_le_bytes()).map_err(fault)?;
        self.file.write_all(&(manifest.len() as u64).to_le_bytes()).map_err(fault)?;
        self.file.write_all(MAGIC).map_err(fault)?;
        let file = self.file.into_inner().map_err(|e| fault(e.into_error()))?;
        file.sync_all().map_err(fault)?;
        std::fs::rename(&self.temporary, &path).map_err(fault)
    }
}

/// SHA-256 of a file, hexadecimal, read in pieces.
pub fn file_digest(path: &Path) -> FileResult<String> {
    let fault = |e: std::io::Error| FileError::whole(path, format!("cannot be read: {e}"));
    let mut file = File::open(path).map_err(fault)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut buffer).map_err(fault)? {
            0 => return Ok(hex::encode(hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}
