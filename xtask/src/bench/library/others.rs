//! The same genotypes as other tools read them, written while people are drawn: BCF for bcftools, plain rows for DuckDB.

use super::shell;
use anyhow::{Context, ensure};
use library::Call;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufWriter, Write},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

/// Who carries a site, and what is known of it.
struct SiteCalls {
    frequency: f32,
    impact: u8,
    carriers: Vec<(u32, u8)>,
}

/// Genotypes of a stretch by site, for a BCF: its rows are sites, and people come one after another.
pub struct Sites {
    within: RangeInclusive<u32>,
    sites: BTreeMap<u32, SiteCalls>,
}

impl Sites {
    pub fn within(within: RangeInclusive<u32>) -> Sites {
        Sites { within, sites: BTreeMap::new() }
    }

    pub fn take(&mut self, calls: &[Call]) {
        for call in calls.iter().filter(|call| self.within.contains(&call.position)) {
            let new = || SiteCalls { frequency: call.frequency.unwrap_or_default(), impact: call.impact as u8, carriers: vec![] };
            self.sites.entry(call.position).or_insert_with(new).carriers.push((call.person.0, call.copies));
        }
    }

    /// Bases of it.
    pub fn bases(&self) -> u32 {
        self.within.end() - self.within.start() + 1
    }

    pub fn write(&self, path: &Path, people: u32) -> anyhow::Result<()> {
        let mut tool =
            Command::new("bcftools").args(["view", "-Ob", "-o"]).arg(path).arg("-").stdin(Stdio::piped()).spawn().context("bcftools")?;
        let mut to = BufWriter::with_capacity(1 << 20, tool.stdin.take().context("its input")?);
        writeln!(to, "##fileformat=VCFv4.2\n##contig=<ID=2,length=242193529>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">")?;
        writeln!(to, "##INFO=<ID=AF,Number=1,Type=Float,Description=\"\">\n##INFO=<ID=IM,Number=1,Type=Integer,Description=\"\">")?;
        write!(to, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT")?;
        (1..=people).try_for_each(|no| write!(to, "\tP{no}"))?;
        for (position, site) in &self.sites {
            write!(to, "\n2\t{position}\t.\tA\tT\t.\tPASS\tAF={};IM={}\tGT", site.frequency, site.impact)?;
            let mut row = b"\t0/0".repeat(people as usize);
            for (no, copies) in &site.carriers {
                let own = (*no as usize - 1) * 4;
                row[own..own + 4].copy_from_slice([b"\t0/0", b"\t0/1", b"\t1/1"][usize::from(*copies)]);
            }
            to.write_all(&row)?;
        }
        writeln!(to)?;
        drop(to);
        ensure!(tool.wait()?.success(), "bcftools did not write the BCF");
        ensure!(Command::new("bcftools").args(["index", "-f"]).arg(path).status()?.success(), "bcftools did not index");
        Ok(())
    }
}

/// Rows on their way to DuckDB, one for each person who carries; it writes them as Parquet in the order of places, itself.
pub struct Rows {
    tool: Child,
    to: BufWriter<ChildStdin>,
    path: PathBuf,
}

impl Rows {
    pub fn new(folder: &Path) -> anyhow::Result<Rows> {
        let path = folder.join("long.parquet");
        let types = "{'contig':'UTINYINT','position':'UINTEGER','alternate':'VARCHAR','gene':'VARCHAR','impact':'UTINYINT',\
                     'frequency':'FLOAT','no':'UINTEGER','copies':'UTINYINT'}";
        let sql = format!(
            "SET memory_limit='4GB'; SET temp_directory='{}'; \
             COPY (SELECT * FROM read_csv('/dev/stdin', header=true, columns={types}) ORDER BY position, no) \
             TO '{}' (FORMAT parquet, COMPRESSION zstd)",
            folder.join("duckdb").display(),
            path.display()
        );
        let mut tool = Command::new("duckdb").args(["-c", &sql]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("duckdb")?;
        let mut to = BufWriter::with_capacity(1 << 20, tool.stdin.take().context("its input")?);
        writeln!(to, "contig,position,alternate,gene,impact,frequency,no,copies")?;
        Ok(Rows { tool, to, path })
    }

    pub fn take(&mut self, calls: &[Call]) -> anyhow::Result<()> {
        for c in calls {
            let frequency = c.frequency.unwrap_or_default();
            writeln!(self.to, "2,{},T,{},{},{frequency},{},{}", c.position, c.gene, c.impact as u8, c.person.0, c.copies)?;
        }
        Ok(())
    }

    /// Bytes of the file.
    pub fn finish(self) -> anyhow::Result<u64> {
        let Rows { mut tool, to, path } = self;
        drop(to.into_inner().context("writing rows for DuckDB")?);
        ensure!(tool.wait()?.success(), "DuckDB did not write the rows");
        Ok(fs::metadata(path)?.len())
    }
}

/// Bytes of a BCF without what is known of its sites.
pub fn bare_bytes(bcf: &str) -> anyhow::Result<u64> {
    Ok(shell(&format!("bcftools annotate -x INFO -Ob {bcf} | wc -c"))?.parse()?)
}
