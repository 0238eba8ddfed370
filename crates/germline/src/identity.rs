//! Whether the samples are who the pedigree says: sex from X, relatedness from shared alleles.

pub(crate) mod landscape;

use annotation::case::{Family, Sex};
use genome::{Contig, Genotype, Zygosity};
use landscape::Landscape;
use serde::{Deserialize, Serialize};

/// Counts that grow with every believable site; chunks are added together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Per member: heterozygous and full calls on X outside the pseudo-autosomal regions.
    x: Vec<(u32, u32)>,
    /// Per parent–child pair: sites where the child has two copies, and those where the parent has none.
    pairs: Vec<(u32, u32)>,
    landscape: Landscape,
}

/// What was seen, beside what the pedigree says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentityCheck {
    /// What was compared, in words.
    pub what: String,
    /// Measured value, 0–1.
    pub value: f32,
    /// Sites behind it.
    pub sites: u32,
    /// How it came out.
    pub outcome: Outcome,
}

/// Which of the proband's parents shared alleles confirm; a parent who is absent, or for whom there are too few sites, is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parentage {
    /// The father is the father.
    pub father: bool,
    /// The mother is the mother.
    pub mother: bool,
}

/// How an identity check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Agrees with the pedigree.
    Agrees,
    /// Contradicts the pedigree: the case must stop.
    Contradicts,
    /// Too few sites to say.
    TooFew,
}

genome::ruleset_constants! {
    /// Variant sites of X needed before anything is said about sex. Unconfirmed: no published source found.
    const X_SITES_MIN: u32 = 20;
    /// Heterozygous share on X: a male has next to none, a female about half or more. The values between say nothing.
    /// Source: PLINK 1.9 --check-sex, F > 0.8 male, F < 0.2 female, translated to shares of variant sites.
    const X_HETEROZYGOUS_MALE_MAX: f32 = 0.20;
    /// Heterozygous share on X from which on a person is female. Source: as above.
    const X_HETEROZYGOUS_FEMALE_MIN: f32 = 0.35;
    /// Homozygous sites of a child needed before anything is said about a parent. Unconfirmed: no published source found.
    const PAIR_SITES_MIN: u32 = 50;
    /// Share of a child's homozygous sites at which a true parent lacks the allele: genotyping error only. Unrelated
    /// people lack it at one site in six or more. Source: allele sharing after KING (Manichaikul 2010), opposite homozygotes; the
    /// limit of 8 % was set between the two and is unconfirmed.
    const PARENT_MISSING_MAX: f32 = 0.08;
    /// Genotype quality (Phred) from which on a call is believed when identity is told. Source: slivar (Pedersen 2021, npj Genom Med
    /// 6:60), 20.
    const CALL_QUALITY_PHRED_MIN: f32 = 20.0;
    /// Reads from which on a call is believed when identity is told. Unconfirmed: no published source found; slivar takes 10.
    const CALL_DEPTH_READS_MIN: u32 = 8;
}

impl Tally {
    /// An empty tally of a family.
    pub fn new(family: &Family) -> Tally {
        Tally {
            x: vec![(0, 0); family.members().len()],
            pairs: vec![(0, 0); family.parent_pairs().count()],
            landscape: Landscape::new(family),
        }
    }

    /// Adds one site; `genotype` gives each member's call.
    pub fn add(&mut self, contig: Contig, position: u32, family: &Family, genotype: impl Fn(usize) -> Genotype) {
        if contig == Contig::X && !contig.is_pseudo_autosomal(position) {
            for (member, counts) in self.x.iter_mut().enumerate() {
                let call = genotype(member);
                match call.zygosity {
                    Zygosity::Heterozygous if good(&call) => counts.0 += 1,
                    Zygosity::Homozygous | Zygosity::Hemizygous if good(&call) => counts.1 += 1,
                    _ => {}
                }
            }
        }
        if contig.is_autosome() {
            self.landscape.add(contig, position, family, |member| Some(genotype(member)).filter(good));
            for ((parent, child), counts) in family.parent_pairs().zip(&mut self.pairs) {
                let (parent, child) = (genotype(parent), genotype(child));
                if child.zygosity == Zygosity::Homozygous && parent.zygosity != Zygosity::NoCall && good(&parent) && good(&child) {
                    counts.0 += 1;
                    counts.1 += u32::from(parent.is_reference());
                }
            }
        }
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Tally) {
        for (mine, theirs) in self.x.iter_mut().zip(&other.x).chain(self.pairs.iter_mut().zip(&other.pairs)) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
        self.landscape.merge(&other.landscape);
    }

