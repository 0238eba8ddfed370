//! How a gene's variants run in the family.

pub mod de_novo;
pub mod imprinted;
pub mod pattern;

use crate::settings;
use annotation::{
    annotate::Annotated,
    case::{Affected, Case, Family, Sex},
};
use genome::{Contig, Genotype, Structure, Zygosity};
use ontology::Inheritance;
pub use pattern::{Origin, Pattern, Phase};

/// One way in which a gene could explain the family.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Places of the variants among the gene's annotated variants: one, or two for a compound heterozygote.
    pub variants: Vec<usize>,
    /// How the proband carries them and where they came from.
    pub pattern: Pattern,
}

/// All explanations of a gene that the family does not rule out, and the variants that none uses.
pub fn explain(variants: &[Annotated], case: &Case) -> Vec<Explanation> {
    let family = &case.family;
    let origins: Vec<Origin> = variants.iter().map(|v| origin(v, family)).collect();
    let alone = |index: usize| Some(Explanation { variants: vec![index], pattern: single(&variants[index], origins[index], family)? });
    let mut found: Vec<Explanation> = (0..variants.len()).filter_map(alone).collect();
    for (first, a) in variants.iter().enumerate() {
        for (second, b) in variants.iter().enumerate().skip(first + 1) {
            if let Some(pattern) = pair((a, origins[first]), (b, origins[second]), family) {
                found.push(Explanation { variants: vec![first, second], pattern });
            }
        }
    }
    found
}

/// Modes of inheritance that a pattern answers.
pub fn modes(pattern: &Pattern, contig: Contig) -> &'static [Inheritance] {
    use Inheritance::{
        AutosomalDominant, AutosomalRecessive, Mitochondrial, SemiDominant, XLinked, XLinkedDominant, XLinkedRecessive, YLinked,
    };
    match (pattern, contig) {
        (Pattern::Mitochondrial { .. }, _) => &[Mitochondrial],
        (Pattern::Hemizygous { .. }, Contig::Y) => &[YLinked],
        (Pattern::Hemizygous { .. }, _) => &[XLinked, XLinkedRecessive, XLinkedDominant],
        (Pattern::Homozygous { .. } | Pattern::CompoundHeterozygous { .. }, Contig::X) => &[XLinked, XLinkedRecessive, XLinkedDominant],
        (Pattern::Homozygous { .. } | Pattern::CompoundHeterozygous { .. }, _) => &[AutosomalRecessive, SemiDominant],
        (_, Contig::X) => &[XLinked, XLinkedDominant],
        (_, _) => &[AutosomalDominant, SemiDominant],
    }
}

fn call(variant: &Annotated, member: usize) -> &Genotype {
    &variant.call.genotypes[member]
}

/// Where the proband's allele came from, by the parents' calls.
pub fn origin(variant: &Annotated, family: &Family) -> Origin {
    let proband = family.proband();
    let hemizygous_x = variant.call.variant.contig == Contig::X && call(variant, family.proband_index()).zygosity == Zygosity::Hemizygous;
    let father = proband.father.filter(|_| !hemizygous_x).map(|p| call(variant, p));
    let mother = proband.mother.map(|p| call(variant, p));
    match (father, mother) {
        (Some(f), Some(m)) if f.carries() && m.carries() => Origin::BothParents,
        (Some(f), _) if f.carries() => Origin::Father,
        (_, Some(m)) if m.carries() => Origin::Mother,
        (Some(f), Some(m)) if f.is_reference() && m.is_reference() => {
            let frequency = if variant.frequency_known { Some(variant.frequency_max()) } else { None };
            let sure = de_novo::posterior(call(variant, family.proband_index()), f, m, frequency).is_none_or(|p| p >= de_novo::SURE);
            Origin::Neither { well_covered: sure && believable(f) && believable(m) }
        }
        (None, Some(m)) if hemizygous_x && m.is_reference() => Origin::Neither { well_covered: believable(m) },
        (None, Some(m)) if m.is_reference() => Origin::NotMother,
        (Some(f), None) if f.is_reference() => Origin::NotFather,
        _ => Origin::Unknown,
    }
}

/// A reference call that rules the allele out: enough reads, none or next to none with it.
fn believable(genotype: &Genotype) -> bool {
    let deep = genotype.depth_reads.is_none_or(|d| d >= settings::DEPTH_READS_FLAGGED);
    let clean = genotype.allele_balance().is_none_or(|b| b < settings::REFERENCE_BALANCE_MAX);
    deep && clean
}

