//! The service's own words and rules: what a patient, order, choice, sample, analysis, interpretation and report are,
//! which state each can be in, and what may happen next.
//!
//! Pure. Every workflow is *decide, then fold*: `decide` looks at the present state and a command and gives events or
//! refusals; `apply` folds an event into the state. The caller supplies time and identifiers.

pub mod account;
pub mod analysis;
pub mod cascade;
pub mod choice;
pub mod client;
pub mod container;
pub mod directory;
pub mod discordance;
pub mod draft;
pub mod emergency;
pub mod expected;
pub mod family;
pub mod id;
pub mod interpretation;
pub mod invitation;
pub mod laboratory;
pub mod medicines;
pub mod message;
pub mod nhs_number;
pub mod order;
pub mod panel;
pub mod participant;
pub mod patient;
pub mod pedigree;
pub mod project;
pub mod refusal;
pub mod report;
pub mod sample;
pub mod staff;
pub mod timeline;
pub mod work;

pub use id::{
    AnalysisId, ContainerId, FindingId, InterpretationId, InvitationId, MessageId, OrderId, OutputId, PatientId, ProjectId, ProposalId,
    ReportId, SampleId, StaffId,
};
pub use nhs_number::NhsNumber;
pub use refusal::{Refusal, Refusals};
pub use staff::{OdsCode, Role, Staff};

/// A fold over a stream of events.
pub trait Fold: Default {
    /// What happened.
    type Event;
    /// The state after one more event.
    #[must_use]
    fn apply(self, event: &Self::Event) -> Self;

    /// The state after all events.
    fn of<'e>(events: impl IntoIterator<Item = &'e Self::Event>) -> Self
    where
        Self::Event: 'e,
    {
        events.into_iter().fold(Self::default(), Self::apply)
    }
}
