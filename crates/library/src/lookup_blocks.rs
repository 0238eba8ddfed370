//! Carriers from blocks of files: those that a question is about are read once, and kept in memory.

use crate::{
    Checked, Library,
    ask::NotAnswered,
    block::{Block, Group},
    lookup::{CarrierSets, GeneVariant, impact_number_max, place},
    manifest::{File, Run},
    needed::{HELD_AT_ONCE, needed},
    question::What,
    row::{Columns, Place},
};
use rayon::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// Entries of blocks that one question may read: some seconds.
const ENTRIES_MAX: u64 = 500_000_000;
/// Blocks that are looked through side by side from so many on: of fewer, to share the work takes longer than the work.
const SHARED_MIN: usize = 8;

/// Who carries what a question is about.
pub(crate) async fn carriers(library: &Library, runs: &[&Arc<Run>], question: &Checked) -> Result<CarrierSets, NotAnswered> {
    let place = place(question);
    let files = files(runs, question, place).into_values().map(File::bare).collect();
    let opened = library.opened(files).await?;
    let needed = needed(&opened, |group| is_needed(group, question, place));
    let entries = needed.iter().map(|one| one.entries).sum();
    if entries > ENTRIES_MAX {
        return Err(NotAnswered::TooBroad(entries));
    }
    let mut found = CarrierSets::new();
    for some in needed.chunks(HELD_AT_ONCE) {
        found = together(found, look_through_all(&library.blocks(some).await?, question, place));
    }
    Ok(found)
}

fn look_through_all(blocks: &[Arc<Block>], question: &Checked, place: Option<Place>) -> CarrierSets {
    let each = |mut found: CarrierSets, block: &Arc<Block>| {
        look_through(block, question, place, &mut found);
        found
    };
    // At one place a block has a row or two.
    if blocks.len() < SHARED_MIN || place.is_some() {
        return blocks.iter().fold(CarrierSets::new(), each);
    }
    blocks.par_iter().fold(CarrierSets::new, each).reduce(CarrierSets::new, together)
}

fn look_through(block: &Block, question: &Checked, place: Option<Place>, found: &mut CarrierSets) {
    let rows: Vec<usize> = match (place, question.question.shape.reach()) {
        (Some(place), _) => block.rows_at(place).collect(),
        (None, Some(stretch)) => block.rows_within(stretch).collect(),
        (None, None) => question.question.genes.iter().flat_map(|gene| block.rows_of_gene(gene)).collect(),
    };
    for row in rows.into_iter().filter(|row| fits(question, &block.columns, *row)) {
        add(found, &block.columns, row);
    }
}

/// The smaller goes into the larger.
fn together(one: CarrierSets, other: CarrierSets) -> CarrierSets {
    let (mut all, fewer) = if one.len() < other.len() { (other, one) } else { (one, other) };
    for (variant, sets) in fewer {
        for (own, more) in all.entry(variant).or_default().iter_mut().zip(sets) {
            *own |= more;
        }
    }
    all
}

/// The files of runs that may hold what a question is about.
fn files<'r>(runs: &[&'r Arc<Run>], question: &Checked, place: Option<Place>) -> BTreeMap<&'r str, &'r File> {
    let mut files = BTreeMap::new();
    for run in runs {
        match (place, question.question.shape.reach()) {
            (Some(place), _) => files.extend(named(run.files_over(place, place).filter(|f| !f.gaps && f.has(place)))),
            (None, Some(stretch)) => {
                let [from, to] = [stretch.from, stretch.to].map(|position| (stretch.contig.number(), position));
                files.extend(named(run.files_over(from, to).filter(|f| !f.gaps && f.overlaps(stretch))));
            }
            (None, None) => files.extend(named(question.question.genes.iter().flat_map(|gene| run.files_of_gene(gene)))),
        }
    }
    files
}

fn named<'r>(files: impl Iterator<Item = &'r File>) -> impl Iterator<Item = (&'r str, &'r File)> {
    files.map(|file| (file.name.as_str(), file))
}

/// Whether a block may hold what a question is about.
fn is_needed(group: &Group, question: &Checked, place: Option<Place>) -> bool {
    match (place, question.question.shape.reach()) {
        (Some(place), _) => (group.from..=group.to).contains(&place),
        (None, Some(stretch)) => group.overlaps(stretch),
        (None, None) => question.question.genes.iter().any(|gene| group.has_gene(gene)),
    }
}

/// Whether a row is of a variant that a question is about.
fn fits(question: &Checked, columns: &Columns, row: usize) -> bool {
    let q = &question.question;
    let is_rare = q.frequency_max.is_none_or(|most| columns.frequency(row).is_none_or(|frequency| frequency <= most as f32));
    let has_alleles = |v: &genome::Variant| v.reference == columns.reference.value(row) && v.alternate == columns.alternate.value(row);
    let in_gene = q.what != What::Variants || q.genes.is_empty() || q.genes.iter().any(|gene| gene == columns.gene.value(row));
    columns.impact.value(row) <= impact_number_max(q.effect) && is_rare && in_gene && question.variant.as_ref().is_none_or(has_alleles)
}

fn add(found: &mut CarrierSets, columns: &Columns, row: usize) {
    let (contig, position) = columns.place(row);
    let variant = GeneVariant {
        gene: columns.gene.value(row).to_owned(),
        contig,
        position,
        reference: columns.reference.value(row).to_owned(),
        alternate: columns.alternate.value(row).to_owned(),
    };
    let sets = found.entry(variant).or_default();
    for (set, column) in sets.iter_mut().zip(&columns.people) {
        *set |= column.set(row);
    }
}
