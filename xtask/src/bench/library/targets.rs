//! What the library is to reach, and whether it does.

/// What was measured beside what it is to be at most.
pub struct Target {
    pub what: &'static str,
    pub measured: f64,
    pub most: f64,
    pub unit: &'static str,
}

/// Of a BCF of the same genotypes without what is known of its sites.
pub const SIZE_SHARE: f64 = 0.37;
/// Carriers in a gene, in milliseconds.
pub const CARRIERS_MS: f64 = 20.0;
/// A variant seen before, in milliseconds.
pub const SEEN_MS: f64 = 1.0;
/// Allele counts of 1,000 people over 5 Mb, in milliseconds, of at most 10,000 people.
pub const COUNTS_MS: f64 = 13.0;
/// One person added, in milliseconds, however many are there.
pub const ADDED_MS: f64 = 10.0;
/// One person hidden, in milliseconds.
pub const HIDDEN_MS: f64 = 1_000.0;

impl Target {
    fn is_met(&self) -> bool {
        self.measured <= self.most
    }
}

pub fn print(targets: &[Target]) {
    println!("  targets:");
    for target in targets {
        let verdict = if target.is_met() { "met" } else { "NOT MET" };
        println!("    {}: {:.2} {} (at most {} {}): {verdict}", target.what, target.measured, target.unit, target.most, target.unit);
    }
}
