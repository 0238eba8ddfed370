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
    let kept_back = |person: usize| person.is_multiple_of(KEPT_BACK);
    let mut people: Vec<(usize, Ancestry)> =
        (0..genomes.groups.len()).filter(|person| kept_back(*person)).map(|person| (person, Ancestry::default())).collect();
    for (site, row) in genomes.sites() {
        let Ok(variant) = site.replace(':', "-").parse::<Variant>() else { continue };
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
        for (person, seen) in &mut people {
            if (1..=2).contains(&row[*person]) && seen.wants(&variant, overall) {
                seen.take(&variant, row[*person], &frequencies);
            }
        }
    }
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (person, seen) in &people {
        let group = GROUPS.iter().position(|group| *group == genomes.groups[*person]).map_or("", |index| ancestry::GROUPS[index].1);
        *counts.entry((group, seen.group().unwrap_or("UNKNOWN"))).or_default() += 1;
    }
    for ((group, called), people) in &counts {
        println!("{group} told as {called}: {people}");
    }
    let count_of =
        |is: fn(&str, &str) -> bool| counts.iter().filter(|((group, called), _)| is(group, called)).map(|(_, n)| n).sum::<usize>();
    let called = count_of(|_, called| called != "UNKNOWN");
    println!("{} people kept back, {called} told, {} of them wrong", people.len(), called - count_of(|group, called| group == called));
    Ok(())
}
