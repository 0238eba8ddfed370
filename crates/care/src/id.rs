//! Typed identifiers, all kinds in one place. Values are given by the caller; this crate makes none.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Text that is no identifier of the service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an identifier of this service")]
pub struct NotAnId(pub String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $kind:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The kind of stream that it names.
            pub const KIND: &'static str = $kind;

            /// Name of its stream in the journal.
            pub fn stream(self) -> String {
                format!("{}/{}", $kind, self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self).map_err(|_| NotAnId(text.into()))
            }
        }
    )*};
}

ids! {
    /// A person known to the service.
    PatientId "patient",
    /// A request for one clinical indication.
    OrderId "order",
    /// A tube, or what was made from it.
    SampleId "sample",
    /// One run of the engine.
    AnalysisId "analysis",
    /// Aligned reads of one person.
    AlignmentId "alignment",
    /// People's decisions over one analysis.
    InterpretationId "interpretation",
    /// A link to a person's own page.
    InvitationId "invitation",
    /// A question from somebody's own page.
    QuestionId "question",
    /// A signed output.
    ReportId "report",
    /// A result of another laboratory.
    OutsideResultId "outside_result",
    /// A proposed change of the Test Directory.
    ProposalId "proposal",
    /// A plate or a rack.
    ContainerId "container",
    /// A worklist.
    WorklistId "worklist",
    /// A lot of a reagent.
    LotId "lot",
    /// A message of another system.
    MessageId "message",
    /// A research project.
    ProjectId "project",
    /// What wants to leave a project's workspace.
    OutputId "output",
    /// What a project found that goes back to care.
    FindingId "finding",
    /// What another system wants to be told.
    SubscriptionId "subscription",
    /// Somebody who works in the service.
    StaffId "staff",
}
