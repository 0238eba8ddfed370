//! People's decisions over one analysis: a first scientist selects and classifies, a second checks.

mod difference;
mod faults;
mod fold;

use super::{
    assessment::{self, Applied, Assessed},
    edit::{self, Edit},
    further::PanelChange,
    note::Note,
};
use crate::{AnalysisId, OrderId, Refusals, Staff, StaffId};
pub use difference::{Difference, Side};
use faults::faults;
pub use genome::Pathogenicity;
use genome::{AcmgCode, HgncId};
use serde::{Deserialize, Serialize};

/// A variant that a scientist selected, with the class they give it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Selected {
    /// Variant as contig-position-ref-alt on GRCh38.
    pub variant: String,
    /// Gene.
    pub gene: HgncId,
    /// Symbol.
    pub symbol: String,
    /// Class given.
    #[serde(with = "genome::pathogenicity::label")]
    pub class: Pathogenicity,
    /// Criteria as applied, with evidence.
    pub criteria: Vec<(String, String)>,
    /// What the scientist adds.
    pub note: String,
    /// It has nothing to do with the question, and the person chose to be told.
    #[serde(default)]
    pub secondary: bool,
    /// Criteria as the scientist applied them; empty in conclusions of before they could, and of structural variants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<(AcmgCode, Applied)>,
    /// The other variant, where a recessive cause takes the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
}

/// What a scientist concludes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Conclusion {
    /// Variants to report; none is a result too.
    pub variants: Vec<Selected>,
    /// Result for the patient.
    pub outcome: Outcome,
    /// In the scientist's words.
    pub summary: String,
}

/// What the result means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Outcome {
    Diagnostic,
    /// Some of what the person has is explained, and some is not.
    Partial,
    Uncertain,
    NoFinding,
}

/// An interpretation and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interpretation {
    /// Analysis that it is over.
    pub analysis: Option<(AnalysisId, OrderId)>,
    /// Two scientists differed: both conclusions, and how that was decided.
    pub difference: Option<Box<Difference>>,
    /// Every change of an assessment, oldest first.
    pub assessments: Vec<Assessed>,
    /// Every note on a variant, oldest first.
    pub notes: Vec<Note>,
    /// Every further panel that was applied or removed, oldest first.
    pub panels: Vec<PanelChange>,
    /// What was signed over the same analysis before the case was opened again: where assessments begin.
    pub signed_before: Vec<Selected>,
    /// Edits of the report's text that are in force, oldest first.
    pub edits: Vec<Edit>,
    /// Who of the two scientists has read which of them.
    pub texts_read: Vec<(uuid::Uuid, StaffId)>,
    /// State.
    pub state: State,
}

/// Where an interpretation stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    None,
    Open,
    Proposed {
        conclusion: Conclusion,
        first: Staff,
    },
    /// The second scientist came to another conclusion; both are kept.
    Differs,
    Checked {
        conclusion: Conclusion,
        first: Staff,
        second: Staff,
    },
    /// Checked; then a consultant edited what is concluded, and both scientists have to agree.
    Edited {
        conclusion: Conclusion,
        first: Staff,
        second: Staff,
        edit: Box<Edit>,
        agreed: Vec<Staff>,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Open { analysis: AnalysisId, order: OrderId },
    OpenAgain { analysis: AnalysisId, order: OrderId, signed: Vec<Selected> },
    Assess(Box<Assessed>),
    Note(Box<Note>),
    ChangePanels(Box<PanelChange>),
    Propose(Conclusion),
    Check,
    Differ { conclusion: Conclusion, reason: String },
    Resolve { side: Side, reason: String },
    Return { reason: String },
    Text(edit::Command),
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Opened {
        analysis: AnalysisId,
        order: OrderId,
    },
    /// What was signed before is where the case begins that was opened again.
    Carried {
        signed: Vec<Selected>,
    },
    Assessed(Box<Assessed>),
    Noted(Box<Note>),
    PanelsChanged(Box<PanelChange>),
    Proposed {
        conclusion: Conclusion,
        first: Staff,
    },
    Checked {
        second: Staff,
    },
    Differed {
        conclusion: Conclusion,
        reason: String,
        second: Staff,
    },
    Resolved {
        side: Side,
        reason: String,
        by: Staff,
    },
    Returned {
        reason: String,
        second: Staff,
    },
    /// A consultant edited a text of the report before signing it.
    TextEdited(Box<Edit>),
    TextAgreed {
        edit: uuid::Uuid,
        by: Staff,
    },
    TextDeclined {
        edit: uuid::Uuid,
        reason: String,
        by: Staff,
    },
    /// A scientist who signed has read an edit of the wording.
    TextRead {
        edit: uuid::Uuid,
        by: Staff,
    },
}