    /// Which of the proband's parents are confirmed.
    pub fn parentage(&self, family: &Family) -> Parentage {
        let proband = family.proband();
        let confirmed = |parent: Option<usize>| {
            let pair = parent.and_then(|p| family.parent_pairs().position(|pair| pair == (p, family.proband_index())));
            pair.is_some_and(|index| relation(self.pairs[index]).2 == Outcome::Agrees)
        };
        Parentage { father: confirmed(proband.father), mother: confirmed(proband.mother) }
    }

    /// What the genome as a whole shows, in words.
    pub fn observations(&self, family: &Family) -> Vec<String> {
        self.landscape.observations(family)
    }

    /// Compares with the pedigree.
    pub fn checks(&self, family: &Family) -> Vec<IdentityCheck> {
        let sexes = family.members().iter().zip(&self.x).filter(|(m, _)| m.sex != Sex::Unknown).map(|(member, counts)| {
            let (sites, value) = share(counts.0, counts.0 + counts.1);
            let (word, outcome) = match member.sex {
                Sex::Male => ("male", judge(value <= X_HETEROZYGOUS_MALE_MAX, value >= X_HETEROZYGOUS_FEMALE_MIN)),
                _ => ("female", judge(value >= X_HETEROZYGOUS_FEMALE_MIN, value <= X_HETEROZYGOUS_MALE_MAX)),
            };
            let outcome = if sites < X_SITES_MIN { Outcome::TooFew } else { outcome };
            let what = format!("{} is {word} in the pedigree; heterozygous share of X variants", member.sample);
            IdentityCheck { what, value, sites, outcome }
        });
        let pairs = family.parent_pairs().zip(&self.pairs).map(|((parent, child), counts)| {
            let (sites, value, outcome) = relation(*counts);
            let name = |m: usize| &family.members()[m].sample;
            let what =
                format!("{} is a parent of {}; share of the child's homozygous variants that the parent lacks", name(parent), name(child));
            IdentityCheck { what, value, sites, outcome }
        });
        sexes.chain(pairs).collect()
    }
}

/// Sites, share of them that speak against it, and the outcome for a parent–child pair.
fn relation((sites, missing): (u32, u32)) -> (u32, f32, Outcome) {
    let (sites, value) = share(missing, sites);
    let agrees = value <= PARENT_MISSING_MAX;
    (sites, value, if sites < PAIR_SITES_MIN { Outcome::TooFew } else { judge(agrees, !agrees) })
}

fn share(part: u32, all: u32) -> (u32, f32) {
    (all, if all == 0 { 0.0 } else { part as f32 / all as f32 })
}

fn judge(agrees: bool, contradicts: bool) -> Outcome {
    match (agrees, contradicts) {
        (_, true) => Outcome::Contradicts,
        (true, _) => Outcome::Agrees,
        _ => Outcome::TooFew,
    }
}

fn good(genotype: &Genotype) -> bool {
    genotype.quality_phred.is_none_or(|q| q >= CALL_QUALITY_PHRED_MIN) && genotype.depth_reads.is_none_or(|d| d >= CALL_DEPTH_READS_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use annotation::case::{Affected, Member};

    fn call(zygosity: Zygosity) -> Genotype {
        Genotype { zygosity, ploidy: 2, depth_reads: Some(30), quality_phred: Some(99.0), ..Genotype::MISSING }
    }

    /// Outcomes of a boy and his father after sites of these kinds: (contig, calls of child and father, how many); and
    /// whether the father is confirmed.
    fn outcomes(sites: &[(Contig, [Zygosity; 2], u32)]) -> (Vec<Outcome>, bool) {
        let member = |sample: &str, father| Member { sample: sample.into(), sex: Sex::Male, affected: Affected::Yes, father, mother: None };
        let family = Family::new(vec![member("child", Some(1)), member("father", None)], None).expect("a family");
        let mut tally = Tally::new(&family);
        for (contig, calls, count) in sites {
            for _ in 0..*count {
                tally.add(*contig, 50_000_000, &family, |m| call(calls[m]));
            }
        }
        (tally.checks(&family).iter().map(|c| c.outcome).collect(), tally.parentage(&family).father)
    }

    #[test]
    fn sex_and_parentage_are_told_from_enough_sites_only() {
        use Outcome::{Agrees, Contradicts, TooFew};
        use Zygosity::{Heterozygous as Het, Homozygous as Hom, Reference as Ref};
        let one = Contig::from_number(1).expect("a contig");
        assert_eq!(outcomes(&[(Contig::X, [Hom, Hom], 30), (one, [Hom, Het], 60)]), (vec![Agrees, Agrees, Agrees], true));
        assert_eq!(outcomes(&[(Contig::X, [Het, Hom], 30), (one, [Hom, Ref], 60)]), (vec![Contradicts, Agrees, Contradicts], false));
        assert_eq!(outcomes(&[(Contig::X, [Hom, Hom], 5), (one, [Hom, Het], 5)]), (vec![TooFew, TooFew, TooFew], false));
    }
}
