//! Transcripts: exons on the genome, and the coordinates counted along them.

use crate::{Contig, HgncId, Reference, sequence::reverse_complement};
use serde::{Deserialize, Serialize};

/// A protein-coding or non-coding transcript aligned to the genome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transcript {
    /// RefSeq or Ensembl accession with version.
    pub id: String,
    /// Accession of its protein.
    pub protein_id: Option<String>,
    /// HGNC identifier of the gene.
    pub gene: HgncId,
    /// HGNC symbol of the gene.
    pub symbol: String,
    /// Contig on which it lies.
    pub contig: Contig,
    /// Which strand is transcribed.
    pub strand: Strand,
    /// Exons in genomic order, 1-based inclusive, not overlapping.
    pub exons: Vec<Exon>,
    /// Genomic extent of the coding sequence with its stop codon, 1-based inclusive.
    pub coding: Option<Exon>,
    /// Its place in the MANE set.
    pub mane: Mane,
}

/// An interval of the genome, 1-based inclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Exon {
    /// First base, 1-based.
    pub start: u32,
    /// Last base, 1-based and inclusive.
    pub end: u32,
}

/// Direction of transcription.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Strand {
    /// Along the reference.
    Forward,
    /// Against the reference.
    Reverse,
}

/// Matched Annotation from NCBI and EMBL-EBI.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Mane {
    /// The one default transcript of the gene.
    Select,
    /// A further transcript needed to report known clinical variants.
    PlusClinical,
    /// Not in MANE.
    Other,
}

/// Where a genomic position falls on a transcript.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In an exon; 0-based offset from the transcript's first base.
    Exonic(u32),
    /// In an intron: offset of the nearest exonic base and the signed distance from it, in transcript direction.
    Intronic(u32, i32),
    /// Outside the transcript.
    Outside,
}

impl Exon {
    /// Bases in it.
    pub fn length(self) -> u32 {
        self.end - self.start + 1
    }

    /// Whether a position lies in it.
    pub fn contains(self, position: u32) -> bool {
        (self.start..=self.end).contains(&position)
    }
}

impl Strand {
    /// The other direction.
    #[must_use]
    pub fn opposite(self) -> Strand {
        match self {
            Strand::Forward => Strand::Reverse,
            Strand::Reverse => Strand::Forward,
        }
    }
}

impl Transcript {
    /// First and last genomic base.
    pub fn extent(&self) -> Exon {
        Exon { start: self.exons.first().map_or(0, |e| e.start), end: self.exons.last().map_or(0, |e| e.end) }
    }

    /// Length of the spliced transcript, in bases.
    pub fn length(&self) -> u32 {
        self.exons.iter().map(|e| e.length()).sum()
    }

    /// Exons in transcript order, each with the transcript offset of its first base.
    pub fn exons_in_order(&self) -> Vec<(Exon, u32)> {
        let mut offset = 0;
        let ordered: Vec<Exon> = match self.strand {
            Strand::Forward => self.exons.clone(),
            Strand::Reverse => self.exons.iter().rev().copied().collect(),
        };
        ordered
            .into_iter()
            .map(|exon| {
                let first = offset;
                offset += exon.length();
                (exon, first)
            })
            .collect()
    }

    /// Where a genomic position falls.
    pub fn place(&self, position: u32) -> Place {
        let extent = self.extent();
        if !extent.contains(position) {
            return Place::Outside;
        }
        let next = self.exons.partition_point(|e| e.end < position);
        let right = self.exons[next];
        if right.contains(position) {
            return Place::Exonic(self.exonic_offset(next, position));
        }
        let left = self.exons[next - 1];
        let (from_left, from_right) = (position - left.end, right.start - position);
        let left_is_upstream = self.strand == Strand::Forward;
        let nearer_left = if from_left == from_right { left_is_upstream } else { from_left < from_right };
        let (anchor, distance) = if nearer_left {
            (self.exonic_offset(next - 1, left.end), from_left as i32)
        } else {
            (self.exonic_offset(next, right.start), -(from_right as i32))
        };
        Place::Intronic(anchor, if left_is_upstream { distance } else { -distance })
    }

    fn exonic_offset(&self, exon: usize, position: u32) -> u32 {
        match self.strand {
            Strand::Forward => self.exons[..exon].iter().map(|e| e.length()).sum::<u32>() + position - self.exons[exon].start,
            Strand::Reverse => self.exons[exon + 1..].iter().map(|e| e.length()).sum::<u32>() + self.exons[exon].end - position,
        }
    }

