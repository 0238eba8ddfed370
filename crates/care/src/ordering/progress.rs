//! How far an order has come and who is waited for: one typed stage, from which words, turn and lists follow.

use crate::{
    Role,
    interpretation::{analysis, case},
    ordering::order,
    results::report,
};
use serde::{Deserialize, Serialize};

/// The states of an order's parts.
pub struct Parts<'a> {
    /// The order itself.
    pub order: &'a order::State,
    /// People whose agreement is missing.
    pub choices_missing: usize,
    /// Nothing is said of what the patient shows, and the test needs it.
    pub is_phenotype_missing: bool,
    /// People of whom a sample is missing.
    pub samples_missing: usize,
    /// Its latest analysis.
    pub analysis: &'a analysis::State,
    /// Its latest interpretation.
    pub interpretation: &'a case::State,
    /// Its latest report.
    pub report: &'a report::State,
    /// Whose work it is that the report was not read.
    pub escalated: Option<Role>,
    /// What waits of results of other laboratories.
    pub outside: Option<OutsideWork>,
}

/// What waits of an order's results of other laboratories.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutsideWork {
    /// One waits to be checked, after so many checks.
    ToCheck {
        /// How many have checked it.
        checks: usize,
    },
    /// The one that answers the order waits to be read.
    ToRead {
        /// Whose work it became, because nobody read it.
        escalated: Option<Role>,
    },
    /// One that does not answer the order waits to be read.
    ToKnow {
        /// Whose work it became, because nobody read it.
        escalated: Option<Role>,
        /// What it tells.
        notice: OutsideNotice,
    },
}

impl OutsideWork {
    /// It waits before all other work on the order.
    fn comes_first(self) -> bool {
        match self {
            OutsideWork::ToCheck { .. } | OutsideWork::ToRead { .. } => true,
            OutsideWork::ToKnow { notice, .. } => notice == OutsideNotice::Moved,
        }
    }
}

/// What a result tells that does not answer the order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OutsideNotice {
    /// More follows.
    Preliminary,
    /// It is of a relative, or says that there is none.
    Partial,
    /// It was of another order: what was done because of it has to be looked at again.
    Moved,
}

/// How far an order has come, with what is needed to say so.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Stage {
    /// The clinician has not submitted it.
    Draft,
    /// Put on hold.
    OnHold {
        /// Why.
        reason: String,
    },
    /// The laboratory did not take it.
    Rejected {
        /// Why.
        reason: String,
    },
    /// Called off.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// Written down by mistake.
    EnteredInError {
        /// Why.
        reason: String,
    },
    /// Closed.
    Closed,
    /// Somebody has not agreed yet.
    AwaitingChoices {
        /// People whose agreement is missing.
        people: usize,
    },
    /// The order came without any term of what the patient shows.
    AwaitingPhenotype,
    /// The laboratory has not accepted the request.
    AwaitingAcceptance {
        /// People of whom a sample is missing.
        samples: usize,
    },
    /// A sample is not there, or not usable.
    AwaitingSamples {
        /// People of whom a sample is missing.
        samples: usize,
    },
    /// Nothing is sequenced yet.
    AwaitingData,
    /// The analysis is queued.
    Queued,
    /// The analysis runs.
    Analysing,
    /// The analysis stopped or failed.
    AnalysisStopped {
        /// Why.
        reason: String,
    },
    /// A result of another laboratory waits to be checked by two.
    OutsideResultToCheck {
        /// How many have checked it.
        checks: usize,
    },
    /// A result of another laboratory that does not answer the order waits to be read by the requester.
    OutsideResultToKnow {
        /// Whose work it became, because nobody read it.
        escalated: Option<Role>,
        /// What it tells.
        notice: OutsideNotice,
    },
    /// No scientist has come to a conclusion.
    AwaitingFirstScientist,
    /// One has; another must check it.
    AwaitingSecondScientist,
    /// The two differ, and somebody else decides.
    AwaitingDecision,
    /// A consultant edited what is concluded, and not both scientists have agreed.
    AwaitingAgreement,
    /// Checked, and not signed.
    AwaitingSignature,
    /// Signed, and on its way.
    Sending,
    /// Delivered, and nobody has said to have read it.
    AwaitingReader {
        /// Whose work it became, because nobody read it.
        escalated: Option<Role>,
    },
    /// The result was read.
    Read,
}

