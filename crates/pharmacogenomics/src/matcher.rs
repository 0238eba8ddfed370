//! Which pairs of named alleles give what was called.
//!
//! Every way of sharing the heterozygous calls between two copies that the phase allows is tried; a pair fits when both copies
//! match at every position that was called. Where its definition is silent, an allele has the bases of the reference; of
//! several pairs, the one whose definitions name most of what was seen stands first (the rules of PharmCAT's named allele
//! matcher, Sangkuhl 2020, Clin Pharmacol Ther 107:203).

use crate::{
    call::{Call, Diplotype, Made},
    definition::{Allele, Gene},
    site::Sites,
};
use std::collections::BTreeMap;

/// Ways of sharing that are tried at most: two to the power of this, less one.
const FREE_MAX: usize = 14;

/// Genes of which each variant counts alone, so that what no named allele holds together can still be told: the two variants of
/// the least activity decide. Source: CPIC guidelines for DPYD (2017) and RYR1 (2018).
const BY_VARIANT: [&str; 2] = ["DPYD", "RYR1"];

/// Calls a gene.
pub fn call(gene: &Gene, sites: &Sites) -> Call {
    let seen: Vec<usize> = sites.0.keys().copied().collect();
    let missing = (0..gene.positions.len()).filter(|place| !seen.contains(place)).collect::<Vec<_>>();
    let alleles = tellable(gene, &seen);
    let not_excluded =
        gene.alleles.iter().filter(|a| a.differs(gene).any(|place| missing.contains(&place))).map(|a| a.name.clone()).collect();
    let made = if seen.is_empty() { Made::No("no position of the gene was called".into()) } else { made(gene, sites, &seen, &alleles) };
    Call {
        gene: gene.symbol.clone(),
        made,
        missing: missing.into_iter().map(|place| gene.positions[place].clone()).collect(),
        not_excluded,
    }
}

/// Alleles that the positions seen could show: that of the reference, and those of which they show at least one difference.
fn tellable<'g>(gene: &'g Gene, seen: &[usize]) -> Vec<&'g Allele> {
    let shown = |allele: &&Allele| {
        let mut differs = allele.differs(gene).peekable();
        differs.peek().is_none() || differs.any(|place| seen.contains(&place))
    };
    gene.alleles.iter().filter(shown).collect()
}

fn made(gene: &Gene, sites: &Sites, seen: &[usize], alleles: &[&Allele]) -> Made {
    if sites.0.values().all(|site| site.alleles.len() == 1) {
        let copy: Vec<&str> = seen.iter().map(|place| sites.0[place].alleles[0].as_str()).collect();
        return single(gene, seen, &copy, alleles);
    }
    let Some(ways) = ways(sites, seen) else {
        return Made::No(format!("more than {FREE_MAX} heterozygous positions of unknown phase"));
    };
    let mut fits: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (first, second) in &ways {
        for one in matching(gene, seen, first, alleles) {
            for other in matching(gene, seen, second, alleles) {
                let mut pair = [(place_of(gene, one), one.name.clone()), (place_of(gene, other), other.name.clone())];
                pair.sort();
                let score = score(one, seen) + score(other, seen);
                let [(_, one), (_, other)] = pair;
                fits.insert((one, other), score);
            }
        }
    }
    let Some(best) = fits.values().max().copied() else { return by_variant(gene, sites, seen, &ways) };
    let diplotype = |((one, other), score): ((String, String), usize)| (Diplotype { alleles: vec![one, other] }, score);
    let (top, rest): (Vec<_>, Vec<_>) = fits.into_iter().map(diplotype).partition(|(_, score)| *score == best);
    Made::Fits {
        diplotypes: top.into_iter().map(|(diplotype, _)| diplotype).collect(),
        otherwise: rest.into_iter().map(|(diplotype, _)| diplotype).collect(),
        phased: ways.len() == 1,
    }
}

fn place_of(gene: &Gene, allele: &Allele) -> usize {
    gene.alleles.iter().position(|known| known.name == allele.name).unwrap_or(usize::MAX)
}

fn single(gene: &Gene, seen: &[usize], copy: &[&str], alleles: &[&Allele]) -> Made {
    let fits = matching(gene, seen, copy, alleles);
    let best = fits.iter().map(|allele| score(allele, seen)).max();
    let diplotypes: Vec<Diplotype> = fits
        .into_iter()
        .filter(|allele| Some(score(allele, seen)) == best)
        .map(|allele| Diplotype { alleles: vec![allele.name.clone()] })
        .collect();
    if diplotypes.is_empty() {
        return Made::No(format!("no named allele has {}", differences(gene, seen, copy)));
    }
    Made::Fits { diplotypes, otherwise: vec![], phased: true }
}

/// Two copies, position by position.
type Way<'s> = (Vec<&'s str>, Vec<&'s str>);

