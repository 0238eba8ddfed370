//! Whether reads were aligned to GRCh38, by the names and lengths of the contigs in their header.

use super::Header;
use genome::{Build, Contig};
use std::collections::BTreeSet;

/// Contigs that are named in what is refused.
const NAMED_MAX: usize = 3;

/// Every reason why reads were not aligned to the whole of GRCh38. What the header has beside the primary assembly, such as decoys, says
/// nothing. The Y chromosome and the mitochondrial genome may be left out.
pub fn faults(header: &Header) -> Vec<String> {
    let named = |name: &str| name.parse::<Contig>().ok();
    let primary: Vec<(Contig, u64)> = header.contigs.iter().filter_map(|(name, length)| Some((named(name)?, *length))).collect();
    let has = |contig: Contig, build: Build| primary.contains(&(contig, u64::from(contig.length(build))));
    let wrong: Vec<String> = primary
        .iter()
        .filter(|(contig, length)| u64::from(contig.length(Build::GRCh38)) != *length)
        .map(|(contig, length)| format!("{contig} has {length} bases, and {} on GRCh38", contig.length(Build::GRCh38)))
        .collect();
    let mut faults = Vec::new();
    if !wrong.is_empty() {
        let is_older = Contig::all().filter(|contig| contig.is_autosome()).any(|contig| has(contig, Build::GRCh37));
        let why = if is_older { "The reads were aligned to GRCh37" } else { "The reads were not aligned to GRCh38" };
        let more = wrong.len().saturating_sub(NAMED_MAX);
        let and = if more > 0 { format!("; and {more} more") } else { String::new() };
        faults.push(format!("{why}: contig {}{and}. Align them to GRCh38", wrong[..wrong.len().min(NAMED_MAX)].join("; ")));
    }
    let there: BTreeSet<Contig> = primary.iter().map(|(contig, _)| *contig).collect();
    let missing: Vec<String> = Contig::all()
        .filter(|contig| contig.is_autosome() || *contig == Contig::X)
        .filter(|contig| !there.contains(contig))
        .map(|contig| contig.to_string())
        .collect();
    if !missing.is_empty() {
        faults.push(format!("The header lacks the contigs {}: the reads were not aligned to the whole of GRCh38", missing.join(", ")));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::Kind;

    fn header(contigs: Vec<(String, u64)>) -> Header {
        Header { kind: Kind::Bam, contigs, samples: vec![], groups: vec![], is_sorted: true }
    }

    fn contigs(build: Build, prefix: &str) -> Vec<(String, u64)> {
        Contig::all().map(|contig| (format!("{prefix}{contig}"), u64::from(contig.length(build)))).collect()
    }

    #[test]
    fn only_the_whole_of_grch38_is_taken() {
        for prefix in ["", "chr"] {
            let mut contigs = contigs(Build::GRCh38, prefix);
            contigs.push(("chrUn_KI270302v1".into(), 2274));
            assert_eq!(faults(&header(contigs)), Vec::<String>::new());
        }
        let older = faults(&header(contigs(Build::GRCh37, "")));
        assert!(older[0].starts_with("The reads were aligned to GRCh37: contig 1 has 249250621 bases"), "{older:?}");
        let part = faults(&header(contigs(Build::GRCh38, "chr").into_iter().take(20).collect()));
        assert_eq!(part, ["The header lacks the contigs 21, 22, X: the reads were not aligned to the whole of GRCh38"]);
        assert!(!faults(&header(vec![])).is_empty());
    }
}
