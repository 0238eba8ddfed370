//! A panel as it is published: everything that PanelApp says of it, under PanelApp's own names.

use super::{Panel, PanelGene, Rating, modes};
use genome::HgncId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// One version of a panel. As JSON it is what PanelApp's API (v1) gives for one panel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Published {
    /// PanelApp's number; the test code for a list that has none.
    #[serde(serialize_with = "as_number", deserialize_with = "from_number")]
    pub id: String,
    /// PanelApp's older identifier.
    #[serde(default)]
    pub hash_id: Option<String>,
    /// Name of the panel.
    pub name: String,
    /// Group of diseases.
    #[serde(default)]
    pub disease_group: String,
    /// Group within the group.
    #[serde(default)]
    pub disease_sub_group: String,
    /// Who may see it; `public`.
    #[serde(default)]
    pub status: String,
    /// Version, such as `4.12`.
    pub version: String,
    /// When the version was made.
    #[serde(default)]
    pub version_created: Option<String>,
    /// Clinical indications (R codes) and other names of what it is for.
    #[serde(default)]
    pub relevant_disorders: Vec<String>,
    /// Kinds of panel that it is.
    #[serde(default)]
    pub types: Vec<PanelType>,
    /// Genes with the evidence for each.
    #[serde(default)]
    pub genes: Vec<Entity>,
    /// Short tandem repeats.
    #[serde(default)]
    pub strs: Vec<Entity>,
    /// Regions whose dosage matters.
    #[serde(default)]
    pub regions: Vec<Entity>,
}

/// A kind of panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PanelType {
    /// Name of the kind, as it is shown.
    pub name: String,
    /// Name of the kind, as programs know it.
    pub slug: String,
    /// What the kind means.
    #[serde(default)]
    pub description: String,
}

/// The kind that says that a panel is signed off for use in the service.
pub const SIGNED_OFF: &str = "gms-signed-off";

/// A gene, region or repeat with the evidence for it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Entity {
    /// `gene`, `region` or `str`.
    pub entity_type: String,
    /// Symbol, or the name of the region or repeat.
    pub entity_name: String,
    /// Its gene, where it has one.
    #[serde(default)]
    pub gene_data: Option<GeneData>,
    /// 3 and 4 are green, 2 amber, 1 red, 0 removed.
    #[serde(default)]
    pub confidence_level: String,
    /// How surely a variant leads to disease, in PanelApp's wording.
    #[serde(default)]
    pub penetrance: Option<String>,
    /// How a variant does harm, where it is not by loss of function.
    #[serde(default)]
    pub mode_of_pathogenicity: Option<String>,
    /// How it is inherited, in PanelApp's wording.
    #[serde(default)]
    pub mode_of_inheritance: Option<String>,
    /// Identifiers of publications.
    #[serde(default)]
    pub publications: Vec<String>,
    /// Sources, and what expert review came to.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Phenotypes that variants in it cause, as reviewers wrote them.
    #[serde(default)]
    pub phenotypes: Vec<String>,
    /// PanelApp's tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Transcripts that matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<Vec<String>>,
    /// Where it lies, for a region or repeat.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// What only a region has.
    #[serde(flatten)]
    pub region: Option<Region>,
    /// What only a repeat has.
    #[serde(flatten)]
    pub repeat: Option<Repeat>,
}

/// Where a region or repeat lies: first and last base, from 1.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Contig, without `chr`.
    pub chromosome: String,
    /// First and last base on GRCh37, 1-based.
    pub grch37_coordinates: Option<[u32; 2]>,
    /// First and last base on GRCh38, 1-based.
    pub grch38_coordinates: Option<[u32; 2]>,
}

/// A region whose dosage matters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Region {
    /// Name of the region in full.
    pub verbose_name: String,
    /// ClinGen's score for the loss of a copy.
    pub haploinsufficiency_score: Option<String>,
    /// ClinGen's score for a third copy.
    pub triplosensitivity_score: Option<String>,
    /// Share of the region that a variant must cover, 0–100 %.
    pub required_overlap_percentage: Option<u8>,
    /// Whether losses, gains or both matter.
    pub type_of_variants: Option<String>,
}

/// A short tandem repeat with its numbers of repeats.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Repeat {
    /// Unit that is repeated.
    pub repeated_sequence: String,
    /// Most copies that are normal.
    pub normal_repeats: Option<u32>,
    /// Fewest copies that cause disease.
    pub pathogenic_repeats: Option<u32>,
}

/// A gene as PanelApp describes it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GeneData {
    /// HGNC identifier, with its prefix.
    pub hgnc_id: Option<String>,
    /// Symbol that HGNC approved.
    pub hgnc_symbol: Option<String>,
    /// Symbol that the panel shows.
    pub gene_symbol: Option<String>,
    /// Full name.
    pub gene_name: Option<String>,
    /// Ensembl's biotype, such as `protein_coding`.
    pub biotype: Option<String>,
    /// Numbers of the gene in OMIM.
    pub omim_gene: Option<Vec<String>>,
    /// Other symbols.
    pub alias: Option<Vec<String>>,
    /// Other names.
    pub alias_name: Option<Vec<String>>,
    /// Day of HGNC's release.
    pub hgnc_release: Option<String>,
    /// Day on which the symbol last changed.
    pub hgnc_date_symbol_changed: Option<String>,
    /// By assembly, then release of Ensembl.
    pub ensembl_genes: Option<BTreeMap<String, BTreeMap<String, EnsemblGene>>>,
}

