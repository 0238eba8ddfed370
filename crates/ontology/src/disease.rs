//! Diseases with their features, and the genes behind them.

use crate::{Hpo, TermId, hpo::TermIndex};
use genome::HgncId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A disease of OMIM, Orphanet or DECIPHER as annotated by the HPO project.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Disease {
    /// Identifier with its prefix, such as `OMIM:147791`.
    pub id: String,
    /// Name that the source gives the disease.
    pub name: String,
    /// Modes of inheritance.
    pub inheritance: Vec<Inheritance>,
    /// Features with how often each is seen.
    pub features: Vec<Feature>,
    /// Genes in which variants cause it.
    pub genes: Vec<HgncId>,
}

/// One phenotypic feature of a disease.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Feature {
    /// HPO term of the feature.
    pub term: TermId,
    /// Share of patients with it, 0–1; 0 when it is stated to be absent.
    pub frequency: f32,
    /// PubMed identifier that it was taken from.
    pub pmid: Option<u32>,
}

/// Mode of inheritance, as far as the engine tells modes apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Inheritance {
    /// One altered copy of an autosomal gene is enough.
    AutosomalDominant,
    /// Both copies of an autosomal gene must be altered.
    AutosomalRecessive,
    /// On the X chromosome, not said how.
    XLinked,
    /// On the X chromosome; one altered copy is enough in women too.
    XLinkedDominant,
    /// On the X chromosome; men with the altered copy and women with two are affected.
    XLinkedRecessive,
    /// On the Y chromosome.
    YLinked,
    /// In the mitochondrial genome, from the mother.
    Mitochondrial,
    /// One altered copy causes disease, two a more severe one.
    SemiDominant,
}

genome::ruleset_constants! {
    /// Frequency taken when the annotation gives none. Source: HPO annotation format; LIRICAL takes 1 (Robinson 2020);
    /// tuned on the visible published cases.
    pub const FREQUENCY_UNSTATED: f32 = 0.6;
    /// Diseases that a term is taken to be seen in when no disease is annotated with it: half of one, so that no background is zero.
    /// Unconfirmed: no published source found.
    const BACKGROUND_DISEASES_MIN: f32 = 0.5;
}

impl Inheritance {
    /// From the HPO term for the mode.
    pub fn from_term(term: TermId) -> Option<Inheritance> {
        Some(match term.0 {
            6 | 12_275 | 1_470 | 12_274 => Inheritance::AutosomalDominant,
            7 => Inheritance::AutosomalRecessive,
            1_417 => Inheritance::XLinked,
            1_423 => Inheritance::XLinkedDominant,
            1_419 => Inheritance::XLinkedRecessive,
            1_450 => Inheritance::YLinked,
            1_427 => Inheritance::Mitochondrial,
            32_113 => Inheritance::SemiDominant,
            _ => return None,
        })
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Inheritance::AutosomalDominant => "autosomal dominant",
            Inheritance::AutosomalRecessive => "autosomal recessive",
            Inheritance::XLinked => "X-linked",
            Inheritance::XLinkedDominant => "X-linked dominant",
            Inheritance::XLinkedRecessive => "X-linked recessive",
            Inheritance::YLinked => "Y-linked",
            Inheritance::Mitochondrial => "mitochondrial",
            Inheritance::SemiDominant => "semidominant",
        }
    }

    /// One altered copy in a person with two is enough.
    pub fn is_dominant(self) -> bool {
        matches!(self, Inheritance::AutosomalDominant | Inheritance::XLinkedDominant | Inheritance::SemiDominant)
    }
}

/// All diseases, with features propagated to their ancestors.
pub struct Diseases {
    /// Release of the annotation.
    pub version: String,
    all: Vec<Disease>,
    by_gene: HashMap<HgncId, Vec<u32>>,
    /// Paper and disease.
    by_paper: BTreeSet<(u32, u32)>,
    feature_counts: Vec<usize>,
    carriers: Vec<Vec<(u32, f32)>>,
    background: Vec<f32>,
}

