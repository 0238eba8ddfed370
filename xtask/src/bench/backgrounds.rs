//! Real people's variants on GRCh37, carried to GRCh38, to put published causal variants into.

use anyhow::Context;
use formats::{Pack, chain::Chain, vcf::Stream};
use genome::{Contig, Reference};
use std::{fmt::Write, path::Path};

/// A person or family whose variants serve as background.
pub struct Background {
    /// Name.
    pub name: &'static str,
    /// Sample names: proband, then father and mother when there are three.
    pub samples: Vec<String>,
    /// Lifted lines: contig, position, the line from its third column on.
    lines: Vec<(Contig, u32, String)>,
}

/// A line to add: contig, position, ref, alt, calls in sample order.
pub type Planted = (Contig, u32, String, String, Vec<&'static str>);

impl Background {
    /// Reads and lifts; sites whose reference base differs on GRCh38 are left out.
    pub fn read(path: &Path, name: &'static str, samples: &[&str], chain: &Chain, pack: &Pack) -> anyhow::Result<Background> {
        let mut stream = Stream::open(path)?;
        let columns: Option<Vec<usize>> = samples.iter().map(|s| stream.header().samples.iter().position(|h| h == s)).collect();
        let columns = columns.with_context(|| format!("{} lacks one of {samples:?}", path.display()))?;
        let mut lines = Vec::new();
        while let Some(chunk) = stream.next_chunk()? {
            for (_, line) in chunk.lines() {
                lines.extend(lift(line, &columns, chain, pack));
            }
        }
        lines.sort();
        Ok(Background { name, samples: samples.iter().map(|s| (*s).to_owned()).collect(), lines })
    }

    /// The background as a VCF with a case's variants planted.
    pub fn vcf(&self, planted: &[Planted]) -> String {
        let mut text = String::from("##fileformat=VCFv4.2\n##reference=GRCh38\n");
        let _ = writeln!(text, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{}", self.samples.join("\t"));
        let mut planted: Vec<&Planted> = planted.iter().collect();
        planted.sort_by_key(|p| (p.0, p.1));
        let mut next = planted.into_iter().peekable();
        let add = |text: &mut String, p: &Planted| {
            let calls: Vec<String> =
                p.4.iter()
                    .map(|gt| {
                        format!(
                            "{gt}:{}:30:99",
                            if *gt == "0/0" {
                                "30,0"
                            } else if *gt == "0/1" {
                                "15,15"
                            } else {
                                "0,30"
                            }
                        )
                    })
                    .collect();
            let _ = writeln!(text, "{}\t{}\t.\t{}\t{}\t500\tPASS\t.\tGT:AD:DP:GQ\t{}", p.0, p.1, p.2, p.3, calls.join("\t"));
        };
        for (contig, position, rest) in &self.lines {
            while let Some(p) = next.next_if(|p| (p.0, p.1) <= (*contig, *position)) {
                add(&mut text, p);
            }
            let _ = writeln!(text, "{contig}\t{position}\t{rest}");
        }
        next.for_each(|p| add(&mut text, p));
        text
    }
}

fn lift(line: &[u8], columns: &[usize], chain: &Chain, pack: &Pack) -> Option<(Contig, u32, String)> {
    let line = std::str::from_utf8(line).ok()?;
    let fields: Vec<&str> = line.split('\t').collect();
    let contig: Contig = fields[0].parse().ok()?;
    let (to, position) = chain.lift(contig, fields[1].parse().ok()?)?;
    let end = position + fields[3].len() as u32 - 1;
    if pack.bases(to, position, end).is_some_and(|bases| bases != fields[3].as_bytes()) {
        return None;
    }
    let calls: Vec<&str> = columns.iter().map(|c| fields[9 + c]).collect();
    if !calls.iter().any(|c| c.split(':').next().is_some_and(|gt| gt.contains(|d: char| ('1'..='9').contains(&d)))) {
        return None;
    }
    Some((
        to,
        position,
        format!("{}\t{}\t.\t{}\t{}\t{}", fields[2..6].join("\t"), fields[6], fields[8], calls.join("\t"), "").trim_end().to_owned(),
    ))
}
