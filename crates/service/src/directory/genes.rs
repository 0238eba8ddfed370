//! Genes as the reference pack and the panels know them.

use super::panels::Book;
use crate::{Desk, ServiceError, ServiceResult, directory};
use access::Action;
use genome::{
    Gene, HgncId, Transcript,
    dosage::{DosageRegion, RepeatLocus},
    transcript::Mane,
};
use ontology::{Disease, panel::published::Entity};

/// What is known of a gene.
pub struct KnownGene {
    /// The gene.
    pub gene: Gene,
    /// The earlier or alias symbol by which it was found, if it was by one.
    pub found_by: Option<String>,
    /// Other genes that have the same symbol, now or before.
    pub also_called: Vec<Gene>,
    /// Its transcripts, those of MANE first.
    pub transcripts: Vec<Transcript>,
    /// Its diseases, each with its index in the pack.
    pub diseases: Vec<(u32, Disease)>,
    /// Panels that have it, the green first.
    pub panels: Vec<OnPanel>,
    /// Repeats in it whose length can cause disease.
    pub repeats: Vec<RepeatLocus>,
    /// Regions around it whose dosage is curated.
    pub regions: Vec<DosageRegion>,
    /// What it was read from: what, and which release.
    pub sources: Vec<(String, String)>,
}

/// A gene on a panel, in the version that tests use.
pub struct OnPanel {
    /// The panel's number.
    pub panel: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version is signed off.
    pub is_signed_off: bool,
    /// The latest version has it too, so that its page can be opened.
    pub is_on_latest: bool,
    /// What stands on the panel.
    pub entity: Entity,
}

/// Genes of the pack that have a symbol, now or before.
pub fn called(desk: &Desk, symbol: &str) -> Vec<Gene> {
    desk.service.knowledge.genes_called(symbol.trim()).into_iter().cloned().collect()
}

/// A gene by its symbol, now or before, or by its identifier of HGNC, Ensembl or Entrez.
#[crate::boxed]
pub async fn known(desk: &Desk, name: &str) -> ServiceResult<KnownGene> {
    directory::catalogue::permit(desk, Action::ReadDirectory).await?;
    let knowledge = &desk.service.knowledge;
    let name = name.trim();
    let gene = knowledge.gene_named(name).ok_or(ServiceError::NotFound("gene of this symbol in the reference pack"))?.clone();
    let book = directory::panels::book(&desk.service).await?;
    let is_other = gene.other_symbols.iter().any(|other| other.eq_ignore_ascii_case(name));
    let mut transcripts: Vec<Transcript> = knowledge.transcripts_of(gene.id).cloned().collect();
    transcripts.sort_by(|one, other| (one.mane, &one.id).cmp(&(other.mane, &other.id)));
    let touches = |contig, start, end| transcripts.iter().any(|t| t.contig == contig && t.extent().start <= end && t.extent().end >= start);
    let regions = knowledge.dosage_regions.iter().filter(|region| touches(region.contig, region.start, region.end)).cloned().collect();
    let diseases = knowledge.diseases.of_gene(gene.id).iter().map(|index| (*index, knowledge.diseases.get(*index).clone())).collect();
    Ok(KnownGene {
        found_by: (is_other && !gene.symbol.eq_ignore_ascii_case(name)).then(|| name.to_owned()),
        also_called: knowledge.genes_called(name).into_iter().filter(|other| other.id != gene.id).cloned().collect(),
        panels: panels(&book, &gene),
        repeats: knowledge.repeats.iter().filter(|repeat| repeat.gene == gene.id).cloned().collect(),
        sources: knowledge.provenance.clone(),
        gene,
        transcripts,
        diseases,
        regions,
    })
}

fn panels(book: &Book, gene: &Gene) -> Vec<OnPanel> {
    let mut found = Vec::new();
    for panel in book.panels.0.values() {
        let Some(version) = panel.in_use() else { continue };
        let Some(content) = book.content(version) else { continue };
        let latest = panel.latest().and_then(|latest| book.content(latest));
        for entity in content.entities().filter(|entity| is_of(entity, gene)) {
            found.push(OnPanel {
                panel: version.panel.clone(),
                name: version.name.clone(),
                version: version.number.clone(),
                is_signed_off: version.signed_off.is_some(),
                is_on_latest: latest.is_some_and(|latest| latest.entity(&entity.entity_type, &entity.entity_name).is_some()),
                entity: entity.clone(),
            });
        }
    }
    found.sort_by(|one, other| (other.entity.rating(), &one.name).cmp(&(one.entity.rating(), &other.name)));
    found
}

/// Whether an entity is about a gene: by its identifier, or by its symbol where the panel gives none.
fn is_of(entity: &Entity, gene: &Gene) -> bool {
    entity.gene().map_or_else(|| entity.entity_name.eq_ignore_ascii_case(&gene.symbol), |id: HgncId| id == gene.id)
}

impl KnownGene {
    /// The transcript that stands for the gene: that of MANE Select, else its first.
    pub fn main_transcript(&self) -> Option<&Transcript> {
        self.transcripts.iter().find(|transcript| transcript.mane == Mane::Select).or_else(|| self.transcripts.first())
    }
}
