//! A simulated cohort with linkage and a realistic spectrum of frequencies.
//!
//! Each chromosome copies stretches of those before it, changing the one it copies from with the population's recombination rate
//! divided by their number (Li and Stephens 2003, Genetics 165:2213), and a site's variant arises on one of them. Where that one is
//! the k-th with a chance of 1/k, the numbers of copies follow the neutral spectrum (Ewens 1972): so do the common sites. Most sites
//! of people today are rarer than that for growth of the population: those arise on any chromosome alike.
//!
//! The first 10,000 people are kept; those after them copy from theirs, bring as many new rare sites each, and are drawn anew
//! whenever they are needed, so that a cohort of any size takes the memory of those.

use super::{GENES, SPAN};
use genome::{Contig, consequence::Impact};
use library::{Call, PersonNo};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Sites after the neutral spectrum, and rarer ones: some 3,000 of a person differ from the reference, and nine in ten are rare.
const SITES: [u32; 2] = [24_000, 120_000];
/// Chromosomes among which sites arise: those of 10,000 people. Of fewer people some sites do not vary, as it is with real ones.
const CHROMOSOMES: f64 = 20_000.0;
/// People whose chromosomes are kept.
const KEPT: u32 = 10_000;
/// New rare sites of each chromosome after theirs: as many as of each of theirs.
const NEW_SITES: u32 = SITES[1] / (2 * KEPT);
/// Crossings-over between bases and generations, times four times the effective size of the population (10,000): 4 × 10⁴ × 10⁻⁸.
const RECOMBINATION: f64 = 4e-4;
/// Base before the first that is simulated.
const BEFORE: u32 = 1_000_000;

/// A site.
pub struct Site {
    pub position: u32,
    pub gene: String,
    pub impact: Impact,
    /// Share of the alleles of those who are kept.
    pub frequency: f32,
    /// The first chromosome that has the variant.
    arises: u32,
}

/// People, by their chromosomes: a bit for each site.
pub struct Cohort {
    pub sites: Vec<Site>,
    chromosomes: Vec<Vec<u64>>,
    people: u32,
}

impl Cohort {
    /// Draws so many people; the same number gives the same cohort.
    pub fn new(people: u32) -> Cohort {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut sites: Vec<Site> = (0..SITES[0] + SITES[1])
            .map(|index| Site {
                position: BEFORE + random.random_range(1..SPAN),
                gene: String::new(),
                impact: impact(&mut random),
                frequency: 0.0,
                arises: if index < SITES[0] { CHROMOSOMES.powf(random.random()) } else { random.random_range(1.0..CHROMOSOMES) } as u32,
            })
            .collect();
        sites.sort_by_key(|site| site.position);
        sites.dedup_by_key(|site| site.position);
        for site in &mut sites {
            site.gene = gene(site.position);
        }
        let mut cohort = Cohort { sites, chromosomes: vec![], people };
        let kept = people.min(KEPT) * 2;
        for no in 0..kept {
            let drawn = cohort.draw(no, &mut random);
            cohort.chromosomes.push(drawn);
        }
        for index in 0..cohort.sites.len() {
            let copies = cohort.chromosomes.iter().filter(|chromosome| has(chromosome, index)).count();
            cohort.sites[index].frequency = copies as f32 / kept as f32;
        }
        cohort
    }

    /// A chromosome, of so many before it.
    fn draw(&self, no: u32, random: &mut ChaCha8Rng) -> Vec<u64> {
        let mut drawn = vec![0_u64; self.sites.len().div_ceil(64)];
        let mut from = 0;
        while no > 0 && from < self.sites.len() {
            let length = -random.random_range(f64::MIN_POSITIVE..1.0).ln() * f64::from(no) / RECOMBINATION;
            let end = f64::from(self.sites[from].position) + length;
            let to = from + self.sites[from..].partition_point(|site| f64::from(site.position) <= end);
            let copied = &self.chromosomes[random.random_range(0..(no as usize).min(self.chromosomes.len()))];
            for index in (from..to).filter(|index| has(copied, *index)) {
                drawn[index / 64] |= 1 << (index % 64);
            }
            from = to.max(from + 1);
        }
        for (index, _) in self.sites.iter().enumerate().filter(|(_, site)| site.arises == no) {
            drawn[index / 64] |= 1 << (index % 64);
        }
        drawn
    }

    pub fn people(&self) -> u32 {
        self.people
    }

    /// Share of the sites that vary among those who are kept which are rarer than 1 %.
    pub fn rare(&self) -> f64 {
        let vary = self.sites.iter().filter(|site| site.frequency > 0.0);
        vary.clone().filter(|site| site.frequency < 0.01).count() as f64 / vary.count() as f64
    }

    /// What somebody carries, from number 1, by place.
    pub fn calls(&self, no: u32) -> Vec<Call> {
        if no <= KEPT {
            let own = (no as usize - 1) * 2;
            return self.carried(no, &self.chromosomes[own..own + 2]);
        }
        let mut random = ChaCha8Rng::seed_from_u64(u64::from(no) + 1);
        let chromosomes = [no * 2 - 2, no * 2 - 1].map(|chromosome| self.draw(chromosome, &mut random));
        let mut calls = self.carried(no, &chromosomes);
        let mut own: BTreeMap<u32, u8> = BTreeMap::new();
        for _ in 0..2 * NEW_SITES {
            let position = BEFORE + random.random_range(1..SPAN);
            if self.sites.binary_search_by_key(&position, |site| site.position).is_err() {
                own.entry(position).and_modify(|copies| *copies = 2).or_insert(1);
            }
        }
        // What a site does follows from its place: others may have it too.
        calls.extend(own.into_iter().map(|(position, copies)| {
            let impact = impact(&mut ChaCha8Rng::seed_from_u64(position.into()));
            call(no, position, gene(position), impact, None, copies)
        }));
        calls.sort_by_key(|call| call.position);
        calls
    }

    fn carried(&self, no: u32, chromosomes: &[Vec<u64>]) -> Vec<Call> {
        let copies = |index: usize| chromosomes.iter().filter(|chromosome| has(chromosome, index)).count() as u8;
        let sites = self.sites.iter().enumerate().map(|(index, site)| (site, copies(index))).filter(|(_, copies)| *copies > 0);
        sites.map(|(site, copies)| call(no, site.position, site.gene.clone(), site.impact, Some(site.frequency), copies)).collect()
    }
}

fn call(no: u32, position: u32, gene: String, impact: Impact, frequency: Option<f32>, copies: u8) -> Call {
    Call {
        person: PersonNo(no),
        contig: Contig::from_number(2).expect("there is a chromosome 2"),
        position,
        end: position,
        reference: "A".into(),
        alternate: "T".into(),
        gene,
        consequence: String::new(),
        impact,
        frequency,
        copies,
    }
}

fn gene(position: u32) -> String {
    format!("G{:03}", (position - BEFORE) / (SPAN / GENES))
}

fn impact(random: &mut ChaCha8Rng) -> Impact {
    match random.random_range(0..200) {
        0 => Impact::High,
        1..20 => Impact::Moderate,
        20..60 => Impact::Low,
        _ => Impact::Modifier,
    }
}

fn has(chromosome: &[u64], index: usize) -> bool {
    chromosome[index / 64] >> (index % 64) & 1 > 0
}
