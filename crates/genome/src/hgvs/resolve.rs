//! From a description to the variant on the genome.

use super::notation::{Bound, Change, Description, Interval, Kind, NucleotideChange, NucleotideEdit, Point, Stated};
use crate::{
    Build, Contig, Position, Reference, Strand, Transcript, Variant,
    sequence::{complement, reverse_complement},
    transcript::Place,
};

/// Why a description that reads well does not lead to a variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// A protein description.
    #[error("'{0}' describes a protein, and more than one change of DNA can make it: give the c. or g. description")]
    Protein(String),
    /// Neither a contig of the build nor a transcript that is held.
    #[error("'{0}' is not a reference sequence that is held here: give a transcript of the MANE set or a contig of {1}")]
    UnknownReference(String, Build),
    /// Another build's contig.
    #[error("'{0}' belongs to another genome build; positions here are on {1}")]
    OtherBuild(String, Build),
    /// Counted on what the reference is not.
    #[error("{0}. positions cannot be counted on {1}")]
    WrongKind(char, String),
    /// A range whose ends are not known.
    #[error("'{0}' has an uncertain position, so it is not one variant")]
    Uncertain(String),
    /// Not on the transcript, or not where an intron begins.
    #[error("{0}")]
    NoSuchPlace(String),
    /// A range written backwards.
    #[error("{0} ends before it begins")]
    Backwards(String),
    /// An insertion that is not between neighbours.
    #[error("an insertion lies between two neighbouring bases, such as {0}")]
    NotNeighbours(String),
    /// The stated bases are not those of the reference.
    #[error("the reference has {found} at {place}, not {stated}: wrong transcript, version or position?")]
    OtherBases {
        /// Place, as the description names it.
        place: String,
        /// What the reference has, in the description's direction.
        found: String,
        /// What the description says.
        stated: String,
    },
    /// The stated length is not that of the range.
    #[error("{place} is {found} bases, not {stated}")]
    OtherLength {
        /// Place, as the description names it.
        place: String,
        /// Length of the range.
        found: usize,
        /// Length that the description states, in bases.
        stated: usize,
    },
    /// The pack holds no sequence there.
    #[error("no reference sequence is held at {0}, so the change cannot be placed")]
    NoSequence(String),
    /// Nothing changes, or a kind of change that names no small variant.
    #[error("'{0}' is not a small variant")]
    NotAVariant(String),
}

/// The normalised variant that a g., m., c. or n. description names. `transcript` finds one by accession.
pub fn resolve<'a>(
    description: &Description,
    build: Build,
    genome: &dyn Reference,
    transcript: &dyn Fn(&str) -> Option<&'a Transcript>,
) -> Result<Variant, ResolveError> {
    let change = match &description.change {
        Change::Protein(_) => return Err(ResolveError::Protein(description.to_string())),
        Change::Nucleotide(change) => change,
    };
    let axis = axis(description, change.kind, build, transcript)?;
    let (low, high) = axis.span(&change.interval)?;
    let placed = Placed { axis: &axis, change, low, high, genome };
    placed.variant().map(|v| v.normalise(genome))
}

/// What positions are counted along.
enum Axis<'a> {
    Contig(Contig),
    Transcript(&'a Transcript, Kind),
}

fn axis<'a>(
    description: &Description,
    kind: Kind,
    build: Build,
    transcript: &dyn Fn(&str) -> Option<&'a Transcript>,
) -> Result<Axis<'a>, ResolveError> {
    let named = description.within.as_deref().and_then(transcript).or_else(|| transcript(&description.reference));
    let wrong = || ResolveError::WrongKind(kind.letter(), description.reference.clone());
    match (kind, description.reference.parse::<Contig>(), named) {
        (Kind::Genomic | Kind::Mitochondrial, Ok(contig), _) => {
            let accession = description.reference.starts_with("NC_");
            if accession && description.reference != contig.refseq(build) {
                return Err(ResolveError::OtherBuild(description.reference.clone(), build));
            }
            if (kind == Kind::Mitochondrial) == (contig == Contig::MT) { Ok(Axis::Contig(contig)) } else { Err(wrong()) }
        }
        (Kind::Coding, _, Some(found)) if found.coding.is_some() => Ok(Axis::Transcript(found, kind)),
        (Kind::NonCoding, _, Some(found)) => Ok(Axis::Transcript(found, kind)),
        (Kind::Genomic | Kind::Mitochondrial, Err(_), Some(_)) | (Kind::Coding, _, Some(_)) | (Kind::Rna | Kind::Protein, ..) => {
            Err(wrong())
        }
        (_, _, None) => Err(ResolveError::UnknownReference(description.reference.clone(), build)),
    }
}

