//! A VCF in whole-line chunks, in file order.

use super::{Checker, Header, Record, bcf, record::LineError};
use crate::{FileError, FileResult, bgzf::Blocks, open};
use rayon::prelude::*;
use std::{
    collections::VecDeque,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

/// Bytes of text in a chunk, more or less.
const CHUNK_BYTES: usize = 1 << 20;
/// A single line longer than this is refused, so that a file without line ends cannot fill the memory.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// An open VCF, past its header.
pub struct Stream {
    path: PathBuf,
    header: Header,
    source: Source,
    /// Text after the last line break that was read.
    rest: Vec<u8>,
    ready: VecDeque<Chunk>,
    next_line: u64,
}

enum Source {
    Text(Box<dyn BufRead + Send>),
    Blocks(Blocks),
}

/// Some whole lines.
pub struct Chunk {
    /// Number of the first line.
    pub first_line: u64,
    /// The file ends here without a line break.
    pub unterminated: bool,
    /// A line that began in the text before and ends in this one.
    joined: Option<Vec<u8>>,
    text: Vec<u8>,
    /// Where whole lines begin and end in the text.
    whole: (usize, usize),
}

impl Stream {
    /// Opens a file and reads its header.
    pub fn open(path: &Path) -> FileResult<Stream> {
        let source = match open::compression(path)? {
            open::Compression::Bgzf if bcf::is_bcf(path)? => {
                Source::Text(Box::new(BufReader::with_capacity(CHUNK_BYTES, bcf::Text::open(path)?)))
            }
            open::Compression::Bgzf => {
                Source::Blocks(Blocks::new(File::open(path).map_err(|e| FileError::whole(path, format!("cannot be read: {e}")))?))
            }
            _ => Source::Text(open::reader(path)?),
        };
        let header = Header::default();
        let mut stream = Stream { path: path.to_owned(), header, source, rest: Vec::new(), ready: VecDeque::new(), next_line: 1 };
        stream.read_header()?;
        Ok(stream)
    }

    fn read_header(&mut self) -> FileResult<()> {
        let (mut lines, mut offset) = (Vec::new(), 0);
        let unterminated = loop {
            let end = match memchr::memchr(b'\n', &self.rest[offset..]) {
                Some(length) => offset + length,
                None if self.read_more()? => continue,
                None => self.rest.len(),
            };
            let number = lines.len() as u64 + 1;
            let text = String::from_utf8_lossy(&self.rest[offset..end]).trim_end_matches('\r').to_owned();
            if !text.starts_with('#') {
                if let Some(kind) = ["BAM", "CRAM"].into_iter().find(|kind| lines.is_empty() && text.starts_with(kind)) {
                    return Err(FileError::whole(&self.path, format!("is a {kind} file, and a VCF is needed"))
                        .remedy("Give the variants that were called from it"));
                }
                return Err(missing_columns(&self.path, number, lines.is_empty()));
            }
            let is_last = !text.starts_with("##");
            lines.push(text);
            let broken = end == self.rest.len();
            offset = (end + 1).min(self.rest.len());
            if is_last {
                break broken;
            }
        };
        self.header = Header::parse(&self.path, &lines)?;
        if let Some(fault) = Checker::new(&self.header).unterminated().filter(|_| unterminated) {
            self.header.faults.push((self.header.line_count, fault));
        }
        self.rest.drain(..offset);
        self.next_line = self.header.line_count + 1;
        if let Some(last) = memchr::memrchr(b'\n', &self.rest) {
            let rest = self.rest.split_off(last + 1);
            let text = std::mem::replace(&mut self.rest, rest);
            let lines = memchr::memchr_iter(b'\n', &text).count() as u64;
            self.ready.push_back(Chunk { first_line: self.next_line, unterminated: false, joined: None, text, whole: (0, last) });
            self.next_line += lines;
        }
        Ok(())
    }

    /// Adds text to the rest; false at the end of the file.
    fn read_more(&mut self) -> FileResult<bool> {
        let text = match &mut self.source {
            Source::Text(reader) => next_text(reader.as_mut()),
            Source::Blocks(blocks) => blocks.next_group(CHUNK_BYTES / 4).and_then(|group| group.map(|g| g.inflate()).transpose()),
        };
        let text = text.map_err(|e| damaged(&self.path, self.next_line, &e))?;
        if self.rest.len() as u64 > LINE_BYTES_MAX {
            return Err(FileError::on_line(&self.path, self.next_line, "line", "is longer than 64 MiB"));
        }
        let found = text.is_some();
        self.rest.extend(text.unwrap_or_default());
        Ok(found)
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The next lines, or nothing at the end.
    pub fn next_chunk(&mut self) -> FileResult<Option<Chunk>> {
        while self.ready.is_empty() && self.fill()? {}
        Ok(self.ready.pop_front())
    }

    /// Reads the next texts, inflated side by side, and joins the lines that lie across two of them; false when nothing is left.
    fn fill(&mut self) -> FileResult<bool> {
        let width = rayon::current_num_threads() * 4;
        let fault = |e: std::io::Error| damaged(&self.path, self.next_line, &e);
        let texts: Vec<std::io::Result<(Vec<u8>, u64)>> = match &mut self.source {
            Source::Text(reader) => {
                let mut texts = Vec::with_capacity(width);
                while texts.len() < width {
                    match next_text(reader.as_mut()).map_err(fault)? {
                        Some(text) => texts.push(text),
                        None => break,
                    }
                }
                texts.into_par_iter().map(|text| Ok(counted(text))).collect()
            }
            Source::Blocks(blocks) => {
                let mut groups = Vec::with_capacity(width);
                while groups.len() < width {
                    match blocks.next_group(CHUNK_BYTES).map_err(fault)? {
                        Some(group) => groups.push(group),
                        None => break,
                    }
                }
                groups.par_iter().map(|group| group.inflate().map(counted)).collect()
            }
        };
        let found = !texts.is_empty() || !self.rest.is_empty();
        if texts.is_empty() && found {
            let text = std::mem::take(&mut self.rest);
            let whole = (0, text.len());
            self.ready.push_back(Chunk { first_line: self.next_line, unterminated: true, joined: None, text, whole });
            self.next_line += 1;
        }
        for text in texts {
            let (text, lines) = text.map_err(|e| damaged(&self.path, self.next_line, &e))?;
            self.join(text, lines)?;
        }
        Ok(found)
    }

    /// Makes a chunk of the rest and the whole lines of the next text.
    fn join(&mut self, text: Vec<u8>, lines: u64) -> FileResult<()> {
        let (Some(first), Some(last)) = (memchr::memchr(b'\n', &text), memchr::memrchr(b'\n', &text)) else {
            self.rest.extend(text);
            if self.rest.len() as u64 > LINE_BYTES_MAX {
                return Err(FileError::on_line(&self.path, self.next_line, "line", "is longer than 64 MiB"));
            }
            return Ok(());
        };
        let next_rest = text[last + 1..].to_vec();
        let mut joined = std::mem::replace(&mut self.rest, next_rest);
        joined.extend(&text[..first]);
        let whole = ((first + 1).min(last), last);
        self.ready.push_back(Chunk { first_line: self.next_line, unterminated: false, joined: Some(joined), text, whole });
        self.next_line += lines;
        Ok(())
    }

    /// The chunks that are read at once; none at the end.
    pub fn next_batch(&mut self) -> FileResult<Vec<Chunk>> {
        while self.ready.is_empty() && self.fill()? {}
        Ok(self.ready.drain(..).collect())
    }

    /// Maps every chunk on all cores and folds the results in file order.
    pub fn for_each_chunk<T: Send>(
        &mut self,
        map: impl Fn(&Chunk) -> FileResult<T> + Sync,
        mut fold: impl FnMut(T) -> FileResult<()>,
    ) -> FileResult<()> {
        loop {
            let batch = self.next_batch()?;
            if batch.is_empty() {
                return Ok(());
            }
            let results: Vec<FileResult<T>> = batch.par_iter().map(&map).collect();
            for result in results {
                fold(result?)?;
            }
        }
    }

    /// The error for a fault in a line.
    pub fn line_error(path: &Path, line: u64, (field, rule): LineError) -> FileError {
        FileError::on_line(path, line, field, rule)
    }
}

fn next_text(reader: &mut (dyn BufRead + Send)) -> std::io::Result<Option<Vec<u8>>> {
    let mut text = Vec::with_capacity(CHUNK_BYTES);
    let read = reader.take(CHUNK_BYTES as u64).read_to_end(&mut text)?;
    Ok((read > 0).then_some(text))
}

/// A text with the number of its line breaks.
fn counted(text: Vec<u8>) -> (Vec<u8>, u64) {
    let lines = memchr::memchr_iter(b'\n', &text).count() as u64;
    (text, lines)
}

fn damaged(path: &Path, line: u64, e: &std::io::Error) -> FileError {
    FileError::on_line(path, line, "line", format!("the file breaks off or is damaged near this line: {e}"))
        .remedy("Copy the file again and compare its checksum with the sender's")
}

fn missing_columns(path: &Path, line: u64, empty: bool) -> FileError {
    let rule = if empty {
        "the first line must be ##fileformat=VCFv4.1 to VCFv4.5"
    } else {
        "the header ends without the column line that starts with #CHROM"
    };
    FileError::on_line(path, line, "header", rule).remedy("Check that this is a whole VCF file")
}

impl Chunk {
    /// The lines with their numbers, empty ones left out.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let body = &self.text[self.whole.0..self.whole.1];
        let ends = memchr::memchr_iter(b'\n', body).chain([body.len()]);
        let body_lines = ends.scan(0, move |start, end| {
            let line = &body[*start..end];
            *start = end + 1;
            Some(line)
        });
        let joined = self.joined.as_deref();
        joined
            .into_iter()
            .chain(body_lines)
            .zip(self.first_line..)
            .map(|(line, number)| (number, line.strip_suffix(b"\r").unwrap_or(line)))
            .filter(|(_, line)| !line.is_empty())
    }

    /// The records with their line numbers; a bad line gives its error in its place.
    pub fn records(&self, samples: usize) -> impl Iterator<Item = (u64, Result<Record<'_>, LineError>)> {
        self.lines().map(move |(number, line)| (number, Record::parse(line, samples)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const HEADER: &str = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

    /// Line numbers and positions of a file, read in chunks and one by one.
    fn lines(path: &Path) -> (Vec<(u64, String)>, Vec<u64>) {
        let place = |line: &[u8]| String::from_utf8_lossy(line).split('\t').nth(1).unwrap_or("").to_owned();
        let mut stream = Stream::open(path).expect("a VCF");
        let mut found = Vec::new();
        let read = |chunk: &Chunk| Ok(chunk.lines().map(|(n, l)| (n, place(l))).collect::<Vec<_>>());
        stream
            .for_each_chunk(read, |part| {
                found.extend(part);
                Ok(())
            })
            .expect("read");
        let mut stream = Stream::open(path).expect("a VCF");
        let mut numbers = Vec::new();
        while let Some(chunk) = stream.next_chunk().expect("read") {
            numbers.extend(chunk.lines().map(|(n, _)| n));
        }
        (found, numbers)
    }

    #[test]
    fn every_line_is_handed_out_once_with_its_number_however_the_file_is_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        // Long enough for several groups of blocks, with one line longer than a chunk and none at the end.
        let long = "A".repeat(3 << 20);
        let body: Vec<String> =
            (1..=60_000).map(|n| format!("1\t{n}\t.\tA\t{}\t.\t.\tX={n}", if n == 30_000 { &long } else { "G" })).collect();
        let text = format!("{HEADER}{}", body.join("\n"));
        let plain = folder.path().join("plain.vcf");
        std::fs::write(&plain, &text).expect("written");
        let blocked = folder.path().join("blocked.vcf.gz");
        let mut writer = noodles_bgzf::io::Writer::new(File::create(&blocked).expect("a file"));
        writer.write_all(text.as_bytes()).expect("written");
        writer.finish().expect("ended");
        for path in [&plain, &blocked] {
            let (found, numbers) = lines(path);
            assert_eq!(found.len(), 60_000, "{}", path.display());
            assert!(found.iter().zip(1u64..).all(|((number, place), n)| *number == n + 2 && *place == n.to_string()));
            assert_eq!(numbers, (3..=60_002).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn a_file_of_another_kind_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f.bam");
        let mut writer = noodles_bgzf::io::Writer::new(File::create(&path).expect("a file"));
        writer.write_all(b"BAM\x01\x10\0\0\0@HD\tVN:1.6\n").expect("written");
        writer.finish().expect("ended");
        let fault = Stream::open(&path).err().expect("no VCF").to_string();
        assert!(fault.contains("is a BAM file") && fault.contains("variants that were called"), "{fault}");
    }

    #[test]
    fn a_damaged_block_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f.vcf.gz");
        let mut writer = noodles_bgzf::io::Writer::new(File::create(&path).expect("a file"));
        writer.write_all(HEADER.as_bytes()).expect("written");
        for n in 1..=100_000 {
            writeln!(writer, "1\t{n}\t.\tA\tG\t.\t.\t.").expect("written");
        }
        writer.finish().expect("ended");
        let mut bytes = std::fs::read(&path).expect("read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        std::fs::write(&path, bytes).expect("written");
        let mut stream = Stream::open(&path).expect("the header is whole");
        let fault = stream.for_each_chunk(|_| Ok(()), |()| Ok(())).expect_err("damaged");
        assert!(fault.line.is_some() && fault.to_string().contains("damaged"), "{fault}");
    }
}
