//! Reference packs: everything the engine looks up, in one immutable file that is read in place.
//!
//! A pack is named by its content: the SHA-256 of the file stands in every output that used it.

pub mod alleles;
pub mod bases;
pub mod build;
pub mod container;
pub mod directory;
mod extents;
mod frequencies;
mod scores;

use crate::{FileError, FileResult};
use alleles::Alleles;
use bases::Bases;
use container::{Container, Manifest};
use directory::DirectoryEntry;
use extents::Extents;
use frequencies::Frequencies;
use genome::{
    Assertion, Build, Contig, Evidence, Frequency, FrequencyDetail, Gene, Reference, Score, Significance, Transcript, Variant,
    dosage::{DosageRegion, RepeatLocus},
};
use ontology::{Disease, Panel, Term, panel::published::Published};
use scores::Scores;
use serde::de::DeserializeOwned;
use std::{path::Path, sync::Arc};

/// An open reference pack.
#[derive(Clone)]
pub struct Pack {
    container: Arc<Container>,
    bases: Bases,
    frequencies: Frequencies,
    extents: Extents,
    assertions: Alleles,
    conditions: Alleles,
    scores: Vec<Scores>,
}

/// Names of the sections.
pub(crate) const TRANSCRIPTS: &str = "transcripts";
pub(crate) const GENES: &str = "genes";
pub(crate) const HPO: &str = "hpo";
pub(crate) const DISEASES: &str = "diseases";
pub(crate) const PANELS: &str = "panels";
pub(crate) const DIRECTORY: &str = "directory";
pub(crate) const REGIONS: &str = "dosage-regions";
pub(crate) const REPEATS: &str = "repeats";
pub(crate) const CONDITIONS: &str = "condition-names";
pub(crate) const COVERED: &str = "frequency-covered";

/// A stretch of a contig, 1-based inclusive.
pub type Stretch = (Contig, u32, u32);

impl Pack {
    /// Opens a pack and checks that it is whole; `verify` checks every byte.
    pub fn open(path: &Path) -> FileResult<Pack> {
        Pack::from_container(Container::open(path)?)
    }

    /// A pack held in memory, such as one built into the program.
    pub fn from_static(name: &str, bytes: &'static [u8]) -> FileResult<Pack> {
        Pack::from_container(Container::from_static(Path::new(name), bytes)?)
    }

    fn from_container(container: Container) -> FileResult<Pack> {
        let container = Arc::new(container);
        Ok(Pack {
            bases: Bases::open(&container)?,
            frequencies: Frequencies::open(&container)?,
            extents: Extents::open(&container)?,
            assertions: Alleles::open(&container, "clinvar", 8)?,
            conditions: Alleles::open(&container, "condition", 4)?,
            scores: Score::ALL.iter().filter_map(|s| Scores::open(&container, *s).transpose()).collect::<FileResult<_>>()?,
            container,
        })
    }

    /// Name, build and sources.
    pub fn manifest(&self) -> &Manifest {
        self.container.manifest()
    }

    /// SHA-256 over the manifest, which holds that of every section; hexadecimal.
    pub fn digest(&self) -> &str {
        self.container.digest()
    }

    /// Compares every section with its checksum.
    pub fn verify(&self) -> FileResult<()> {
        self.container.verify()
    }

    /// Build of every position in the pack.
    pub fn build(&self) -> Build {
        self.manifest().build
    }

    /// Release of one source, or `none`.
    pub fn version_of(&self, what: &str) -> &str {
        self.manifest().versions.iter().find(|v| v.0 == what).map_or("none", |v| v.1.as_str())
    }

    /// Transcripts in genome order.
    pub fn transcripts(&self) -> FileResult<Vec<Transcript>> {
        self.rows(TRANSCRIPTS)
    }

    /// Genes in order of HGNC identifier.
    pub fn genes(&self) -> FileResult<Vec<Gene>> {
        self.rows(GENES)
    }

    /// Terms of the Human Phenotype Ontology.
    pub fn terms(&self) -> FileResult<Vec<Term>> {
        self.rows(HPO)
    }

    /// Diseases with features and genes.
    pub fn diseases(&self) -> FileResult<Vec<Disease>> {
        self.rows(DISEASES)
    }