impl Stage {
    /// The stage that an order's parts amount to.
    pub fn reached(parts: &Parts) -> Stage {
        use order::State as O;
        let (people, samples) = (parts.choices_missing, parts.samples_missing);
        let is_running = matches!(parts.order, O::Submitted | O::Accepted | O::InProgress | O::Reported { .. });
        if let Some(work) = parts.outside.filter(|work| is_running && work.comes_first()) {
            return Stage::of_outside(work);
        }
        match parts.order {
            O::Draft => Stage::Draft,
            O::OnHold { reason } => Stage::OnHold { reason: reason.clone() },
            O::Rejected { reason } => Stage::Rejected { reason: reason.clone() },
            O::Cancelled { reason } => Stage::Cancelled { reason: reason.clone() },
            O::EnteredInError { reason } => Stage::EnteredInError { reason: reason.clone() },
            O::Closed => Stage::Closed,
            O::Submitted | O::Accepted | O::InProgress | O::Reported { .. } if people > 0 => Stage::AwaitingChoices { people },
            O::Submitted if parts.is_phenotype_missing => Stage::AwaitingPhenotype,
            O::Submitted => Stage::AwaitingAcceptance { samples },
            O::Accepted | O::InProgress | O::Reported { .. } if samples > 0 => Stage::AwaitingSamples { samples },
            O::Accepted | O::InProgress | O::Reported { .. } => match (Stage::in_laboratory(parts), parts.outside) {
                // What somebody of the laboratory has to do is not hidden by what the requester has to know.
                (Stage::AwaitingData | Stage::Queued | Stage::Analysing | Stage::Sending | Stage::Read, Some(work)) => {
                    Stage::of_outside(work)
                }
                (reached, _) => reached,
            },
        }
    }

    /// How far the laboratory's own work is, whether or not a choice or a sample is missing or the order rests.
    pub fn in_laboratory(parts: &Parts) -> Stage {
        use analysis::State as A;
        use case::State as I;
        use report::State as R;
        if let Some(work @ (OutsideWork::ToCheck { .. } | OutsideWork::ToRead { .. })) = parts.outside {
            return Stage::of_outside(work);
        }
        match (parts.analysis, parts.interpretation, parts.report) {
            (A::None, ..) if parts.is_phenotype_missing => Stage::AwaitingPhenotype,
            (A::None, ..) => Stage::AwaitingData,
            (A::Queued, ..) => Stage::Queued,
            (A::Running, ..) => Stage::Analysing,
            (A::Stopped { reason } | A::Failed { reason, .. }, ..) => Stage::AnalysisStopped { reason: reason.clone() },
            (A::Done { .. }, I::None | I::Open, _) => Stage::AwaitingFirstScientist,
            (A::Done { .. }, I::Differs, _) => Stage::AwaitingDecision,
            (A::Done { .. }, I::Proposed { .. }, _) => Stage::AwaitingSecondScientist,
            (A::Done { .. }, I::Edited { .. }, _) => Stage::AwaitingAgreement,
            (A::Done { .. }, I::Checked { .. }, R::None) => Stage::AwaitingSignature,
            (A::Done { .. }, I::Checked { .. }, R::Authorised { .. }) => Stage::Sending,
            (A::Done { .. }, I::Checked { .. }, R::Delivered { .. }) => Stage::AwaitingReader { escalated: parts.escalated },
            (A::Done { .. }, I::Checked { .. }, R::Acknowledged { .. } | R::Superseded { .. }) => Stage::Read,
        }
    }

    fn of_outside(work: OutsideWork) -> Stage {
        match work {
            OutsideWork::ToCheck { checks } => Stage::OutsideResultToCheck { checks },
            OutsideWork::ToRead { escalated } => Stage::AwaitingReader { escalated },
            OutsideWork::ToKnow { escalated, notice } => Stage::OutsideResultToKnow { escalated, notice },
        }
    }