fn single(variant: &Annotated, origin: Origin, family: &Family) -> Option<Pattern> {
    let (contig, proband) = (variant.call.variant.contig, call(variant, family.proband_index()));
    if contig == Contig::MT {
        let uncounted = if proband.zygosity == Zygosity::Heterozygous { settings::HETEROPLASMY_UNCOUNTED } else { 1.0 };
        let level = proband.allele_balance().unwrap_or(uncounted);
        let contradicted = others(family).any(|m| family.members()[m].affected == Affected::No && full(call(variant, m)));
        return (!contradicted).then_some(Pattern::Mitochondrial { level, homoplasmic: level >= settings::HOMOPLASMY_MIN });
    }
    match proband.zygosity {
        Zygosity::Hemizygous => fits(family, &[variant], |m, affected| {
            let male_with = family.members()[m].sex == Sex::Male && call(variant, m).carries();
            if affected { call(variant, m).carries() } else { !male_with }
        })
        .then_some(Pattern::Hemizygous { origin }),
        Zygosity::Homozygous => {
            let fitting = fits(family, &[variant], |m, affected| (call(variant, m).zygosity == Zygosity::Homozygous) == affected);
            fitting.then_some(Pattern::Homozygous { origin })
        }
        Zygosity::Heterozygous => Some(heterozygous(variant, family, origin)),
        _ => None,
    }
}

fn heterozygous(variant: &Annotated, family: &Family, origin: Origin) -> Pattern {
    let dominant_fits = fits(family, &[variant], |m, affected| call(variant, m).carries() == affected);
    match origin {
        Origin::Neither { well_covered } => Pattern::DeNovo { well_covered },
        Origin::Unknown | Origin::NotMother | Origin::NotFather if dominant_fits => Pattern::Heterozygous { origin },
        _ if dominant_fits => Pattern::Dominant { origin },
        _ => Pattern::FromUnaffected { origin },
    }
}

/// Two variants, each with its origin.
fn pair((a, from_a): (&Annotated, Origin), (b, from_b): (&Annotated, Origin), family: &Family) -> Option<Pattern> {
    let proband = family.proband_index();
    let heterozygous = |v: &Annotated| call(v, proband).zygosity == Zygosity::Heterozygous;
    let beside_deletion = |a: &Annotated, b: &Annotated| heterozygous(a) && full(call(b, proband)) && lies_in_deletion(b, a);
    let uncovered = beside_deletion(a, b) || beside_deletion(b, a);
    if !(uncovered || heterozygous(a) && heterozygous(b)) || a.call.variant.contig == Contig::MT {
        return None;
    }
    let phase = if uncovered { Phase::Trans } else { phase((a, from_a), (b, from_b), family) };
    let both = |m: usize| call(a, m).carries() && call(b, m).carries();
    let fitting = fits(family, &[a, b], |m, affected| if affected { both(m) } else { !both(m) || phase == Phase::Unknown });
    (phase != Phase::Cis && fitting).then_some(Pattern::CompoundHeterozygous { phase })
}

/// Whether a small variant lies where one copy is deleted: what looks like two copies of it is then one, on the other copy.
fn lies_in_deletion(small: &Annotated, deletion: &Annotated) -> bool {
    let (small, deletion) = (&small.call.variant, &deletion.call.variant);
    let Some(Structure::Deletion { end }) = deletion.structure() else { return false };
    small.structure().is_none() && small.position > deletion.position && small.end() <= end
}

/// Whether two heterozygous variants of the proband lie on different copies of the gene.
fn phase((a, from_a): (&Annotated, Origin), (b, from_b): (&Annotated, Origin), family: &Family) -> Phase {
    let one = |o: Origin| match o {
        Origin::Father | Origin::NotMother => Some(true),
        Origin::Mother | Origin::NotFather => Some(false),
        _ => None,
    };
    if let (Some(a_paternal), Some(b_paternal)) = (one(from_a), one(from_b)) {
        return if a_paternal == b_paternal { Phase::Cis } else { Phase::Trans };
    }
    // Two alleles called at one place stand on different copies.
    if a.call.variant.position == b.call.variant.position && a.call.variant.structure().is_some() == b.call.variant.structure().is_some() {
        return Phase::Trans;
    }
    let (x, y) = (call(a, family.proband_index()), call(b, family.proband_index()));
    match (x.phase, y.phase) {
        (Some(p), Some(q)) if x.phase_set == y.phase_set && x.phase_set.is_some() => {
            if p == q {
                Phase::Cis
            } else {
                Phase::Trans
            }
        }
        _ => Phase::Unknown,
    }
}

fn others(family: &Family) -> impl Iterator<Item = usize> + '_ {
    (0..family.members().len()).filter(move |m| *m != family.proband_index())
}

fn full(genotype: &Genotype) -> bool {
    matches!(genotype.zygosity, Zygosity::Homozygous | Zygosity::Hemizygous)
}

/// Whether every relative with a known status and a call at these variants satisfies the rule.
fn fits(family: &Family, variants: &[&Annotated], rule: impl Fn(usize, bool) -> bool) -> bool {
    let called = |m: usize| variants.iter().all(|v| call(v, m).zygosity != Zygosity::NoCall);
    others(family).filter(|m| called(*m)).all(|m| match family.members()[m].affected {
        Affected::Unknown => true,
        affected => rule(m, affected == Affected::Yes),
    })
}

#[cfg(test)]
mod tests;
