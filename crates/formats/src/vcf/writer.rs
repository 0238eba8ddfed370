//! Writing a VCF, bgzipped.

use std::{fs::File, io::Write, path::Path};

/// A bgzipped VCF being written.
pub struct Writer(noodles_bgzf::io::Writer<File>);

impl Writer {
    /// Starts a file with its meta-information lines and sample names.
    pub fn create(path: &Path, meta: &[String], samples: &[&str]) -> std::io::Result<Writer> {
        let mut writer = noodles_bgzf::io::Writer::new(File::create(path)?);
        for line in meta {
            writeln!(writer, "{line}")?;
        }
        write!(writer, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")?;
        if !samples.is_empty() {
            write!(writer, "\tFORMAT\t{}", samples.join("\t"))?;
        }
        writeln!(writer)?;
        Ok(Writer(writer))
    }

    /// Adds one line.
    pub fn line(&mut self, line: &str) -> std::io::Result<()> {
        writeln!(self.0, "{line}")
    }

    /// Ends the file with its end marker.
    pub fn finish(self) -> std::io::Result<()> {
        self.0.finish()?.sync_all()
    }
}
