//! The quality of each sample, as far as its calls tell: counted at the sites that identity is told from, which are read anyway.

use annotation::case::Family;
use genome::{Genotype, Zygosity};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Reads below which a site is shallow. Source: Genomics England counts the autosomes that have 15 reads or more.
const SHALLOW_READS: u32 = 15;
/// Share of reads of a heterozygous call that is even enough. Unconfirmed: no published source found.
const EVEN: (f32, f32) = (0.25, 0.75);
/// Sites from which on a measure is told at all. Unconfirmed: no published source found.
const SITES_MIN: u32 = 100;

/// What was counted of one sample at single-base sites that passed their filter, and at which somebody of the family carries the
/// variant. Blocks of reference are not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleQuality {
    /// Name of the sample in the file.
    pub sample: String,
    /// Sites that were looked at.
    pub sites: u32,
    /// Sites without a call.
    pub missing: u32,
    /// Variants of the sample that exchange a purine for a purine, or a pyrimidine for a pyrimidine.
    pub transitions: u32,
    /// Its other variants.
    pub transversions: u32,
    /// Its heterozygous calls.
    pub heterozygous: u32,
    /// Its homozygous calls of the variant.
    pub homozygous: u32,
    /// Sites with a number of reads.
    pub depth_sites: u32,
    /// Their reads together.
    pub depth_reads: u64,
    /// Sites with fewer than 15 reads.
    pub shallow: u32,
    /// Heterozygous calls with a number of reads for each allele.
    pub balance_sites: u32,
    /// Those of which the share of reads is uneven.
    pub skewed: u32,
}

/// Counts of a family; chunks are added together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    samples: Vec<SampleQuality>,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// Transitions for each transversion.
    TiTv,
    /// Heterozygous calls for each homozygous one.
    HetHom,
    /// Share of sites without a call.
    Missing,
    /// Reads at a site, on average.
    MeanDepth,
    /// Share of sites with fewer than 15 reads.
    Shallow,
    /// Share of heterozygous calls with an uneven share of reads.
    Skewed,
}

/// What is expected of a measure.
#[derive(Clone, PartialEq, Debug)]
pub struct Limit {
    /// Of which measure.
    pub measure: Measure,
    /// Of which data: `genome`, `exome` or `any`.
    pub data: String,
    /// Lower bound.
    pub from: Option<f64>,
    /// Upper bound.
    pub to: Option<f64>,
    /// It has a published source as it stands.
    pub is_confirmed: bool,
    /// The source, or why there is none.
    pub source: String,
}

/// How a measure compares with what is expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Too few sites to say, or the file does not tell.
    NotTold,
    /// Within the bounds, or without any.
    Within,
    /// Outside them.
    Outside,
}

impl Tally {
    /// Adds one site: its bases, and the call of each member.
    pub fn add(&mut self, reference: &[u8], alternate: &[u8], family: &Family, calls: &[Genotype]) {
        if self.samples.is_empty() {
            self.samples =
                family.members().iter().map(|m| SampleQuality { sample: m.sample.clone(), ..SampleQuality::default() }).collect();
        }
        let is_transition = is_transition(reference, alternate);
        for (sample, call) in self.samples.iter_mut().zip(calls) {
            sample.add(is_transition, call);
        }
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: Tally) {
        if self.samples.is_empty() {
            self.samples = other.samples;
            return;
        }
        for (mine, theirs) in self.samples.iter_mut().zip(&other.samples) {
            mine.merge(theirs);
        }
    }

    /// The counts, in the order of the family.
    pub fn samples(self) -> Vec<SampleQuality> {
        self.samples
    }
}

impl SampleQuality {
    fn add(&mut self, is_transition: bool, call: &Genotype) {
        self.sites += 1;
        if call.zygosity == Zygosity::NoCall {
            self.missing += 1;
            return;
        }
        if let Some(depth) = call.depth_reads {
            self.depth_sites += 1;
            self.depth_reads += u64::from(depth);
            self.shallow += u32::from(depth < SHALLOW_READS);
        }
        match call.zygosity {
            Zygosity::Heterozygous => self.heterozygous += 1,
            Zygosity::Homozygous => self.homozygous += 1,
            Zygosity::NoCall | Zygosity::Reference | Zygosity::Hemizygous => {}
        }
        if call.carries() {
            self.transitions += u32::from(is_transition);
            self.transversions += u32::from(!is_transition);
        }
        if let Some(balance) = call.allele_balance().filter(|_| call.zygosity == Zygosity::Heterozygous) {
            self.balance_sites += 1;
            self.skewed += u32::from(balance < EVEN.0 || balance > EVEN.1);
        }
    }

