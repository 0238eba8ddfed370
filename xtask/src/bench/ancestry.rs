//! How often somebody's ancestry group is told right: 1000 Genomes people, each fifth kept back from the frequencies.

use crate::data::genomes::{GROUPS, Genomes, counted};
use genome::{AncestryGroup, Variant};
use germline::ancestry::{self, Ancestry};
use std::{collections::BTreeMap, path::Path};

/// One in so many is kept back.
const KEPT_BACK: usize = 5;
/// Variants of which the group is told, for how it grows with them: the sites lie in exomes.
const OF_VARIANTS: [usize; 8] = [50, 100, 200, 300, 500, 700, 1_000, 1_500];

/// A variant that somebody carries, its copies, and its frequency in each group.
type Carried = (Variant, u8, Vec<(AncestryGroup, f32)>);

/// How many are told a group, and a wrong one, of so many variants each: every so-manieth of those that were taken.
fn by_variants(people: &[(&str, Vec<Carried>)]) {
    for variants in OF_VARIANTS {
        let (mut called, mut wrong) = (0, 0);
        for (group, carried) in people.iter().filter(|(_, carried)| carried.len() >= variants) {
            let mut seen = Ancestry::default();
            for index in 0..variants {
                let (variant, copies, frequencies) = &carried[index * carried.len() / variants];
                seen.take(variant, *copies, frequencies);
            }
            let best = seen.best();
            called += usize::from(best.is_some());
            wrong += usize::from(best.is_some_and(|best| best != *group));
        }
        println!("of {variants} variants: {called} told, {wrong} of them wrong");
    }
}

/// Coding bases by contig, in order, none in two stretches: what every exome reaches.
struct Coding(BTreeMap<String, Vec<(u32, u32)>>);

impl Coding {
    /// From RefSeq's genes in the columns of UCSC: contig, coding bases, exons.
    fn read(sources: &Path) -> anyhow::Result<Coding> {
        let mut all: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
        for line in formats::open::lines(&sources.join("genes/refGene_hg38.tsv.gz"))? {
            let (_, line) = line?;
            let fields: Vec<&str> = line.split('\t').collect();
            let [_, contig, _, _, _, from, to, _, starts, ends, ..] = fields[..] else { continue };
            let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) else { continue };
            let exons = starts.split(',').zip(ends.split(',')).filter_map(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?)));
            let coding = exons.map(|(a, b)| (a.max(from), b.min(to))).filter(|(a, b)| a < b);
            all.entry(contig.trim_start_matches("chr").to_owned()).or_default().extend(coding);
        }
        Ok(Coding(all.into_iter().map(|(contig, exons)| (contig, apart(exons))).collect()))
    }

    fn has(&self, variant: &Variant) -> bool {
        let (base, contig) = (variant.position.get() - 1, variant.contig.to_string());
        let Some(exons) = self.0.get(contig.trim_start_matches("chr")) else { return false };
        exons[..exons.partition_point(|(from, _)| *from <= base)].last().is_some_and(|(_, to)| base < *to)
    }
}

/// Stretches in order, those that touch as one.
fn apart(mut stretches: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    stretches.sort_unstable();
    let mut all: Vec<(u32, u32)> = Vec::new();
    for (from, to) in stretches {
        match all.last_mut().filter(|last| from <= last.1) {
            Some(last) => last.1 = last.1.max(to),
            None => all.push((from, to)),
        }
    }
    all
}

/// Tells the group of each person who was kept back, and counts: at all sites, and at those that every exome reaches.
pub fn run(sources: &Path) -> anyhow::Result<()> {
    let (genomes, coding) = (Genomes::read(sources)?, Coding::read(sources)?);
    println!("At all sites:");
    measure(&genomes, |_| true);
    println!("At sites in coding bases, as of an exome:");
    measure(&genomes, |variant| coding.has(variant));
    Ok(())
}

fn measure(genomes: &Genomes, is_read: impl Fn(&Variant) -> bool) {
    let kept_back = |person: usize| person.is_multiple_of(KEPT_BACK);
    let mut people: Vec<(usize, Ancestry)> =
        (0..genomes.groups.len()).filter(|person| kept_back(*person)).map(|person| (person, Ancestry::default())).collect();
    let mut carried: Vec<Vec<Carried>> = vec![vec![]; people.len()];
    for (site, row) in genomes.sites() {
        let Some(variant) = site.replace(':', "-").parse::<Variant>().ok().filter(&is_read) else { continue };
        let share = |is_in: &dyn Fn(usize) -> bool| {
            let (copies, called) = counted(row, |person| !kept_back(person) && is_in(person));
            copies as f32 / called.max(1) as f32
        };
        let overall = share(&|_| true);
        let frequencies: Vec<(AncestryGroup, f32)> = ancestry::GROUPS
            .iter()
            .zip(GROUPS)
            .map(|((group, _), name)| (*group, share(&|person| genomes.groups[person] == name)))
            .collect();
        for ((person, seen), carried) in people.iter_mut().zip(&mut carried) {
            if (1..=2).contains(&row[*person]) && seen.wants(&variant, overall) {
                seen.take(&variant, row[*person], &frequencies);
                carried.push((variant.clone(), row[*person], frequencies.clone()));
            }
        }
    }
    let code_of =
        |person: usize| GROUPS.iter().position(|group| *group == genomes.groups[person]).map_or("", |index| ancestry::GROUPS[index].1);
    let by_group: Vec<(&str, Vec<Carried>)> = people.iter().map(|(person, _)| code_of(*person)).zip(carried).collect();
    by_variants(&by_group);
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (person, seen) in &people {
        *counts.entry((code_of(*person), seen.group().unwrap_or("UNKNOWN"))).or_default() += 1;
    }
    for ((group, called), people) in &counts {
        println!("{group} told as {called}: {people}");
    }
    let count_of =
        |is: fn(&str, &str) -> bool| counts.iter().filter(|((group, called), _)| is(group, called)).map(|(_, n)| n).sum::<usize>();
    let called = count_of(|_, called| called != "UNKNOWN");
    println!("{} people kept back, {called} told, {} of them wrong", people.len(), called - count_of(|group, called| group == called));
}
