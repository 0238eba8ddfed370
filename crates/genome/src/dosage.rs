//! Regions and repeats whose number of copies is known to matter, or not to.

use crate::{Contig, HgncId};
use serde::{Deserialize, Serialize};

/// A region whose dosage ClinGen has curated.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DosageRegion {
    /// Name with its identifier.
    pub name: String,
    /// Contig on which it lies.
    pub contig: Contig,
    /// First base, 1-based.
    pub start: u32,
    /// Last base, 1-based and inclusive.
    pub end: u32,
    /// Evidence that the loss of one copy causes disease.
    pub loss: DosageEvidence,
    /// Evidence that a third copy does.
    pub gain: DosageEvidence,
}

/// ClinGen's dosage score, as far as classification uses it. Source: ClinGen dosage sensitivity curation, rating system.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum DosageEvidence {
    /// 3, sufficient evidence.
    Sufficient,
    /// 40, dosage sensitivity unlikely.
    Unlikely,
    /// Anything else, or not evaluated.
    #[default]
    Other,
}

/// A short tandem repeat whose length can cause disease.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RepeatLocus {
    /// Identifier, such as `HD_HTT`.
    pub id: String,
    /// HGNC identifier of the gene.
    pub gene: HgncId,
    /// Contig on which it lies.
    pub contig: Contig,
    /// First base of the repeat in the reference.
    pub start: u32,
    /// Last base, 1-based and inclusive.
    pub end: u32,
    /// Units that cause disease, reference orientation.
    pub units: Vec<String>,
    /// The unit of the reference is not one that causes disease, so that its copies alone say nothing.
    pub other_unit_in_reference: bool,
    /// Most copies that are known harmless.
    pub benign_max: Option<u32>,
    /// Fewest copies of intermediate meaning.
    pub intermediate_min: Option<u32>,
    /// Fewest copies that cause disease.
    pub pathogenic_min: Option<u32>,
    /// Name of the disease that the repeat causes.
    pub disease: String,
}

/// What a number of copies means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum RepeatRange {
    /// No longer than in healthy people.
    Normal,
    /// Between the normal and the pathogenic range, or of no stated meaning.
    Intermediate,
    /// Long enough to cause disease.
    Pathogenic,
}

impl RepeatLocus {
    /// The range of a number of copies. What lies between two stated ranges is intermediate.
    pub fn range(&self, copies: u32) -> RepeatRange {
        if self.pathogenic_min.is_some_and(|least| copies >= least) {
            return RepeatRange::Pathogenic;
        }
        let known_harmless = self.benign_max.map_or(self.intermediate_min.is_none_or(|least| copies < least), |most| copies <= most);
        if known_harmless { RepeatRange::Normal } else { RepeatRange::Intermediate }
    }

    /// Whether a caller's unit is one that causes disease, whichever base of it is named first.
    pub fn is_its_unit(&self, unit: &str) -> bool {
        let turned = |unit: &str, by: usize| format!("{}{}", &unit[by..], &unit[..by]);
        let same = |a: &str, b: &str| a.bytes().zip(b.bytes()).all(|(a, b)| a == b || a == b'N' || b == b'N');
        let fits = |ours: &String| ours.len() == unit.len() && ours.is_ascii() && (0..ours.len()).any(|by| same(&turned(ours, by), unit));
        unit.is_ascii() && self.units.iter().any(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source of the ranges: STRchive, HD_HTT (benign to 26, intermediate 27–35, pathogenic from 36).
    #[test]
    fn copies_fall_into_the_published_ranges() {
        let locus = RepeatLocus {
            id: "HD_HTT".into(),
            gene: HgncId(4851),
            contig: "4".parse().expect("a contig"),
            start: 3_074_877,
            end: 3_074_933,
            units: vec!["CAG".into()],
            other_unit_in_reference: false,
            benign_max: Some(26),
            intermediate_min: Some(27),
            pathogenic_min: Some(36),
            disease: String::new(),
        };
        let ranges = [26, 27, 35, 36].map(|copies| locus.range(copies));
        let expected = [RepeatRange::Normal, RepeatRange::Intermediate, RepeatRange::Intermediate, RepeatRange::Pathogenic];
        assert_eq!(ranges, expected);
        assert!(locus.is_its_unit("AGC") && locus.is_its_unit("CAG") && !locus.is_its_unit("CTG"));
    }
}