impl Diseases {
    /// Indexes diseases against an ontology.
    pub fn new(version: String, diseases: Vec<Disease>, hpo: &Hpo) -> Diseases {
        let mut by_gene: HashMap<HgncId, Vec<u32>> = HashMap::new();
        let mut carriers: Vec<Vec<(u32, f32)>> = vec![Vec::new(); hpo.terms().len()];
        let mut by_paper = BTreeSet::new();
        for (index, disease) in diseases.iter().enumerate() {
            for gene in &disease.genes {
                by_gene.entry(*gene).or_default().push(index as u32);
            }
            for feature in &disease.features {
                by_paper.extend(feature.pmid.map(|paper| (paper, index as u32)));
                if feature.frequency > 0.0 {
                    propagate(&mut carriers, hpo, index as u32, feature);
                }
            }
        }
        let total = diseases.len().max(1) as f32;
        let background =
            carriers.iter().map(|c| (c.iter().map(|(_, f)| f).sum::<f32>() / total).max(BACKGROUND_DISEASES_MIN / total)).collect();
        let feature_counts = diseases.iter().map(|d| count(d.features.iter())).collect();
        Diseases { version, all: diseases, by_gene, by_paper, carriers, background, feature_counts }
    }

    /// All diseases, in the order of their indices.
    pub fn all(&self) -> &[Disease] {
        &self.all
    }

    /// The disease at an index.
    pub fn get(&self, index: u32) -> &Disease {
        &self.all[index as usize]
    }

    /// Diseases of a gene, by index.
    pub fn of_gene(&self, gene: HgncId) -> &[u32] {
        self.by_gene.get(&gene).map_or(&[], Vec::as_slice)
    }

    /// Genes with at least one disease.
    pub fn genes(&self) -> impl Iterator<Item = HgncId> {
        self.by_gene.keys().copied()
    }

    /// Diseases that show a term or one below it, with its frequency in each.
    pub fn with_term(&self, term: TermIndex) -> &[(u32, f32)] {
        &self.carriers[term as usize]
    }

    /// Features that a disease is annotated with.
    pub fn feature_count(&self, disease: u32, left_out: &LeftOut) -> usize {
        left_out.0.get(&disease).map_or(self.feature_counts[disease as usize], |(_, count)| *count)
    }

    /// The diseases some of whose features were taken from these papers alone (PubMed identifiers), without those features: a
    /// published case must not be recognised by the annotation that was taken from it.
    pub fn left_out(&self, papers: &HashSet<u32>, hpo: &Hpo) -> LeftOut {
        let diseases = papers.iter().flat_map(|paper| self.by_paper.range((*paper, 0)..=(*paper, u32::MAX)).map(|(_, disease)| *disease));
        let profile = |disease: u32| {
            let kept = || self.get(disease).features.iter().filter(|f| !f.pmid.is_some_and(|p| papers.contains(&p)));
            let mut profile: HashMap<TermIndex, f32> = HashMap::new();
            for feature in kept().filter(|f| f.frequency > 0.0) {
                let Some(term) = hpo.find(feature.term).filter(|t| hpo.is_phenotype(*t)) else { continue };
                for ancestor in hpo.ancestors(term) {
                    let highest = profile.entry(*ancestor).or_default();
                    *highest = highest.max(feature.frequency);
                }
            }
            (disease, (profile, count(kept())))
        };
        LeftOut(diseases.map(profile).collect())
    }

    /// Mean frequency of a term over all diseases: what a person with some genetic disease shows by chance.
    pub fn background(&self, term: TermIndex) -> f32 {
        self.background[term as usize]
    }
}

/// Profiles of diseases that lack the features of some papers.
#[derive(Clone, Debug, Default)]
pub struct LeftOut(HashMap<u32, (HashMap<TermIndex, f32>, usize)>);

impl LeftOut {
    /// Terms of a disease with their frequency, ancestors too, if something of it is left out.
    pub fn profile(&self, disease: u32) -> Option<&HashMap<TermIndex, f32>> {
        self.0.get(&disease).map(|(profile, _)| profile)
    }

    /// All such diseases.
    pub fn profiles(&self) -> impl Iterator<Item = (&u32, &HashMap<TermIndex, f32>)> {
        self.0.iter().map(|(disease, (profile, _))| (disease, profile))
    }
}

/// Different terms that are present.
fn count<'f>(features: impl Iterator<Item = &'f Feature>) -> usize {
    features.filter(|f| f.frequency > 0.0).map(|f| f.term).collect::<BTreeSet<_>>().len()
}

fn propagate(carriers: &mut [Vec<(u32, f32)>], hpo: &Hpo, disease: u32, feature: &Feature) {
    let Some(term) = hpo.find(feature.term).filter(|t| hpo.is_phenotype(*t)) else { return };
    for &ancestor in hpo.ancestors(term) {
        match carriers[ancestor as usize].last_mut() {
            Some((last, frequency)) if *last == disease => *frequency = frequency.max(feature.frequency),
            _ => carriers[ancestor as usize].push((disease, feature.frequency)),
        }
    }
}
