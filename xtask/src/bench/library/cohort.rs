//! A simulated cohort with linkage and a realistic spectrum of frequencies.
//!
//! Each chromosome copies stretches of those before it, changing the one it copies from with the population's recombination rate
//! divided by their number (Li and Stephens 2003, Genetics 165:2213), and a site's variant arises on one of them. Where that one is
//! the k-th with a chance of 1/k, the numbers of copies follow the neutral spectrum (Ewens 1972): so do the common sites. Most sites
//! of people today are rarer than that for growth of the population: those arise on any chromosome alike.

use super::{GENES, SPAN};
use genome::{Contig, consequence::Impact};
use library::{Call, PersonNo};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Sites after the neutral spectrum, and rarer ones: some 3,000 of a person differ from the reference, and nine in ten are rare.
const SITES: [u32; 2] = [24_000, 120_000];
/// Chromosomes among which sites arise: those of 10,000 people. Of fewer people some sites do not vary, as it is with real ones.
const CHROMOSOMES: f64 = 20_000.0;
/// Crossings-over between bases and generations, times four times the effective size of the population (10,000): 4 × 10⁴ × 10⁻⁸.
const RECOMBINATION: f64 = 4e-4;

/// A site.
pub struct Site {
    pub position: u32,
    pub gene: String,
    pub impact: Impact,
    /// Share of the cohort's alleles.
    pub frequency: f32,
    /// The first chromosome that has the variant.
    arises: u32,
}

/// Chromosomes, a bit for each site.
pub struct Cohort {
    pub sites: Vec<Site>,
    chromosomes: Vec<Vec<u64>>,
}

impl Cohort {
    /// Draws the chromosomes of so many people; the same number gives the same cohort.
    pub fn new(people: u32) -> Cohort {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut sites: Vec<Site> = (0..SITES[0] + SITES[1])
            .map(|index| Site {
                position: 1_000_000 + random.random_range(1..SPAN),
                gene: String::new(),
                impact: match random.random_range(0..200) {
                    0 => Impact::High,
                    1..20 => Impact::Moderate,
                    20..60 => Impact::Low,
                    _ => Impact::Modifier,
                },
                frequency: 0.0,
                arises: if index < SITES[0] { CHROMOSOMES.powf(random.random()) } else { random.random_range(1.0..CHROMOSOMES) } as u32,
            })
            .collect();
        sites.sort_by_key(|site| site.position);
        sites.dedup_by_key(|site| site.position);
        for site in &mut sites {
            site.gene = format!("G{:03}", (site.position - 1_000_000) / (SPAN / GENES));
        }
        let mut cohort = Cohort { sites, chromosomes: vec![] };
        for no in 0..people * 2 {
            cohort.draw(no, &mut random);
        }
        for index in 0..cohort.sites.len() {
            let copies = cohort.chromosomes.iter().filter(|chromosome| has(chromosome, index)).count();
            cohort.sites[index].frequency = copies as f32 / (people * 2) as f32;
        }
        cohort
    }

    fn draw(&mut self, no: u32, random: &mut ChaCha8Rng) {
        let mut drawn = vec![0_u64; self.sites.len().div_ceil(64)];
        let mut from = 0;
        while no > 0 && from < self.sites.len() {
            let length = -random.random_range(f64::MIN_POSITIVE..1.0).ln() * f64::from(no) / RECOMBINATION;
            let end = f64::from(self.sites[from].position) + length;
            let to = from + self.sites[from..].partition_point(|site| f64::from(site.position) <= end);
            let copied = &self.chromosomes[random.random_range(0..no as usize)];
            for index in (from..to).filter(|index| has(copied, *index)) {
                drawn[index / 64] |= 1 << (index % 64);
            }
            from = to.max(from + 1);
        }
        for (index, _) in self.sites.iter().enumerate().filter(|(_, site)| site.arises == no) {
            drawn[index / 64] |= 1 << (index % 64);
        }
        self.chromosomes.push(drawn);
    }

    pub fn people(&self) -> u32 {
        (self.chromosomes.len() / 2) as u32
    }

    /// Copies of a site's variant that somebody has, from number 1.
    pub fn copies(&self, no: u32, index: usize) -> u8 {
        let own = (no as usize - 1) * 2;
        self.chromosomes[own..own + 2].iter().filter(|chromosome| has(chromosome, index)).count() as u8
    }

    /// Share of the sites that vary which are rarer than 1 %.
    pub fn rare(&self) -> f64 {
        let vary = self.sites.iter().filter(|site| site.frequency > 0.0);
        vary.clone().filter(|site| site.frequency < 0.01).count() as f64 / vary.count() as f64
    }

    /// What somebody carries.
    pub fn calls(&self, no: u32) -> impl Iterator<Item = Call> + '_ {
        let contig = Contig::from_number(2).expect("there is a chromosome 2");
        let carried =
            self.sites.iter().enumerate().map(move |(index, site)| (site, self.copies(no, index))).filter(|(_, copies)| *copies > 0);
        carried.map(move |(site, copies)| Call {
            person: PersonNo(no),
            contig,
            position: site.position,
            end: site.position,
            reference: "A".into(),
            alternate: "T".into(),
            gene: site.gene.clone(),
            consequence: String::new(),
            impact: site.impact,
            frequency: Some(site.frequency),
            copies,
        })
    }
}

fn has(chromosome: &[u64], index: usize) -> bool {
    chromosome[index / 64] >> (index % 64) & 1 > 0
}