    /// Genomic position of a transcript offset, if it is on the transcript.
    pub fn genomic(&self, offset: u32) -> Option<u32> {
        let (exon, first) = self.exons_in_order().into_iter().rev().find(|(_, first)| *first <= offset)?;
        let within = offset - first;
        (within < exon.length()).then(|| match self.strand {
            Strand::Forward => exon.start + within,
            Strand::Reverse => exon.end - within,
        })
    }

    /// The coding sequence as transcript offsets, 0-based half-open.
    pub fn coding_offsets(&self) -> Option<(u32, u32)> {
        let coding = self.coding?;
        let (first, last) = match self.strand {
            Strand::Forward => (coding.start, coding.end),
            Strand::Reverse => (coding.end, coding.start),
        };
        match (self.place(first), self.place(last)) {
            (Place::Exonic(a), Place::Exonic(b)) => Some((a, b + 1)),
            _ => None,
        }
    }

    /// Bases of the spliced transcript from an offset to its end, if the sequence is held.
    pub fn spliced(&self, from: u32, genome: &dyn Reference) -> Option<Vec<u8>> {
        let mut bases = Vec::with_capacity(self.length() as usize);
        for exon in &self.exons {
            bases.extend(genome.bases(self.contig, exon.start, exon.end)?);
        }
        if self.strand == Strand::Reverse {
            bases = reverse_complement(&bases);
        }
        Some(bases.split_off(from as usize))
    }

    /// Transcript offset of the last exon–exon junction: the first base of the last exon.
    pub fn last_junction(&self) -> Option<u32> {
        (self.exons.len() > 1).then(|| self.exons_in_order().last().map_or(0, |(_, first)| *first))
    }

    /// HGVS coordinate of a place, without prefix: `-5`, `76`, `*7`, `76+3`, `n` numbering when non-coding.
    pub fn coordinate(&self, place: Place) -> Option<String> {
        let (offset, distance) = match place {
            Place::Exonic(offset) => (offset, 0),
            Place::Intronic(offset, distance) => (offset, distance),
            Place::Outside => return None,
        };
        let base = match self.coding_offsets() {
            Some((start, _)) if offset < start => format!("-{}", start - offset),
            Some((start, end)) if offset < end => (offset - start + 1).to_string(),
            Some((_, end)) => format!("*{}", offset - end + 1),
            None => (offset + 1).to_string(),
        };
        Some(match distance {
            0 => base,
            d if d > 0 => format!("{base}+{d}"),
            d => format!("{base}{d}"),
        })
    }

    /// Number of the exon (1-based, transcript order) that holds or is nearest to a transcript offset.
    pub fn exon_number(&self, offset: u32) -> usize {
        self.exons_in_order().iter().take_while(|(_, first)| *first <= offset).count()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Two exons, 11–20 and 31–40; coding 14–36.
    pub(crate) fn two_exons(strand: Strand) -> Transcript {
        Transcript {
            id: "NM_1.1".into(),
            protein_id: None,
            gene: HgncId(1),
            symbol: "G".into(),
            contig: Contig::from_number(1).expect("a contig"),
            strand,
            exons: vec![Exon { start: 11, end: 20 }, Exon { start: 31, end: 40 }],
            coding: Some(Exon { start: 14, end: 36 }),
            mane: Mane::Select,
        }
    }

    #[test]
    fn coordinates_count_along_the_transcript() {
        let forward = two_exons(Strand::Forward);
        let reverse = two_exons(Strand::Reverse);
        for (position, on_forward, on_reverse) in [
            (11, "-3", "*3"),
            (14, "1", "13"),
            (20, "7", "7"),
            (21, "7+1", "7-1"),
            (25, "7+5", "7-5"),
            (26, "8-5", "6+5"),
            (30, "8-1", "6+1"),
            (36, "13", "1"),
            (37, "*1", "-1"),
        ] {
            let named = |t: &Transcript| t.coordinate(t.place(position)).expect("inside");
            assert_eq!((named(&forward).as_str(), named(&reverse).as_str()), (on_forward, on_reverse), "{position}");
        }
        assert_eq!(forward.place(41), Place::Outside);
        assert_eq!(forward.last_junction(), Some(10));
    }
}
