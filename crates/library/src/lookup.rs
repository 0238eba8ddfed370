//! Who carries what a question is about: from the blocks of files that this process holds, or from another source, such as several
//! machines. All sources give the same.

use crate::{
    Checked, Library, Release,
    ask::NotAnswered,
    lookup_blocks,
    manifest::{File, Manifest, Run},
    needed::{HELD_AT_ONCE, needed},
    question::Effect,
    row::{Place, impact_number},
};
use async_trait::async_trait;
use genome::{Contig, Position, Structure, Variant, consequence::Impact};
use roaring::RoaringBitmap;
use std::{collections::BTreeMap, fmt::Debug, sync::Arc};

/// A variant in one of the genes that it touches, or outside of genes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct GeneVariant {
    /// Symbol of the gene; empty where it touches none.
    pub gene: String,
    /// Number of the contig.
    pub contig: u8,
    /// Position on GRCh38, from 1.
    pub position: u32,
    /// Reference allele.
    pub reference: String,
    /// Alternative allele.
    pub alternate: String,
}

impl GeneVariant {
    /// The variant alone; nothing of one that is written in another way than this program writes.
    pub fn variant(&self) -> Option<Variant> {
        let (contig, position) = (Contig::from_number(self.contig)?, Position::new(self.position)?);
        match self.alternate.parse::<Structure>() {
            Ok(structure) => Some(Variant::structural(contig, position, structure)),
            Err(_) => Variant::new(contig, position, &self.reference, &self.alternate).ok(),
        }
    }
}

/// Who carries each variant of each gene, on one copy and on two.
pub type CarrierSets = BTreeMap<GeneVariant, [RoaringBitmap; 2]>;

/// Finds who carries what a question is about, of everybody in a release; whom of them may be counted is for the caller.
#[async_trait]
pub trait CarrierSource: Debug + Send + Sync {
    /// The carriers of every variant that a question is about.
    async fn carriers(&self, library: &Library, release: &Release, question: &Checked) -> Result<CarrierSets, NotAnswered>;
}

/// What was found.
#[derive(Default)]
pub(crate) struct Lookup {
    /// Who carries what.
    pub carriers: CarrierSets,
    /// Of whom it is known that they were read at the place of the variant; nobody where no one variant is asked about.
    pub read: RoaringBitmap,
}

/// The most that the number of an impact may be for a variant to do so much.
pub fn impact_number_max(effect: Effect) -> u8 {
    impact_number(match effect {
        Effect::Any => Impact::Modifier,
        Effect::ProteinChanging => Impact::Moderate,
        Effect::LossOfFunction => Impact::High,
    })
}

/// What a question is about, of the whole release.
pub(crate) async fn lookup(library: &Library, release: &Release, question: &Checked) -> Result<Lookup, NotAnswered> {
    let mut manifest = library.manifest().await?;
    loop {
        let result = lookup_in(library, &manifest, release, question).await;
        if !matches!(result, Err(NotAnswered::Fault(_))) {
            return result;
        }
        // Files that were written anew meanwhile are gone under their old names.
        let latest = library.manifest().await?;
        if latest.number == manifest.number {
            return result;
        }
        manifest = latest;
    }
}

async fn lookup_in(library: &Library, manifest: &Manifest, release: &Release, question: &Checked) -> Result<Lookup, NotAnswered> {
    let runs = manifest.runs_of(release)?;
    let mut carriers = match &library.source {
        Some(source) => source.carriers(library, release, question).await?,
        None => lookup_blocks::carriers(library, &runs, question).await?,
    };
    let shape = &question.question.shape;
    if !shape.is_any() {
        carriers.retain(|variant, _| variant.variant().is_some_and(|variant| shape.fits(&variant)));
    }
    let read = match place(question) {
        Some(place) => read_at(library, &runs, place).await?,
        None => RoaringBitmap::new(),
    };
    Ok(Lookup { carriers, read })
}

/// The place of the variant that a question is about, if it is about one.
pub(crate) fn place(question: &Checked) -> Option<Place> {
    question.variant.as_ref().map(|variant| (variant.contig.number(), variant.position.get()))
}

/// Of whom it is known that they were read at a place.
async fn read_at(library: &Library, runs: &[&Arc<Run>], place: Place) -> anyhow::Result<RoaringBitmap> {
    let (mut read, mut gaps) = (RoaringBitmap::new(), RoaringBitmap::new());
    let files = runs.iter().flat_map(|run| run.files_over(place, place)).filter(|file| file.gaps && file.reaches(place));
    let opened = library.opened(files.map(File::bare).collect()).await?;
    for some in needed(&opened, |group| group.reaches(place)).chunks(HELD_AT_ONCE) {
        for block in library.blocks(some).await? {
            for row in block.rows_covering(place) {
                gaps |= block.columns.people[0].set(row);
            }
        }
    }
    for run in runs {
        read |= run.read_numbers();
    }
    Ok(read - gaps)
}
