//! The meta-information lines and the column line.

use super::{meta::Definitions, record::LineError};
use crate::{FileError, FileResult};
use genome::{Build, Contig};
use std::path::Path;

/// What a VCF says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Header {
    /// `fileformat` version, such as `4.2`.
    pub version: String,
    /// Build, where contig lengths or the reference line tell it.
    pub build: Option<Build>,
    /// Sample names, in column order.
    pub samples: Vec<String>,
    /// Lines in the header, with the column line.
    pub line_count: u64,
    /// Meta-information lines as they stand.
    pub meta: Vec<String>,
    /// What INFO and FORMAT keys hold.
    pub definitions: Definitions,
    /// Lines that break a rule, but can be read past.
    pub faults: Vec<(u64, LineError)>,
}

const COLUMNS: [&str; 8] = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"];

impl Header {
    /// Reads the header from its lines; the last one given must be the column line.
    pub fn parse(path: &Path, lines: &[String]) -> FileResult<Header> {
        let first = lines.first().map_or("", String::as_str);
        let version = first.strip_prefix("##fileformat=VCFv").ok_or_else(|| {
            FileError::on_line(path, 1, "fileformat", "the first line must be ##fileformat=VCFv4.1 to VCFv4.5")
                .remedy("Check that this is a VCF file and that its first line was not cut off")
        })?;
        if !["4.0", "4.1", "4.2", "4.3", "4.4", "4.5"].contains(&version.trim()) {
            return Err(FileError::on_line(path, 1, "fileformat", format!("version '{version}' is not one of 4.1 to 4.5")));
        }
        let line_count = lines.len() as u64;
        let names: Vec<&str> = lines.last().map_or("", String::as_str).split('\t').collect();
        for (index, expected) in COLUMNS.iter().enumerate() {
            if names.get(index) != Some(expected) {
                let found = names.get(index).copied().unwrap_or("nothing");
                return Err(FileError::on_line(
                    path,
                    line_count,
                    "column line",
                    format!("column {} must be {expected}, found {found}", index + 1),
                ));
            }
        }
        if names.len() > 8 && names[8] != "FORMAT" {
            return Err(FileError::on_line(path, line_count, "column line", format!("column 9 must be FORMAT, found {}", names[8])));
        }
        let samples: Vec<String> = names.iter().skip(9).map(|s| (*s).to_owned()).collect();
        if let Some(twice) = samples.iter().enumerate().find(|(index, s)| samples[..*index].contains(s)) {
            return Err(FileError::on_line(path, line_count, "column line", format!("sample '{}' stands there twice", twice.1)));
        }
        let version = version.trim().to_owned();
        let meta = lines[..lines.len() - 1].to_vec();
        let mut header =
            Header { version, build: build(lines), samples, line_count, meta, definitions: Definitions::default(), faults: vec![] };
        header.check(names.len());
        Ok(header)
    }

    /// Minor version of VCF 4.
    pub fn minor(&self) -> u8 {
        self.version.strip_prefix("4.").and_then(|minor| minor.parse().ok()).unwrap_or(2)
    }

    fn check(&mut self, columns: usize) {
        let minor = self.minor();
        self.definitions = Definitions::reserved(minor);
        for (line, number) in self.meta.iter().zip(1..).skip(1) {
            if let Err(fault) = self.definitions.read(line, minor) {
                self.faults.push((number, fault));
            }
        }
        if columns == 9 {
            self.faults.push((self.line_count, ("column line", "has FORMAT, but names no sample".into())));
        }
    }
}

/// The build that the contig lengths agree on; failing that, what the reference line names.
fn build(lines: &[String]) -> Option<Build> {
    let by_length = lines.iter().filter_map(|l| l.strip_prefix("##contig=<")).find_map(|fields| {
        let value = |key: &str| fields.trim_end_matches('>').split(',').find_map(|f| f.strip_prefix(key)?.strip_prefix('='));
        let contig = Contig::from_bytes(value("ID")?.as_bytes())?;
        Build::from_contig_length(contig, value("length")?.parse().ok()?)
    });
    by_length.or_else(|| {
        let reference = lines.iter().find(|l| l.starts_with("##reference="))?.to_ascii_lowercase();
        let names = |patterns: &[&str]| patterns.iter().any(|w| reference.contains(w));
        if names(&["grch38", "hg38", "b38"]) {
            Some(Build::GRCh38)
        } else if names(&["grch37", "hg19", "b37", "hs37"]) {
            Some(Build::GRCh37)
        } else {
            None
        }
    })
}
