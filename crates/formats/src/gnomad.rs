//! Population frequencies in gnomAD's VCF layout.

use crate::{FileError, FileResult, vcf};
use genome::{AncestryGroup, Contig, Frequency, FrequencyDetail, Variant};
use std::path::{Path, PathBuf};

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

/// Reads files contig by contig, so that no more than the alleles of one contig are held: `settle` is given all of them of a
/// contig, from every file, in the files' order. Files have their contigs in the order 1–22, X, Y, MT.
pub fn by_contig(paths: &[PathBuf], mut settle: impl FnMut(Contig, Vec<Seen>) -> FileResult<()>) -> FileResult<()> {
    let mut files: Vec<(Contig, &PathBuf)> = Vec::new();
    for path in paths {
        files.extend(first_contig(path)?.map(|contig| (contig, path)));
    }
    files.sort_by_key(|(contig, _)| *contig);
    let mut held: Vec<Vec<Seen>> = vec![Vec::new(); usize::from(Contig::MT.number()) + 1];
    let mut settled = 0;
    for (at, (_, path)) in files.iter().enumerate() {
        let next_file = files.get(at + 1).map_or(u8::MAX, |(contig, _)| contig.number());
        each_chunk(path, |part| {
            for seen in part {
                let contig = seen.0.contig;
                if contig.number() < settled {
                    let rule = format!("contig {contig} stands after a later one; sort it by contig in the order 1–22, X, Y, MT");
                    return Err(FileError::whole(path, rule));
                }
                settle_before(contig.number().min(next_file), &mut settled, &mut held, &mut settle)?;
                held[usize::from(contig.number())].push(seen);
            }
            Ok(())
        })?;
    }
    settle_before(u8::MAX, &mut settled, &mut held, &mut settle)
}

fn settle_before(
    end: u8,
    settled: &mut u8,
    held: &mut [Vec<Seen>],
    settle: &mut impl FnMut(Contig, Vec<Seen>) -> FileResult<()>,
) -> FileResult<()> {
    for number in *settled..end.min(held.len() as u8) {
        let rows = std::mem::take(&mut held[usize::from(number)]);
        if let Some((variant, ..)) = rows.first() {
            settle(variant.contig, rows)?;
        }
    }
    *settled = end.max(*settled);
    Ok(())
}

/// The contig that a file begins with; nothing for a file without a small variant.
fn first_contig(path: &Path) -> FileResult<Option<Contig>> {
    let mut stream = vcf::Stream::open(path)?;
    let samples = stream.header().samples.len();
    while let Some(chunk) = stream.next_chunk()? {
        for (line, record) in chunk.records(samples) {
            let record = record.map_err(|e| vcf::Stream::line_error(path, line, e))?;
            if let Some(variant) = record.variant(1) {
                return Ok(Some(variant.contig));
            }
        }
    }
    Ok(None)
}

fn each_chunk(path: &Path, fold: impl FnMut(Vec<Seen>) -> FileResult<()>) -> FileResult<()> {
    let mut stream = vcf::Stream::open(path)?;
    let samples = stream.header().samples.len();
    stream.for_each_chunk(
        |chunk| {
            let mut part = Vec::new();
            for (line, record) in chunk.records(samples) {
                let record = record.map_err(|e| vcf::Stream::line_error(path, line, e))?;
                for allele in 1..=record.alternate_alleles().count() {
                    part.extend(record.variant(allele).and_then(|variant| seen(variant, &record, allele)));
                }
            }
            Ok(part)
        },
        fold,
    )
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
        let mut told = Vec::new();
        by_contig(&paths, |contig, rows| {
            told.push(format!("{contig}: {}", rows.len()));
            Ok(())
        })
        .expect("sorted files");
        assert_eq!(told, ["1: 1", "2: 2", "3: 1"]);
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
