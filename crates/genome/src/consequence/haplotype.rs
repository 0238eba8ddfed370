//! Changes on the same copy of a transcript, read together where one alters how another is read: neighbours in one codon, and
//! whatever follows a frameshift until the frame is restored.

use super::{Effect, coding};
use crate::{Reference, Transcript, Variant, edit::Edit, hgvs};

/// Changes that are read together.
#[derive(Clone, PartialEq, Debug)]
pub struct Joint {
    /// Places among the variants given, in transcript order; two or more.
    pub members: Vec<usize>,
    /// What they do together.
    pub effect: Effect,
}

/// One change of the coding sequence.
struct Piece {
    member: usize,
    /// First changed base, 0-based from the start of the coding sequence.
    from: usize,
    removed: usize,
    inserted: Vec<u8>,
    described: Option<String>,
}

impl Piece {
    fn end(&self) -> usize {
        self.from + self.removed
    }

    /// Last codon that it changes.
    fn last_codon(&self) -> usize {
        self.end().max(self.from + 1).saturating_sub(1) / 3
    }

    fn length_change(&self) -> i64 {
        self.inserted.len() as i64 - self.removed as i64
    }
}

/// Groups of variants, all on one copy of the transcript, that must be read together. Changes outside the coding sequence or
/// across an exon boundary, and those that overlap an earlier one, stand alone.
pub fn together(variants: &[&Variant], transcript: &Transcript, genome: &dyn Reference) -> Vec<Joint> {
    let Some(bounds) = transcript.coding_offsets() else { return vec![] };
    let mut pieces: Vec<Piece> =
        variants.iter().enumerate().filter_map(|(member, variant)| piece(member, variant, bounds, transcript, genome)).collect();
    pieces.sort_by_key(|p| (p.from, p.end()));
    let mut groups: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        let joins = groups.last().and_then(|group| Some((group, group.last()?))).is_some_and(|(group, last)| {
            let shifted = group.iter().map(Piece::length_change).sum::<i64>() % 3 != 0;
            piece.from >= last.end() && (shifted || piece.from / 3 <= last.last_codon())
        });
        match groups.last_mut() {
            Some(group) if joins => group.push(piece),
            _ => groups.push(vec![piece]),
        }
    }
    groups.into_iter().filter(|g| g.len() > 1).filter_map(|group| joint(&group, bounds, transcript, genome)).collect()
}

fn piece(member: usize, variant: &Variant, bounds: (u32, u32), transcript: &Transcript, genome: &dyn Reference) -> Option<Piece> {
    if variant.contig != transcript.contig || variant.structure().is_some() {
        return None;
    }
    let edit = Edit::from_variant(variant).shifted(transcript.strand, genome);
    let (along, removed) = coding::within_one_exon(&edit, transcript)?;
    let inside = along >= bounds.0 && along < bounds.1;
    inside.then(|| Piece {
        member,
        from: (along - bounds.0) as usize,
        removed: removed as usize,
        inserted: edit.inserted_on(transcript.strand),
        described: hgvs::coding(&edit, transcript, genome),
    })
}

fn joint(group: &[Piece], bounds: (u32, u32), transcript: &Transcript, genome: &dyn Reference) -> Option<Joint> {
    let reference = transcript.spliced(bounds.0, genome)?;
    let mut altered = reference.clone();
    for piece in group.iter().rev() {
        altered.splice(piece.from..piece.end(), piece.inserted.iter().copied());
    }
    let mut effect = Effect::new(&transcript.id, super::Consequence::CodingSequence);
    effect.terms.clear();
    let change = group.iter().map(Piece::length_change).sum();
    coding::judge(&reference, &altered, change, group[0].from, transcript, &mut effect);
    effect.terms.sort_unstable();
    effect.terms.dedup();
    let parts: Option<Vec<&str>> = group.iter().map(|p| p.described.as_deref()?.strip_prefix("c.")).collect();
    effect.hgvs_c = parts.map(|parts| format!("c.[{}]", parts.join(";")));
    effect.exon = Some(transcript.exon_number(bounds.0 + group[0].from as u32)).map(|n| (n, transcript.exons.len()));
    Some(Joint { members: group.iter().map(|p| p.member).collect(), effect })
}

#[cfg(test)]
mod tests {
    use crate::{
        Variant,
        consequence::tests::{GENOME, transcript},
        variant::tests::Short,
    };

    #[track_caller]
    fn check(variants: &[&str], expected: &[&str]) {
        let genome = Short(GENOME);
        let variants: Vec<Variant> = variants.iter().map(|v| v.parse().expect("a variant")).collect();
        let joints = super::together(&variants.iter().collect::<Vec<_>>(), &transcript(), &genome);
        let shown: Vec<String> = joints
            .iter()
            .map(|j| {
                format!(
                    "{} {} {}",
                    j.effect.term_names(),
                    j.effect.hgvs_c.as_deref().unwrap_or("-"),
                    j.effect.hgvs_p.as_deref().unwrap_or("-")
                )
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn neighbours_in_a_codon_are_read_together() {
        // TGG alone becomes AGG (arginine) or TCG (serine), together ACG (threonine).
        check(&["1-12-T-A", "1-13-G-C"], &["missense_variant c.[7T>A;8G>C] p.(Trp3Thr)"]);
        check(&["1-9-G-C", "1-12-T-A"], &[]);
    }

    #[test]
    fn a_frameshift_is_read_until_the_frame_is_restored() {
        check(&["1-43-AT-A", "1-46-C-CA"], &["missense_variant c.[13del;15_16insA] p.(Cys5Ala)"]);
        check(&["1-43-AT-A"], &[]);
    }
}
