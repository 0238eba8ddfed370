//! How surely a variant is new, from everybody's reads.

use genome::Genotype;

genome::ruleset_constants! {
    /// New variants per base and generation. Source: Kong 2012 (Nature 488:471), 1.20e-8.
    const MUTATION_RATE: f64 = 1.2e-8;
    /// Share of reads that show an allele which is not there: sequencing and mapping error at Q20, 1 % by definition of Phred.
    const ERROR: f64 = 0.01;
    /// Frequency taken where none is known: that of a variant that a recessive screen would still keep apart from common ones.
    /// Unconfirmed: no published source found.
    const FREQUENCY_UNKNOWN: f64 = 1e-4;
    /// Lowest frequency that a database's figure is taken for, so that an allele seen once in millions is not impossible in a parent.
    /// Unconfirmed: no published source found.
    const FREQUENCY_FLOOR: f64 = 1e-7;
    /// Reads with the allele from which on a parent may be mosaic. Unconfirmed: no published source found.
    const MOSAIC_READS_MIN: u32 = 3;
    /// Standard deviations (Poisson) beyond the reads that error gives from which on a parent may be mosaic.
    /// Unconfirmed: no published source found.
    const MOSAIC_DEVIATIONS_MIN: f64 = 3.0;
    /// Share of reads up to which a parent is mosaic and not simply heterozygous. Unconfirmed: no published source found.
    const MOSAIC_SHARE_MAX: f64 = 0.3;
    /// Probability from which on a new variant is taken as such. Unconfirmed: no published source found.
    pub const SURE: f64 = 0.9;
}

/// Reads with the allele and all reads.
fn counts(genotype: &Genotype) -> Option<(u32, u32)> {
    Some((genotype.alternate_reads?, genotype.depth_reads.filter(|d| *d > 0)?))
}

/// Log likelihood of reads when their expected share is `share`; the binomial coefficient cancels.
fn log_likelihood((with, all): (u32, u32), share: f64) -> f64 {
    f64::from(with) * share.ln() + f64::from(all.saturating_sub(with)) * (1.0 - share).ln()
}

/// Probability that a heterozygous variant of a child is new, rather than inherited from a parent in whom it was missed or an
/// artefact in the child. Nothing where reads are not told. The model is that of DeNovoGear (Ramu 2013, Nat Methods 10:985),
/// without its priors by base.
pub fn posterior(child: &Genotype, father: &Genotype, mother: &Genotype, frequency: Option<f32>) -> Option<f64> {
    let (child, father, mother) = (counts(child)?, counts(father)?, counts(mother)?);
    let carrier = 2.0 * frequency.map_or(FREQUENCY_UNKNOWN, |f| f64::from(f).max(FREQUENCY_FLOOR));
    let (absent, half) = (ERROR, 0.5);
    let new = MUTATION_RATE.ln() + log_likelihood(child, half) + log_likelihood(father, absent) + log_likelihood(mother, absent);
    let transmitted = (carrier / 2.0).ln() + log_likelihood(child, half);
    let others = [
        transmitted + log_likelihood(father, half) + log_likelihood(mother, absent),
        transmitted + log_likelihood(father, absent) + log_likelihood(mother, half),
        log_likelihood(child, absent) + log_likelihood(father, absent) + log_likelihood(mother, absent),
    ];
    let rest: f64 = others.iter().map(|l| (l - new).exp()).sum();
    Some(1.0 / (1.0 + rest))
}

/// A parent called without the allele who shows it in more reads than error explains: perhaps mosaic, so that a further child may
/// have it too.
pub fn may_be_mosaic(parent: &Genotype) -> Option<(u32, u32)> {
    let (with, all) = counts(parent).filter(|_| parent.is_reference())?;
    let share = f64::from(with) / f64::from(all);
    let expected = f64::from(all) * ERROR;
    let beyond = with >= MOSAIC_READS_MIN && f64::from(with) > expected + MOSAIC_DEVIATIONS_MIN * expected.sqrt();
    (beyond && share < MOSAIC_SHARE_MAX).then_some((with, all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use genome::Zygosity;

    fn reads(with: u32, all: u32) -> Genotype {
        Genotype { zygosity: Zygosity::Reference, depth_reads: Some(all), alternate_reads: Some(with), ..Genotype::MISSING }
    }

    #[test]
    fn deep_parents_make_it_sure_and_thin_ones_do_not() {
        let probability = |father, mother, frequency| posterior(&reads(15, 30), &father, &mother, frequency).expect("reads");
        assert!(probability(reads(0, 30), reads(0, 30), None) > 0.999);
        assert!(probability(reads(0, 10), reads(0, 30), None) < 0.5);
        // A rare allele needs fewer reads in the parents than one that is often carried.
        assert!(probability(reads(0, 20), reads(0, 20), Some(1e-6)) > 0.99 && probability(reads(0, 20), reads(0, 20), Some(0.01)) < 0.7);
        // Two of thirty reads in the child are an artefact.
        assert!(posterior(&reads(2, 30), &reads(0, 30), &reads(0, 30), None).expect("reads") < 1e-3);
        assert_eq!(posterior(&Genotype::MISSING, &reads(0, 30), &reads(0, 30), None), None);
    }

    #[test]
    fn a_parent_with_more_reads_than_error_gives_may_be_mosaic() {
        assert_eq!(may_be_mosaic(&reads(6, 60)), Some((6, 60)));
        assert_eq!(may_be_mosaic(&reads(1, 60)), None);
        assert_eq!(may_be_mosaic(&reads(25, 60)), None);
    }
}
