//! What a surviving variant does to each gene it touches.

use crate::{Knowledge, Reason, haplotype::Joints, settings::SPLICING_CHANGED_MIN};
use genome::{
    Assertion, Consequence, Contig, Effect, Evidence, Frequency, FrequencyDetail, HgncId, Impact, Mane, Score, Structure, Variant,
    consequence, genotype::Call,
};

/// A variant's effect on one gene, with what reference data say of it.
#[derive(Clone, Debug)]
pub struct Annotated {
    /// The variant and the family's calls.
    pub call: Call,
    /// HGNC identifier of the gene.
    pub gene: HgncId,
    /// Effect on the gene's MANE Select transcript, or on Plus Clinical where that is worse.
    pub effect: Effect,
    /// Population frequency, if seen.
    pub frequency: Option<Frequency>,
    /// The pack's frequencies cover this place, so that no frequency means not seen.
    pub frequency_known: bool,
    /// What the source adds to the frequency.
    pub frequency_detail: FrequencyDetail,
    /// ClinVar's classification of the variant, if the pack has one.
    pub assertion: Option<Assertion>,
    /// Other changes on the same copy, when the effect is of all of them together.
    pub together: Vec<Variant>,
    /// Every score that the pack has of it.
    pub scores: Vec<(Score, f32)>,
}

impl Annotated {
    /// Frequency to compare with a limit: the higher of overall and any one ancestry group; 0 when not seen.
    pub fn frequency_max(&self) -> f32 {
        self.frequency.map_or(0.0, |f| f.overall.max(f.highest_group))
    }

    /// ClinVar holds it pathogenic or likely pathogenic.
    pub fn is_known_pathogenic(&self) -> bool {
        self.assertion.is_some_and(|a| a.significance.is_pathogenic())
    }
}

/// Every gene whose transcript the variant changes in a way that can matter; the reason if there is none.
/// `joints` holds the effects of calls that are read together with their neighbours, `index` is this call's place.
pub fn annotate(call: &Call, index: usize, joints: &Joints, knowledge: &Knowledge) -> Result<Vec<Annotated>, Reason> {
    let variant = &call.variant;
    let evidence: &dyn Evidence = &*knowledge.evidence;
    let assertion = evidence.assertion(variant);
    let pathogenic = assertion.is_some_and(|a| a.significance.is_pathogenic());
    let scores: Vec<(Score, f32)> = Score::ALL.into_iter().filter_map(|s| Some((s, evidence.score(s, variant)?))).collect();
    let splicing = scores.iter().any(|(s, value)| *s == Score::SpliceAi && *value >= SPLICING_CHANGED_MIN);
    // What a catalogue of structural variants does not hold may have been missed by its caller: absence says nothing.
    let frequency_known = variant.structure().is_none() && evidence.has_frequencies_at(variant.contig, variant.position.get());
    let frequency = evidence.frequency(variant);
    let frequency_detail = evidence.frequency_detail(variant);
    let annotated = |gene: HgncId, effect: Effect, with: &[Variant]| Annotated {
        call: call.clone(),
        gene,
        effect,
        frequency,
        frequency_known,
        frequency_detail: frequency_detail.clone(),
        assertion,
        together: with.to_vec(),
        scores: scores.clone(),
    };
    let transcripts = knowledge.transcripts_at(variant.contig, variant.position.get(), variant.end() + 1);
    if transcripts.is_empty() {
        return Err(Reason::NoTranscript);
    }
    if let Some(Structure::Repeat { end, .. }) = variant.structure() {
        let locus = knowledge.repeat_at(variant.contig, variant.position.get() + 1, end).ok_or(Reason::NoTranscript)?;
        let effect = Effect::new(&locus.id, Consequence::RepeatChange);
        return Ok(vec![annotated(locus.gene, effect, &[])]);
    }
    let mut effects: Vec<(HgncId, Mane, Effect, &[Variant])> = Vec::new();
    for transcript in transcripts {
        let (effect, with) = match joints.find(index, &transcript.id) {
            Some(joint) => (joint.effect.clone(), joint.with.as_slice()),
            None => match consequence::effect(variant, transcript, evidence) {
                Some(effect) => (effect, &[][..]),
                None => continue,
            },
        };
        match effects.iter_mut().find(|(gene, ..)| *gene == transcript.gene) {
            Some(existing) if effect.worst() < existing.2.worst() => *existing = (transcript.gene, transcript.mane, effect, with),
            Some(existing) if effect.worst() == existing.2.worst() && transcript.mane < existing.1 => {
                *existing = (transcript.gene, transcript.mane, effect, with);
            }
            Some(_) => {}
            None => effects.push((transcript.gene, transcript.mane, effect, with)),
        }
    }
    let worst = effects.iter().map(|(_, _, e, _)| e.worst()).min();
    let kept = effects
        .into_iter()
        .filter(|(_, _, effect, _)| matters(effect, variant.contig) || splicing || (pathogenic && Some(effect.worst()) == worst));
    let found: Vec<Annotated> = kept.map(|(gene, _, effect, with)| annotated(gene, effect, with)).collect();
    if found.is_empty() { Err(Reason::NoEffect) } else { Ok(found) }
}

/// Whether an effect can change the protein or its splicing.
fn matters(effect: &Effect, contig: Contig) -> bool {
    let splicing = [Consequence::SpliceDonorFifthBase, Consequence::SpliceRegion];
    contig == Contig::MT || effect.worst().impact() <= Impact::Moderate || effect.terms.iter().any(|t| splicing.contains(t))
}
