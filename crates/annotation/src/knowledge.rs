//! Everything that the engine looks up, pinned to its versions.

use crate::settings::EXON_MARGIN_BASES;
use genome::{
    Contig, Evidence, Gene, HgncId, Transcript,
    dosage::{DosageRegion, RepeatLocus},
};
use ontology::{Diseases, Hpo};
use std::collections::HashMap;

/// Reference data of one pack, indexed for the engine.
pub struct Knowledge {
    /// Name, digest and releases, for provenance.
    pub provenance: Vec<(String, String)>,
    /// What is missing from the pack, in words.
    pub missing: Vec<String>,
    /// Sequence, frequencies and classifications.
    pub evidence: Box<dyn Evidence + Send>,
    /// The phenotype ontology.
    pub hpo: Hpo,
    /// Diseases with their features and genes.
    pub diseases: Diseases,
    /// Regions whose dosage is curated.
    pub dosage_regions: Vec<DosageRegion>,
    /// Repeats whose length can cause disease.
    pub repeats: Vec<RepeatLocus>,
    genes: HashMap<HgncId, Gene>,
    transcripts: Vec<Transcript>,
    by_contig: Vec<Intervals>,
    near_exons: Vec<Vec<(u32, u32)>>,
}

/// Transcripts of a contig by start, with the furthest end so far, so that a search can stop.
#[derive(Default)]
struct Intervals(Vec<(u32, u32, u32, u32)>);

impl Knowledge {
    /// Indexes the parts of a pack.
    pub fn new(
        evidence: Box<dyn Evidence + Send>,
        transcripts: Vec<Transcript>,
        genes: Vec<Gene>,
        hpo: Hpo,
        diseases: Diseases,
    ) -> Knowledge {
        let mut by_contig: Vec<Intervals> = (0..26).map(|_| Intervals::default()).collect();
        let mut near_exons: Vec<Vec<(u32, u32)>> = vec![Vec::new(); 26];
        for (index, transcript) in transcripts.iter().enumerate() {
            let (extent, contig) = (transcript.extent(), usize::from(transcript.contig.number()));
            by_contig[contig].0.push((extent.start, extent.end, 0, index as u32));
            near_exons[contig]
                .extend(transcript.exons.iter().map(|e| (e.start.saturating_sub(EXON_MARGIN_BASES), e.end + EXON_MARGIN_BASES)));
        }
        for Intervals(rows) in &mut by_contig {
            rows.sort_unstable();
            let mut furthest = 0;
            for row in rows {
                furthest = row.1.max(furthest);
                row.2 = furthest;
            }
        }
        near_exons.iter_mut().for_each(merge);
        Knowledge {
            provenance: vec![],
            missing: vec![],
            dosage_regions: vec![],
            repeats: vec![],
            evidence,
            hpo,
            diseases,
            genes: genes.into_iter().map(|g| (g.id, g)).collect(),
            transcripts,
            by_contig,
            near_exons,
        }
    }

    /// A gene by its identifier.
    pub fn gene(&self, id: HgncId) -> Option<&Gene> {
        self.genes.get(&id)
    }

    /// Every gene, in no order.
    pub fn genes(&self) -> impl Iterator<Item = &Gene> {
        self.genes.values()
    }

    /// A gene by its approved or, failing that, an earlier symbol.
    pub fn gene_by_symbol(&self, symbol: &str) -> Option<&Gene> {
        let approved = self.genes.values().find(|g| g.symbol.eq_ignore_ascii_case(symbol));
        approved.or_else(|| {
            let known = |g: &&Gene| g.other_symbols.iter().any(|s| s.eq_ignore_ascii_case(symbol));
            self.genes.values().filter(known).min_by_key(|g| g.id)
        })
    }

    /// A gene as other programs name it: by an identifier of HGNC, Ensembl or Entrez, or by a symbol.
    pub fn gene_named(&self, name: &str) -> Option<&Gene> {
        genome::gene::by_identifier(name).and_then(|id| self.gene(id)).or_else(|| self.gene_by_symbol(name.trim()))
    }

    /// Every gene that has a symbol, approved, earlier or alias, in order of HGNC identifier.
    pub fn genes_called(&self, symbol: &str) -> Vec<&Gene> {
        let is_called = |gene: &&Gene| {
            gene.symbol.eq_ignore_ascii_case(symbol) || gene.other_symbols.iter().any(|other| other.eq_ignore_ascii_case(symbol))
        };
        let mut genes: Vec<&Gene> = self.genes.values().filter(is_called).collect();
        genes.sort_by_key(|gene| gene.id);
        genes
    }

    /// Symbol of a gene, or its identifier when the pack does not know it.
    pub fn symbol(&self, id: HgncId) -> String {
        self.gene(id).map_or_else(|| id.to_string(), |g| g.symbol.clone())
    }

    /// Transcripts that overlap an interval.
    pub fn transcripts_at(&self, contig: Contig, start: u32, end: u32) -> Vec<&Transcript> {
        let rows = &self.by_contig[usize::from(contig.number())].0;
        let after = rows.partition_point(|row| row.0 <= end);
        let mut found: Vec<u32> =
            rows[..after].iter().rev().take_while(|row| row.2 >= start).filter(|row| row.1 >= start).map(|row| row.3).collect();
        found.sort_unstable();
        found.into_iter().map(|index| &self.transcripts[index as usize]).collect()
    }

    /// Every transcript of the pack.
    pub fn transcripts(&self) -> &[Transcript] {
        &self.transcripts
    }

    /// Transcripts of a gene.
    pub fn transcripts_of(&self, gene: HgncId) -> impl Iterator<Item = &Transcript> {
        self.transcripts.iter().filter(move |t| t.gene == gene)
    }

    /// The disease repeat that lies where a caller's repeat does.
    pub fn repeat_at(&self, contig: Contig, start: u32, end: u32) -> Option<&RepeatLocus> {
        self.repeats.iter().find(|locus| locus.contig == contig && locus.start <= end && locus.end >= start)
    }

    /// Whether an interval touches an exon or its splice region.
    pub fn is_near_exon(&self, contig: Contig, start: u32, end: u32) -> bool {
        let rows = &self.near_exons[usize::from(contig.number())];
        let index = rows.partition_point(|row| row.1 < start);
        rows.get(index).is_some_and(|row| row.0 <= end)
    }
}

fn merge(rows: &mut Vec<(u32, u32)>) {
    rows.sort_unstable();
    let mut kept: Vec<(u32, u32)> = Vec::with_capacity(rows.len());
    for &(start, end) in rows.iter() {
        match kept.last_mut() {
            Some(last) if start <= last.1 + 1 => last.1 = last.1.max(end),
            _ => kept.push((start, end)),
        }
    }
    *rows = kept;
}
