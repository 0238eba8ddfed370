//! The coding part of a consequence: apply the edit, translate, compare.

use super::{Consequence, DECAY_ESCAPE_BASES, Effect, Truncation};
use crate::{Reference, Strand, Transcript, edit::Edit, protein, sequence, transcript::Place};

/// Adds the coding terms and the protein description of an edit that touches coding bases.
pub(super) fn apply(edit: &Edit, transcript: &Transcript, genome: &dyn Reference, effect: &mut Effect) {
    let change = edit.inserted.len() as i64 - coding_bases(edit, transcript);
    let frameshift = change % 3 != 0;
    if edit.inserted.is_empty()
        && let Some(inside) = clipped(edit, transcript)
    {
        return over_the_end(&inside, transcript, genome, effect);
    }
    let Some((along, removed)) = within_one_exon(edit, transcript) else {
        effect.terms.push(match frameshift {
            _ if takes_the_start(edit, transcript) => Consequence::StartLost,
            true => Consequence::Frameshift,
            false => Consequence::CodingSequence,
        });
        effect.hgvs_p = Some("p.?".into());
        effect.uncertain = Some("the change crosses an exon boundary".into());
        effect.truncation = effect.truncation.or_else(|| frameshift.then(|| by_position(edit, transcript)));
        return;
    };
    let Some((coding_start, _)) = transcript.coding_offsets() else { return };
    if along < coding_start {
        over_the_start(edit, transcript, (along, removed), genome, effect);
        return;
    }
    let Some(reference) = transcript.spliced(coding_start, genome) else {
        without_sequence(edit, transcript, frameshift, effect);
        return;
    };
    let from = (along - coding_start) as usize;
    let mut altered = reference.clone();
    altered.splice(from..from + removed as usize, edit.inserted_on(transcript.strand));
    judge(&reference, &altered, edit.length_change(), from, transcript, effect);
}

/// Translates a coding sequence (with what follows it) before and after a change, and adds what the change does to the protein.
/// `from` is the first changed base, `length_change` in bases.
pub(super) fn judge(reference: &[u8], altered: &[u8], length_change: i64, from: usize, transcript: &Transcript, effect: &mut Effect) {
    let Some((coding_start, coding_end)) = transcript.coding_offsets() else { return };
    let reference_protein = sequence::translate(&reference[..(coding_end - coding_start) as usize], transcript.contig);
    let altered_protein = sequence::translate(altered, transcript.contig);
    let change = protein::compare(&reference_protein, &altered_protein, length_change, from / 3 + 1);
    effect.terms.push(change.term);
    // The change of length is told beside what it does to the stop.
    let shows_length = match change.term {
        Consequence::StopGained | Consequence::StopLost => true,
        Consequence::StartLost => length_change % 3 == 0,
        _ => false,
    };
    effect.terms.extend(of_length(length_change).filter(|_| shows_length));
    effect.residue = Some(change.residue);
    effect.hgvs_p = Some(change.hgvs);
    if matches!(change.term, Consequence::StopGained | Consequence::Frameshift) {
        let stop = change.premature_stop.unwrap_or(reference_protein.len());
        let offset = (i64::from(coding_start) + (stop as i64 - 1) * 3 - length_change).max(0) as u32;
        let lost = reference_protein.len().saturating_sub(change.residue) as f32;
        effect.truncation = Some(truncation(transcript, offset, lost / reference_protein.len().max(1) as f32));
    }
}

/// The term of a change of coding length, in bases.
fn of_length(change: i64) -> Option<Consequence> {
    match change {
        0 => None,
        n if n % 3 != 0 => Some(Consequence::Frameshift),
        1.. => Some(Consequence::InframeInsertion),
        _ => Some(Consequence::InframeDeletion),
    }
}

/// Whether the first coding base is removed.
fn takes_the_start(edit: &Edit, transcript: &Transcript) -> bool {
    let first = transcript.coding.map(|c| if transcript.strand == Strand::Forward { c.start } else { c.end });
    first.is_some_and(|first| (edit.start..=edit.end).contains(&first))
}

/// Coding bases that an edit removes.
fn coding_bases(edit: &Edit, transcript: &Transcript) -> i64 {
    let Some(coding) = transcript.coding else { return 0 };
    let shared = |e: &crate::transcript::Exon| {
        let (start, end) = (edit.start.max(e.start).max(coding.start), edit.end.min(e.end).min(coding.end));
        (i64::from(end) - i64::from(start) + 1).max(0)
    };
    transcript.exons.iter().map(shared).sum()
}

