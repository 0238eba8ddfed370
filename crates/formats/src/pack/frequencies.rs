//! Population frequencies as a list, for simulating people.

use super::Pack;
use genome::{Contig, Position, Variant};

impl Pack {
    /// Every variant with a frequency whose alleles are coded exactly, in genome order, with its overall frequency.
    pub fn common_variants(&self) -> Vec<(Variant, f32)> {
        self.frequencies
            .rows(&self.container)
            .filter_map(|(contig, key, value)| {
                let position = u32::from_be_bytes(key[..4].try_into().ok()?);
                let code = u64::from_be_bytes(key[4..12].try_into().ok()?);
                let (reference, alternate) = decode(code)?;
                let variant = Variant::new(Contig::from_number(contig)?, Position::new(position)?, &reference, &alternate).ok()?;
                Some((variant, f32::from_le_bytes(value[..4].try_into().ok()?)))
            })
            .collect()
    }
}

/// Alleles of an exact code; nothing for a hash.
fn decode(code: u64) -> Option<(String, String)> {
    if code >> 63 == 1 {
        return None;
    }
    let (reference, alternate) = ((code >> 53 & 31) as usize, (code >> 48 & 31) as usize);
    let total = reference + alternate;
    let base = |at: usize| char::from(b"ACGT"[(code >> (2 * (total - 1 - at)) & 3) as usize]);
    Some(((0..reference).map(base).collect(), (reference..total).map(base).collect()))
}
