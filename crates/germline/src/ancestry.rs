//! Which genetic ancestry group somebody's common variants fit best, where one fits clearly better than every other.
//!
//! Method: for each variant that a person carries, how likely it is to be there on both copies rather than on one, given that it is
//! there at all, follows from its frequency in a group (Hardy–Weinberg). So a file that lists only what differs from the reference
//! is enough, and what its sequencing did not reach takes no part. Variants 200,000 bases apart are taken as independent.
//!
//! It is a description of variants beside a reference population, for counting in research; of nobody's identity, and no criterion
//! of care.

use genome::{AncestryGroup, Contig, Variant};

/// Groups that are told apart, with their codes.
pub const GROUPS: [(AncestryGroup, &str); 6] = [
    (AncestryGroup::African, "AFR"),
    (AncestryGroup::AdmixedAmerican, "AMR"),
    (AncestryGroup::EastAsian, "EAS"),
    (AncestryGroup::European, "EUR"),
    (AncestryGroup::SouthAsian, "SAS"),
    (AncestryGroup::MiddleEastern, "MID"),
];
/// Groups that every source of frequencies has: the first of [`GROUPS`]. The others are told of where each variant has them.
const ALWAYS: usize = 5;
genome::ruleset_constants! {
    /// Bases between variants that are taken as independent. Unconfirmed: no published source found.
    const APART_BASES: u32 = 200_000;
    /// Frequency, 0–1, of all people together below which a variant hardly tells of copies. Unconfirmed: no published source found.
    const FREQUENCY_MIN: f32 = 0.02;
    /// A frequency is never taken as 0 or 1: about half an allele of the 1000 Genomes Project's groups.
    const FREQUENCY_FLOOR: f64 = 0.001;
    /// Variants that a person must carry for anything to be told. Chosen by the same measure as [`MARGIN`]; unconfirmed. Of the same 501
    /// people, each by so many variants drawn from those in coding bases, as of an exome, were told, and told a wrong group: of 100
    /// variants 439 and 37, of 200 447 and 13, of 500 468 and 8 (seven of them of admixed American populations). A whole exome gives
    /// 2,232 to 2,401 variants that are taken: 471 told, 3 of them wrong.
    const VARIANTS_MIN: u32 = 500;
    /// How much better, in natural logarithms for each variant, the best group must fit than the next. Chosen by measure
    /// (`cargo xtask bench ancestry`): of 501 people of the 1000 Genomes Project who were kept back, 475 are told a group and 5 of those
    /// a wrong one, four of them of admixed American populations.
    const MARGIN: f64 = 0.01;
}

/// What was seen of one person so far, in the order of the genome.
#[derive(Clone, Debug, Default)]
pub struct Ancestry {
    last: Option<(Contig, u32)>,
    likelihood: [f64; GROUPS.len()],
    /// Groups that some variant had no frequency in.
    missing: [bool; GROUPS.len()],
    variants: u32,
}

impl Ancestry {
    /// Whether a variant that the person carries would be taken: then its frequencies by group are worth looking up.
    pub fn wants(&self, variant: &Variant, overall: f32) -> bool {
        let apart = |(contig, position)| contig != variant.contig || variant.position.get() >= position + APART_BASES;
        variant.is_snv() && variant.contig.is_autosome() && overall >= FREQUENCY_MIN && self.last.is_none_or(apart)
    }

    /// Takes a variant that the person carries on one copy or on two, with its frequency in each group, 0–1.
    pub fn take(&mut self, variant: &Variant, copies: u8, groups: &[(AncestryGroup, f32)]) {
        let frequencies = GROUPS.map(|(group, _)| groups.iter().find(|(known, _)| *known == group).map(|(_, f)| f64::from(*f)));
        if frequencies[..ALWAYS].iter().any(Option::is_none) {
            return;
        }
        self.last = Some((variant.contig, variant.position.get()));
        self.variants += 1;
        for ((sum, missing), frequency) in self.likelihood.iter_mut().zip(&mut self.missing).zip(frequencies) {
            let Some(frequency) = frequency else {
                *missing = true;
                continue;
            };
            let q = frequency.clamp(FREQUENCY_FLOOR, 1.0 - FREQUENCY_FLOOR);
            let on_two = q / (2.0 - q);
            *sum += if copies > 1 { on_two.ln() } else { (1.0 - on_two).ln() };
        }
    }

