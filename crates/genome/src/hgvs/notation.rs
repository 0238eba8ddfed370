//! The parts of an HGVS description as it is written, and its canonical writing.
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
    /// What happened to the sequence.
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
    /// Counted on a contig (`g.`).
    Genomic,
    /// Counted on the mitochondrial genome (`m.`).
    Mitochondrial,
    /// Counted on the coding sequence of a transcript (`c.`).
    Coding,
    /// Counted on a non-coding transcript (`n.`).
    NonCoding,
    /// Counted on RNA (`r.`).
    Rna,
    /// Counted on a protein (`p.`).
    Protein,
}

/// A change of nucleotides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NucleotideChange {
    /// What positions are counted on.
    pub kind: Kind,
    /// Where the change lies.
    pub interval: Interval,
    /// What becomes of the bases there.
    pub edit: NucleotideEdit,
    /// Written in brackets: the whole change is a prediction (RNA only).
    pub predicted: bool,
}

/// From one bound to another; a single place has no second bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interval {
    /// First bound, or the only one.
    pub first: Bound,
    /// Last, where it differs.
    pub last: Option<Bound>,
}

/// A bound of an interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// A point that is known.
    At(Point),
    /// Known to lie between two points.
    Between(Point, Point),
}

/// A position on the sequence that positions are counted on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Point {
    /// A position that is not known (`?`).
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
pub enum NucleotideEdit {
    /// Nothing changes (`=`).
    Same,
    /// One base becomes another (`>`).
    Substitution {
        /// Base that the description says the reference has.
        reference: u8,
        /// Base in its place.
        alternate: u8,
    },
    /// Bases are removed (`del`).
    Deletion {
        /// What the description says of the bases removed.
        removed: Stated,
    },
    /// Bases are removed and others put in their place (`delins`).
    DeletionInsertion {
        /// What the description says of the bases removed.
        removed: Stated,
        /// Bases in their place.
        inserted: String,
    },
    /// Bases are put between two neighbours (`ins`).
    Insertion {
        /// The bases.
        inserted: String,
    },
    /// Bases are there once more, beside themselves (`dup`).
    Duplication {
        /// What the description says of the bases copied.
        copied: Stated,
    },
    /// Bases become their reverse complement (`inv`).
    Inversion,
    /// Bases are replaced by those of another place (`con`).
    Conversion {
        /// The other place, as it is written.
        from: String,
    },
    /// The whole reference is there so many times.
    Copies(u32),
    /// A unit is there so many times in a row (`[n]`).
    Repeat {
        /// The unit, where the description names it.
        unit: Option<String>,
        /// Times that it is there.
        count: u32,
    },
}

/// What a description says about the bases it removes or copies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stated {
    /// The description says nothing of them.
    Nothing,
    /// How many bases they are.
    Length(u32),
    /// Which bases they are.
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
    /// One-letter code of the amino acid, or `*`.
    pub name: u8,
    /// Number of the residue, 1-based.
    pub number: u32,
}

/// An edit of a protein.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProteinEdit {
    /// The effect on the protein is not known (`p.?`).
    Unknown,
    /// The protein does not change (`p.=`).
    Same,
    /// No protein is made (`p.0`, `p.0?`).
    NoProtein {
        /// Whether that is a guess (`p.0?`).
        uncertain: bool,
    },
    /// A change at some residues.
    At {
        /// First residue concerned.
        first: Residue,
        /// Last residue concerned, where it is another.
        last: Option<Residue>,
        /// What happens there.
        what: ResidueEdit,
    },
}

/// What happens at residues.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResidueEdit {
    /// The residue stays (`=`).
    Same,
    /// What becomes of it is not known (`?`).
    Unknown,
    /// The residue becomes another, or a stop.
    Substitution(u8),
    /// Residues are removed (`del`).
    Deletion,
    /// Residues are there once more (`dup`).
    Duplication,
    /// Residues are put between two neighbours (`ins`).
    Insertion(String),
    /// Residues are replaced by others (`delins`).
    DeletionInsertion(String),
    /// The frame is shifted from this residue on (`fs`).
    Frameshift {
        /// New amino acid, one-letter code, where the description names it.
        to: Option<u8>,
        /// Residues to the new stop.
        stop: Length,
    },
    /// The protein is longer at one end (`ext`).
    Extension {
        /// New amino acid, one-letter code, where the description names it.
        to: Option<u8>,
        /// The end that is longer.
        end: ExtensionEnd,
    },
}

/// Number of residues to a new stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// The description does not say.
    NotStated,
    /// Said to be unknown (`?`).
    Unknown,
    /// So many residues.
    Residues(u32),
}

/// Which end of a protein is longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExtensionEnd {
    /// The description does not say which end.
    NotStated,
    /// The end, with the distance to the new stop.
    Stop(Length),
    /// The beginning, by so many residues.
    Start {
        /// New first amino acid, one-letter code, where the description names it.
        residue: Option<u8>,
        /// Residues by which the protein is longer.
        by: u32,
    },
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
        if self.predicted { write!(f, "({}{})", self.interval, self.edit) } else { write!(f, "{}{}", self.interval, self.edit) }
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