/// A gene in one release of Ensembl.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EnsemblGene {
    /// Place as contig:start-end.
    pub location: String,
    /// Identifier of the gene in Ensembl.
    pub ensembl_id: String,
}

/// A panel's name with each part once: lists that were made of the directory's rows have a gene as often as it has rows.
pub fn name_once(name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split(", ") {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(", ")
}

impl Entity {
    /// Strength of its evidence.
    pub fn rating(&self) -> Rating {
        match self.confidence_level.as_str() {
            "3" | "4" => Rating::Green,
            "2" => Rating::Amber,
            _ => Rating::Red,
        }
    }

    /// HGNC identifier of its gene, if it has one.
    pub fn gene(&self) -> Option<HgncId> {
        self.gene_data.as_ref()?.hgnc_id.as_ref()?.parse().ok()
    }
}

impl Published {
    /// The same panel with nothing on it.
    #[must_use]
    pub fn without_entities(&self) -> Published {
        Published {
            id: self.id.clone(),
            hash_id: self.hash_id.clone(),
            name: self.name.clone(),
            disease_group: self.disease_group.clone(),
            disease_sub_group: self.disease_sub_group.clone(),
            status: self.status.clone(),
            version: self.version.clone(),
            version_created: self.version_created.clone(),
            relevant_disorders: self.relevant_disorders.clone(),
            types: self.types.clone(),
            genes: vec![],
            strs: vec![],
            regions: vec![],
        }
    }

    /// Everything on it: genes, repeats, regions.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.genes.iter().chain(&self.strs).chain(&self.regions)
    }

    /// The entity of a kind and name.
    pub fn entity(&self, kind: &str, name: &str) -> Option<&Entity> {
        self.entities().find(|e| e.entity_type == kind && e.entity_name == name)
    }

    /// Green genes, as the engine counts them: each gene once, those without an HGNC identifier not at all.
    pub fn green_genes(&self) -> usize {
        let mut seen = BTreeSet::new();
        let genes = self.genes.iter().filter_map(|entity| Some((entity.gene()?, entity.rating())));
        genes.filter(|(gene, _)| seen.insert(*gene)).filter(|(_, rating)| *rating == Rating::Green).count()
    }

    /// Signed off for use in the service.
    pub fn is_signed_off(&self) -> bool {
        self.types.iter().any(|t| t.slug == SIGNED_OFF)
    }
}

impl From<&Published> for Panel {
    fn from(published: &Published) -> Panel {
        let is_code = |d: &&String| d.starts_with('R') && d[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let gene = |e: &Entity| {
            Some(PanelGene {
                gene: e.gene()?,
                symbol: e.entity_name.clone(),
                rating: e.rating(),
                modes: modes(e.mode_of_inheritance.as_deref().unwrap_or("")),
            })
        };
        let mut genes: Vec<PanelGene> = published.genes.iter().filter_map(gene).collect();
        genes.sort_by_key(|g| g.gene);
        genes.dedup_by_key(|g| g.gene);
        Panel {
            id: published.id.clone(),
            name: name_once(&published.name),
            version: published.version.clone(),
            signed_off: published.is_signed_off(),
            indications: published.relevant_disorders.iter().filter(is_code).cloned().collect(),
            genes,
        }
    }
}

#[expect(clippy::ptr_arg, reason = "serde asks for a function of the field's own type")]
fn as_number<S: Serializer>(id: &String, to: S) -> Result<S::Ok, S::Error> {
    match id.parse::<u32>() {
        Ok(number) => to.serialize_u32(number),
        Err(_) => to.serialize_str(id),
    }
}

fn from_number<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Number(u32),
        Text(String),
    }
    Ok(match Id::deserialize(from)? {
        Id::Number(number) => number.to_string(),
        Id::Text(text) => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_each_gene_once() {
        assert_eq!(name_once("ALMS1, ALMS1, ALMS1"), "ALMS1");
        assert_eq!(name_once("Ataxia, adult onset"), "Ataxia, adult onset");
    }

    #[test]
    fn green_genes_are_counted_as_the_engine_counts_them() {
        let gene = |id: &str, level: &str| Entity {
            entity_type: "gene".into(),
            gene_data: (!id.is_empty()).then(|| GeneData { hgnc_id: Some(id.into()), ..GeneData::default() }),
            confidence_level: level.into(),
            ..Entity::default()
        };
        let genes =
            vec![gene("HGNC:1", "3"), gene("HGNC:1", "3"), gene("HGNC:2", "1"), gene("HGNC:2", "3"), gene("", "3"), gene("HGNC:3", "4")];
        let published = Published { genes, strs: vec![gene("HGNC:9", "3")], ..Published::default() };
        assert_eq!((published.green_genes(), Panel::from(&published).green_genes()), (2, 2));
    }
}
