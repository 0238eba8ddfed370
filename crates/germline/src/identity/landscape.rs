//! What the genotypes of a whole genome show: runs of homozygosity, both copies from one parent, foreign reads.

use annotation::case::Family;
use genome::{Contig, Genotype, Zygosity};
use std::collections::BTreeMap;

/// Counts along the genome; chunks are added together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landscape {
    /// Heterozygous and homozygous sites of the proband by contig and million bases.
    bins: BTreeMap<(u8, u32), (u32, u32)>,
    /// By contig: sites at which the child must have one allele of each parent, where it has both, the mother's alone, the
    /// father's alone.
    origins: BTreeMap<u8, (u32, u32, u32)>,
    /// Per member: share of other reads at homozygous calls, summed, and their number.
    foreign: Vec<(f64, u32)>,
}

genome::ruleset_constants! {
    /// Bases of a bin of the genome.
    const BIN: u32 = 1_000_000;
    /// Sites that a bin needs before it says anything. Unconfirmed: no published source found.
    const BIN_SITES_MIN: u32 = 5;
    /// Share of heterozygous sites up to which a bin is homozygous: genotyping error only. Unconfirmed: no published source
    /// found.
    const BIN_HETEROZYGOUS_MAX: f32 = 0.05;
    /// Bins in a row that make a run. Source: Pemberton 2012 (AJHG 91:275): long runs, from recent relatedness, are over 1.6 Mb; 5 Mb
    /// is what ACMG laboratories report (Rehder 2013, Genet Med 15:150).
    const RUN_BINS_MIN: u32 = 5;
    /// Share of the autosomes in runs from which on the parents are likely related. Source: the expectation for second cousins, 1/64.
    const RUN_SHARE_MIN: f32 = 1.0 / 64.0;
    /// Bases of the autosomes, GRCh38, in bins.
    const AUTOSOME_BINS: f32 = 2875.0;
    /// Informative sites of a contig before uniparental inheritance of it is told. Unconfirmed: no published source found.
    const UNIPARENTAL_SITES_MIN: u32 = 20;
    /// Share of informative sites, 0–1, with the alleles of one parent alone that makes uniparental inheritance of a contig; a true child has
    /// genotyping errors only. Unconfirmed: no published source found.
    const UNIPARENTAL_SHARE_MIN: f32 = 0.8;
    /// Share of other reads at homozygous sites that hints at foreign DNA. Source: after CHARR (Lu 2023, AJHG 110:2068): clean
    /// samples show under 1 %; the limit of 3 % is unconfirmed.
    const FOREIGN_SHARE_MIN: f64 = 0.03;
    /// Homozygous sites needed before foreign reads are told. Unconfirmed: no published source found.
    const FOREIGN_SITES_MIN: u32 = 100;
}

impl Landscape {
    /// Empty counts of a family.
    pub fn new(family: &Family) -> Landscape {
        Landscape { foreign: vec![(0.0, 0); family.members().len()], ..Landscape::default() }
    }

    /// Adds one autosomal site with one alternate allele; only believable calls are given.
    pub fn add(&mut self, contig: Contig, position: u32, family: &Family, call: impl Fn(usize) -> Option<Genotype>) {
        for (member, foreign) in self.foreign.iter_mut().enumerate() {
            let homozygous = call(member).filter(|g| g.zygosity == Zygosity::Homozygous);
            if let Some(balance) = homozygous.and_then(|g| g.allele_balance()) {
                foreign.0 += 1.0 - f64::from(balance);
                foreign.1 += 1;
            }
        }
        let Some(child) = call(family.proband_index()) else { return };
        let bin = self.bins.entry((contig.number(), position / BIN)).or_default();
        match child.zygosity {
            Zygosity::Heterozygous => bin.0 += 1,
            Zygosity::Homozygous => bin.1 += 1,
            _ => {}
        }
        let proband = family.proband();
        let parents = proband.father.and_then(&call).zip(proband.mother.and_then(&call));
        let Some((father, mother)) = parents else { return };
        let maternal = match (father.zygosity, mother.zygosity) {
            (Zygosity::Reference, Zygosity::Homozygous) => Zygosity::Homozygous,
            (Zygosity::Homozygous, Zygosity::Reference) => Zygosity::Reference,
            _ => return,
        };
        let counts = self.origins.entry(contig.number()).or_default();
        match child.zygosity {
            Zygosity::Heterozygous => counts.0 += 1,
            z if z == maternal => counts.1 += 1,
            Zygosity::Homozygous | Zygosity::Reference => counts.2 += 1,
            _ => {}
        }
    }

    /// Adds other counts.
    pub fn merge(&mut self, other: &Landscape) {
        for (key, counts) in &other.bins {
            let sum = self.bins.entry(*key).or_default();
            *sum = (sum.0 + counts.0, sum.1 + counts.1);
        }
        for (key, counts) in &other.origins {
            let sum = self.origins.entry(*key).or_default();
            *sum = (sum.0 + counts.0, sum.1 + counts.1, sum.2 + counts.2);
        }
        for (sum, counts) in self.foreign.iter_mut().zip(&other.foreign) {
            *sum = (sum.0 + counts.0, sum.1 + counts.1);
        }
    }

