//! How scientists assess a variant: which criteria they apply, at which strength, on what evidence. What the analysis proposes is
//! where everybody begins; each change is kept with its reason, and nothing is overwritten.

mod source;

pub use source::{NotASource, Source, SourceKind};

use super::case::{Interpretation, State};
use crate::{AnalysisId, Refusal, Refusals, Staff, StaffId};
use genome::{AcmgCode, Pathogenicity, Strength};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a criterion is applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Application {
    /// Met, at a strength.
    Met(Strength),
    /// Looked at, and not met.
    NotMet,
    /// Does not apply to such a variant, gene or disorder.
    NotApplicable,
}

/// A criterion as somebody applies it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Applied {
    /// How.
    pub application: Application,
    /// The evidence in words.
    pub evidence: String,
    /// Where the evidence is found; none of what the analysis proposes.
    pub source: Option<Source>,
}

/// What an assessment changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Change {
    /// A criterion; `from` is none where it was neither proposed nor judged before.
    Criterion {
        /// Which.
        code: AcmgCode,
        /// As it was applied before.
        from: Option<Applied>,
        /// As it is applied from now on.
        to: Applied,
    },
    /// The class of a structural variant, which has no points.
    Class,
}

/// On what an assessment rests.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Basis {
    /// Analysis.
    pub analysis: AnalysisId,
    /// Ruleset that summed the points: its name and digest.
    pub ruleset: String,
}

/// A change of one scientist's assessment of a variant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Assessed {
    /// Variant as contig-position-ref-alt on GRCh38.
    pub variant: String,
    /// What was changed.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// Class before and after.
    pub class: [Pathogenicity; 2],
    /// Points before and after; none of a structural variant.
    pub points: Option<[i32; 2]>,
    /// On what it rests.
    pub basis: Basis,
    /// Who.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

impl Application {
    /// Every application, with its name in forms.
    pub const ALL: [(&str, Application); 7] = [
        ("stand_alone", Application::Met(Strength::StandAlone)),
        ("very_strong", Application::Met(Strength::VeryStrong)),
        ("strong", Application::Met(Strength::Strong)),
        ("moderate", Application::Met(Strength::Moderate)),
        ("supporting", Application::Met(Strength::Supporting)),
        ("not_met", Application::NotMet),
        ("not_applicable", Application::NotApplicable),
    ];

    /// The strength, where it is met.
    pub fn strength(self) -> Option<Strength> {
        match self {
            Application::Met(strength) => Some(strength),
            Application::NotMet | Application::NotApplicable => None,
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Application::Met(strength) => strength.label(),
            Application::NotMet => "Not met",
            Application::NotApplicable => "Not applicable",
        }
    }
}

impl Applied {
    /// The evidence with its source, as a report prints it.
    pub fn evidence_with_source(&self) -> String {
        match &self.source {
            Some(source) => format!("{} ({source})", self.evidence),
            None => self.evidence.clone(),
        }
    }

    /// Whether it rests on a paper about other families, and not on this case alone. A page by its address is no publication, and what
    /// ClinVar says of the other variant is no evidence here.
    pub fn is_published(&self) -> bool {
        matches!(self.source, Some(Source::PubMed(_)))
    }
}

impl Assessed {
    /// What was changed, in a sentence.
    pub fn sentence(&self) -> String {
        let class = match self.class {
            [before, after] if before == after => format!("the class stays {}", lower(after)),
            [before, after] => format!("the class was {} and is {}", lower(before), lower(after)),
        };
        let what = match &self.change {
            Change::Criterion { code, from, to } => {
                let from = from.as_ref().map_or("not judged", |applied| applied.application.label());
                format!("{code} changed from {} to {}", from.to_lowercase(), to.application.label().to_lowercase())
            }
            Change::Class => "class changed".into(),
        };
        format!("{} assessed {}: {what}; {class}: {}", self.by.name, self.variant, self.reason)
    }
}

fn lower(class: Pathogenicity) -> String {
    class.label().to_lowercase()
}

