//! How often somebody's ancestry group is told right: 1000 Genomes people, each fifth kept back from the frequencies.

use crate::data::genomes::{GROUPS, Genomes, counted};
use genome::{AncestryGroup, Variant};
use germline::ancestry::{self, Ancestry};
use std::{collections::BTreeMap, path::Path};

/// One in so many is kept back.
const KEPT_BACK: usize = 5;
/// Tells the group of each person who was kept back, and counts.
pub fn run(sources: &Path) -> anyhow::Result<()> {
    let genomes = Genomes::read(sources)?;
    let kept_back = |at: usize| at.is_multiple_of(KEPT_BACK);
    let mut people: Vec<(usize, Ancestry)> =
        (0..genomes.groups.len()).filter(|at| kept_back(*at)).map(|at| (at, Ancestry::default())).collect();
    for (site, row) in genomes.sites() {
        let Ok(variant) = site.replace(':', "-").parse::<Variant>() else { continue };
        let share = |of: &dyn Fn(usize) -> bool| {
            let (copies, called) = counted(row, |at| !kept_back(at) && of(at));
            copies as f32 / called.max(1) as f32
        };
        let overall = share(&|_| true);
        let frequencies: Vec<(AncestryGroup, f32)> =
            ancestry::GROUPS.iter().zip(GROUPS).map(|((group, _), name)| (*group, share(&|at| genomes.groups[at] == name))).collect();
        for (at, seen) in &mut people {
            if (1..=2).contains(&row[*at]) && seen.wants(&variant, overall) {
                seen.take(&variant, row[*at], &frequencies);
            }
        }
    }
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (at, seen) in &people {
        let group = GROUPS.iter().position(|group| *group == genomes.groups[*at]).map_or("", |of| ancestry::GROUPS[of].1);
        *counts.entry((group, seen.group().unwrap_or("UNKNOWN"))).or_default() += 1;
    }
    for ((group, told), people) in &counts {
        println!("{group} told as {told}: {people}");
    }
    let of = |is: fn(&str, &str) -> bool| counts.iter().filter(|((group, told), _)| is(group, told)).map(|(_, n)| n).sum::<usize>();
    let told = of(|_, told| told != "UNKNOWN");
    println!("{} people kept back, {told} told, {} of them wrong", people.len(), told - of(|group, told| group == told));
    Ok(())
}