    /// The code of the group, such as `EUR`; nothing where too little was seen or no group fits clearly better than every other.
    pub fn group(&self) -> Option<&'static str> {
        self.best().filter(|_| self.variants >= VARIANTS_MIN)
    }

    /// The group that fits clearly better than every other, of however few variants: for measuring how many are enough.
    pub fn best(&self) -> Option<&'static str> {
        let mut fits: Vec<(f64, &str)> = GROUPS
            .iter()
            .zip(self.likelihood)
            .zip(self.missing)
            .filter(|(_, missing)| !missing)
            .map(|(((_, code), l), _)| (l, *code))
            .collect();
        fits.sort_by(|a, b| b.0.total_cmp(&a.0));
        let [(best, code), (next, _), ..] = fits[..] else { return None };
        (best - next >= MARGIN * f64::from(self.variants)).then_some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frequencies that differ between groups, of variants of which a person drawn from one group carries some.
    fn person(drawn_from: usize, variants: u32, apart: u32) -> Ancestry {
        person_with(drawn_from, variants, apart, |_| {})
    }

    /// The same, looked at after each variant that was taken.
    fn person_with(drawn_from: usize, variants: u32, apart: u32, mut look: impl FnMut(&Ancestry)) -> Ancestry {
        let mut seen = Ancestry::default();
        let mut state = 1_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f32 / (1_u64 << 31) as f32
        };
        for index in 0..variants {
            let frequencies: Vec<(AncestryGroup, f32)> = GROUPS[..ALWAYS].iter().map(|(group, _)| (*group, 0.05 + 0.9 * draw())).collect();
            let copies = [draw(), draw()].iter().filter(|d| **d < frequencies[drawn_from].1).count() as u8;
            let each = variants / 22;
            let (contig, place) = ((1 + index / each).min(22), index % each);
            let variant: Variant = format!("{contig}-{}-A-G", 1_000_000 + place * apart).parse().expect("a variant");
            if copies > 0 && seen.wants(&variant, 0.3) {
                seen.take(&variant, copies, &frequencies);
                look(&seen);
            }
        }
        seen
    }

    #[test]
    fn a_group_is_named_from_500_variants_on_and_before_that_none() {
        for (drawn_from, (_, code)) in GROUPS[..ALWAYS].iter().enumerate() {
            person_with(drawn_from, 3_000, 300_000, |seen| {
                let expected = (seen.variants >= 500).then_some(*code);
                assert_eq!(seen.group(), expected, "of {} variants", seen.variants);
            });
        }
    }

    #[test]
    fn of_variants_that_are_as_frequent_everywhere_no_group_is_named_however_many() {
        let mut seen = Ancestry::default();
        let alike = GROUPS.map(|(group, _)| (group, 0.3));
        for place in 0..2_000 {
            let variant: Variant = format!("{}-{}-A-G", 1 + place / 100, 1_000_000 + place % 100 * 300_000).parse().expect("a variant");
            seen.take(&variant, 1 + (place % 2) as u8, &alike);
        }
        assert_eq!((seen.variants, seen.group()), (2_000, None));
    }

    #[test]
    fn the_group_whose_frequencies_a_person_was_drawn_from_is_told() {
        for (drawn_from, (_, code)) in GROUPS[..ALWAYS].iter().enumerate() {
            assert_eq!(person(drawn_from, 3_000, 300_000).group(), Some(*code));
        }
    }

    #[test]
    fn of_too_few_variants_or_ones_too_near_nothing_is_told() {
        assert_eq!(person(0, 600, 300_000).group(), None);
        assert_eq!(person(0, 3_000, 10).group(), None, "22 places are no genome");
    }

    #[test]
    fn what_tells_nothing_is_not_taken() {
        let seen = Ancestry::default();
        for (variant, overall) in [("X-5000000-A-G", 0.3), ("1-5000000-AT-G", 0.3), ("1-5000000-A-G", 0.001)] {
            assert!(!seen.wants(&variant.parse().expect("a variant"), overall), "{variant}");
        }
        let mut seen = Ancestry::default();
        seen.take(&"1-5000000-A-G".parse().expect("a variant"), 1, &[(AncestryGroup::African, 0.2)]);
        assert_eq!(seen.variants, 0, "a group has no frequency");
    }
}
