//! Population frequencies in gnomAD's VCF layout.

use crate::{FileResult, vcf};
use genome::{Frequency, Variant};
use std::path::Path;

/// Reads AF, AN, grpmax (or popmax, or the largest `AF_*` group) and nhomalt of every alternate allele.
pub fn read(path: &Path) -> FileResult<Vec<(Variant, Frequency)>> {
    let mut stream = vcf::Stream::open(path)?;
    let samples = stream.header().samples.len();
    let mut found = Vec::new();
    let owned = path.to_owned();
    stream.for_each_chunk(
        |chunk| {
            let mut part = Vec::new();
            for (line, record) in chunk.records(samples) {
                let record = record.map_err(|e| vcf::Stream::line_error(&owned, line, e))?;
                for allele in 1..=record.alternate_alleles().count() {
                    if let (Some(variant), Some(frequency)) = (record.variant(allele), frequency(&record, allele)) {
                        part.push((variant, frequency));
                    }
                }
            }
            Ok(part)
        },
        |part| {
            found.extend(part);
            Ok(())
        },
    )?;
    Ok(found)
}

fn frequency(record: &vcf::Record, allele: usize) -> Option<Frequency> {
    let per_allele =
        |key: &str| -> Option<f32> { std::str::from_utf8(record.info(key)?.split(|b| *b == b',').nth(allele - 1)?).ok()?.parse().ok() };
    let examined = record.info("AN").and_then(|v| std::str::from_utf8(v).ok()?.parse().ok()).unwrap_or(0);
    let overall = per_allele("AF").or_else(|| Some(per_allele("AC")? / examined.max(1) as f32))?;
    let named = ["AF_grpmax", "AF_popmax", "grpmax", "faf95_max"].iter().find_map(|key| per_allele(key));
    let groups = ["EAS_AF", "AMR_AF", "AFR_AF", "EUR_AF", "SAS_AF"].iter().filter_map(|key| per_allele(key));
    Some(Frequency {
        overall,
        highest_group: named.unwrap_or_else(|| groups.fold(overall, f32::max)),
        homozygotes: per_allele("nhomalt").unwrap_or(0.0) as u32,
        alleles_examined: examined,
    })
}