impl Axis<'_> {
    fn contig(&self) -> Contig {
        match self {
            Axis::Contig(contig) => *contig,
            Axis::Transcript(transcript, _) => transcript.contig,
        }
    }

    fn strand(&self) -> Strand {
        match self {
            Axis::Contig(_) => Strand::Forward,
            Axis::Transcript(transcript, _) => transcript.strand,
        }
    }

    /// Genomic position of a point.
    fn genomic(&self, bound: Bound) -> Result<u32, ResolveError> {
        let Bound::At(point @ Point::Base { after_stop, base, offset }) = bound else {
            return Err(ResolveError::Uncertain(bound.to_string()));
        };
        let missing = |why: String| ResolveError::NoSuchPlace(format!("{point} {why}"));
        let (transcript, kind) = match self {
            Axis::Contig(_) => return Ok(base.unsigned_abs()),
            Axis::Transcript(transcript, kind) => (transcript, kind),
        };
        let (start, end) = match (kind, transcript.coding_offsets()) {
            (Kind::Coding, Some((start, end))) => (i64::from(start), i64::from(end)),
            _ => (0, i64::from(transcript.length())),
        };
        let base = i64::from(base);
        let along = if after_stop {
            end + base - 1
        } else if base < 0 {
            start + base
        } else {
            start + base - 1
        };
        if !after_stop && base > 0 && along >= end {
            return Err(missing(format!("is after the end, {} bases long", end - start)));
        }
        let along = u32::try_from(along).ok().filter(|a| *a < transcript.length());
        let Some(along) = along else { return Err(missing(format!("is outside {}", transcript.id))) };
        let exonic = transcript.genomic(along).ok_or_else(|| missing("is outside the transcript".into()))?;
        let step = if transcript.strand == Strand::Forward { offset } else { -offset };
        let Some(position) = exonic.checked_add_signed(step) else { return Err(missing("is outside the contig".into())) };
        if offset != 0 && !beside_an_exon(transcript, along, exonic, position, offset) {
            return Err(missing(format!("does not exist: no intron of {} lies there", transcript.id)));
        }
        Ok(position)
    }

    /// Lowest and highest genomic position of an interval.
    fn span(&self, place: &Interval) -> Result<(u32, u32), ResolveError> {
        let first = self.genomic(place.first)?;
        let last = place.last.map_or(Ok(first), |last| self.genomic(last))?;
        let (low, high) = if self.strand() == Strand::Forward { (first, last) } else { (last, first) };
        if low > high { Err(ResolveError::Backwards(place.to_string())) } else { Ok((low, high)) }
    }
}

/// An intron offset counts from the exon's own edge, into the intron beside it.
fn beside_an_exon(transcript: &Transcript, along: u32, exonic: u32, position: u32, offset: i32) -> bool {
    let edge = match transcript.place(position) {
        Place::Intronic(..) => true,
        Place::Exonic(_) | Place::Outside => false,
    };
    let neighbour = if offset > 0 { along.checked_add(1) } else { along.checked_sub(1) };
    let jumps = neighbour.and_then(|n| transcript.genomic(n)).is_some_and(|next| next.abs_diff(exonic) > offset.unsigned_abs());
    edge && jumps
}

/// A change at its place.
struct Placed<'a> {
    axis: &'a Axis<'a>,
    change: &'a NucleotideChange,
    low: u32,
    high: u32,
    genome: &'a dyn Reference,
}

