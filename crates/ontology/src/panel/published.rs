//! A panel as it is published: everything that PanelApp says of it, under PanelApp's own names.

use super::{Panel, PanelGene, Rating, modes};
use genome::HgncId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// One version of a panel. As JSON it is what PanelApp's API (v1) gives for one panel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Published {
    /// PanelApp's number; the test code for a list that has none.
    #[serde(serialize_with = "as_number", deserialize_with = "from_number")]
    pub id: String,
    /// PanelApp's older identifier.
    #[serde(default)]
    pub hash_id: Option<String>,
    /// Name.
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
    /// Version.
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
    /// Genes.
    #[serde(default)]
    pub genes: Vec<Entity>,
    /// Short tandem repeats.
    #[serde(default)]
    pub strs: Vec<Entity>,
    /// Regions.
    #[serde(default)]
    pub regions: Vec<Entity>,
}

/// A kind of panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are PanelApp's")]
pub struct PanelType {
    pub name: String,
    pub slug: String,
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
    /// Penetrance.
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
    /// Phenotypes.
    #[serde(default)]
    pub phenotypes: Vec<String>,
    /// Tags.
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
#[expect(missing_docs, reason = "the names are PanelApp's")]
pub struct Place {
    pub chromosome: String,
    pub grch37_coordinates: Option<[u32; 2]>,
    pub grch38_coordinates: Option<[u32; 2]>,
}

/// A region whose dosage matters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are PanelApp's")]
pub struct Region {
    pub verbose_name: String,
    pub haploinsufficiency_score: Option<String>,
    pub triplosensitivity_score: Option<String>,
    pub required_overlap_percentage: Option<u8>,
    pub type_of_variants: Option<String>,
}

/// A short tandem repeat with its numbers of repeats.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are PanelApp's")]
pub struct Repeat {
    pub repeated_sequence: String,
    pub normal_repeats: Option<u32>,
    pub pathogenic_repeats: Option<u32>,
}

/// A gene as PanelApp describes it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are PanelApp's")]
pub struct GeneData {
    pub hgnc_id: Option<String>,
    pub hgnc_symbol: Option<String>,
    pub gene_symbol: Option<String>,
    pub gene_name: Option<String>,
    pub biotype: Option<String>,
    pub omim_gene: Option<Vec<String>>,
    pub alias: Option<Vec<String>>,
    pub alias_name: Option<Vec<String>>,
    pub hgnc_release: Option<String>,
    pub hgnc_date_symbol_changed: Option<String>,
    /// By assembly, then release of Ensembl.
    pub ensembl_genes: Option<BTreeMap<String, BTreeMap<String, EnsemblGene>>>,
}

/// A gene in one release of Ensembl.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are Ensembl's")]
pub struct EnsemblGene {
    pub location: String,
    pub ensembl_id: String,
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

    /// Its gene.
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
            name: published.name.clone(),
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
