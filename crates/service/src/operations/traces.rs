//! Traces: what the program did for a request or a piece of work, and for how long, sent to a collector of the site. Off unless one is
//! named. Nothing of a person, an order or an organisation goes along, and nothing waits for the collector.
//!
//! Sources: OpenTelemetry Protocol 1 (OTLP over HTTP, in JSON), and its semantic conventions for HTTP; W3C Trace Context, Recommendation
//! of 23 November 2021.

mod collector;
mod otlp;
mod parent;
mod sending;
mod span;

pub use collector::Collector;
pub use parent::Parent;
pub use sending::{Queue, Sending, begin};
pub use span::{Kind, Moment, Span, Value, new_span, new_trace};

use std::sync::atomic::{AtomicU64, Ordering};

/// Under which spans and moments go into a trace. Those of other targets never do.
pub const TARGET: &str = store::TRACED;

/// What became of the spans of this program.
pub(super) struct Counts {
    sent: AtomicU64,
    dropped: AtomicU64,
}

/// A program has one log and one way to a collector.
pub(super) static COUNTS: Counts = Counts { sent: AtomicU64::new(0), dropped: AtomicU64::new(0) };

impl Counts {
    /// How many a collector took, and how many none did.
    pub(super) fn read(&self) -> [(&'static str, u64); 2] {
        [("sent", self.sent.load(Ordering::Relaxed)), ("dropped", self.dropped.load(Ordering::Relaxed))]
    }

    fn sent(&self, count: usize) {
        self.sent.fetch_add(count as u64, Ordering::Relaxed);
    }

    fn dropped(&self, count: usize) {
        self.dropped.fetch_add(count as u64, Ordering::Relaxed);
    }
}