impl Placed<'_> {
    fn reference_bases(&self, low: u32, high: u32) -> Result<Vec<u8>, ResolveError> {
        let missing = || ResolveError::NoSequence(format!("{}:{low}-{high}", self.axis.contig()));
        self.genome.bases(self.axis.contig(), low, high).ok_or_else(missing)
    }

    /// Genomic bases as the description's strand reads them, and back.
    fn turned(&self, bases: &[u8]) -> Vec<u8> {
        match self.axis.strand() {
            Strand::Forward => bases.to_vec(),
            Strand::Reverse => reverse_complement(bases),
        }
    }

    /// The bases of the place on the genome, checked against what the description states of them.
    fn checked(&self, stated: &Stated) -> Result<Vec<u8>, ResolveError> {
        let found = self.reference_bases(self.low, self.high)?;
        let place = self.change.interval.to_string();
        match stated {
            Stated::Length(n) if *n as usize != found.len() => {
                Err(ResolveError::OtherLength { place, found: found.len(), stated: *n as usize })
            }
            Stated::Bases(bases) if bases.len() != found.len() => {
                Err(ResolveError::OtherLength { place, found: found.len(), stated: bases.len() })
            }
            Stated::Bases(bases) if self.turned(&found) != bases.as_bytes() => {
                let shown = String::from_utf8_lossy(&self.turned(&found)).into_owned();
                Err(ResolveError::OtherBases { place, found: shown, stated: bases.clone() })
            }
            _ => Ok(found),
        }
    }

    fn variant(&self) -> Result<Variant, ResolveError> {
        let not_a_variant = || ResolveError::NotAVariant(format!("{}.{}", self.change.kind.letter(), self.change));
        match &self.change.edit {
            NucleotideEdit::Substitution { reference, alternate } => {
                if self.low != self.high {
                    return Err(not_a_variant());
                }
                self.checked(&Stated::Bases(char::from(*reference).to_string()))?;
                let turn = |base: u8| if self.axis.strand() == Strand::Forward { base } else { complement(base) };
                self.replaced(self.low, &[turn(*reference)], &[turn(*alternate)])
            }
            NucleotideEdit::Deletion { removed } => self.replaced(self.low, &self.checked(removed)?, &[]),
            NucleotideEdit::DeletionInsertion { removed, inserted } => {
                self.replaced(self.low, &self.checked(removed)?, &self.turned(inserted.as_bytes()))
            }
            NucleotideEdit::Insertion { inserted } => {
                if self.high != self.low + 1 {
                    return Err(ResolveError::NotNeighbours("c.76_77insT".into()));
                }
                self.replaced(self.high, &[], &self.turned(inserted.as_bytes()))
            }
            NucleotideEdit::Duplication { copied } => self.replaced(self.high + 1, &[], &self.checked(copied)?),
            NucleotideEdit::Inversion => {
                let found = self.reference_bases(self.low, self.high)?;
                self.replaced(self.low, &found, &reverse_complement(&found))
            }
            NucleotideEdit::Repeat { unit, count } => self.repeated(unit.as_deref(), *count),
            NucleotideEdit::Same | NucleotideEdit::Conversion { .. } | NucleotideEdit::Copies(_) => Err(not_a_variant()),
        }
    }

    /// A number of copies in place of those that the reference has from here on.
    fn repeated(&self, unit: Option<&str>, count: u32) -> Result<Variant, ResolveError> {
        let unit = match unit {
            Some(unit) => self.turned(unit.as_bytes()),
            None => self.reference_bases(self.low, self.high)?,
        };
        let length = unit.len() as u32;
        let forward = self.axis.strand() == Strand::Forward;
        let copy = |n: u32| -> Option<Vec<u8>> {
            let low = if forward { self.low.checked_add(n * length)? } else { (self.high + 1).checked_sub((n + 1) * length)? };
            self.genome.bases(self.axis.contig(), low, low + length - 1)
        };
        let there = (0..REPEATS_MAX).take_while(|n| copy(*n).as_ref() == Some(&unit)).count();
        if there == 0 || count > REPEATS_MAX {
            return Err(ResolveError::NotAVariant(format!("{} ({there} copies in the reference)", self.change)));
        }
        let low = if forward { self.low } else { self.high + 1 - there as u32 * length };
        self.replaced(low, &unit.repeat(there), &unit.repeat(count as usize))
    }

    /// The variant that replaces `removed`, which begins at `low`, with the base before as anchor where either would be empty.
    fn replaced(&self, low: u32, removed: &[u8], inserted: &[u8]) -> Result<Variant, ResolveError> {
        let (mut low, mut removed, mut inserted) = (low, removed.to_vec(), inserted.to_vec());
        if removed.is_empty() || inserted.is_empty() {
            let before = low.checked_sub(1).filter(|b| *b > 0);
            let Some(before) = before else { return Err(ResolveError::NoSequence(format!("{}:0", self.axis.contig()))) };
            let anchor = self.reference_bases(before, before)?[0];
            removed.insert(0, anchor);
            inserted.insert(0, anchor);
            low = before;
        }
        let text = |bases: &[u8]| String::from_utf8_lossy(bases).into_owned();
        let position = Position::new(low).ok_or_else(|| ResolveError::NoSequence(format!("{}:0", self.axis.contig())))?;
        Variant::new(self.axis.contig(), position, &text(&removed), &text(&inserted))
            .map_err(|_| ResolveError::NotAVariant(format!("{}.{}", self.change.kind.letter(), self.change)))
    }
}

