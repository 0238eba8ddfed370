//! What scientists signed of a case, as it is stored: each variant with its class, points and criteria, and where two of them differ.

mod lines;

use crate::pages::PageResult;
use care::{
    Staff,
    interpretation::case::{Conclusion, Interpretation, Outcome, Selected, State},
};
use genome::Zygosity;
use germline::{Analysis, analysis::CandidateVariant};
use jiff::{Timestamp, civil::Date};
use lines::Line;
use service::{
    Desk,
    interpretation::{
        opened::Opened,
        signed::{SignedAt, signed_at},
    },
};

/// The conclusions of a case that somebody judges.
pub(crate) struct Concluded {
    /// The one that waits for a second scientist.
    pub proposal: Option<Compared>,
    /// The two of scientists who differed.
    pub differing: Option<Compared>,
}

/// One conclusion, or two side by side.
pub(crate) struct Compared {
    /// The conclusions, the first scientist's first.
    pub conclusions: Vec<Signed>,
    /// Every variant that one of them reports.
    pub variants: Vec<Reported>,
}

/// A conclusion with whoever signed it.
pub(crate) struct Signed {
    /// As what, and by whom: `First scientist: Dr Dev Patel`.
    pub title: String,
    /// By whom.
    pub name: String,
    /// When; empty where that is not known.
    pub moment: String,
    /// Result.
    pub outcome: Outcome,
    /// In the scientist's words.
    pub summary: String,
    /// Why it is another one than the first; empty of the first.
    pub reason: String,
    /// It reports no variant.
    pub is_empty: bool,
}

/// A variant that is reported.
pub(crate) struct Reported {
    /// Gene, HGVS on the transcript and of the protein.
    pub heading: String,
    /// Contig-position-ref-alt, and how many copies the patient has.
    pub called: String,
    /// What each conclusion says of it.
    pub lines: Vec<Line>,
}

impl Compared {
    /// Whether the results are not the same.
    pub(crate) fn is_outcome_different(&self) -> bool {
        self.conclusions.windows(2).any(|pair| pair[0].outcome != pair[1].outcome)
    }
}

/// The conclusions of a case as it stood at the end of a day.
pub(crate) async fn concluded(desk: &Desk, opened: &Opened, interpretation: &Interpretation, on: Date) -> PageResult<Concluded> {
    let at = signed_at(desk, opened, on).await?;
    Ok(Concluded { proposal: proposal(&opened.analysis, interpretation, at), differing: differing(&opened.analysis, interpretation, at) })
}

fn proposal(analysis: &Analysis, interpretation: &Interpretation, at: SignedAt) -> Option<Compared> {
    let State::Proposed { conclusion, first } = &interpretation.state else { return None };
    let signed = signed("First", first, conclusion, at.proposed, "");
    Some(Compared { conclusions: vec![signed], variants: variants(analysis, &[conclusion]) })
}

fn differing(analysis: &Analysis, interpretation: &Interpretation, at: SignedAt) -> Option<Compared> {
    let difference = interpretation.difference.as_ref()?;
    let ((one, first), (other, second, reason)) = (&difference.first, &difference.second);
    let conclusions = vec![signed("First", first, one, at.differed[0], ""), signed("Second", second, other, at.differed[1], reason)];
    Some(Compared { conclusions, variants: variants(analysis, &[one, other]) })
}

fn signed(place: &str, who: &Staff, conclusion: &Conclusion, at: Option<Timestamp>, reason: &str) -> Signed {
    Signed {
        title: format!("{place} scientist: {}", who.name),
        name: who.name.clone(),
        moment: at.map_or_else(String::new, crate::when::moment),
        outcome: conclusion.outcome,
        summary: conclusion.summary.clone(),
        reason: reason.to_owned(),
        is_empty: conclusion.variants.is_empty(),
    }
}

/// Every variant that one of the conclusions reports, in their order.
fn variants(analysis: &Analysis, conclusions: &[&Conclusion]) -> Vec<Reported> {
    let mut names: Vec<&str> = Vec::new();
    for selected in conclusions.iter().flat_map(|conclusion| conclusion.variants.iter()) {
        if !names.contains(&selected.variant.as_str()) {
            names.push(&selected.variant);
        }
    }
    names.into_iter().map(|name| reported(analysis, conclusions, name)).collect()
}

fn reported(analysis: &Analysis, conclusions: &[&Conclusion], name: &str) -> Reported {
    let by_conclusion: Vec<Option<&Selected>> =
        conclusions.iter().map(|conclusion| conclusion.variants.iter().find(|selected| selected.variant == name)).collect();
    let symbol = by_conclusion.iter().flatten().next().map_or("", |selected| selected.symbol.as_str());
    let candidate = analysis.candidates.iter().flat_map(|c| c.variants.iter()).find(|v| v.variant.to_string() == name);
    Reported {
        heading: candidate.map_or_else(|| format!("{symbol} {name}"), |v| format!("{symbol} {}", v.described())),
        called: candidate.map_or_else(|| "Not among the candidates of this analysis".into(), |v| called(analysis, v)),
        lines: lines::lines(&by_conclusion),
    }
}

/// The variant on the genome, with the patient's call.
fn called(analysis: &Analysis, variant: &CandidateVariant) -> String {
    let zygosity = variant.genotypes.get(analysis.family.proband_index()).map(|genotype| genotype.zygosity);
    let call = zygosity.map_or_else(|| "no call of the patient".into(), |z| format!("{} ({})", in_text(z), z.notation()));
    format!("{}, {call}", variant.variant)
}

fn in_text(zygosity: Zygosity) -> &'static str {
    match zygosity {
        Zygosity::NoCall => "no call",
        Zygosity::Reference => "not found in the patient",
        Zygosity::Heterozygous => "heterozygous",
        Zygosity::Homozygous => "homozygous",
        Zygosity::Hemizygous => "hemizygous",
    }
}
