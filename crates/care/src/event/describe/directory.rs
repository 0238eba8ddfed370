//! What happened with the Test Directory, panels, laboratories and favourite tests.

use super::Describe;
use crate::directory;

impl Describe for directory::favourite::Event {
    fn sentence(&self) -> String {
        match self {
            directory::favourite::Event::Starred { test } => format!("{test} became a favourite test"),
            directory::favourite::Event::Unstarred { test } => format!("{test} is no longer a favourite test"),
        }
    }
}

impl Describe for directory::change::Event {
    fn sentence(&self) -> String {
        use directory::change::Event;
        match self {
            Event::Proposed { draft, by, .. } => format!("{} proposed: {}", by.name, draft.title),
            Event::EvidenceAdded { by, text, .. } => format!("{by} added evidence: {text}"),
            Event::Voted { by, in_favour, reason, .. } => {
                format!("{} voted {}: {reason}", by.name, if *in_favour { "in favour" } else { "against" })
            }
            Event::Decided { accepted: true, reason, effective, .. } => format!("Accepted from {effective}: {reason}"),
            Event::Decided { accepted: false, reason, .. } => format!("Not accepted: {reason}"),
            Event::Published { version, proposals } => {
                format!("Version {} published, with {} proposals", version.number, proposals.len())
            }
        }
    }
}

impl Describe for directory::panel::Event {
    fn sentence(&self) -> String {
        use directory::panel::Event;
        match self {
            Event::Published { versions } => format!("{} panel versions published", versions.len()),
            Event::Reviewed(review) => format!("{} reviewed {} on panel {}", review.by.name, review.entity.1, review.panel),
            Event::Voted(vote) => {
                let side = if vote.in_favour { "for" } else { "against" };
                format!("{} voted {side} version {} of panel {}: {}", vote.by.name, vote.number, vote.panel, vote.reason)
            }
            Event::SignedOff { panel, number, by, .. } => format!("{} signed off version {number} of panel {panel}", by.name),
        }
    }
}

impl Describe for directory::laboratory::Event {
    fn sentence(&self) -> String {
        use directory::laboratory::Event;
        match self {
            Event::Opened { code, name, .. } => format!("The laboratory {name} ({code}) was opened"),
            Event::Set { code, test, readiness, reason } => {
                format!("{code} is now {} with {test}: {reason}", readiness.label().to_lowercase())
            }
            Event::ContactSet { code, contact } => format!("Others write to {code} at {contact}"),
        }
    }
}