    fn merge(&mut self, other: &SampleQuality) {
        self.sites += other.sites;
        self.missing += other.missing;
        self.transitions += other.transitions;
        self.transversions += other.transversions;
        self.heterozygous += other.heterozygous;
        self.homozygous += other.homozygous;
        self.depth_sites += other.depth_sites;
        self.depth_reads += other.depth_reads;
        self.shallow += other.shallow;
        self.balance_sites += other.balance_sites;
        self.skewed += other.skewed;
    }

    /// A measure; nothing where there are too few sites, or the file does not tell.
    pub fn value(&self, measure: Measure) -> Option<f64> {
        let (part, all) = match measure {
            Measure::TiTv => (u64::from(self.transitions), self.transversions),
            Measure::HetHom => (u64::from(self.heterozygous), self.homozygous),
            Measure::Missing => (u64::from(self.missing), self.sites),
            Measure::MeanDepth => (self.depth_reads, self.depth_sites),
            Measure::Shallow => (u64::from(self.shallow), self.depth_sites),
            Measure::Skewed => (u64::from(self.skewed), self.balance_sites),
        };
        let sites = match measure {
            Measure::TiTv => self.transitions + self.transversions,
            Measure::HetHom => self.heterozygous + self.homozygous,
            Measure::Missing | Measure::MeanDepth | Measure::Shallow | Measure::Skewed => all,
        };
        (sites >= SITES_MIN && all > 0).then(|| part as f64 / f64::from(all))
    }
}

impl Measure {
    /// Every measure, in the order in which they are shown.
    pub const ALL: [Measure; 6] = [Measure::TiTv, Measure::HetHom, Measure::Missing, Measure::MeanDepth, Measure::Shallow, Measure::Skewed];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Measure::TiTv => "Transitions to transversions (Ti/Tv)",
            Measure::HetHom => "Heterozygous to homozygous calls",
            Measure::Missing => "Share of sites without a call",
            Measure::MeanDepth => "Mean depth, reads",
            Measure::Shallow => "Share of sites below 15 reads",
            Measure::Skewed => "Share of heterozygous calls with uneven reads",
        }
    }

    /// By what it is multiplied where it is shown, and its unit there.
    pub fn shown_as(self) -> (f64, &'static str) {
        match self {
            Measure::TiTv | Measure::HetHom => (1.0, "ratio"),
            Measure::MeanDepth => (1.0, "reads"),
            Measure::Missing | Measure::Shallow | Measure::Skewed => (100.0, "%"),
        }
    }

    fn named(name: &str) -> Option<Measure> {
        let names = ["ti_tv", "het_hom", "missing", "mean_depth", "shallow", "skewed"];
        names.iter().zip(Measure::ALL).find(|(own, _)| **own == name).map(|(_, measure)| measure)
    }

    /// What is expected of it in these data; nothing where nothing is.
    pub fn limit(self, is_genome: bool) -> Option<&'static Limit> {
        let data = if is_genome { "genome" } else { "exome" };
        limits().iter().find(|limit| limit.measure == self && (limit.data == data || limit.data == "any"))
    }
}

impl Limit {
    /// How a value compares with it.
    pub fn verdict(&self, value: Option<f64>) -> Verdict {
        match value {
            None => Verdict::NotTold,
            Some(value) if self.from.is_some_and(|from| value < from) || self.to.is_some_and(|to| value > to) => Verdict::Outside,
            Some(_) => Verdict::Within,
        }
    }
}

/// Every limit. Source: `data/germline/quality.tsv`, each with its own.
pub fn limits() -> &'static [Limit] {
    static LIMITS: LazyLock<Vec<Limit>> = LazyLock::new(|| {
        let text = include_str!("../../../data/germline/quality.tsv");
        text.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(limit).collect()
    });
    &LIMITS
}

