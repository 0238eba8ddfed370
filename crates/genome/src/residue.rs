//! A change of one residue of a protein, and the variants that bring it about.

use crate::{
    Contig, Position, Reference, Strand, Transcript, Variant,
    protein::one,
    sequence::{reverse_complement, translate_codon},
};
use std::str::FromStr;

/// One residue for another: `V600E`, `p.Val600Glu`, `R149*`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResidueChange {
    /// Residue of the reference, in one letter.
    pub from: u8,
    /// Its place in the protein, from 1.
    pub place: u32,
    /// Residue instead of it; `*` is a stop.
    pub to: u8,
}

/// Why a text is no change of one residue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not one residue for another, such as V600E")]
pub struct NotAResidueChange(pub String);

/// Why no variant of a transcript brings a change about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOnTranscript {
    /// No bases.
    #[error("the reference pack holds no coding sequence of {0}")]
    NoSequence(String),
    /// The protein is shorter.
    #[error("the protein of {transcript} has no residue {place}")]
    Beyond {
        /// Transcript.
        transcript: String,
        /// Place.
        place: u32,
    },
    /// Another residue is there.
    #[error("residue {place} of {transcript} is {found}, not {named}")]
    Other {
        /// Transcript.
        transcript: String,
        /// Place.
        place: u32,
        /// Residue of the reference.
        found: char,
        /// Residue that was named.
        named: char,
    },
}

impl FromStr for ResidueChange {
    type Err = NotAResidueChange;

    fn from_str(text: &str) -> Result<ResidueChange, NotAResidueChange> {
        let wrong = || NotAResidueChange(text.into());
        let bare = text.trim().trim_start_matches("p.").trim_start_matches('(').trim_end_matches(')');
        let first = bare.find(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
        let last = bare.rfind(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
        let place = bare[first..=last].parse().ok().filter(|place| *place > 0).ok_or_else(wrong)?;
        let (from, to) = (residue(&bare[..first]).ok_or_else(wrong)?, residue(&bare[last + 1..]).ok_or_else(wrong)?);
        if from == to { Err(wrong()) } else { Ok(ResidueChange { from, place, to }) }
    }
}

/// A residue by its one letter or three.
fn residue(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [letter] => Some(letter.to_ascii_uppercase()).filter(|one| b"ACDEFGHIKLMNPQRSTVWY*".contains(one)),
        _ => one(text),
    }
}

impl ResidueChange {
    /// Every variant within the codon that brings the change about; a codon over a splice site leaves those that one variant can.
    pub fn variants(self, transcript: &Transcript, genome: &dyn Reference) -> Result<Vec<Variant>, NotOnTranscript> {
        let missing = || NotOnTranscript::NoSequence(transcript.id.clone());
        let beyond = || NotOnTranscript::Beyond { transcript: transcript.id.clone(), place: self.place };
        let (start, end) = transcript.coding_offsets().ok_or_else(missing)?;
        let offset = (self.place - 1).checked_mul(3).and_then(|n| n.checked_add(start)).ok_or_else(beyond)?;
        if offset >= end || end - offset < 3 {
            return Err(beyond());
        }
        let bases = transcript.spliced(offset, genome).ok_or_else(missing)?;
        let codon: [u8; 3] = bases.get(..3).and_then(|three| three.try_into().ok()).ok_or_else(missing)?;
        let found = translate_codon(codon, transcript.contig);
        if found != self.from {
            let [found, named] = [found, self.from].map(char::from);
            return Err(NotOnTranscript::Other { transcript: transcript.id.clone(), place: self.place, found, named });
        }
        let places: Option<Vec<u32>> = (0..3).map(|n| transcript.genomic(offset + n)).collect();
        let places = places.ok_or_else(missing)?;
        Ok(codons(self.to, transcript.contig).filter_map(|to| variant(transcript, &places, codon, to)).collect())
    }
}

/// Every codon of a residue.
fn codons(residue: u8, contig: Contig) -> impl Iterator<Item = [u8; 3]> {
    let bases = *b"ACGT";
    let all = (0..64_usize).map(move |n| [bases[n / 16], bases[n / 4 % 4], bases[n % 4]]);
    all.filter(move |codon| translate_codon(*codon, contig) == residue)
}

/// The variant that makes one codon of another; nothing where it would reach over an intron.
fn variant(transcript: &Transcript, places: &[u32], from: [u8; 3], to: [u8; 3]) -> Option<Variant> {
    let first = (0..3).find(|n| from[*n] != to[*n])?;
    let last = (0..3).rfind(|n| from[*n] != to[*n])?;
    if places[first].abs_diff(places[last]) as usize != last - first {
        return None;
    }
    let written = |bases: [u8; 3]| match transcript.strand {
        Strand::Forward => bases[first..=last].to_vec(),
        Strand::Reverse => reverse_complement(&bases[first..=last]),
    };
    let position = Position::new(places[first].min(places[last]))?;
    let [reference, alternate] = [written(from), written(to)].map(|bases| String::from_utf8(bases).unwrap_or_default());
    Variant::new(transcript.contig, position, &reference, &alternate).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consequence::effect,
        transcript::{Exon, tests::two_exons},
    };

