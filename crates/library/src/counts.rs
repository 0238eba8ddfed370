//! How many of some people carry each variant, on one copy and on two: counted in the blocks that questions hold, on all cores.
//!
//! Of a plane it is an AND and a population count, of a list a look at a bit for each number. What people of several runs carry is
//! put together by place; rows that nobody of those people is in are never compared.

use crate::{
    Library, Release, Scope,
    block::{Block, Group},
    carriers::PersonMask,
    files::BIN,
    manifest::{File, Manifest},
    needed::needed,
    row::Place,
};
use anyhow::Context;
use genome::shape::Stretch;
use rayon::prelude::*;
use roaring::RoaringBitmap;
use std::{collections::BTreeSet, ops::Range, sync::Arc};

/// Bases of a part of a selection that is counted at once, so that not all of a genome is in memory.
const WINDOW: u32 = BIN / 5;
/// Windows of a contig: the longest has 249 million bases.
const WINDOWS_OF_CONTIG: u32 = 250_000_000 / WINDOW;

/// Genes that are counted at once: their blocks lie anywhere.
const GENES_AT_ONCE: usize = 64;

/// Parts that are put together side by side: several for each core, since not all are alike.
const PARTS: usize = 32;
/// Places that are looked at for each part.
const SAMPLES: usize = 16;

/// Which variants are counted: those that begin between two places, and touch one of some genes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    /// First place: number of the contig, and position from 1.
    pub from: (u8, u32),
    /// Last.
    pub to: (u8, u32),
    /// Symbols; nothing where those outside of genes are counted too.
    pub genes: Option<BTreeSet<String>>,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection { from: (0, 0), to: (u8::MAX, u32::MAX), genes: None }
    }
}

impl Selection {
    /// Variants that begin in a stretch.
    pub fn in_stretch(stretch: Stretch) -> Selection {
        let contig = stretch.contig.number();
        Selection { from: (contig, stretch.from), to: (contig, stretch.to), genes: None }
    }

    /// Variants that touch genes.
    pub fn in_genes<G: Into<String>>(genes: impl IntoIterator<Item = G>) -> Selection {
        Selection { genes: Some(genes.into_iter().map(Into::into).collect()), ..Selection::default() }
    }

    /// Whether it fits rows between two places.
    fn meets(&self, from: Place, to: Place) -> bool {
        self.from <= to && from <= self.to
    }

    fn is_in(&self, group: &Group) -> bool {
        let has_gene = |genes: &BTreeSet<String>| genes.iter().any(|gene| group.has_gene(gene));
        self.meets(group.from, group.to) && self.genes.as_ref().is_none_or(has_gene)
    }

    fn may_hold(&self, file: &File) -> bool {
        let has_gene = |genes: &BTreeSet<String>| genes.iter().any(|gene| file.genes.binary_search(gene).is_ok());
        !file.gaps && self.meets(file.from, file.to) && self.genes.as_ref().is_none_or(has_gene)
    }

    /// The part of it that lies between two places.
    fn within(&self, from: Place, to: Place) -> Selection {
        Selection { from: self.from.max(from), to: self.to.min(to), genes: self.genes.clone() }
    }
}

/// A variant that some people carry, as it was found last: a row of a block.
#[derive(Clone, Copy)]
struct Hit {
    place: Place,
    key: u64,
    block: u32,
    row: u32,
    on_one: u32,
    on_two: u32,
}

/// Variants that some people carry, by place.
#[derive(Default)]
pub struct AlleleCounts {
    blocks: Vec<Arc<Block>>,
    hits: Vec<Hit>,
}

/// A variant in a gene that it touches, and how many carry it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AlleleCount<'c> {
    /// Number of the contig.
    pub contig: u8,
    /// Position on GRCh38, from 1.
    pub position: u32,
    /// Last base of the reference that it changes.
    pub end: u32,
    /// Reference allele.
    pub reference: &'c str,
    /// Alternative allele.
    pub alternate: &'c str,
    /// Symbol of the gene; empty where it touches none.
    pub gene: &'c str,
    /// What it does there, as Sequence Ontology terms.
    pub consequence: &'c str,
    /// How much that is: the smaller, the more.
    pub impact: u8,
    /// Frequency in the population, 0–1; nothing where it was not seen.
    pub frequency: Option<f32>,
    /// People with one copy.
    pub on_one: u64,
    /// People with two.
    pub on_two: u64,
}

