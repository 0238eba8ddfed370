//! A variant as an edit of bases, shifted as far 3' as its transcript allows (HGVS 3' rule).

use crate::{Contig, Reference, Strand, Variant, sequence::reverse_complement};

/// Genomic bases `start..=end` replaced by `inserted`; an insertion has `end == start - 1`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Contig on which it lies.
    pub contig: Contig,
    /// First replaced base, or the base after an insertion, 1-based.
    pub start: u32,
    /// Last replaced base.
    pub end: u32,
    /// Removed bases, genomic strand.
    pub removed: Vec<u8>,
    /// New bases, genomic strand.
    pub inserted: Vec<u8>,
}

/// No repeat in the genome is walked further than this, in bases.
const SHIFT_BASES_MAX: u32 = 20_000;

impl Edit {
    /// The smallest edit that makes the variant.
    pub fn from_variant(variant: &Variant) -> Edit {
        let (mut removed, mut inserted) = (variant.reference.as_bytes(), variant.alternate.as_bytes());
        while let (Some(a), Some(b)) = (removed.last(), inserted.last())
            && a == b
        {
            removed = &removed[..removed.len() - 1];
            inserted = &inserted[..inserted.len() - 1];
        }
        let lead = removed.iter().zip(inserted).take_while(|(a, b)| a == b).count();
        let start = variant.position.get() + lead as u32;
        Edit {
            contig: variant.contig,
            start,
            end: start + (removed.len() - lead) as u32 - 1,
            removed: removed[lead..].to_vec(),
            inserted: inserted[lead..].to_vec(),
        }
    }

    /// Adds bases only.
    pub fn is_insertion(&self) -> bool {
        self.removed.is_empty()
    }

    /// Change of length, in bases.
    pub fn length_change(&self) -> i64 {
        self.inserted.len() as i64 - self.removed.len() as i64
    }

    /// Moved as far 3' as the sequence lets it, in the direction of a strand.
    #[must_use]
    pub fn shifted(mut self, strand: Strand, genome: &dyn Reference) -> Edit {
        if self.removed.is_empty() == self.inserted.is_empty() {
            return self;
        }
        for _ in 0..SHIFT_BASES_MAX {
            let moved = match strand {
                Strand::Forward => self.step_right(genome),
                Strand::Reverse => self.step_left(genome),
            };
            if !moved {
                break;
            }
        }
        self
    }

    fn moving(&mut self) -> &mut Vec<u8> {
        if self.removed.is_empty() { &mut self.inserted } else { &mut self.removed }
    }

    fn step_right(&mut self, genome: &dyn Reference) -> bool {
        let next = genome.base(self.contig, self.end + 1);
        if next != self.moving().first().copied() {
            return false;
        }
        self.moving().rotate_left(1);
        self.start += 1;
        self.end += 1;
        true
    }

    fn step_left(&mut self, genome: &dyn Reference) -> bool {
        if self.start < 2 || genome.base(self.contig, self.start - 1) != self.moving().last().copied() {
            return false;
        }
        self.moving().rotate_right(1);
        self.start -= 1;
        self.end -= 1;
        true
    }

    /// New bases in transcript direction.
    pub fn inserted_on(&self, strand: Strand) -> Vec<u8> {
        match strand {
            Strand::Forward => self.inserted.clone(),
            Strand::Reverse => reverse_complement(&self.inserted),
        }
    }

    /// Genomic interval that an inserted copy repeats, if the insertion is a duplication of what lies 5' of it.
    pub fn duplicated(&self, strand: Strand, genome: &dyn Reference) -> Option<(u32, u32)> {
        if !self.removed.is_empty() {
            return None;
        }
        let length = self.inserted.len() as u32;
        let (start, end) = match strand {
            Strand::Forward => (self.start.checked_sub(length).filter(|&s| s > 0)?, self.start - 1),
            Strand::Reverse => (self.start, self.start + length - 1),
        };
        (genome.bases(self.contig, start, end)? == self.inserted).then_some((start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::tests::Short;

    #[test]
    fn an_edit_shifts_three_prime_on_either_strand() {
        let genome = Short(b"ACTTTTGA");
        let deletion = Edit::from_variant(&"1-3-TT-T".parse::<Variant>().expect("a variant"));
        assert_eq!(deletion.clone().shifted(Strand::Forward, &genome).start, 6);
        assert_eq!(deletion.shifted(Strand::Reverse, &genome).start, 3);
        let copy = Edit::from_variant(&"1-2-C-CT".parse::<Variant>().expect("a variant")).shifted(Strand::Forward, &genome);
        assert_eq!((copy.start, copy.duplicated(Strand::Forward, &genome)), (7, Some((6, 6))));
    }
}
