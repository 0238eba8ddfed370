//! The parts of an HGVS description as it is written, and its canonical writing.
//!
//! Source: HGVS nomenclature 21.0, and the grammar of biocommons hgvs 1.5 for the forms that laboratories type.

use crate::protein::three;
use std::fmt;

/// A whole description: `NM_007294.4(BRCA1):c.68_69del`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// Accession, contig or gene symbol before the colon.
    pub reference: String,
    /// What stands in brackets after it: a gene symbol, or the transcript that a genomic reference is read by.
    pub within: Option<String>,
    /// The change.
    pub change: Change,
}

/// What happened to a sequence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// On DNA or RNA.
    Nucleotide(NucleotideChange),
    /// On a protein.
    Protein(ProteinChange),
}

/// The sequence that positions are counted on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `g.`
    Genomic,
    /// `m.`
    Mitochondrial,
    /// `c.`
    Coding,
    /// `n.`
    NonCoding,
    /// `r.`
    Rna,
    /// `p.`
    Protein,
}

/// A change of nucleotides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NucleotideChange {
    /// What positions are counted on.
    pub kind: Kind,
    /// Where.
    pub at: Interval,
    /// What.
    pub edit: NucleotideEdit,
    /// Written in brackets: the whole change is a prediction (RNA only).
    pub predicted: bool,
}

/// From one bound to another; a single place has no second bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interval {
    /// First.
    pub first: Bound,
    /// Last, where it differs.
    pub last: Option<Bound>,
}

/// A bound of an interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// Known.
    At(Point),
    /// Known to lie between two points.
    Between(Point, Point),
}

/// A position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Point {
    /// `?`
    Unknown,
    /// A base, and how far into the intron beside it.
    Base {
        /// Counted from the stop codon (`*`).
        after_stop: bool,
        /// Position; negative before the start codon.
        base: i32,
        /// Distance into the intron, 0 in an exon.
        offset: i32,
    },
}

/// An edit of nucleotides.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names are the nomenclature's own")]
pub enum NucleotideEdit {
    Same,
    Substitution { reference: u8, alternate: u8 },
    Deletion { removed: Stated },
    DeletionInsertion { removed: Stated, inserted: String },
    Insertion { inserted: String },
    Duplication { copied: Stated },
    Inversion,
    Conversion { from: String },
    Copies(u32),
    Repeat { unit: Option<String>, count: u32 },
}

/// What a description says about the bases it removes or copies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stated {
    /// Nothing.
    Nothing,
    /// How many.
    Length(u32),
    /// Which.
    Bases(String),
}

/// A change of protein.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProteinChange {
    /// Where and what, or a statement about the whole protein.
    pub edit: ProteinEdit,
    /// In brackets: predicted, not seen.
    pub predicted: bool,
}

/// A residue and its number; `*` for a stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Residue {
    /// One-letter name.
    pub name: u8,
    /// 1-based.
    pub number: u32,
}

/// An edit of a protein.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names are the nomenclature's own")]
pub enum ProteinEdit {
    /// `p.?`
    Unknown,
    /// `p.=`
    Same,
    /// `p.0`, `p.0?`
    NoProtein {
        uncertain: bool,
    },
    At {
        first: Residue,
        last: Option<Residue>,
        what: ResidueEdit,
    },
}

/// What happens at residues.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names are the nomenclature's own")]
pub enum ResidueEdit {
    Same,
    Unknown,
    Substitution(u8),
    Deletion,
    Duplication,
    Insertion(String),
    DeletionInsertion(String),
    Frameshift { to: Option<u8>, stop: Length },
    Extension { to: Option<u8>, end: ExtensionEnd },
}

/// Number of residues to a new stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Length {
    NotStated,
    Unknown,
    Residues(u32),
}

/// Which end of a protein is longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ExtensionEnd {
    NotStated,
    Stop(Length),
    Start { residue: Option<u8>, by: u32 },
}