    /// Gene panels, as the engine uses them: those with genes.
    pub fn panels(&self) -> FileResult<Vec<Panel>> {
        Ok(self.published_panels()?.iter().map(Panel::from).filter(|p| !p.genes.is_empty()).collect())
    }

    /// Gene panels as they were published.
    pub fn published_panels(&self) -> FileResult<Vec<Published>> {
        self.rows(PANELS)
    }

    /// Entries of the Test Directory.
    pub fn directory(&self) -> FileResult<Vec<DirectoryEntry>> {
        self.rows(DIRECTORY)
    }

    /// Regions whose dosage is curated.
    pub fn dosage_regions(&self) -> FileResult<Vec<DosageRegion>> {
        self.rows(REGIONS)
    }

    /// Repeats whose length can cause disease.
    pub fn repeats(&self) -> FileResult<Vec<RepeatLocus>> {
        self.rows(REPEATS)
    }

    /// How many frequencies of deletions and duplications are held.
    pub fn structural_count(&self) -> usize {
        self.extents.count()
    }

    /// Stretches in which reference sequence is held.
    pub fn sequence_stretches(&self) -> Vec<Stretch> {
        self.bases.stretches()
    }

    /// How many population frequencies and ClinVar classifications are held.
    pub fn evidence_counts(&self) -> (u64, usize) {
        (self.frequencies.count(), self.assertions.count())
    }

    /// Which scores are held, and for how many positions and other alleles.
    pub fn score_counts(&self) -> Vec<(Score, usize)> {
        self.scores.iter().map(|s| (s.score(), s.count())).collect()
    }

    fn covered(&self) -> &[u8] {
        self.container.section(COVERED).unwrap_or_default()
    }

    fn rows<T: DeserializeOwned>(&self, section: &str) -> FileResult<Vec<T>> {
        let Some(text) = self.container.text(section)? else { return Ok(vec![]) };
        text.split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                serde_json::from_slice(line)
                    .map_err(|e| FileError::whole(self.container.path(), format!("section {section} does not read: {e}")))
            })
            .collect()
    }
}

impl Reference for Pack {
    fn bases(&self, contig: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
        self.bases.get(&self.container, contig, start, end)
    }
}

impl Evidence for Pack {
    fn has_frequencies_at(&self, contig: Contig, position: u32) -> bool {
        self.covered().chunks_exact(9).any(|row| {
            let word = |index: usize| u32::from_le_bytes([row[index], row[index + 1], row[index + 2], row[index + 3]]);
            row[0] == contig.number() && (word(1)..=word(5)).contains(&position)
        })
    }

    fn frequency(&self, variant: &Variant) -> Option<Frequency> {
        match variant.structure() {
            Some(structure) => self.extents.find(&self.container, variant, structure),
            None => self.frequencies.find(&self.container, variant),
        }
    }

    fn frequency_detail(&self, variant: &Variant) -> FrequencyDetail {
        match variant.structure() {
            Some(_) => FrequencyDetail::default(),
            None => self.frequencies.detail(&self.container, variant),
        }
    }

    fn assertion(&self, variant: &Variant) -> Option<Assertion> {
        let value = self.assertions.find(&self.container, variant)?;
        let significance = [
            Significance::Benign,
            Significance::LikelyBenign,
            Significance::Uncertain,
            Significance::Conflicting,
            Significance::LikelyPathogenic,
            Significance::Pathogenic,
        ];
        Some(Assertion {
            variation: u32::from_le_bytes([value[0], value[1], value[2], value[3]]),
            significance: *significance.get(usize::from(value[4]))?,
            stars: value[5],
        })
    }

    fn score(&self, score: Score, variant: &Variant) -> Option<f32> {
        self.scores.iter().find(|s| s.score() == score)?.find(&self.container, variant)
    }

    fn has_score(&self, score: Score) -> bool {
        self.scores.iter().any(|s| s.score() == score)
    }

    fn conditions(&self, variant: &Variant) -> Option<String> {
        let value = self.conditions.find(&self.container, variant)?;
        let start = u32::from_le_bytes([value[0], value[1], value[2], value[3]]) as usize;
        let names = self.container.section(CONDITIONS)?.get(start..)?;
        let end = names.iter().position(|b| *b == b'\n')?;
        Some(String::from_utf8_lossy(&names[..end]).into_owned())
    }
}
