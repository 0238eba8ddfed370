//! Population frequencies in gnomAD's VCF layout.

use crate::{FileError, FileResult, vcf};
use genome::{AncestryGroup, Contig, Frequency, FrequencyDetail, Variant};
use rayon::prelude::*;
use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

/// An allele as a file has it.
pub type Seen = (Variant, Frequency, FrequencyDetail);

/// INFO keys of each group's frequency: gnomAD's, and those of the 1000 Genomes Project.
const GROUPS: [(AncestryGroup, [&str; 2]); 10] = [
    (AncestryGroup::African, ["AF_afr", "AFR_AF"]),
    (AncestryGroup::Amish, ["AF_ami", ""]),
    (AncestryGroup::AdmixedAmerican, ["AF_amr", "AMR_AF"]),
    (AncestryGroup::AshkenaziJewish, ["AF_asj", ""]),
    (AncestryGroup::EastAsian, ["AF_eas", "EAS_AF"]),
    (AncestryGroup::Finnish, ["AF_fin", ""]),
    (AncestryGroup::MiddleEastern, ["AF_mid", ""]),
    (AncestryGroup::European, ["AF_nfe", "EUR_AF"]),
    (AncestryGroup::SouthAsian, ["AF_sas", "SAS_AF"]),
    (AncestryGroup::Remaining, ["AF_remaining", "AF_oth"]),
];

/// Reads files together, contig by contig, so that no more than the alleles of one contig are held: `settle` is given all of
/// them, in the order of the files. Each file has its contigs in the order 1–22, X, Y, MT.
pub fn by_contig(paths: &[PathBuf], mut settle: impl FnMut(Contig, Vec<Seen>) -> FileResult<()>) -> FileResult<()> {
    let mut sources = paths.iter().map(|path| Source::open(path)).collect::<FileResult<Vec<_>>>()?;
    loop {
        let mut next = None;
        for source in &mut sources {
            next = [next, source.contig()?].into_iter().flatten().min();
        }
        let Some(contig) = next else { return Ok(()) };
        let mut rows = Vec::new();
        for source in &mut sources {
            source.take(contig, &mut rows)?;
        }
        settle(contig, rows)?;
    }
}

/// A file being read.
struct Source<'p> {
    path: &'p Path,
    stream: vcf::Stream,
    samples: usize,
    /// Read and not yet taken.
    rows: VecDeque<Seen>,
    /// The contig last taken.
    last: Option<Contig>,
}

