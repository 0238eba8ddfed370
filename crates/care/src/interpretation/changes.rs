//! What differs between two conclusions over the same analysis.

use super::case::{Conclusion, Selected};

/// What differs from an earlier conclusion, in sentences; nothing where they say the same.
pub fn changed(before: &Conclusion, after: &Conclusion) -> Vec<String> {
    let mut sentences = Vec::new();
    if before.outcome != after.outcome {
        let (was, is) = (before.outcome.label(), after.outcome.label());
        sentences.push(format!("The result was '{was}' and is '{is}'"));
    }
    for variant in &before.variants {
        match find(after, variant) {
            None => sentences.push(format!("{} is no longer reported", named(variant))),
            Some(other) => sentences.extend(changed_variant(variant, other)),
        }
    }
    let came = after.variants.iter().filter(|variant| find(before, variant).is_none());
    sentences.extend(came.map(|v| format!("{} is reported and was not proposed ({})", named(v), v.class.label().to_lowercase())));
    if before.summary != after.summary {
        sentences.push(format!("The summary was '{}' and is '{}'", before.summary, after.summary));
    }
    sentences
}

/// The same variant in another conclusion.
fn find<'c>(conclusion: &'c Conclusion, sought: &Selected) -> Option<&'c Selected> {
    conclusion.variants.iter().find(|variant| variant.variant == sought.variant)
}

fn changed_variant(before: &Selected, after: &Selected) -> Vec<String> {
    let (mut sentences, name) = (Vec::new(), named(after));
    if before.class != after.class {
        let (was, is) = (before.class.label().to_lowercase(), after.class.label().to_lowercase());
        sentences.push(format!("{name} was proposed as {was} and is {is}"));
    }
    for (criterion, evidence) in &before.criteria {
        match after.criteria.iter().find(|(other, _)| other == criterion) {
            None => sentences.push(format!("{name}: {criterion} no longer counts")),
            Some((_, other)) if other != evidence => {
                sentences.push(format!("{name}: the evidence for {criterion} was '{evidence}' and is '{other}'"));
            }
            Some(_) => {}
        }
    }
    let came = after.criteria.iter().filter(|(criterion, _)| before.criteria.iter().all(|(other, _)| other != criterion));
    sentences.extend(came.map(|(criterion, evidence)| format!("{name}: {criterion} counts, and was not proposed ({evidence})")));
    if before.note != after.note {
        sentences.push(format!("{name}: the comment was '{}' and is '{}'", before.note, after.note));
    }
    if before.secondary != after.secondary {
        let kind = if after.secondary { "an additional finding" } else { "an answer to the question" };
        sentences.push(format!("{name} is {kind} now"));
    }
    sentences
}

fn named(variant: &Selected) -> String {
    format!("{} {}", variant.symbol, variant.variant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpretation::case::Outcome;
    use genome::Pathogenicity;

    fn selected(variant: &str, class: Pathogenicity, criteria: &[(&str, &str)]) -> Selected {
        Selected {
            variant: variant.into(),
            gene: genome::HgncId(1),
            symbol: "GENE".into(),
            class,
            criteria: criteria.iter().map(|(code, evidence)| ((*code).into(), (*evidence).into())).collect(),
            note: String::new(),
            secondary: false,
            applied: vec![],
            partner: None,
        }
    }

    fn concluded(variants: Vec<Selected>, outcome: Outcome, summary: &str) -> Conclusion {
        Conclusion { variants, outcome, summary: summary.into() }
    }

    #[test]
    fn every_class_criterion_and_text_that_differs_is_named() {
        let a = selected("a", Pathogenicity::Uncertain, &[("PM2", "absent"), ("PP3", "scores")]);
        let before = concluded(vec![a, selected("b", Pathogenicity::Benign, &[])], Outcome::Uncertain, "Not sure");
        let a = selected("a", Pathogenicity::LikelyPathogenic, &[("PM2", "absent in gnomAD"), ("PS3", "assay")]);
        let after = concluded(vec![a, selected("c", Pathogenicity::Pathogenic, &[])], Outcome::Diagnostic, "Sure");
        assert_eq!(
            changed(&before, &after),
            [
                "The result was 'A variant of uncertain significance was found' and is 'A genetic cause was found'",
                "GENE a was proposed as uncertain significance and is likely pathogenic",
                "GENE a: the evidence for PM2 was 'absent' and is 'absent in gnomAD'",
                "GENE a: PP3 no longer counts",
                "GENE a: PS3 counts, and was not proposed (assay)",
                "GENE b is no longer reported",
                "GENE c is reported and was not proposed (pathogenic)",
                "The summary was 'Not sure' and is 'Sure'",
            ]
        );
        assert!(changed(&before, &before).is_empty());
    }
}
