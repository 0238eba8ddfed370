//! The candidates of a case as a list shows them: those that fit a filter, and how many it hides.

use super::{
    assessments::Assessable,
    further::{self, Applied},
    notes,
};
use crate::{Desk, ServiceError, ServiceResult};
use care::{
    OrderId, Refusal, Refusals, StaffId,
    interpretation::{
        case::Interpretation,
        filter::{ConsequenceKind, Criteria, Filter, InheritanceKind, NoteKind, PanelKind},
        note::{Note, Noted, Notes},
    },
};
use genome::{Consequence, Impact, Pathogenicity};
use germline::{
    Analysis, Candidate,
    analysis::CandidateVariant,
    inherit::{Origin, Pattern},
};

/// How many candidates are shown, unless all of them are asked for.
pub const SHOWN_MAX: usize = 100;

/// The candidates that fit a filter, highest ranked first.
pub struct Fitting<'a> {
    /// Those that are shown.
    pub shown: Vec<&'a Candidate>,
    /// How many fit, shown or not.
    pub count: usize,
    /// How many there are.
    pub all: usize,
    /// How many that do not fit have a pinned variant.
    pub pinned_hidden: usize,
}

/// A case whose candidates are filtered, as somebody assesses them.
#[derive(Clone, Copy)]
pub struct Filtered<'a> {
    /// Result of the analysis.
    pub analysis: &'a Analysis,
    /// Interpretation.
    pub interpretation: &'a Interpretation,
    /// Every note of the order.
    pub notes: &'a [Note],
    /// Further panels.
    pub further: &'a [Applied],
    /// Who looks.
    pub staff: StaffId,
}

impl<'a> Filtered<'a> {
    /// The candidates that fit, all of them or the first.
    pub fn fitting(&self, criteria: &Criteria, is_all: bool) -> Fitting<'a> {
        let proband = self.analysis.family.proband_index();
        let case = Assessable { analysis: self.analysis, interpretation: self.interpretation };
        let class = |c: &Candidate, v: &CandidateVariant| case.assess_found(c, v, self.staff, None).classification.class;
        let notes = |v: &CandidateVariant| Notes::on(&v.variant.to_string(), self.notes);
        let is_further = |c: &Candidate| self.further.iter().any(|applied| applied.has(c.gene));
        fitting(&self.analysis.candidates, criteria, is_all, &Facts { proband, class: &class, notes: &notes, is_further: &is_further })
    }
}

/// What a filter looks at beside the analysis.
struct Facts<'f> {
    proband: usize,
    class: &'f dyn Fn(&Candidate, &CandidateVariant) -> Pathogenicity,
    notes: &'f dyn Fn(&CandidateVariant) -> Notes,
    is_further: &'f dyn Fn(&Candidate) -> bool,
}

fn fitting<'a>(candidates: &'a [Candidate], criteria: &Criteria, is_all: bool, facts: &Facts) -> Fitting<'a> {
    let (mut shown, hidden): (Vec<&Candidate>, Vec<&Candidate>) = candidates.iter().partition(|c| fits(c, criteria, facts));
    let count = shown.len();
    if !is_all {
        shown.truncate(SHOWN_MAX);
    }
    let is_pinned = |c: &&&Candidate| c.variants.iter().any(|v| (facts.notes)(v).pinned.is_some());
    Fitting { shown, count, all: candidates.len(), pinned_hidden: hidden.iter().filter(is_pinned).count() }
}

/// Whether a candidate fits: a pair is shown whole, where either of its variants fits.
fn fits(candidate: &Candidate, criteria: &Criteria, facts: &Facts) -> bool {
    let symbol = candidate.symbol.to_lowercase();
    let is_gene = criteria.genes.is_empty() || criteria.genes.iter().any(|gene| symbol.contains(gene));
    let is_inherited = criteria.inheritance.is_none_or(|kind| is_inherited(&candidate.pattern, kind));
    let is_on = criteria.panel.is_none_or(|panel| match panel {
        PanelKind::On => candidate.on_panel == Some(true),
        PanelKind::Outside => candidate.on_panel != Some(true),
        PanelKind::Further => (facts.is_further)(candidate),
    });
    let any_variant = || !criteria.is_about_variants() || candidate.variants.iter().any(|v| variant_fits(candidate, v, criteria, facts));
    is_gene && is_inherited && is_on && any_variant()
}