/// No repeat is counted further than this.
const REPEATS_MAX: u32 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::tests::two_exons;

    /// Contig 1, the same forty bases over and over, with a run of T at 5–8 of each.
    struct Forty;

    impl Reference for Forty {
        fn bases(&self, _: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
            const BASES: &[u8; 40] = b"ACGCTTTTGACCATGAAGGCTAAGCATCAGGTCCAGTGAC";
            (start > 0 && end <= 1000).then(|| (start..=end).map(|p| BASES[(p as usize - 1) % 40]).collect())
        }
    }

    fn resolved(text: &str, strand: Strand) -> Result<String, String> {
        let transcript = two_exons(strand);
        let find = |id: &str| (id == "NM_1.1").then_some(&transcript);
        let description: Description = text.parse().expect(text);
        resolve(&description, Build::GRCh38, &Forty, &find).map(|v| v.to_string()).map_err(|e| e.to_string())
    }

    #[test]
    fn a_description_leads_to_the_normalised_variant() {
        use Strand::{Forward, Reverse};
        for (text, strand, expected) in [
            ("NC_000001.11:g.2C>A", Forward, "1-2-C-A"),
            ("1:g.8del", Forward, "1-4-CT-C"),
            ("1:g.8dup", Forward, "1-4-C-CT"),
            ("1:g.2_3insA", Forward, "1-2-C-CA"),
            ("1:g.2_3delinsTT", Forward, "1-2-CG-TT"),
            ("1:g.2_4inv", Forward, "1-2-CGC-GCG"),
            ("1:g.5T[6]", Forward, "1-4-C-CTT"),
            ("NM_1.1:c.1T>A", Forward, "1-14-T-A"),
            ("NM_1.1:c.7+1T>A", Forward, "1-21-T-A"),
            ("NM_1.1:c.*1T>A", Forward, "1-37-T-A"),
            ("NM_1.1:c.-3C>A", Forward, "1-11-C-A"),
            ("NM_1.1:n.1C>A", Forward, "1-11-C-A"),
            ("NM_1.1:c.1C>A", Reverse, "1-36-G-T"),
            ("NM_1.1:c.6+1C>A", Reverse, "1-30-G-T"),
            ("NM_1.1:c.-1_1insT", Reverse, "1-36-G-GA"),
        ] {
            assert_eq!(resolved(text, strand).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_description_that_leads_nowhere_says_why() {
        for (text, says) in [
            ("NP_1.1:p.Arg1Gly", "more than one change of DNA"),
            ("NC_000001.10:g.2C>A", "another genome build"),
            ("NM_2.1:c.1A>G", "not a reference sequence that is held"),
            ("NM_1.1:g.1A>G", "cannot be counted"),
            ("NM_1.1:c.1A>G", "the reference has T at 1, not A"),
            ("NM_1.1:c.99A>G", "after the end"),
            ("NM_1.1:c.3+1A>G", "no intron"),
            ("NM_1.1:c.7+99A>G", "no intron"),
            ("NM_1.1:c.1_2del3", "2 bases, not 3"),
            ("NM_1.1:c.2_1del", "ends before it begins"),
            ("NM_1.1:c.1_5insT", "neighbouring"),
            ("NM_1.1:c.(1_2)_5del", "uncertain"),
            ("1:g.5000A>G", "no reference sequence"),
            ("1:g.2=", "not a small variant"),
        ] {
            let error = resolved(text, Strand::Forward).expect_err(text);
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