impl<'p> Source<'p> {
    fn open(path: &'p Path) -> FileResult<Source<'p>> {
        let stream = vcf::Stream::open(path)?;
        Ok(Source { path, samples: stream.header().samples.len(), stream, rows: VecDeque::new(), last: None })
    }

    /// Contig of the next allele; nothing at the end.
    fn contig(&mut self) -> FileResult<Option<Contig>> {
        while self.rows.is_empty() {
            let batch = self.stream.next_batch()?;
            if batch.is_empty() {
                return Ok(None);
            }
            let parts: Vec<FileResult<Vec<Seen>>> = batch.par_iter().map(|chunk| alleles(chunk, self.samples, self.path)).collect();
            for part in parts {
                self.rows.extend(part?);
            }
        }
        let contig = self.rows[0].0.contig;
        if self.last.is_some_and(|last| contig < last) {
            let rule = format!("contig {contig} stands after a later one; sort it by contig in the order 1–22, X, Y, MT");
            return Err(FileError::whole(self.path, rule));
        }
        Ok(Some(contig))
    }

    /// Takes every allele of a contig.
    fn take(&mut self, contig: Contig, into: &mut Vec<Seen>) -> FileResult<()> {
        while self.contig()? == Some(contig) {
            let count = self.rows.iter().take_while(|row| row.0.contig == contig).count();
            into.extend(self.rows.drain(..count));
            self.last = Some(contig);
        }
        Ok(())
    }
}

fn alleles(chunk: &vcf::Chunk, samples: usize, path: &Path) -> FileResult<Vec<Seen>> {
    let mut found = Vec::new();
    for (line, record) in chunk.records(samples) {
        let record = record.map_err(|e| vcf::Stream::line_error(path, line, e))?;
        for allele in 1..=record.alternate_alleles().count() {
            found.extend(record.variant(allele).and_then(|variant| seen(variant, &record, allele)));
        }
    }
    Ok(found)
}

/// AF (or AC and AN), `grpmax` (or `popmax`, or the highest of the groups), `nhomalt`, `AC_XY` on X and Y, groups and filter.
fn seen(variant: Variant, record: &vcf::Record, allele: usize) -> Option<Seen> {
    let per_allele =
        |key: &str| -> Option<f32> { std::str::from_utf8(record.info(key)?.split(|b| *b == b',').nth(allele - 1)?).ok()?.parse().ok() };
    let examined = record.info("AN").and_then(|v| std::str::from_utf8(v).ok()?.parse().ok()).unwrap_or(0);
    let overall = per_allele("AF").or_else(|| Some(per_allele("AC")? / examined.max(1) as f32))?;
    let groups: Vec<(AncestryGroup, f32)> =
        GROUPS.iter().filter_map(|(group, keys)| Some((*group, keys.iter().find_map(|key| per_allele(key))?))).collect();
    let named = ["AF_grpmax", "AF_popmax", "grpmax", "faf95_max"].iter().find_map(|key| per_allele(key));
    let highest = || groups.iter().filter(|(group, _)| !group.is_bottlenecked()).fold(overall, |highest, (_, share)| highest.max(*share));
    let one_copy = matches!(variant.contig, Contig::X | Contig::Y) && !variant.contig.is_pseudo_autosomal(variant.position.get());
    let hemizygotes = if one_copy { ["AC_XY", "AC_male"].iter().find_map(|key| per_allele(key)) } else { None };
    let frequency = Frequency {
        overall,
        highest_group: named.unwrap_or_else(highest),
        homozygotes: per_allele("nhomalt").unwrap_or(0.0) as u32,
        alleles_examined: examined,
    };
    let detail = FrequencyDetail { filtered: !record.passed(), hemizygotes: hemizygotes.unwrap_or(0.0) as u32, groups };
    Some((variant, frequency, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, name: &str, lines: &[&str]) -> PathBuf {
        let head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        let path = folder.join(name);
        std::fs::write(&path, format!("{head}{}\n", lines.join("\n"))).expect("written");
        path
    }

    #[test]
    fn files_are_settled_contig_by_contig_whatever_their_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = [
            file(folder.path(), "exomes.vcf", &["2\t5\t.\tA\tG\t.\tPASS\tAF=0.1", "3\t5\t.\tA\tG\t.\tPASS\tAF=0.1"]),
            file(folder.path(), "one.vcf", &["1\t5\t.\tA\tG\t.\tPASS\tAF=0.1", "2\t9\t.\tA\tG\t.\tPASS\tAF=0.1"]),
        ];
        let mut counts = Vec::new();
        by_contig(&paths, |contig, rows| {
            counts.push(format!("{contig}: {}", rows.len()));
            Ok(())
        })
        .expect("sorted files");
        assert_eq!(counts, ["1: 1", "2: 2", "3: 1"]);
        let unsorted = file(folder.path(), "bad.vcf", &["2\t5\t.\tA\tG\t.\tPASS\tAF=0.1", "1\t5\t.\tA\tG\t.\tPASS\tAF=0.1"]);
        let error = by_contig(&[unsorted], |_, _| Ok(())).expect_err("not sorted").to_string();
        assert!(error.contains("bad.vcf") && error.contains("contig 1 stands after a later one"), "{error}");
    }

    #[test]
    fn groups_filters_and_hemizygotes_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let info = "AC=30;AN=1000;AF=0.03;AF_afr=0.001;AF_fin=0.2;AF_nfe=0.05;nhomalt=1;AC_XY=9";
        let line = format!("X\t50000000\t.\tA\tG\t.\tAS_VQSR\t{info}");
        let path = file(folder.path(), "x.vcf", &[&line]);
        by_contig(&[path], |_, rows| {
            let (_, frequency, detail) = &rows[0];
            assert_eq!((detail.filtered, detail.hemizygotes, frequency.homozygotes), (true, 9, 1));
            assert!((frequency.highest_group - 0.05).abs() < 1e-6, "a bottlenecked group is not the highest: {frequency:?}");
            assert_eq!(detail.groups.len(), 3);
            Ok(())
        })
        .expect("read");
    }
}
