//! What happened with worklists and lots.

use super::Describe;
use crate::laboratory::{lot, worklist};

impl Describe for worklist::Event {
    fn sentence(&self) -> String {
        match self {
            worklist::Event::Created(created) => {
                format!("Worklist {} created for {} on {}", created.number, created.step.label(), created.instrument)
            }
            worklist::Event::Added { position, listed } => format!("Sample {} put into {position}", listed.barcode),
            worklist::Event::Removed { position, reason } => format!("Sample taken off {position}: {reason}"),
            worklist::Event::LotUsed(used) => format!("Used for it: {}", used.label),
            worklist::Event::Started => "Work started".into(),
            worklist::Event::Settled { position, outcome } => format!("{position}: {outcome}"),
            worklist::Event::LeftOut { position, reason } => format!("{position} left out: {reason}"),
            worklist::Event::Finished => "Worklist finished".into(),
            worklist::Event::Abandoned { reason } => format!("Worklist abandoned: {reason}"),
        }
    }
}

impl Describe for lot::Event {
    fn sentence(&self) -> String {
        match self {
            lot::Event::Registered(registered) => format!("{} registered", registered.label()),
            lot::Event::Opened => "Lot opened".into(),
            lot::Event::Used { number, .. } => format!("Lot used for the worklist {number}"),
            lot::Event::Withdrawn { reason } => format!("Lot withdrawn: {reason}"),
        }
    }
}
