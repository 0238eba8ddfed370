//! Where variants lie, and of what form they are: what a question about variants narrows them by.

use crate::{Contig, Structure, Variant};
use std::fmt;

/// A stretch of a contig on GRCh38: from the first base to the last, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// Contig.
    pub contig: Contig,
    /// First base.
    pub from: u32,
    /// Last base.
    pub to: u32,
}

/// What kind of change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Snp,
    Mnp,
    Indel,
    Deletion,
    Insertion,
    Duplication,
    Inversion,
    /// A loss or a gain that was counted.
    CopyNumber,
}

/// What narrows variants; nothing set narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shape {
    /// Some base of them lies here.
    pub overlapping: Option<Stretch>,
    /// Their first base lies here.
    pub starting: Option<Stretch>,
    /// Their last base lies between these two, on the contig where they start.
    pub ending: Option<(u32, u32)>,
    /// What kind of change.
    pub kind: Option<Kind>,
    /// Bases changed, at least.
    pub length_min: Option<u32>,
    /// Bases changed, at most.
    pub length_max: Option<u32>,
    /// Reference allele in IUPAC codes: N is any base.
    pub reference: Option<String>,
    /// Alternative allele in IUPAC codes.
    pub alternate: Option<String>,
    /// One of these.
    pub among: Vec<Variant>,
}

/// Words of the kinds in a question.
pub const KINDS: [(&str, Kind); 8] = [
    ("SNP", Kind::Snp),
    ("MNP", Kind::Mnp),
    ("INDEL", Kind::Indel),
    ("DEL", Kind::Deletion),
    ("INS", Kind::Insertion),
    ("DUP", Kind::Duplication),
    ("INV", Kind::Inversion),
    ("CNV", Kind::CopyNumber),
];

/// Bases that a question may look through: a limit on work.
pub const STRETCH_BASES_MAX: u32 = 5_000_000;

impl Stretch {
    /// As it is written: `19:55661001-55662000`.
    pub fn read(text: &str) -> Option<Stretch> {
        let (contig, bases) = text.split_once(':')?;
        let (from, to) = numbers(bases)?;
        Some(Stretch { contig: contig.parse().ok()?, from, to })
    }

    /// Bases in it.
    pub fn bases(self) -> u32 {
        self.to - self.from + 1
    }
}

/// Two numbers with a hyphen between them, the first no greater and none 0.
pub fn numbers(text: &str) -> Option<(u32, u32)> {
    let (from, to) = text.split_once('-')?;
    let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
    (0 < from && from <= to && to < u32::MAX).then_some((from, to))
}

impl Shape {
    /// Whether it narrows nothing.
    pub fn is_any(&self) -> bool {
        *self == Shape::default()
    }

    /// The stretch over which such variants must lie; nothing where it says none.
    pub fn reach(&self) -> Option<Stretch> {
        let all = self.among.iter().map(|v| Stretch { contig: v.contig, from: v.position.get(), to: v.end() });
        let among = all.reduce(|a, b| Stretch { contig: a.contig, from: a.from.min(b.from), to: a.to.max(b.to) });
        // A structural variant is written at the base before its first.
        let starting = self.starting.map(|s| Stretch { from: s.from.saturating_sub(1).max(1), ..s });
        self.overlapping.or(starting).or(among)
    }

    /// Whether a variant fits.
    pub fn fits(&self, variant: &Variant) -> bool {
        let (first, last) = extent(variant);
        let on = |s: &Stretch| s.contig == variant.contig;
        self.overlapping.is_none_or(|s| on(&s) && first <= s.to && last >= s.from)
            && self.starting.is_none_or(|s| on(&s) && (s.from..=s.to).contains(&first))
            && self.ending.is_none_or(|(from, to)| (from..=to).contains(&last))
            && self.kind.is_none_or(|kind| kind.fits(variant))
            && self.has_length(variant)
            && self.reference.as_ref().is_none_or(|codes| is_written(codes, &variant.reference))
            && self.alternate.as_ref().is_none_or(|codes| is_written(codes, &variant.alternate))
            && (self.among.is_empty() || self.among.contains(variant))
    }

    fn has_length(&self, variant: &Variant) -> bool {
        if self.length_min.is_none() && self.length_max.is_none() {
            return true;
        }
        // A length that is not told fits no length that is asked for.
        length_bases(variant)
            .is_some_and(|n| self.length_min.is_none_or(|least| n >= least) && self.length_max.is_none_or(|most| n <= most))
    }
}

impl Kind {
    /// Whether a variant is of this kind.
    pub fn fits(self, variant: &Variant) -> bool {
        if let Some(structure) = variant.structure() {
            return match self {
                Kind::Deletion => matches!(structure, Structure::Deletion { .. }),
                Kind::Duplication => matches!(structure, Structure::Duplication { .. }),
                Kind::Inversion => matches!(structure, Structure::Inversion { .. }),
                Kind::Insertion => matches!(structure, Structure::Insertion { .. }),
                Kind::CopyNumber => matches!(structure, Structure::Deletion { .. } | Structure::Duplication { .. }),
                Kind::Snp | Kind::Mnp | Kind::Indel => false,
            };
        }
        let [reference, alternate] = changed(variant);
        match self {
            Kind::Snp => variant.is_snv(),
            Kind::Mnp => variant.reference.len() == variant.alternate.len() && !variant.is_snv(),
            Kind::Indel => variant.reference.len() != variant.alternate.len(),
            Kind::Deletion => !reference.is_empty() && alternate.is_empty(),
            Kind::Insertion => reference.is_empty() && !alternate.is_empty(),
            Kind::Duplication | Kind::Inversion | Kind::CopyNumber => false,
        }
    }