impl State {
    /// What two scientists have signed, with the edits in force: of one that is edited too, where an edit waits and takes no effect yet.
    pub fn signed(&self) -> Option<&Conclusion> {
        match self {
            State::Checked { conclusion, .. } | State::Edited { conclusion, .. } => Some(conclusion),
            State::None | State::Open | State::Proposed { .. } | State::Differs => None,
        }
    }
}

impl Conclusion {
    /// Whether a variant is a cause as it stands: pathogenic, and with it the other variant that a recessive cause takes. Source: ACGS
    /// Best Practice Guidelines 2024: a recessive diagnosis takes two variants of class 4 or 5.
    pub fn is_cause(&self, selected: &Selected) -> bool {
        let is_pathogenic = |variant: &String| self.variants.iter().any(|other| other.variant == *variant && other.class.is_pathogenic());
        !selected.secondary && selected.class.is_pathogenic() && selected.partner.as_ref().is_none_or(is_pathogenic)
    }

    /// A pathogenic variant that would be a cause if the other one of its pair were pathogenic too.
    pub fn possible_cause(&self) -> Option<&Selected> {
        let is_cause_found = self.variants.iter().any(|v| self.is_cause(v));
        self.variants.iter().find(|v| !is_cause_found && !v.secondary && v.class.is_pathogenic() && v.partner.is_some())
    }
}

impl Outcome {
    /// Every outcome, with its name in forms.
    pub const ALL: [(&str, Outcome); 4] = [
        ("diagnostic", Outcome::Diagnostic),
        ("partial", Outcome::Partial),
        ("uncertain", Outcome::Uncertain),
        ("none", Outcome::NoFinding),
    ];

    /// A cause was found, of all or of a part.
    pub fn is_finding(self) -> bool {
        matches!(self, Outcome::Diagnostic | Outcome::Partial)
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Diagnostic => "A genetic cause was found",
            Outcome::Partial => "A genetic cause was found of part of the condition",
            Outcome::Uncertain => "A variant of uncertain significance was found",
            Outcome::NoFinding => "No cause was found by this test",
        }
    }
}

/// Decides a command.
pub fn decide(interpretation: &Interpretation, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &interpretation.state) {
        (Command::Open { analysis, order }, State::None) => Event::Opened { analysis, order },
        (Command::OpenAgain { analysis, order, signed }, State::None) => {
            return Ok(vec![Event::Opened { analysis, order }, Event::Carried { signed }]);
        }
        (Command::Assess(assessed), _) => {
            assessment::may_assess(interpretation, by)?;
            Refusals::check(assessment::faults(&assessed))?;
            let reason = assessed.reason.trim().to_owned();
            Event::Assessed(Box::new(Assessed { by: by.clone(), reason, ..*assessed }))
        }
        (Command::Note(note), state) if *state != State::None => Event::Noted(Box::new(Note { by: by.clone(), ..*note })),
        (Command::ChangePanels(change), State::Open) => Event::PanelsChanged(change),
        (Command::ChangePanels(_), State::Proposed { first, .. }) => {
            let message =
                format!("{} has signed what was looked at: return the case first, so that two scientists sign it anew", first.name);
            return Err(Refusals::one("panel", message));
        }
        (Command::Propose(conclusion), State::Open) => {
            Refusals::check(faults(&conclusion))?;
            Event::Proposed { conclusion, first: by.clone() }
        }
        (Command::Check, State::Proposed { first, .. }) => {
            if first.id == by.id {
                return Err(Refusals::one("signature", "You made this interpretation; a second scientist must check it"));
            }
            Event::Checked { second: by.clone() }
        }
        (Command::Differ { conclusion, reason }, State::Proposed { first, conclusion: proposed }) => {
            difference::differ((proposed, first), conclusion, &reason, by)?
        }
        (Command::Resolve { side, reason }, State::Differs) => difference::resolve(interpretation, side, &reason, by)?,
        // Of a checked one, which is not reported, too: what was noted since may be another.
        (Command::Return { reason }, State::Proposed { .. } | State::Checked { .. } | State::Edited { .. }) => {
            returned(&interpretation.state, reason, by)?
        }
        (Command::Text(command), _) => return edit::decide(interpretation, command, by),
        (Command::Propose(_), State::Proposed { first, .. }) => {
            return Err(Refusals::one(
                "interpretation",
                format!("{} has already proposed an interpretation; nothing was overwritten", first.name),
            ));
        }
        (_, State::Checked { .. } | State::Edited { .. }) => {
            return Err(Refusals::one("interpretation", "This interpretation is checked and is never changed"));
        }
        _ => return Err(Refusals::one("interpretation", "This cannot be done in the present state of the interpretation")),
    };
    Ok(vec![event])
}

