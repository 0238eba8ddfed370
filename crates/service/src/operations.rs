//! What those who run a service watch: whether it can work, what waits, and what it did. Nothing of it says anything of a person.

pub mod doctor;
pub mod exposition;
mod figures;
mod heartbeat;
mod histogram;
mod journal;
mod machine;
mod metrics;
mod ready;
mod seen;
pub mod traces;

pub use heartbeat::beat;
pub use journal::{journal_fault, look_at_journal, look_at_last_events};
pub use metrics::{FAMILIES, metrics};
pub use ready::{Check, Readiness, WORKED_WITHIN, ready};
pub use seen::{Ended, Seen};

use figures::Snapshot;
use journal::Journal;
use ready::Probes;
use tokio::{sync::Mutex, task::JoinHandle};

/// What this program has seen and measured since it began.
#[derive(Default)]
pub struct Operations {
    /// Requests and analyses.
    pub seen: Seen,
    /// Figures as they were last read.
    figures: Mutex<Option<Snapshot>>,
    /// Whether the journal is what was written.
    journal: Journal,
    /// Checks under way, and what came of the last.
    probes: Mutex<Probes>,
    /// The disk was asked how much room it has, and has not said it yet.
    disk: Mutex<Option<JoinHandle<anyhow::Result<u64>>>>,
}