impl AlleleCount<'_> {
    /// People who carry it.
    pub fn carriers(&self) -> u64 {
        self.on_one + self.on_two
    }

    /// Copies of it.
    pub fn alleles(&self) -> u64 {
        self.on_one + 2 * self.on_two
    }
}

impl AlleleCounts {
    /// Variants.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Nobody carries any.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = AlleleCount<'_>> {
        self.hits.iter().map(|hit| {
            let (columns, row) = (&self.blocks[hit.block as usize].columns, hit.row as usize);
            AlleleCount {
                contig: hit.place.0,
                position: hit.place.1,
                end: columns.end.value(row),
                reference: columns.reference.value(row),
                alternate: columns.alternate.value(row),
                gene: columns.gene.value(row),
                consequence: columns.consequence.value(row),
                impact: columns.impact.value(row),
                frequency: columns.frequency(row),
                on_one: hit.on_one.into(),
                on_two: hit.on_two.into(),
            }
        })
    }
}

/// Counts those of a release who are in a scope.
#[derive(Debug)]
pub struct Counting {
    library: Library,
    release: String,
    runs: Vec<String>,
    people: RoaringBitmap,
    mask: Arc<PersonMask>,
}

impl Library {
    /// Counts of those of a release who are in a scope.
    pub fn counting(&self, release: &Release, scope: &Scope) -> Counting {
        let people = scope.members(release);
        let mask = Arc::new(PersonMask::new(&people));
        Counting { library: self.clone(), release: release.name.clone(), runs: release.runs.clone(), people, mask }
    }
}

impl Counting {
    /// How many carry each variant of a selection; those that nobody carries are not there. The blocks are in memory together: more
    /// than some million bases of a large library are counted window by window.
    pub async fn count(&self, selection: &Selection) -> anyhow::Result<AlleleCounts> {
        let mut manifest = self.library.manifest().await?;
        loop {
            let result = self.count_in(&manifest, selection).await;
            if result.is_ok() {
                return result;
            }
            // Files that were written anew meanwhile are gone under their old names.
            let latest = self.library.manifest().await?;
            if latest.number == manifest.number {
                return result;
            }
            manifest = latest;
        }
    }

    async fn count_in(&self, manifest: &Manifest, selection: &Selection) -> anyhow::Result<AlleleCounts> {
        let files = self.files(manifest, selection)?.into_iter().map(File::bare).collect();
        let opened = self.library.opened(files).await?;
        let blocks = self.library.blocks(&needed(&opened, |group| selection.is_in(group))).await?;
        let (mask, selection) = (Arc::clone(&self.mask), selection.clone());
        tokio::task::spawn_blocking(move || counted(blocks, &mask, &selection)).await.context("counting in the library's blocks")
    }

    /// Files that may hold what is counted, of runs that some of those people are in.
    fn files<'m>(&self, manifest: &'m Manifest, selection: &Selection) -> anyhow::Result<Vec<&'m File>> {
        let runs = manifest.runs_named(&self.release, &self.runs)?.into_iter().filter(|run| !run.numbers().is_disjoint(&self.people));
        // The same calls that came twice are one file of two runs.
        let mut names = BTreeSet::new();
        Ok(runs.flat_map(|run| &run.files).filter(|file| selection.may_hold(file) && names.insert(&file.name)).collect())
    }

    /// A selection in parts of a million bases of a contig, in order, as far as there are files; some genes are one part.
    pub async fn windows(&self, selection: &Selection) -> anyhow::Result<Vec<Selection>> {
        if selection.genes.as_ref().is_some_and(|genes| genes.len() <= GENES_AT_ONCE) {
            return Ok(vec![selection.clone()]);
        }
        let manifest = self.library.manifest().await?;
        let mut windows = BTreeSet::new();
        for file in self.files(&manifest, selection)? {
            for contig in file.from.0..=file.to.0 {
                let first = if contig == file.from.0 { file.from.1 / WINDOW } else { 0 };
                let last = if contig == file.to.0 { file.to.1 / WINDOW } else { WINDOWS_OF_CONTIG };
                windows.extend((first..=last).map(|window| (contig, window)));
            }
        }
        let part = |(contig, window): (u8, u32)| {
            let (first, last) = (window.saturating_mul(WINDOW), window.saturating_add(1).saturating_mul(WINDOW).saturating_sub(1));
            selection.meets((contig, first), (contig, last)).then(|| selection.within((contig, first), (contig, last)))
        };
        Ok(windows.into_iter().filter_map(part).collect())
    }
}