impl Interpretation {
    /// The criteria of a variant that somebody applies otherwise than where they began.
    pub fn applied_by(&self, variant: &str, staff: StaffId) -> BTreeMap<AcmgCode, Applied> {
        let changes = self.assessments_by(variant, staff).filter_map(|assessed| match &assessed.change {
            Change::Criterion { code, to, .. } => Some((*code, to.clone())),
            Change::Class => None,
        });
        changes.collect()
    }

    /// The change by which somebody gave a structural variant its class.
    pub fn judgement_of(&self, variant: &str, staff: StaffId) -> Option<&Assessed> {
        self.assessments_by(variant, staff).filter(|assessed| assessed.change == Change::Class).last()
    }

    /// Whether somebody changed anything of a variant.
    pub fn has_assessed(&self, variant: &str, staff: StaffId) -> bool {
        self.assessments_by(variant, staff).next().is_some()
    }

    /// Everybody who changed anything of a variant, in the order in which they began.
    pub fn assessors(&self, variant: &str) -> Vec<Staff> {
        let mut found: Vec<Staff> = Vec::new();
        for assessed in self.assessments.iter().filter(|assessed| assessed.variant == variant) {
            if found.iter().all(|staff| staff.id != assessed.by.id) {
                found.push(assessed.by.clone());
            }
        }
        found
    }

    fn assessments_by(&self, variant: &str, staff: StaffId) -> impl Iterator<Item = &Assessed> {
        self.assessments.iter().filter(move |assessed| assessed.variant == variant && assessed.by.id == staff)
    }
}

/// Whether somebody may change their assessment in the present state.
pub fn may_assess(interpretation: &Interpretation, by: &Staff) -> Result<(), Refusals> {
    let refused = |message: &str| Err(Refusals::one("criterion", message));
    match &interpretation.state {
        State::Open => Ok(()),
        State::Proposed { first, .. } if first.id != by.id => Ok(()),
        State::Proposed { .. } => refused("You have signed this assessment; it can be changed once the second scientist returns it"),
        State::Differs => refused("Both scientists have signed; somebody else decides between them, and no assessment is changed"),
        State::Checked { .. } | State::Edited { .. } => {
            refused("This interpretation is checked and is never changed; open the case again to change a class")
        }
        State::None => refused("There is no interpretation to assess yet"),
    }
}

/// What is wrong with a change.
pub(super) fn faults(assessed: &Assessed) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if assessed.reason.trim().is_empty() {
        faults.push(Refusal::new("reason", "Say why you change it"));
    }
    match &assessed.change {
        Change::Criterion { code, from, to } => criterion_faults(*code, from.as_ref(), to, &mut faults),
        Change::Class if assessed.class[0] == assessed.class[1] => {
            faults.push(Refusal::new("class", format!("It is {} already; nothing was changed", lower(assessed.class[0]))));
        }
        Change::Class => {}
    }
    faults
}

fn criterion_faults(code: AcmgCode, from: Option<&Applied>, to: &Applied, faults: &mut Vec<Refusal>) {
    if from == Some(to) {
        faults.push(Refusal::new("strength", format!("{code} is applied like this already; nothing was changed")));
    }
    let Some(strength) = to.application.strength() else { return };
    if let Some(reason) = code.reason_not_used() {
        faults.push(Refusal::new("criterion", format!("{code} is {reason}")));
    } else if !code.strengths().contains(&strength) {
        let strengths: Vec<&str> = code.strengths().iter().map(|strength| strength.label()).collect();
        let message = format!("{code} is never {}: choose {}", strength.label().to_lowercase(), strengths.join(", ").to_lowercase());
        faults.push(Refusal::new("strength", message));
    }
    if to.evidence.trim().is_empty() {
        faults.push(Refusal::new("evidence", format!("Say what the evidence for {code} is")));
    }
    if to.source.is_none() {
        let message = format!("Name the source of the evidence for {code}: a PubMed number, a ClinVar accession, an address, or in-house");
        faults.push(Refusal::new("source", message));
    }
}

#[cfg(test)]
mod tests;
