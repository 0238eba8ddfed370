//! Neighbouring changes on the same copy of a gene, read together before any is judged alone.

use crate::{Knowledge, settings::NEIGHBOUR_BASES_MAX};
use genome::{Effect, Variant, Zygosity, consequence::haplotype, genotype::Call};
use std::collections::HashMap;

/// Effects that replace those of single changes.
#[derive(Default)]
pub struct Joints(HashMap<(usize, String), Joint>);

/// What a change does together with its neighbours.
pub struct Joint {
    /// Their effect together.
    pub effect: Effect,
    /// The neighbours on the same copy, without the change itself.
    pub with: Vec<Variant>,
}

impl Joints {
    /// The joint effect of a call on a transcript, if it has one.
    pub fn find(&self, call: usize, transcript: &str) -> Option<&Joint> {
        self.0.get(&(call, transcript.to_owned()))
    }
}

/// Finds changes of one person that lie on the same copy and must be read together. `calls` are in genome order.
pub fn joints(calls: &[Call], person: usize, knowledge: &Knowledge) -> Joints {
    let mut found = Joints::default();
    let near = |a: &Call, b: &Call| {
        a.variant.contig == b.variant.contig && b.variant.position.get().saturating_sub(a.variant.end()) <= NEIGHBOUR_BASES_MAX
    };
    let carried: Vec<usize> = (0..calls.len()).filter(|index| calls[*index].genotypes[person].carries()).collect();
    for run in carried.chunk_by(|a, b| near(&calls[*a], &calls[*b])).filter(|run| run.len() > 1) {
        for copy in copies(run, calls, person) {
            add(&copy, calls, knowledge, &mut found);
        }
    }
    found
}

/// The calls of a run that lie on one copy: each phased set with the homozygous calls beside it.
fn copies(run: &[usize], calls: &[Call], person: usize) -> Vec<Vec<usize>> {
    let call = |index: &usize| &calls[*index].genotypes[person];
    let full = |index: &usize| matches!(call(index).zygosity, Zygosity::Homozygous | Zygosity::Hemizygous);
    let mut sets: Vec<(Option<u32>, u8)> =
        run.iter().filter(|index| !full(index)).filter_map(|index| Some((call(index).phase_set, call(index).phase?))).collect();
    sets.sort_unstable();
    sets.dedup();
    if sets.is_empty() {
        return vec![run.iter().filter(|index| full(index)).copied().collect()];
    }
    let on = |set: &(Option<u32>, u8), index: &usize| full(index) || (call(index).phase_set == set.0 && call(index).phase == Some(set.1));
    sets.iter().map(|set| run.iter().filter(|index| on(set, index)).copied().collect()).collect()
}

fn add(copy: &[usize], calls: &[Call], knowledge: &Knowledge, found: &mut Joints) {
    let (Some(first), Some(last)) = (copy.first(), copy.last()) else { return };
    let (first, last) = (&calls[*first].variant, &calls[*last].variant);
    let variants: Vec<&Variant> = copy.iter().map(|index| &calls[*index].variant).collect();
    for transcript in knowledge.transcripts_at(first.contig, first.position.get(), last.end() + 1) {
        for joint in haplotype::together(&variants, transcript, &*knowledge.evidence) {
            for member in &joint.members {
                let with = joint.members.iter().filter(|m| *m != member).map(|m| variants[*m].clone()).collect();
                let effect = joint.effect.clone();
                found.0.insert((copy[*member], transcript.id.clone()), Joint { effect, with });
            }
        }
    }
}
