//! The service's own words and rules: what a patient, order, choice, sample, analysis, interpretation and report are,
//! which state each can be in, and what may happen next.
//!
//! Pure. Every workflow is *decide, then fold*: `decide` looks at the present state and a command and gives events or
//! refusals; `apply` folds an event into the state. The caller supplies time and identifiers.

pub mod directory;
pub mod event;
pub mod id;
pub mod interpretation;
pub mod laboratory;
pub mod ordering;
pub mod people;
pub mod refusal;
pub mod research;
pub mod results;

#[cfg(test)]
mod samples;

pub use id::{
    AlignmentId, AnalysisId, ContainerId, FindingId, InterpretationId, InvitationId, LotId, MessageId, OrderId, OutputId, OutsideResultId,
    PatientId, ProjectId, ProposalId, QuestionId, ReportId, SampleId, StaffId, SubscriptionId, WorklistId,
};
pub use people::nhs_number::NhsNumber;
pub use people::staff::{OdsCode, Role, Staff};
pub use refusal::{Refusal, Refusals};

/// A fold over a stream of events.
pub trait Fold: Default {
    /// What happened.
    type Event;
    /// The state after one more event.
    #[must_use]
    fn apply(self, event: &Self::Event) -> Self;

    /// The state after all events.
    fn replay<'e>(events: impl IntoIterator<Item = &'e Self::Event>) -> Self
    where
        Self::Event: 'e,
    {
        events.into_iter().fold(Self::default(), Self::apply)
    }
}
