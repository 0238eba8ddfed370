//! How far a test has come, as the person who had it is told: the same truth as the stage of its order, in fewer steps.

use super::{progress::Stage, status::Status};
use strum::EnumCount;

/// Where a test is, for the person who had it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, EnumCount)]
pub enum PatientStage {
    /// The clinician has not sent it.
    NotSent,
    /// The laboratory did not take it.
    NotDone,
    /// It was called off.
    Stopped,
    /// It was written down by mistake.
    Mistake,
    /// It rests.
    Paused,
    /// Somebody has not agreed yet.
    Choices,
    /// The laboratory asks the clinic for more.
    Details,
    /// A sample has not reached the laboratory.
    Samples,
    /// The DNA is read.
    Reading,
    /// What was read is sorted by a computer.
    Sorting,
    /// Scientists look at it.
    Scientists,
    /// Two have, and a consultant checks it.
    Consultant,
    /// There is a result.
    Ready,
    /// The clinic has read the result.
    Done,
    /// It ended without a result, such as DNA that is kept.
    Ended,
    /// Of a relative's test: the person's own part in it is done, and the rest is the relative's.
    PartDone,
}

impl PatientStage {
    /// Every one.
    pub const ALL: [PatientStage; PatientStage::COUNT] = [
        PatientStage::NotSent,
        PatientStage::NotDone,
        PatientStage::Stopped,
        PatientStage::Mistake,
        PatientStage::Paused,
        PatientStage::Choices,
        PatientStage::Details,
        PatientStage::Samples,
        PatientStage::Reading,
        PatientStage::Sorting,
        PatientStage::Scientists,
        PatientStage::Consultant,
        PatientStage::Ready,
        PatientStage::Done,
        PatientStage::Ended,
        PatientStage::PartDone,
    ];

    /// Where a test is, for the person whose it is.
    pub fn of_own(status: &Status) -> PatientStage {
        let has_result = status.report().is_some() || status.outside_results().any(|(_, result)| result.is_released());
        match PatientStage::from(&status.stage()) {
            PatientStage::Done if !has_result => PatientStage::Ended,
            stage => stage,
        }
    }

    /// Where it is for a relative who gave a choice and a sample: the result is not theirs, nor whether there is one.
    pub fn of_relatives(status: &Status) -> PatientStage {
        use PatientStage as P;
        match PatientStage::from(&status.stage()) {
            stage @ (P::NotSent | P::NotDone | P::Stopped | P::Mistake | P::Choices | P::Samples) => stage,
            P::Paused
            | P::Details
            | P::Reading
            | P::Sorting
            | P::Scientists
            | P::Consultant
            | P::Ready
            | P::Done
            | P::Ended
            | P::PartDone => P::PartDone,
        }
    }
}

impl From<&Stage> for PatientStage {
    fn from(stage: &Stage) -> PatientStage {
        match stage {
            Stage::Draft => PatientStage::NotSent,
            Stage::Rejected { .. } => PatientStage::NotDone,
            Stage::Cancelled { .. } => PatientStage::Stopped,
            Stage::EnteredInError { .. } => PatientStage::Mistake,
            Stage::OnHold { .. } => PatientStage::Paused,
            Stage::Closed | Stage::Read => PatientStage::Done,
            Stage::AwaitingChoices { .. } => PatientStage::Choices,
            Stage::AwaitingPhenotype => PatientStage::Details,
            Stage::AwaitingSamples { .. } | Stage::AwaitingAcceptance { samples: 1.. } => PatientStage::Samples,
            Stage::AwaitingData | Stage::AwaitingAcceptance { samples: 0 } => PatientStage::Reading,
            Stage::Queued | Stage::Analysing | Stage::AnalysisStopped { .. } => PatientStage::Sorting,
            Stage::AwaitingFirstScientist
            | Stage::AwaitingSecondScientist
            | Stage::AwaitingDecision
            | Stage::AwaitingAgreement
            | Stage::OutsideResultToCheck { .. }
            | Stage::OutsideResultToKnow { .. } => PatientStage::Scientists,
            Stage::AwaitingSignature => PatientStage::Consultant,
            Stage::Sending | Stage::AwaitingReader { .. } => PatientStage::Ready,
        }
    }
}
