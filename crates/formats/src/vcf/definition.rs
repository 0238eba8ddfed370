//! What a field may hold: how many values of which kind. From the header, or from the specification for reserved keys.

/// How many values a field has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// Just so many.
    Exactly(u32),
    /// One per alternate allele (`A`).
    Alternates,
    /// One per allele, the reference too (`R`).
    Alleles,
    /// One per possible genotype (`G`).
    Genotypes,
    /// Any number: `.`, and the local-allele and per-copy numbers of 4.4 and 4.5, which are not counted here.
    Any,
}

/// What kind of value it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Whole numbers of 32 bits.
    Integer,
    /// Floating-point numbers.
    Float,
    /// No value: it is there or not.
    Flag,
    /// Single characters.
    Character,
    /// Texts.
    String,
}

/// Number and kind of one key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    /// How many values it has.
    pub number: Number,
    /// What its values are.
    pub kind: Kind,
    /// A value below zero has no meaning.
    pub non_negative: bool,
    /// The specification's own key.
    pub reserved: bool,
}

/// A key that the specification reserves: name, number, kind (nothing: any number), first and last minor
/// version that reserves it.
type Reserved = (&'static str, Number, Option<Kind>, u8, u8);

use Kind::{Flag, Float, Integer, String as Text};
use Number::{Alleles, Alternates, Exactly, Genotypes};

/// Source: VCF 4.1 and 4.2, section 1.4.1 (INFO); VCF 4.3, table 1.
const INFO: [Reserved; 20] = [
    ("AA", Exactly(1), Some(Text), 1, 5),
    ("AC", Alternates, Some(Integer), 1, 5),
    ("AD", Alleles, Some(Integer), 3, 5),
    ("ADF", Alleles, Some(Integer), 3, 5),
    ("ADR", Alleles, Some(Integer), 3, 5),
    ("AF", Alternates, Some(Float), 1, 5),
    ("AN", Exactly(1), Some(Integer), 1, 5),
    ("BQ", Exactly(1), Some(Float), 1, 5),
    ("CIGAR", Alternates, Some(Text), 1, 5),
    ("DB", Exactly(0), Some(Flag), 1, 5),
    ("DP", Exactly(1), Some(Integer), 1, 5),
    ("END", Exactly(1), Some(Integer), 1, 5),
    ("H2", Exactly(0), Some(Flag), 1, 5),
    ("H3", Exactly(0), Some(Flag), 1, 5),
    ("MQ", Exactly(1), None, 1, 5),
    ("MQ0", Exactly(1), Some(Integer), 1, 5),
    ("NS", Exactly(1), Some(Integer), 1, 5),
    ("SOMATIC", Exactly(0), Some(Flag), 1, 5),
    ("VALIDATED", Exactly(0), Some(Flag), 1, 5),
    ("1000G", Exactly(0), Some(Flag), 1, 5),
];

/// Source: VCF 4.1 and 4.2, section 1.4.2 (genotype fields); VCF 4.3, table 2.
const FORMAT: [Reserved; 16] = [
    ("AD", Alleles, Some(Integer), 3, 5),
    ("ADF", Alleles, Some(Integer), 3, 5),
    ("ADR", Alleles, Some(Integer), 3, 5),
    ("DP", Exactly(1), Some(Integer), 1, 5),
    ("EC", Alternates, Some(Integer), 1, 5),
    ("FT", Exactly(1), Some(Text), 1, 5),
    ("GL", Genotypes, Some(Float), 1, 5),
    ("GLE", Genotypes, Some(Text), 1, 2),
    ("GP", Genotypes, Some(Float), 1, 5),
    ("GQ", Exactly(1), None, 1, 5), // fractional in freebayes
    ("GT", Exactly(1), Some(Text), 1, 5),
    ("HQ", Exactly(2), Some(Integer), 1, 5),
    ("MQ", Exactly(1), Some(Integer), 1, 5),
    ("PL", Genotypes, Some(Integer), 1, 5),
    ("PQ", Exactly(1), Some(Integer), 1, 5),
    ("PS", Exactly(1), Some(Integer), 1, 5),
];

/// What well-known callers write instead, and every reader takes: one `AA` per alternate allele (Strelka).
const TOLERATED: [(Space, &str, Number, Kind); 1] = [(Space::Info, "AA", Alternates, Text)];

/// Counts and shares, which cannot be below zero.
const NON_NEGATIVE: [&str; 7] = ["AC", "AF", "AN", "DP", "END", "MQ0", "NS"];

/// Which of the two key spaces a key belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Space {
    /// Fields of the INFO column.
    Info,
    /// Fields of the FORMAT column.
    Format,
}

impl Space {
    /// The line that defines a key.
    pub fn name(self) -> &'static str {
        match self {
            Space::Info => "INFO",
            Space::Format => "FORMAT",
        }
    }

    /// Whether a definition that differs from the specification's is taken as it stands.
    pub fn tolerates(self, key: &str, number: Number, kind: Kind) -> bool {
        TOLERATED.contains(&(self, key, number, kind))
    }

    /// Reserved keys in a minor version of VCF 4, with their definitions.
    pub fn reserved(self, minor: u8) -> impl Iterator<Item = (&'static str, Definition, Option<Kind>)> {
        let table: &'static [Reserved] = match self {
            Space::Info => &INFO,
            Space::Format => &FORMAT,
        };
        table.iter().filter(move |(.., from, to)| (*from..=*to).contains(&minor.max(1))).map(move |(key, number, kind, ..)| {
            let non_negative = self == Space::Info && NON_NEGATIVE.contains(key);
            (*key, Definition { number: *number, kind: kind.unwrap_or(Float), non_negative, reserved: true }, *kind)
        })
    }
}

impl Number {
    /// Reads a header's Number in a minor version of VCF 4.
    pub fn parse(text: &str, minor: u8) -> Option<Number> {
        Some(match text {
            "A" => Alternates,
            "G" => Genotypes,
            "R" => Alleles,
            "." => Number::Any,
            "P" if minor >= 4 => Number::Any,
            "LA" | "LR" | "LG" | "M" if minor >= 5 => Number::Any,
            digits => Exactly(digits.parse().ok()?),
        })
    }
}

impl Kind {
    /// Reads a header's Type.
    pub fn parse(text: &str) -> Option<Kind> {
        Some(match text {
            "Integer" => Integer,
            "Float" => Float,
            "Flag" => Flag,
            "Character" => Kind::Character,
            "String" => Text,
            _ => return None,
        })
    }

    /// In words, with its article.
    pub fn label(self) -> &'static str {
        match self {
            Integer => "a whole number",
            Float => "a number",
            Flag => "a flag",
            Kind::Character => "a single character",
            Text => "a text",
        }
    }
}