/// Returns an interpretation to its scientist.
fn returned(state: &State, reason: String, by: &Staff) -> Result<Event, Refusals> {
    if reason.trim().is_empty() {
        return Err(Refusals::one("reason", "Say what should be changed"));
    }
    if matches!(state, State::Proposed { first, .. } if first.id == by.id) {
        return Err(Refusals::one("signature", "You made this interpretation; a second scientist returns it"));
    }
    Ok(Event::Returned { reason, second: by.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(class: Pathogenicity, secondary: bool) -> Selected {
        Selected {
            variant: "1-119757272-C-T".into(),
            gene: HgncId(5008),
            symbol: "HMGCS2".into(),
            class,
            criteria: vec![],
            note: String::new(),
            secondary,
            applied: vec![],
            partner: None,
        }
    }

    fn is_refused(outcome: Outcome, variants: &[(Pathogenicity, bool)]) -> bool {
        let variants = variants.iter().map(|(class, secondary)| selected(*class, *secondary)).collect();
        !faults(&Conclusion { variants, outcome, summary: "Summary".into() }).is_empty()
    }

    #[test]
    fn only_classes_4_and_5_are_a_cause_or_told_outside_the_question() {
        for class in Pathogenicity::ALL {
            let pathogenic = class.class() >= 4;
            for outcome in [Outcome::Diagnostic, Outcome::Partial] {
                assert_eq!(is_refused(outcome, &[(class, false)]), !pathogenic, "{outcome:?} {class}");
                assert!(is_refused(outcome, &[(class, true)]), "a finding outside the question is no cause: {class}");
            }
            assert_eq!(is_refused(Outcome::NoFinding, &[(class, false)]), pathogenic, "nothing found, but {class}");
            assert_eq!(is_refused(Outcome::NoFinding, &[(class, true)]), !pathogenic, "outside the question: {class}");
        }
        assert!(!is_refused(Outcome::NoFinding, &[]) && is_refused(Outcome::Diagnostic, &[]));
        assert!(!is_refused(Outcome::Diagnostic, &[(Pathogenicity::Uncertain, false), (Pathogenicity::LikelyPathogenic, false)]));
    }

    /// A recessive cause takes two: with an uncertain one it may explain the condition, and is never said to explain it.
    #[test]
    fn a_pair_with_an_uncertain_variant_is_no_cause() {
        let pair = |class: Pathogenicity| {
            let named = |variant: &str, partner: &str, class| Selected {
                variant: variant.into(),
                partner: Some(partner.into()),
                ..selected(class, false)
            };
            vec![named("a", "b", Pathogenicity::Pathogenic), named("b", "a", class)]
        };
        let concluded = |outcome, variants| Conclusion { variants, outcome, summary: "Summary".into() };
        for class in Pathogenicity::ALL {
            for outcome in [Outcome::Diagnostic, Outcome::Partial] {
                let conclusion = concluded(outcome, pair(class));
                assert_eq!(faults(&conclusion).is_empty(), class.is_pathogenic(), "{outcome:?} {class}");
                assert_eq!(conclusion.possible_cause().is_some(), !class.is_pathogenic());
            }
            assert!(faults(&concluded(Outcome::Uncertain, pair(class))).is_empty());
        }
        let alone = concluded(Outcome::Diagnostic, pair(Pathogenicity::Pathogenic)[..1].to_vec());
        assert!(faults(&alone)[0].message.contains("the other, b, is not selected"));
        let uncertain = concluded(Outcome::Diagnostic, pair(Pathogenicity::Uncertain));
        assert!(faults(&uncertain)[0].message.contains("the other, b, is uncertain significance: together they may explain"));
        let mut with_another = pair(Pathogenicity::Uncertain);
        with_another.push(selected(Pathogenicity::Pathogenic, false));
        assert!(faults(&concluded(Outcome::Diagnostic, with_another)).is_empty(), "another variant is a cause by itself");
    }

    #[test]
    fn a_conclusion_stores_the_class_by_its_label_and_reads_no_other_text() {
        let stored =
            |class: &str| format!(r#"{{"variant":"1-1-A-G","gene":"HGNC:1","symbol":"A","class":"{class}","criteria":[],"note":""}}"#);
        let read = |class: &str| serde_json::from_str::<Selected>(&stored(class));
        let likely = read("Likely pathogenic").expect("read");
        assert_eq!(likely.class, Pathogenicity::LikelyPathogenic);
        assert!(serde_json::to_string(&likely).expect("JSON").contains(r#""class":"Likely pathogenic""#));
        assert_eq!(read("likely pathogenic").expect("read").class, Pathogenicity::LikelyPathogenic);
        for class in ["Not pathogenic", "Conflicting classifications of pathogenicity", ""] {
            assert!(read(class).is_err(), "{class}");
        }
    }
}