    /// Runs of homozygosity as contig, first and last million.
    fn runs(&self) -> Vec<(u8, u32, u32)> {
        let judged: Vec<(&(u8, u32), bool)> = self
            .bins
            .iter()
            .filter(|(_, (het, hom))| het + hom >= BIN_SITES_MIN)
            .map(|(key, (het, hom))| (key, *het as f32 <= (het + hom) as f32 * BIN_HETEROZYGOUS_MAX))
            .collect();
        let runs = judged.chunk_by(|(a, x), (b, y)| a.0 == b.0 && x == y).filter(|run| run[0].1);
        let ends = runs.map(|run| (run[0].0.0, run[0].0.1, run[run.len() - 1].0.1));
        ends.filter(|(_, first, last)| last - first + 1 >= RUN_BINS_MIN).collect()
    }

    /// What is worth telling, in words.
    pub fn observations(&self, family: &Family) -> Vec<String> {
        let mut found = Vec::new();
        let name = |contig: u8| Contig::from_number(contig).map_or_else(String::new, |c| c.to_string());
        for (contig, (both, maternal, paternal)) in &self.origins {
            let all = both + maternal + paternal;
            let (parent, one) = if maternal >= paternal { ("mother", maternal) } else { ("father", paternal) };
            if all >= UNIPARENTAL_SITES_MIN && *one as f32 >= all as f32 * UNIPARENTAL_SHARE_MIN {
                found.push(format!(
                    "chromosome {} came from the {parent} alone at {one} of {all} telling sites: uniparental disomy, or a deletion of the other copy. Confirm, and think of imprinting and of recessive disorders on it",
                    name(*contig)
                ));
            }
        }
        let runs = self.runs();
        let bins: u32 = runs.iter().map(|(_, first, last)| last - first + 1).sum();
        let share = bins as f32 / AUTOSOME_BINS;
        let one_contig = runs.iter().all(|(contig, ..)| *contig == runs[0].0);
        if share >= RUN_SHARE_MIN && !one_contig {
            found.push(format!(
                "runs of homozygosity of 5 Mb or more cover {bins} Mb, {:.1} % of the autosomes: the parents are likely related, so recessive disorders are more likely",
                share * 100.0
            ));
        } else if let Some((contig, first, last)) =
            runs.first().filter(|(_, first, last)| one_contig && last - first + 1 >= 2 * RUN_BINS_MIN)
        {
            found.push(format!(
                "chromosome {} is homozygous from {first} to {} Mb and no other is: think of uniparental isodisomy or a deletion",
                name(*contig),
                last + 1
            ));
        }
        for (member, (sum, sites)) in family.members().iter().zip(&self.foreign) {
            let share = sum / f64::from((*sites).max(1));
            if *sites >= FOREIGN_SITES_MIN && share >= FOREIGN_SHARE_MIN {
                found.push(format!(
                    "{:.1} % of the reads of {} at homozygous sites show another allele: the sample may hold somebody else's DNA",
                    share * 100.0,
                    member.sample
                ));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use annotation::case::{Affected, Member, Sex};

    fn trio() -> Family {
        let member =
            |sample: &str, father, mother| Member { sample: sample.into(), sex: Sex::Male, affected: Affected::Yes, father, mother };
        Family::new(vec![member("kid", Some(1), Some(2)), member("dad", None, None), member("mum", None, None)], None).expect("a family")
    }

    /// What is told after sites of a contig: from, to (Mb), calls of child, father, mother, other reads of the child.
    fn observed(stretches: &[(&str, u32, u32, [Zygosity; 3], u32)]) -> String {
        let family = trio();
        let mut landscape = Landscape::new(&family);
        for (contig, from, to, calls, other) in stretches {
            for site in 0..(to - from) * 10 {
                let call = |m: usize| {
                    let with = if m == 0 { 30 - other } else { 30 };
                    Some(Genotype {
                        zygosity: calls[m],
                        ploidy: 2,
                        depth_reads: Some(30),
                        alternate_reads: Some(with),
                        ..Genotype::MISSING
                    })
                };
                landscape.add(contig.parse().expect("a contig"), from * BIN + site * BIN / 10, &family, call);
            }
        }
        landscape.observations(&family).join("; ")
    }

    #[test]
    fn uniparental_disomy_relatedness_and_foreign_reads_are_told() {
        use Zygosity::{Heterozygous as Het, Homozygous as Hom, Reference as Ref};
        let usual = ("1", 10, 40, [Het, Ref, Hom], 15);
        assert_eq!(observed(&[usual]), "");
        assert!(observed(&[usual, ("15", 30, 34, [Hom, Ref, Hom], 0)]).starts_with("chromosome 15 came from the mother alone at 40 of 40"));
        assert!(observed(&[usual, ("15", 30, 34, [Ref, Ref, Hom], 0)]).contains("from the father alone"));
        let related = observed(&[usual, ("2", 0, 30, [Hom, Het, Het], 0), ("3", 50, 80, [Hom, Het, Het], 0)]);
        assert!(related.contains("cover 60 Mb, 2.1 % of the autosomes"), "{related}");
        assert!(observed(&[usual, ("7", 0, 30, [Hom, Het, Het], 0)]).contains("chromosome 7 is homozygous from 0 to 30 Mb"));
        assert!(observed(&[("1", 10, 40, [Hom, Het, Het], 3)]).contains("10.0 % of the reads of kid"));
    }
}