fn limit(line: &str) -> Option<Limit> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [measure, data, from, to, confirmed, source] = fields[..] else { return None };
    Some(Limit {
        measure: Measure::named(measure)?,
        data: data.to_owned(),
        from: from.parse().ok(),
        to: to.parse().ok(),
        is_confirmed: confirmed == "yes",
        source: source.to_owned(),
    })
}

/// A exchanged for G, or C for T.
fn is_transition(reference: &[u8], alternate: &[u8]) -> bool {
    let is_purine = |bases: &[u8]| matches!(bases, b"A" | b"a" | b"G" | b"g");
    is_purine(reference) == is_purine(alternate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use annotation::case::Sex;

    fn call(zygosity: Zygosity, depth: u32, alternate: u32) -> Genotype {
        Genotype { zygosity, ploidy: 2, depth_reads: Some(depth), alternate_reads: Some(alternate), ..Genotype::MISSING }
    }

    /// A sample after these sites: bases, call, how many.
    fn sample(sites: &[(&str, &str, Genotype, u32)]) -> SampleQuality {
        let family = Family::singleton("a", Sex::Female);
        let mut all = Tally::default();
        for (reference, alternate, call, count) in sites {
            let mut part = Tally::default();
            for _ in 0..*count {
                part.add(reference.as_bytes(), alternate.as_bytes(), &family, &[*call]);
            }
            all.merge(part);
        }
        all.samples().remove(0)
    }

    #[test]
    fn each_measure_is_counted_over_its_own_sites() {
        let het = call(Zygosity::Heterozygous, 30, 15);
        let uneven = call(Zygosity::Heterozygous, 10, 1);
        let counted = sample(&[
            ("A", "G", het, 200),
            ("A", "C", call(Zygosity::Homozygous, 40, 40), 100),
            ("C", "T", uneven, 50),
            ("C", "T", Genotype::MISSING, 50),
        ]);
        let value = |measure| counted.value(measure).map(|value| (value * 1000.0).round() / 1000.0);
        assert_eq!(value(Measure::TiTv), Some(2.5));
        assert_eq!(value(Measure::HetHom), Some(2.5));
        assert_eq!(value(Measure::Missing), Some(0.125));
        assert_eq!(value(Measure::MeanDepth), Some(30.0));
        assert_eq!(value(Measure::Shallow), Some(0.143));
        assert_eq!(value(Measure::Skewed), Some(0.2));
    }

    #[test]
    fn nothing_is_told_of_few_sites_or_without_reads() {
        let bare = Genotype { zygosity: Zygosity::Heterozygous, ploidy: 2, ..Genotype::MISSING };
        let few = sample(&[("A", "G", bare, 20)]);
        assert!(Measure::ALL.iter().all(|measure| few.value(*measure).is_none()));
        let without_reads = sample(&[("A", "G", bare, 500)]);
        assert_eq!(without_reads.value(Measure::MeanDepth), None);
        assert_eq!(without_reads.value(Measure::TiTv), None, "no transversion to divide by");
        assert_eq!(without_reads.value(Measure::Missing), Some(0.0));
    }

    #[test]
    fn every_limit_is_read_and_has_a_source_or_says_that_it_has_none() {
        assert_eq!(limits().len(), 8);
        for measure in Measure::ALL {
            for is_genome in [true, false] {
                let limit = measure.limit(is_genome).expect("a limit");
                assert!(limit.from.is_some() || limit.to.is_some(), "{measure:?}");
                assert!(limit.source.len() > 20, "{measure:?}");
            }
        }
        let titv = Measure::TiTv.limit(true).expect("a limit");
        assert_eq!((titv.from, titv.to, titv.is_confirmed), (Some(2.0), Some(2.1), false));
        let verdicts = [None, Some(1.5), Some(2.05), Some(2.2)].map(|value| titv.verdict(value));
        assert_eq!(verdicts, [Verdict::NotTold, Verdict::Outside, Verdict::Within, Verdict::Outside]);
    }
}