/// Every way of sharing the calls between two copies that the phase allows; nothing when there are too many.
fn ways<'s>(sites: &'s Sites, seen: &[usize]) -> Option<Vec<Way<'s>>> {
    // Calls that move together: those of one phase set, and each of unknown phase alone.
    let mut blocks: Vec<(Option<u64>, Vec<usize>)> = Vec::new();
    for (index, place) in seen.iter().enumerate() {
        let site = &sites.0[place];
        if site.alleles.len() < 2 || site.alleles[0] == site.alleles[1] {
            continue;
        }
        match blocks.iter_mut().find(|(phase, _)| phase.is_some() && *phase == site.phase) {
            Some((_, members)) => members.push(index),
            None => blocks.push((site.phase, vec![index])),
        }
    }
    let free = blocks.len().saturating_sub(1);
    if free > FREE_MAX {
        return None;
    }
    let copy = |which: usize| -> Vec<&str> {
        seen.iter()
            .map(|place| sites.0[place].alleles.get(which).or_else(|| sites.0[place].alleles.first()).map_or("", String::as_str))
            .collect()
    };
    let mut ways = Vec::new();
    for turned in 0..1_u32 << free {
        let (mut first, mut second) = (copy(0), copy(1));
        let is_turned = |(number, _): &(usize, _)| turned >> number & 1 == 1;
        for (_, (_, members)) in blocks.iter().skip(1).enumerate().filter(is_turned) {
            for index in members {
                std::mem::swap(&mut first[*index], &mut second[*index]);
            }
        }
        ways.push((first, second));
    }
    Some(ways)
}

/// Alleles that a copy can be.
fn matching<'g>(gene: &Gene, seen: &[usize], copy: &[&str], alleles: &[&'g Allele]) -> Vec<&'g Allele> {
    let fits = |allele: &&&Allele| {
        seen.iter().zip(copy).all(|(place, bases)| {
            let expected = allele.bases_at(*place).unwrap_or(&gene.positions[*place].reference);
            expected == *bases || either(expected).is_some_and(|two| bases.len() == 1 && two.contains(bases))
        })
    };
    alleles.iter().filter(fits).copied().collect()
}

/// How much of what was seen an allele's definition names.
fn score(allele: &Allele, seen: &[usize]) -> usize {
    if allele.whole { seen.len() } else { allele.defined.iter().filter(|(place, _)| seen.contains(place)).count() }
}

/// Bases that a code of IUPAC stands for, of those with two.
fn either(code: &str) -> Option<&'static str> {
    Some(match code {
        "R" => "AG",
        "Y" => "CT",
        "S" => "CG",
        "W" => "AT",
        "K" => "GT",
        "M" => "AC",
        _ => return None,
    })
}

/// Variants by themselves, where no pair of named alleles holds them all.
fn by_variant(gene: &Gene, sites: &Sites, seen: &[usize], ways: &[Way]) -> Made {
    let (first, second) = &ways[0];
    if !BY_VARIANT.contains(&gene.symbol.as_str()) {
        return Made::No(format!(
            "no pair of named alleles has {} and {}",
            differences(gene, seen, first),
            differences(gene, seen, second)
        ));
    }
    let carried = |copy: &[&str]| -> Vec<String> {
        let has = |place: usize, bases: &str| seen.iter().position(|s| *s == place).is_some_and(|index| copy[index] == bases);
        let all = |allele: &&Allele| {
            let mut differs = allele.defined.iter().filter(|(place, bases)| *bases != gene.positions[*place].reference).peekable();
            differs.peek().is_some() && differs.all(|(place, bases)| has(*place, bases))
        };
        gene.alleles.iter().filter(all).map(|allele| allele.name.clone()).collect()
    };
    if ways.len() == 1 {
        return Made::Variants { copies: Some([carried(first), carried(second)]), all: vec![] };
    }
    // Of unknown phase: each variant once for each copy that has it.
    let mut all = Vec::new();
    for allele in &gene.alleles {
        let counts = allele
            .defined
            .iter()
            .filter(|(place, bases)| *bases != gene.positions[*place].reference)
            .map(|(place, bases)| sites.0.get(place).map_or(0, |site| site.alleles.iter().filter(|a| *a == bases).count()));
        let times = counts.min().unwrap_or(0);
        all.extend(std::iter::repeat_n(allele.name.clone(), times));
    }
    Made::Variants { copies: None, all }
}

/// What a copy has that the reference has not.
fn differences(gene: &Gene, seen: &[usize], copy: &[&str]) -> String {
    let differing = seen.iter().zip(copy).filter(|(place, bases)| gene.positions[**place].reference != **bases);
    let listed: Vec<String> = differing
        .map(|(place, bases)| format!("{}:{}>{bases}", gene.positions[*place].position, gene.positions[*place].reference))
        .collect();
    if listed.is_empty() { "the reference sequence".into() } else { listed.join(" with ") }
}