    /// As a question and GA4GH Beacon write it.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// First and last base of a variant; a structural one begins after its position, and what is inserted lies at it.
fn extent(variant: &Variant) -> (u32, u32) {
    let position = variant.position.get();
    match variant.structure() {
        Some(Structure::Insertion { .. } | Structure::Breakend { .. }) => (position, position),
        Some(structure) => (position.saturating_add(1), structure.end(position)),
        None => (position, variant.end()),
    }
}

/// Bases that a variant changes: replaced, removed or added.
fn length_bases(variant: &Variant) -> Option<u32> {
    let position = variant.position.get();
    match variant.structure() {
        Some(Structure::Insertion { length }) => Some(length).filter(|n| *n > 0),
        Some(Structure::Breakend { .. }) => None,
        Some(structure) => structure.end(position).checked_sub(position),
        None => changed(variant).iter().map(|bases| bases.len() as u32).max(),
    }
}

/// Reference and alternative without the bases that both begin with.
fn changed(variant: &Variant) -> [&str; 2] {
    let (reference, alternate) = (&variant.reference, &variant.alternate);
    let same = reference.bytes().zip(alternate.bytes()).take_while(|(a, b)| a == b).count();
    [&reference[same..], &alternate[same..]]
}

/// Whether bases are such as IUPAC codes say. Source: IUPAC-IUB 1984, nucleotide codes.
fn is_written(codes: &str, bases: &str) -> bool {
    codes.len() == bases.len() && codes.bytes().zip(bases.bytes()).all(|(code, base)| bases_of(code).contains(&base))
}

/// Bases that a code stands for; none for what is no code.
pub fn bases_of(code: u8) -> &'static [u8] {
    match code {
        b'A' => b"A",
        b'C' => b"C",
        b'G' => b"G",
        b'T' | b'U' => b"T",
        b'R' => b"AG",
        b'Y' => b"CT",
        b'S' => b"CG",
        b'W' => b"AT",
        b'K' => b"GT",
        b'M' => b"AC",
        b'B' => b"CGT",
        b'D' => b"AGT",
        b'H' => b"ACT",
        b'V' => b"ACG",
        b'N' => b"ACGTN",
        _ => b"",
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}-{}", self.contig, self.from, self.to)
    }
}

/// As a question writes it, each condition with a space before it.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stretch) = self.overlapping {
            write!(f, " at {stretch}")?;
        }
        if let Some(stretch) = self.starting {
            write!(f, " starting {stretch}")?;
        }
        if let Some((from, to)) = self.ending {
            write!(f, " ending {from}-{to}")?;
        }
        if let Some(kind) = self.kind {
            write!(f, " kind {}", kind.word())?;
        }
        if let Some(least) = self.length_min {
            write!(f, " length-min {least}")?;
        }
        if let Some(most) = self.length_max {
            write!(f, " length-max {most}")?;
        }
        if let Some(codes) = &self.reference {
            write!(f, " reference {codes}")?;
        }
        if let Some(codes) = &self.alternate {
            write!(f, " alternate {codes}")?;
        }
        self.among.iter().try_for_each(|variant| write!(f, " among {variant}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shape: Shape, variants: &str) {
        let all = ["2-100-A-T", "2-100-ACG-A", "2-100-A-ACG", "2-100-AC-GT", "2-90-N-<DEL=120>", "2-90-N-<DUP=990>", "2-100-N-<INS=300>"];
        let fits = |text: &&&str| shape.fits(&text.parse().expect("a variant"));
        assert_eq!(all.iter().filter(fits).copied().collect::<Vec<_>>().join(" "), variants, "{shape:?}");
    }

    #[test]
    fn variants_are_found_by_where_they_lie_and_what_they_change() {
        let here = |from, to| Shape {
            overlapping: Some(Stretch { contig: Contig::from_number(2).expect("a contig"), from, to }),
            ..Shape::default()
        };
        check(here(101, 101), "2-100-ACG-A 2-100-AC-GT 2-90-N-<DEL=120> 2-90-N-<DUP=990>");
        check(here(90, 90), "");
        let kind = |kind| Shape { kind: Some(kind), ..here(1, 5000) };
        check(kind(Kind::Snp), "2-100-A-T");
        check(kind(Kind::Deletion), "2-100-ACG-A 2-90-N-<DEL=120>");
        check(kind(Kind::CopyNumber), "2-90-N-<DEL=120> 2-90-N-<DUP=990>");
        check(kind(Kind::Insertion), "2-100-A-ACG 2-100-N-<INS=300>");
        check(Shape { length_min: Some(30), ..here(1, 5000) }, "2-90-N-<DEL=120> 2-90-N-<DUP=990> 2-100-N-<INS=300>");
        let some = Shape { length_min: Some(2), length_max: Some(30), ..here(1, 5000) };
        check(some, "2-100-ACG-A 2-100-A-ACG 2-100-AC-GT 2-90-N-<DEL=120>");
        let starting = |from, to| Shape { starting: here(from, to).overlapping, ..Shape::default() };
        check(Shape { ending: Some((100, 200)), ..starting(91, 91) }, "2-90-N-<DEL=120>");
        check(Shape { ending: Some((900, 1000)), ..starting(91, 100) }, "2-90-N-<DUP=990>");
        check(Shape { reference: Some("N".into()), alternate: Some("N".into()), ..starting(100, 100) }, "2-100-A-T");
        check(Shape { alternate: Some("RY".into()), ..starting(100, 100) }, "2-100-AC-GT");
        let among = ["2-100-A-T", "2-100-A-C"].map(|text| text.parse().expect("a variant"));
        check(Shape { among: among.into(), ..Shape::default() }, "2-100-A-T");
    }
}
