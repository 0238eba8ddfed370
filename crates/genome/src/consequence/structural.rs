//! What a structural variant does to a transcript.

use super::{Consequence, DECAY_ESCAPE_BASES, Effect, Truncation};
use crate::{
    Strand, Transcript, Variant,
    structure::Structure,
    transcript::{Exon, Place},
};

/// The effect of a structural variant, or nothing if it lies outside the transcript. The base at the variant's position is the
/// one before the change, as in VCF.
pub(super) fn effect(variant: &Variant, structure: Structure, transcript: &Transcript) -> Option<Effect> {
    let position = variant.position.get();
    let extent = transcript.extent();
    let changed = Exon { start: position + 1, end: structure.end(position).max(position + 1) };
    if changed.end < extent.start || changed.start > extent.end {
        return None;
    }
    let whole = changed.start <= extent.start && changed.end >= extent.end;
    let mut effect = match structure {
        Structure::Deletion { .. } if whole => Effect::new(&transcript.id, Consequence::TranscriptAblation),
        Structure::Duplication { .. } if whole => Effect::new(&transcript.id, Consequence::TranscriptAmplification),
        Structure::Inversion { .. } if whole => return None,
        Structure::Deletion { .. } => deletion(changed, transcript),
        Structure::Duplication { .. } => duplication(changed, transcript),
        Structure::Inversion { .. } | Structure::Breakend { .. } => broken(structure, transcript),
        Structure::Insertion { length } => insertion(position, length, transcript),
        Structure::Repeat { .. } => Effect::new(&transcript.id, Consequence::RepeatChange),
    };
    effect.hgvs_c = described(changed, structure, transcript);
    effect.exon = first_exon(changed, transcript);
    Some(effect)
}

/// What of an exon is coding.
fn coding_part(exon: &Exon, changed: Exon, coding: Exon) -> u32 {
    let (start, end) = (exon.start.max(changed.start).max(coding.start), exon.end.min(changed.end).min(coding.end));
    (end + 1).saturating_sub(start)
}

fn deletion(changed: Exon, transcript: &Transcript) -> Effect {
    let touched: Vec<&Exon> = transcript.exons.iter().filter(|e| e.start <= changed.end && e.end >= changed.start).collect();
    let Some(coding) = transcript.coding else {
        let term = if touched.is_empty() { Consequence::Intron } else { Consequence::NonCodingExon };
        return Effect::new(&transcript.id, term);
    };
    if touched.is_empty() {
        return Effect::new(&transcript.id, Consequence::Intron);
    }
    let lost: u32 = touched.iter().map(|e| coding_part(e, changed, coding)).sum();
    let (first, last) = match transcript.strand {
        Strand::Forward => (coding.start, coding.end),
        Strand::Reverse => (coding.end, coding.start),
    };
    if lost == 0 {
        let before = match transcript.strand {
            Strand::Forward => changed.end < coding.start,
            Strand::Reverse => changed.start > coding.end,
        };
        return Effect::new(&transcript.id, if before { Consequence::FivePrimeUtr } else { Consequence::ThreePrimeUtr });
    }
    let mut effect =
        Effect::new(&transcript.id, if lost.is_multiple_of(3) { Consequence::InframeDeletion } else { Consequence::Frameshift });
    if changed.contains(first) {
        effect.terms.insert(0, Consequence::StartLost);
    } else if changed.contains(last) {
        effect.terms.insert(0, Consequence::StopLost);
    }
    effect.terms.sort_unstable();
    effect.truncation = Some(truncation(changed, lost, transcript));
    effect
}

/// Loss of whole or part exons, as the PVS1 tree asks of it (Abou Tayoun 2018, figure 1, "single to multi exon deletion").
fn truncation(changed: Exon, lost: u32, transcript: &Transcript) -> Truncation {
    let in_frame = lost.is_multiple_of(3);
    let upstream = if transcript.strand == Strand::Forward { changed.start } else { changed.end };
    let extent = transcript.extent();
    let along = match transcript.place(upstream.clamp(extent.start, extent.end)) {
        Place::Exonic(offset) | Place::Intronic(offset, _) => offset,
        Place::Outside => 0,
    };
    let (start, end) = transcript.coding_offsets().unwrap_or((0, 1));
    let removed = if in_frame { lost } else { end.saturating_sub(along.max(start)) };
    let decays = !in_frame && transcript.last_junction().is_some_and(|junction| along + DECAY_ESCAPE_BASES < junction);
    Truncation { nonsense_mediated_decay: decays, in_frame, removed_share: removed as f32 / (end - start).max(1) as f32 }
}