    /// Who waits for whom, in words.
    pub fn label(&self) -> String {
        match self {
            Stage::Draft => "The clinician has not submitted the request yet".into(),
            Stage::OnHold { reason } => format!("On hold: {reason}"),
            Stage::Rejected { reason } | Stage::Cancelled { reason } | Stage::EnteredInError { reason } => {
                format!("Nothing more will happen: {reason}")
            }
            Stage::Closed => "Nothing: the case is closed".into(),
            Stage::AwaitingChoices { people } => format!("Waiting for the choice of {}", counted(*people, "person", "people")),
            Stage::AwaitingPhenotype => "Waiting for HPO terms: the order came without any".into(),
            Stage::AwaitingAcceptance { .. } => "Waiting for the laboratory to accept the request".into(),
            Stage::AwaitingSamples { samples } => {
                format!("Waiting for {} to be received and accepted", counted(*samples, "sample", "samples"))
            }
            Stage::AwaitingData => "Waiting for sequence data".into(),
            Stage::Queued | Stage::Analysing => "The analysis is running".into(),
            Stage::AnalysisStopped { reason } => format!("The laboratory must act: {reason}"),
            Stage::OutsideResultToCheck { checks: 0 } => "A result of another laboratory waits to be checked by two people".into(),
            Stage::OutsideResultToCheck { .. } => "A result of another laboratory waits for the second check".into(),
            Stage::OutsideResultToKnow { notice, .. } => match notice {
                OutsideNotice::Preliminary => "A preliminary result of another laboratory waits to be read by the requester".into(),
                OutsideNotice::Partial => "A result of another laboratory that does not answer the order waits to be read".into(),
                OutsideNotice::Moved => "Safety notice: a result that stood on this order was of another; the requester has to know".into(),
            },
            Stage::AwaitingFirstScientist => "Waiting for the first scientist".into(),
            Stage::AwaitingSecondScientist => "Waiting for the second scientist".into(),
            Stage::AwaitingDecision => "Two scientists differ: waiting for somebody else to decide".into(),
            Stage::AwaitingAgreement => "The conclusion was edited: waiting for both scientists to agree".into(),
            Stage::AwaitingSignature => "Waiting for the consultant's signature".into(),
            Stage::Sending => "The report is on its way to the requester".into(),
            Stage::AwaitingReader { escalated: Some(_) } => "The report has not been read: reach the requester".into(),
            Stage::AwaitingReader { escalated: None } => "Waiting for the requester to read the report".into(),
            Stage::Read => "Nothing: the result has been read".into(),
        }
    }

    /// Whose turn it is; nobody's while the program works or nothing more will happen.
    pub fn turn(&self) -> Option<Role> {
        match self {
            Stage::AwaitingChoices { .. } | Stage::AwaitingPhenotype => Some(Role::GenomicAssociate),
            Stage::AwaitingAcceptance { .. } | Stage::AwaitingSamples { .. } => Some(Role::LaboratoryScientist),
            Stage::OnHold { .. } | Stage::AwaitingData | Stage::AnalysisStopped { .. } => Some(Role::Bioinformatician),
            Stage::AwaitingFirstScientist
            | Stage::AwaitingSecondScientist
            | Stage::AwaitingAgreement
            | Stage::OutsideResultToCheck { .. } => Some(Role::ClinicalScientist),
            Stage::AwaitingDecision | Stage::AwaitingSignature => Some(Role::Consultant),
            Stage::AwaitingReader { escalated } | Stage::OutsideResultToKnow { escalated, .. } => {
                Some(escalated.unwrap_or(Role::Clinician))
            }
            Stage::Draft
            | Stage::Rejected { .. }
            | Stage::Cancelled { .. }
            | Stage::EnteredInError { .. }
            | Stage::Closed
            | Stage::Queued
            | Stage::Analysing
            | Stage::Sending
            | Stage::Read => None,
        }
    }
}

fn counted(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}