fn counted(blocks: Vec<Arc<Block>>, people: &PersonMask, selection: &Selection) -> AlleleCounts {
    let each = |(number, block): (usize, &Arc<Block>)| hits(block, number as u32, people, selection);
    let found: Vec<Vec<Hit>> = blocks.par_iter().enumerate().map(each).collect();
    let places = parts(&found);
    let part = |two: &[Place]| {
        let within = |hits: &Vec<Hit>| {
            let [first, end] = [two[0], two[1]].map(|place| hits.partition_point(|hit| hit.place < place));
            hits[first..end].to_vec()
        };
        together(found.iter().flat_map(within).collect())
    };
    let hits: Vec<Vec<Hit>> = places.par_windows(2).map(part).collect();
    AlleleCounts { blocks, hits: hits.concat() }
}

/// Places between which about as many hits lie, from the first to behind the last.
fn parts(found: &[Vec<Hit>]) -> Vec<Place> {
    let all: usize = found.iter().map(Vec::len).sum();
    let step = (all / PARTS / SAMPLES).max(1);
    let mut some: Vec<Place> = found.iter().flat_map(|hits| hits.iter().step_by(step).map(|hit| hit.place)).collect();
    some.sort_unstable();
    let inner = some.iter().step_by((some.len() / PARTS).max(1)).copied();
    let mut places: Vec<Place> = [(0, 0)].into_iter().chain(inner).chain([(u8::MAX, u32::MAX)]).collect();
    places.dedup();
    places
}

/// The rows of a block that some of those people are in.
fn hits(block: &Block, number: u32, people: &PersonMask, selection: &Selection) -> Vec<Hit> {
    let (columns, keys) = (&block.columns, block.keys());
    let rows = block.rows_between(selection.from, selection.to);
    let count = |row: usize| {
        let [on_one, on_two] = [0, 1].map(|copies| columns.people[copies].count(row, people) as u32);
        (on_one + on_two > 0).then(|| Hit { place: columns.place(row), key: keys[row], block: number, row: row as u32, on_one, on_two })
    };
    match &selection.genes {
        None => rows.filter_map(count).collect(),
        Some(genes) => rows_of_genes(block, genes, &rows).into_iter().filter_map(count).collect(),
    }
}

fn rows_of_genes(block: &Block, genes: &BTreeSet<String>, within: &Range<usize>) -> Vec<usize> {
    let mut rows: Vec<usize> = genes.iter().flat_map(|gene| block.rows_of_gene(gene)).filter(|row| within.contains(row)).collect();
    rows.sort_unstable();
    rows
}

/// Rows of the same variant, annotated in the same way, as one, by place.
fn together(mut hits: Vec<Hit>) -> Vec<Hit> {
    // Those of a block are in order, which this sort makes use of.
    hits.sort_by_key(|hit| hit.place);
    let (mut all, mut first): (Vec<Hit>, usize) = (Vec::with_capacity(hits.len()), 0);
    for hit in hits {
        if all.last().is_none_or(|last| last.place != hit.place) {
            first = all.len();
        }
        match all[first..].iter_mut().find(|own| own.key == hit.key) {
            Some(own) => {
                own.on_one += hit.on_one;
                own.on_two += hit.on_two;
            }
            None => all.push(hit),
        }
    }
    all
}
