//! Contigs of the human assembly and the builds they belong to.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A chromosome of the primary assembly, or the mitochondrial genome.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Contig(u8);

/// A genome assembly.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum Build {
    /// Genome Reference Consortium human build 37 (hg19).
    GRCh37,
    /// Genome Reference Consortium human build 38 (hg38).
    GRCh38,
}

/// A name that is no contig of the primary human assembly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a contig of the primary human assembly (1–22, X, Y, MT, with or without 'chr')")]
pub struct UnknownContig(pub String);

/// Lengths in bases, contig 1–22, X, Y, MT. Source: GRC, GCF_000001405.25 and GCF_000001405.40 assembly reports.
const LENGTHS_37: [u32; 25] = [
    249_250_621,
    243_199_373,
    198_022_430,
    191_154_276,
    180_915_260,
    171_115_067,
    159_138_663,
    146_364_022,
    141_213_431,
    135_534_747,
    135_006_516,
    133_851_895,
    115_169_878,
    107_349_540,
    102_531_392,
    90_354_753,
    81_195_210,
    78_077_248,
    59_128_983,
    63_025_520,
    48_129_895,
    51_304_566,
    155_270_560,
    59_373_566,
    16_569,
];
const LENGTHS_38: [u32; 25] = [
    248_956_422,
    242_193_529,
    198_295_559,
    190_214_555,
    181_538_259,
    170_805_979,
    159_345_973,
    145_138_636,
    138_394_717,
    133_797_422,
    135_086_622,
    133_275_309,
    114_364_328,
    107_043_718,
    101_991_189,
    90_338_345,
    83_257_441,
    80_373_285,
    58_617_616,
    64_444_167,
    46_709_983,
    50_818_468,
    156_040_895,
    57_227_415,
    16_569,
];

/// Pseudo-autosomal regions, 1-based inclusive. Source: GRC, human genome PAR definitions.
const PAR_38: [(Contig, u32, u32); 4] = [
    (Contig::X, 10_001, 2_781_479),
    (Contig::X, 155_701_383, 156_030_895),
    (Contig::Y, 10_001, 2_781_479),
    (Contig::Y, 56_887_903, 57_217_415),
];

impl Contig {
    /// The X chromosome.
    pub const X: Contig = Contig(23);
    /// The Y chromosome.
    pub const Y: Contig = Contig(24);
    /// The mitochondrial genome.
    pub const MT: Contig = Contig(25);

    /// Every contig, in karyotype order.
    pub fn all() -> impl Iterator<Item = Contig> {
        (1..=25).map(Contig)
    }

    /// 1–22 are autosomes, X is 23, Y is 24, MT is 25.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The contig of that number, if there is one.
    pub fn from_number(number: u8) -> Option<Contig> {
        (1..=25).contains(&number).then_some(Contig(number))
    }

    /// Neither a sex chromosome nor mitochondrial.
    pub fn is_autosome(self) -> bool {
        self.0 <= 22
    }

    /// Length in bases in a build.
    pub fn length(self, build: Build) -> u32 {
        let lengths = match build {
            Build::GRCh37 => &LENGTHS_37,
            Build::GRCh38 => &LENGTHS_38,
        };
        lengths[usize::from(self.0) - 1]
    }

    /// Whether a position on GRCh38 lies in a pseudo-autosomal region, where males are diploid.
    pub fn is_pseudo_autosomal(self, position: u32) -> bool {
        PAR_38.iter().any(|&(contig, start, end)| contig == self && (start..=end).contains(&position))
    }

    /// RefSeq accession of the contig, for HGVS g. descriptions.
    pub fn refseq(self, build: Build) -> String {
        const V38: [u8; 24] = [11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10];
        if self == Contig::MT {
            return "NC_012920.1".into();
        }
        let version = V38[usize::from(self.0) - 1];
        let version = match build {
            Build::GRCh38 => version,
            Build::GRCh37 => version - 1,
        };
        format!("NC_{:06}.{version}", self.0)
    }

    /// Reads a contig name as bytes without allocating: `chr1`, `1`, `X`, `chrM`, `MT`.
    pub fn from_bytes(name: &[u8]) -> Option<Contig> {
        let bare = name.strip_prefix(b"chr").or_else(|| name.strip_prefix(b"Chr")).unwrap_or(name);
        match bare {
            b"X" | b"x" => Some(Contig::X),
            b"Y" | b"y" => Some(Contig::Y),
            b"M" | b"MT" => Some(Contig::MT),
            [d @ b'1'..=b'9'] => Some(Contig(d - b'0')),
            [t @ b'1'..=b'2', o @ b'0'..=b'9'] => {
                let number = (t - b'0') * 10 + (o - b'0');
                (number <= 22).then_some(Contig(number))
            }
            _ => None,
        }
    }
}

impl Build {
    /// The build whose length for this contig is `length`, if exactly one has it.
    pub fn from_contig_length(contig: Contig, length: u32) -> Option<Build> {
        if contig == Contig::MT {
            return None;
        }
        [Build::GRCh37, Build::GRCh38].into_iter().find(|b| contig.length(*b) == length)
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Build::GRCh37 => "GRCh37",
            Build::GRCh38 => "GRCh38",
        })
    }
}

impl FromStr for Contig {
    type Err = UnknownContig;
    fn from_str(name: &str) -> Result<Self, UnknownContig> {
        if let Some(contig) = Contig::from_bytes(name.as_bytes()) {
            return Ok(contig);
        }
        if name.starts_with("NC_012920") {
            return Ok(Contig::MT);
        }
        name.strip_prefix("NC_0000")
            .and_then(|rest| rest.get(..2)?.parse().ok())
            .filter(|n| (1..=24).contains(n))
            .map(Contig)
            .ok_or_else(|| UnknownContig(name.into()))
    }
}

impl fmt::Display for Contig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Contig::X => f.write_str("X"),
            Contig::Y => f.write_str("Y"),
            Contig::MT => f.write_str("MT"),
            Contig(n) => write!(f, "{n}"),
        }
    }
}

impl From<Contig> for String {
    fn from(contig: Contig) -> String {
        contig.to_string()
    }
}

impl TryFrom<String> for Contig {
    type Error = UnknownContig;
    fn try_from(name: String) -> Result<Self, UnknownContig> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_contig_is_read() {
        for (name, shown) in [("chr1", "1"), ("22", "22"), ("chrM", "MT"), ("NC_000023.11", "X"), ("NC_012920.1", "MT")] {
            assert_eq!(name.parse::<Contig>().expect("a contig").to_string(), shown);
        }
        for name in ["chr0", "23", "chrUn_KI270742v1", "", "NC_000099.1", "é1"] {
            assert!(name.parse::<Contig>().is_err(), "{name}");
        }
    }

    #[test]
    fn refseq_accessions_are_those_of_the_assembly_reports() {
        assert_eq!(Contig(7).refseq(Build::GRCh38), "NC_000007.14");
        assert_eq!(Contig(7).refseq(Build::GRCh37), "NC_000007.13");
        assert_eq!(Contig::X.refseq(Build::GRCh38), "NC_000023.11");
    }

    #[test]
    fn a_length_tells_the_build() {
        assert_eq!(Build::from_contig_length(Contig(1), 249_250_621), Some(Build::GRCh37));
        assert_eq!(Build::from_contig_length(Contig(1), 248_956_422), Some(Build::GRCh38));
        assert_eq!(Build::from_contig_length(Contig(1), 1), None);
    }
}
