//! A virtual gene panel: which genes answer a clinical question, and how each is inherited.

pub mod published;

use crate::Inheritance;
use genome::HgncId;
use serde::{Deserialize, Serialize};

/// One version of a gene panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Panel {
    /// Identifier of the panel (PanelApp's number).
    pub id: String,
    /// Name of the panel.
    pub name: String,
    /// Version of the panel, such as `4.12`.
    pub version: String,
    /// Signed off for use in the service.
    pub signed_off: bool,
    /// Clinical indications that use it (R codes).
    pub indications: Vec<String>,
    /// Genes on the panel, of every rating.
    pub genes: Vec<PanelGene>,
}

/// A gene on a panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PanelGene {
    /// HGNC identifier of the gene.
    pub gene: HgncId,
    /// Symbol as the panel shows it.
    pub symbol: String,
    /// Strength of evidence.
    pub rating: Rating,
    /// How variants in it cause disease; empty when the panel does not say.
    pub modes: Vec<Inheritance>,
}

/// Evidence that a gene belongs on a panel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Rating {
    /// Not enough evidence.
    Red,
    /// Moderate evidence: not for reporting.
    Amber,
    /// Diagnostic grade: variants in it are reported.
    Green,
}

impl Panel {
    /// The panel's entry for a gene.
    pub fn gene(&self, gene: HgncId) -> Option<&PanelGene> {
        self.genes.iter().find(|g| g.gene == gene)
    }

    /// How many of its genes are green.
    pub fn green_genes(&self) -> usize {
        self.genes.iter().filter(|g| g.rating == Rating::Green).count()
    }

    /// Whether the gene is green: diagnostic grade.
    pub fn is_green(&self, gene: HgncId) -> bool {
        self.gene(gene).is_some_and(|g| g.rating == Rating::Green)
    }
}

/// PanelApp's wording of a mode of inheritance as modes that the engine tells apart.
pub fn modes(wording: &str) -> Vec<Inheritance> {
    let upper = wording.to_ascii_uppercase();
    let mut modes = Vec::new();
    if upper.starts_with("BOTH") {
        modes.extend([Inheritance::AutosomalDominant, Inheritance::AutosomalRecessive]);
    } else if upper.starts_with("MONOALLELIC") || upper == "AD" {
        modes.push(Inheritance::AutosomalDominant);
    } else if upper.starts_with("BIALLELIC") || upper == "AR" {
        modes.push(Inheritance::AutosomalRecessive);
    } else if upper.starts_with("X-LINKED") || upper.starts_with("XL") {
        modes.push(if upper.contains("MONOALLELIC MUTATIONS") && upper.contains("MAY") {
            Inheritance::XLinkedDominant
        } else {
            Inheritance::XLinkedRecessive
        });
    } else if upper.starts_with("MITOCHONDRIAL") {
        modes.push(Inheritance::Mitochondrial);
    }
    modes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panelapp_wordings_become_modes() {
        use Inheritance::*;
        for (wording, expected) in [
            ("MONOALLELIC, autosomal or pseudoautosomal, NOT imprinted", vec![AutosomalDominant]),
            ("BIALLELIC, autosomal or pseudoautosomal", vec![AutosomalRecessive]),
            ("BOTH monoallelic and biallelic, autosomal or pseudoautosomal", vec![AutosomalDominant, AutosomalRecessive]),
            ("X-LINKED: hemizygous mutation in males, biallelic mutations in females", vec![XLinkedRecessive]),
            (
                "X-LINKED: hemizygous mutation in males, monoallelic mutations in females may cause disease (may be less severe, later onset than males)",
                vec![XLinkedDominant],
            ),
            ("MITOCHONDRIAL", vec![Mitochondrial]),
            ("Unknown", vec![]),
        ] {
            assert_eq!(modes(wording), expected, "{wording}");
        }
    }
}
