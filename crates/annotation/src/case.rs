//! What the engine is asked: a family, a phenotype, perhaps a panel.

pub use genome::{Affected, Sex};
use ontology::{Panel, likelihood::Phenotype};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A question to the engine.
#[derive(Clone, Debug)]
pub struct Case {
    /// Who is in the VCF and how they are related.
    pub family: Family,
    /// What the proband shows.
    pub phenotype: Phenotype,
    /// Genes that the test covers; without a panel, all.
    pub panel: Option<Panel>,
    /// Papers (PubMed identifiers) whose annotations are left out, so that a published case is not recognised by itself.
    pub papers_left_out: HashSet<u32>,
}

/// The people with a genotype.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Family {
    members: Vec<Member>,
    proband: usize,
}

/// One person of the family, with a genotype in the VCF.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Sample name in the VCF.
    pub sample: String,
    /// Sex as far as inheritance needs it.
    pub sex: Sex,
    /// Whether the person has the condition asked about.
    pub affected: Affected,
    /// Place of the father among the members.
    pub father: Option<usize>,
    /// Place of the mother among the members.
    pub mother: Option<usize>,
}

/// Why people do not make a family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FamilyError {
    /// Nobody to ask about.
    #[error("the pedigree names nobody")]
    Empty,
    /// No affected person to be the proband.
    #[error(
        "the pedigree has no affected person, so nobody can be the proband: set the phenotype column to 2 for one person, or name the proband"
    )]
    NoProband,
    /// The named proband is not in the pedigree.
    #[error("the proband '{0}' is not in the pedigree")]
    UnknownProband(String),
    /// Someone is named as a parent of themselves or a loop exists.
    #[error("'{0}' is their own ancestor in the pedigree")]
    Loop(String),
}

impl Family {
    /// One person alone.
    pub fn singleton(sample: &str, sex: Sex) -> Family {
        let member = Member { sample: sample.into(), sex, affected: Affected::Yes, father: None, mother: None };
        Family { members: vec![member], proband: 0 }
    }

    /// Checks members and picks the proband: the one named, else the first affected whose parents are there, else the first affected.
    pub fn new(members: Vec<Member>, proband: Option<&str>) -> Result<Family, FamilyError> {
        if members.is_empty() {
            return Err(FamilyError::Empty);
        }
        for (index, member) in members.iter().enumerate() {
            if is_own_ancestor(&members, index) {
                return Err(FamilyError::Loop(member.sample.clone()));
            }
        }
        let affected = |m: &&Member| m.affected == Affected::Yes;
        let with_parents = |m: &Member| affected(&m) && (m.father.is_some() || m.mother.is_some());
        let proband = match proband {
            Some(name) => members.iter().position(|m| m.sample == name).ok_or_else(|| FamilyError::UnknownProband(name.into()))?,
            None => {
                members.iter().position(with_parents).or_else(|| members.iter().position(|m| affected(&m))).ok_or(FamilyError::NoProband)?
            }
        };
        Ok(Family { members, proband })
    }

    /// Everybody, in the order in which genotypes are given.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The person whom the question is about.
    pub fn proband(&self) -> &Member {
        &self.members[self.proband]
    }

    /// Place of the proband among the members.
    pub fn proband_index(&self) -> usize {
        self.proband
    }

    /// Parent–child pairs as places.
    pub fn parent_pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.members.iter().enumerate().flat_map(|(child, m)| [m.father, m.mother].into_iter().flatten().map(move |p| (p, child)))
    }
}

fn is_own_ancestor(members: &[Member], start: usize) -> bool {
    let (mut open, mut seen) = (vec![start], vec![false; members.len()]);
    while let Some(index) = open.pop() {
        for parent in [members[index].father, members[index].mother].into_iter().flatten() {
            if parent == start {
                return true;
            }
            if !std::mem::replace(&mut seen[parent], true) {
                open.push(parent);
            }
        }
    }
    false
}