fn variant_fits(candidate: &Candidate, v: &CandidateVariant, criteria: &Criteria, facts: &Facts) -> bool {
    let quality = v.genotypes.get(facts.proband).and_then(|genotype| genotype.quality_phred);
    let noted = |kind| {
        let notes = (facts.notes)(v);
        match kind {
            NoteKind::Pinned => notes.pinned.is_some(),
            NoteKind::Dismissed => notes.dismissed.is_some(),
            NoteKind::NotDismissed => notes.dismissed.is_none(),
        }
    };
    criteria.tier.is_none_or(|tier| v.tier.is_some_and(|of_variant| of_variant.to_string() == tier.to_string()))
        && criteria.consequence.is_none_or(|kind| is_consequence(&v.effect.terms, kind))
        // What is not known is not above a limit, nor below one.
        && criteria.frequency_max.is_none_or(|most| v.frequency.is_none_or(|seen| seen.overall <= most))
        && criteria.quality_min_phred.is_none_or(|least| quality.is_none_or(|quality| quality >= least))
        && criteria.class.is_none_or(|class| (facts.class)(candidate, v) == class)
        && criteria.note.is_none_or(noted)
}

fn is_inherited(pattern: &Pattern, kind: InheritanceKind) -> bool {
    let is_new = |origin: &Origin| matches!(origin, Origin::Neither { .. });
    match pattern {
        Pattern::DeNovo { .. } => kind == InheritanceKind::DeNovo,
        Pattern::Dominant { origin } | Pattern::Heterozygous { origin } | Pattern::FromUnaffected { origin } => {
            kind == InheritanceKind::OneCopy && !is_new(origin) || kind == InheritanceKind::DeNovo && is_new(origin)
        }
        Pattern::Homozygous { .. } => kind == InheritanceKind::Homozygous,
        Pattern::CompoundHeterozygous { .. } => kind == InheritanceKind::Compound,
        Pattern::Hemizygous { origin } => kind == InheritanceKind::Hemizygous || kind == InheritanceKind::DeNovo && is_new(origin),
        Pattern::Mitochondrial { .. } => kind == InheritanceKind::Mitochondrial,
    }
}

fn is_consequence(terms: &[Consequence], kind: ConsequenceKind) -> bool {
    const SPLICING: [Consequence; 5] = [
        Consequence::SpliceAcceptor,
        Consequence::SpliceDonor,
        Consequence::SpliceDonorFifthBase,
        Consequence::SpliceRegion,
        Consequence::SplicePolypyrimidine,
    ];
    let is_splicing = terms.iter().any(|term| SPLICING.contains(term));
    let worst = terms.iter().map(|term| term.impact()).min();
    match kind {
        ConsequenceKind::Truncating => worst == Some(Impact::High),
        ConsequenceKind::Altering => worst == Some(Impact::Moderate),
        ConsequenceKind::Splicing => is_splicing,
        ConsequenceKind::Other => !is_splicing && worst.is_none_or(|impact| impact >= Impact::Low),
    }
}

/// What somebody ticked in a list, and how the list was filtered.
pub struct Ticked {
    /// Filter of the list.
    pub filter: Filter,
    /// Every candidate that fits was shown.
    pub is_all: bool,
    /// How many notes the order had.
    pub notes_seen: usize,
    /// Variants.
    pub variants: Vec<String>,
}

/// Notes the same on every variant that was ticked, all of them or none. Only what the list shows can be ticked.
#[crate::boxed]
pub async fn note_ticked(desk: &Desk, order: OrderId, ticked: Ticked, what: Noted) -> ServiceResult<()> {
    let (status, analysis) = super::cases::case(desk, order).await?;
    let criteria = ticked.filter.criteria()?;
    let every = notes::every(&status);
    if every.len() != ticked.notes_seen {
        let message =
            "A variant of this case was noted on since you opened the list, so nothing was noted: look at it again, and tick anew";
        return Err(Refusals::one("variants", message).into());
    }
    let further = further::applied(desk, &status).await?;
    let (_, interpretation) = status.interpretation().ok_or(ServiceError::NotFound("interpretation"))?;
    let filtered = Filtered { analysis: &analysis, interpretation, notes: &every, further: &further, staff: desk.staff.id };
    let hidden = hidden(&filtered, &criteria, &ticked);
    Refusals::check(hidden.into_iter().map(refuse_hidden).collect())?;
    notes::note_each(desk, order, &ticked.variants, what).await
}

/// What was ticked and is not in the list as it is filtered.
fn hidden(filtered: &Filtered, criteria: &Criteria, ticked: &Ticked) -> Vec<String> {
    let shown = filtered.fitting(criteria, ticked.is_all).shown;
    let is_shown = |variant: &&String| shown.iter().flat_map(|c| &c.variants).any(|v| v.variant.to_string() == **variant);
    ticked.variants.iter().filter(|variant| !is_shown(variant)).cloned().collect()
}

fn refuse_hidden(variant: String) -> Refusal {
    Refusal::new(
        "variants",
        format!("{variant} is not in the list as it is filtered, so nothing was noted: clear the filter and tick it there"),
    )
}

#[cfg(test)]
mod tests;
