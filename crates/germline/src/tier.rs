//! Tiers by panel, beside the rank that knows no panel. They need only a finished analysis, so another panel can be asked
//! without reading the variants again.
//!
//! Source: tiering of the 100,000 Genomes Project and the NHS Genomic Medicine Service (Smedley 2021, NEJM 385:1868,
//! supplement): tier 1 truncating or de novo protein-altering in a green gene of the panel whose mode of inheritance fits; tier 2
//! other protein-altering or splice-region in such a gene; tier 3 the same effects in any other gene.

use crate::{
    analysis::{Analysis, Candidate, CandidateVariant},
    inherit::{self, Origin, Pattern},
};
use genome::{Consequence, Contig, Effect, HgncId, Impact};
use ontology::{Panel, panel::Rating};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A tier of the 100,000 Genomes Project and the NHS Genomic Medicine Service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Tier {
    /// Truncating, or de novo and protein-altering, in a green gene of the panel whose mode of inheritance fits.
    One,
    /// Otherwise protein-altering, or in a splice region, in such a gene.
    Two,
    /// The same effects in any other gene.
    Three,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tier::One => "1",
            Tier::Two => "2",
            Tier::Three => "3",
        })
    }
}

/// The tier of a variant in a gene under a panel; nothing for effects that are not tiered.
pub fn tier(gene: HgncId, pattern: &Pattern, contig: Contig, effect: &Effect, panel: &Panel) -> Option<Tier> {
    let truncating = effect.worst().impact() == Impact::High;
    let altering = effect.worst().impact() == Impact::Moderate;
    let splicing = effect.terms.contains(&Consequence::SpliceRegion);
    if !(truncating || altering || splicing) {
        return None;
    }
    let modes = inherit::modes(pattern, contig);
    let fits = |modes_on_panel: &[ontology::Inheritance]| modes_on_panel.is_empty() || modes_on_panel.iter().any(|m| modes.contains(m));
    let fitting = panel.gene(gene).is_some_and(|g| g.rating == Rating::Green && fits(&g.modes));
    let new = matches!(pattern, Pattern::DeNovo { .. } | Pattern::Hemizygous { origin: Origin::Neither { .. } });
    Some(match (fitting, truncating, altering && new) {
        (false, ..) => Tier::Three,
        (true, true, _) | (true, _, true) => Tier::One,
        (true, false, false) => Tier::Two,
    })
}

/// Every candidate variant of an analysis under a panel, tier 1 first, each with its candidate.
pub fn under<'a>(analysis: &'a Analysis, panel: &Panel) -> Vec<(Tier, &'a Candidate, &'a CandidateVariant)> {
    let all = analysis.candidates.iter().flat_map(|c| c.variants.iter().map(move |v| (c, v)));
    let tiered = all.filter_map(|(c, v)| Some((tier(c.gene, &c.pattern, v.variant.contig, &v.effect, panel)?, c, v)));
    let mut tiered: Vec<_> = tiered.collect();
    tiered.sort_by_key(|(tier, candidate, _)| (*tier, candidate.rank));
    tiered
}

#[cfg(test)]
mod tests {
    use super::*;
    use ontology::{Inheritance, panel::PanelGene};

    #[test]
    fn a_tier_asks_for_panel_mode_and_effect() {
        let on = |gene, rating, modes| PanelGene { gene: HgncId(gene), symbol: String::new(), rating, modes };
        let panel = Panel {
            id: "1".into(),
            name: "p".into(),
            version: "1.0".into(),
            signed_off: true,
            indications: vec![],
            genes: vec![on(1, Rating::Green, vec![Inheritance::AutosomalDominant]), on(2, Rating::Amber, vec![])],
        };
        let contig = Contig::from_number(1).expect("a contig");
        let effect = |term| Effect::new("NM_1.1", term);
        let (new, inherited) = (Pattern::DeNovo { well_covered: true }, Pattern::Dominant { origin: Origin::Mother });
        let recessive = Pattern::Homozygous { origin: Origin::BothParents };
        for (gene, pattern, term, expected) in [
            (1, inherited, Consequence::StopGained, Some(Tier::One)),
            (1, new, Consequence::Missense, Some(Tier::One)),
            (1, inherited, Consequence::Missense, Some(Tier::Two)),
            (1, inherited, Consequence::SpliceRegion, Some(Tier::Two)),
            (1, recessive, Consequence::StopGained, Some(Tier::Three)),
            (2, new, Consequence::StopGained, Some(Tier::Three)),
            (3, inherited, Consequence::Missense, Some(Tier::Three)),
            (1, new, Consequence::Synonymous, None),
        ] {
            assert_eq!(tier(HgncId(gene), &pattern, contig, &effect(term), &panel), expected, "{gene} {pattern} {term:?}");
        }
    }
}