/// A gene of which a part is doubled: with both ends inside, the copy beside it breaks the reading, if it lies there; with one
/// end inside, one whole copy of the gene is left.
fn duplication(changed: Exon, transcript: &Transcript) -> Effect {
    let extent = transcript.extent();
    let inside = changed.start > extent.start && changed.end < extent.end;
    let doubled: u32 = transcript.coding.map_or(0, |coding| transcript.exons.iter().map(|e| coding_part(e, changed, coding)).sum());
    if !inside || doubled == 0 {
        let term = if doubled == 0 { Consequence::Intron } else { Consequence::FeatureElongation };
        return Effect::new(&transcript.id, term);
    }
    let in_frame = doubled.is_multiple_of(3);
    let mut effect = Effect::new(&transcript.id, if in_frame { Consequence::InframeInsertion } else { Consequence::FeatureTruncation });
    effect.uncertain = Some("the copy is presumed to lie in tandem; its place is not proven".into());
    effect
}

fn broken(structure: Structure, transcript: &Transcript) -> Effect {
    let mut effect = Effect::new(&transcript.id, Consequence::FeatureTruncation);
    effect.uncertain = Some(format!("an end of the {} lies within the gene", structure.name()));
    effect
}

fn insertion(position: u32, length: u32, transcript: &Transcript) -> Effect {
    let exonic = matches!(transcript.place(position), Place::Exonic(_)) && matches!(transcript.place(position + 1), Place::Exonic(_));
    let coding = transcript.coding.is_some_and(|c| position >= c.start && position < c.end);
    let term = match (exonic, coding) {
        (false, _) => Consequence::Intron,
        (true, false) => Consequence::NonCodingExon,
        (true, true) if length > 0 && !length.is_multiple_of(3) => Consequence::Frameshift,
        (true, true) => Consequence::InframeInsertion,
    };
    let mut effect = Effect::new(&transcript.id, term);
    if exonic && coding {
        effect.uncertain = Some("the inserted sequence is not told, so it may also hold a stop".into());
    }
    effect
}

/// The c. description where both ends lie on the transcript.
fn described(changed: Exon, structure: Structure, transcript: &Transcript) -> Option<String> {
    let (first, last) = match transcript.strand {
        Strand::Forward => (changed.start, changed.end),
        Strand::Reverse => (changed.end, changed.start),
    };
    let name = |position| transcript.coordinate(transcript.place(position));
    let kind = match structure {
        Structure::Deletion { .. } => "del",
        Structure::Duplication { .. } => "dup",
        Structure::Inversion { .. } => "inv",
        _ => return None,
    };
    let prefix = if transcript.coding.is_some() { "c" } else { "n" };
    Some(format!("{prefix}.{}_{}{kind}", name(first)?, name(last)?))
}

fn first_exon(changed: Exon, transcript: &Transcript) -> Option<(usize, usize)> {
    let ordered = transcript.exons_in_order();
    let index = ordered.iter().position(|(e, _)| e.start <= changed.end && e.end >= changed.start)?;
    Some((index + 1, ordered.len()))
}

#[cfg(test)]
mod tests {
    use crate::{
        Strand, Variant,
        consequence::{Effect, effect},
        transcript::tests::two_exons,
        variant::tests::Short,
    };

    #[track_caller]
    fn check(variant: &str, strand: Strand, expected: &str) {
        let variant: Variant = variant.parse().expect("a variant");
        let shown = match effect(&variant, &two_exons(strand), &Short(b"")) {
            None => "outside".to_owned(),
            Some(Effect { terms, hgvs_c, truncation, .. }) => {
                let names: Vec<&str> = terms.iter().map(|t| t.name()).collect();
                let share = truncation.map_or(String::new(), |t| format!(" {:.0} %", t.removed_share * 100.0));
                format!("{} {}{share}", names.join("&"), hgvs_c.as_deref().unwrap_or("-"))
            }
        };
        assert_eq!(shown, expected);
    }

    /// Exons 11–20 and 31–40, coding 14–36: seven and six coding bases.
    #[test]
    fn deletions_and_duplications_are_told_by_what_they_take() {
        use Strand::{Forward, Reverse};
        check("1-5-N-<DEL=50>", Forward, "transcript_ablation -");
        check("1-5-N-<DUP=50>", Forward, "transcript_amplification -");
        check("1-25-N-<DEL=50>", Forward, "stop_lost&inframe_deletion - 46 %");
        check("1-25-N-<DEL=33>", Forward, "inframe_deletion c.8-5_10del 23 %");
        check("1-25-N-<DEL=34>", Forward, "frameshift_variant c.8-5_11del 46 %");
        check("1-10-N-<DEL=15>", Forward, "frameshift_variant&start_lost c.-3_2del 100 %");
        check("1-21-N-<DEL=25>", Forward, "intron_variant c.7+2_7+5del");
        check("1-36-N-<DEL=38>", Forward, "3_prime_UTR_variant c.*1_*2del");
        check("1-36-N-<DEL=38>", Reverse, "5_prime_UTR_variant c.-2_-1del");
        check("1-25-N-<DUP=34>", Forward, "feature_truncation c.8-5_11dup");
        check("1-25-N-<DUP=60>", Forward, "feature_elongation -");
        check("1-25-N-<INV=60>", Forward, "feature_truncation -");
        check("1-32-N-<INS=300>", Forward, "inframe_insertion -");
        check("1-60-N-<DEL=80>", Forward, "outside");
    }
}
