//! What is done with the samples of a worklist, and how it came out.

use crate::{Refusals, laboratory::sample::State};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A step of the laboratory's work, by its method. The methods are those of the National Genomic Test Directory, as far as samples are
/// worked on together for them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Step {
    /// DNA is extracted.
    Extraction,
    /// Concentration and purity are measured.
    Quantification,
    /// Libraries are prepared.
    LibraryPreparation,
    /// A run of a sequencer.
    Sequencing,
    /// A microarray.
    Microarray,
    /// Single amplicons are sequenced.
    Sanger,
    /// Multiplex ligation-dependent probe amplification.
    Mlpa,
    /// Quantitative fluorescent polymerase chain reaction.
    QfPcr,
}

/// How a step came out for a sample.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// It can go on.
    Passed,
    /// It cannot go on, and is not repeated from this sample.
    Failed {
        /// Why.
        reason: String,
    },
    /// The step is done again with it.
    Repeat {
        /// Why.
        reason: String,
    },
}

impl Step {
    /// Every step, with its name in forms and lists.
    pub const ALL: [(&str, Step); 8] = [
        ("extraction", Step::Extraction),
        ("quantification", Step::Quantification),
        ("library", Step::LibraryPreparation),
        ("sequencing", Step::Sequencing),
        ("microarray", Step::Microarray),
        ("sanger", Step::Sanger),
        ("mlpa", Step::Mlpa),
        ("qf_pcr", Step::QfPcr),
    ];

    /// The step with a name.
    pub fn named(name: &str) -> Option<Step> {
        Step::ALL.iter().find(|(own, _)| *own == name).map(|(_, step)| *step)
    }

    /// Its name in forms and lists.
    pub fn name(self) -> &'static str {
        match self {
            Step::Extraction => "extraction",
            Step::Quantification => "quantification",
            Step::LibraryPreparation => "library",
            Step::Sequencing => "sequencing",
            Step::Microarray => "microarray",
            Step::Sanger => "sanger",
            Step::Mlpa => "mlpa",
            Step::QfPcr => "qf_pcr",
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Step::Extraction => "DNA extraction",
            Step::Quantification => "Quantification",
            Step::LibraryPreparation => "Library preparation",
            Step::Sequencing => "Sequencing",
            Step::Microarray => "Microarray",
            Step::Sanger => "Sanger sequencing",
            Step::Mlpa => "MLPA",
            Step::QfPcr => "QF-PCR",
        }
    }

    /// States of samples that wait for it, in words, as lists hold them.
    pub fn waits_in(self) -> &'static [&'static str] {
        match self {
            Step::Extraction => &["Accepted", "In another laboratory"],
            Step::Quantification
            | Step::LibraryPreparation
            | Step::Sequencing
            | Step::Microarray
            | Step::Sanger
            | Step::Mlpa
            | Step::QfPcr => &["DNA prepared", "In another laboratory"],
        }
    }

    /// Whether it can be done with a sample in a state.
    pub fn takes(self, state: &State) -> bool {
        match state {
            State::Accepted => matches!(self, Step::Extraction | Step::Quantification),
            State::Prepared(_) | State::Elsewhere { .. } | State::Sequenced => true,
            State::Unknown
            | State::Expected
            | State::Collected
            | State::InTransit { .. }
            | State::Received
            | State::Rejected(_)
            | State::Dispatched { .. }
            | State::Exhausted
            | State::Returned { .. }
            | State::Destroyed { .. } => false,
        }
    }
}

impl Outcome {
    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            Outcome::Passed => "Passed",
            Outcome::Failed { .. } => "Failed",
            Outcome::Repeat { .. } => "Repeat",
        }
    }

    /// Why, where it did not pass.
    pub fn reason(&self) -> &str {
        match self {
            Outcome::Passed => "",
            Outcome::Failed { reason } | Outcome::Repeat { reason } => reason,
        }
    }

    /// With its reason, where it needs one.
    pub(super) fn checked(self) -> Result<Outcome, Refusals> {
        let stated = |reason: String| match reason.trim() {
            "" => Err(Refusals::one("reason", "Say why it failed or is repeated")),
            text => Ok(text.to_owned()),
        };
        Ok(match self {
            Outcome::Passed => Outcome::Passed,
            Outcome::Failed { reason } => Outcome::Failed { reason: stated(reason)? },
            Outcome::Repeat { reason } => Outcome::Repeat { reason: stated(reason)? },
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason() {
            "" => f.write_str(self.label()),
            reason => write!(f, "{}: {reason}", self.label()),
        }
    }
}
