//! PVS1: null variant in a gene where loss of function causes disease. Source: Abou Tayoun 2018 (Hum Mutat 39:1517),
//! figure 1, the decision tree.

use super::{Criterion, Question, Strength};
use crate::settings as rules;
use annotation::Knowledge;
use genome::{Consequence, Gene, Structure};

/// The criterion at the strength that the decision tree gives, if the variant is null and the mechanism is established.
pub fn pvs1(question: &Question, knowledge: &Knowledge) -> Option<Criterion> {
    let effect = &question.variant.effect;
    let gene = knowledge.gene(question.variant.gene)?;
    if effect.worst() == Consequence::StartLost {
        let mechanism = mechanism(gene, question)?;
        return Some(Criterion::new("PVS1", Strength::Moderate, format!("initiation codon lost; {mechanism}")));
    }
    if effect.worst() == Consequence::TranscriptAblation {
        return Some(Criterion::new("PVS1", Strength::VeryStrong, format!("the whole gene is deleted; {}", mechanism(gene, question)?)));
    }
    let deleted = matches!(question.variant.call.variant.structure(), Some(Structure::Deletion { .. }));
    let null = deleted
        || matches!(
            effect.worst(),
            Consequence::StopGained | Consequence::Frameshift | Consequence::SpliceDonor | Consequence::SpliceAcceptor
        );
    let truncation = effect.truncation.filter(|_| null)?;
    let mechanism = mechanism(gene, question)?;
    let lost = truncation.removed_share * 100.0;
    let (strength, how) = if truncation.nonsense_mediated_decay {
        (Strength::VeryStrong, "nonsense-mediated decay is expected".to_owned())
    } else if truncation.removed_share > rules::REMOVED_SHARE_SIGNIFICANT {
        let frame = if truncation.in_frame { "an in-frame exon is skipped" } else { "decay is escaped" };
        (Strength::Strong, format!("{frame}, {lost:.0} % of the protein is lost"))
    } else {
        (Strength::Moderate, format!("decay is escaped, {lost:.0} % of the protein is lost"))
    };
    Some(Criterion::new("PVS1", strength, format!("{}; {how}; {mechanism}", effect.worst().name())))
}

/// Why loss of function is an established mechanism in this gene, if it is.
/// The variant under test is not counted among the truncating ones.
fn mechanism(gene: &Gene, question: &Question) -> Option<String> {
    let own = u32::from(question.variant.is_known_pathogenic() && question.variant.effect.truncation.is_some());
    let others = gene.pathogenic_truncating.saturating_sub(own);
    if gene.clingen_haploinsufficient {
        return Some("ClinGen: sufficient evidence for haploinsufficiency".into());
    }
    if others >= rules::TRUNCATING_KNOWN_MIN {
        return Some(format!("{others} other truncating variants are pathogenic in ClinVar"));
    }
    None
}
