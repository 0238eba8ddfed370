//! Carriers from blocks of files: those that a question is about are read once, and kept in memory.

use crate::{
    Checked, Library,
    ask::NotAnswered,
    block::{Block, Index},
    lookup::{CarrierSets, GeneVariant, impact_number_max, place},
    manifest::{File, Run},
    question::What,
    row::{Columns, Place},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::{collections::BTreeMap, sync::Arc};

/// Entries of blocks that one question may read: some seconds.
const ENTRIES_MAX: u64 = 500_000_000;
/// Blocks that are read side by side: what waits for a store far away.
const READ_SIDE_BY_SIDE: usize = 16;

/// Who carries what a question is about.
pub(crate) async fn carriers(library: &Library, runs: &[&Arc<Run>], question: &Checked) -> Result<CarrierSets, NotAnswered> {
    let place = place(question);
    let opening: Vec<_> = files(runs, question, place).into_values().map(|file| open(library.clone(), file.clone())).collect();
    let indexes: Vec<(File, Arc<Index>)> = stream::iter(opening).buffered(READ_SIDE_BY_SIDE).try_collect().await?;
    let (groups, entries) = groups(&indexes, question, place);
    if entries > ENTRIES_MAX {
        return Err(NotAnswered::TooBroad(entries));
    }
    let reading: Vec<_> = groups.into_iter().map(|(file, group)| read(library.clone(), file, group)).collect();
    let mut blocks = stream::iter(reading).buffered(READ_SIDE_BY_SIDE);
    let mut found = CarrierSets::new();
    while let Some(block) = blocks.try_next().await? {
        let rows: Vec<usize> = match (place, question.question.shape.reach()) {
            (Some(place), _) => block.rows_at(place).collect(),
            (None, Some(stretch)) => block.rows_within(stretch).collect(),
            (None, None) => question.question.genes.iter().flat_map(|gene| block.rows_of_gene(gene)).collect(),
        };
        for row in rows.into_iter().filter(|row| fits(question, &block.columns, *row)) {
            add(&mut found, &block.columns, row);
        }
    }
    Ok(found)
}

/// The files of runs that may hold what a question is about.
fn files<'r>(runs: &[&'r Arc<Run>], question: &Checked, place: Option<Place>) -> BTreeMap<&'r str, &'r File> {
    let mut files = BTreeMap::new();
    for run in runs {
        let reached = |stretch| run.files.iter().filter(move |f| !f.gaps && f.overlaps(stretch)).map(|f| (f.name.as_str(), f));
        match (place, question.question.shape.reach()) {
            (Some(place), _) => files.extend(run.files.iter().filter(|f| !f.gaps && f.has(place)).map(|f| (f.name.as_str(), f))),
            (None, Some(stretch)) => files.extend(reached(stretch)),
            (None, None) => {
                files.extend(question.question.genes.iter().flat_map(|gene| run.files_of_gene(gene)).map(|f| (f.name.as_str(), f)));
            }
        }
    }
    files
}

/// The blocks of files that may hold what a question is about, and the entries of all of them.
fn groups(indexes: &[(File, Arc<Index>)], question: &Checked, place: Option<Place>) -> (Vec<(File, usize)>, u64) {
    let (mut groups, mut entries) = (Vec::new(), 0);
    for (file, index) in indexes {
        for (number, group) in index.groups.iter().enumerate() {
            let is_needed = match (place, question.question.shape.reach()) {
                (Some(place), _) => (group.from..=group.to).contains(&place),
                (None, Some(stretch)) => group.overlaps(stretch),
                (None, None) => question.question.genes.iter().any(|gene| group.has_gene(gene)),
            };
            if is_needed {
                entries += group.entries;
                groups.push((file.clone(), number));
            }
        }
    }
    (groups, entries)
}

async fn open(library: Library, file: File) -> anyhow::Result<(File, Arc<Index>)> {
    let index = library.index(&file).await?;
    Ok((file, index))
}

async fn read(library: Library, file: File, group: usize) -> anyhow::Result<Arc<Block>> {
    library.block(&file, group).await
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
