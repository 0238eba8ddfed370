//! PS1 and PM5: other changes of the same residue that ClinVar holds pathogenic. The variant under test is never its own evidence.

use super::{Criterion, Question, Strength};
use crate::settings::NEIGHBOUR_STARS_MIN;
use annotation::Knowledge;
use genome::{Consequence, Position, Significance, Transcript, Variant, consequence};

/// A pathogenic change of the same residue.
struct Neighbour {
    hgvs_c: String,
    same_protein: bool,
    significance: Significance,
}

/// PS1 if another change of DNA makes the same protein change and is pathogenic, else PM5 if another protein change there is.
/// Source: Richards 2015, PS1 and PM5; one step lower where the neighbour is only likely pathogenic, as the ClinGen expert panels
/// specify it.
pub fn same_residue(question: &Question, knowledge: &Knowledge) -> Option<Criterion> {
    let effect = &question.variant.effect;
    if effect.worst() != Consequence::Missense || !question.variant.together.is_empty() {
        return None;
    }
    let transcript = knowledge.transcripts_of(question.variant.gene).find(|t| t.id == effect.transcript)?;
    let neighbours = neighbours(&question.variant.call.variant, effect.residue?, effect.hgvs_p.as_deref()?, transcript, knowledge);
    let best = |same: bool| neighbours.iter().filter(|n| n.same_protein == same).max_by_key(|n| n.significance);
    let (code, neighbour, [likely, sure]) = match (best(true), best(false)) {
        (Some(n), _) => ("PS1", n, [Strength::Moderate, Strength::Strong]),
        (None, Some(n)) => ("PM5", n, [Strength::Supporting, Strength::Moderate]),
        (None, None) => return None,
    };
    let strength = if neighbour.significance == Significance::Pathogenic { sure } else { likely };
    let what = if neighbour.same_protein { "the same protein change" } else { "another change of the same residue" };
    Some(Criterion::new(code, strength, format!("{} is {what}, {} in ClinVar", neighbour.hgvs_c, neighbour.significance.name())))
}

fn neighbours(own: &Variant, residue: usize, protein: &str, transcript: &Transcript, knowledge: &Knowledge) -> Vec<Neighbour> {
    let evidence = &*knowledge.evidence;
    let Some((start, _)) = transcript.coding_offsets() else { return vec![] };
    let first = start + (residue.saturating_sub(1) * 3) as u32;
    let mut found = Vec::new();
    for position in (first..first + 3).filter_map(|offset| transcript.genomic(offset)) {
        let Some(reference) = evidence.base(transcript.contig, position).map(char::from) else { continue };
        for alternate in "ACGT".chars().filter(|a| *a != reference) {
            let Some(place) = Position::new(position) else { continue };
            let Ok(other) = Variant::new(transcript.contig, place, &reference.to_string(), &alternate.to_string()) else { continue };
            let Some(assertion) = evidence.assertion(&other).filter(|a| other != *own && a.significance.is_pathogenic()) else { continue };
            if assertion.stars < NEIGHBOUR_STARS_MIN {
                continue;
            }
            let Some(effect) = consequence::effect(&other, transcript, evidence) else { continue };
            if effect.worst() == Consequence::Missense {
                found.push(Neighbour {
                    hgvs_c: effect.hgvs_c.clone().unwrap_or_else(|| other.to_string()),
                    same_protein: effect.hgvs_p.as_deref() == Some(protein),
                    significance: assertion.significance,
                });
            }
        }
    }
    found
}