impl Kind {
    /// The letter before the dot.
    pub fn letter(self) -> char {
        match self {
            Kind::Genomic => 'g',
            Kind::Mitochondrial => 'm',
            Kind::Coding => 'c',
            Kind::NonCoding => 'n',
            Kind::Rna => 'r',
            Kind::Protein => 'p',
        }
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reference)?;
        if let Some(within) = &self.within {
            write!(f, "({within})")?;
        }
        write!(f, ":{}", self.change)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Nucleotide(change) => write!(f, "{}.{change}", change.kind.letter()),
            Change::Protein(change) => write!(f, "p.{change}"),
        }
    }
}

impl fmt::Display for NucleotideChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.predicted { write!(f, "({}{})", self.at, self.edit) } else { write!(f, "{}{}", self.at, self.edit) }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.last.map_or(Ok(()), |last| write!(f, "_{last}"))
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::At(point) => write!(f, "{point}"),
            Bound::Between(low, high) => write!(f, "({low}_{high})"),
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Point::Unknown => f.write_str("?"),
            Point::Base { after_stop, base, offset } => {
                let star = if after_stop { "*" } else { "" };
                if offset == 0 { write!(f, "{star}{base}") } else { write!(f, "{star}{base}{offset:+}") }
            }
        }
    }
}

impl fmt::Display for NucleotideEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NucleotideEdit::Same => f.write_str("="),
            NucleotideEdit::Substitution { reference, alternate } => write!(f, "{}>{}", char::from(*reference), char::from(*alternate)),
            NucleotideEdit::Deletion { .. } => f.write_str("del"),
            NucleotideEdit::DeletionInsertion { removed: Stated::Bases(removed), inserted }
                if removed.len() == 1 && inserted.len() == 1 =>
            {
                write!(f, "{removed}>{inserted}")
            }
            NucleotideEdit::DeletionInsertion { inserted, .. } => write!(f, "delins{inserted}"),
            NucleotideEdit::Insertion { inserted } => write!(f, "ins{inserted}"),
            NucleotideEdit::Duplication { .. } => f.write_str("dup"),
            NucleotideEdit::Inversion => f.write_str("inv"),
            NucleotideEdit::Conversion { from } => write!(f, "con{from}"),
            NucleotideEdit::Copies(count) => write!(f, "copy{count}"),
            NucleotideEdit::Repeat { unit, count } => write!(f, "{}[{count}]", unit.as_deref().unwrap_or("")),
        }
    }
}

impl fmt::Display for ProteinChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.predicted { write!(f, "({})", self.edit) } else { write!(f, "{}", self.edit) }
    }
}

impl fmt::Display for ProteinEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProteinEdit::Unknown => f.write_str("?"),
            ProteinEdit::Same => f.write_str("="),
            ProteinEdit::NoProtein { uncertain } => f.write_str(if *uncertain { "0?" } else { "0" }),
            ProteinEdit::At { first, last, what } => {
                write!(f, "{}{}", three(first.name), first.number)?;
                if let Some(last) = last {
                    write!(f, "_{}{}", three(last.name), last.number)?;
                }
                write!(f, "{what}")
            }
        }
    }
}

fn names(residues: &str) -> String {
    residues.bytes().map(three).collect()
}

impl fmt::Display for ResidueEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |residue: &Option<u8>| residue.map_or("", three);
        match self {
            ResidueEdit::Same => f.write_str("="),
            ResidueEdit::Unknown => f.write_str("?"),
            ResidueEdit::Substitution(to) => f.write_str(three(*to)),
            ResidueEdit::Deletion => f.write_str("del"),
            ResidueEdit::Duplication => f.write_str("dup"),
            ResidueEdit::Insertion(added) => write!(f, "ins{}", names(added)),
            ResidueEdit::DeletionInsertion(added) => write!(f, "delins{}", names(added)),
            ResidueEdit::Frameshift { to, stop } => write!(f, "{}fsTer{stop}", one(to)),
            ResidueEdit::Extension { to, end } => match end {
                ExtensionEnd::NotStated => write!(f, "{}ext", one(to)),
                ExtensionEnd::Stop(length) => write!(f, "{}extTer{length}", one(to)),
                ExtensionEnd::Start { residue, by } => write!(f, "{}ext{}-{by}", one(to), one(residue)),
            },
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Length::NotStated => Ok(()),
            Length::Unknown => f.write_str("?"),
            Length::Residues(count) => write!(f, "{count}"),
        }
    }
}