/// The part of a deletion that lies on the transcript, if it runs over the transcript's 3' end.
fn clipped(edit: &Edit, transcript: &Transcript) -> Option<Edit> {
    let extent = transcript.extent();
    let mut inside = edit.clone();
    match transcript.strand {
        Strand::Forward if edit.end > extent.end => {
            inside.removed.truncate((extent.end - edit.start + 1) as usize);
            inside.end = extent.end;
        }
        Strand::Reverse if edit.start < extent.start => {
            inside.removed.drain(..(extent.start - edit.start) as usize);
            inside.start = extent.start;
        }
        _ => return None,
    }
    Some(inside)
}

/// A deletion that takes the transcript's last bases: with a stop codon among them the stop is lost; of a model that ends before
/// its stop nobody knows what follows.
fn over_the_end(edit: &Edit, transcript: &Transcript, genome: &dyn Reference, effect: &mut Effect) {
    let coding = transcript.coding_offsets().zip(transcript.spliced(0, genome));
    let stops = coding.is_some_and(|((start, end), bases)| {
        sequence::translate(&bases[start as usize..end as usize], transcript.contig).last() == Some(&b'*')
    });
    effect.hgvs_p = Some("p.?".into());
    effect.uncertain = Some("the change runs over the end of the transcript".into());
    if stops {
        effect.terms.push(Consequence::StopLost);
        effect.terms.extend(of_length(-coding_bases(edit, transcript)));
    } else {
        effect.terms.push(Consequence::CodingSequence);
    }
}

fn truncation(transcript: &Transcript, stop_offset: u32, removed_share: f32) -> Truncation {
    let decays = transcript.last_junction().is_some_and(|junction| stop_offset + DECAY_ESCAPE_BASES < junction);
    Truncation { nonsense_mediated_decay: decays, in_frame: false, removed_share }
}

/// Truncation judged from where the edit begins, when no protein can be made.
fn by_position(edit: &Edit, transcript: &Transcript) -> Truncation {
    let first = if transcript.strand == Strand::Forward { edit.start } else { edit.end };
    let along = match transcript.place(first) {
        Place::Exonic(offset) | Place::Intronic(offset, _) => offset,
        Place::Outside => 0,
    };
    let share =
        transcript.coding_offsets().map_or(0.0, |(start, end)| end.saturating_sub(along.max(start)) as f32 / (end - start).max(1) as f32);
    truncation(transcript, along, share)
}

/// The pack holds no sequence here: length and place still tell frameshifts and in-frame changes.
fn without_sequence(edit: &Edit, transcript: &Transcript, frameshift: bool, effect: &mut Effect) {
    let term = if frameshift {
        Consequence::Frameshift
    } else if edit.length_change() > 0 {
        Consequence::InframeInsertion
    } else if edit.length_change() < 0 {
        Consequence::InframeDeletion
    } else {
        Consequence::CodingSequence
    };
    effect.terms.push(term);
    effect.hgvs_p = Some("p.?".into());
    effect.uncertain = Some(super::NO_SEQUENCE.into());
    if frameshift {
        effect.truncation = Some(by_position(edit, transcript));
    }
}

/// A change that removes the last untranslated bases and the first coding ones: the start is kept only if what now stands
/// there gives the same protein.
fn over_the_start(edit: &Edit, transcript: &Transcript, (along, removed): (u32, u32), genome: &dyn Reference, effect: &mut Effect) {
    let Some(((coding_start, coding_end), reference)) = transcript.coding_offsets().zip(transcript.spliced(0, genome)) else {
        effect.terms.push(Consequence::StartLost);
        effect.hgvs_p = Some("p.?".into());
        return;
    };
    let inserted = edit.inserted_on(transcript.strand);
    let lost = (along + removed - coding_start) as usize;
    let joined = along as usize + inserted.len();
    let mut altered = reference.clone();
    altered.splice(along as usize..(along + removed) as usize, inserted);
    let protein = |bases: &[u8]| sequence::translate(bases, transcript.contig);
    let before = protein(&reference[coding_start as usize..coding_end as usize]);
    let kept = joined.checked_sub(lost).is_some_and(|start| protein(&altered[start..]) == before);
    effect.terms.push(if kept { Consequence::StartRetained } else { Consequence::StartLost });
    effect.residue = Some(1);
    effect.hgvs_p = Some(if kept { "p.(Met1=)" } else { "p.(Met1?)" }.into());
}

/// Transcript offset of the first edited base and how many are removed, if all lie in one exon.
pub(super) fn within_one_exon(edit: &Edit, transcript: &Transcript) -> Option<(u32, u32)> {
    let removed = edit.removed.len() as u32;
    let (low, high) = if edit.is_insertion() { (edit.start - 1, edit.start) } else { (edit.start, edit.end) };
    let same = transcript.exons.iter().any(|e| e.contains(low) && e.contains(high));
    let first = if transcript.strand == Strand::Forward { low } else { high };
    let Place::Exonic(offset) = transcript.place(first) else { return None };
    let offset = if edit.is_insertion() { offset + 1 } else { offset };
    same.then_some((offset, removed))
}