    #[track_caller]
    fn check(text: &str, expected: Option<(char, u32, char)>) {
        let read = text.parse::<ResidueChange>().ok().map(|change| (char::from(change.from), change.place, char::from(change.to)));
        assert_eq!(read, expected, "{text}");
    }

    /// V600E and M734V are the examples of GA4GH Beacon v2.
    #[test]
    fn a_change_of_a_residue_is_read_in_one_letter_or_three() {
        check("V600E", Some(('V', 600, 'E')));
        check("M734V", Some(('M', 734, 'V')));
        check("p.(Val600Glu)", Some(('V', 600, 'E')));
        check("R149*", Some(('R', 149, '*')));
        check("p.Arg149Ter", Some(('R', 149, '*')));
        for text in ["", "600", "V600", "V0E", "V600V", "V600fs", "B600E", "V600E1", "V99999999999E", "é600E", "V6é0E"] {
            check(text, None);
        }
    }

    /// A contig 1 of which every base is known: ATG at 14, an intron from 21 to 30, TAA at the end.
    struct Bases(&'static [u8]);

    impl Reference for Bases {
        fn bases(&self, _: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
            self.0.get(start as usize - 1..end as usize).map(<[u8]>::to_vec)
        }
    }

    /// Exons 11–20 and 31–40; coding from 14 to 35: M, V, a codon over the intron (C at 20, TG at 31), then a stop.
    #[test]
    fn every_variant_changes_the_residue_as_another_module_describes_it() {
        let genome = Bases(b"NNNNNNNNNNGGGATGGTGCNNNNNNNNNNTGTAAGGGGG");
        let mut transcript = two_exons(Strand::Forward);
        transcript.coding = Some(Exon { start: 14, end: 35 });
        for (text, described, number) in
            [("V2E", "p.(Val2Glu)", 2), ("V2L", "p.(Val2Leu)", 6), ("L3P", "p.(Leu3Pro)", 4), ("L3R", "p.(Leu3Arg)", 4)]
        {
            let variants = text.parse::<ResidueChange>().expect("a change").variants(&transcript, &genome).expect("variants");
            for variant in &variants {
                let effect = effect(variant, &transcript, &genome).expect("in the transcript");
                assert_eq!(effect.hgvs_p.as_deref(), Some(described), "{text}: {variant}");
            }
            assert!(variants.len() <= number && !variants.is_empty(), "{text}: {variants:?}");
        }
        let refused =
            |text: &str| text.parse::<ResidueChange>().expect("a change").variants(&transcript, &genome).expect_err("refused").to_string();
        assert_eq!(refused("A2E"), "residue 2 of NM_1.1 is V, not A");
        assert_eq!(refused("A9E"), "the protein of NM_1.1 has no residue 9");
        assert_eq!(refused("A4294967295E"), "the protein of NM_1.1 has no residue 4294967295");
    }

    #[test]
    fn a_leucine_of_six_codons_is_reached_by_each_of_them() {
        assert_eq!(codons(b'L', Contig::X).count(), 6);
        assert_eq!(codons(b'*', Contig::MT).count(), 4, "the mitochondrial code has four stops");
    }
}
